"""Programs of generated polynomials for a function of one variable, cheapest first.

The error that goes with a program is estimated; whoever takes it measures it. A choice that turned
out worse than it was estimated is followed by stricter ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Symbol

from symdyn.kernels.approximate.search import HALF_ULP, NoTable, choices
from symdyn.kernels.approximate.writing import written
from symdyn.kernels.graph import Program
from symdyn.kernels.ranges import Range
from symdyn.kernels.reparametrise.cells import cells

STRICTER = (1.0, 0.5, 0.25)  # shares of the room above half an ulp


@dataclass(frozen=True)
class Table:
    """A program, and its estimated error in ulps."""

    program: Program
    ulps: float


def tables(expr: Expr, symbol: Symbol, part: Range, target: float) -> Iterator[Table]:
    """Programs of an expression in one symbol on an interval.

    >>> from sympy import S, exp
    >>> x = Symbol("x")
    >>> found = next(tables((exp(x) - 1) / x, x, Range(-S.One, S.One), 1.0))
    >>> found.ulps <= 1, found.program.count("div")
    (True, 0)

    Raises NoVariable, NotKnown or NoTable (each an UnsupportedError) with the reason why not.
    """
    found = cells(expr, symbol, part.lower, part.upper)
    seen = set[Program]()
    for share in STRICTER:
        aim = HALF_ULP + share * (target - HALF_ULP)
        try:
            choice = next(choices(found.parts, aim))
        except NoTable:
            if not seen:
                raise
            return
        program = written(symbol, found, choice)
        if program not in seen:
            yield Table(program, choice.ulps)
        seen.add(program)
