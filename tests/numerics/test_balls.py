"""Balls contain the value, real values stay real, and boxes contain all their points."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import acb, arb, ctx
from sympy import Expr, I, Rational, Symbol

from symdyn.numerics.balls import NotEnclosable, enclose
from symdyn.numerics.tape import MissingValue

x, y = sp.symbols("x y", real=True)
z = Symbol("z")
HAIR = 1 + Rational(1, 10**40)

BRANCHES = (
    (sp.log(z), -1, I * sp.pi),
    (sp.sqrt(z), -4, 2 * I),
    (z ** Rational(1, 3), -8, 1 + I * sp.sqrt(3)),
    (sp.acosh(z), -1, I * sp.pi),
    (sp.arg(z), -2, sp.pi),
    (sp.asin(z), 2, sp.pi / 2 - I * sp.log(2 + sp.sqrt(3))),
    (sp.sqrt(z**2), -3, sp.Integer(3)),
    (sp.acot(z), -1, -sp.pi / 4),
)


@pytest.mark.parametrize(("expr", "at", "value"), BRANCHES, ids=str)
def test_values_on_branch_cuts_are_the_principal_ones(expr: Expr, at: int, value: Expr) -> None:
    assert enclose(expr, {z: at}, 100).overlaps(enclose(value, {}, 200))


@pytest.mark.parametrize("at", [2, -2, Rational(1, 3), 2 * I, -I / 2, 1 + I], ids=str)
@pytest.mark.parametrize(
    "function",
    [sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.log, sp.sqrt, sp.acot, sp.asec],
    ids=lambda f: getattr(f, "__name__", "sqrt"),
)
def test_branches_are_those_of_sympy(function: type, at: Expr) -> None:
    exact = sp.N(function(at), 40)
    ball = enclose(function(z), {z: at}, 100)
    near = enclose(sp.sympify(exact), {}, 200)
    assert (ball - near).real.abs_upper() < arb(10) ** -25
    assert (ball - near).imag.abs_upper() < arb(10) ** -25


@pytest.mark.parametrize(
    "expr",
    [
        sp.sqrt(x),
        sp.acos(x),
        sp.besselk(0, x),
        sp.elliptic_e(x),
        sp.LambertW(x),
        sp.zeta(x + 2),
        sp.hyper([1, 2], [3], x),
        sp.polylog(2, x),
        I * I * x,
        sp.exp(x) ** Rational(1, 2),
        (I * x) ** 2,
        sp.legendre(3, x),
        sp.gamma(x),
        sp.polygamma(1, x),
        abs(x + I * x),
    ],
    ids=str,
)
def test_real_values_keep_an_exactly_zero_imaginary_part(expr: Expr) -> None:
    assert enclose(expr, {x: Rational(1, 3)}, 100).imag.is_zero()


@pytest.mark.parametrize(
    ("expr", "at"),
    [(1 / x, 0), (sp.log(x), 0), (sp.gamma(x), -2), (sp.tan(sp.pi * x), Rational(1, 2))],
    ids=str,
)
def test_poles_give_a_ball_that_is_not_finite(expr: Expr, at: Expr) -> None:
    assert not enclose(expr, {x: at}, 100).is_finite()


@pytest.mark.parametrize(
    "expr",
    [
        sp.Heaviside(x - 1),
        abs(x - 1),
        sp.sign(x - 1),
        sp.floor(x),
        sp.Max(x, 1),
        sp.Min(x, y),
        sp.Piecewise((x, x < 1), (3, True)),
        x**2,
        sp.sqrt(x),
        sp.acot(x - 1),
        sp.atan2(x - 1, -y),
        sp.Mod(x, 1),
        sp.exp(x) / (1 + x**2),
        sp.Heaviside(x - 1) * y + sp.sin(x),
        x**y,
        sp.arg(x - 1),
    ],
    ids=str,
)
def test_a_box_encloses_the_values_at_its_points(expr: Expr) -> None:
    box = enclose(expr, {x: arb(1, 0.5), y: arb(2, 0.25)}, 80)
    assert box.is_finite()
    for a in (Rational(1, 2), Rational(3, 4), 1, Rational(5, 4), Rational(3, 2)):
        for b in (Rational(7, 4), 2, Rational(9, 4)):
            assert box.overlaps(enclose(expr, {x: a, y: b}, 200)), (a, b)
            assert box.contains(acb(enclose(expr, {x: a, y: b}, 200).mid()))


def test_a_wrong_value_is_excluded() -> None:
    ball = enclose(sp.besselj(0, x), {x: 2}, 200)
    assert not ball.overlaps(enclose(HAIR * sp.besselj(0, x), {x: 2}, 200))


def test_even_powers_and_moduli_are_never_negative() -> None:
    for expr in (x**2, abs(x), x**4):
        assert enclose(expr, {x: arb(0, 1)}, 60).real >= 0


def test_heaviside_has_its_own_value_at_zero() -> None:
    assert enclose(sp.Heaviside(x), {x: 0}, 60).real == 0.5
    assert enclose(sp.Heaviside(x, 0), {x: 0}, 60).real == 0


def test_derivatives_are_carried_out_first() -> None:
    derivative = sp.Derivative(sp.sin(x) ** 2, x)
    assert enclose(derivative, {x: 1}, 100).overlaps(enclose(sp.sin(2 * x), {x: 1}, 200))


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (sp.Sum(1 / sp.factorial(z), (z, 0, sp.oo)), sp.E),
        (sp.Sum(x**z / z, (z, 1, sp.oo)), -sp.log(1 - x)),
        (sp.Sum((-1) ** z * x ** (2 * z) / sp.factorial(2 * z), (z, 0, sp.oo)), sp.cos(x)),
        (sp.Sum(z**2, (z, 1, 10)), sp.Integer(385)),
        (sp.Product(1 + 1 / z, (z, 1, 9)), sp.Integer(10)),
    ],
    ids=str,
)
def test_sums_and_products_contain_their_closed_form(expr: Expr, value: Expr) -> None:
    ball = enclose(expr, {x: Rational(1, 3)}, 150)
    assert ball.overlaps(enclose(value, {x: Rational(1, 3)}, 300))
    assert not ball.overlaps(enclose(HAIR * value, {x: Rational(1, 3)}, 300))


def test_series_that_converge_slowly_are_refused() -> None:
    with pytest.raises(NotEnclosable):
        enclose(sp.Sum(1 / z**2, (z, 1, sp.oo)), {}, 100)


def test_what_has_no_rigorous_evaluation_is_named() -> None:
    with pytest.raises(NotEnclosable) as error:
        enclose(1 + sp.Function("f")(x), {x: 1}, 60)
    assert error.value.part == sp.Function("f")(x)


def test_a_missing_value_is_an_error_that_names_the_symbol() -> None:
    with pytest.raises(MissingValue, match="no value for y"):
        enclose(x + y, {x: 1}, 60)


def test_the_global_precision_is_left_alone() -> None:
    before = ctx.prec
    enclose(sp.Integral(sp.exp(-x), (x, 0, sp.oo)), {}, 300)
    assert ctx.prec == before
