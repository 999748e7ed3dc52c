"""Equivariant vectors and matrices behave as vectors and matrices in coordinates."""

from __future__ import annotations

import pickle

import pytest
from sympy import Matrix, Rational, Symbol, latex, sqrt, symbols

from symdyn.calculus.equivariant import (
    EquivariantVector,
    Vector,
    angle,
    as_vector,
    gram,
    independent,
    inner,
    length,
    norm,
)
from symdyn.calculus.equivariant_matrix import IDENTITY, EquivariantMatrix, as_matrix, outer
from symdyn.calculus.invariants import (
    angle_names,
    in_inner_products,
    in_lengths_and_angles,
    inner_names,
    invariant_latex,
    length_name,
)
from symdyn.errors import InputError
from tests.calculus.coordinates import matrix_in, scalar_in, vector_in

W, V = Vector("w"), Vector("v")
COLUMNS = {W: Matrix([1, 2, -1]), V: Matrix([3, Rational(1, 2), 2])}


def test_sums_and_multiples_are_those_of_columns():
    combination = 2 * W - V / 3 + inner(W, V) * W
    w, v = COLUMNS[W], COLUMNS[V]
    assert vector_in(COLUMNS, combination) == 2 * w - v / 3 + w.dot(v) * w


def test_inner_product_is_bilinear():
    left, right = 2 * W - V, W + norm(V) * V
    expected = vector_in(COLUMNS, left).dot(vector_in(COLUMNS, right))
    assert (scalar_in(COLUMNS, inner(left, right)) - expected).expand() == 0


def test_matrix_times_vector_and_transpose():
    matrix = 3 * IDENTITY + outer(W, V) / 2 - outer(V, W - V)
    product = matrix_in(COLUMNS, matrix) * COLUMNS[W]
    assert vector_in(COLUMNS, matrix @ W) == product
    assert matrix_in(COLUMNS, matrix.transpose) == matrix_in(COLUMNS, matrix).T


def test_cancelled_terms_leave_no_trace():
    assert as_vector(W - W) == EquivariantVector()
    assert outer(W, V) - outer(W, V) == EquivariantMatrix()
    assert str(W - W) == str(outer(W, V) - outer(W, V)) == "0"


def test_components_tell_vectors_apart():
    assert ("v", 1, 0) in (W + V).components(W)
    assert all(left == right for _, left, right in (W + V).components(V + W))
    assert ("v w^T", 0, 1) in outer(W, V).components(outer(V, W))


def test_zero_stands_for_the_zero_vector_and_matrix():
    assert W.components(0) == (("w", 1, 0),)
    assert outer(W, V).components(0) == (("I", 0, 0), ("w v^T", 1, 0))


def test_components_use_lengths_and_angles_if_one_side_does():
    ((_, left, right),) = (norm(W) * V).components(length(W) * V)
    assert left == right == length(W)


def test_names_of_invariants_can_be_read_back():
    star = Vector("w_star'")
    assert inner_names(inner(W, star)) == ("w", "w_star'")
    assert length_name(length(star)) == "w_star'"
    assert angle_names(angle(star, W)) == ("w", "w_star'")
    assert inner_names(Symbol("w")) is None
    assert length_name(inner(W, V)) is None


def test_lengths_and_angles_are_undone_by_inner_products():
    scalar = inner(W, V) + inner(W, W) ** 2
    assert in_inner_products(in_lengths_and_angles(scalar)) == scalar


def test_gram_matrix_is_symmetric_with_positive_diagonal():
    assert gram(W, V).is_symmetric()
    assert inner(W, W).is_positive
    assert not inner(W, V).is_positive


def test_independent_vectors_have_a_positive_gram_determinant():
    columns = {inner(W, W): 4, inner(V, V): 9}
    condition = independent(W, V).subs(columns)
    assert condition.subs(inner(W, V), 5) == True  # noqa: E712
    assert condition.subs(inner(W, V), -6) == False  # noqa: E712


def test_latex_of_stars_and_inner_products():
    star = Vector("w_star")
    assert latex(2 * star) == r"\left(2\right) w^{*}"
    assert invariant_latex([length(star)]) == {length(star): r"\lVert w^{*}\rVert"}
    assert latex(outer(W, star)) == r"w\, {w^{*}}^{T}"


def test_objects_survive_pickling():
    for thing in (W, W - sqrt(2) * V, outer(W, V) + IDENTITY):
        assert pickle.loads(pickle.dumps(thing)) == thing


@pytest.mark.parametrize("name", ["", "w v", "<w", "2w", "w,v", "w^*"])
def test_names_that_cannot_be_read_back_are_refused(name):
    with pytest.raises(InputError, match="cannot name a vector"):
        Vector(name)


def test_what_is_no_vector_or_matrix_is_refused():
    x = symbols("x")
    with pytest.raises(InputError, match="not a vector"):
        W + x
    with pytest.raises(InputError, match="not a matrix"):
        as_matrix(W)
    with pytest.raises(InputError, match="angle"):
        angle(W, W)
