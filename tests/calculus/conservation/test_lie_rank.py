"""Ranks of Lie algebras that are known."""

from __future__ import annotations

import pytest
from sympy import Matrix, Poly, Rational, symbols

from symdyn.calculus.conservation.fields import PolynomialFields, letters_ring
from symdyn.calculus.conservation.lie_rank import lie_rank

x, y, z, t, k = symbols("x y z t k")
SPACE = (x, y, z)
CASES = {
    "rotations of space move on spheres": (SPACE, ((0, z, -y), (-z, 0, x)), 2),
    "one rotation moves on circles": (SPACE, ((y, -x, 0),), 1),
    "Heisenberg fields reach all directions": (SPACE, ((1, 0, -y), (0, 1, x)), 3),
    "a skew pair that commutes": (SPACE, ((1, 0, y), (0, 1, x)), 2),
    "parking a car": ((x, y, z, t), ((1, z, t, 0), (0, 0, 0, 1)), 4),
    "linear fields of a plane": ((x, y), ((x, 0), (y, 0), (0, x)), 2),
    "no field": ((x, y), ((0, 0),), 0),
    "brackets with a constant": (SPACE, ((k, 0, -k * y), (0, 1, x)), 3),
}


def made(variables, components):
    ring = letters_ring(len(variables) + 1)
    polynomials = (
        tuple(ring.from_dict({p: int(c) for p, c in Poly(v, *variables, k).terms()}) for v in field)
        for field in components
    )
    return PolynomialFields(variables, (k,), tuple(polynomials))


@pytest.mark.parametrize("name", CASES)
def test_rank_of_a_known_algebra(name):
    variables, components, rank = CASES[name]
    assert lie_rank(made(variables, components), enough=len(variables)) == rank


def test_the_search_ends_when_enough_is_known():
    variables, components, _ = CASES["parking a car"]
    assert lie_rank(made(variables, components), enough=2) == 2


@pytest.mark.parametrize("name", CASES)
def test_rank_is_that_of_a_direct_computation(name):
    """All brackets of up to four fields, by SymPy, at a rational point."""
    variables, components, rank = CASES[name]
    point = dict(zip((*variables, k), (Rational(2, 3), -3, 5, Rational(1, 7), 11), strict=False))
    generators = [Matrix(c) for c in components]
    level, found = generators, list(generators)
    for _ in range(3):
        level = [bracket(v, w, variables) for v in level for w in generators]
        found += level
    assert Matrix.hstack(*found).subs(point | {k: 11}).rank() == rank


def bracket(v, w, variables):
    return w.jacobian(variables) * v - v.jacobian(variables) * w
