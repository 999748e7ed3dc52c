"""Kernels of balanced matrix Riccati flows: a block of P(t) for weights at time 0.

The arguments are the time and matrices; what stands before the last two axes are samples, which
broadcast. Errors are normwise, in units of 2^-53 of the norm of P (see `riccati_measured`). Weights
out of balance are refused: no solution is known then. Times below 0 give nan, as do infinite ones
and such as take more than 50 000 steps at the fastest rate, and matrices that are not finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symdyn.errors import InputError
from symdyn.kernels.origin import name_of
from symdyn.kernels.patterns.riccati_measured import RiccatiMeasured
from symdyn.kernels.patterns.riccati_source import riccati_text
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.kernels.ranges import Given, Ranges
from symdyn.proof.record import Record

TARGET = 32.0  # units of 2^-53 of the norm of P


@dataclass(frozen=True, eq=False, repr=False)
class RiccatiKernel(RiccatiMeasured, VectorKernel):
    """A function of a time and matrices, with what it computes and how it is known."""

    remark: ClassVar[str] = (
        "Errors are in units of 2^-53 of the norm of all blocks. Weights must be balanced."
    )
    points: ClassVar[int] = 200

    def _text(self, notes: Sequence[str]) -> str:
        return riccati_text(self.result, self.args, notes)

    @property
    def scalar(self) -> Any:
        """The function itself: it is made of matrix products."""
        return self._module.kernel


def riccati_kernel(
    record: Record,
    fixed: Mapping[str, Any],
    *,
    domain: Given = None,
    target: float = TARGET,
    parallel: bool = False,
    dtype: str = "float64",
) -> RiccatiKernel:
    """The kernel of a judged record whose result is a balanced flow.

    Raises InputError for options that products of matrices do not have.
    """
    if parallel or dtype != "float64":
        raise InputError(f"{record.id}: NumPy multiplies its matrices, in float64 and as it likes")
    time = record.kernel[0]
    return RiccatiKernel(
        name=name_of(record),
        result=record.result,
        args=tuple(record.kernel),
        domain=Ranges.of((time,), domain),
        id=record.id,
        title=record.doc.partition("\n")[0],
        verdict=str(record.verdict),
        fixed=fixed,
        target=max(target, TARGET),
    )
