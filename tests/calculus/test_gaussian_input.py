"""Expectations over a Gaussian input seen through projections."""

from __future__ import annotations

from sympy import Heaviside, Max, pi, symbols

from symdyn.calculus.equivariant import Vector, inner
from symdyn.calculus.gaussian_input import expectation, expectation_of_input
from symdyn.calculus.polar_invariants import polar
from symdyn.calculus.vector_calculus import gradient

W, V = Vector("w"), Vector("v")
z, y = symbols("z y", real=True)
s = symbols("s", positive=True)


def test_projections_have_the_gram_matrix_as_covariance():
    assert expectation(z * y, {z: W, y: V}) == inner(W, V)
    assert expectation(z**2, {z: W}, variance=s) == s * inner(W, W)


def test_identity_matrix_is_the_second_moment():
    """E[<w, x> x] = s w for x ~ N(0, s I)."""
    mean = expectation_of_input(z, {z: W, y: V}, variance=s)
    assert [(left - right).simplify() for _, left, right in mean.components(s * W)] == [0]


def test_half_space_mean_points_along_its_normal():
    """E[step(<w, x>) x] = w/(|w| sqrt(2 pi))."""
    mean = polar(expectation_of_input(Heaviside(z), {z: W}))
    ((_, left, _),) = mean.components(0)
    assert (left**2 * inner(W, W)).subs(left.free_symbols.pop(), 1).subs(inner(W, W), 1) == 1 / (
        2 * pi
    )


def test_steins_lemma_connects_both_expectations():
    """The gradient of E[s(<w, x>) s(<v, x>)] in w is E[s'(<w, x>) s(<v, x>) x]."""
    kernel = expectation(Max(z, 0) * Max(y, 0), {z: W, y: V})
    mean = expectation_of_input(Heaviside(z) * Max(y, 0), {z: W, y: V})
    pairs = polar(gradient(kernel, W)).components(polar(mean))
    assert all((left - right).expand() == 0 for _, left, right in pairs)
