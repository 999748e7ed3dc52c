"""Inner integrals in closed form have the value of the integral, or are left alone."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb
from sympy import (
    Abs,
    Heaviside,
    Integer,
    Integral,
    Max,
    Min,
    Rational,
    asin,
    cos,
    erf,
    exp,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
)

from symdyn.numerics.balls import enclose
from symdyn.numerics.inner_integrals import closed_form, over_inner
from symdyn.numerics.precision import evaluate

x, y, c = symbols("x y c", real=True)
BITS = 200
VALUES = (Rational(-7, 5), Integer(0), Rational(3, 4))

CLOSED = (
    (x**3 * y + x, 0, y),
    (exp(-(x**2)), 0, oo),
    (x**4 * exp(-(x**2) / 2 + x * y), -oo, oo),
    ((1 + x * y) ** 2 * exp(-(x**2) + x * y - y**2), 1, oo),
    (x * exp(-(x**2)), -oo, y),
    (x**2 * exp(-2 * x**2 + y), y, y + 2),
    (cos(x * y) * exp(-(x**2) / 2), -oo, oo),
    (x * sin(2 * x + y) * exp(-(x**2)), 0, oo),
    (Max(x, 0) * exp(-(x**2) / 2), -oo, oo),
    (Max(x + y, 0) * exp(-(x**2) / 2), -oo, oo),
    (Max(x, y) * Min(x, y) * exp(-(x**2) / 2), -oo, oo),
    (Abs(x - 1) * sign(x) * exp(-(x**2) / 2), -oo, oo),
    (Abs(x) * x**2, -2, 3),
    (Heaviside(y - x) * exp(-(x**2) / 2 + x), -oo, oo),
    (Abs(x + 5) * exp(-(x**2) / 2), 0, oo),
)


@pytest.mark.parametrize("case", CLOSED, ids=[str(case[0]) for case in CLOSED])
def test_closed_form_has_the_value_of_the_integral(case):
    integrand, lower, upper = case
    found = closed_form(
        integrand, x, Integer(lower) if isinstance(lower, int) else lower, upper, {}
    )
    assert found is not None and not found.has(Integral, x)
    for value in VALUES:
        at = {y: value}
        ends = [
            float(end.subs(y, value)) if hasattr(end, "subs") else end for end in (lower, upper)
        ]
        cuts = sorted(
            {
                ends[0],
                ends[1],
                *(k for k in (-float(value), float(value), 0, 1) if ends[0] < k < ends[1]),
            }
        )
        direct = mpmath.quad(
            lambda s, at=at: evaluate(integrand, {**at, x: s}, 20),
            cuts if ends[0] < ends[1] else ends,
        )
        assert mpmath.almosteq(evaluate(found, at, 20), direct, rel_eps=1e-10, abs_eps=1e-12)


@pytest.mark.parametrize(
    ("integrand", "lower", "upper"),
    [
        (exp(x**2), 0, oo),  # diverges
        (exp(-c * x**2), 0, oo),  # the sign of c is not known
        (exp(-(y**2 + 1) * x**2), 0, oo),  # the width depends on an outer variable
        (1 / (1 + x**2), 0, oo),
        (exp(x * y), 0, 1),  # singular form at y = 0
        (Max(x, 0) * Max(x + y, 0) * exp(-(x**2)), -oo, oo),  # the order of the kinks changes
        (Max(x, 0), y, 1),  # the kink may lie outside
        (Abs(x), 3, -2),  # ends in the wrong order
        (Max(x * y, 0) * exp(-(x**2)), -oo, oo),  # the slope changes its sign
        (Max(x, 1 - x, 0) * exp(-(x**2)), -oo, oo),  # three arguments
        (erf(x) * exp(-(x**2)), 0, oo),
    ],
)
def test_what_has_no_such_form_is_left_alone(integrand, lower, upper):
    assert (
        closed_form(integrand, x, Integer(lower) if isinstance(lower, int) else lower, upper, {})
        is None
    )


def test_ranges_are_done_from_the_inside_as_far_as_they_go():
    left = over_inner(x * y * exp(-(x**2)) / (1 + y**2), [(x, 0, y), (y, 0, 1)], {})
    assert isinstance(left, Integral) and left.limits == ((y, 0, 1),)


DENSITY = exp(-(x**2 - 2 * c * x * y + y**2) / (2 * (1 - c**2))) / (2 * pi * sqrt(1 - c**2))
RHO = Rational(3, 5)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (1, 1),
        (x * y, c),
        (x**2 * y**2, 1 + 2 * c**2),
        (Heaviside(x) * Heaviside(y), Rational(1, 4) + asin(c) / (2 * pi)),
        (sign(x) * sign(y), 2 * asin(c) / pi),
        (Max(x, y), sqrt((1 - c) / pi)),
        (Abs(x - y), 2 * sqrt((1 - c) / pi)),
    ],
)
def test_expectation_over_a_correlated_pair_is_enclosed(function, value):
    integral = Integral(function * DENSITY, (x, -oo, oo), (y, -oo, oo))
    ball, exact = (enclose(e, {c: RHO}, BITS) for e in (integral, value * Integer(1)))
    assert ball.overlaps(exact)
    assert abs(ball - exact).abs_upper() < arb(10) ** -50
    near = enclose(value * (1 + Rational(1, 10**40)), {c: RHO}, BITS)
    assert not ball.overlaps(near)
