"""The search finds what samples miss, and counts only what counts."""

from __future__ import annotations

import numpy as np

from symdyn.kernels.certify.climbing import APART, STARTS, climb, starts_from
from symdyn.numerics.doubles import doubles, ordinals


def hill(points: np.ndarray) -> np.ndarray:
    """Largest at (0.3, 0.7)."""
    return -np.abs(points - np.array([0.3, 0.7])).sum(axis=1)


def test_search_climbs_a_hill_in_two_arguments() -> None:
    found = climb(hill, np.array([[0.35, 0.65]]), np.random.default_rng(0))
    assert found.errors[0] > -0.03 > hill(np.array([[0.35, 0.65]]))[0]


def test_search_never_ends_below_its_start() -> None:
    starts = np.random.default_rng(1).uniform(0.1, 1.0, (10, 2))
    found = climb(hill, starts, np.random.default_rng(0))
    assert np.all(found.errors >= hill(starts))
    assert np.array_equal(hill(found.points), found.errors)


def test_what_is_undecided_attracts_nobody() -> None:
    def holed(points: np.ndarray) -> np.ndarray:
        return np.where(points[:, 0] > 0.5, np.nan, points[:, 0])

    found = climb(holed, np.array([[0.49]]), np.random.default_rng(0))
    assert 0.49 <= found.points[0, 0] <= 0.5


def test_starts_are_the_worst_points_apart_from_one_another() -> None:
    cluster = doubles(ordinals([1.0]) + np.arange(200))
    points = np.concatenate([cluster, np.linspace(2.0, 60.0, 40)])[:, None]
    errors = np.where(points[:, 0] < 1.5, 10.0, 1.0)
    errors[-1] = np.nan
    chosen = starts_from(points, errors)[:, 0]
    assert chosen[0] == 1.0 and np.sum(chosen < 1.5) == 1 and len(chosen) == STARTS
    assert np.min(np.diff(np.sort(ordinals(chosen)))) > APART
