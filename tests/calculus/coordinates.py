"""Equivariant objects in coordinates: named vectors become columns of numbers or symbols."""

from __future__ import annotations

from sympy import Expr, Matrix, eye, zeros

from symdyn.calculus.equivariant import EquivariantVector, Vector, as_vector
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.invariants import in_inner_products, inner_products

Columns = dict[Vector, Matrix]


def scalar_in(columns: Columns, scalar: Expr) -> Expr:
    """Inner products, lengths and angles replaced by what they are in coordinates."""
    expression = in_inner_products(scalar)
    return expression.subs(
        {s: columns[Vector(u)].dot(columns[Vector(v)]) for s, (u, v) in inner_products(expression)}
    )


def vector_in(columns: Columns, vector: Vector | EquivariantVector) -> Matrix:
    """The sum of multiples of columns."""
    total = zeros(next(iter(columns.values())).rows, 1)
    for named, coefficient in as_vector(vector).terms:
        total += scalar_in(columns, coefficient) * columns[named]
    return total


def matrix_in(columns: Columns, matrix: EquivariantMatrix) -> Matrix:
    """The multiple of the identity and the dyads."""
    total = scalar_in(columns, matrix.identity) * eye(next(iter(columns.values())).rows)
    for left, right, coefficient in matrix.dyads:
        total += scalar_in(columns, coefficient) * columns[left] * columns[right].T
    return total
