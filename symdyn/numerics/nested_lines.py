"""Iterated integrals of smooth, fast decaying integrands by sums over lines within lines.

Where the integrand decays along a line like a Gaussian of middle m and width s (`line_parts`), the
line is cut to

    m - R*s < x < m + R*s        exp(-R^2/2) below the last digit

inside its limits, R shrinking with the distance ((x - m)/s)^2 of the lines further out. A line that
no limit cuts has the trapezoidal rule, whose nodes are multiples of one step, the others have the
Gauss-Legendre rule. Where an inner line starts at a limit near its middle, the outer line is cut
too, so that no layer is narrower than a panel. On every panel n nodes are used, and n grows until
the sums agree: the error is taken to be the next change to be expected, the size of what was cut
off, and the radius of Arb's balls. It is an estimate and no bound.

Integrands that are singular, or have kinks along lines that are not parallel to an axis, are left
to other rules: the answer is None, as it is where too many nodes would be needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import floor

from flint import acb, arb, ctx
from sympy import Basic, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import run
from symdyn.numerics.hoisting import Program
from symdyn.numerics.line_parts import (
    Part,
    Point,
    Spread,
    flattened,
    is_even,
    is_odd,
    parts_of,
    real_value,
    spreads_of,
)
from symdyn.numerics.piecewise import Ball

GUARD_BITS = 40
FIRST_NODES = 0.25  # per bit
GROWTH = 1.35
MOST_NODES = 150_000  # of all lines together
MOST_PARTS = 16
SETTLED = 0.05  # change of the sum of sizes, which diverges where the integral does

Place = tuple[arb, arb, int | None]  # where, with what weight, and a key to remember values by


@dataclass(frozen=True)
class Estimate:
    """A sum, the sum of the sizes of its terms, and an estimate of its error."""

    value: Ball
    size: arb
    error: arb

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.value + other.value, self.size + other.size, self.error + other.error)


NOTHING = Estimate(arb(0), arb(0), arb(0))


def nested_integral(node: Basic, point: Point, bits: int) -> Estimate | None:
    """An iterated integral to a number of bits, None where this rule does not suit it.

    >>> from sympy import Integral, exp, oo
    >>> from sympy.abc import x, y
    >>> form = Integral(exp(-x**2 - x*y - y**2), (x, -oo, oo), (y, -oo, oo))
    >>> found = nested_integral(form, {}, 100)
    >>> abs(found.value - 2*arb.pi()/arb(3).sqrt()) < 1e-14, found.error < 1e-25
    (True, True)
    """
    with ctx.workprec(bits + GUARD_BITS):
        try:
            whole = flattened(node)
            variables = {axis.variable for axis in whole.axes}
            if len(variables) < len(whole.axes) or variables & point.keys():
                return None
            parts = list(parts_of(whole, point))
            if len(parts) > MOST_PARTS:
                return None
            found = [_over_part(part, point, bits) for part in parts]
        except UnsupportedError:
            return None
        known = [estimate for estimate in found if estimate is not None]
        if len(known) < len(found):
            return None
        return sum(known, NOTHING)


def _over_part(part: Part, point: Point, bits: int) -> Estimate | None:
    """Sums with growing numbers of nodes until two agree."""
    spreads = spreads_of(part, point)
    if spreads is None:
        return None
    if is_odd(part):
        return NOTHING
    nodes = int(FIRST_NODES * bits) + 8
    reach = (2 * arb(2).log() * (bits + GUARD_BITS)).sqrt().mid()
    previous: Estimate | None = None
    change = arb.pos_inf()
    while nodes ** len(part.axes) <= MOST_NODES:
        nest = _Nest(part, point, spreads, nodes, reach)
        found = nest.line(len(part.axes) - 1)
        if not found.value.is_finite() or nest.is_spent:
            return None
        if previous is not None:
            last, change = change, acb(found.value - previous.value).abs_upper()
            error = _next_change(last, change) + found.error.upper() + acb(found.value).rad()
            is_settled = abs(found.size - previous.size) <= SETTLED * found.size
            if is_settled and error <= found.size.lower() * arb(2) ** -bits:
                return Estimate(found.value, found.size, error)
        previous, nodes = found, int(nodes * GROWTH)
    return None


def _next_change(before: arb, last: arb) -> arb:
    """How far a sum may still be off, the changes falling at least as fast as so far."""
    return last * last / before if last < before < arb.pos_inf() else last


class _Nest:
    """The lines of one part, with a given number of nodes on each panel."""

    def __init__(
        self, part: Part, point: Point, spreads: list[Spread | None], nodes: int, reach: arb
    ) -> None:
        self._axes = part.axes
        self._spreads = spreads
        self._reach = reach
        self._rooms = [reach * reach] * len(part.axes)
        self._middles: list[arb | None] = [None] * len(part.axes)
        self._is_even = is_even(part)
        self._nodes = nodes
        self._rule = legendre_rule(nodes, ctx.prec)
        self._program = Program(part.form, [axis.variable for axis in part.axes], point)
        self._point = dict(point)
        self._places: dict[Symbol, arb] = {}
        self._left = 2 * MOST_NODES

    @property
    def is_spent(self) -> bool:
        """Whether cuts have made more panels than there are nodes for."""
        return self._left < 0

    def line(self, level: int) -> Estimate:
        """The integral over one axis and all inside it; the error is what was cut off."""
        spread, values = self._spreads[level], self._outer_values(level)
        low, high = self._limits(level)
        if spread is None:
            lost, is_free = arb(0), False
            self._middles[level] = None
        else:
            middle = self._middles[level] = spread.middle(values)
            away = (self._rooms[level].sqrt() * spread.width).mid()
            first, last = middle - away, middle + away
            ends = [*([] if low > first else [first]), *([] if high < last else [last])]
            lost = sum((self._at(level, end).size for end in ends), arb(0)) * spread.width
            low, high = (low if low > first else first), (high if high < last else last)
            is_free = len(ends) == 2
        found = Estimate(arb(0), lost, lost)
        if not high > low:
            return found
        cuts = self._cuts(level, values, low, high)
        if spread is not None and is_free and not cuts:
            step = (2 * self._reach * spread.width / self._nodes).mid()
            return found + self._sum(level, self._even(level, low, high, step))
        for a, b in pairwise([low, *cuts, high]):
            found = found + self._sum(level, self._panel(a, b))
        return found

    def _even(self, level: int, low: arb, high: arb, step: arb) -> Iterator[Place]:
        """Multiples of a step, at which sums over all lines of a level can share values."""
        first, last = (floor(float(end / step)) for end in (low, high))
        is_half = self._is_even and level == len(self._axes) - 1
        if is_half:
            yield arb(0), step, 0
        for k in range(1 if is_half else first + 1, last + 1):
            yield step * k, 2 * step if is_half else step, k

    def _panel(self, a: arb, b: arb) -> Iterator[Place]:
        half, middle = ((b - a) / 2).mid(), ((a + b) / 2).mid()
        for node, weight in self._rule:
            yield middle + half * node, half * weight, None

    def _sum(self, level: int, places: Iterator[Place]) -> Estimate:
        if level:
            terms = ((weight, self._at(level, place.mid())) for place, weight, _ in places)
            return sum((Estimate(w * e.value, w * e.size, w * e.error) for w, e in terms), NOTHING)
        total, size = arb(0), arb(0)
        for place, weight, key in places:
            self._left -= 1
            term = weight * self._program.advance(0, place, key)
            total, size = total + term, size + abs(term)
        return Estimate(total, size, arb(0))

    def _at(self, level: int, place: arb) -> Estimate:
        variable = self._axes[level].variable
        self._point[variable] = self._places[variable] = place
        if level:
            self._rooms[level - 1] = self._room_inside(level, place)
        value = self._program.advance(level, place)
        return self.line(level - 1) if level else Estimate(value, abs(value), arb(0))

    def _outer_values(self, level: int) -> list[arb]:
        return [self._places[axis.variable] for axis in self._axes[level + 1 :]]

    def _limits(self, level: int) -> tuple[arb, arb]:
        axis = self._axes[level]
        low, high = (acb(run(end, self._point)) for end in (axis.lower, axis.upper))
        if not (low.imag == high.imag == 0 and low.real <= high.real):
            raise UnsupportedError(f"the limits of {axis.variable} are not real and in order")
        return low.real, high.real

    def _room_inside(self, level: int, place: arb) -> arb:
        """What is left of R^2 for the lines inside."""
        spread, middle, room = self._spreads[level], self._middles[level], self._rooms[level]
        if spread is None or middle is None:
            return room
        left = (room - ((place - middle) / spread.width) ** 2).mid()
        return left if left > 0 else arb(0)

    def _cuts(self, level: int, values: list[arb], low: arb, high: arb) -> list[arb]:
        """Where the line inside begins and ceases to be cut by its own limits."""
        spread = self._spreads[level - 1] if level else None
        if spread is None or not abs(spread.slopes[0]) > 0:
            return []
        rest = zip(spread.slopes[1:], values, strict=True)
        start = sum((a * v for a, v in rest), spread.start)
        away = self._reach * spread.width
        found: list[arb] = []
        for end in (self._axes[level - 1].lower, self._axes[level - 1].upper):
            if end.is_number and end.is_finite:
                edge = real_value(end, self._point) - start
                found += [((edge + k * away) / spread.slopes[0]).mid() for k in (-1, 0, 1)]
        return sorted({e for e in found if low < e < high}, key=float)


@lru_cache(maxsize=64)
def legendre_rule(nodes: int, bits: int) -> tuple[tuple[arb, arb], ...]:
    """Nodes and weights of the Gauss-Legendre rule on (-1, 1).

    >>> sum(weight*node**2 for node, weight in legendre_rule(5, 100)).overlaps(arb(2)/3)
    True
    """
    with ctx.workprec(bits):
        found = [arb.legendre_p_root(nodes, k, weight=True) for k in range(nodes)]
        return tuple((node.mid(), weight) for node, weight in found)
