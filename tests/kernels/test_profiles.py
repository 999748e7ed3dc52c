"""What is drawn of a kernel's errors is measured, covers the domain and hides nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from sympy import exp, log, symbols

from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.profiles import POINTS, Profile, profile
from symdyn.kernels.program import build

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
