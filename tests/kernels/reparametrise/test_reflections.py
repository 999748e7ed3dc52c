"""A reflection is found where there is one, and is proved before it is used."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from sympy import Expr, acos, atan, cos, exp, pi, sqrt

from symdyn.kernels.reparametrise.reflections import Reflection, reflection

x = sp.Symbol("x", real=True)
ANGLE = pi - acos(x)


@pytest.mark.parametrize(
    ("expr", "sign", "polynomial"),
    [
        (ANGLE, 1, 2 * pi * sp.S.Half),
        (sqrt(1 - x**2) + x * ANGLE, -1, pi * x),
        (3 * x * sqrt(1 - x**2) + (1 + 2 * x**2) * ANGLE, 1, pi * (1 + 2 * x**2)),
        ((1 - cos(x)) / x**2, -1, 0),
        (x**3 + atan(x), 1, 0),
        (1 / (1 + exp(x)), 1, 1),
        (x / (exp(x) - 1), -1, -x),
    ],
    ids=str,
)
def test_reflections_are_found(expr: Expr, sign: int, polynomial: Expr) -> None:
    found = reflection(expr, x, Fraction(1))
    assert found is not None and found.sign == sign
    assert sp.expand(found.polynomial - polynomial) == 0


@pytest.mark.parametrize("expr", [exp(x), x * acos(x) ** 2, sqrt(x + 2), cos(x) + x**3 + x**11])
def test_what_has_none_gets_none(expr: Expr) -> None:
    assert reflection(expr, x, Fraction(1)) is None


def test_what_only_looks_like_one_is_not_used() -> None:
    """Even up to 2^-140, which some digits would not tell."""
    almost = cos(x) + sp.sin(x) * sp.Rational(1, 2**140)
    assert reflection(cos(x), x, Fraction(1)) == Reflection(-1, sp.S.Zero)
    assert reflection(almost, x, Fraction(1)) is None
