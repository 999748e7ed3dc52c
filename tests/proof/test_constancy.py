"""Identities proved by slope and value, and identities with a jump that must not be."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Expr,
    Heaviside,
    Rational,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    exp,
    floor,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)
from sympy import cos as cosine
from sympy.logic.boolalg import Boolean

from symdyn.proof.constancy import constant_zero
from symdyn.proof.domain import Domain

a, b, c, x, y, t = symbols("a b c x y t", real=True)
p = Symbol("p", positive=True)
h = Symbol("h", real=True, nonzero=True)
COVARIANCE = (a > 0, b > 0, c**2 < a * b)

TRUE = (
    (atan(p) + atan(1 / p) - pi / 2, ()),
    (2 * atan(sqrt((1 - c) / (1 + c))) - acos(c), (c > -1, c < 1)),
    (acos(2 * x**2 - 1) - 2 * acos(x), (x >= 0, x <= 1)),
    (2 * asin(sqrt((1 - c) / 2)) - acos(c), (c >= -1, c <= 1)),
    (atan2(sqrt(1 - c**2), c) - acos(c), (c > -1, c < 1)),
    (acos(c / sqrt(a * b)) - atan2(sqrt(a * b - c**2), c), COVARIANCE),
    (3 * acos(x) - acos(4 * x**3 - 3 * x), (x >= S.Half, x <= 1)),
    (atan(x) + atan(y) - atan((x + y) / (1 - x * y)), (x * y < 1,)),
    (atan(x) - asin(x / sqrt(1 + x**2)), ()),
    (atan(x) - 2 * atan(x / (1 + sqrt(1 + x**2))), ()),
    (2 * atan(exp(x)) - pi / 2 - atan(sinh(x)), ()),
    (acos(-tanh(x)) - 2 * atan(exp(x)), ()),
    (log((1 + sin(t)) / cosine(t)) - asinh(tan(t)), (t > -pi / 2, t < pi / 2)),
    (acosh(2 * x**2 - 1) - 2 * acosh(x), (x >= 1,)),
)
FALSE = (
    (atan(x) + atan(1 / x) - pi / 2, ()),
    (atan(h) + atan(1 / h) - pi / 2, ()),
    (acos(2 * x**2 - 1) - 2 * acos(x), (x >= -1, x <= 1)),
    (3 * acos(x) - acos(4 * x**3 - 3 * x), (x >= -1, x <= 1)),
    (3 * acos(x) - acos(4 * x**3 - 3 * x), (x >= Rational(49, 100), x <= 1)),
    (atan(x) + atan(y) - atan((x + y) / (1 - x * y)), ()),
    (atan(x) + atan(y) - atan((x + y) / (1 - x * y)), (x > 0, y > 0)),
    (atan(p) + atan(1 / p) - Rational(157, 100), ()),
    (sign(x) - 1, ()),
    (Heaviside(x) - 1, (x >= 0,)),
    (floor(x), (x >= 0, x <= 1)),
    (log(x**2) - 2 * log(x), ()),
    (acos(cosine(t)) - t, (t >= 0, t <= 2 * pi)),
    (Abs(x) / x - 1, ()),
    (Abs(h) / h - 1, ()),
    (sqrt(x**2) - x, ()),
    (atan(tan(t)) - t, ()),
    (atan(1 / (x - 1)) + atan(x - 1) - pi / 2, (x > 0,)),
)


@pytest.mark.parametrize(("expr", "conditions"), TRUE, ids=str)
def test_constant_that_is_zero_at_a_point_is_zero(
    expr: Expr, conditions: tuple[Boolean, ...]
) -> None:
    assert constant_zero(expr, Domain.of(expr.free_symbols, conditions))


@pytest.mark.parametrize(("expr", "conditions"), FALSE, ids=str)
def test_jump_or_wrong_constant_is_not_proved(expr: Expr, conditions: tuple[Boolean, ...]) -> None:
    assert constant_zero(expr, Domain.of(expr.free_symbols, conditions)) == ""


def test_proof_names_symbol_and_point() -> None:
    text = constant_zero(atan(p) + atan(1 / p) - pi / 2, Domain((p,)))
    assert text == "d/dp = 0, and the value at p = 1 is 0"


@pytest.mark.parametrize(
    "symbol", [Symbol("n", integer=True), Symbol("z"), Symbol("r", rational=True)]
)
def test_only_a_real_letter_has_an_interval(symbol: Symbol) -> None:
    expr = 2 * atan(exp(symbol)) - pi / 2 - atan(sinh(symbol))
    assert constant_zero(expr, Domain((symbol,))) == ""
