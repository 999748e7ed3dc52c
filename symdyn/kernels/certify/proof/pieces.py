"""Parts of a domain, each with a variable t in which functions are power series.

    interior   x = m + t,          -s <= t <= s
    anchored   x = a + side t^q,    0 <= t <= s       beside a point a where a function is singular
    far        x = side/t^q,        0 <= t <= s       beside infinity

A part holds the doubles from its lower to its upper end, and nothing is said of other numbers; so
beside a singular point t is not below the distance of the nearest double.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb
from sympy import Expr

from symdyn.kernels.certify.proof.bounds import down_from, up_from
from symdyn.kernels.certify.proof.models import Model, raised
from symdyn.kernels.reparametrise.exact_function import real_ball
from symdyn.numerics.doubles import doubles, ordinals

LARGEST = sys.float_info.max
NEAR = 2.0**-24  # distance from a singular point at which functions are tried


@dataclass(frozen=True)
class Anchor:
    """A point (or infinity), the side of it on which a part lies, and the root that is taken."""

    point: Expr
    side: int
    root: int = 1

    @property
    def is_far(self) -> bool:
        """Whether it is infinity."""
        return bool(self.point.is_infinite)

    def distance(self, x: float) -> arb:
        """From a double, to the power that t has."""
        if self.is_far:
            return arb(0) if math.isinf(x) else 1 / abs(arb(x))
        return self.side * (arb(x) - real_ball(self.point))

    def variable(self, x: float) -> arb:
        """t at a double."""
        found = self.distance(x)
        if self.root == 1 or found.is_zero():
            return found
        return found.nonnegative_part().root(self.root)


@dataclass(frozen=True)
class Piece:
    """The doubles from `low` to `high`; an anchor lies at one of the ends or just outside."""

    low: float
    high: float
    anchor: Anchor | None = None
    is_extreme: bool = False  # of arguments whose products underflow: not worth cutting

    @property
    def is_point(self) -> bool:
        """Whether it holds one double."""
        return self.low == self.high

    def argument(self, order: int) -> Model:
        """x as a model in t."""
        if self.anchor is None:
            middle = (arb(self.low) + arb(self.high)) / 2
            half = (arb(self.high) - arb(self.low)) / 2
            return Model.variable(arb(0, half.upper()), order) + middle
        anchor = self.anchor
        top = max(anchor.variable(x).abs_upper() for x in (self.low, self.high))
        t = Model.variable(arb(top / 2, top / 2), order)
        distance = t.raised(Fraction(anchor.root))
        if anchor.is_far:
            return distance.inverse() * anchor.side
        return distance * anchor.side + real_ball(anchor.point)

    @property
    def least(self) -> arb:
        """A lower bound of t over the doubles of an anchored part."""
        if self.anchor is None:
            return arb(0)
        ends = (min(max(x, -LARGEST), LARGEST) for x in (self.low, self.high))
        return min(self.anchor.variable(x).abs_lower() for x in ends)

    def apart(self) -> tuple[Piece, ...]:
        """The double that is the anchor, if one is, apart from those beside it.

        At t = 0 nothing is small beside a power of t.
        """
        anchor = self.anchor
        if anchor is None or anchor.is_far or self.is_point:
            return (self,)
        if anchor.side > 0 and anchor.distance(self.low).contains(0):
            return replace(self, high=self.low), replace(self, low=up_from(self.low))
        if anchor.side < 0 and anchor.distance(self.high).contains(0):
            return replace(self, high=down_from(self.high)), replace(self, low=self.high)
        return (self,)

    def beside(self) -> Piece | None:
        """Doubles next to the anchor, for a piece that is the anchor and no more."""
        anchor = self.anchor
        if anchor is None or anchor.is_far or not self.is_point:
            return None
        if not anchor.distance(self.low).is_zero():
            return None
        end = float(real_ball(anchor.point) + anchor.side * NEAR)
        if anchor.side > 0:
            return replace(self, low=up_from(self.low), high=end)
        return replace(self, low=end, high=down_from(self.high))

    def halves(self) -> tuple[Piece, Piece]:
        """The lower and the upper half: of t beside an anchor, else of x, or of its logarithm."""
        low, high = self.low, self.high
        cut = _middle(low, high) if self.anchor is None else self._cut(self.anchor)
        return self.cut_at(min(max(cut, up_from(low)), high))

    def cut_at(self, x: float) -> tuple[Piece, Piece]:
        """The doubles below x, and those from x on, each with the anchor if it is theirs."""
        lower, upper = replace(self, high=down_from(x)), replace(self, low=x)
        if self.anchor is None or self.is_extreme:
            return lower, upper
        near_low = (self.anchor.side > 0) != self.anchor.is_far
        if near_low:
            return lower, replace(upper, anchor=None)
        return replace(lower, anchor=None), upper

    def _cut(self, anchor: Anchor) -> float:
        top = max(anchor.variable(x).abs_upper() for x in (self.low, self.high))
        distance = raised(top / 2, anchor.root)
        if anchor.is_far:
            return float(anchor.side / distance)
        return float(real_ball(anchor.point) + anchor.side * distance)


def _middle(low: float, high: float) -> float:
    if low > 0 and high > 4 * low:
        return math.sqrt(low) * math.sqrt(high)
    if high < 0 and low < 4 * high:
        return -math.sqrt(-low) * math.sqrt(-high)
    return low + (high - low) / 2


def place_of(x: float) -> int:
    """The ordinal of a double."""
    return int(ordinals(x))


def double_at(place: int) -> float:
    """The double with an ordinal."""
    return float(doubles(place))
