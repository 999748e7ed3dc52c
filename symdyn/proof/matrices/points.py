"""Explicit small matrices at which matrix words are compared.

Symbols in shapes take small sizes: all 1, all 2, then different ones; matrices have small rational
entries, scalars are sample points of their domain. Matrices that rules tie to each other start at
random and are moved onto the rules (see `solving`); their entries are rational, and satisfy the
rules to many more digits than are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle, islice, repeat
from random import Random

from flint import fmpq, fmpq_mat
from sympy import Expr, Integer, Symbol, default_sort_key
from sympy.logic.boolalg import Boolean

from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.errors import DomainError
from symdyn.proof.domain import Domain
from symdyn.proof.points import number_text, point_text, sample_points

_TRIES_PER_POINT = 4
_TRIES_FOR_ONE = 12
_LARGEST_OFFSET = 6
_SHOWN = 12


@dataclass(frozen=True)
class MatrixPoint:
    """Sizes of shapes, values of scalars, and explicit matrices."""

    sizes: Mapping[Symbol, Expr]
    scalars: Mapping[Symbol, Expr]
    matrices: Mapping[Letter, fmpq_mat]
    is_exact: bool

    def text(self) -> dict[str, str]:
        """Everything by name, ready to be printed."""
        matrices = {
            letter.name: _matrix_text(value, self.is_exact)
            for letter, value in sorted(self.matrices.items(), key=lambda item: item[0].name)
        }
        return {**point_text(self.sizes), **point_text(self.scalars), **matrices}


def matrix_points(
    sides: Sequence[MatrixWord],
    rules: Sequence[Rule],
    conditions: Sequence[Boolean],
    *,
    points: int,
    digits: int,
    seed: int,
) -> Iterator[MatrixPoint]:
    """Explicit matrices that satisfy the rules, at scalars and sizes that satisfy the conditions.

    Raises DomainError where none can be found.
    """
    from symdyn.proof.matrices.solving import satisfying  # NumPy is needed for nothing else here

    every = (*sides, *rules)
    letters = sorted({x for side in every for x in side.letters}, key=lambda letter: letter.name)
    dimensions = _dimensions((*letters, *sides))
    symbols = symbols_in(every) - dimensions
    random, found = Random(seed), 0
    for k, sizes in enumerate(_sizes(dimensions, conditions, _TRIES_PER_POINT * points)):
        own = tuple(c.xreplace(sizes) for c in conditions)
        samples = _scalars(frozenset(symbols), own, points, seed)
        scalars = samples[k % len(samples)]
        start = {x: _random_matrix(x, sizes, random) for x in letters}
        place = satisfying(rules, start, {**sizes, **scalars}, digits) if rules else start
        if place is not None:
            found += 1
            yield MatrixPoint(sizes, scalars, place, not rules)
        if found == points or (not found and k >= _TRIES_FOR_ONE):
            break
    if not found:
        told = ", ".join(map(str, (*rules, *conditions)))
        raise DomainError(
            f"no small real matrices were found that satisfy {told}; do these contradict each "
            "other, or does a symbol in them lack an assumption such as real=True?"
        )


def symbols_in(parts: Iterable[MatrixWord | Rule]) -> set[Symbol]:
    """All symbols in coefficients and shapes."""
    every = list(parts)
    shapes = [letter for part in every for letter in part.letters]
    shapes += [part for part in every if isinstance(part, MatrixWord)]
    return {s for part in every for s in part.free_symbols} | _dimensions(shapes)


def _dimensions(shaped: Iterable[Letter | MatrixWord]) -> set[Symbol]:
    sides = {side for x in shaped for side in (x.rows, x.columns)}
    return {s for side in sides for s in side.free_symbols if isinstance(s, Symbol)}


def tied(rules: Iterable[Rule], letters: set[Letter]) -> list[Rule]:
    """The rules that concern some letters, directly or through other rules."""
    waiting, concerned = list(rules), set(letters)
    chosen: list[Rule] = []
    while more := [rule for rule in waiting if concerned & set(rule.letters)]:
        chosen += more
        concerned |= {letter for rule in more for letter in rule.letters}
        waiting = [rule for rule in waiting if rule not in more]
    return chosen


def _sizes(
    dimensions: set[Symbol], conditions: Sequence[Boolean], number: int
) -> Iterator[dict[Symbol, Expr]]:
    """Sizes for the symbols in shapes, as small as the conditions allow."""
    names = sorted(dimensions, key=default_sort_key)
    own = [c for c in conditions if c.free_symbols <= dimensions]
    domain = Domain.of(names, own)
    if not names:
        return repeat({}, number)
    for offset in range(_LARGEST_OFFSET):
        every = [
            dict(zip(names, pattern, strict=True)) for pattern in _patterns(len(names), offset)
        ]
        if allowed := [sizes for sizes in every if domain.holds_at(sizes)]:
            return islice(cycle(allowed), number)
    return iter(())


def _patterns(number: int, offset: int) -> Iterator[list[Integer]]:
    random = Random(offset)
    yield [Integer(1 + offset)] * number
    yield [Integer(2 + offset)] * number
    for turn in range(3):
        yield [Integer(1 + offset + (k + turn) % 3) for k in range(number)]
    yield [Integer(random.randint(1, 3 + offset)) for _ in range(number)]


@lru_cache(maxsize=64)  # the parts of a flow have the same scalars
def _scalars(
    symbols: frozenset[Symbol], conditions: tuple[Boolean, ...], points: int, seed: int
) -> list[dict[Symbol, Expr]]:
    if not symbols:
        return [{}]
    domain = Domain.of(symbols, conditions)
    return list(sample_points(domain, points=points, seed=seed, moderate=True))


def _random_matrix(letter: Letter, sizes: Mapping[Symbol, Expr], random: Random) -> fmpq_mat:
    rows, columns = int(letter.rows.xreplace(sizes)), int(letter.columns.xreplace(sizes))
    entries = [
        [fmpq(random.randint(-5, 5), random.choice((1, 1, 2))) for _ in range(columns)]
        for _ in range(rows)
    ]
    if letter.is_symmetric:
        entries = [[entries[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
    return fmpq_mat(entries)


def _matrix_text(value: fmpq_mat, is_exact: bool) -> str:
    rows = (
        ", ".join(entry_text(value[i, j], is_exact) for j in range(value.ncols()))
        for i in range(value.nrows())
    )
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"


def entry_text(value: fmpq, is_exact: bool) -> str:
    """A rational number exactly, or as a decimal number where it stands for an irrational one."""
    number = Integer(int(value.p)) / Integer(int(value.q))
    return number_text(number) if is_exact else str(number.evalf(_SHOWN))
