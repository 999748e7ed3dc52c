"""Duals of alpha-ReLUs against quadrature of the angular integral, at powers of every kind."""

from __future__ import annotations

import mpmath as mp
import pytest
from sympy import Expr, Rational, Symbol, hyper, pi

from symdyn.calculus.alpha_relu import (
    alpha_relu_dual,
    hypergeometric_dual,
    split_at_equal_inputs,
)
from symdyn.calculus.obligations import gathering
from symdyn.errors import DomainError, UnsupportedError
from symdyn.numerics.balls import enclose
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

c, d = Symbol("c", real=True), Symbol("d", positive=True)
POWERS = [Rational(n, m) for n, m in ((-2, 5), (-1, 2), (1, 2), (5, 2), (7, 3), (2, 1), (37, 10))]
CORRELATIONS = (Rational(-9, 10), Rational(0), Rational(3, 4))


def by_angle(power: Rational, correlation: Rational) -> mp.mpf:
    """2^a Gamma(a+1) times the integral of (cos u cos(u - theta))^a over both positive."""
    with mp.workdps(40):
        a, cosine = mp.mpf(power.p) / power.q, mp.mpf(correlation.p) / correlation.q
        end = (mp.pi - mp.acos(cosine)) / 2

        def density(s: mp.mpf) -> mp.mpf:
            """By s^10 from the end, so that the power of the distance is no singularity."""
            distance = end * s**10
            value = mp.sin(2 * end - distance) * mp.sin(distance)
            return value**a * end * 10 * s**9

        return 2 ** (a + 1) * mp.gamma(a + 1) * mp.quad(density, [0, 0.25, 0.5, 0.75, 1])


def value(expr: Expr, point: dict[Symbol, Rational]) -> mp.mpf:
    with mp.workdps(40):
        return mp.mpf(enclose(expr, point, 160).real.str(40, radius=False))


@pytest.mark.parametrize("power", POWERS, ids=str)
def test_dual_is_the_angular_integral(power: Rational) -> None:
    dual = alpha_relu_dual(power, c)
    for correlation in CORRELATIONS:
        expected = by_angle(power, correlation)
        assert abs(value(dual, {c: correlation}) / expected - 1) < mp.mpf(10) ** -25


@pytest.mark.parametrize("power", [Rational(3, 2), Rational(7, 3)], ids=str)
def test_what_the_form_owes_is_proved(power: Rational) -> None:
    with gathering() as debts:
        alpha_relu_dual(power, c)
    assert debts.obligations
    for owed in debts.obligations:
        assert judge(Equal(owed.left, owed.right), owed.where, points=8).verdict == Verdict.PROVED


def test_general_power_needs_to_be_known_to_exceed_minus_one() -> None:
    with pytest.raises(DomainError, match="-3/2"):
        alpha_relu_dual(Rational(-3, 2), c)
    with pytest.raises(UnsupportedError, match="nothing says"):
        alpha_relu_dual(Symbol("a", real=True), c)
    assert alpha_relu_dual(Symbol("a", positive=True), c).has(hyper)


def test_two_parts_at_equal_inputs_add_up_to_the_normalised_dual() -> None:
    power = Rational(3, 4)
    parts = split_at_equal_inputs(power, d)
    whole = parts.regular + d**parts.exponent * parts.singular
    at = Rational(1, 7)
    normal = hypergeometric_dual(power, 1)
    for distance in (at, Rational(3, 2)):
        expected = value(hypergeometric_dual(power, 1 - distance) / normal, {})
        assert abs(value(whole, {d: distance}) - expected) < mp.mpf(10) ** -30
    assert value(parts.regular, {d: Rational(0)}) == 1
    coefficient = value(parts.singular, {d: Rational(0)})
    assert abs(coefficient - mp.mpf("0.4890637")) < 1e-7


def test_two_parts_are_refused_where_there_are_logarithms() -> None:
    with pytest.raises(DomainError, match="logarithms"):
        split_at_equal_inputs(Rational(1, 2), d)
    assert alpha_relu_dual(1, c).subs(c, 0) == 1
    assert alpha_relu_dual(0, c).subs(c, 0) == pi / 2
