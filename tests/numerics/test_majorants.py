"""Enclosures on half-lines contain the function at sampled points far out."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import acb, arb, ctx
from sympy import Expr, Rational, Symbol, exp, log, sqrt

from symdyn.numerics.balls import enclose
from symdyn.numerics.majorants import expand
from symdyn.numerics.tails import NoTail, Tail, as_ball, integral_bound

x = Symbol("x")
a = Symbol("a")

FUNCTIONS = (
    exp(-(x**2)),
    x**3 * exp(-(x**2) / 2) * sp.erf(x),
    1 / (1 + x**2),
    log(x) / x**2,
    sp.tanh(x) - 1,
    1 - sp.tanh(x) ** 2,
    sp.sech(x) ** 2,
    sp.erfc(x) * x,
    sp.sin(x) * exp(-x),
    exp(-exp(x)),
    sp.Max(x, 2) * exp(-x),
    sqrt(1 + x**2) * exp(-sqrt(1 + x**2)),
    log(1 + 1 / x**2),
    1 - sp.cos(1 / x),
    1 / (exp(x) - 1),
    sp.atan(x) / x**2,
    sp.besselj(1, x) ** 3,
    sp.besselk(0, x),
    sp.besselk(2, x) * exp(x / 2),
    sp.besseli(1, x) * exp(-2 * x),
    sp.besselk(0, 1 / x),
    sp.gamma(1 / x),
    x**a * exp(-x),
    exp(sp.I * x) / x**2,
    sp.cosh(x) ** -3,
    (x - 1) / (x + 1) - 1,
    1 / sp.gamma(x),
    2**-x,
    sp.expint(2, x),
    sp.airyai(x),
    sp.acot(x) ** 2,
    sp.asinh(x) / x**2,
    abs(3 - x) / x**4,
)


def at(tail: Tail, u: arb) -> acb:
    """Ball of an enclosure at one point."""
    total = acb(0)
    for term in tail:
        grown = sum((e * u ** as_ball(q) for q, e in term.growth), arb(0)).exp()
        total += term.coefficient * u ** as_ball(term.power) * grown
    return total


@pytest.mark.parametrize("function", FUNCTIONS, ids=str)
def test_the_enclosure_contains_the_function(function: Expr) -> None:
    point = {a: arb(0.5)}
    with ctx.workprec(64):
        tail = expand(function, x, point, arb(20))
        for u in (20, 21, Rational(51, 2), 40, 100, 1000):
            value = enclose(function, {x: u, a: Rational(1, 2)}, 200)
            assert at(tail, enclose(sp.sympify(u), {}, 64).real).overlaps(value), (function, u)


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (exp(-(x**2)), sqrt(sp.pi) * sp.erfc(20) / 2),
        (1 / x**2, Rational(1, 20)),
        (x * exp(-x), 21 * exp(-20)),
        (exp(-sqrt(x)), 2 * (1 + sqrt(20)) * exp(-sqrt(20))),
        (sp.erfc(x), exp(-400) / sqrt(sp.pi) - 20 * sp.erfc(20)),
    ],
    ids=str,
)
def test_the_bound_of_the_rest_is_above_the_exact_rest(function: Expr, exact: Expr) -> None:
    with ctx.workprec(64):
        bound = integral_bound(expand(function, x, {}, arb(20)), arb(20))
        value = enclose(exact, {}, 1200).real
        assert bound.upper() >= value.lower()
        assert bound.lower() < 100 * value


@pytest.mark.parametrize("function", [1 / x, exp(x), 1 / log(x), sp.Integer(1) + exp(-x)], ids=str)
def test_what_is_not_integrable_has_no_finite_bound(function: Expr) -> None:
    with ctx.workprec(64):
        try:
            bound = integral_bound(expand(function, x, {}, arb(2**40)), arb(2**40))
        except NoTail:
            return
        assert not bound.is_finite()


@pytest.mark.parametrize("function", [sp.zeta(x), sp.tan(x), sp.gamma(x)], ids=str)
def test_functions_without_a_rule_are_refused(function: Expr) -> None:
    with ctx.workprec(64), pytest.raises(NoTail):
        expand(function, x, {}, arb(20))
