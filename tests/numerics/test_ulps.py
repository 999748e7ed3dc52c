"""An error in ulps is the true one, at every size of number, and never too small."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from symdyn.numerics.doubles import doubles, ordinals
from symdyn.numerics.ulps import SINGLE, TooWide, errors_in_ulps, summary, ulps

LEAST = 5e-324
LARGEST = 1.7976931348623157e308
NORMAL = st.floats(allow_nan=False, allow_infinity=False, width=64)


def by_definition(x: float, exact: Fraction) -> Fraction:
    """|x - F| over the spacing of doubles in the binade of F."""
    exponent = -1074
    if exact:
        size = abs(exact)
        floor = size.numerator.bit_length() - size.denominator.bit_length()
        floor -= size < Fraction(2) ** floor
        exponent = max(min(floor, 1023) - 52, -1074)
    return abs(Fraction(x) - exact) / Fraction(2) ** exponent


@given(NORMAL, st.fractions(min_value=-4, max_value=4, max_denominator=10**6))
def test_error_is_the_one_of_the_definition(x: float, shift: Fraction) -> None:
    exact = Fraction(x) + shift * Fraction(math.ulp(x))
    assert ulps(x, exact) == pytest.approx(float(by_definition(x, exact)), abs=2e-3, rel=1e-12)


@given(NORMAL)
def test_a_double_has_no_error_against_itself(x: float) -> None:
    assert ulps(x, x) == 0.0


@given(st.fractions(max_denominator=10**9))
def test_rounding_correctly_costs_half_a_unit_at_most(exact: Fraction) -> None:
    assert ulps(exact.numerator / exact.denominator, exact) <= 0.5 + 1e-3


def test_unit_is_that_of_the_exact_value_at_a_power_of_two() -> None:
    below = Fraction(1) - Fraction(1, 2**54)  # in the binade below 1, whose unit is half as large
    assert ulps(1.0, below) == 0.5
    assert ulps(1.0 + 2**-52, 1) == 1.0 and ulps(1.0 - 2**-53, 1) == 0.5


def test_zero_and_subnormal_values_have_the_least_unit() -> None:
    assert ulps(0.0, 0) == ulps(-0.0, 0) == 0.0
    assert ulps(3 * LEAST, 0) == 3.0
    assert ulps(0.0, Fraction(3, 10) * Fraction(LEAST)) == pytest.approx(0.3, abs=2e-3)
    assert ulps(2 * LEAST, Fraction(7, 3) * Fraction(LEAST)) == pytest.approx(1 / 3, abs=2e-3)


def test_beyond_the_largest_double() -> None:
    unit = Fraction(2) ** 971
    assert ulps(math.inf, Fraction(2) ** 2000) == 0.0
    assert ulps(-math.inf, Fraction(2) ** 2000) == math.inf
    assert ulps(math.inf, Fraction(LARGEST) + unit / 2) == 0.0
    assert ulps(math.inf, Fraction(LARGEST)) == 1.0
    assert ulps(LARGEST, Fraction(LARGEST) + 2 * unit) == 2.0
    assert ulps(math.inf, 1) == math.inf


def test_infinity_is_right_where_the_exact_value_is_infinite() -> None:
    assert ulps(math.inf, sp.oo) == 0.0 == ulps(-math.inf, -math.inf)
    assert ulps(LARGEST, sp.oo) == math.inf == ulps(math.nan, sp.oo)


def test_nan_is_right_where_there_is_no_real_value_only() -> None:
    assert ulps(math.nan, math.nan) == ulps(math.nan, acb(0, 1)) == 0.0
    assert ulps(math.nan, 1) == ulps(1.0, math.nan) == ulps(0.0, acb(0, 1)) == math.inf


@pytest.mark.parametrize("exact", [sp.sqrt(2), mpmath.mpf(2) ** 0.5, np.float64(2) ** 0.5])
def test_numbers_of_many_kinds_are_exact_values(exact: object) -> None:
    assert ulps(1.4142135623730951, exact) < 0.5


def test_precision_grows_until_the_ball_is_narrow() -> None:
    asked: list[int] = []

    def difference(bits: int) -> arb:
        asked.append(bits)
        big = arb(10) ** 120
        return (big + 1).sqrt() - big.sqrt()

    assert ulps(5e-61, difference) < 1.0
    assert asked[0] < 400 < asked[-1]


def test_a_ball_that_stays_wide_is_no_exact_value() -> None:
    with pytest.raises(TooWide, match="known to less"):
        ulps(1.0, arb(1, 1e-17))
    with pytest.raises(TooWide):
        ulps(1.0, lambda bits: arb("nan"))


def test_the_middle_of_a_ball_is_never_used_without_its_radius() -> None:
    narrow = arb(1, 1e-20)
    assert ulps(1.0, narrow) >= 1e-20 / 2**-52


def test_many_errors_are_the_same_as_one_by_one() -> None:
    points = np.linspace(0.1, 9.0, 200)
    values = np.cbrt(points)
    before = ctx.prec

    def ball(point: float, bits: int) -> arb:
        return arb(point).root(3)

    together = errors_in_ulps(values.tolist(), points.tolist(), ball)
    alone = [ulps(y, lambda bits, x=x: arb(x).root(3)) for x, y in zip(points, values, strict=True)]
    assert together.tolist() == alone
    assert ctx.prec == before


def test_what_is_not_known_is_nan_and_does_not_count() -> None:
    found = errors_in_ulps([1.0, 2.0], [0, 1], lambda p, bits: arb(fmpq(2)) if p else arb("nan"))
    assert np.isnan(found[0]) and found[1] == 0.0
    assert summary(found) == (0.0, 0.0, 0.0)
    assert math.isnan(summary([math.nan])[0])


@given(NORMAL)
def test_neighbours_differ_by_one_place(x: float) -> None:
    above = doubles(ordinals([x]) + 1)[0]
    assert above == math.nextafter(x, math.inf)
    assert doubles(ordinals([x]))[0] == x and ordinals([-x])[0] == -ordinals([x])[0]


def test_single_precision_has_its_own_unit() -> None:
    thirds = [float(np.float32(1.0) / np.float32(3.0)), 2.0**-149, math.inf]
    exact = [fmpq(1, 3), fmpq(3, 2**150), fmpq(2) ** 200]
    found = errors_in_ulps(thirds, exact, lambda point, bits: arb(point), format=SINGLE)
    assert found == pytest.approx([1 / 3, 0.5, 0.0], abs=2e-3)
