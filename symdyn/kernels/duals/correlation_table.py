"""W as a function of the correlation alone, at fixed variances: polynomials on octaves of 1 -+ c.

    |c| < 1/4                              sum_k a_k(p) a_k(q) c^k
    1 -+ c in [2^-(j+1), 2^-j)             a polynomial each, j = 0, 1, ...
    1 -+ c below the last octave           a polynomial in 1 -+ c, or in its root where f has kinks

W is analytic in |c| < 1 and, near c = 1 and -1, smooth in 1 -+ c or its root, so that octaves make
the polynomials converge alike. Where none fits near an end, the octaves go down to 2^-DEEPEST; what
is below has nan, for whoever computes it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from symdyn.kernels.duals.arguments import Correlation
from symdyn.kernels.duals.polynomials import polynomial_through
from symdyn.kernels.duals.sums import NODES, ORDER, Doubles, Integers

DEEPEST = 60
FLATTEST = 2.0**-10  # of the largest value: W on the last piece must not fall below
MIDDLE = 32  # terms for |c| < 1/4
LONG = 320  # terms down to the octave of
FROM_SERIES = 1 / 8  # where (7/8)^LONG < 2^-60
_CHECKS = np.array([-0.953, 0.371, 0.981])


@dataclass(frozen=True)
class CorrelationTable:
    """Rows of polynomials for c > 0 and c < 0, and the series between.

    `rows[side, j]` is on the j-th octave, `last[side]` the number of octaves, with the piece that
    ends at 1 or -1 after them; `root` says that it is a polynomial in the root.
    """

    middle: Doubles
    rows: Doubles
    last: Integers
    root: bool

    def __call__(self, c: Correlation) -> Doubles:
        """W at every element; nan where the table says nothing."""
        out = np.empty(c.value.shape)
        _look_up(
            np.ascontiguousarray(c.value),
            np.ascontiguousarray(c.below_one),
            np.ascontiguousarray(c.above_minus_one),
            self.middle,
            self.rows,
            self.last,
            self.root,
            out,
        )
        return out


def correlation_table(
    w: Callable[[Correlation], Doubles], squares: Doubles, parity: int, *, root: bool
) -> CorrelationTable:
    """The table of a W, given as a function and as its series in c, of LONG terms.

    `root` says that W is smooth in sqrt(1 -+ c) only.
    """
    rows = np.full((2, DEEPEST + 1, ORDER), np.nan)
    last = np.full(2, DEEPEST)
    for side, sign in enumerate((1, -1)):
        if side and parity:
            rows[1], last[1] = parity * rows[0], last[0]
            continue
        last[side] = _fill(rows[side], _Side(w, squares, sign), root)
    return CorrelationTable(squares[:MIDDLE], rows, last, root)


@dataclass(frozen=True)
class _Side:
    """W near c = 1 or near c = -1, as a function of the distance."""

    w: Callable[[Correlation], Doubles]
    squares: Doubles
    sign: int

    def __call__(self, gap: Doubles) -> Doubles:
        value = self.sign * (1 - gap)
        if gap.min() > FROM_SERIES:
            return np.asarray(np.polynomial.polynomial.polyval(value, self.squares), np.float64)
        gaps = (gap, 2 - gap)
        return self.w(Correlation(value, *gaps[:: self.sign]))


def _fill(rows: Doubles, w: _Side, root: bool) -> int:
    """Polynomials on octaves until one fits on all that is left; returns how many octaves."""
    for j in range(DEEPEST):
        if j >= 2 and j % 2 == 0:
            end = _through(w, 0.0, 2.0**-j, root)
            if end is not None:
                rows[j] = end
                return j
        low, high = 2.0 ** -(j + 1), 2.0**-j
        values = w(low + (high - low) * (1 + NODES) / 2)
        rows[j] = polynomial_through(values)
    return DEEPEST


def _through(w: _Side, low: float, high: float, root: bool) -> Doubles | None:
    """The polynomial on the piece at the end, if it fits."""
    gaps = high * ((1 + np.concatenate([NODES, _CHECKS])) / 2) ** (2 if root else 1)
    values = w(gaps)
    if not np.isfinite(values).all() or abs(values).min() < FLATTEST * abs(values).max():
        return None
    found = polynomial_through(values[:ORDER])
    misses = abs(np.polynomial.polynomial.polyval(_CHECKS, found) - values[ORDER:]).max()
    return found if misses < 2.0**-49 * abs(values).max() else None


@njit(cache=True, error_model="numpy")
def _look_up(
    c: Doubles,
    below: Doubles,
    above: Doubles,
    middle: Doubles,
    rows: Doubles,
    last: Integers,
    root: bool,
    out: Doubles,
) -> None:
    terms = rows.shape[2]
    for i in range(c.size):
        x = c[i]
        side = 0 if x >= 0 else 1
        gap = below[i] if side == 0 else above[i]
        if gap > 0.75:
            value = 0.0
            for k in range(middle.size - 1, -1, -1):
                value = value * x + middle[k]
            out[i] = value
            continue
        j, high = 0, 1.0
        while gap < high / 2 and j < last[side]:
            j += 1
            high /= 2
        if j < last[side]:
            t = 4 * gap / high - 3
        elif root:
            t = 2 * np.sqrt(gap / high) - 1
        else:
            t = 2 * gap / high - 1
        value = rows[side, j, terms - 1]
        for k in range(terms - 2, -1, -1):
            value = value * t + rows[side, j, k]
        out[i] = value
