"""Pieces case by case: what is proved, and what must never be."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Derivative,
    Heaviside,
    Integral,
    Max,
    Min,
    Piecewise,
    Rational,
    exp,
    sign,
    symbols,
)

from symdyn.proof.domain import Domain
from symdyn.proof.sign_cases import zero_by_signs

x, y, a, b = symbols("x y a b", real=True)
z = symbols("z")
STEP = Heaviside(a * x)
TRUE = (
    Max(0, x) - x * Heaviside(x),
    sign(x) ** 3 - sign(x),
    Abs(x - y) * Heaviside(y - x) - Max(0, y - x),
    exp(Abs(x)) - exp(x * sign(x)),
    Max(x, y) + Min(x, y) - x - y,
    (STEP * a * x * b) ** 2 - b**2 * Max(0, a * x) ** 2,
    x * Heaviside(x, Rational(1, 7)) - Max(0, x),
    Abs(x) * sign(x) * Abs(y) * sign(y) - x * y,
)
FALSE = (
    sign(x) ** 2 - 1,  # at 0 only
    Heaviside(x) ** 2 - Heaviside(x),  # at 0 only
    Heaviside(x, 1) - Heaviside(x, 0),  # at 0 only
    sign(x * y - 1) ** 2 - 1,  # on a curve only
    Abs(x) - x,
    Max(0, x) * Heaviside(-x) - 1,
    x * Heaviside(x, 1) - Max(0, y),
)
UNKNOWN = (
    Abs(z) - z * sign(z),  # z is complex
    Integral(sign(x), (x, -1, 1)) ** 2 - 4 * sign(x) ** 2,  # x is bound in one place
    Derivative(Abs(x), x) - sign(x),
    Piecewise((Abs(x), x > 0), (0, True)) - Abs(x),
    Max(x, y, a) - Max(a, Max(x, y), evaluate=False),
    Abs(x + Abs(y)) - Abs(Abs(y) + x, evaluate=False) + 0 * a,
    x - y,
)


@pytest.mark.parametrize("difference", TRUE, ids=str)
def test_what_holds_for_every_sign_is_proved(difference):
    assert zero_by_signs(difference, Domain.of(difference.free_symbols)).startswith("cases")


@pytest.mark.parametrize("difference", FALSE, ids=str)
def test_what_fails_for_one_sign_is_not_proved(difference):
    assert zero_by_signs(difference, Domain.of(difference.free_symbols)) == ""


@pytest.mark.parametrize("difference", [u for u in UNKNOWN if u != 0], ids=str)
def test_pieces_whose_argument_is_no_real_value_are_left_alone(difference):
    assert zero_by_signs(difference, Domain.of(difference.free_symbols)) == ""
