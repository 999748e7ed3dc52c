"""Values by mpmath: right digits, honest refusals, mpmath's global context untouched."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from sympy import (
    Abs,
    Expr,
    I,
    Integral,
    Rational,
    Symbol,
    besselj,
    cos,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
)

from symdyn.numerics.precision import NotEvaluable, evaluate

x, y = sp.symbols("x y")
DIGITS = 40

INTEGRALS = (
    (Integral(exp(-(x**2)), (x, -oo, oo)), sqrt(pi)),
    (Integral(exp(-((x - 1000) ** 2)), (x, -oo, oo)), sqrt(pi)),
    (Integral(exp(-x) * cos(5 * x), (x, 0, oo)), Rational(1, 26)),
    (Integral(1 / sqrt(x * (1 - x)), (x, 0, 1)), pi),
    (Integral(x ** Rational(-9, 10), (x, 0, 1)), sp.Integer(10)),
    (Integral((1 - x) ** Rational(-9, 10), (x, 0, 1)), sp.Integer(10)),
    (Integral(log(x), (x, 0, 1)), sp.Integer(-1)),
    (Integral(1 / (1 + x**2), (x, 0, oo)), pi / 2),
    (Integral(x ** Rational(-11, 10), (x, 1, oo)), sp.Integer(10)),
    (Integral(x**2 / (exp(x) - 1), (x, 0, oo)), 2 * sp.zeta(3)),
    (Integral(Abs(x - Rational(1, 3)), (x, 0, 1)), Rational(5, 18)),
    (Integral(x, (x, 2, 1)), Rational(-3, 2)),
    (Integral(exp(-x) * besselj(0, x), (x, 0, oo)), 1 / sqrt(2)),
)
OSCILLATING = (
    (Integral(sin(x) / x, (x, 0, oo)), pi / 2),
    (Integral(cos(x**2), (x, 0, oo)), sqrt(2 * pi) / 4),
    (Integral(cos(x) / (1 + x**2), (x, 0, oo)), pi * exp(-1) / 2),
)


def close(expr: Expr, value: Expr) -> bool:
    found, exact = evaluate(expr, {}, DIGITS), evaluate(value, {}, 2 * DIGITS)
    with mpmath.workdps(2 * DIGITS):
        return bool(abs(found - exact) <= abs(exact) * mpmath.mpf(10) ** -DIGITS)


@pytest.mark.parametrize(("integral", "value"), INTEGRALS, ids=str)
def test_integrals_have_the_digits_asked_for(integral: Expr, value: Expr) -> None:
    assert close(integral, value)
    assert not close(integral, value * (1 + Rational(1, 10**35)))


@pytest.mark.slow
@pytest.mark.parametrize(("integral", "value"), OSCILLATING, ids=str)
def test_oscillating_integrals_are_extrapolated_wave_by_wave(integral: Expr, value: Expr) -> None:
    assert close(integral, value)


@pytest.mark.slow
def test_iterated_integrals_are_evaluated_inside_out() -> None:
    assert close(Integral(x * y, (x, 0, y), (y, 0, 1)), Rational(1, 8))


@pytest.mark.parametrize(
    "integral",
    [Integral(1 / x, (x, -1, 1)), Integral(1 / x**2, (x, 0, 1)), Integral(1 / x, (x, 0, 1))],
    ids=str,
)
def test_divergent_integrals_are_refused(integral: Expr) -> None:
    with pytest.raises(NotEvaluable):
        evaluate(integral, {}, 30)


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (sp.Sum(1 / x**2, (x, 1, oo)), pi**2 / 6),
        (sp.Sum(x**3, (x, 1, 4)), sp.Integer(100)),
        (sp.Product(x, (x, 1, 5)), sp.Integer(120)),
        (sp.Derivative(sin(x), x).subs(x, 0).doit(), sp.Integer(1)),
        (sp.chebyshevu(2, y).subs(y, Rational(1, 2)) + 1, sp.Integer(1)),
        (sp.meijerg([[1], [2]], [[3], []], 1), exp(-1)),
    ],
    ids=str,
)
def test_other_steps_are_evaluated(expr: Expr, value: Expr) -> None:
    assert close(expr, value)


@pytest.mark.parametrize(
    ("expr", "at"), [(1 / x, 0), (log(x), 0), (sp.gamma(x), -1), (sp.zeta(x), 1)], ids=str
)
def test_undefined_values_are_not_finite(expr: Expr, at: int) -> None:
    assert not mpmath.isfinite(evaluate(expr, {x: at}, 30))


def test_a_polynomial_that_vanishes_is_zero_and_not_an_error() -> None:
    n = Symbol("n")
    assert evaluate(sp.chebyshevu(n, x), {n: 2, x: Rational(1, 2)}, 30) == 0


def test_unknown_functions_are_named() -> None:
    with pytest.raises(NotEvaluable) as error:
        evaluate(sp.Function("f")(x), {x: 1}, 30)
    assert error.value.part == sp.Function("f")(x)


def test_the_global_context_is_left_alone() -> None:
    before = mpmath.mp.prec
    evaluate(sqrt(x) + I, {x: 2}, 100)
    assert mpmath.mp.prec == before
