"""From exact results to the program of a kernel: limits, the ladder, conditions.

The ladder sees the expressions as they are written; the values at singular points and the tests of
conditions between arguments are put around what it returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr

from symdyn.kernels.graph import Program
from symdyn.kernels.limits import Limit, limits, with_conditions, with_limits
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges


@dataclass(frozen=True)
class Lowered:
    """A program, the limits it takes, the rung that it stands on and the error seen there."""

    program: Program
    limits: tuple[Limit, ...]
    rung: int
    reached: float | None


def lowered(results: Sequence[Expr], domain: Ranges, target: float) -> Lowered:
    """The program of some expressions on a domain, at the first rung that meets the target.

    >>> from sympy import Symbol, sin
    >>> x = Symbol("x")
    >>> [node.op for node in lowered([sin(x)], Ranges.of([x]), 2.0).program.nodes]
    ['input', 'sin']
    """
    program, rung, reached = _climbed(results, domain, target)
    found = limits(results, domain)
    return Lowered(
        with_conditions(with_limits(program, found), domain.conditions), found, rung, reached
    )


def _climbed(
    results: Sequence[Expr], domain: Ranges, target: float
) -> tuple[Program, int, float | None]:
    """The first rung: the expressions as they are written."""
    return build(results, domain.args), 1, None
