"""Exact values as mantissa and exponent."""

from __future__ import annotations

import math

import pytest
from flint import arb, ctx

from symdyn.kernels.rewrite.exact import Points, numbers, values


@pytest.mark.parametrize("x", [1.0, -1.0, 0.1, -3e300, 5e-324, math.pi])
def test_doubles_come_back(x: float) -> None:
    seen = numbers([arb(x)])
    assert math.ldexp(seen.mantissa[0], int(seen.exponent[0])) == x
    assert seen.is_double[0] and 0.5 <= abs(seen.mantissa[0]) < 1


def test_values_next_to_a_power_of_two_keep_their_size() -> None:
    with ctx.workprec(300):
        seen = numbers([-1 + arb(2) ** -200, 1 - arb(2) ** -200, -1 - arb(2) ** -200])
    assert seen.real.tolist() == pytest.approx([-1, 1, -1]) and not seen.is_double.any()


def test_what_no_ball_decides_is_undefined_unless_it_is_tiny() -> None:
    wide, tiny = arb(0, 1), arb(0, 1) * arb(2) ** -5000
    seen = numbers([wide, arb("nan"), tiny, None])
    assert seen.defined.tolist() == [False, False, True, False]
    assert -5000 <= seen.exponent[2] <= -4998


def test_points_are_evaluated_at_their_own_precision() -> None:
    points = Points.of([((1.0,), 3000), ((2.0,), 100), ((3.0,), 3000)])
    assert points.bits == (100, 3000, 3000) and len(points.spans()) == 2
    x = values("input", 0, [], points)
    roots = values("sqrt", None, [x], points)
    assert roots[0].rel_accuracy_bits() < 110 < roots[2].rel_accuracy_bits()
