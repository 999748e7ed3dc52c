"""Quotients of zeros, and divisors that grow: balls hold the value, and not a neighbouring one."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import acb, arb, ctx
from sympy import Expr, Integral, Rational, Symbol, cos, exp, log, oo, pi, sin, sinh, sqrt

from symdyn.numerics.balls import enclose
from symdyn.numerics.decaying import decaying
from symdyn.numerics.removable import callback_through, quotient

t = Symbol("t")
k = Symbol("k", integer=True)
ZERO = sp.Integer(0)
BITS = 200
HAIR = 1 + Rational(1, 10**40)

KNOWN = (
    (sin(t) / t, (0, 3), sp.Si(3)),
    ((1 - cos(t)) / t**2, (0, 1), sp.Si(1) - (1 - cos(1))),
    (log(1 + t) / t, (0, 1), pi**2 / 12),
    (log(t) / (t - 1), (1, 2), pi**2 / 12),
    (t / (exp(t) - 1), (0, oo), pi**2 / 6),
    (t**3 / (exp(t) - 1), (0, oo), pi**4 / 15),
    (
        (exp(t) - 1 - t) / t**2,
        (-1, 0),
        sp.Sum((-1) ** k / (sp.factorial(k) * (k - 1)), (k, 2, oo)),
    ),
    (1 / t - 1 / (exp(t) - 1), (0, 1), 1 - log(sp.E - 1)),
    (t / (exp(t) + 1), (0, 10**30), pi**2 / 12),
    (
        exp(-t) / (2 + exp(3 * t) + exp(t)),
        (0, oo),
        Integral(t**3 / (2 * t**3 + 1 + t**2), (t, 0, 1)),
    ),
)


@pytest.mark.parametrize(("f", "ends", "value"), KNOWN)
def test_a_quotient_of_zeros_is_integrated(f: Expr, ends: tuple[Expr, Expr], value: Expr) -> None:
    ball = enclose(Integral(f, (t, *ends)), {}, BITS)
    assert ball.rad() < 1e-50
    assert ball.overlaps(enclose(value, {}, BITS))
    assert not ball.overlaps(enclose(value * HAIR, {}, BITS))


def test_balls_of_a_quotient_hold_its_values() -> None:
    f = callback_through(t**2 / (cos(t) - 1), t, {}, (ZERO,))
    box = f(acb(arb(0.01, 0.02), arb(0, 0.01)), True)
    assert box.is_finite()
    assert box.rad() < 0.1
    with ctx.workprec(BITS):
        for z in (acb(0), acb(0.02), acb(-0.009, 0.009)):
            assert box.contains(-2 if z == 0 else z**2 / (z.cos() - 1))


@pytest.mark.parametrize(
    "f",
    [
        1 / (exp(t) - 1),  # a pole
        sin(t) / t**2,  # a pole that looks like a quotient
        sqrt(t**2) / t,  # a sign, which has no holomorphic numerator
        log(t) / t,
        sp.Abs(t) / t,
    ],
)
def test_what_has_no_limit_gets_none(f: Expr) -> None:
    value = callback_through(f, t, {}, (ZERO,))(acb(arb(0, 0.01), arb(0, 0.01)), True)
    assert not value.is_finite()


def test_only_zeros_of_both_make_a_quotient() -> None:
    assert quotient(sin(t) / t, t, sp.Integer(1)) is None
    assert quotient(sin(t) / t**2, t, ZERO) is None
    found = quotient(sin(t) ** 2 / t**2, t, ZERO)
    assert found is not None
    assert found.above.subs(t, 0) / found.below.subs(t, 0) == 1


@pytest.mark.parametrize(
    "f",
    [
        1 / (exp(t) - 1),
        t / (exp(2 * t) + exp(t) - 3) ** 2,
        exp(t) / (1 + t * exp(t**2)),
        1 / (1 + exp(-t)),
        1 / sinh(t),
    ],
)
@pytest.mark.parametrize("place", [2.5, -2.5])
def test_a_divisor_without_growth_is_the_same_divisor(f: Expr, place: float) -> None:
    changed = decaying(f, {t: arb(place)})
    for at in (Rational(1, 3), -2, 5):
        assert abs((changed - f).subs(t, at).evalf(60)) < 1e-40


def test_growth_leaves_wide_balls_away_from_zero() -> None:
    wide = acb(arb(8, 4), arb(0, 4))
    plain = 1 / (exp(t) - 1)
    assert not callback_through(plain, t, {}, ())(wide, True).is_finite()
    assert callback_through(decaying(plain, {t: arb(8)}), t, {}, ())(wide, True).is_finite()
