"""What the table says of an activation is true of its definition."""

from __future__ import annotations

import pytest
from sympy import N, Rational, symbols

from symdyn.calculus.activations import (
    ACTIVATIONS,
    Activation,
    activation,
    alpha_relu,
    leaky_relu,
    relu,
)
from symdyn.calculus.gaussian import gaussian_expectation
from symdyn.errors import InputError

z, w, c = symbols("z w c", real=True)
POINTS = (Rational(-7, 4), Rational(2, 3), Rational(5))
entries = pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)


def value(entry: Activation, at: Rational) -> complex:
    parameters = {s: Rational(3, 2) for s in entry(z).free_symbols - {z}}
    return complex(N(entry(z).subs(parameters).subs(z, at), 20))


@entries
def test_parity(entry: Activation) -> None:
    signs = {"odd": -1, "even": 1}
    holds = {
        name: all(abs(value(entry, -x) - s * value(entry, x)) < 1e-15 for x in POINTS)
        for name, s in signs.items()
    }
    assert holds == {name: name == entry.parity for name in signs}


@entries
def test_homogeneity(entry: Activation) -> None:
    ratio = Rational(5, 3)
    if entry.degree is None:
        assert any(abs(value(entry, ratio * x) - ratio * value(entry, x)) > 1e-6 for x in POINTS)
        return
    degree = entry.degree.subs(dict.fromkeys(entry.degree.free_symbols, Rational(3, 2)))
    for x in POINTS:
        scaled = complex(N(ratio**degree, 20)) * value(entry, x)
        assert abs(value(entry, ratio * x) - scaled) < 1e-12


def test_alpha_relu_is_a_power_of_relu() -> None:
    alpha = symbols("alpha", positive=True)
    by_piecewise = gaussian_expectation(alpha_relu(z, alpha) * alpha_relu(w, alpha), (z, w), c)
    by_power = gaussian_expectation(relu(z) ** alpha * relu(w) ** alpha, (z, w), c)
    assert by_piecewise == by_power


def test_leaky_relu_of_slope_minus_one_is_the_absolute_value() -> None:
    assert {leaky_relu(x, -1) - abs(x) for x in POINTS} == {0}


def test_unknown_names_are_refused_with_the_list() -> None:
    with pytest.raises(InputError, match="relu"):
        activation("relux")
