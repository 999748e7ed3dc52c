"""Points are drawn where errors hide: every exponent, every edge, every meeting of arguments."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from symdyn.errors import DomainError
from symdyn.kernels.certify.box import LARGEST, Box
from symdyn.kernels.certify.seams import Seam
from symdyn.kernels.certify.strata import corners, strata
from symdyn.kernels.ranges import Ranges

x, y = sp.symbols("x y", real=True)


def drawn(box: Box, seams: tuple[Seam, ...] = (), count: int = 3000) -> dict[str, np.ndarray]:
    found = strata(box, seams, count, np.random.default_rng(0))
    return {stratum.name: stratum.points for stratum in found}


def test_every_exponent_of_the_domain_is_met() -> None:
    points = drawn(Box(((0.0, LARGEST),)))["representable"][:, 0]
    exponents = np.unique(np.frexp(points)[1] // 64)
    assert len(exponents) >= 2098 // 64


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_64_doubles_beside_each_end_are_all_met(end: float) -> None:
    points = set(drawn(Box(((0.0, 1.0),)))["edges"][:, 0].tolist())
    at = end
    for _ in range(64):
        assert at in points
        at = math.nextafter(at, 0.5)


def test_distances_to_an_end_are_even_in_their_logarithm() -> None:
    points = drawn(Box(((1.0, 2.0),)))["near"][:, 0]
    distances = points[points < 1.5] - 1.0
    decades = np.unique(np.floor(np.log10(distances[distances > 0])))
    assert {-1.0, -5.0, -10.0, -15.0} <= set(decades.tolist())


def test_points_stay_in_the_domain_and_keep_its_conditions() -> None:
    box = Box.of(Ranges.of([x, y], {x: (-2, sp.pi), y: (0, 1)}, [x < y]))
    for points in drawn(box).values():
        assert np.all((points[:, 0] >= -2) & (points[:, 0] <= math.pi))
        assert np.all((points[:, 1] >= 0) & (points[:, 1] <= 1) & (points[:, 0] <= points[:, 1]))


def test_arguments_meet_nearly_equal_and_nearly_opposite() -> None:
    points = drawn(Box(((-10.0, 10.0), (-10.0, 10.0))))["together"]
    first, second = points.T
    for sign in (1.0, -1.0):
        gaps = np.abs(first - sign * second) / np.maximum(np.abs(first), 1e-300)
        assert (gaps < 1e-12).sum() > 20


def test_the_neighbours_of_a_seam_are_met() -> None:
    points = drawn(Box(((0.0, 4.0),)), (Seam((3.0,), 0),))["seams"][:, 0]
    assert len(points) == 129 and 3.0 in points


def test_corners_are_all_combinations_of_special_values() -> None:
    found = {tuple(point) for point in corners(Box(((0.0, 1.0), (-1.0, 2.0)))).tolist()}
    assert found == {(a, b) for a in (0.0, 1.0) for b in (-1.0, 0.0, 1.0, 2.0)}


def test_the_same_seed_draws_the_same_points() -> None:
    box = Box(((0.0, 1.0), (-1.0, 1.0)))
    first, second = drawn(box), drawn(box)
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_a_domain_that_nothing_reaches_is_an_error() -> None:
    box = Box(((0.0, 1.0),), lambda points: np.zeros(len(points), bool))
    with pytest.raises(DomainError, match="conditions"):
        drawn(box)
