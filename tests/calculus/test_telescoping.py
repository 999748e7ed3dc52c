"""Certificates are identities; the operators annihilate integrals that are known."""

from __future__ import annotations

import pytest
from sympy import (
    Expr,
    Symbol,
    besselj,
    besselk,
    cos,
    exp,
    expand,
    gamma,
    log,
    pi,
    simplify,
    sqrt,
    symbols,
)

from symdyn.calculus.obligations import gathering
from symdyn.calculus.telescoping import Telescoper, find_telescoper
from symdyn.errors import InputError, UnsupportedError
from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes

x, r = symbols("x r", positive=True)
a, t = symbols("a t", real=True)

# an integrand, and its integral over x > 0
KNOWN = (
    (exp(-r * x**2) * cos(t * x), sqrt(pi / r) * exp(-(t**2) / (4 * r)) / 2),
    (x * exp(-(x**2)) * besselj(0, t * x), exp(-(t**2) / 4) / 2),
    (exp(-(x**2) - t**2 / x**2), sqrt(pi) * exp(-2 * t) / 2),
    (1 / (x**2 + t**2), pi / (2 * t)),
    (x**2 * exp(-t * x), gamma(3) / t**3),
)


def is_identity(found: Telescoper, certificate: Expr) -> bool:
    residual = found.applied(found.integrand) - certificate.diff(found.variable)
    return bool(vanishes(residual, Domain.of(residual.free_symbols)))


@pytest.mark.parametrize(("integrand", "value"), KNOWN)
def test_operator_annihilates_the_integral(integrand: Expr, value: Expr) -> None:
    found = find_telescoper(integrand, x, t)
    assert is_identity(found, found.certificate)
    assert not is_identity(found, found.certificate + x)
    assert simplify(found.applied(value)) == 0


def test_transform_of_the_bessel_function_obeys_a_legendre_like_equation() -> None:
    with gathering() as debts:
        found = find_telescoper(x**a * exp(t * x) * besselk(0, x), x, t)
    zeroth, first, second = found.coefficients
    assert expand(zeroth * (1 - t**2) + (a + 1) ** 2 * second) == 0
    assert expand(first * (1 - t**2) + (2 * a + 3) * t * second) == 0
    assert len(debts.obligations) == 1


def test_order_one_is_not_enough_for_a_second_order_equation() -> None:
    with pytest.raises(UnsupportedError, match="max_order"):
        find_telescoper(sqrt(x) * exp(t * x) * besselk(0, x), x, t, max_order=1, max_degree=2)


def test_function_without_rational_rates_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="log"):
        find_telescoper(log(x) ** t, x, t)
    with pytest.raises(InputError, match="must occur"):
        find_telescoper(Symbol("y") * t, x, t)
