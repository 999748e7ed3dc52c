"""Separable equations: residual and initial value are the only truth."""

from __future__ import annotations

import pytest
from sympy import (
    Dummy,
    Rational,
    cos,
    cosh,
    diff,
    exp,
    log,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symdyn.calculus.obligations import gathering
from symdyn.calculus.separable import solve_separable
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import InputError, UnsupportedError

u, u0, t, s, tau, n = symbols("u u0 t s tau n", positive=True)
a, b, c, x, x0 = symbols("a b c x x0", real=True)
SOON = {t: Rational(1, 40)}

POSITIVE = (
    2 * u * (s - u) / tau,
    -s * u,
    u**n,
    u**3,
    sqrt(u),
    u * log(u),
    u - u ** Rational(3, 2),
    1 / u,
    u**2 * (1 + t),
)
REAL = (
    s + 0 * x,
    tanh(x),
    1 - x**2,
    1 + x**2,
    a * x**2 + b * x + c,
    x**2 - 2 * x + 1,
    x**2 + s,
    a * x + b,
    exp(-x),
    exp(x) + 1,
    sin(x),
    cos(x) ** 2,
    1 / cosh(x),
    x**3 - x,
    x * cos(t),
    exp(-t) * (1 + x**2),
)


@pytest.mark.parametrize("rate", POSITIVE, ids=str)
def test_positive_solution_has_no_residual(rate):
    _check(rate, u, u0)


@pytest.mark.parametrize("rate", REAL, ids=str)
def test_real_solution_has_no_residual(rate):
    _check(rate, x, x0)


def _check(rate, variable, start):
    solution = solve_separable(rate, variable, start, t)
    assert agree_at_points(diff(solution, t), rate.subs(variable, solution), SOON)
    assert agree_at_points(solution.subs(t, 0), start)
    assert not solution.atoms(Dummy)


def test_logistic_curve_of_a_balanced_mode():
    curve = solve_separable(2 * u * (s - u) / tau, u, u0, t)
    stated = s / (1 + (s / u0 - 1) * exp(-2 * s * t / tau))
    assert (curve - stated).simplify() == 0


def test_branch_is_the_one_that_starts_at_the_start():
    curve = solve_separable(1 / (2 * x), x, Rational(-3), t)
    assert curve.subs(t, 16) == -5


def test_residual_and_start_are_owed():
    with gathering() as debts:
        solve_separable(tanh(x), x, x0, t)
    reasons = [debt.because for debt in debts.obligations]
    assert "the solution obeys dx/dt = tanh(x)" in reasons
    assert "the solution starts at x = x0" in reasons


def test_implicit_solutions_are_refused():
    with pytest.raises(UnsupportedError, match="implicitly"):
        solve_separable(u**2 * (s - u), u, u0, t)


def test_what_does_not_separate_is_refused():
    with pytest.raises(UnsupportedError, match="not a product"):
        solve_separable(sin(x) + t, x, x0, t)
    with pytest.raises(InputError, match="initial value"):
        solve_separable(x, x, x + 1, t)
