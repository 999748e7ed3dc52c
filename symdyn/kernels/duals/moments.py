"""V and W of one function of a Gaussian variable, numerically, for arrays of arguments.

    V(q)       = E[f(z)^2]
    W(p, q, c) = E[f(z) f(z')]        variances p and q, correlation c

A function may carry point masses: the derivative of a jump. Their square has no expectation, so V
is infinite then, and so is W at c = 1.

Where many correlations share their variances, W is computed once as a table in c
(`correlation_table`) and looked up; elsewhere element by element.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, log2, sqrt
from typing import Any

import numpy as np

from symdyn.kernels.duals.activation import FIRST_OCTAVES, require_square_integrable
from symdyn.kernels.duals.arguments import Correlation
from symdyn.kernels.duals.correlation_table import LONG, CorrelationTable, correlation_table
from symdyn.kernels.duals.pieces import Pieces
from symdyn.kernels.duals.sums import (
    FINEST,
    Arrays,
    Doubles,
    hermite_coefficients,
    product_moments,
    second_moments,
)
from symdyn.kernels.duals.table import Table, left_out, table

MANY = 2000  # correlations at common variances for which a table is made
KEPT = 16  # tables

_NONE = np.empty(0)


@dataclass
class Moments:
    """V and W of a function in pieces, with point masses at places."""

    pieces: Pieces
    parity: int
    places: Doubles = field(default_factory=lambda: np.empty(0))
    masses: Doubles = field(default_factory=lambda: np.empty(0))
    _table: Table = field(init=False)
    _octaves: tuple[int, int] = field(init=False, default=FIRST_OCTAVES)
    _tables: dict[tuple[float, float], CorrelationTable] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        require_square_integrable(self.pieces, (0.0, *self.pieces.kinks))
        self._table = table(self.pieces, *self._octaves)
        require_square_integrable(self.pieces, self._table.bends)

    @property
    def bends(self) -> Doubles:
        """Where the function is not smooth."""
        return self._table.bends

    def second(self, q: Doubles) -> Doubles:
        """V(q) at every element; nan where q is."""
        out = np.full(q.shape, np.nan)
        inside = q > 0
        if self.places.size:
            out[inside] = np.inf
            return out
        reach = self._reach(q[inside])
        values = np.empty(reach.size)
        second_moments(self._table.arrays, q[inside], reach, values)
        out[inside] = np.where(np.isfinite(reach), values, np.inf)
        out[q == 0] = self._at_rest(1.0)
        return out

    def product(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        """W(p, q, c) at every element of arrays of one shape."""
        out = np.full(p.shape, np.nan)
        known = (p >= 0) & (q >= 0) & ~np.isnan(c.value)
        still = known & ((p == 0) | (q == 0))
        out[still] = [self._at_rest(x) for x in c.value[still]]
        moving = known & ~still
        if moving.any():
            out[moving] = self._by_variances(p[moving], q[moving], _chosen(c, moving))
        return out

    def _by_variances(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        """Pairs of variances that have many correlations take a table, the others do not."""
        out = np.empty(p.size)
        single = np.ones(p.size, bool)
        if (p == p[0]).all() and (q == q[0]).all():
            enough = p.size >= MANY
            looks = self._looked_up if enough else self._one_by_one
            return looks(p, q, c)
        _, which, counts = np.unique(p + 1j * q, return_inverse=True, return_counts=True)
        for place in np.flatnonzero(counts >= MANY):
            here = which == place
            out[here] = self._looked_up(p[here], q[here], _chosen(c, here))
            single &= ~here
        if single.any():
            out[single] = self._one_by_one(p[single], q[single], _chosen(c, single))
        return out

    def _looked_up(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        """Values from the table in c at common variances; one by one where it has none."""
        key = (float(p[0]), float(q[0]))
        if key not in self._tables:
            while len(self._tables) >= KEPT:
                self._tables.pop(next(iter(self._tables)))
            self._tables[key] = self._tabulated(*key)
        out = self._tables[key](c)
        missing = np.isnan(out)
        if missing.any():
            out[missing] = self._one_by_one(p[missing], q[missing], _chosen(c, missing))
        return out

    def _tabulated(self, p: float, q: float) -> CorrelationTable:
        def w(c: Correlation) -> Doubles:
            return self._one_by_one(np.full(c.value.shape, p), np.full(c.value.shape, q), c)

        squares = self._hermite(p) * self._hermite(q)
        if self.parity:
            squares[(0 if self.parity < 0 else 1) :: 2] = 0.0
        return correlation_table(w, squares, self.parity, root=bool(self.bends.size))

    def _one_by_one(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        sine = c.sine
        smallest = max(float(sine.min()), FINEST) if (self.bends == 0).any() else 1.0
        reach = np.maximum(self._reach(p, smallest), self._reach(q, smallest))
        out = np.empty(p.size)
        product_moments(
            self._table.arrays,
            p,
            q,
            c.value,
            sine,
            np.where(np.isfinite(reach), reach, 1.0),
            self.parity,
            self._table.bends,
            self.places,
            self.masses,
            out,
        )
        out[~np.isfinite(reach)] = np.inf
        if self.places.size:
            out[sine == 0] = np.inf
        return out

    def jumps(self) -> tuple[Doubles, Doubles]:
        """Where the function jumps, and by how much."""
        places, sizes = [0.0][:0], [0.0][:0]
        for place in self.bends.tolist():
            size = self.pieces.jump(place)
            if size:
                places.append(place)
                sizes.append(size)
        return np.array(places), np.array(sizes)

    def arrays(self, scale: float, far: float, bits: int) -> tuple[Arrays, Doubles]:
        """The pieces as arrays, from the scale to a distance, and where they are not smooth.

        Where a singular place at zero has no end, what is left out is below 2^-bits.
        """
        further = 0
        if (self.bends == 0).any():
            further = max(left_out(self.pieces, side, bits) for side in (1, -1))
        self._extend(floor(log2(scale / 4)) - 1 - further, floor(log2(far)) + 1)
        return self._table.arrays, self._table.bends

    def _hermite(self, q: float) -> Doubles:
        """a_k(q), with W(p, q, c) = sum_k a_k(p) a_k(q) c^k."""
        reach = self.reach(q)
        if reach == np.inf:
            return np.full(LONG, np.inf)
        return hermite_coefficients(self._table.arrays, q, reach, self.places, self.masses, LONG)

    def reach(self, q: float) -> float:
        """How many standard deviations matter under one variance; infinite if there is no end."""
        return float(self._reach(np.array([q]))[0])

    def _reach(self, q: Doubles, finest: float = 1.0) -> Doubles:
        """How far out each Gaussian matters; the table is made to go that far."""
        if not q.size:
            return q
        lowest = floor(log2(sqrt(float(q.min())) / 4 * finest)) - 1
        self._extend(lowest, self._octaves[1])
        kinds, which = np.unique(q, return_inverse=True)
        found = np.array([self._reach_of(float(kind)) for kind in kinds])
        return found[which.ravel()]

    def _reach_of(self, q: float) -> float:
        while (reach := self._table.reach(q)) < 0:
            self._extend(self._octaves[0], self._octaves[1] + 1)
        return reach

    def _extend(self, lowest: int, highest: int) -> None:
        wanted = min(lowest, self._octaves[0]), max(highest, self._octaves[1])
        if wanted != self._octaves:
            self._table, self._octaves = table(self.pieces, *wanted), wanted

    def _at_rest(self, c: float) -> float:
        """W at variance zero, where only the values on either side of zero count."""
        right, left = (self.pieces.at_origin(side) for side in (1, -1))
        both = (np.pi - np.arccos(c)) / (2 * np.pi)
        return (right**2 + left**2) * both + 2 * right * left * (0.5 - both)


def _chosen(c: Correlation, where: Any) -> Correlation:
    return Correlation(c.value[where], c.below_one[where], c.above_minus_one[where])
