"""A scale shows ordinary arguments and both edges, in order."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from symdyn.kernels.scales import LARGEST, Scale

INTERVALS = [
    (0.0, 1.0),
    (-1.0, 1.0),
    (0.0, math.pi),
    (0.0, LARGEST),
    (-LARGEST, LARGEST),
    (-LARGEST, -3.0),
    (2.0, LARGEST),
    (-5.0, 1e300),
    (0.0, 1e-300),
    (0.0, 1e-310),
    (1.0, 1.0 + 2**-51),
]
every_interval = pytest.mark.parametrize(("low", "high"), INTERVALS)


@every_interval
def test_places_grow_with_arguments_from_end_to_end(low: float, high: float):
    scale = Scale.of(low, high)
    values = [scale.value(k / 200) for k in range(201)]
    assert values == sorted(values) and (values[0], values[-1]) == (low, high)
    assert (scale.place(low), scale.place(high)) == (0.0, 1.0)
    places = [scale.place(x) for x in values]
    assert all(a <= b for a, b in pairwise(places))


@pytest.mark.parametrize(("low", "high"), INTERVALS[:8])
def test_a_value_stands_at_its_place(low: float, high: float):
    scale = Scale.of(low, high)
    for k in range(1, 40):  # beyond, places are nearer to each other than the doubles there
        assert scale.place(scale.value(k / 40)) == pytest.approx(k / 40, abs=0.02)


def test_the_last_doubles_before_an_end_are_seen_and_so_are_ordinary_values():
    scale = Scale.of(0.0, 1.0)
    assert 0 < 1 - scale.place(1 - 2**-53) < 0.01 < 0.02 < 1 - scale.place(1 - 2**-45)
    assert scale.place(0.98) - scale.place(0.02) > 0.3


def test_tiny_numbers_on_both_sides_of_zero_are_told_apart():
    scale = Scale.of(-1.0, 1.0)
    assert scale.place(-1e-300) < scale.place(0.0) == 0.5 < scale.place(1e-300)


@every_interval
def test_ticks_stand_on_the_scale_and_name_the_ends(low: float, high: float):
    ticks = Scale.of(low, high).ticks()
    assert all(0.0 <= tick.place <= 1.0 and tick.label for tick in ticks)
    assert {tick.place for tick in ticks if tick.rank == 0} >= {0.0, 1.0}


def test_ticks_say_what_is_at_their_place():
    labels = {tick.label: tick.place for tick in Scale.of(0.0, 1.0).ticks()}
    scale = Scale.of(0.0, 1.0)
    assert labels["10⁻⁸"] == scale.place(1e-8) and labels["1−10⁻⁸"] == scale.place(1 - 1e-8)
    unbounded = {tick.label: tick.place for tick in Scale.of(-LARGEST, LARGEST).ticks()}
    assert unbounded["∞"] == 1.0 and unbounded["−10¹⁰⁰"] < unbounded["−10⁻¹⁰⁰"]
