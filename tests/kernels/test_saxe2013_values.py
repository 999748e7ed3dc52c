"""Kernels of single modes meet values by other routes, and lose no digits in a large box.

`tests/reference/saxe2013.json` holds the weights, their product and what is left of the strength,
from Taylor series of the flow. Inputs that are no doubles are rounded, which moves a value by the
gap that is added to the tolerance.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from symdyn.kernels.backends.arb import evaluate
from symdyn.kernels.graph import Program
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.program import build
from symdyn.library import saxe2013
from symdyn.numerics.ulps import ulps

pytestmark = pytest.mark.slow  # a minute to make the kernel

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/saxe2013.json").read_text())["entries"]
OUTPUTS = ("two_layer_a", "two_layer_b", "two_layer_u", "two_layer_residual_s_minus_u")
TOLERANCE = 2e-13
BITS = 800
STEP = 2.0**-200  # of a relative change of an input, for condition numbers
POINTS = 200


@cache
def mode() -> Kernel:
    names = ("t", "a0", "b0", "strength", "tau")
    return kernel(saxe2013.mode(), [getattr(saxe2013, name) for name in names])


@cache
def exact() -> Program:
    """The derived results, as they are written."""
    made = mode()
    return build(list(saxe2013.mode()), made.args)


@pytest.mark.parametrize("k", range(len(OUTPUTS)), ids=OUTPUTS)
def test_the_kernel_meets_reference_values(k: int) -> None:
    entries = [entry for entry in ENTRIES if entry["quantity"] == OUTPUTS[k]]
    assert len(entries) >= 10
    for entry in entries:
        point = [float(entry["inputs"][name]) for name in ("t", "a0", "b0", "s", "tau")]
        with mpmath.workdps(60):
            value = mpmath.mpf(entry["value"])
            rounded = mpmath.mpf(evaluate(exact(), point, BITS)[k].mid().str(60, radius=False))
            room = TOLERANCE * abs(value) + abs(rounded - value) + 5e-324
            found = mpmath.mpf(float(mode()(*point)[k]))
            assert abs(found - value) <= room, entry
            assert abs(found * (1 + 1e-12) - rounded) > TOLERANCE * abs(rounded) or not value


def drawn(count: int) -> np.ndarray:
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


def conditions(point: Sequence[float], values: Sequence[arb]) -> list[float]:
    """Sums of |x_i d_i f/f| of all outputs."""
    sums = [arb(0)] * len(values)
    for k in range(len(point)):
        moved = [arb(x) * (1 + STEP) if j == k else arb(x) for j, x in enumerate(point)]
        after = evaluate(exact(), moved, BITS)
        pairs = zip(sums, values, after, strict=True)
        sums = [old if f.is_zero() else old + abs((g - f) / f / STEP) for old, f, g in pairs]
    return [float(one.mid()) for one in sums]


def test_errors_are_within_four_units_and_what_the_inputs_allow() -> None:
    points = drawn(POINTS)
    found: Any = mode()(*points.T)
    for j, point in enumerate(points.tolist()):
        with ctx.workprec(BITS):
            values = evaluate(exact(), point, BITS)
            allowed = [4 + kappa * 2.0**-50 for kappa in conditions(point, values)]
        errors = [ulps(float(column[j]), f) for column, f in zip(found, values, strict=True)]
        assert all(e <= most for e, most in zip(errors, allowed, strict=True)), (point, errors)


def test_a_start_on_the_line_of_the_saddle_stays_there() -> None:
    times = np.array([0.0, 1.0, 100.0, 1e6])
    for a0, b0, s in ((1.0, -1.0, 2.0), (-3.0, -3.0, -1.0)):
        a, b, u, rest = mode()(times, a0, b0, s, 1.0)
        assert (abs(a) == abs(b)).all() and a[-1] == 0 and rest[-1] == s
        assert (np.diff(abs(u)) <= 0).all()
