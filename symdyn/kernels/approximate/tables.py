"""Programs of generated polynomials for a function of one variable, cheapest first.

The error that goes with a program is estimated; whoever takes it measures and proves it. Choices
that turned out worse than they were estimated are followed by dearer and by stricter ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import TypeVar

from flint import arb
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.approximate.search import HALF_ULP, Choice, NoTable, choices
from symdyn.kernels.approximate.writing import written
from symdyn.kernels.graph import Program
from symdyn.kernels.ranges import Range
from symdyn.kernels.reparametrise.cells import Cells, cells, onesided, unfolded
from symdyn.kernels.reparametrise.exact_function import ExactFunction, NotKnown
from symdyn.proof.deadline import deadline

SECONDS = 30.0  # for each step
SLOW = 0.5  # seconds for one value, of which a table needs hundreds
STRICTER = (1.0, 0.7, 0.5, 0.25)  # shares of the room above half an ulp
CLOSE = 0.25  # tried first where the room is half an ulp at most: there digits cost little
ATTEMPTS = 4  # choices for each

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
    _refuse_slow(expr, symbol, part)
    ways = _ways(expr, symbol, part)
    seen = set[Program]()
    room = target - HALF_ULP
    refusal: UnsupportedError | None = None
    for share in (CLOSE, *STRICTER) if room <= HALF_ULP else STRICTER:
        try:
            found = _cheapest(symbol, ways, HALF_ULP + share * room)
        except UnsupportedError as problem:
            refusal = problem
            continue
        for table in found:
            if table.program not in seen:
                yield table
            seen.add(table.program)
    if refusal is not None and not seen:
        raise refusal


def _refuse_slow(expr: Expr, symbol: Symbol, part: Range) -> None:
    """Stop before hundreds of values are asked for that take long, as integrals do.

    Raises NoTable; where there is no value somewhere in the middle others may be.
    """
    low, high = (min(max(end, -1.0), 1.0) for end in part.inside)
    if low == high:
        low, high = part.inside
        low, high = (low, low + 1.0) if high == math.inf else (high - 1.0, high)
    begun = perf_counter()
    with suppress(NotKnown):
        _in_time(lambda: ExactFunction(expr, symbol)(lambda: arb((low + high) / 2)))
    if (taken := perf_counter() - begun) > SLOW:
        raise NoTable(f"each of its values takes {taken:.1g} s, and a table needs hundreds")


def _ways(expr: Expr, symbol: Symbol, part: Range) -> list[Cells]:
    """Cells with a folding and without; where one has no variables another may."""
    ways: list[Cells] = []
    refusal: UnsupportedError | None = None
    for way in (cells, onesided, unfolded):
        try:
            found = _in_time(lambda way=way: way(expr, symbol, part.lower, part.upper))
        except UnsupportedError as problem:
            refusal = refusal or problem
            continue
        ways += [] if found in ways else [found]
    if not ways and refusal is not None:
        raise refusal
    return ways


def _cheapest(symbol: Symbol, ways: Sequence[Cells], aim: float) -> Iterator[Table]:
    """The cheapest choices of all ways, cheapest first.

    Raises UnsupportedError where there is none.
    """
    found: list[tuple[float, Cells, Choice]] = []
    refusal: UnsupportedError | None = None
    for way in ways:
        try:
            some = _in_time(lambda way=way: list(islice(choices(way.parts, aim), ATTEMPTS)))
        except UnsupportedError as problem:
            refusal = refusal or problem
        else:
            found += [(way.cost + choice.cost, way, choice) for choice in some]
    if not found and refusal is not None:
        raise refusal
    cheapest = sorted(found, key=lambda one: one[0])[:ATTEMPTS]
    return (Table(written(symbol, way, choice), choice.ulps) for _, way, choice in cheapest)


def _in_time(step: Callable[[], Result]) -> Result:
    """What a step finds; integrals, say, may take too long to be evaluated so often."""
    try:
        with deadline(SECONDS):
            return step()
    except TimeoutError:
        raise NoTable(f"its values take more than {SECONDS:g} s") from None
    except (ArithmeticError, ValueError) as problem:
        raise NoTable(f"its values cannot be computed: {problem}") from problem
