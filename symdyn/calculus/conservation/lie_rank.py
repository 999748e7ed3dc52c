"""A lower bound of the rank of the Lie algebra that vector fields generate.

    [v, w]_i = sum_j v_j dw_i/dx_j - w_j dv_i/dx_j

Where the values of all iterated brackets span a space of dimension r at generic points, exactly
n - r independent smooth functions are unchanged by all fields near such a point (Frobenius).

Fields are polynomials with integer coefficients, and everything is computed modulo a prime, at one
random point. A rank modulo a prime is at most the rank of the integer matrix of which it is the
residue; the rank at a point is at most the generic rank; and only some of the brackets are looked
at. So what is found is certainly not too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from flint import Ordering, fmpz, nmod_mpoly, nmod_mpoly_ctx

from symdyn.calculus.conservation.fields import PRIME, PolynomialFields, residue
from symdyn.calculus.conservation.modular import Span
from symdyn.calculus.monomials import Powers

Field = tuple[nmod_mpoly, ...]
Moved = tuple[Field, tuple[Field, ...]]  # a field with its Jacobian
_LOOKED_AT = 4  # points at which fields are compared
_MOST_TERMS = 50_000
_MOST_FIELDS = 300
_IDLE_LEVELS = 3


def lie_rank(fields: PolynomialFields, *, enough: int) -> int:
    """A lower bound of the generic rank of the generated Lie algebra; the search ends at `enough`.

    It also ends when there are no new brackets, when three levels of brackets in a row add nothing,
    or when brackets have become too many or too long.
    """
    size = len(fields.variables)
    random = Random(0)
    points = [[random.randrange(PRIME) for _ in range(size)] for _ in range(_LOOKED_AT)]
    generators = [(field, _jacobian(field)) for field in _modular(fields)]
    values, known = Span(), Span()
    level: Iterable[Field] = [field for field, _ in generators]
    idle = 0
    while values.rank < enough and idle < _IDLE_LEVELS:
        before, fresh = values.rank, list[Field]()
        for field in level:
            seen = [int(part(*point)) for point in points for part in field]
            if known.adds(seen):
                fresh.append(field)
                values.adds(seen[:size])
            if values.rank == enough or known.rank == _MOST_FIELDS:
                return values.rank
        if not fresh:
            break
        idle = idle + 1 if values.rank == before else 0
        level = _brackets(fresh, generators)
    return values.rank


def _modular(fields: PolynomialFields) -> list[Field]:
    """The fields modulo PRIME, with values in place of the constants."""
    size = len(fields.variables)
    names = [f"x{i}" for i in range(size)]
    ring = nmod_mpoly_ctx.get(names, modulus=PRIME, ordering=Ordering.lex)
    constants = fields.constant_residues(0)
    return [tuple(_at(v.to_dict(), size, constants, ring) for v in f) for f in fields.fields]


def _at(
    terms: Mapping[Powers, int | fmpz], size: int, constants: Sequence[int], ring: nmod_mpoly_ctx
) -> nmod_mpoly:
    found: dict[Powers, int] = {}
    for powers, coefficient in terms.items():
        value = residue({powers[size:]: coefficient}, constants)
        found[powers[:size]] = (found.get(powers[:size], 0) + value) % PRIME
    return ring.from_dict(found)


def _brackets(fields: Iterable[Field], generators: Sequence[Moved]) -> Iterator[Field]:
    """Brackets of fields with generators, less those that are too long."""
    for field in fields:
        jacobian = _jacobian(field)
        for generator, other in generators:
            found = tuple(
                _directional(generator, row) - _directional(field, base)
                for row, base in zip(jacobian, other, strict=True)
            )
            if sum(map(len, found)) <= _MOST_TERMS:
                yield found


def _jacobian(field: Field) -> tuple[Field, ...]:
    return tuple(tuple(v.derivative(j) for j in range(len(field))) for v in field)


def _directional(field: Field, gradient: Field) -> nmod_mpoly:
    zero = field[0].context().constant(0)
    return sum((v * d for v, d in zip(field, gradient, strict=True) if v and d), zero)
