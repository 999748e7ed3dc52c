"""Signs that are proved on a domain, and signs that must stay open."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Expr,
    Rational,
    Symbol,
    acos,
    atan,
    besselk,
    cos,
    cosh,
    exp,
    gamma,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)
from sympy.logic.boolalg import Boolean

from symdyn.proof.domain import Domain
from symdyn.proof.signs import is_nonnegative, is_nonzero, is_positive, is_real, signs_on

a, b, c, x, y, t = symbols("a b c x y t", real=True)
p, q, s, u0 = symbols("p q s u0", positive=True)
z = Symbol("z")

STRICT = (
    (x**2 - x + 1, ()),
    (1 - c**2, (c > -1, c < 1)),
    (1 - c**2, (Abs(c) < 1,)),
    (1 - c**2, (c**2 < 1,)),
    (a * b - c**2, (a > 0, b > 0, c**2 < a * b)),
    (1 - c**2 / (a * b), (a > 0, b > 0, c**2 < a * b)),
    (1 - c / sqrt(a * b), (a > 0, b > 0, c**2 < a * b)),
    (s - u0, (u0 < s,)),
    (s**2 - u0**2, (u0 < s,)),
    (1 + (s / u0 - 1) * exp(-t), (u0 < s,)),
    (x * y, (x * y > 0,)),
    (sin(t), (t > 0, t < pi)),
    (cos(t), (t > -pi / 2, t < pi / 2)),
    (pi - t + sin(t), (t > 0, t < pi)),
    (1 - cos(t), (t > 0, t < pi)),
    (1 + sin(t), (t > -pi / 2, t < pi / 2)),
    (pi - acos(c), (c > -1, c < 1)),
    (acos(c) - 1, (c > -1, c < 0)),
    (2 - cos(x) * cos(y), ()),
    (x + sqrt(x**2 + 1), ()),
    (sqrt(2) - x, (x < 1,)),
    (-log(c), (c > 0, c < 1)),
    (1 - exp(-p), ()),
    (1 - tanh(x), ()),
    (cosh(x), ()),
    (gamma(p) * besselk(x, p), ()),
    (pi / 2 - atan(x), ()),
    (sqrt(2) + sqrt(3) - pi, ()),
    (x**2 + y**2 + 1, ()),
)
WEAK = (
    (1 - c**2, (c >= -1, c <= 1)),
    (x**2 - x * y + y**2, ()),
    (pi - t, (t >= 0, t <= pi)),
    (1 - cos(x), ()),
    ((x - y) ** 2, ()),
    (x**4 - 4 * x + 3, ()),
    (1 - 1 / sqrt(1 + x**2), ()),
)
OPEN = (
    (x, ()),
    (1 - c**2, (c > -2, c < 1)),
    (a * b - c**2, (a > 0, b > 0)),
    (s - u0, ()),
    (sin(t), (t > 0, t < 4)),
    (cos(t), (t > -pi / 2, t < 2)),
    (1 - c / sqrt(a * b), (a > 0, b > 0)),
    (x**2 - 3 * x * y + y**2, ()),
    (acos(c) - 2, (c > -1, c < 0)),
    (x**3 - x, (x > 0,)),
)


@pytest.mark.parametrize(("expr", "conditions"), STRICT, ids=str)
def test_positive_expression_is_seen(expr: Expr, conditions: tuple[Boolean, ...]) -> None:
    domain = Domain.of(expr.free_symbols, conditions)
    assert is_positive(expr, domain)
    assert signs_on(-expr, domain) == {-1}


@pytest.mark.parametrize(("expr", "conditions"), WEAK, ids=str)
def test_expression_with_a_zero_is_nonnegative_not_positive(
    expr: Expr, conditions: tuple[Boolean, ...]
) -> None:
    domain = Domain.of(expr.free_symbols, conditions)
    assert is_nonnegative(expr, domain)
    assert not is_positive(expr, domain)


@pytest.mark.parametrize(("expr", "conditions"), OPEN, ids=str)
def test_expression_of_either_sign_stays_open(expr: Expr, conditions: tuple[Boolean, ...]) -> None:
    domain = Domain.of(expr.free_symbols, conditions)
    assert not is_nonnegative(expr, domain)
    assert not is_nonnegative(-expr, domain)
    assert not is_nonzero(expr, domain)


def test_excluded_point_makes_a_letter_nonzero() -> None:
    assert is_nonzero(Symbol("h", real=True, nonzero=True), Domain(()))
    assert not is_nonzero(x, Domain((x,)))


def test_complex_symbol_is_not_taken_for_real() -> None:
    domain = Domain((z,))
    assert not is_real(z, domain)
    assert signs_on(z**2, domain) is None
    assert not is_real(sqrt(x), Domain((x,)))
    assert not is_real(acos(x), Domain((x,)))
    assert is_real(acos(tanh(x)), Domain((x,)))


def test_bounds_of_a_constant_enclose_it_far_beyond_double_precision() -> None:
    near = pi - sqrt(2) - Rational(17273790912166981896, 10**19)
    assert 0 < near.evalf(40) < 1e-19
    assert is_positive(near + x**2, Domain((x,)))
    assert not is_nonnegative(x**2 - near, Domain((x,)))
