"""Kernels of single modes meet values by other routes, and lose no digits in a large box.

`tests/reference/saxe2013.json` holds the weights, their product and what is left of the strength,
from Taylor series of the flow, and times from quadrature. Inputs that are no doubles are rounded,
which moves a value by the gap that is added to the tolerance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from symdyn.kernels.certify.climbing import climb, starts_from
from symdyn.kernels.certify.conditioning import ALLOWED, conditions
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.numerics.doubles import Doubles

pytestmark = pytest.mark.slow  # a minute to make a kernel

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/saxe2013.json").read_text())["entries"]
TOLERANCE = 2e-13
DIGITS = 60
BITS = 800
UNITS = 4.0  # in the last place, and what the inputs allow
REACH = 1e-6, 1e6
POINTS = 200

# Quantity -> result of the library, what fixes it, which output, names of the inputs in order
ROUTES: dict[str, tuple[str, tuple[str, ...], int, tuple[str, ...]]] = {
    "two_layer_a": ("mode", (), 0, ("t", "a0", "b0", "s", "tau")),
    "two_layer_b": ("mode", (), 1, ("t", "a0", "b0", "s", "tau")),
    "two_layer_u": ("mode", (), 2, ("t", "a0", "b0", "s", "tau")),
    "two_layer_residual_s_minus_u": ("mode", (), 3, ("t", "a0", "b0", "s", "tau")),
    "two_layer_time": ("mode_time", (), 0, ("u0", "uf", "s", "c0", "tau")),
}


@cache
def made(name: str, **fixed: int) -> Kernel:
    found = kernel(f"saxe2013::{name}", **fixed)
    assert isinstance(found, Kernel)
    return found


@cache
def meter(name: str, **fixed: int) -> Meter:
    return Meter(made(name, **fixed))


def entries(quantity: str) -> list[Mapping[str, Any]]:
    return [entry for entry in ENTRIES if entry["quantity"] == quantity]


@pytest.mark.parametrize("quantity", ROUTES)
def test_kernels_meet_reference_values(quantity: str) -> None:
    name, parameters, k, names = ROUTES[quantity]
    assert len(entries(quantity)) >= 2
    for entry in entries(quantity):
        fixed = {parameter[0]: int(entry["inputs"][parameter]) for parameter in parameters}
        point = [float(entry["inputs"][name]) for name in names]
        found = made(name, **fixed)(*point)
        value = float(found[k] if isinstance(found, tuple) else found)
        exact = meter(name, **fixed).exact(k, point, BITS).mid().str(DIGITS, radius=False)
        with mpmath.workdps(DIGITS):
            known, rounded = mpmath.mpf(entry["value"]), mpmath.mpf(exact)
            room = TOLERANCE * abs(known) + abs(rounded - known) + 5e-324
            assert abs(value - known) <= room, entry
            assert abs(value * (1 + 1e-12) - rounded) > TOLERANCE * abs(rounded) or not known


def drawn(count: int) -> Doubles:
    """Inputs of 1e-6 to 1e6, many nearly balanced or nearly learned, at times of every stage."""
    rng = np.random.default_rng(7)
    points = 10 ** rng.uniform(-6, 6, (count, 5))
    points[:, 1:4] *= rng.choice([-1, 1], (count, 3))
    near = 1 + rng.choice([0, 1, -1], count) * 2.0 ** -rng.uniform(1, 52, count)
    kind = rng.integers(0, 6, count)
    even, learned = kind == 0, kind == 1
    points[even, 2] = (points[:, 1] * near * rng.choice([-1, 1], count))[even]
    points[learned, 3] = (points[:, 1] * points[:, 2] * near)[learned]
    c = (points[:, 1] - points[:, 2]) * (points[:, 1] + points[:, 2])
    stage = points[:, 4] * 10 ** rng.uniform(-2, 2.5, count) / np.hypot(points[:, 3], c / 2)
    points[kind > 2, 0] = stage[kind > 2]
    return points.clip(-1e6, 1e6)


def shares(points: Doubles) -> Doubles:
    """Errors of `mode` as shares of what is allowed: 4 units, and what the inputs leave open."""
    held = meter("mode")
    errors = np.stack(held.each(points, held.values(points)), axis=1)
    found = errors.max(axis=1) / UNITS
    for k in np.flatnonzero(found > 1):
        kappa = np.array(conditions(held.forms, points[k].tolist()))
        found[k] = float((errors[k] / (UNITS + kappa * ALLOWED)).max())
    return found


def test_errors_are_within_four_units_and_what_the_inputs_allow() -> None:
    points = drawn(POINTS)
    found = shares(points)
    assert found.max() <= 1

    def inside(places: Doubles) -> Doubles:
        sizes = np.abs(places)
        kept = (sizes >= REACH[0]).all(axis=1) & (sizes <= REACH[1]).all(axis=1)
        kept &= (places[:, [0, 4]] > 0).all(axis=1)
        errors = np.full(len(places), np.nan)
        errors[kept] = shares(places[kept])
        return errors

    climbed = climb(inside, starts_from(points, found), np.random.default_rng(8))
    assert climbed.errors.max() <= 1


def test_a_start_on_the_line_of_the_saddle_stays_there() -> None:
    times = np.array([0.0, 1.0, 100.0, 1e6])
    for a0, b0, s in ((1.0, -1.0, 2.0), (-3.0, -3.0, -1.0)):
        a, b, u, rest = made("mode")(times, a0, b0, s, 1.0)
        assert (abs(a) == abs(b)).all() and a[-1] == 0 and rest[-1] == s
        assert (np.diff(abs(u)) <= 0).all()


NEVER: tuple[tuple[str, Sequence[float]], ...] = (
    ("mode_time", (0.5, 2.0, 1.0, 0.3, 1.0)),  # the strength lies between
    ("mode_time", (-0.5, 0.5, 1.0, 0.0, 1.0)),  # a balanced mode stops at 0
    ("mode_time", (-0.5, 0.5, 0.0, 0.0, 1.0)),
)


@pytest.mark.parametrize(("name", "point"), NEVER)
def test_what_is_never_reached_takes_for_ever(name: str, point: Sequence[float]) -> None:
    assert made(name)(*point) == np.inf


def test_a_mode_of_strength_zero_decays_from_either_side() -> None:
    """1/|u| grows at the rate 2/tau; the way back lies behind."""
    time = made("mode_time")
    assert time(-0.5, -0.25, 0.0, 0.0, 3.0) == 3.0 and time(0.5, 0.25, 0.0, 0.0, 3.0) == 3.0
    assert time(-0.25, -0.5, 0.0, 0.0, 3.0) == -3.0


def test_what_lies_behind_takes_negative_time() -> None:
    there, back = (
        made("mode_time")(0.1, 0.9, 1.0, 0.3, 1.0),
        made("mode_time")(0.9, 0.1, 1.0, 0.3, 1.0),
    )
    assert there > 0 and np.isclose(back, -there, rtol=1e-15, atol=0)
