"""The cheapest polynomials that are accurate enough: degree, rows, leading pairs.

For each degree and each number of leading coefficients in pairs the cells get the widest rows whose
estimated error stays within the target. What a choice costs is its number of steps times what a
coefficient costs: few rows are chosen from, many are looked up, which takes several times longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import ctx

from symdyn.errors import UnsupportedError
from symdyn.kernels.approximate.rows import Rows, rows
from symdyn.kernels.reparametrise.cell import Cell

DEGREES = range(3, 27)
LEADING = (1, 2, 3)
LOOSE = 2.0  # ulps, beyond which nothing need be in pairs
WIDTHS = 8  # halvings of a cell
MOST_NUMBERS = 2400  # of an emitted table
HALF_ULP = 0.5
CUT = 1 / 16  # of the room, for what the polynomial leaves out: a further coefficient is cheap
LIKELY = 0.6  # of the largest rounding error that is possible
PLAIN = 0.5  # ulps, for each rounding of factors where nothing is in pairs

# Time for a coefficient, by the number of rows of all cells; from 5 on they are looked up.
TIME = (0.08, 0.12, 0.2, 0.26)
LOOKED_UP = 0.42
LEADING_STEP = 0.6


class NoTable(UnsupportedError):
    """No polynomials of reasonable size are accurate enough."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Rows for all cells, of one degree, with some leading coefficients in pairs.

    Without any everything beside the polynomial is in doubles as well.
    """

    cells: tuple[Rows, ...]
    degree: int
    leading: int
    ulps: float

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(cell.count for cell in self.cells)

    @property
    def cost(self) -> float:
        """What an element takes, in nanoseconds on some machine."""
        each = TIME[self.count - 1] if self.count <= len(TIME) else LOOKED_UP
        one = (self.degree + 1 + self.leading) * each + self.leading * LEADING_STEP
        return one * self.polynomials

    @property
    def polynomials(self) -> int:
        """Two where a cell has its function split."""
        return 2 if any(rows.cell.split for rows in self.cells) else 1

    @property
    def size(self) -> int:
        """How many numbers there are in the tables."""
        return self.count * (self.degree + 1 + self.leading) * self.polynomials


def choices(cells: Sequence[Cell], target: float) -> Iterator[Choice]:
    """Choices by cost, cheapest first, with estimated errors within a target in ulps.

    >>> from sympy import Rational, Symbol, exp
    >>> from symdyn.kernels.reparametrise.cells import cells
    >>> x = Symbol("x")
    >>> found = next(choices(cells(exp(x), x, -Rational(1, 4), Rational(1, 4)).parts, 1.0))
    >>> found.count, found.leading, found.ulps < 1
    (1, 1, True)

    Raises NoTable where there is none, NotKnown where the function has no values.
    """
    search = _Search(tuple(cells))
    room = target - HALF_ULP
    found = [
        choice
        for degree in DEGREES
        for leading in ((0, *LEADING) if target > LOOSE else LEADING)
        for choice in search.choice(degree, leading, room)
    ]
    if not found:
        raise NoTable(f"no polynomials with less than {MOST_NUMBERS} coefficients reach it")
    yield from sorted(found, key=lambda choice: (choice.cost, choice.ulps))


@dataclass(frozen=True)
class _Search:
    cells: tuple[Cell, ...]

    def choice(self, degree: int, leading: int, room: float) -> Iterator[Choice]:
        if leading > degree:
            return
        chosen: list[Rows] = []
        worst = 0.0
        for cell in self.cells:
            found = self._widest(cell, degree, leading, room)
            if found is None:
                return
            chosen.append(found[0])
            worst = max(worst, found[1])
        choice = Choice(tuple(chosen), degree, leading, HALF_ULP + worst)
        if choice.size <= MOST_NUMBERS:
            yield choice

    def _widest(
        self, cell: Cell, degree: int, leading: int, room: float
    ) -> tuple[Rows, float] | None:
        with ctx.workprec(64):
            top = max(float(abs(end)) for end in cell.reach)
        start = _above(2 * top)
        for halvings in range(WIDTHS):
            found = _rows(cell, start - halvings)
            if found.count * degree > MOST_NUMBERS:
                return None
            cut = found.cut(degree, CUT * room)
            if cut > CUT * room:
                continue
            rounding = _rounding(found, degree, leading)
            error = cut + LIKELY * rounding + (0.0 if leading else PLAIN * _factors(cell))
            if error <= room:
                return found, error
        return None


def _factors(cell: Cell) -> int:
    """How many roundings the power of the distance has, with its product."""
    p, r = cell.exponent, cell.power
    factors = (p != 0) + (p.denominator > 1) + (abs(p) > 1) + (r.denominator > 1) + (r > 1)
    return factors + (4 if cell.split else 0)


def _above(value: float) -> int:
    """Least n with value <= 2^n."""
    n = 0
    while 2.0**n < value:
        n += 1
    while 2.0 ** (n - 1) >= value:
        n -= 1
    return n


@lru_cache(maxsize=256)
def _rows(cell: Cell, exponent: int) -> Rows:
    return rows(cell, exponent)


@lru_cache(maxsize=4096)
def _rounding(found: Rows, degree: int, leading: int) -> float:
    return found.rounding(degree, leading)
