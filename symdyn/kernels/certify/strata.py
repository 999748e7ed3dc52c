"""Points at which a kernel is measured, drawn where errors like to hide.

    ordinary        values of the size that users have
    representable   uniform over the doubles of the domain: every exponent as often as any other
    near            at distances even in their logarithm from special points, on both sides
    together        several arguments nearly equal, opposite, or of one common size
    edges, seams    the 64 doubles on either side of each end of the domain and of each seam

Special points are the finite ends, 0, 1 and -1, and the seams. With several arguments each draws
from its own strata independently, so that awkward values meet one another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from symdyn.errors import DomainError
from symdyn.kernels.certify.box import LARGEST, Box
from symdyn.kernels.certify.seams import Seam
from symdyn.numerics.doubles import Doubles, doubles, ordinals

NEIGHBOURS = 64
_TRIES = 12  # times that a stratum is drawn again where conditions refuse much of it
_MOST_CORNERS = 512


@dataclass(frozen=True)
class Stratum:
    """Points of one kind, of shape (n, arguments)."""

    name: str
    points: Doubles


def strata(
    box: Box, seams: Sequence[Seam], count: int, rng: np.random.Generator
) -> tuple[Stratum, ...]:
    """About `count` points of a box in strata; edges and seams come on top.

    >>> found = strata(Box(((0.0, 1.0),)), (), 100, np.random.default_rng(0))
    >>> [stratum.name for stratum in found]
    ['ordinary', 'representable', 'near', 'edges']

    Raises DomainError where the conditions refuse all points that were drawn.
    """
    draw = _Drawing(box, seams, rng)
    kinds = _kinds(draw)
    share = count // len(kinds)
    found = [Stratum(name, _drawn(box, one, share)) for name, one in kinds]
    found.append(Stratum("edges", box.within(draw.edges())))
    if seams:
        found.append(Stratum("seams", box.within(np.concatenate([_around(s) for s in seams]))))
    found = [stratum for stratum in found if len(stratum.points)]
    if not found:
        raise DomainError("no double that was drawn satisfies the conditions of the domain")
    return tuple(found)


Draw = Callable[[int], Doubles]


def _kinds(draw: _Drawing) -> list[tuple[str, Draw]]:
    kinds: list[tuple[str, Draw]] = [
        ("ordinary", draw.ordinary),
        ("representable", draw.representable),
        ("near", draw.near),
    ]
    if len(draw.box.ends) > 1:
        kinds += [("mixed", draw.mixed), ("together", draw.together)]
    return kinds


def _drawn(box: Box, draw: Draw, count: int) -> Doubles:
    """Drawn again and again until there are enough that belong to the domain."""
    found = box.within(draw(count))
    for _ in range(_TRIES):
        if len(found) >= count:
            break
        found = box.within(np.concatenate([found, draw(count)]))
    return (
        found if len(found) <= count else found[np.linspace(0, len(found) - 1, count).astype(int)]
    )


def corners(box: Box) -> Doubles:
    """Points at which every argument has a special value."""
    return np.array(list(product(*map(_special, box.ends)))[:_MOST_CORNERS])


def _special(ends: tuple[float, float]) -> list[float]:
    """The ends, 0, 1 and -1."""
    low, high = ends
    return [v for v in dict.fromkeys((low, high, 0.0, 1.0, -1.0)) if low <= v <= high]


class _Drawing:
    """Draws points of a box, argument by argument."""

    def __init__(self, box: Box, seams: Sequence[Seam], rng: np.random.Generator) -> None:
        self.box, self.seams, self.rng = box, seams, rng
        self.axes = range(len(box.ends))

    def ordinary(self, count: int) -> Doubles:
        return self._by_axis(lambda axis: self.box.ordinary(axis, count, self.rng))

    def representable(self, count: int) -> Doubles:
        return self._by_axis(lambda axis: self._places(axis, count))

    def near(self, count: int) -> Doubles:
        """Half about special points of all arguments, half about seams."""
        beside = self._by_axis(lambda axis: self._beside(axis, count))
        if not self.seams:
            return beside
        return np.concatenate([beside[: count - count // 2], self._beside_seams(count // 2)])

    def mixed(self, count: int) -> Doubles:
        """Each argument from its own kind of values."""

        def one(axis: int) -> Doubles:
            kinds = (
                self.box.ordinary(axis, count, self.rng),
                self._places(axis, count),
                self._beside(axis, count),
            )
            return np.choose(self.rng.integers(0, 3, count), kinds)

        return self._by_axis(one)

    def together(self, count: int) -> Doubles:
        """Two arguments nearly equal or opposite; or all of one common size."""
        points = self.mixed(count)
        rows = np.arange(count)
        first = self.rng.integers(0, len(self.axes), count)
        second = (first + self.rng.integers(1, len(self.axes), count)) % len(self.axes)
        gap = self._signed(count) * 2.0 ** self.rng.uniform(-54.0, 2.0, count)
        gap = np.where(self.rng.random(count) < 0.1, 0.0, gap)
        with np.errstate(over="ignore", under="ignore"):
            twins = points.copy()
            twins[rows, second] = self._signed(count) * points[rows, first] * (1.0 + gap)
            size = 2.0 ** self.rng.uniform(-1070.0, 1020.0, count)
            common = size[:, None] * self.rng.uniform(-4.0, 4.0, points.shape)
        low, high = np.array(self.box.ends).T
        return np.where((rows % 2 == 0)[:, None], twins, np.clip(common, low, high))

    def edges(self) -> Doubles:
        """All corners of special values, and the neighbours of each end and special value."""
        parts = [corners(self.box)]
        for axis in self.axes:
            for value in (*_special(self.box.ends[axis]), *_least(self.box.ends[axis])):
                beside = _neighbours(value)
                points = self._mixed_or_alone(len(beside))
                points[:, axis] = beside
                parts.append(points)
        return np.concatenate(parts)

    def _mixed_or_alone(self, count: int) -> Doubles:
        return self.mixed(count) if len(self.axes) > 1 else np.zeros((count, 1))

    def _by_axis(self, one: Callable[[int], Doubles]) -> Doubles:
        return np.stack([one(axis) for axis in self.axes], axis=1)

    def _places(self, axis: int, count: int) -> Doubles:
        first, last = (int(k) for k in ordinals(self.box.ends[axis]))
        return doubles(self.rng.integers(first, last, count, endpoint=True))

    def _signed(self, count: int) -> Doubles:
        return self.rng.choice([-1.0, 1.0], count)

    def _beside(self, axis: int, count: int) -> Doubles:
        centres = self.rng.choice(np.array(_special(self.box.ends[axis])), count)
        low, high = self.box.ends[axis]
        return np.clip(self._away(centres, min(high - low, 1e6), count), low, high)

    def _away(self, centres: Doubles, reach: float, count: int) -> Doubles:
        """Distances even in their logarithm, from below the spacing of doubles upwards."""
        sizes = np.abs(centres)
        least = np.where(sizes > 0, np.log2(np.maximum(sizes, 5e-324)) - 54.0, -1074.0)
        most = math.log2(max(reach, 5e-324))
        exponents = self.rng.uniform(np.minimum(least, most), np.maximum(least, most), count)
        return centres + self._signed(count) * np.exp2(exponents)

    def _beside_seams(self, count: int) -> Doubles:
        chosen = self.rng.integers(0, len(self.seams), count)
        points = np.array([self.seams[k].point for k in chosen]).reshape(count, -1)
        axes = np.array([self.seams[k].axis for k in chosen], np.int64)
        rows = np.arange(count)
        centres = points[rows, axes]
        points[rows, axes] = self._away(centres, 1.0, count)
        return points


def _least(ends: tuple[float, float]) -> list[float]:
    """The least normal number of either sign: below it doubles lose digits."""
    tiny = float(np.finfo(np.float64).tiny)
    return [v for v in (tiny, -tiny) if ends[0] <= v <= ends[1]]


def _neighbours(value: float) -> Doubles:
    top = int(ordinals([LARGEST])[0])
    places = int(ordinals([value])[0]) + np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    return doubles(places[(places >= -top) & (places <= top)])


def _around(seam: Seam) -> Doubles:
    beside = _neighbours(seam.point[seam.axis])
    points = np.repeat(np.array([seam.point]), len(beside), axis=0)
    points[:, seam.axis] = beside
    return points
