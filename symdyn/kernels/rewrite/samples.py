"""Sample points of a domain: doubles of every size, near every edge, and nearly equal ones.

Each coordinate is drawn in one of several ways: of moderate size, of any size that a double has,
at any distance from an edge or another special value, next to another coordinate. A few special
values themselves come first. Points at which the program has no value that a normal double can
hold are left out; the others get the number of bits that decides the value.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from random import Random

from sympy import Rational, S, Symbol

from symdyn.errors import DomainError
from symdyn.kernels.backends import arb as balls
from symdyn.kernels.graph import Program
from symdyn.kernels.rewrite.exact import LARGEST_EXPONENT, LEAST_EXPONENT, Points, numbers
from symdyn.proof.domain import Domain

BITS = (320, 1100, 2700, 6500)
DECIDED = 90  # bits to which the outputs must be known
TRIES = 40  # candidates for each point wanted
SMALLEST = 2.0**-1000  # stands for an open end at 0
SPECIAL = 12  # points made of special values only

Row = tuple[float, ...]


def sample(program: Program, domain: Domain, *, count: int = 48, seed: int = 0) -> Points:
    """Points of a domain at which a program has values in the range of doubles.

    >>> from sympy import log
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x", positive=True)
    >>> points = sample(build(log(x), [x]), Domain.of([x]), count=20)
    >>> len(points), all(row[0] > 0 for row in points.rows)
    (20, True)

    Raises DomainError where no candidate reaches the domain.
    """
    draw = Random(seed)
    kept: dict[Row, int] = {}
    domain = domain.restricted(program.inputs)
    for row in islice(_candidates(program.inputs, domain, draw), TRIES * count):
        if row not in kept and _allowed(program, domain, row) and (bits := _bits(program, row)):
            kept[row] = bits
            if len(kept) == count:
                break
    if not kept:
        names = ", ".join(map(str, program.inputs))
        raise DomainError(f"no double {names} of the domain gives the kernel a value of its range")
    return Points.of(list(kept.items()))


def _candidates(inputs: Sequence[Symbol], domain: Domain, draw: Random) -> Iterator[Row]:
    ranges = [closed_range(domain, symbol) for symbol in inputs]
    special = [_special(*range_) for range_ in ranges]
    yield from islice(product(*special), SPECIAL)
    while True:
        row: list[float] = []
        together = draw.choice((*_WAYS, None, None))
        for (low, high), values in zip(ranges, special, strict=True):
            row.append(_coordinate(low, high, values, row, together, draw))
        if all(low <= x <= high for (low, high), x in zip(ranges, row, strict=True)):
            yield tuple(row)


def closed_range(domain: Domain, symbol: Symbol) -> tuple[float, float]:
    """The smallest and the largest double that the domain leaves to a symbol."""
    if symbol.is_extended_real is None:
        return -math.inf, math.inf
    interval = domain.interval(symbol)
    low, high = float(interval.start), float(interval.end)
    if interval.left_open and math.isfinite(low):
        low = math.nextafter(low, math.inf)
    if interval.right_open and math.isfinite(high):
        high = math.nextafter(high, -math.inf)
    return low, high


def _special(low: float, high: float) -> list[float]:
    ends = [math.copysign(max(abs(x), SMALLEST), x) if x else x for x in (low, high)]
    values = [x for x in (*ends, 0.0, 1.0, -1.0) if math.isfinite(x) and low <= x <= high]
    return list(dict.fromkeys(x + 0.0 for x in values))


_WAYS: Mapping[str, float] = {"moderate": 4, "wide": 40, "extreme": 1000}


def _coordinate(
    low: float, high: float, special: list[float], earlier: list[float], way: str | None,
    draw: Random,
) -> float:  # fmt: skip
    kind = way or draw.choice((*_WAYS, "moderate", "wide", "near", "near", "beside", "uniform"))
    if kind == "uniform" and math.isfinite(high - low):
        return draw.uniform(low, high)
    if kind == "near" and special:
        centre = draw.choice(special)
        return centre + _sign(low, high, draw) * _size(60 if centre else 300, draw, up=0)
    if kind == "beside" and earlier:
        return draw.choice(earlier) * (1 + draw.choice((1, -1)) * _size(52, draw, up=-1))
    return _sign(low, high, draw) * _size(_WAYS.get(kind, 4), draw)


def _sign(low: float, high: float, draw: Random) -> int:
    return 1 if low >= 0 else (-1 if high <= 0 else draw.choice((1, -1)))


def _size(reach: float, draw: Random, *, up: float | None = None) -> float:
    """A double of random mantissa, its logarithm spread evenly."""
    return 2.0 ** draw.uniform(-reach, reach if up is None else up)


def _allowed(program: Program, domain: Domain, row: Row) -> bool:
    if not all(math.isfinite(x) and (x == 0 or abs(x) >= sys.float_info.min) for x in row):
        return False
    if not domain.conditions and all(s.is_extended_real is None for s in program.inputs):
        return True
    point = {s: Rational(*x.as_integer_ratio()) for s, x in zip(program.inputs, row, strict=True)}
    return domain.holds_at(point) and all(
        domain.interval(s).contains(v) is S.true
        for s, v in point.items()
        if s.is_extended_real and float(v) in closed_range(domain, s)  # within, candidates are
    )


def _bits(program: Program, row: Row) -> int:
    """The precision that decides every output, one of which is a normal double; 0 if none does."""
    for bits in BITS:
        found = balls.evaluate(program, row, bits)
        known = [ball for ball in found if isinstance(ball, bool) or _is_decided(ball)]
        if len(known) == len(found) or (known and bits == BITS[-1]):
            values = numbers(known)
            usable = values.in_range & (
                (values.mantissa == 0)
                | (values.exponent > LEAST_EXPONENT + 2) & (values.exponent < LARGEST_EXPONENT)
            )
            return bits if usable.any() else 0
    return 0


def _is_decided(ball: balls.arb) -> bool:
    return ball.is_finite() and (ball.is_zero() or ball.rel_accuracy_bits() >= DECIDED)
