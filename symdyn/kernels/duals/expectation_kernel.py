"""Kernels of Gaussian expectations that have no closed form: sums over pieces of the function.

    E[f(z)], E[f(z)^2]        of a variance q
    E[f(z) f(w)]              of a variance and a correlation c; powers of arguments as factors

Variance 0 takes the limit; negative and infinite ones give nan, and so does |c| > 1; where the
expectation is infinite, so is the value. Errors are in units of 2^-53 of the value (`measured`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from sympy import Expr, Ge, Le, Symbol
from sympy.core.relational import Relational

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.duals.calling import ExpectationFunction
from symdyn.kernels.duals.expectations import Expectations
from symdyn.kernels.duals.law import Law
from symdyn.kernels.duals.measured import ExpectationMeasured
from symdyn.kernels.duals.source import expectation_text, largest_variance, whole_table
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.kernels.ranges import Given, Ranges

TARGET = 90.0  # units of 2^-53: 1e-14 of the value
PRODUCT_TARGET = 1800.0  # 2e-13
POINTS, PRODUCT_POINTS = 200, 60


@dataclass(frozen=True, eq=False, repr=False)
class ExpectationKernel(ExpectationMeasured, VectorKernel):
    """A function of a variance, perhaps a correlation, and factors."""

    remark: ClassVar[str] = "Errors are in units of 2^-53 of the value."

    def __call__(self, *arguments: Any, out: Any = None, **keywords: Any) -> Any:
        """The expectation at every element of the broadcast arguments.

        `one_minus_c=` or `one_plus_c=` stands in place of a correlation c. With `out=` (an array of
        the shape of the result) the results are written there.

        Raises TypeError for complex or object arrays and for a wrong number of arguments,
        ValueError for shapes that do not broadcast or an `out=` that does not fit.
        """
        return self._function(*arguments, out=out, **keywords)

    @property
    def points(self) -> int:  # type: ignore[override]
        """Drawn for a certificate; products take the definition a second each."""
        return POINTS if self.law.correlation is None else PRODUCT_POINTS

    @property
    def scalar(self) -> Any:
        """The function itself."""
        return self._function

    @property
    def notes(self) -> tuple[str, ...]:
        """What the docstring of the module says."""
        largest = largest_variance(self._function.expectations.table)
        shown = super().notes
        if largest == float("inf"):
            return shown
        name = self.args[self.law.variance]
        return (
            *shown,
            f"From {name} = {largest:.3g} on some values are nan: the table ends there.",
        )

    @cached_property
    def _function(self) -> ExpectationFunction:
        """What the module computes: its text is that of the same code."""
        law, moments = self.law, self.moments
        table = whole_table(moments.pieces)
        nothing = np.empty(0)
        return ExpectationFunction(
            name=self.name,
            names=tuple(map(str, self.args)),
            kind=law.kind,
            variance_at=law.variance,
            correlation_at=-1 if law.correlation is None else law.correlation,
            ranges=tuple(part.inside for part in self.domain.ranges),
            scale=float(law.scale),
            powers=tuple(map(float, law.powers)),
            expectations=Expectations(table, moments.parity, nothing, nothing, moments.at_zero),
        )

    def _text(self, notes: Sequence[str]) -> str:
        return expectation_text(self._function, notes)


def expectation_kernel(
    expr: Expr,
    args: tuple[Symbol, ...],
    law: Law,
    *,
    domain: Given = None,
    given: Sequence[Any] = (),
    name: str = "function",
    id: str = "",
    title: str = "",
    verdict: str = "",
    fixed: Mapping[str, Any] | None = None,
    target: float = 0.0,
    parallel: bool = False,
    dtype: str = "float64",
) -> ExpectationKernel:
    """The kernel of an expression that is an expectation (`law_of`).

    Raises InputError for options that such kernels lack, UnsupportedError for a domain with
    conditions between arguments, DomainError for functions that are not square-integrable.
    """
    if parallel or dtype != "float64":
        raise InputError(
            f"{id or name}: Gaussian expectations are computed in float64, in one thread"
        )
    ranges = Ranges.of(args, domain, [*given, *_natural(args, law)])
    if ranges.conditions:
        raise UnsupportedError(
            f"{id or name}: the domain of an expectation has an interval for each argument, "
            f"no {ranges.conditions[0]}"
        )
    law.moments()  # here, since it refuses what is not square-integrable
    usual = TARGET if law.correlation is None else PRODUCT_TARGET
    return ExpectationKernel(
        name=name,
        result=expr,
        args=args,
        domain=ranges,
        id=id,
        title=title,
        verdict=verdict,
        fixed=fixed or {},
        target=max(target, usual),
        rung=1,
    )


def _natural(args: Sequence[Symbol], law: Law) -> list[Relational]:
    """A variance is not negative, a correlation lies in [-1, 1]."""
    found = [Ge(args[law.variance], 0, evaluate=False)]
    if law.correlation is not None:
        c = args[law.correlation]
        found += [Ge(c, -1, evaluate=False), Le(c, 1, evaluate=False)]
    return found
