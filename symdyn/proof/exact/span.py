"""Rational-linear relations between elements of a field.

Exponents are compared by writing one as a combination with rational coefficients of others that are
independent: exp(x/2 + y) is a product of powers of exp(x) and exp(y). The combination is found by
linear algebra on the coefficients over a common denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_mpoly

from symdyn.proof.exact.field import Quotient


def coordinates(vector: Quotient, basis: Sequence[Quotient]) -> list[Fraction] | None:
    """Rational numbers c with vector = c[0]*basis[0] + c[1]*basis[1] + ..., or None.

    >>> from symdyn.proof.exact.field import Field
    >>> from sympy.abc import x, y
    >>> field = Field(1.0)
    >>> a, b = field.generator(x), field.generator(y)
    >>> coordinates(a.scaled(3) - b, [a, a + b])
    [Fraction(4, 1), Fraction(-1, 1)]
    >>> coordinates(a, [b]) is None
    True
    """
    columns = _over_common_denominator([*basis, vector])
    monomials = sorted({monomial for column in columns for monomial in column})
    if not columns[-1]:
        return [Fraction(0)] * len(basis)
    rows = [[column.get(monomial, fmpq(0)) for column in columns] for monomial in monomials]
    echelon, rank = fmpq_mat(rows).rref()
    return _solution(echelon, int(rank), len(basis))


def _over_common_denominator(vectors: Sequence[Quotient]) -> list[dict[tuple[int, ...], fmpq]]:
    field = vectors[0].field
    common = field.one
    for vector in vectors:
        below = Quotient(field, field.lift(vector.denominator), field.lift(field.one.numerator))
        if (common / below).denominator.is_constant():
            continue
        common = common * below / _shared(common.numerator, below)
    scaled = [vector * common for vector in vectors]
    if not all(vector.denominator.is_constant() for vector in scaled):
        below = scaled[0].denominator
        if any(field.lift(vector.denominator) != field.lift(below) for vector in scaled):
            return [{} for _ in vectors[:-1]] + [{(-1,): fmpq(1)}]
    return [field.lift(vector.numerator).to_dict() for vector in scaled]


def _shared(common: fmpq_mpoly, below: Quotient) -> Quotient:
    field = below.field
    divisor = field.lift(common).gcd(field.lift(below.numerator))
    return Quotient(field, divisor, field.lift(field.one.numerator))


def _solution(echelon: fmpq_mat, rank: int, unknowns: int) -> list[Fraction] | None:
    """Read the solution off a reduced echelon form; free unknowns are zero."""
    found = [Fraction(0)] * unknowns
    for row in range(rank):
        lead = next(j for j in range(unknowns + 1) if echelon[row, j] != 0)
        if lead == unknowns:
            return None
        value = echelon[row, unknowns]
        found[lead] = Fraction(int(value.p), int(value.q))
    return found
