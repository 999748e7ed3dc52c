"""Radial Riccati flows: solutions obey their flow, whatever the signs, and mutants do not."""

from __future__ import annotations

import pytest
from sympy import Matrix, Rational, S, Symbol, exp, eye, symbols

from symdyn.calculus.obligations import gathering
from symdyn.calculus.riccati import solve_radial_riccati
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import InputError, UnsupportedError
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

t = Symbol("t", positive=True)
x0, y0, k = symbols("x0 y0 k", positive=True)

FLOWS = {
    "two real eigenvalues": Matrix([[1, 1], [2, -1]]),
    "imaginary eigenvalues": Matrix([[0, 2], [-2, 0]]),
    "a double eigenvalue": Matrix([[0, 1], [0, 0]]),
    "a trace": Matrix([[1, 1], [1, -3]]),
    "a trace and a double eigenvalue": Matrix([[-1, 1], [0, -1]]),
}
FORM = Matrix([[1, Rational(1, 3)], [Rational(1, 3), 2]])


@pytest.mark.parametrize("name", FLOWS)
def test_solution_obeys_flow(name: str):
    start = Matrix([Rational(1, 2), Rational(-3, 4)])
    solution, _ = solve_radial_riccati(FLOWS[name], FORM, start, t)
    x = Matrix(solution)
    at = {t: Rational(2, 7)}
    here, moved = x.subs(at).evalf(30), x.diff(t).subs(at).evalf(30)
    velocity = FLOWS[name] * here - (here.T * FORM * here)[0] / 2 * here
    assert (moved - velocity).norm() < 1e-25
    assert x.subs(t, 0).evalf(30) == start.evalf(30)


def test_what_is_owed_is_proved_and_decides():
    with gathering() as debts:
        solve_radial_riccati(Matrix([[k, 1], [1, -k]]), eye(2), (x0, y0), t)
    assert len(debts.obligations) == 6
    for debt in debts.obligations:
        assert judge(Equal(debt.left, debt.right)).verdict == Verdict.PROVED
    divisor = debts.obligations[-2]
    assert judge(Equal(divisor.left, divisor.right + x0)).verdict == Verdict.REFUTED


def test_three_dimensions_with_two_eigenvalues():
    linear = Matrix([[1, 0, 0], [0, 1, 0], [0, 0, -1]])
    solution, divisor = solve_radial_riccati(linear, eye(3), (2, 1, S.One), t)
    grown = 5 * (exp(2 * t) - 1) / 2
    assert agree_at_points(divisor, 1 + grown + (1 - exp(-2 * t)) / 2)
    assert agree_at_points(solution[2], exp(-t) / divisor ** Rational(1, 2))


def test_a_third_eigenvalue_is_refused():
    with pytest.raises(UnsupportedError, match="more than two eigenvalues"):
        solve_radial_riccati(Matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), eye(3), (1, 2, 3), t)


def test_shapes_must_fit():
    with pytest.raises(InputError, match="2 x 2"):
        solve_radial_riccati(eye(2), eye(3), (x0, y0), t)
