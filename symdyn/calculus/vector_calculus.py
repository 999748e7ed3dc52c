"""Derivatives of invariant scalars and equivariant vectors in their vectors.

For a scalar f of inner products, and a vector with coefficients c of that kind,

    gradient of f in w        = 2 (df/d<w,w>) w + sum over v != w of (df/d<w,v>) v
    derivative of c u in w    = u (gradient of c)^T + c du/dw

For an expectation K(q11, q12, q22) over a Gaussian projected on w and v this is the covariance
chain rule: its gradient in w is 2 K_11 w + K_12 v. Derivatives that do not exist, such as that of
a length at 0, show as a division by zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

from sympy import Expr, sympify

from symdyn.calculus.equivariant import EquivariantVector, Vector, as_vector, inner
from symdyn.calculus.equivariant_matrix import IDENTITY, EquivariantMatrix, outer
from symdyn.calculus.invariants import in_inner_products, inner_products

Places = Mapping[Vector, Vector | EquivariantVector]


def gradient(scalar: Expr, vector: Vector) -> EquivariantVector:
    """Gradient of an invariant scalar in one of its vectors (the covariance chain rule).

    >>> w, v = Vector("w"), Vector("v")
    >>> print(gradient(inner(w, v)**2 + inner(w, w), w))
    (2*<v, w>) v + (2) w
    """
    total = EquivariantVector()
    expression = in_inner_products(sympify(scalar))
    for symbol, names in inner_products(expression):
        slope = expression.diff(symbol)
        for name, other in (names, names[::-1]):
            if name == vector.name:
                total = total + slope * Vector(other)
    return total


def jacobian(field: Vector | EquivariantVector, vector: Vector) -> EquivariantMatrix:
    """Derivative of a vector in one of the vectors: its entry i, j is d field_i / d vector_j.

    >>> w = Vector("w")
    >>> print(jacobian(inner(w, w) * w, w))
    (<w, w>) I + (2) w w^T
    """
    total = as_vector(field).coefficient(vector) * IDENTITY
    for part, coefficient in as_vector(field).terms:
        total = total + outer(part, gradient(coefficient, vector))
    return total


def hessian(scalar: Expr, one: Vector, two: Vector) -> EquivariantMatrix:
    """Second derivative in two vectors: its entry i, j is d^2 scalar / d one_i d two_j.

    >>> w, v = Vector("w"), Vector("v")
    >>> print(hessian(inner(w, v)**2, w, w))
    (2) v v^T
    """
    return jacobian(gradient(scalar, one), two)


@overload
def replace_vectors(quantity: Expr, places: Places) -> Expr: ...
@overload
def replace_vectors(quantity: EquivariantVector, places: Places) -> EquivariantVector: ...
@overload
def replace_vectors(quantity: EquivariantMatrix, places: Places) -> EquivariantMatrix: ...
def replace_vectors(
    quantity: Expr | EquivariantVector | EquivariantMatrix, places: Places
) -> Expr | EquivariantVector | EquivariantMatrix:
    """Put other vectors in place of some, in the sum and in every inner product.

    >>> w, v = Vector("w"), Vector("v")
    >>> replace_vectors(inner(w, v), {w: 3*v})
    3*<v, v>
    """
    if isinstance(quantity, EquivariantVector):
        return _vector_at(quantity, places)
    if isinstance(quantity, EquivariantMatrix):
        return _matrix_at(quantity, places)
    return _scalar_at(quantity, places)


def _scalar_at(scalar: Expr, places: Places) -> Expr:
    by_name = {vector.name: place for vector, place in places.items()}
    expression = in_inner_products(scalar, only=set(by_name))
    values = {
        symbol: inner(by_name.get(one, Vector(one)), by_name.get(two, Vector(two)))
        for symbol, (one, two) in inner_products(expression)
    }
    return expression.xreplace(values)


def _vector_at(field: EquivariantVector, places: Places) -> EquivariantVector:
    total = EquivariantVector()
    for vector, coefficient in field.terms:
        total = total + _scalar_at(coefficient, places) * as_vector(places.get(vector, vector))
    return total


def _matrix_at(matrix: EquivariantMatrix, places: Places) -> EquivariantMatrix:
    total = _scalar_at(matrix.identity, places) * IDENTITY
    for left, right, coefficient in matrix.dyads:
        dyad = outer(places.get(left, left), places.get(right, right))
        total = total + _scalar_at(coefficient, places) * dyad
    return total
