"""Expectations over a Gaussian input x of any dimension that is seen through projections.

The input is x ~ N(0, s I) with variance s. If f depends on it through z_i = <w_i, x> only, then
(z_1, ..., z_n) is Gaussian with covariance s * Gram matrix of the w_i, and the part of x orthogonal
to all w_i is independent of f and has mean 0. Hence

    E[f]   = Gaussian expectation of f over N(0, s Gram)
    E[f x] = sum of c_i w_i     with     Gram c = (E[f z_1], ..., E[f z_n])

The vectors must be linearly independent. Inputs that are not isotropic are not treated.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Matrix, Symbol

from symdyn.calculus.equivariant import EquivariantVector, Vector, gram
from symdyn.calculus.gaussian import gaussian_expectation

Projections = Mapping[Symbol, Vector]


def expectation(f: Expr, projections: Projections, *, variance: Expr | int = 1) -> Expr:
    """E[f] where each symbol is the projection of the input on its vector.

    >>> from sympy import symbols
    >>> z, y = symbols("z y", real=True)
    >>> w, v = Vector("w"), Vector("v")
    >>> expectation(z*y, {z: w, y: v})
    <v, w>
    """
    covariance = variance * gram(*projections.values())
    return gaussian_expectation(f, tuple(projections), covariance)


def expectation_of_input(
    f: Expr, projections: Projections, *, variance: Expr | int = 1
) -> EquivariantVector:
    """E[f x] as a sum of the vectors on which the input x is projected.

    >>> from sympy import symbols
    >>> z = symbols("z", real=True)
    >>> print(expectation_of_input(z, {z: Vector("w")}))
    w
    """
    moments = Matrix([expectation(f * z, projections, variance=variance) for z in projections])
    coefficients = gram(*projections.values()).inv() * moments
    total = EquivariantVector()
    for vector, coefficient in zip(projections.values(), coefficients, strict=True):
        total = total + coefficient * vector
    return total
