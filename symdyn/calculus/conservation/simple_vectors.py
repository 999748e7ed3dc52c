"""Exact vectors of a null space whose entries have a low degree in the constants.

Over the rational functions of the constants any basis is as good as another; one reads best whose
entries are polynomials of low degree. So vectors with entries of degree 0 are looked for, then
those of degree 1, and so on: that is a null space over the integers, one unknown for each column
and monomial in the constants, of which short vectors are found by lattice reduction (LLL). The
equations g^k = u of roots g among the constants are used. Where that leads to too many unknowns,
the vectors of the reduced basis are computed one by one, without these equations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

from flint import fmpz, fmpz_mat

from symdyn.calculus.conservation.fields import Root, residue
from symdyn.calculus.conservation.modular import Span
from symdyn.calculus.conservation.null_space import Entry, LinearSystem, Vector
from symdyn.calculus.monomials import Powers

_MOST_DEGREE = 4
_MOST_UNKNOWNS = 1_500


def exact_vectors(
    system: LinearSystem, supports: Sequence[Sequence[int]], residues: Sequence[int]
) -> list[Vector] | None:
    """As many exact vectors as supports of vectors of the reduced null basis, with their span.

    None where one of them exists only for these values of the constants.

    >>> line = LinearSystem(({0: {(2,): 1}, 1: {(1,): 1}, 2: {(0,): 1}},), 3, 1)
    >>> [{j: str(e) for j, e in v.items()} for v in exact_vectors(line, ((0, 1), (0, 2)), (5,))]
    [{0: '-1', 1: 'c0'}, {1: '-1', 2: 'c0'}]
    """
    simple = _of_low_degree(system, supports, residues) if system.constants else None
    if simple is not None:
        return simple
    vectors = [system.exact_vector(support, residues) for support in supports]
    found = [vector for vector in vectors if vector is not None]
    return found if len(found) == len(vectors) else None


def _of_low_degree(
    system: LinearSystem, supports: Sequence[Sequence[int]], residues: Sequence[int]
) -> list[Vector] | None:
    columns = sorted(set().union(*supports))
    span, found = Span(), list[Vector]()
    for degree in range(_MOST_DEGREE + 1):
        powers = [p for p in _powers_up_to(degree, system.constants) if _is_reduced(p, system)]
        if len(columns) * len(powers) > _MOST_UNKNOWNS:
            return None
        for entries in _integer_vectors(system, columns, powers):
            if span.adds([residue(entries.get(column, {}), residues) for column in columns]):
                found.append({c: system.ring.from_dict(e) for c, e in sorted(entries.items())})
            if len(found) == len(supports):
                return found
    return None


def _powers_up_to(degree: int, constants: int) -> Iterator[Powers]:
    for total in range(degree + 1):
        for picks in combinations_with_replacement(range(constants), total):
            yield tuple(map(picks.count, range(constants)))


def _integer_vectors(
    system: LinearSystem, columns: Sequence[int], powers: Sequence[Powers]
) -> list[dict[int, Entry]]:
    """Short vectors whose entries are combinations of some monomials, those of few terms first."""
    unknowns = [(column, power) for column in columns for power in powers]
    integers = _expanded(system, unknowns)
    supports = [sorted(vector) for vector in integers.null_basis(()).values()]
    vectors = [integers.exact_vector(support, ()) for support in supports]
    table = [[_number(v, k) for k in range(len(unknowns))] for v in vectors if v is not None]
    reduced = fmpz_mat(table).lll().tolist() if table else []
    return sorted((_entries(row, unknowns) for row in reduced), key=_size)


def _expanded(system: LinearSystem, unknowns: Sequence[tuple[int, Powers]]) -> LinearSystem:
    """The same equations for integers: one for each monomial in the constants."""
    by_column: defaultdict[int, list[tuple[int, Powers]]] = defaultdict(list)
    for place, (column, power) in enumerate(unknowns):
        by_column[column].append((place, power))
    rows: list[dict[int, Entry]] = []
    for row in system.rows:
        expanded: defaultdict[Powers, dict[int, Entry]] = defaultdict(dict)
        for column in by_column.keys() & row.keys():
            for place, power in by_column[column]:
                for own, coefficient in _times(row[column], power, system.roots).items():
                    expanded[own][place] = {(): coefficient}
        rows += expanded.values()
    return LinearSystem(tuple(rows), len(unknowns), 0)


def _is_reduced(powers: Powers, system: LinearSystem) -> bool:
    return all(powers[root.place] < root.power for root in system.roots)


def _times(entry: Mapping[Powers, int], power: Powers, roots: Sequence[Root]) -> Entry:
    """An entry times a monomial, with g^k replaced by what it is for every whole root g."""
    found = {_sum(own, power): int(coefficient) for own, coefficient in entry.items()}
    for root in reversed(roots):
        while high := [p for p in found if p[root.place] >= root.power and _is_whole(root)]:
            for powers in high:
                coefficient = found.pop(powers)
                rest = tuple(p - root.power * (i == root.place) for i, p in enumerate(powers))
                for own, number in root.numerator.items():
                    total = _sum(own, rest)
                    found[total] = found.get(total, 0) + coefficient * number
    return found


def _is_whole(root: Root) -> bool:
    return (
        len(root.denominator) == 1
        and list(root.denominator.values()) == [1]
        and not any(next(iter(root.denominator)))
    )


def _sum(one: Powers, two: Powers) -> Powers:
    return tuple(a + b for a, b in zip(one, two, strict=True))


def _number(vector: Vector, place: int) -> int:
    return int(vector[place].leading_coefficient()) if place in vector else 0


def _entries(row: Sequence[fmpz], unknowns: Sequence[tuple[int, Powers]]) -> dict[int, Entry]:
    entries: defaultdict[int, Entry] = defaultdict(dict)
    for (column, power), value in zip(unknowns, row, strict=True):
        if value != 0:
            entries[column][power] = int(value)
    return entries


def _size(entries: dict[int, Entry]) -> tuple[int, int]:
    """Terms, then the sum of all coefficients."""
    numbers = [abs(number) for entry in entries.values() for number in entry.values()]
    return len(numbers), sum(numbers)
