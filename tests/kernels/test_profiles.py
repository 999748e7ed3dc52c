"""What is drawn of a kernel's errors is measured, covers the domain and hides nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from sympy import exp, log, symbols

from symdyn.kernels.certify import certify
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.profiles import POINTS, Profile, profile
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges

x, y = symbols("x y", positive=True)


@pytest.fixture(scope="module")
def logarithm() -> Kernel:
    return kernel(log(1 + x) / x, x, domain={x: (0, 10)}, target=4.0)


@pytest.fixture(scope="module")
def textbook(logarithm: Kernel) -> Kernel:
    """The same function as it is written: all digits are lost at small arguments."""
    return replace(logarithm, program=build(log(1 + x) / x, [x]), limits=())


def test_points_cover_the_scale(logarithm: Kernel):
    (axis,) = profile(logarithm).axes
    places = sorted(axis.scale.place(v) for v in axis.values)
    assert len(places) > 0.8 * POINTS
    assert max(b - a for a, b in pairwise(places)) < 0.02


def test_the_first_error_is_the_largest_and_the_one_of_the_certificate(logarithm: Kernel):
    drawn = profile(logarithm)
    assert drawn.errors[0] == logarithm.certificate.worst[0].error >= max(drawn.errors) - 1e-9
    assert drawn.target == 4.0 and f"x = {drawn.axes[0].values[0]!r}" == drawn.worst


def test_a_profile_is_the_same_twice(logarithm: Kernel):
    assert profile(logarithm) == profile(logarithm)


def test_lost_digits_are_seen_where_they_are_lost(textbook: Kernel, logarithm: Kernel):
    def worst_below(drawn: Profile, end: float) -> float:
        values = zip(drawn.axes[0].values, drawn.errors, strict=True)
        return max(error for v, error in values if 0 < v < end)

    assert worst_below(profile(textbook), 1e-10) > 1e5
    assert worst_below(profile(logarithm), 1e-10) < 4


def test_each_argument_has_its_axis_and_conditions_hold(logarithm: Kernel):
    made = kernel(exp(-x) * y, (x, y), domain=[x < y, y < 5])
    drawn = profile(made)
    assert [axis.name for axis in drawn.axes] == ["x", "y"]
    first, second = (axis.values for axis in drawn.axes)
    assert len(first) == len(drawn.errors)
    assert all(a <= b for a, b in zip(first, second, strict=True))
    assert not any(math.isnan(error) for error in drawn.errors)


class Halves:
    """Over arrays: half of a vector, wrong by 2^-50 where its first entry is above 1."""

    name = "halves"

    def draw(self, rng: np.random.Generator, count: int) -> list[tuple[np.ndarray, ...]]:
        return [(rng.uniform(0.5, 1.5, 3),) for _ in range(count)]

    def reference(self, point: tuple[np.ndarray, ...], bits: int) -> list[arb]:
        return [arb(x) / 2 for x in point[0].tolist()]

    def __call__(self, v: np.ndarray) -> np.ndarray:
        return v / 2 * (1 + 2.0**-50 * (v[0] > 1))

    @property
    def certificate(self):
        return certify(self, points=60)


def test_errors_over_arrays_are_sorted_and_none_is_lost():
    drawn = profile(Halves())
    assert drawn.axes == () and drawn.curves is None
    assert list(drawn.errors) == sorted(drawn.errors, reverse=True)
    assert 6 < drawn.errors[0] < 10 and drawn.errors[-1] == 0.0


class Doubled:
    """Over numbers, drawn by itself: wrong by 2^-50 above 1, and looked at up to 3."""

    name = "doubled"
    args = (x,)
    domain = Ranges.of((x,), {x: (0, 3)})

    def draw(self, rng: np.random.Generator, count: int) -> list[tuple[np.ndarray, ...]]:
        return [(np.array(rng.uniform(0.5, 1.5)),) for _ in range(count)]

    def spread(self, rng: np.random.Generator, count: int) -> list[tuple[np.ndarray, ...]]:
        return [(np.array(3 * rng.random()),) for _ in range(count)]

    def reference(self, point: tuple[np.ndarray, ...], bits: int) -> list[arb]:
        return [2 * arb(float(point[0]))]

    def __call__(self, v: np.ndarray) -> np.ndarray:
        return 2 * v * (1 + 2.0**-50 * (v > 1))

    @property
    def certificate(self):
        return certify(self, points=60)


def test_kernels_of_numbers_that_draw_their_own_have_axes_and_curves():
    drawn = profile(Doubled())
    (axis,) = drawn.axes
    assert axis.name == "x" and max(axis.values) > 2.5 and min(axis.values) < 0.3
    pairs = list(zip(axis.values, drawn.errors, strict=True))
    assert all((error > 1) == (place > 1) for place, error in pairs)
    assert list(drawn.errors) == sorted(drawn.errors, reverse=True)
    assert drawn.worst == f"x = {axis.values[0]!r}"
    assert drawn.curves is not None and drawn.curves.argument == "x"
