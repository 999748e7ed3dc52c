"""Null spaces of large sparse systems modulo a prime.

The basis found is the reduced one: its vectors are named by free columns, each has 1 in its own
free column, 0 in the others, and everything else further left. So with columns in the order of
monomials a vector is a polynomial whose leading monomial is its free column.

A rank modulo a prime is at most the rank over the rational numbers. So the null space modulo the
prime is never too small, and one that is found to consist of exact vectors is the whole of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from random import Random

from flint import nmod_mat

from symdyn.calculus.conservation.fields import PRIME
from symdyn.errors import UnsupportedError

Row = dict[int, int]
_MOST_COLUMNS = 2_500  # that depend on each other


def null_basis(rows: Iterable[Row], columns: int, prime: int) -> dict[int, Row]:
    """The reduced basis of {v : row . v = 0 for all rows}, by free columns.

    >>> null_basis([{0: 1, 1: 1}, {2: 5}], 4, 101)
    {1: {1: 1, 0: 100}, 3: {3: 1}}
    """
    rows, zero = _without_forced_zeros(rows)
    basis: dict[int, Row] = {}
    parts = _parts(_distinct(rows, prime))
    bound = {column for part, _ in parts for column in part}
    for column in range(columns):
        if column not in bound and column not in zero:
            basis[column] = {column: 1}
    for part, equations in parts:
        basis.update(_null_basis_of_part(part, equations, prime))
    return dict(sorted(basis.items()))


def independent_rows(rows: Sequence[Row], columns: Sequence[int], prime: int) -> list[int]:
    """Places of the first rows that span all rows, on some of the columns.

    >>> independent_rows([{0: 1}, {0: 2}, {0: 1, 1: 1}], (0, 1), 101)
    [0, 2]
    """
    table = [[row.get(column, 0) for row in rows] for column in columns]
    return pivots_of(*nmod_mat(table, prime).rref()) if rows and columns else []


class Span:
    """The span of vectors modulo PRIME, one vector after the other.

    >>> span = Span()
    >>> span.adds([1, 2]), span.adds([2, 4]), span.adds([0, 1]), span.rank
    (True, False, True, 2)
    """

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = {}

    @property
    def rank(self) -> int:
        """The dimension."""
        return len(self._rows)

    def adds(self, vector: Sequence[int]) -> bool:
        """Take a vector in; whether the dimension grew."""
        left = [value % PRIME for value in vector]
        for pivot, row in self._rows.items():
            if factor := left[pivot]:
                left = [(a - factor * b) % PRIME for a, b in zip(left, row, strict=True)]
        pivot = next((k for k, value in enumerate(left) if value), None)
        if pivot is None:
            return False
        scale = pow(left[pivot], -1, PRIME)
        self._rows[pivot] = [value * scale % PRIME for value in left]
        return True


def _without_forced_zeros(rows: Iterable[Row]) -> tuple[list[Row], set[int]]:
    """A row with one entry says that an unknown is zero, which may shorten other rows."""
    shortened = [dict(row) for row in rows]
    users: defaultdict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(shortened):
        for column in row:
            users[column].append(place)
    waiting = deque(row for row in shortened if len(row) == 1)
    zero: set[int] = set()
    while waiting:
        for column in list(waiting.popleft()):
            zero.add(column)
            for place in users.pop(column, ()):
                del shortened[place][column]
                if len(shortened[place]) == 1:
                    waiting.append(shortened[place])
    return [row for row in shortened if row], zero


def _distinct(rows: Iterable[Row], prime: int) -> list[Row]:
    """Rows of which none is a multiple of another, short ones first."""
    found: dict[tuple[tuple[int, int], ...], Row] = {}
    for row in rows:
        scale = pow(row[min(row)], -1, prime)
        monic = {column: row[column] * scale % prime for column in sorted(row)}
        found.setdefault(tuple(monic.items()), monic)
    return sorted(found.values(), key=len)


def _parts(rows: Sequence[Row]) -> list[tuple[list[int], list[Row]]]:
    """Groups of columns that share no row with columns outside."""
    leader: dict[int, int] = {}

    def find(column: int) -> int:
        root = column
        while leader.setdefault(root, root) != root:
            root = leader[root]
        while leader[column] != root:
            leader[column], column = root, leader[column]
        return root

    for row in rows:
        first, *others = row
        for column in others:
            leader[find(column)] = find(first)
        find(first)
    columns: defaultdict[int, list[int]] = defaultdict(list)
    equations: defaultdict[int, list[Row]] = defaultdict(list)
    for column in sorted(leader):
        columns[find(column)].append(column)
    for row in rows:
        equations[find(next(iter(row)))].append(row)
    return [(columns[root], equations[root]) for root in columns]


def _null_basis_of_part(columns: list[int], rows: list[Row], prime: int) -> dict[int, Row]:
    """Solve some equations, look which others fail, add those, and again until none fails."""
    if len(columns) > _MOST_COLUMNS:
        raise UnsupportedError(
            f"{len(columns)} coefficients depend on each other, more than the limit of "
            f"{_MOST_COLUMNS}; lower the degree"
        )
    random = Random(0)
    step = 2 * len(columns)
    chosen, others = rows[:step], rows[step:]
    while True:
        basis, chosen = _solve(columns, chosen, prime)
        mixed: Row = defaultdict(int)
        for vector in basis.values():
            factor = random.randrange(1, prime)
            for column, value in vector.items():
                mixed[column] = (mixed[column] + factor * value) % prime
        wrong = [k for k, row in enumerate(others) if _product(row, mixed) % prime]
        if not wrong:
            return basis
        taken = set(wrong[:step])
        chosen = [*chosen, *(others[k] for k in wrong[:step])]
        others = [row for k, row in enumerate(others) if k not in taken]


def _solve(columns: list[int], rows: list[Row], prime: int) -> tuple[dict[int, Row], list[Row]]:
    """The reduced null basis, and rows in echelon form that have the same null space."""
    table = [[row.get(column, 0) for column in columns] for row in rows]
    reduced, rank = nmod_mat(table, prime).rref()
    pivots = pivots_of(reduced, rank)
    bound = set(pivots)
    basis = {columns[j]: {columns[j]: 1} for j in range(len(columns)) if j not in bound}
    echelon: list[Row] = []
    for i, pivot in enumerate(pivots):
        row = {columns[pivot]: 1}
        for j in range(pivot + 1, len(columns)):
            if j not in bound and (value := int(reduced[i, j])):
                row[columns[j]] = value
                basis[columns[j]][columns[pivot]] = prime - value
        echelon.append(row)
    return basis, echelon


def pivots_of(reduced: nmod_mat, rank: int) -> list[int]:
    """Columns in which the rows of a matrix in reduced echelon form begin."""
    pivots: list[int] = []
    for i in range(rank):
        j = pivots[-1] + 1 if pivots else 0
        while int(reduced[i, j]) == 0:
            j += 1
        pivots.append(j)
    return pivots


def _product(row: Row, vector: Row) -> int:
    return sum(value * vector.get(column, 0) for column, value in row.items())
