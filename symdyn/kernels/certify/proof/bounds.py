"""What is known of one computed value on an interval of inputs: its range and its error.

A value is a head and a tail (two doubles; the tail of a plain double is 0). Its error is that of
head + tail against what exact arithmetic would have given; it is bounded absolutely and relatively,
whichever is known, since sums want the first and products near 0 the second.

    |head + tail - ideal| <= error,  |head + tail - ideal| <= share |ideal|
    |tail| <= tail,                  |tail| <= tail_share |head|

Bounds are doubles, rounded up by a margin that covers the rounding of the few operations by which
each is computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

UNIT = 2.0**-53
LEAST = 2.0**-1074
SMALLEST_NORMAL = 2.0**-1022
RESIDUES = 2.0**-960  # products from here on have residues that are doubles
MARGIN = 1 + 2.0**-40


def smallest(low: float, high: float) -> float:
    """The smallest size of a number between two."""
    return 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))


def up(value: float) -> float:
    """A little more, whatever rounding did to a sum of products of nonnegative numbers."""
    return value * MARGIN + 4 * LEAST if value < 1e-280 and value else value * MARGIN


@dataclass(frozen=True)
class Bounds:
    """A value on an interval; `before` are error and share before the last rounding.

    `least` is the smallest size that the head can have if it is not 0, and the head is a whole
    multiple of `grid`. `sums` is a range of head + tail, if narrower than that of the head.
    """

    low: float
    high: float
    least: float = LEAST
    grid: float = LEAST
    tail: float = 0.0
    tail_share: float = 0.0
    error: float = 0.0
    share: float = 0.0
    before: tuple[float, float] | None = None
    sums: tuple[float, float] | None = None

    @staticmethod
    def exact(low: float, high: float) -> Bounds:
        """Doubles between two of them."""
        small = smallest(low, high)
        ulp = max(math.ulp(small), LEAST)
        return Bounds(low, high, max(small, LEAST), ulp)

    @property
    def big(self) -> float:
        """The largest size of the head."""
        return max(abs(self.low), abs(self.high))

    @property
    def small(self) -> float:
        """The smallest size of the head."""
        return smallest(self.low, self.high)

    @property
    def is_point(self) -> bool:
        """Whether the head is one and the same double."""
        return self.low == self.high

    @property
    def is_double(self) -> bool:
        """Whether there is no tail."""
        return self.tail == 0.0

    @property
    def unrounded(self) -> tuple[float, float]:
        """Error and share before the last rounding of a double; of a wide value, its own."""
        return (self.error, self.share) if self.before is None else self.before

    def negated(self) -> Bounds:
        """The value with the other sign."""
        sums = None if self.sums is None else (-self.sums[1], -self.sums[0])
        return replace(self, low=-self.high, high=-self.low, sums=sums)

    def settled(self) -> Bounds:
        """The value rounded to a double: head + tail."""
        if self.is_double:
            return self
        low, high = self.low - self.tail, self.high + self.tail
        low = max(low, self.low * (1 - self.tail_share)) if self.low > 0 else low
        high = min(high, self.high * (1 - self.tail_share)) if self.high < 0 else high
        if self.sums is not None:
            low, high = max(low, self.sums[0]), min(high, self.sums[1])
        least = LEAST if self.tail_share > 0.5 else self.least * 0.5
        found = Bounds(down_from(low), up_from(high), least)
        return finished(found, self.error, self.share, UNIT, self.error + UNIT * found.big)


def down_from(value: float) -> float:
    """The next double below."""
    return math.nextafter(value, -math.inf)


def up_from(value: float) -> float:
    """The next double above."""
    return math.nextafter(value, math.inf)


def finished(found: Bounds, error: float, share: float, local_share: float, whole: float) -> Bounds:
    """A rounded double, from error and share before rounding, and what rounding adds.

    `local_share` is that of the rounding (infinite where a result may be subnormal and inexact),
    `whole` the absolute error with it.
    """
    before = settle(found, up(error), up(share))
    after = compound(share, local_share)
    error, share = settle(found, up(whole), after)
    return replace(found, error=error, share=share, before=before)


def compound(share: float, other: float) -> float:
    """The share of an error that is made after another one; infinite if either is."""
    if share == math.inf or other == math.inf:
        return math.inf
    return up(share + other + share * other)


def settle(found: Bounds, error: float, share: float) -> tuple[float, float]:
    """Each of the two bounds may be better known through the other.

    |V - ideal| <= error gives |ideal| >= |V| - error; and |ideal| <= |V|/(1 - share).
    """
    largest, least = found.big + found.tail, max(found.small - found.tail, 0.0)
    if share < 0.5:
        error = min(error, up(share * largest / (1 - share)))
    if least > error:
        share = min(share, up(error / (least - error)))
    return error, share
