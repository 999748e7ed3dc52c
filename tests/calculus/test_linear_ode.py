"""Linear and Bernoulli equations: residual and initial value are the only truth."""

from __future__ import annotations

import pytest
from sympy import Dummy, Rational, cos, cot, diff, exp, log, pi, simplify, sin, symbols, tan

from symdyn.calculus.linear_ode import bernoulli_parts, solve_bernoulli, solve_linear
from symdyn.calculus.obligations import gathering
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import InputError, UnsupportedError

x, x0, y, y0, k, m = symbols("x x0 y y0 k m", positive=True)

LINEAR = (
    k * y,
    k * y + m,
    y / x + x,
    -2 * x * y + x,
    y * tan(x) + cos(x),
    cot(x) * y + sin(x) ** 2,
    y * (cot(x) + 1 / (pi - x)) - 1 / ((pi - x) * sin(x)),
    -y / (1 + x) + exp(-x),
    x**k * y,
    y / (x * log(1 + x) * (1 + x)) * x,
)
BERNOULLI = (
    y * (k - y),
    k * y**3 - y,
    -(y ** Rational(1, 2)),
    y**k - y,
    x * y**2 - y / (1 + x),
    k * y**m,
)


@pytest.mark.parametrize("rate", LINEAR, ids=str)
def test_linear_solution_has_no_residual(rate):
    solution = solve_linear(rate, y, y0, x, start=x0)
    assert agree_at_points(diff(solution, x), rate.subs(y, solution))
    assert agree_at_points(solution.subs(x, x0), y0)
    assert not solution.atoms(Dummy)


@pytest.mark.parametrize("rate", BERNOULLI, ids=str)
def test_bernoulli_solution_has_no_residual(rate):
    soon = {x: Rational(1, 50)}
    solution = solve_bernoulli(rate, y, y0, x)
    assert agree_at_points(diff(solution, x), rate.subs(y, solution), soon)
    assert agree_at_points(solution.subs(x, 0), y0)


def test_sign_of_the_start_is_kept():
    u0 = symbols("u0", real=True)
    solution = solve_bernoulli(-(y**3), y, u0, x)
    assert simplify(solution.subs({u0: -2, x: 1})) == Rational(-2, 3)


def test_residual_and_start_are_owed():
    with gathering() as debts:
        solve_linear(k * y, y, y0, x)
    reasons = [debt.because for debt in debts.obligations]
    assert "the solution obeys dy/dx = k*y" in reasons
    assert "the solution starts at y = y0" in reasons


def test_parts_of_other_equations_are_none():
    assert bernoulli_parts(y**2 + y**3, y) is None
    assert bernoulli_parts(sin(y), y) is None
    assert bernoulli_parts(1 + y, y).power == 0


def test_what_is_not_linear_or_bernoulli_is_refused():
    with pytest.raises(UnsupportedError, match="not linear"):
        solve_linear(y**2, y, y0, x)
    with pytest.raises(UnsupportedError, match="not of the form"):
        solve_bernoulli(sin(y), y, y0, x)
    with pytest.raises(InputError, match="initial data"):
        solve_linear(y, y, 2 * y, x)
