"""Solving for a variable: one of the candidates brings the equation back."""

from __future__ import annotations

import pytest
from sympy import cos, cosh, exp, log, simplify, sin, sinh, symbols, tan, tanh

from symdyn.calculus.inversion import solve_for
from symdyn.errors import UnsupportedError

u, c, a = symbols("u c a", positive=True)

EQUATIONS = (
    3 * u + 1,
    u**2,
    u**a,
    a**u,
    exp(2 * u) - 1,
    log(u) + 2,
    sin(u),
    cos(u),
    tan(u / 2),
    sinh(u),
    cosh(u),
    tanh(u),
    (u + 1) / (u - a),
    exp(u) / (1 + exp(u)),
    u**2 + 3 * u,
    log(1 + sinh(u)),
)


@pytest.mark.parametrize("left", EQUATIONS, ids=str)
def test_every_candidate_solves_the_equation(left):
    for candidate in solve_for(u, left, c):
        point = {c: 0.37, a: 1.6}
        assert abs(complex(left.subs(u, candidate).subs(point)) - 0.37) < 1e-12


def test_both_signs_of_even_functions_are_candidates():
    assert len(solve_for(u, u**4, c)) == len(solve_for(u, cosh(u), c)) == 2
    assert simplify(sum(solve_for(u, u**2, c))) == 0


def test_two_different_functions_are_refused():
    with pytest.raises(UnsupportedError, match="several functions"):
        solve_for(u, u + exp(u), c)


def test_a_line_and_a_logarithm_are_inverted_by_both_branches_of_lambert():
    u, c = symbols("u c", positive=True)
    upper, lower = solve_for(u, 3 * u - 2 * log(u), c)
    at = {c: 4}
    for candidate in (upper, lower):
        value = candidate.subs(at).evalf(30)
        assert abs(3 * value - 2 * log(value) - 4) < 1e-25
    assert abs(upper.subs(at).evalf() - lower.subs(at).evalf()) > 0.1
