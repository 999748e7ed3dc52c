"""Sums over pairs of nodes: symbolic numbers of nodes agree with written-out networks."""

from __future__ import annotations

from itertools import product

import pytest
from sympy import Matrix, Rational, Symbol, exp, expand, latex, symbols

from symdyn.calculus.equivariant import Vector, inner
from symdyn.calculus.equivariant_matrix import IDENTITY
from symdyn.calculus.node_sums import NodeSum
from symdyn.calculus.nodes import Nodes
from symdyn.calculus.pair_sums import PairSum, expected_quadratic
from symdyn.calculus.vector_calculus import gradient, hessian
from symdyn.errors import InputError, UnsupportedError
from tests.calculus.coordinates import matrix_in, scalar_in, vector_in

OURS = Nodes(Vector("w"), Symbol("K"), Symbol("a", real=True))
THEIRS = Nodes(Vector("v"), Symbol("M"), Symbol("b", real=True))
S, T = symbols("S T")
SIZES = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 2))


def two(w, v):
    """A symmetric kernel of two nodes that is not the product of anything."""
    return exp(inner(w, v)) / (1 + inner(w, w) + inner(v, v))


def one(w):
    return two(w, w)


LOSS = expected_quadratic((S - T) ** 2 / 2, {S: OURS, T: THEIRS}, one=one, two=two)


def members(students, teachers):
    return {
        OURS: [(Vector(f"w_{i}"), Rational(1, i + 2)) for i in range(students)],
        THEIRS: [(Vector(f"v_{i}"), Rational(i + 1, 3)) for i in range(teachers)],
    }


def columns_of(nodes):
    vectors = [v for group in nodes.values() for v, _ in group]
    entries = {
        v: [Rational((7 * i + 3 * j * j) % 5 - 2, 3) for j in range(3)]
        for i, v in enumerate(vectors)
    }
    return {v: Matrix(column) for v, column in entries.items()}


@pytest.mark.parametrize("size", SIZES)
def test_loss_is_the_quadratic_form_written_out(size):
    nodes = members(*size)
    columns = columns_of(nodes)
    signed = nodes[OURS] + [(v, -b) for v, b in nodes[THEIRS]]
    direct = sum(a * b * two(u, v) for (u, a), (v, b) in product(signed, signed)) / 2
    difference = scalar_in(columns, LOSS.expanded(nodes) - direct)
    assert abs(difference.evalf(30)) < 1e-25


@pytest.mark.parametrize("size", SIZES)
def test_gradient_is_the_gradient_of_the_written_out_loss(size):
    nodes = members(*size)
    columns = columns_of(nodes)
    total, slopes = LOSS.expanded(nodes), LOSS.gradient(OURS)
    for node in nodes[OURS]:
        difference = gradient(total, node[0]) - slopes.expanded(node, nodes)
        assert vector_in(columns, difference).evalf(30).norm() < 1e-25


@pytest.mark.parametrize("size", SIZES)
def test_hessian_blocks_are_those_of_the_written_out_loss(size):
    nodes = members(*size)
    columns = columns_of(nodes)
    total, blocks = LOSS.expanded(nodes), LOSS.hessian(OURS)
    first = nodes[OURS][0]
    difference = hessian(total, first[0], first[0]) - blocks.same.expanded(first, nodes)
    assert matrix_in(columns, difference).evalf(30).norm() < 1e-25
    for second in nodes[OURS][1:]:
        block = blocks.between_nodes(first, second)
        difference = hessian(total, first[0], second[0]) - block
        assert matrix_in(columns, difference).evalf(30).norm() < 1e-25


def test_gradient_in_the_teachers_is_found_as_well():
    nodes = members(1, 2)
    columns = columns_of(nodes)
    node = nodes[THEIRS][1]
    difference = gradient(LOSS.expanded(nodes), node[0]) - LOSS.gradient(THEIRS).expanded(
        node, nodes
    )
    assert vector_in(columns, difference).evalf(30).norm() < 1e-25


def test_a_changed_summand_is_seen():
    louder = LOSS.apply(lambda term: term * (1 + Rational(1, 10**9)))
    assert all(expand(left - right) != 0 for _, left, right in LOSS.components(louder))
    slopes = LOSS.gradient(OURS)
    assert any(left != right for _, left, right in slopes.components(2 * slopes))
    blocks = LOSS.hessian(OURS)
    changed = blocks.apply(lambda term: -term)
    assert any(left != right for _, left, right in blocks.components(changed))


def test_a_missing_population_is_seen():
    slopes = LOSS.gradient(OURS)
    alone = NodeSum(OURS, slopes.own, slopes.others[:1])
    assert any(left != right for _, left, right in slopes.components(alone))


def test_printed_in_text_and_latex():
    plain = expected_quadratic(S * T, {S: OURS, T: THEIRS}, one=one, two=inner)
    assert str(plain) == "sum over w, v of <v, w>*a*b"
    assert latex(plain).startswith(r"\sum_{w}^{K}")
    assert str(plain.gradient(OURS)) == "0 + sum over v of [(a*b) v]"
    assert latex(plain.hessian(OURS))


def test_other_than_quadratic_forms_are_refused():
    for form in (S**3, S + T, S**2 + 1):
        with pytest.raises(UnsupportedError, match="not a quadratic form"):
            expected_quadratic(form, {S: OURS, T: THEIRS}, one=one, two=two)


def test_sums_are_compared_with_sums_only():
    with pytest.raises(InputError):
        LOSS.components(0)
    with pytest.raises(InputError):
        LOSS.gradient(OURS).components(OURS.vector)
    with pytest.raises(InputError):
        LOSS.hessian(OURS).components(IDENTITY)
    assert isinstance(LOSS, PairSum)
