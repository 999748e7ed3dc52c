"""The leading exponent of a function at a point; logarithms have none."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb
from sympy import Expr, acos, cbrt, exp, log, sqrt

from symdyn.kernels.reparametrise.exact_function import ExactFunction, NotKnown
from symdyn.kernels.reparametrise.exponents import exponent

d = sp.Symbol("d", positive=True)


def found(expr: Expr) -> Fraction | None:
    function = ExactFunction(expr, d)
    return exponent(lambda distance, bits: function(distance, bits))


@pytest.mark.parametrize(
    ("expr", "power"),
    [
        (acos(1 - d), "1/2"),
        (sqrt(d * (2 - d)) - (1 - d) * acos(1 - d), "3/2"),
        ((exp(d) - 1 - d) / d**2, "0"),
        (exp(d) - 1 - d - d**2 / 2, "3"),
        (1 / cbrt(d) + d, "-1/3"),
        (sqrt(1 / d + 1) - sqrt(1 / d), "1/2"),
        (1 - sp.cos(d), "2"),
        (d ** sp.Rational(17, 6) + d**3, "17/6"),
    ],
    ids=str,
)
def test_exponents_are_those_of_the_expansion(expr: Expr, power: str) -> None:
    assert found(expr) == Fraction(power)


@pytest.mark.parametrize(
    "expr",
    [d * log(d), 1 / log(d), exp(-1 / d), exp(1 / d), d ** sp.Rational(1, 29), sp.S.Zero * d],
    ids=str,
)
def test_what_is_no_such_power_has_none(expr: Expr) -> None:
    assert found(expr) is None


def test_values_have_the_digits_that_are_asked_for() -> None:
    """(1 - cos d)/d^2 loses 4000 digits at d = 2^-2000 and has the value 1/2."""
    function = ExactFunction((1 - sp.cos(d)) / d**2, d)
    value = function(lambda: arb(2) ** -2000, 100)
    assert value.rel_accuracy_bits() >= 100 and abs(value - 0.5) < 1e-30


def test_a_value_that_is_not_real_is_refused() -> None:
    with pytest.raises(NotKnown, match="no real value"):
        ExactFunction(sqrt(-d), d)(lambda: arb(2))
