"""Null spaces modulo a prime and exactly, against SymPy's on small matrices."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, symbols

from symdyn.calculus.conservation.fields import PRIME
from symdyn.calculus.conservation.modular import independent_rows, null_basis
from symdyn.calculus.conservation.null_space import LinearSystem
from symdyn.errors import UnsupportedError

MATRICES = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from((0, 0, 0, 1, -1, 2)), min_size=columns, max_size=columns),
        min_size=1,
        max_size=8,
    )
)
p, q = symbols("p q")


def sparse(table):
    return [{j: value for j, value in enumerate(row) if value} for row in table]


def exact(table):
    rows = tuple({j: {(): v} for j, v in row.items()} for row in sparse(table))
    return LinearSystem(rows, len(table[0]), 0)


@settings(max_examples=25)
@given(MATRICES)
def test_basis_is_reduced_and_spans_the_null_space(table):
    rows = [row for row in sparse(table) if row]
    basis = null_basis(rows, len(table[0]), PRIME)
    assert len(basis) == len(table[0]) - Matrix(table).rank()
    for free, vector in basis.items():
        assert max(vector) == free and set(vector) & set(basis) == {free} and vector[free] == 1
        for row in rows:
            assert sum(value * vector.get(j, 0) for j, value in row.items()) % PRIME == 0


@settings(max_examples=25)
@given(MATRICES)
def test_exact_vectors_are_primitive_and_annihilated(table):
    system = exact(table)
    for vector in system.null_basis(()).values():
        found = system.exact_vector(sorted(vector), ())
        column = Matrix(
            [found[j].leading_coefficient() if j in found else 0 for j in range(len(table[0]))]
        )
        assert Matrix(table) * column == Matrix([0] * len(table))
        assert column[max(vector)] > 0


@settings(max_examples=15)
@given(MATRICES)
def test_independent_rows_span_all_rows(table):
    kept = independent_rows(sparse(table), range(len(table[0])), PRIME)
    assert len(kept) == Matrix(table).rank()
    assert not kept or Matrix([table[k] for k in kept]).rank() == len(kept)


def test_many_equations_are_all_obeyed():
    """More rows than are looked at first; the last one alone forbids a vector."""
    rows = [{0: 1, 1: k} for k in (5,) * 40] + [{0: 1, 1: 5, 2: k, 3: 1} for k in range(3)]
    assert set(null_basis(rows, 4, PRIME)) == {1}


def test_too_many_unknowns_in_one_piece_are_refused():
    chain = [{k: 1, k + 1: 1} for k in range(2500)]
    with pytest.raises(UnsupportedError, match=r"2501 coefficients .* limit of 2500"):
        null_basis(chain, 2501, PRIME)


def test_coefficients_are_polynomials_without_common_factors():
    """p*x + q*y = 0 and p*y + q*z = 0: the vector (q^2, -p*q, p^2)."""
    rows = ({0: {(1, 0): 1}, 1: {(0, 1): 1}}, {1: {(1, 0): 1}, 2: {(0, 1): 1}})
    vector = LinearSystem(rows, 3, 2).exact_vector((0, 1, 2), (1234, 4321))
    assert [str(vector[j]) for j in range(3)] == ["c1^2", "-c0*c1", "c0^2"]


def test_special_values_of_constants_do_not_make_a_vector():
    """(p - q)*x = 0 has the solution x = 1 where p = q, but not for all p and q."""
    system = LinearSystem(({0: {(1, 0): 1, (0, 1): -1}},), 1, 2)
    assert system.null_basis((7, 7)) == {0: {0: 1}}
    assert system.exact_vector((0,), (7, 7)) is None
    assert system.null_basis((7, 8)) == {}


@pytest.mark.parametrize("support", [(0, 1), (0, 1, 2)])
def test_columns_that_carry_no_single_vector_give_none(support):
    """x + y + z = 0 and x - y = 0 on x and y; x + y + z = 0 on all three."""
    rows = [{0: {(): 1}, 1: {(): 1}, 2: {(): 1}}, {0: {(): 1}, 1: {(): -1}}]
    kept = tuple(rows if len(support) == 2 else rows[:1])
    assert LinearSystem(kept, 3, 0).exact_vector(support, ()) is None
