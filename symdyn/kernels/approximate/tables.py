"""Programs of generated polynomials for a function of one variable, cheapest first.

The error that goes with a program is estimated; whoever takes it measures it. A choice that turned
out worse than it was estimated is followed by stricter ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sympy import Expr, Symbol

from symdyn.kernels.approximate.search import HALF_ULP, NoTable, choices
from symdyn.kernels.approximate.writing import written
from symdyn.kernels.graph import Program
from symdyn.kernels.ranges import Range
from symdyn.kernels.reparametrise.cells import cells
from symdyn.proof.deadline import deadline

SECONDS = 30.0  # for each step
STRICTER = (1.0, 0.5, 0.25)  # shares of the room above half an ulp

Result = TypeVar("Result")


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
    found = _in_time(lambda: cells(expr, symbol, part.lower, part.upper))
    seen = set[Program]()
    for share in STRICTER:
        aim = HALF_ULP + share * (target - HALF_ULP)
        try:
            choice = _in_time(lambda aim=aim: next(choices(found.parts, aim)))
        except NoTable:
            if not seen:
                raise
            return
        program = written(symbol, found, choice)
        if program not in seen:
            yield Table(program, choice.ulps)
        seen.add(program)


def _in_time(step: Callable[[], Result]) -> Result:
    """What a step finds; integrals, say, may take too long to be evaluated so often."""
    try:
        with deadline(SECONDS):
            return step()
    except TimeoutError:
        raise NoTable(f"its values take more than {SECONDS:g} s") from None
    except (ArithmeticError, ValueError) as problem:
        raise NoTable(f"its values cannot be computed: {problem}") from problem
