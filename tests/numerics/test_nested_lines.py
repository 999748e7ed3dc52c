"""Sums over lines within lines: right values, honest errors, refusals where they do not fit."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import acb, arb, ctx
from sympy import Abs, Expr, Heaviside, Integral, Max, Rational, Symbol, erf, exp, oo, pi, tanh

from symdyn.numerics.ball_steps import run
from symdyn.numerics.nested_lines import nested_integral
from symdyn.numerics.precision import NotEvaluable, evaluate

x, y = sp.symbols("x y", real=True)
BITS = 120
PLANE = ((x, -oo, oo), (y, -oo, oo))
QUARTER = ((x, 0, oo), (y, 0, oo))


def pair(c: Expr) -> Expr:
    """The density of two standard normal variables with correlation c."""
    return exp(-(x**2 - 2 * c * x * y + y**2) / (2 * (1 - c**2))) / (2 * pi * sp.sqrt(1 - c**2))


def arc_cosine(c: Expr) -> Expr:
    """E[relu(x)*relu(y)]."""
    return (sp.sqrt(1 - c**2) + c * (pi - sp.acos(c))) / (2 * pi)


HALF, CLOSE = Rational(-1, 2), 1 - Rational(1, 10**6)
KNOWN = (
    (Integral(x * y * pair(HALF), *PLANE), HALF),
    (Integral(x**2 * y**2 * pair(CLOSE), *PLANE), 1 + 2 * CLOSE**2),
    (Integral(x * y * pair(HALF), *QUARTER), arc_cosine(HALF)),
    (Integral(x * y * pair(CLOSE), *QUARTER), arc_cosine(CLOSE)),
    (Integral(Max(x, 0) * Max(y, 0) * pair(HALF), *PLANE), arc_cosine(HALF)),
    (Integral(Heaviside(x) * Heaviside(y) * pair(HALF), *PLANE), Rational(1, 6)),
    (Integral(erf(x) * erf(y) * pair(HALF), *PLANE), -2 * sp.asin(Rational(1, 3)) / pi),
    (Integral(exp(x - y) * pair(HALF), *PLANE), exp(Rational(3, 2))),
    (Integral(exp(-((x - 100) ** 2) - (y + 50 - x) ** 2), *PLANE), pi),
    (Integral(exp(x * y), (x, 0, y), (y, 0, 1)), (sp.Ei(1) - sp.EulerGamma) / 2),
    (Integral(x**2, (x, 0, 1 + y), (y, -1, 1)), Rational(4, 3)),
    (Integral(Integral(x, (x, 0, 1)) * y, (y, 0, 1)), Rational(1, 4)),
)


@pytest.mark.parametrize(("integral", "value"), KNOWN, ids=str)
def test_sums_agree_with_known_values(integral: Expr, value: Expr) -> None:
    found = nested_integral(integral, {}, BITS)
    assert found is not None
    with ctx.workprec(2 * BITS):
        deviation = abs(found.value.mid() - run(value, {}))
        assert deviation <= found.error
        assert found.error <= found.size * arb(2) ** -BITS
        assert found.error < abs(run(value, {})) * arb(10) ** -30


def test_a_wrong_value_is_further_away_than_the_error() -> None:
    found = nested_integral(Integral(x * y * pair(HALF), *PLANE), {}, 200)
    assert found is not None
    with ctx.workprec(300):
        assert abs(found.value - arb(-1) / 2 * (1 + arb(10) ** -40)) > 10**6 * found.error


@pytest.mark.parametrize(
    "integral",
    [
        Integral(exp(-Abs(x) - Abs(y)), *PLANE),
        Integral(1 / (1 + x**2 + y**2) ** 2, *PLANE),
        Integral(exp(-(x**2)), *PLANE),
        Integral(Max(x - y, 0) * pair(HALF), *PLANE),
        Integral(sp.log(x) * exp(-(x**2) - y**2), *QUARTER),
        Integral(exp(-(y**2)) / x, (x, -1, 1), (y, -oo, oo)),
        Integral(y * x**2, (x, 0, y), (y, -1, 1)),
    ],
    ids=str,
)
def test_what_does_not_fit_is_left_to_other_rules(integral: Expr) -> None:
    assert nested_integral(integral, {}, 60) is None


def test_an_odd_integrand_gives_exactly_zero() -> None:
    found = nested_integral(Integral(x * y**2 * tanh(y) * exp(-(x**2) - y**2), *PLANE), {}, BITS)
    assert found is not None
    assert acb(found.value).is_zero()


def test_names_used_twice_are_left_to_other_rules() -> None:
    inner = Integral(Integral(x, (x, 0, 1)), (x, 0, 1))
    assert nested_integral(inner, {}, BITS) is None
    assert nested_integral(Integral(x * y, (y, 0, 1), (x, 0, x)), {x: arb(1)}, BITS) is None


def test_a_value_lost_in_cancellation_is_refused() -> None:
    b = Symbol("b", real=True)
    integral = Integral(sp.sin(x + b) * tanh(y) ** 2 * exp(-(x**2) - y**2), *PLANE)
    with pytest.raises(NotEvaluable, match="cancel"):
        evaluate(integral, {b: Rational(1, 10**300)}, 15)
