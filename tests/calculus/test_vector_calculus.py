"""Derivatives of invariant scalars and equivariant vectors agree with coordinates."""

from __future__ import annotations

from sympy import Matrix, Rational, acos, exp, log, simplify, symbols

from symdyn.calculus.equivariant import Vector, angle, inner, length, norm
from symdyn.calculus.vector_calculus import gradient, hessian, jacobian, replace_vectors
from tests.calculus.coordinates import matrix_in, scalar_in, vector_in

W, V = Vector("w"), Vector("v")
X = Matrix(symbols("x1:4", real=True))
Y = Matrix(symbols("y1:4", real=True))
COLUMNS = {W: X, V: Y}
POINT = dict(zip([*X, *Y], [1, Rational(1, 2), -2, 3, 1, Rational(1, 3)], strict=True))
SCALARS = (
    inner(W, V) ** 3 + inner(W, W),
    norm(W) * exp(-inner(W, V)),
    acos(inner(W, V) / (norm(W) * norm(V))) * inner(V, V),
    log(length(W)) * angle(W, V),
)


def test_gradient_is_the_gradient_in_coordinates():
    for scalar in SCALARS:
        direct = Matrix([scalar_in(COLUMNS, scalar).diff(x) for x in X])
        difference = (vector_in(COLUMNS, gradient(scalar, W)) - direct).subs(POINT)
        assert difference.evalf(30).norm() < 1e-25


def test_hessian_blocks_are_second_derivatives_in_coordinates():
    for scalar in SCALARS[:3]:
        plain = scalar_in(COLUMNS, scalar)
        for other, columns in ((W, X), (V, Y)):
            direct = Matrix(3, 3, lambda i, j: plain.diff(X[i], columns[j]))  # noqa: B023
            difference = (matrix_in(COLUMNS, hessian(scalar, W, other)) - direct).subs(POINT)
            assert difference.evalf(30).norm() < 1e-25


def test_hessian_in_one_vector_is_symmetric():
    block = hessian(SCALARS[1], W, W)
    pairs = block.components(block.transpose)
    assert all(simplify(left - right) == 0 for _, left, right in pairs)


def test_gradient_in_an_absent_vector_is_zero():
    assert gradient(inner(V, V), W).terms == ()


def test_jacobian_of_a_vector_is_the_identity():
    assert [pair[1:] for pair in jacobian(W, W).components(jacobian(W, W))] == [(1, 1)]
    assert str(jacobian(W, V)) == "0"


def test_vectors_are_replaced_everywhere_at_once():
    swapped = replace_vectors(inner(W, W) * V - inner(W, V) * W, {W: V, V: W})
    assert str(swapped - (inner(V, V) * W - inner(W, V) * V)) == "0"


def test_replacing_a_vector_reaches_lengths_and_angles():
    assert replace_vectors(length(W) ** 2, {W: 2 * V}) == 4 * inner(V, V)
    assert replace_vectors(length(V), {W: 2 * V}) == length(V)
