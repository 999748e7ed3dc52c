"""Matrices of fractions: exact products, and numbers as fractions."""

from __future__ import annotations

from collections.abc import Iterable
from operator import mul

from flint import fmpq, fmpq_mat
from sympy import Expr

from symdyn.calculus.words.evaluation import Arithmetic
from symdyn.numerics.precision import evaluate

GUARD_DIGITS = 30  # numbers that are no fractions are known to so many digits more than compared

EXACT = Arithmetic(
    mul,
    lambda m: m.transpose(),
    lambda m: sum((m[i, i] for i in range(m.nrows())), fmpq(0)),
    lambda n: fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)]),
)


def rational(value: Expr, digits: int) -> fmpq:
    """A real number as a fraction: exactly if it is one, to so many digits otherwise."""
    if value.is_Rational:
        return fmpq(int(value.p), int(value.q))
    sign, mantissa, exponent, _ = evaluate(value, {}, digits).real._mpf_
    size = fmpq(2) ** abs(int(exponent))
    return (-1) ** sign * fmpq(int(mantissa)) * (size if exponent >= 0 else 1 / size)


def sum_of(matrices: Iterable[fmpq_mat]) -> fmpq_mat:
    """The sum of one or more matrices."""
    first, *rest = matrices
    for other in rest:
        first = first + other
    return first
