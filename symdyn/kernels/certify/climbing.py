"""A search for worse points: hill climbing in the order of doubles.

Errors of rounding look random from one double to the next, but their size follows the formula:
from each start the arguments take random steps of so many doubles, one argument or all, and the
worst neighbour found becomes the next start. Steps of many lengths are tried at once; they grow
longer where something worse is found and shorter elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symdyn.kernels.certify.box import LARGEST
from symdyn.numerics.doubles import Doubles, Ordinals, doubles, ordinals

STARTS = 24
ROUNDS = 40
NEIGHBOURS = 4  # of each point in each round
APART = 2**44  # doubles between two starts
_FIRST_STEP, _GROW, _SHRINK = 2.0**48, 1.5, 0.75
_FINER = 24.0  # a step may be up to so many powers of 2 shorter

Measure = Callable[[Doubles], Doubles]  # errors at points; nan or -inf where a point does not count


@dataclass(frozen=True)
class Found:
    """Where a search ended, with the errors there, and how many points it looked at."""

    points: Doubles
    errors: Doubles
    evaluations: int


def climb(measure: Measure, starts: Doubles, rng: np.random.Generator) -> Found:
    """Go from all starts at once to points with larger errors.

    >>> rough = lambda points: -np.abs(points[:, 0] - 3.0)
    >>> found = climb(rough, np.array([[1.0]]), np.random.default_rng(0))
    >>> bool(abs(found.points[0, 0] - 3.0) < 0.01)
    True
    """
    places, best = ordinals(starts), _counted(measure(starts))
    step = np.full(len(starts), _FIRST_STEP)
    for _ in range(ROUNDS):
        near = _moved(places, step, rng)
        errors = _counted(measure(doubles(near.reshape(-1, places.shape[1]))))
        errors = errors.reshape(NEIGHBOURS, -1)
        worst = np.argmax(errors, axis=0)
        rows = np.arange(len(worst))
        better = errors[worst, rows] > best
        places = np.where(better[:, None], near[worst, rows], places)
        best = np.where(better, errors[worst, rows], best)
        step = np.clip(step * np.where(better, _GROW, _SHRINK), 1.0, 2.0**52)
    return Found(doubles(places), best, len(starts) * (ROUNDS * NEIGHBOURS + 1))


def starts_from(points: Doubles, errors: Doubles) -> Doubles:
    """The worst points that are apart from one another."""
    chosen: list[int] = []
    places = ordinals(points).astype(np.float64)
    for k in np.argsort(-_counted(errors), kind="stable"):
        if all(np.max(np.abs(places[k] - places[c])) > APART for c in chosen):
            chosen.append(int(k))
        if len(chosen) == STARTS:
            break
    return points[chosen]


def _counted(errors: Doubles) -> Doubles:
    return np.where(np.isnan(errors), -np.inf, errors)


def _moved(places: Ordinals, step: Doubles, rng: np.random.Generator) -> Ordinals:
    """Random steps of one argument, of all, or of all alike: shape (neighbours, n, arguments)."""
    shape = (NEIGHBOURS, *places.shape)
    finer = 2.0 ** -rng.uniform(0.0, _FINER, shape[:2])
    moves = rng.normal(size=shape) * (step * finer)[..., None]
    kind = rng.integers(0, 3, shape[:2])
    single = np.arange(shape[2]) == rng.integers(0, shape[2], shape[:2])[..., None]
    moves = np.where((kind == 0)[..., None], moves * single, moves)
    moves = np.where((kind == 1)[..., None], moves[..., :1], moves)
    top = int(ordinals([LARGEST])[0])
    moves = np.rint(moves).astype(np.int64)
    return np.clip(places[None] + moves, -top, top)
