"""Rigorous integrals: known values lie in the ball, neighbouring ones do not."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb
from sympy import (
    Abs,
    Expr,
    Heaviside,
    I,
    Integral,
    Max,
    Rational,
    Symbol,
    erf,
    exp,
    log,
    oo,
    pi,
    sqrt,
)

from symdyn.numerics.balls import NotEnclosable, enclose

BITS = 200
x = Symbol("x")
c = Symbol("c", real=True)
HAIR = 1 + Rational(1, 10**40)

KNOWN = (
    (exp(-(x**2)), (-oo, oo), sqrt(pi)),
    (x**4 * exp(-(x**2) / 2), (-oo, oo), 3 * sqrt(2 * pi)),
    (exp(-((x - 1000) ** 2)), (-oo, oo), sqrt(pi)),
    (exp(-(x**2) / 20000), (-oo, oo), 100 * sqrt(2 * pi)),
    (log(x), (0, 1), sp.Integer(-1)),
    (x * log(x) ** 2, (0, 1), Rational(1, 4)),
    (1 / sqrt(x * (1 - x)), (0, 1), pi),
    (sqrt(x), (0, 1), Rational(2, 3)),
    (1 / (1 + x**2), (0, oo), pi / 2),
    (1 / (1 + x**4), (-oo, oo), pi / sqrt(2)),
    ((1 + x**2) ** Rational(-3, 2), (-oo, oo), sp.Integer(2)),
    (exp(-x) / sqrt(x), (0, oo), sqrt(pi)),
    (x**2 / (exp(x) - 1), (0, oo), 2 * sp.zeta(3)),
    ((exp(-x) - exp(-2 * x)) / x, (0, oo), log(2)),
    (log(sp.sin(x)), (0, pi / 2), -pi * log(2) / 2),
    (x * exp(-(x**2)) * erf(x), (-oo, oo), 1 / sqrt(2)),
    (sp.sin(x) / x, (0, 1), sp.Si(1)),
    (1 / x, (2, 1), -log(2)),
    (1 / x, (1, I), I * pi / 2),
    (Abs(x - Rational(1, 3)), (0, 1), Rational(5, 18)),
    (Max(x, 0) ** 2 * exp(-(x**2) / 2), (-oo, oo), sqrt(2 * pi) / 2),
    (Heaviside(x - 1) * exp(-x), (0, oo), exp(-1)),
    (sp.sign(x) / sqrt(Abs(x)), (-1, 2), 2 * sqrt(2) - 2),
    (Heaviside(sp.cos(x)) * sp.cos(x), (-pi, pi), sp.Integer(2)),
    (sp.Piecewise((x, x < 1), (x**2, True)), (0, 2), Rational(17, 6)),
    (Abs(exp(x) - 2), (0, 1), 4 * log(2) + sp.E - 5),
)


@pytest.mark.parametrize(("integrand", "ends", "value"), KNOWN, ids=str)
def test_known_integrals_lie_in_the_ball_and_near_misses_do_not(
    integrand: Expr, ends: tuple[Expr, Expr], value: Expr
) -> None:
    ball = enclose(Integral(integrand, (x, *ends)), {}, BITS)
    assert ball.overlaps(enclose(value, {}, 2 * BITS))
    assert not ball.overlaps(enclose(HAIR * value, {}, 2 * BITS))


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [sp.Integer(0), Rational(1, 3), sp.Integer(1)], ids=str)
def test_integral_over_a_bessel_function_agrees_with_its_closed_form(alpha: Expr) -> None:
    """At angle pi/2 it is 2^(a-1) Gamma((1+a)/2)^2."""
    integral = Integral(x**alpha * sp.besselk(0, x), (x, 0, oo))
    value = 2 ** (alpha - 1) * sp.gamma((1 + alpha) / 2) ** 2
    ball = enclose(integral, {}, BITS)
    assert ball.overlaps(enclose(value, {}, 2 * BITS))
    assert not ball.overlaps(enclose(HAIR * value, {}, 2 * BITS))


def test_real_integrals_keep_an_exactly_zero_imaginary_part() -> None:
    for integrand, ends, value in KNOWN:
        if value.is_real:
            assert enclose(Integral(integrand, (x, *ends)), {}, 64).imag.is_zero(), integrand


@pytest.mark.parametrize(
    "integrand",
    [
        Abs(sp.sin(x) - Rational(1, 2)),
        Heaviside(exp(x) - 2),
        Max(sp.cosh(x), Rational(5, 4)),
        sqrt((x - Rational(1, 3)) ** 2),
        sp.Piecewise((1, exp(x) < 2), (3, True)),
    ],
    ids=str,
)
def test_a_kink_whose_place_is_not_solved_for_gives_no_wrong_ball(integrand: Expr) -> None:
    """The sum over halves split at the kink itself, found in closed form, is the truth."""
    kinks = {
        Abs(sp.sin(x) - Rational(1, 2)): pi / 6,
        Heaviside(exp(x) - 2): log(2),
        Max(sp.cosh(x), Rational(5, 4)): sp.acosh(Rational(5, 4)),
        sqrt((x - Rational(1, 3)) ** 2): Rational(1, 3),
        sp.Piecewise((1, exp(x) < 2), (3, True)): log(2),
    }
    kink = kinks[integrand]
    halves = Integral(integrand, (x, 0, kink)) + Integral(integrand, (x, kink, 1))
    whole, parts = (enclose(e, {}, 100) for e in (Integral(integrand, (x, 0, 1)), halves))
    assert whole.is_finite()
    assert whole.overlaps(parts)
    assert not whole.overlaps(enclose((1 + Rational(1, 10**20)) * halves, {}, 100))


@pytest.mark.parametrize(
    ("integrand", "ends"),
    [
        (1 / x, (-1, 1)),
        (1 / x**2, (-1, 1)),
        (1 / (x - Rational(1, 2)), (0, 1)),
        (1 / x, (1, oo)),
        (x * sp.sin(x), (0, oo)),
        (exp(x), (0, oo)),
        (sp.tan(x), (0, 2)),
        (sp.erfinv(x), (0, 1)),
    ],
    ids=str,
)
def test_what_diverges_or_is_not_understood_is_refused(
    integrand: Expr, ends: tuple[Expr, Expr]
) -> None:
    with pytest.raises(NotEnclosable):
        enclose(Integral(integrand, (x, *ends)), {}, 100)


def test_parameters_take_values_at_the_point() -> None:
    tail = Integral(exp(-x), (x, c, oo))
    assert enclose(tail, {c: Rational(7, 3)}, BITS).overlaps(
        enclose(exp(-c), {c: Rational(7, 3)}, 300)
    )
    kinked = Integral(Abs(x - c), (x, 0, 1))
    for value in (Rational(1, 4), Rational(3, 2), Rational(-2)):
        exact = kinked.subs(c, value).doit()
        assert enclose(kinked, {c: value}, BITS).overlaps(enclose(exact, {}, 300))


def test_a_box_of_parameters_encloses_every_member() -> None:
    integral = Integral(exp(-c * x**2), (x, -oo, oo))
    box = enclose(integral, {c: arb(2, 0.01)}, 100)
    for value in (Rational(199, 100), sp.Integer(2), Rational(201, 100)):
        assert box.contains(enclose(sqrt(pi / value), {}, 200))


def test_small_integrals_are_enclosed_to_relative_precision() -> None:
    ball = enclose(Integral(exp(-(x**2)), (x, 10, oo)), {}, BITS)
    assert ball.overlaps(enclose(sqrt(pi) * sp.erfc(10) / 2, {}, 400))
    assert ball.rel_accuracy_bits() > BITS - 20
