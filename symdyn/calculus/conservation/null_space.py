"""Exact vectors of null spaces over the rational functions of some constants.

A system is a list of sparse rows whose entries are integer polynomials in the constants. Where a
vector of the reduced null basis is nonzero is read off modulo a prime; on these columns alone the
null space has one dimension, and is computed exactly. The vector is then checked against all rows
of the system, so that nothing rests on the prime.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flint import Ordering, fmpz_mat, fmpz_mpoly, fmpz_mpoly_ctx

from symdyn.calculus.conservation.fields import PRIME, Root, residue
from symdyn.calculus.conservation.modular import Row, independent_rows, null_basis
from symdyn.calculus.monomials import Powers
from symdyn.errors import UnsupportedError

Entry = dict[Powers, int]
Vector = dict[int, fmpz_mpoly]
_MOST_TERMS = 5_000


@dataclass(frozen=True)
class LinearSystem:
    """Sparse rows over the polynomials in some constants, a few of which may be roots."""

    rows: tuple[dict[int, Entry], ...]
    columns: int
    constants: int
    roots: tuple[Root, ...] = ()

    def null_basis(self, residues: Sequence[int]) -> dict[int, Row]:
        """The reduced null basis modulo PRIME, for given values of the constants.

        >>> line = LinearSystem(({0: {(0,): 2}, 1: {(1,): 1}},), 2, 1)
        >>> line.null_basis((6,)) == {1: {1: 1, 0: PRIME - 3}}
        True
        """
        return null_basis(_at(self.rows, residues), self.columns, PRIME)

    def exact_vector(self, support: Sequence[int], residues: Sequence[int]) -> Vector | None:
        """The vector of the null space on some columns: primitive, its last entry positive.

        None where the columns carry no vector, or more than one.

        >>> line = LinearSystem(({0: {(0,): 2}, 1: {(1,): 1}},), 2, 1)
        >>> {place: str(entry) for place, entry in line.exact_vector((0, 1), (6,)).items()}
        {0: '-c0', 1: '2'}
        """
        chosen = set(support)
        rows = [row for row in self.rows if not chosen.isdisjoint(row)]
        independent = independent_rows(_at(rows, residues), support, PRIME)
        if len(independent) != len(support) - 1:
            return None
        table = [[self._entry(rows[k], column) for column in support] for k in independent]
        vector = dict(zip(support, self._solved(table), strict=True))
        return vector if all(self._annihilates(row, vector) for row in rows) else None

    @property
    def ring(self) -> fmpz_mpoly_ctx:
        """The polynomials in the constants c0, c1, ..."""
        return fmpz_mpoly_ctx.get([f"c{i}" for i in range(self.constants)], Ordering.lex)

    def _entry(self, row: dict[int, Entry], column: int) -> fmpz_mpoly:
        return self.ring.from_dict(row.get(column, {}))

    def _solved(self, table: list[list[fmpz_mpoly]]) -> list[fmpz_mpoly]:
        if not table:
            return [self.ring.constant(1)]
        solve = _null_vector if self.constants else _null_vector_of_integers
        return _primitive(solve(table))

    def _annihilates(self, row: dict[int, Entry], vector: Vector) -> bool:
        terms = (self._entry(row, column) * vector[column] for column in row if column in vector)
        return sum(terms, self.ring.constant(0)).is_zero()


def _at(rows: Iterable[dict[int, Entry]], residues: Sequence[int]) -> list[Row]:
    """Rows modulo PRIME, without their zeros."""
    values = ({column: residue(entry, residues) for column, entry in row.items()} for row in rows)
    return [{column: value for column, value in row.items() if value} for row in values]


def _null_vector_of_integers(table: list[list[fmpz_mpoly]]) -> list[fmpz_mpoly]:
    ring = table[0][0].context()
    numbers = [[0 if e.is_zero() else e.leading_coefficient() for e in row] for row in table]
    solution, _ = fmpz_mat(numbers).nullspace()
    return [ring.constant(solution[i, 0]) for i in range(solution.nrows())]


def _null_vector(table: list[list[fmpz_mpoly]]) -> list[fmpz_mpoly]:
    """Elimination without fractions on a table of one column more than rows."""
    rows = [_primitive(row) for row in table]
    for column in range(len(rows)):
        candidates = [k for k in range(column, len(rows)) if not rows[k][column].is_zero()]
        best = min(candidates, key=lambda k: sum(len(entry) for entry in rows[k]))
        rows[column], rows[best] = rows[best], rows[column]
        for k in range(len(rows)):
            if k != column and not rows[k][column].is_zero():
                rows[k] = _without(rows[k], rows[column], column)
    common = rows[0][0]
    for k, row in enumerate(rows):
        common = common * (row[k] // common.gcd(row[k]))
    return [*(-row[-1] * (common // row[k]) for k, row in enumerate(rows)), common]


def _without(row: list[fmpz_mpoly], pivot: list[fmpz_mpoly], column: int) -> list[fmpz_mpoly]:
    """A combination of two rows that is zero in a column."""
    common = row[column].gcd(pivot[column])
    ours, theirs = pivot[column] // common, row[column] // common
    found = [ours * a - theirs * b for a, b in zip(row, pivot, strict=True)]
    if sum(len(entry) for entry in found) > _MOST_TERMS:
        raise UnsupportedError(
            f"the coefficients of an integral outgrow {_MOST_TERMS} terms in the constants of the "
            "flow; give some constants a value"
        )
    return _primitive(found)


def _primitive(row: list[fmpz_mpoly]) -> list[fmpz_mpoly]:
    """A row without common factors, its last nonzero entry led by a positive number."""
    common = row[0]
    for entry in row[1:]:
        common = common.gcd(entry)
    last = next((entry for entry in reversed(row) if not entry.is_zero()), None)
    if last is None:
        return row
    sign = 1 if (last.leading_coefficient() > 0) == (common.leading_coefficient() > 0) else -1
    return [sign * (entry // common) for entry in row]
