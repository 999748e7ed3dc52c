"""Lengths and angles: roots are taken out only where it is right."""

from __future__ import annotations

from sympy import Rational, acos, asin, cos, expand, pi, sin, sqrt

from symdyn.calculus.equivariant import Vector, angle, gram, inner, length, norm
from symdyn.calculus.obligations import gathering
from symdyn.calculus.polar_invariants import polar, reduced

W, V, U = Vector("w"), Vector("v"), Vector("u")
R, L, T = length(W), length(V), angle(W, V)
COSINE = inner(W, V) / (norm(W) * norm(V))


def test_roots_of_squares_become_sines():
    assert polar(sqrt(gram(W, V).det())) == R * L * sin(T)
    assert polar(1 / sqrt(1 - COSINE**2)) == 1 / sin(T)
    assert polar((1 - COSINE**2) ** Rational(3, 2)) == sin(T) ** 3


def test_inverse_functions_become_angles():
    assert polar(acos(COSINE)) == T
    assert polar(acos(-COSINE)) == pi - T
    assert polar(asin(COSINE)) == pi / 2 - T


def test_roots_of_what_is_no_square_stay():
    kept = polar(sqrt(1 + inner(W, V) ** 2))
    assert expand(kept**2 - (1 + R**2 * L**2 * (1 - sin(T) ** 2))) == 0
    assert polar(sqrt(1 - COSINE)) == sqrt(1 - cos(T))


def test_squares_of_unknown_sign_stay_under_the_root():
    apart = sqrt((norm(W) - norm(V)) ** 2 * (1 - COSINE**2))
    point = {R: 1, L: 3, T: 1}
    assert abs((polar(apart) - 2 * sin(T)).subs(point).evalf()) < 1e-14


def test_every_rewriting_is_owed_with_its_condition():
    with gathering() as debts:
        polar(acos(COSINE) * sqrt(1 - COSINE**2))
    assert {debt.right for debt in debts.obligations} == {T, sin(T)}
    assert all(debt.where == (T < pi,) for debt in debts.obligations)


def test_several_angles_are_treated_alike():
    expression = acos(inner(W, U) / (norm(W) * norm(U))) + acos(COSINE)
    assert polar(expression) == angle(U, W) + T


def test_fractions_are_reduced_on_the_circle():
    assert reduced((1 - cos(T) ** 2) / sin(T), [T]) == sin(T)
