"""Exact points at which a statement is tested, awkward ones first.

Points are drawn over intervals of the real line (or over integers, or complex numbers). First come
the values at which formulas like to break: 0, 1, -1, the edges, numbers near an edge, tiny and huge
ones. Then come random numbers whose exponents are spread evenly (stratified), since a formula that
is right near 1 may be wrong at 10^-6. All values are exact: rational numbers with few digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, product, zip_longest
from random import Random

from sympy import Expr, I, Integer, Interval, Rational, S, Symbol

_AWKWARD = ("0", "1", "-1", "1/2", "-2", "2", "-1/2", "3", "1/1000000", "-1/1000000")
_FAR = ("1000000", "-1000000", "1/10000000000", "-1/10000000000", "10000000000")
_WHOLE = (0, 1, 2, -1, 3, 5, -2, 4, 7, -3, 12, 10, 6)
_NEARNESS = Rational(1, 1024), Rational(1, 10**6), Rational(1, 10**10)
_EXPONENTS = (0, 0, 0, -1, 1, -2, 2, -4, 4)  # a third of all numbers is within 10 of 1
_NEAR_ONE = (0,)
_TINY, _HUGE = Rational(1, 10**4), Rational(10**3)  # what a moderate range stays within
_PATIENCE = 500  # draws in a row that miss a domain before it is taken to be out of reach


@dataclass(frozen=True)
class Range:
    """The values that one symbol may take: an interval, possibly of integers or complex numbers.

    A moderate range is left at its edges and within a factor 10 of 1: where a value costs an
    integral, tiny and huge parameters cost too much.
    """

    interval: Interval
    is_integer: bool = False
    is_complex: bool = False
    is_moderate: bool = False


def sample(
    ranges: Mapping[Symbol, Range],
    is_wanted: Callable[[Mapping[Symbol, Expr]], bool],
    *,
    points: int,
    seed: int = 0,
) -> Iterator[dict[Symbol, Expr]]:
    """Up to `points` different points, each of which `is_wanted`; the same for the same seed.

    >>> from sympy import Symbol
    >>> x = Symbol("x", positive=True)
    >>> unit = Range(Interval.Lopen(0, 1))
    >>> [point[x] for point in sample({x: unit}, lambda point: True, points=3)]
    [1, 1/2, 1/1000000]
    """
    random = Random(seed)
    seen: set[tuple[Expr, ...]] = set()
    misses = 0
    for candidate in _candidates(ranges, random):
        key = tuple(candidate.values())
        if key not in seen and is_wanted(candidate):
            seen.add(key)
            misses = 0
            yield candidate
        misses += 1
        if len(seen) >= points or misses > _PATIENCE or (not ranges and seen):
            return


def _candidates(ranges: Mapping[Symbol, Range], random: Random) -> Iterator[dict[Symbol, Expr]]:
    """Awkward points along and across the axes, each row of them with a random one; then random."""
    awkward = {symbol: _awkward(range_) for symbol, range_ in ranges.items()}
    if len(ranges) > 1:
        yield from _corners(awkward)
    longest = max((len(values) for values in awkward.values()), default=1)
    for row in range(longest):
        yield {symbol: _draw(ranges[symbol], random) for symbol in ranges} | {
            symbol: values[row] for symbol, values in awkward.items() if row < len(values)
        }
        for symbol, values in awkward.items():
            if row < len(values) and len(ranges) > 1:
                yield {s: _draw(r, random) for s, r in ranges.items()} | {symbol: values[row]}
        if len(ranges) > 1:
            yield {symbol: _draw(range_, random) for symbol, range_ in ranges.items()}
    while True:
        yield {symbol: _draw(range_, random) for symbol, range_ in ranges.items()}


def _corners(awkward: Mapping[Symbol, Sequence[Expr]]) -> Iterator[dict[Symbol, Expr]]:
    """Nine points in which any two of the first four symbols take all pairs of three values.

    The rows of the orthogonal array L9; further symbols repeat the columns. A formula that fails
    only where x = 0 and y = -1, say, is met here.
    """
    values = [entries[:3] for entries in awkward.values()]
    for a, b in product(range(3), repeat=2):
        levels = cycle((a, b, a + b, a + 2 * b))
        if all(values):
            picked = (
                entries[level % len(entries)]
                for entries, level in zip(values, levels, strict=False)
            )
            yield dict(zip(awkward, picked, strict=True))


def _awkward(range_: Range) -> Sequence[Expr]:
    """Values of a range at which formulas like to break."""
    if range_.is_integer:
        return [Integer(n) for n in _WHOLE if range_.interval.contains(n) == S.true]
    low, high = range_.interval.start, range_.interval.end
    values: list[Expr] = [low, high, *map(Rational, _AWKWARD)]
    for nearness in (Rational(1, 8),) if range_.is_moderate else _NEARNESS:
        values += [low + nearness * _size(low), high - nearness * _size(high)]
    values += map(Rational, _FAR)
    if range_.is_moderate:
        values = [v for v in values if v in (low, high) or _TINY < _distance(v, low, high) < _HUGE]
    values = [v for v in values if v.is_finite and range_.interval.contains(v) == S.true]
    values = [v if v in (low, high) else _rational(v, range_.interval) for v in values]
    values = list(dict.fromkeys(values))
    return _with_complex(values) if range_.is_complex else values


def _with_complex(values: Sequence[Expr]) -> list[Expr]:
    """Real and complex values in turn, so that neither kind uses up the points."""
    others = [I, -I / 2, 1 + I, -2 + I / 3, Rational(1, 10**6) * I]
    return [value for pair in zip_longest(values, others) for value in pair if value is not None]


def _distance(value: Expr, low: Expr, high: Expr) -> Expr:
    """How far a value is from the nearest place at which something may break, or from 0 at all."""
    ends = [abs(value - end) for end in (low, high) if end.is_finite]
    return min([*ends, *([] if value == 0 else [abs(value)])], default=S.One)


def _size(edge: Expr) -> Expr:
    return abs(edge) if edge.is_finite and edge != 0 else S.One


def _draw(range_: Range, random: Random) -> Expr:
    """A random value; exponents are spread evenly on unbounded sides and towards edges."""
    if range_.is_integer:
        return _draw_integer(range_.interval, random)
    exponents = _NEAR_ONE if range_.is_moderate else _EXPONENTS
    if range_.is_complex:
        parts = [_draw_real(range_.interval, random, exponents) for _ in range(2)]
        return parts[0] + I * parts[1]
    return _draw_real(range_.interval, random, exponents)


def _draw_integer(interval: Interval, random: Random) -> Expr:
    low = int(interval.start) if interval.start.is_finite else None
    high = int(interval.end) if interval.end.is_finite else None
    reach = random.choice((4, 12, 40))
    if low is None:
        low = -reach if high is None else high - reach
    if high is None:
        high = low + 2 * reach
    return Integer(random.randint(low, min(high, low + 2 * reach)))


def _draw_real(interval: Interval, random: Random, exponents: Sequence[int]) -> Expr:
    low, high = interval.start, interval.end
    if low.is_finite and high.is_finite:
        return _rational(_between(low, high, random, exponents), interval)
    if low.is_finite:
        return _rational(low + _magnitude(random, exponents), interval)
    if high.is_finite:
        return _rational(high - _magnitude(random, exponents), interval)
    return random.choice((1, -1)) * _magnitude(random, exponents)


def _magnitude(random: Random, exponents: Sequence[int]) -> Rational:
    """A positive number of five digits, of which the exponent is drawn first."""
    exponent = random.choice(exponents) - random.randint(0, 1)
    return Rational(random.randint(10**4, 10**5 - 1), 10**4) * Rational(10) ** exponent


def _between(low: Expr, high: Expr, random: Random, exponents: Sequence[int]) -> Expr:
    """A number of an interval: anywhere, or near one end at a random distance."""
    share = Rational(random.randint(1, 10**5 - 1), 10**5)
    if exponents is _EXPONENTS and random.random() < 0.3:
        share = share * Rational(10) ** -random.choice((1, 2, 4, 6))
        if random.random() < 0.5:
            share = 1 - share
    return low + (high - low) * share


def _rational(value: Expr, interval: Interval) -> Expr:
    """A rational number next to a value that an irrational edge has made irrational."""
    if value.is_Rational or not value.is_extended_real:
        return value
    for digits in (5, 10, 20, 40):
        near = Rational(str(value.evalf(digits)))
        if interval.contains(near) == S.true:
            return near
    return value
