"""Polynomials that several polynomial vector fields leave unchanged.

Q is unchanged by a field v if sum_i v_i dQ/dx_i = 0. Coefficients of the monomials of Q are the
unknowns, coefficients of the monomials of the result the equations, so that the polynomials of a
degree are the null space of a sparse matrix. They form an algebra; what is returned generates it.

A polynomial is left out if it is a combination of products of generators, and of polynomials of
lower degree, where the degrees of the factors add up to its own. (One that is only reached by
products of higher degree, whose leading terms cancel, is kept.) Which ones are left out is found
modulo a prime.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb

from flint import Ordering, fmpz_mpoly, nmod_mat, nmod_mpoly, nmod_mpoly_ctx

from symdyn.calculus.conservation.fields import PRIME, PolynomialFields
from symdyn.calculus.conservation.modular import pivots_of
from symdyn.calculus.conservation.null_space import Entry, LinearSystem, Vector
from symdyn.calculus.conservation.short_combinations import shorter
from symdyn.calculus.conservation.simple_vectors import exact_vectors
from symdyn.calculus.monomials import Powers
from symdyn.errors import InputError, UnsupportedError

MOST_MONOMIALS = 6_000
_ATTEMPTS = 3


def invariants(fields: PolynomialFields, degree: int) -> tuple[fmpz_mpoly, ...]:
    """Generators of all polynomials up to a degree that no field changes, lowest degree first.

    Coefficients are integers, or polynomials in the constants, without a common factor; the first
    term is positive.

    Raises InputError for a degree below 1, UnsupportedError for more than 6000 monomials or
    coefficients that outgrow all bounds.
    """
    columns = monomials_up_to(len(fields.variables), degree)
    system = _equations(fields, columns)
    for attempt in range(_ATTEMPTS):
        found = _generators(system, columns, degree, fields.constant_residues(attempt))
        if found is not None:
            own = [[_polynomial(v, columns, fields) for v in vectors] for vectors in found]
            return tuple(p for some in own for p in shorter(some, len(fields.variables)))
    raise UnsupportedError(
        "more polynomials are unchanged modulo a prime than could be found exactly: either an "
        f"equation between the constants {fields.constants} is needed for that, or the computation "
        "was unlucky; give roots names of their own"
    )


def monomials_up_to(variables: int, degree: int) -> list[Powers]:
    """Powers of all monomials but 1, by degree; within a degree that of the first variable leads.

    >>> monomials_up_to(2, 2)
    [(0, 1), (1, 0), (0, 2), (1, 1), (2, 0)]
    """
    if not isinstance(degree, int) or degree < 1:
        raise InputError(f"degree = {degree}: the degree of a polynomial to look for is at least 1")
    size = comb(variables + degree, degree) - 1
    if size > MOST_MONOMIALS:
        raise UnsupportedError(
            f"{variables} variables have {size} monomials up to degree {degree}, more than the "
            f"limit of {MOST_MONOMIALS}; lower the degree"
        )
    found: list[Powers] = []
    for total in range(1, degree + 1):
        picks = combinations_with_replacement(range(variables), total)
        found += sorted(tuple(map(pick.count, range(variables))) for pick in picks)
    return found


def _equations(fields: PolynomialFields, columns: Sequence[Powers]) -> LinearSystem:
    """One row for every field and monomial of its derivative of the ansatz."""
    size = len(fields.variables)
    rows: defaultdict[tuple[int, Powers], dict[int, Entry]] = defaultdict(dict)
    for place, field in enumerate(fields.fields):
        terms = [[(p[:size], p[size:], int(c)) for p, c in v.to_dict().items()] for v in field]
        for column, powers in enumerate(columns):
            for i, power in enumerate(powers):
                for own, constant, coefficient in terms[i] if power else ():
                    image = [a + b for a, b in zip(powers, own, strict=True)]
                    image[i] -= 1
                    entry = rows[place, tuple(image)].setdefault(column, {})
                    entry[constant] = entry.get(constant, 0) + power * coefficient
    kept = (_without_zeros(row) for row in rows.values())
    nonzero = tuple(row for row in kept if row)
    return LinearSystem(nonzero, len(columns), len(fields.constants), fields.roots)


def _without_zeros(row: dict[int, Entry]) -> dict[int, Entry]:
    entries = ((column, {p: c for p, c in entry.items() if c}) for column, entry in row.items())
    return {column: entry for column, entry in entries if entry}


def _generators(
    system: LinearSystem, columns: Sequence[Powers], degree: int, residues: Sequence[int]
) -> list[list[Vector]] | None:
    """Exact vectors of the generators, degree by degree; None if not all of them exist exactly."""
    basis = system.null_basis(residues)
    ring = _modular_ring(len(columns[0]))
    found: list[list[Vector]] = []
    polynomials: list[list[nmod_mpoly]] = [[] for _ in range(degree + 1)]
    for total in range(1, degree + 1):
        leading = [free for free in basis if sum(columns[free]) == total]
        fresh = _not_reached(leading, columns, list(_products(polynomials, total)))
        for free in fresh:
            terms = {columns[place]: value for place, value in basis[free].items()}
            polynomials[total].append(ring.from_dict(terms))
        vectors = exact_vectors(system, [sorted(basis[free]) for free in fresh], residues)
        if vectors is None:
            return None
        found.append(vectors)
    return found


def _modular_ring(variables: int) -> nmod_mpoly_ctx:
    names = [f"x{i}" for i in range(variables)]
    return nmod_mpoly_ctx.get(names, modulus=PRIME, ordering=Ordering.lex)


def _products(polynomials: Sequence[Sequence[nmod_mpoly]], total: int) -> Iterator[nmod_mpoly]:
    """Products of two polynomials or more whose degrees add up to a total."""
    graded = [(degree, p) for degree, own in enumerate(polynomials) for p in own]

    def extended(start: int, left: int) -> Iterator[nmod_mpoly]:
        for place in range(start, len(graded)):
            degree, factor = graded[place]
            if degree == left:
                yield factor
            elif degree < left:
                yield from (factor * rest for rest in extended(place, left - degree))

    return extended(0, total)


def _not_reached(
    leading: Sequence[int], columns: Sequence[Powers], products: Sequence[nmod_mpoly]
) -> list[int]:
    """Leading monomials that no combination of products has."""
    if not leading or not products:
        return list(leading)
    terms = [product.to_dict() for product in products]
    table = [[int(t.get(columns[free], 0)) for free in leading] for t in terms]
    reached = set(pivots_of(*nmod_mat(table, PRIME).rref()))
    return [free for place, free in enumerate(leading) if place not in reached]


def _polynomial(vector: Vector, columns: Sequence[Powers], fields: PolynomialFields) -> fmpz_mpoly:
    return fields.ring.from_dict(
        {
            (*columns[place], *powers): coefficient
            for place, entry in vector.items()
            for powers, coefficient in entry.to_dict().items()
        }
    )
