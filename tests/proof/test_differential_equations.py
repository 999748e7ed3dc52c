"""Equalities by an equation and initial values, and near ones that must not be proved."""

from __future__ import annotations

import pytest
from sympy import (
    Expr,
    Integral,
    Rational,
    Symbol,
    asin,
    besselj,
    besselk,
    bessely,
    cos,
    cosh,
    exp,
    gamma,
    hyper,
    oo,
    pi,
    sin,
    sqrt,
)
from sympy.logic.boolalg import Boolean

from symdyn.proof.differential_equations import initial_value_zero
from symdyn.proof.domain import Domain

a, c, t = (Symbol(name, real=True) for name in "act")
x, r = Symbol("x", positive=True), Symbol("r", positive=True)
HALF = Rational(1, 2)
DUAL = (
    sqrt(pi / 2) * gamma(a + 1) ** 2 / gamma(a + 3 * HALF) * (1 + c) ** (a + HALF)
    * hyper((HALF, HALF), (a + 3 * HALF,), (1 + c) / 2)
)  # fmt: skip
TRANSFORM = Integral(x**a * exp(c * x) * besselk(0, x), (x, 0, oo))
INSIDE = (a > -1, c > -1, c < 1)


RATIONAL = Integral(x**a / (x**2 - 2 * c * x + 1) ** (a + 1), (x, 0, oo))
ANGULAR = 2**a * gamma(a + 1) * (1 - c**2) ** (a + HALF) * RATIONAL


def on_half_line(f: Expr) -> Integral:
    return Integral(f, (x, 0, oo))


TRUE = (
    ((1 - c**2) ** (a + HALF) * TRANSFORM - DUAL, INSIDE),
    (on_half_line(exp(-r * x**2) * cos(t * x)) - sqrt(pi / r) * exp(-(t**2) / (4 * r)) / 2, ()),
    (on_half_line(x * exp(-(x**2)) * besselj(0, t * x)) - exp(-(t**2) / 4) / 2, ()),
    ((1 - c**2) ** HALF * TRANSFORM.subs(a, 0) - DUAL.subs(a, 0), INSIDE[1:]),  # no end of order 1
    (ANGULAR - DUAL, INSIDE),
)
FALSE = (
    (ANGULAR - 2 * DUAL, INSIDE),
    (ANGULAR - DUAL, (a > -2, c > -1, c < 1)),  # diverges
    ((1 - c**2) ** (a + HALF) * TRANSFORM - 2 * DUAL, INSIDE),
    ((1 - c**2) ** (a + HALF) * TRANSFORM - DUAL, (a > -2, c > -1, c < 1)),  # diverges
    (on_half_line(x**a * exp(c * x) * bessely(0, x)) - DUAL, (a > -1, c > -1, c < 0)),
    (on_half_line(exp(-x) * sin(t * x)) - t / (1 - t**2), (t > -1, t < 1)),
    (on_half_line(exp(-x) * cosh(t * x)) - 1 / (1 - t**2), ()),  # diverges for |t| >= 1
)


def proved(expr: Expr, where: tuple[Boolean, ...]) -> str:
    return initial_value_zero(expr, Domain.of(expr.free_symbols - {x}, where))


@pytest.mark.parametrize("case", range(len(TRUE)))
def test_integral_is_proved_to_be_what_obeys_its_equation(case: int) -> None:
    assert "telescoping" in proved(*TRUE[case])


@pytest.mark.parametrize("case", range(len(FALSE)))
def test_other_values_and_diverging_integrals_are_not_proved(case: int) -> None:
    assert not proved(*FALSE[case])


def test_even_solution_is_found_by_the_hypergeometric_equation() -> None:
    series, inside = hyper((a, -a), (HALF,), t**2), (t > -1, t < 1)
    assert "hypergeometric" in proved(series - cos(2 * a * asin(t)), inside)  # DLMF 15.4.12
    assert not proved(series - cos(a * asin(t)), inside)


def test_end_at_which_nothing_is_known_is_not_included() -> None:
    series = hyper((a, -a), (HALF,), t**2)
    assert not proved(series - cos(2 * a * asin(t)), (t >= -1, t <= 1))
