"""Arguments on which kernels over vectors are measured: directions, lengths, numbers of nodes.

Pairs of vectors are drawn independent, nearly parallel or antiparallel (angles down to 1e-16, and
1e-100 beside a coordinate axis), exactly so, nearly equal, equal, and with lengths from 1e-150 to
1e150; populations of as many nodes are permutations of each other then, so that sums cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sympy import Symbol

from symdyn.calculus.equivariant import Vector
from symdyn.kernels.patterns.layout import Layout
from symdyn.kernels.ranges import Range

Arrays = tuple[np.ndarray, ...]
LARGEST_NUMBER = 1e4  # of a number that is not bounded
EQUALLY_MANY = 0.3  # chance of as many nodes in each population, so that sums can cancel


def drawn(found: Layout, ranges: Sequence[Range], rng: np.random.Generator, k: int) -> Arrays:
    """The arguments of the k-th call: single nodes in every second one."""
    d = int(rng.integers(2, 7))
    counts = [
        1 if k % 2 or _is_vector(found, p) else int(rng.integers(1, 4)) for p in _places(found)
    ]
    if rng.random() < EQUALLY_MANY:
        counts = [1 if _is_vector(found, p) else counts[0] for p in _places(found)]
    rows = _related(rng, counts, d)
    arrays: list[np.ndarray] = []
    for argument in found.arguments:
        if not isinstance(argument, Symbol):
            place = _place(found, argument)
            arrays.append(rows[place][0] if isinstance(argument, Vector) else rows[place])
        elif argument in found.weights:
            arrays.append(rng.normal(size=counts[found.weights.index(argument)]))
        else:
            arrays.append(np.array(_number(ranges[found.scalars.index(argument)], rng)))
    return tuple(arrays)


def edges(found: Layout, ranges: Sequence[Range]) -> list[Arrays]:
    """Equal, opposite and orthogonal vectors, one node each, and numbers at their ends."""
    one, across = np.array([3.0, 4.0]), np.array([-4.0, 3.0])
    numbers = [
        [end for end in part.inside if np.isfinite(end)] + [1.0, LARGEST_NUMBER] for part in ranges
    ]
    points: list[Arrays] = []
    for other in (one, -one, 2 * one, -0.25 * one, across, 1e-150 * one, -1e150 * one):
        for k in range(max(map(len, numbers), default=1)):
            scalars = [part[k % len(part)] for part in numbers]
            points.append(_edge(found, [one, other], scalars))
    return points


def _edge(found: Layout, vectors: Sequence[np.ndarray], scalars: Sequence[float]) -> Arrays:
    arrays: list[np.ndarray] = []
    for argument in found.arguments:
        if isinstance(argument, Symbol):
            is_weight = argument in found.weights
            number = 1.0 if is_weight else scalars[found.scalars.index(argument)]
            arrays.append(np.array([number] if is_weight else number))
            continue
        vector = vectors[_place(found, argument)]
        arrays.append(vector if isinstance(argument, Vector) else vector[None, :])
    return tuple(arrays)


def _places(found: Layout) -> range:
    return range(len(found.populations))


def _place(found: Layout, argument: object) -> int:
    vector = argument if isinstance(argument, Vector) else argument.vector  # type: ignore[attr-defined]
    return [p.vector for p in found.populations].index(vector)


def _is_vector(found: Layout, place: int) -> bool:
    return found.populations[place].vector in found.arguments


def _number(part: Range, rng: np.random.Generator) -> float:
    low, high = part.inside
    if np.isfinite(low) and np.isfinite(high):
        return float(rng.uniform(low, high))
    sign = 1.0 if np.isfinite(low) else -1.0 if np.isfinite(high) else float(rng.choice([-1, 1]))
    start = low if np.isfinite(low) else high if np.isfinite(high) else 0.0
    size = 10.0 ** rng.uniform(-20, np.log10(LARGEST_NUMBER))
    return float(start + sign * rng.choice([size, rng.uniform(0, 50)]))


def _related(rng: np.random.Generator, counts: Sequence[int], d: int) -> list[np.ndarray]:
    """Arrays of rows, the later ones related to the first in one of several ways."""
    first = rng.normal(size=(counts[0], d))
    relate = RELATIONS[int(rng.integers(len(RELATIONS)))]
    rows = [first]
    for count in counts[1:]:
        same = count == counts[0]
        near = first[rng.permutation(count) if same else rng.integers(counts[0], size=count)]
        rows.append(relate(near, rng))
    scale = 10.0 ** rng.choice([0.0, -149.0, 145.0], p=[0.7, 0.15, 0.15])
    return [scale * part for part in rows]


def _independent(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=near.shape)


def _aside(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """At a small angle, or nearly opposite, with another length."""
    sign, size = rng.choice([-1.0, 1.0]), 10.0 ** rng.uniform(-2, 2)
    return size * (sign * near + 10.0 ** rng.uniform(-16, -1) * rng.normal(size=near.shape))


def _close(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return near * (1 + 10.0 ** rng.uniform(-16, -1) * rng.normal(size=near.shape))


def _equal(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return near.copy()


def _along(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exactly parallel or antiparallel."""
    return near * rng.choice([-1.0, 1.0]) * 2.0 ** rng.integers(-30, 30)


def _resized(near: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of a very different length."""
    return rng.normal(size=near.shape) * 10.0 ** rng.uniform(-140, 4)


RELATIONS: tuple[Callable[[np.ndarray, np.random.Generator], np.ndarray], ...] = (
    _independent,
    _aside,
    _close,
    _equal,
    _along,
    _resized,
)
