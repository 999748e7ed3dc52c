"""Where the search for an implicit value starts: a table of intervals, and a cubic on each.

    f(y) = z      z_k <= z < z_{k+1}:   y is between y_k and y_{k+1}, and nearly a cubic in z

The ends of intervals are doubles y_k, of which f is evaluated: nothing need be solved for a table.
They lie closer where f bends more, and towards the ends of the range, at which f may be infinite or
have no slope. In every interval Newton's method, from the cubic with the right values and slopes at
both ends, comes within 2^-80 of y in `STEPS` steps and one in pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isfinite

from flint import arb, ctx
from sympy import Expr, Lambda

from symdyn.errors import UnsupportedError
from symdyn.numerics.roots import LARGEST, value_at

STEPS = 3  # of Newton's method in doubles, before the one in pairs
FOUND = 2.0**-80  # what is left of the place then, relative to it
BITS = 100
ROUGH = 16.0  # ratio of distances between which other places are looked at only if needed
INSIDE = (0.15, 0.5, 0.85)  # of an interval, where its cubic is looked at
FAR = 4.0  # the ratio of places from which the middle is that of their logarithms
BISECTIONS = 60
MOST = 4096  # intervals
SMALLEST = 2.0**-1022
FINEST = 2.0**-50  # of an end that is not 0: doubles near it are no closer


@dataclass(frozen=True)
class Knots:
    """Intervals of a function, in ascending order of its values; a column for each number.

    `values` are those of the function at the first end of each, `inverses` one over the difference
    to its last; `places` the ends, one more than there are intervals; the cubic in
    d = (z - value) inverse, 0 <= d <= 1, is place + d (c_1 + d (c_2 + d c_3)).
    """

    values: tuple[float, ...]
    inverses: tuple[float, ...]
    places: tuple[float, ...]
    cubics: tuple[tuple[float, float, float], ...]
    last: float  # the value at the last end


@dataclass(frozen=True)
class _Place:
    """A place with its value and slope there."""

    y: float
    z: arb
    slope: arb


At = Callable[[float], "_Place | None"]


@lru_cache(maxsize=32)
def knots(function: Lambda, slope: Lambda, low: Expr, high: Expr) -> Knots:
    """The intervals of a monotone function.

    >>> from sympy import Symbol, oo
    >>> y = Symbol("y")
    >>> found = knots(Lambda(y, y + y**3), Lambda(y, 1 + 3*y**2), -oo, oo)
    >>> list(found.values) == sorted(found.values)
    True

    Raises UnsupportedError for a function that needs too many.
    """
    with ctx.workprec(BITS):
        known: dict[float, _Place | None] = {}

        def at(y: float) -> _Place | None:
            if y not in known:
                known[y] = _evaluated(function, slope, y)
            return known[y]

        rough = _rough(float(low), float(high))
        edges = [_edge(*pair, at) for pair in pairwise(rough)]
        found = [at(y) for y in sorted({*rough, *(y for y in edges if y is not None)})]
        places = _chosen(_rising([place for place in found if place is not None]), at)
        if len(places) < 2:
            raise UnsupportedError(f"{function.expr} is not known on {low}, {high}")
        if places[0].z > places[-1].z:
            places.reverse()
        return _columns(places)


def _evaluated(function: Lambda, slope: Lambda, y: float) -> _Place | None:
    z, rate = (_real(value_at(part, {}, arb(y))) for part in (function, slope))
    if z is None or rate is None or not isfinite(float(z)) or rate.contains(0):
        return None
    return _Place(y, z.mid(), rate.mid())


def _real(ball: object) -> arb | None:
    return ball if isinstance(ball, arb) and ball.is_finite() else None


def _rough(low: float, high: float) -> list[float]:
    """Places between which others may be needed: distances from ends and zero double."""
    found: set[float] = set()
    for origin, way in ((low, 1), (high, -1), (0.0, 1), (0.0, -1)):
        if not isfinite(origin):
            continue
        smallest = abs(origin) * FINEST if origin else SMALLEST
        step = 1.0
        for factor in (ROUGH, 1 / ROUGH):
            step = 1.0
            while smallest <= step <= LARGEST / 2:
                found.add(origin + way * step)
                step *= factor
    found |= {end for end in (LARGEST, -LARGEST, SMALLEST, -SMALLEST) if low < end < high}
    return sorted(y for y in found if low < y < high)


def _edge(first: float, last: float, at: At) -> float | None:
    """The last place at which the function is known, between one that is known and one not."""
    if (at(first) is None) == (at(last) is None):
        return None
    inside, outside = (first, last) if at(last) is None else (last, first)
    for _ in range(BISECTIONS):
        middle = _between(inside, outside, 0.5)
        if at(middle) is None:
            outside = middle
        else:
            inside = middle
    return inside


def _rising(places: Sequence[_Place]) -> list[_Place]:
    """Those whose values, as doubles, differ from the one before."""
    found: list[_Place] = []
    for place in places:
        if not found or float(place.z) != float(found[-1].z):
            found.append(place)
    return found


def _chosen(rough: Sequence[_Place], at: At) -> list[_Place]:
    """The ends of intervals: as many rough ones together as one cubic fits, or parts of one."""
    found, k = list(rough[:1]), 0
    while k < len(rough) - 1:
        size = 1
        if not _fits(rough[k : k + 2], at):
            found += _parted(rough[k], rough[k + 1], at)
        else:
            step = 1
            while k + size + step < len(rough) and _fits(rough[k : k + size + step + 1], at):
                size += step
                step *= 2
            while step:
                if k + size + step < len(rough) and _fits(rough[k : k + size + step + 1], at):
                    size += step
                step //= 2
            found.append(rough[k + size])
        k += size
        if len(found) > MOST:
            raise UnsupportedError(f"an implicit function that needs more than {MOST} intervals")
    return found


def _parted(first: _Place, last: _Place, at: At) -> list[_Place]:
    middle = at(_between(first.y, last.y, 0.5))
    if middle is None or middle.y in (first.y, last.y) or _fits([first, last], at):
        return [last]
    return [*_parted(first, middle, at), *_parted(middle, last, at)]


def _between(first: float, last: float, share: float) -> float:
    if first * last > 0 and not 1 / FAR < first / last < FAR:
        return first * (last / first) ** share
    return first * (1 - share) + last * share


def _fits(places: Sequence[_Place], at: At) -> bool:
    """Whether the cubic from the first to the last place is near enough to the inverse.

    Looked at are places between neighbours, too: over many powers of two the cubic may be right
    nearly everywhere and wrong at one end.
    """
    first, last = places[0], places[-1]
    c1, c2, c3 = _cubic(first, last)
    width = last.z - first.z
    inside = {y for one, other in pairwise(places) for y in _looked_at(one.y, other.y)}
    for y in sorted({*inside, *_looked_at(first.y, last.y), *(p.y for p in places[1:-1])}):
        place = at(y)
        if place is None:
            return False
        d = (place.z - first.z) / width
        start = float(first.y + d * (c1 + d * (c2 + d * c3)))
        if not _is_found(at(min(max(start, first.y), last.y)), place):
            return False
    return True


def _is_found(start: _Place | None, place: _Place) -> bool:
    """Whether Newton's method gets from a start to a place in time: errors are squared, e -> C e^2,
    so that n steps of which the first divides the error by q divide it by q^(2^n - 1)."""
    if start is None:
        return False
    error = abs(arb(start.y) - place.y)
    if error == 0:
        return True
    after = abs(start.y - (start.z - place.z) / start.slope - place.y)
    share = after / error
    return bool(
        share < 0.5 and error * share ** (2 ** (STEPS + 1) - 1) <= FOUND * abs(arb(place.y))
    )


def _looked_at(first: float, last: float) -> list[float]:
    found = [_between(first, last, share) for share in INSIDE]
    found += [first * (1 - share) + last * share for share in INSIDE]
    return [y for y in found if first < y < last and y != 0.0]


def _cubic(first: _Place, last: _Place) -> tuple[arb, arb, arb]:
    """Coefficients of d, d^2 and d^3 for which values and slopes at both ends are right."""
    width = last.z - first.z
    rise, a, b = arb(last.y) - arb(first.y), width / first.slope, width / last.slope
    return a, 3 * rise - 2 * a - b, a + b - 2 * rise


def _columns(places: Sequence[_Place]) -> Knots:
    cubics = [_cubic(one, other) for one, other in pairwise(places)]
    return Knots(
        tuple(float(place.z) for place in places[:-1]),
        tuple(_within_doubles(1 / (other.z - one.z)) for one, other in pairwise(places)),
        tuple(place.y for place in places),
        tuple((_within_doubles(a), _within_doubles(b), _within_doubles(c)) for a, b, c in cubics),
        float(places[-1].z),
    )


def _within_doubles(value: arb) -> float:
    """A number, or the largest one: coefficients at the far ends of a range may overflow."""
    return min(max(float(value), -LARGEST), LARGEST)
