"""Implicit functions: derivatives, values on balls and by mpmath, and what they refuse."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
from flint import arb
from sympy import Expr, Lambda, Rational, Symbol, cos, exp, log, oo, pi, symbols, tanh

from symdyn.errors import InputError
from symdyn.numerics.balls import enclose
from symdyn.numerics.implicit import InverseAt, inverse
from symdyn.numerics.precision import evaluate

x = Symbol("x", real=True)
y, y0 = symbols("y y0", positive=True)
z = Symbol("z", real=True)

CASES: tuple[tuple[Expr, Symbol, tuple[Any, Any]], ...] = (
    (y + log(y), y, (0, oo)),
    (y * exp(y), y, (0, oo)),
    (x + x**3, x, (-oo, oo)),
    (tanh(x), x, (-oo, oo)),
    (cos(x), x, (0, pi)),
    (-y - log(1 - y), y, (0, 1)),
)


@pytest.mark.parametrize(("function", "place", "interval"), CASES, ids=str)
def test_balls_and_numbers_solve_the_equation(
    function: Expr, place: Symbol, interval: tuple[Any, Any]
) -> None:
    found = inverse(function, place, z, interval)
    for value in (Rational(1, 3), Rational(7, 8), Rational(1, 1000)):
        ball = enclose(found, {z: value}, 120)
        number = evaluate(found, {z: value}, 30)
        back = evaluate(function, {place: number}, 30)
        assert abs(back - mpmath.mpf(value.p) / value.q) < 1e-13
        assert ball.real.rel_accuracy_bits() > 80
        assert ball.real.overlaps(arb(mpmath.nstr(number, 16), 1e-14))


def test_ends_and_values_that_are_never_taken() -> None:
    lambert, bounded = inverse(y + log(y), y, z, (0, oo)), inverse(tanh(x), x, z, (-oo, oo))
    assert enclose(lambert, {z: -oo}, 60) == 0
    assert evaluate(lambert, {z: oo}, 20) == mpmath.inf
    assert enclose(lambert, {z: -800}, 60).real.contains(0)  # beyond the doubles
    assert not enclose(bounded, {z: 2}, 60).is_finite()
    assert enclose(bounded, {z: 0}, 60) == 0


def test_a_ball_of_values_gives_a_ball_of_places() -> None:
    found = enclose(inverse(y + log(y), y, z, (0, oo)), {z: arb(1, 1e-3)}, 80).real
    assert found.contains(1) and 4e-4 < float(found.rad()) < 2e-3


def test_a_wrong_slope_costs_no_truth() -> None:
    wrong = InverseAt(Lambda(y, y + log(y)), Lambda(y, 7), 0, oo, z)
    ball = enclose(wrong, {z: 1}, 80).real
    assert not ball.is_finite() or ball.contains(1)


def test_it_is_differentiated_and_undone() -> None:
    found = inverse(y + log(y), y, y0 + log(y0), (0, oo))
    assert found == y0
    assert inverse(y + log(y), y, z, (0, oo)).diff(z).subs(z, 1).args
    assert inverse(x + log(x), x, x + log(x), (0, oo)) != x  # x may be negative


def test_bad_equations_are_refused() -> None:
    with pytest.raises(InputError, match="two numbers in ascending order"):
        inverse(y + log(y), y, z, (1, 0))
    with pytest.raises(InputError, match="does not depend on"):
        inverse(y0, y, z, (0, 1))
