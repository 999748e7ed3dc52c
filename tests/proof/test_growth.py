"""Integrability and vanishing at ends, told from powers, exponentials and Bessel functions."""

from __future__ import annotations

import pytest
from sympy import Expr, S, Symbol, besseli, besselj, besselk, cos, exp, log, oo, sin

from symdyn.proof.domain import Domain
from symdyn.proof.growth import is_integrable, vanishes_at_ends

x = Symbol("x", positive=True)
a, c = Symbol("a", real=True), Symbol("c", real=True)
DOMAIN = Domain((a, c), (a > -1, c > -1, c < 1))

INTEGRABLE = (
    (x**a * exp(c * x) * besselk(0, x), oo),
    (x**a * exp(-(x**2) + 5 * x) * cos(c * x), oo),
    (exp(-2 * x) * besseli(0, x), oo),
    (exp(-x) * besselj(3, c * x), oo),
    (x**a * (1 - x) ** a / (2 + c * x), S.One),
    (x**a * besselk(1, x) * sin(x) * exp(-x), oo),
    (x**a / (x**2 - 2 * c * x + 1) ** (a + 1), oo),
    (x**a * cos(3 * x) / (1 + x) ** (a + 2 + c), oo),
)
NOT_INTEGRABLE = (
    (x**a * exp(2 * c * x) * besselk(0, x), oo),
    (x ** (2 * a) * exp(-x), oo),
    (exp(-x) * besseli(0, x), oo),
    (x**a * besselk(1, x), oo),
    (x**a * (1 - x) ** (a - 1), S.One),
    (exp(-x) * log(x), oo),  # integrable, but nothing is known of logarithms
    (1 / (1 - c * x) ** 2, oo),
    (x**a / (x**2 - 2 * c * x + 1) ** ((a + 1) / 2), oo),  # like 1/x
    (1 / (1 + (1 + c) * x) ** (1 + c), oo),  # of degree -1 - c, which may be above -1
)


@pytest.mark.parametrize(("f", "high"), INTEGRABLE)
def test_integrable_function_is_seen(f: Expr, high: Expr) -> None:
    assert is_integrable(f, x, high, DOMAIN)


@pytest.mark.parametrize(("f", "high"), NOT_INTEGRABLE)
def test_other_function_is_refused(f: Expr, high: Expr) -> None:
    assert not is_integrable(f, x, high, DOMAIN)


def test_factor_that_vanishes_at_an_end_counts() -> None:
    domain = Domain((a,), (a > 0,))
    assert vanishes_at_ends(x**a * (1 - x), x, S.One, domain)
    assert not vanishes_at_ends(x**a * (2 - x), x, S.One, domain)
    assert not vanishes_at_ends(1 + x, x, S.One, domain)
    assert vanishes_at_ends(x**a / (1 + x) ** (2 * a), x, oo, domain)
    assert not vanishes_at_ends(x**a / (1 + x) ** a, x, oo, domain)
    assert vanishes_at_ends(x * (x * besselk(1, x) + besselk(0, x)), x, oo, domain)
