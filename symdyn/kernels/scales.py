"""A scale for the doubles of an interval that shows its edges as well as its middle.

The interval is cut at 0. Each piece has a centre; towards either end the place on the scale is the
logarithm of the number of octaves between centre and argument,

    place = 1/2 -+ log(1 + o) / (2 log(1 + most)),   o = log2(h / d),

where d is the distance to the end and h that of the centre; towards an infinite end o = log2(d/h),
with d the distance to the other end. So a sixth of a unit interval or more goes to arguments of
ordinary size, and the last doubles before an end are still seen.

>>> unit = Scale.of(0.0, 1.0)
>>> unit.place(0.0), unit.place(0.5), unit.place(1.0)
(0.0, 0.5, 1.0)
>>> round(unit.place(1e-10), 2), round(unit.place(1 - 1e-10), 2)
(0.25, 0.94)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from sys import float_info

LARGEST = float_info.max
_TICKS = (1, 2, 4, 8, 16, 100, 300)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Tick:
    """A place on a scale and what is written there; lower `rank` matters more."""

    place: float
    label: str
    rank: int


@dataclass(frozen=True)
class Half:
    """From the centre of a piece to one of its ends: distances `h` times 2^-o, or 2^o."""

    anchor: float  # from which distances are measured
    sign: int  # of argument minus anchor
    h: float
    most: float  # octaves between centre and end
    outward: bool  # whether the end is infinite, and distances grow towards it

    def depth(self, x: float) -> float:
        """0 at the centre, 1 at the end."""
        distance = abs(x - self.anchor)
        if distance == 0.0:
            return 1.0
        octaves = abs(math.log2(distance) - math.log2(self.h))
        return min(1.0, math.log1p(octaves) / math.log1p(self.most))

    def value(self, depth: float) -> float:
        """The argument at a depth."""
        if depth >= 1.0:
            return self.sign * LARGEST if self.outward else self.anchor
        octaves = math.expm1(depth * math.log1p(self.most))
        exponent = octaves if self.outward else -octaves
        power = math.log2(self.h) + exponent
        return self.anchor + self.sign * (LARGEST if power >= 1024 else 2.0**power)


@dataclass(frozen=True)
class Piece:
    """A stretch of doubles of one sign, its left and its right half."""

    low: float
    high: float
    centre: float
    left: Half
    right: Half

    @staticmethod
    def of(low: float, high: float) -> Piece:
        """The piece between two ends, of which one at most is infinite."""
        if high >= LARGEST:
            centre, h = _outward(low, 1)
            return Piece(low, high, centre, _half(low, 1, h), _far(low, 1, h))
        if low <= -LARGEST:
            centre, h = _outward(high, -1)
            return Piece(low, high, centre, _far(high, -1, h), _half(high, -1, h))
        h = max(high / 2 - low / 2, math.ulp(0.0))
        return Piece(low, high, low + h, _half(low, 1, h), _half(high, -1, h))

    def place(self, x: float) -> float:
        """Where an argument stands, from 0 to 1."""
        if x <= self.centre:
            return 0.5 - self.left.depth(x) / 2 if x > self.low else 0.0
        return 0.5 + self.right.depth(x) / 2 if x < self.high else 1.0

    def value(self, place: float) -> float:
        """The argument at a place."""
        half = self.left if place < 0.5 else self.right
        return min(max(half.value(abs(2 * place - 1)), self.low), self.high)

    def ticks(self) -> Iterator[Tick]:
        """Both ends, the centre, and powers of 10 away from the ends."""
        yield Tick(0.0, _end(self.low), 0)
        yield Tick(1.0, _end(self.high), 0)
        yield Tick(0.5, f"{self.centre:.4g}".replace("-", "−"), 1)
        for half in (self.left, self.right):
            for power in _TICKS:
                x = half.anchor + half.sign * 10.0 ** (power if half.outward else -power)
                if self.low < x < self.high and (x > self.centre) == (half is self.right):
                    rank = {8: 2, 2: 3, 16: 4, 100: 4, 4: 5}.get(power, 6)
                    yield Tick(self.place(x), _beside(half, power), rank)


def raised(exponent: int) -> str:
    """A number as an exponent.

    >>> raised(-12)
    '⁻¹²'
    """
    return str(exponent).translate(_RAISED)


def _outward(end: float, sign: int) -> tuple[float, float]:
    h = max(1.0, abs(end))
    return end + sign * h, h


def _half(anchor: float, sign: int, h: float) -> Half:
    """To a finite end, one octave beyond the double next to it."""
    least = abs(math.nextafter(anchor, sign * math.inf) - anchor)
    most = max(1.0, math.log2(h) - math.log2(least) + 1.0)
    return Half(anchor, sign, h, most, outward=False)


def _far(anchor: float, sign: int, h: float) -> Half:
    return Half(anchor, sign, h, max(1.0, 1024 - math.log2(h)), outward=True)


def _end(value: float) -> str:
    if abs(value) >= LARGEST:
        return "∞" if value > 0 else "−∞"
    return f"{value + 0.0:.4g}".replace("-", "−")


def _beside(half: Half, power: int) -> str:
    exponent = power if half.outward else -power
    small = f"10{raised(exponent)}"
    if half.anchor == 0.0 or half.outward:
        return small if half.sign > 0 else f"−{small}"
    return f"{_end(half.anchor)}{'+' if half.sign > 0 else '−'}{small}"


@dataclass(frozen=True)
class Scale:
    """Places from 0 to 1 of all doubles of a closed interval."""

    pieces: tuple[Piece, ...]

    @staticmethod
    def of(low: float, high: float) -> Scale:
        """The scale between two doubles; the largest double stands for infinity."""
        cuts = [low, 0.0, high] if low < 0.0 < high else [low, high]
        return Scale(tuple(Piece.of(a, b) for a, b in pairwise(cuts)))

    def place(self, x: float) -> float:
        """Where an argument stands."""
        k = next((k for k, piece in enumerate(self.pieces) if x <= piece.high), -1)
        k %= len(self.pieces)
        return (k + self.pieces[k].place(x)) / len(self.pieces)

    def value(self, place: float) -> float:
        """The argument at a place."""
        k = min(int(place * len(self.pieces)), len(self.pieces) - 1)
        return self.pieces[k].value(place * len(self.pieces) - k)

    def ticks(self) -> tuple[Tick, ...]:
        """Where to write what, what matters most first."""
        n = len(self.pieces)
        found = [
            Tick((k + tick.place) / n, tick.label, tick.rank)
            for k, piece in enumerate(self.pieces)
            for tick in piece.ticks()
        ]
        return tuple(sorted(found, key=lambda tick: tick.rank))
