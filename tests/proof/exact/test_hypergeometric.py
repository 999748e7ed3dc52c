"""Hypergeometric identities that a normal form proves, and near ones that it must not."""

from __future__ import annotations

import pytest
from sympy import (
    Expr,
    Rational,
    S,
    acos,
    asin,
    atanh,
    elliptic_e,
    elliptic_k,
    exp,
    gamma,
    hyper,
    log,
    pi,
    sqrt,
    symbols,
)
from sympy.logic.boolalg import Boolean

from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes

a, b, c, z = symbols("a b c z", real=True)
HALF = Rational(1, 2)
INSIDE = (z > 0, z < 1)


def gauss(a: Expr, b: Expr, c: Expr, z: Expr) -> Expr:
    return hyper((a, b), (c,), z)


F = gauss(a, b, c, z)
TRUE = (
    # DLMF 15.5.11, 15.5.12, 15.5.15, 15.10.1
    ((c - a) * gauss(a - 1, b, c, z) + (2 * a - c + (b - a) * z) * F
     + a * (z - 1) * gauss(a + 1, b, c, z), INSIDE),
    ((b - a) * F + a * gauss(a + 1, b, c, z) - b * gauss(a, b + 1, c, z), INSIDE),
    ((c - a - 1) * F + a * gauss(a + 1, b, c, z) - (c - 1) * gauss(a, b, c - 1, z), INSIDE),
    (z * (1 - z) * F.diff(z, 2) + (c - (a + b + 1) * z) * F.diff(z) - a * b * F, INSIDE),
    # other orders: 3F2 and 1F1, DLMF 16.3.7 and 13.3.1
    (hyper((a, b), (c,), z) - gauss(b, a, c, z), INSIDE),
    ((b - a) * hyper((a - 1,), (b,), z) + (2 * a - b + z) * hyper((a,), (b,), z)
     - a * hyper((a + 1,), (b,), z), ()),
    (hyper((a, b, c), (b, c), z) - (1 - z) ** -a, INSIDE),
    (hyper((), (), z) - exp(z), ()),
    # known values, DLMF 15.4
    (gauss(HALF, HALF, S.Half + 1, z**2) - asin(z) / z, INSIDE),
    (gauss(HALF, S.One, S.Half + 1, z**2) - atanh(z) / z, INSIDE),
    (gauss(S.One, S.One, S(2), z) + log(1 - z) / z, INSIDE),
    (gauss(a, b, c, S.One) - gamma(c) * gamma(c - a - b) / (gamma(c - a) * gamma(c - b)),
     (c > a + b, c > 0)),
    (gauss(a, 1 - a, c, HALF)
     - 2 ** (1 - c) * sqrt(pi) * gamma(c) / (gamma((a + c) / 2) * gamma((1 - a + c) / 2)),
     (c > 2, a > 0, a < 1)),
    # complete elliptic integrals, DLMF 19.4.1
    (elliptic_k(z).diff(z) - (elliptic_e(z) - (1 - z) * elliptic_k(z)) / (2 * z * (1 - z)), INSIDE),
    (gauss(HALF, HALF, S(2), z) - 4 * ((z - 1) * elliptic_k(z) + elliptic_e(z)) / (pi * z), INSIDE),
)  # fmt: skip
FALSE = (
    (z * (1 - z) * F.diff(z, 2) + (c - (a + b) * z) * F.diff(z) - a * b * F, INSIDE),
    (gauss(HALF, HALF, S.Half + 1, z**2) - acos(z) / z, INSIDE),
    (gauss(a, b, c, S.One) - gamma(c) * gamma(c - a - b) / (gamma(c - a) * gamma(c - b)), ()),
    (gauss(HALF, HALF, S(2), z) - 4 * ((z - 1) * elliptic_k(z) + elliptic_e(z)) / (pi * z), ()),
    (gauss(a, 1 - a, c, HALF)
     - 2 ** (1 - c) * sqrt(pi) * gamma(c) / (gamma((a + c) / 2) * gamma((2 - a + c) / 2)), ()),
    (hyper((a,), (b,), z) - hyper((a + 1,), (b + 1,), z), ()),
)  # fmt: skip


def proved(expr: Expr, where: tuple[Boolean, ...]) -> str:
    return vanishes(expr, Domain.of(expr.free_symbols, where))


@pytest.mark.parametrize("case", range(len(TRUE)))
def test_identity_is_proved(case: int) -> None:
    assert proved(*TRUE[case])


@pytest.mark.parametrize("case", range(len(FALSE)))
def test_what_is_false_or_has_no_value_is_not_proved(case: int) -> None:
    assert not proved(*FALSE[case])


def test_gammas_of_numbers_are_joined_by_duplication_in_either_order() -> None:
    third = Rational(1, 3)
    product = gamma(third) * gamma(third + HALF)
    double = 2 ** (1 - 2 * third) * sqrt(pi) * gamma(2 * third)
    assert proved(product - double, ())
    assert proved(double - product, ())
    assert not proved(product - 2 * double, ())


def test_gamma_is_found_by_reflection_and_duplication_together() -> None:
    below = gamma(a + 1) * gamma((1 - a) / 2) / gamma(a / 2 + 1)
    above = 2**a * sqrt(pi) / gamma(HALF + a / 2) * gamma((1 + a) / 2) * gamma((1 - a) / 2)
    assert proved(below - above * gamma(HALF + a / 2) / pi, (a > 0, a < 1))
