"""V and W of one function of a Gaussian variable, numerically, from a table of its pieces.

    V(q)       = E[f(z)^2]
    W(p, q, c) = E[f(z) f(z')]        variances p and q, correlation c

A function may carry point masses: the derivative of a jump. Their square has no expectation, so V
is infinite then, and so is W at c = 1.

Where many correlations share their variances, W is computed once as a table in c
(`correlation_table`) and looked up; elsewhere element by element. Variances for which the table of
pieces does not reach far enough give nan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Any

import numpy as np

from symdyn.kernels.duals.arguments import Correlation
from symdyn.kernels.duals.correlation_table import LONG, CorrelationTable, correlation_table
from symdyn.kernels.duals.sums import (
    FINEST,
    Arrays,
    Doubles,
    hermite_coefficients,
    means,
    product_moments,
    second_moments,
)

MANY = 2000  # correlations at common variances for which a table is made
KEPT = 16  # tables
MOST_REACH = 64.0
LEAST_REACH = 8.7  # exp(-x^2/2) below 2^-54


@dataclass(frozen=True)
class Table:
    """Arrays, the places where the function is not smooth, and its running maximum."""

    arrays: Arrays
    bends: Doubles
    far: float
    ends: Doubles
    largest: Doubles

    def reach(self, q: float) -> float:
        """How many standard deviations matter; infinite if there is no end in sight."""
        spread = sqrt(q)
        usual = max(self._most(2 * spread), 1e-300)
        reach = LEAST_REACH
        while reach < MOST_REACH:
            if (reach + 0.8) * spread > self.far:
                return -1.0
            gain = self._most(reach * spread) / usual
            if 2 * np.log(max(gain, 1e-300)) - reach**2 / 2 < -(LEAST_REACH**2) / 2 + 6:
                return reach + 0.4
            reach += 0.4
        return inf

    def _most(self, far: float) -> float:
        return float(self.largest[min(np.searchsorted(self.ends, far), self.ends.size - 1)])


@dataclass
class Expectations:
    """V and W of a function that a table holds, with point masses at places.

    `at_zero` is the function just above and just below zero.
    """

    table: Table
    parity: int
    places: Doubles
    masses: Doubles
    at_zero: tuple[float, float]
    tables: dict[tuple[float, float], CorrelationTable] = field(init=False, default_factory=dict)

    def second(self, q: Doubles) -> Doubles:
        """V(q) at every element; nan where q is."""
        out = np.full(q.shape, np.nan)
        inside = q > 0
        if self.places.size:
            out[inside] = np.inf
            return out
        reach = self._reach(q[inside])
        known, values = np.isfinite(reach), np.empty(reach.size)
        second_moments(self.table.arrays, q[inside], np.where(known, reach, 1.0), values)
        out[inside] = np.where(known, values, reach)
        out[q == 0] = self._at_rest(1.0)
        return out

    def mean(self, q: Doubles) -> Doubles:
        """E[f(z)] at every element, of a function without point masses; nan where q is."""
        out = np.where(np.isnan(q), np.nan, 0.0)
        if self.parity == -1:
            return out
        inside = q > 0
        reach = self._reach(q[inside])
        known, values = np.isfinite(reach), np.empty(reach.size)
        means(self.table.arrays, q[inside], np.where(known, reach, 1.0), values)
        out[inside] = np.where(known, values, reach)
        out[q == 0] = sum(self.at_zero) / 2
        return out

    def product(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        """W(p, q, c) at every element of arrays of one shape."""
        out = np.full(p.shape, np.nan)
        known = (p >= 0) & (q >= 0) & ~np.isnan(c.value)
        still = known & ((p == 0) | (q == 0))
        out[still] = [self._at_rest(x) for x in c.value[still]]
        moving = known & ~still
        if moving.any():
            out[moving] = self._by_variances(p[moving], q[moving], c.at(moving))
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
            out[here] = self._looked_up(p[here], q[here], c.at(here))
            single &= ~here
        if single.any():
            out[single] = self._one_by_one(p[single], q[single], c.at(single))
        return out

    def _looked_up(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        """Values from the table in c at common variances; one by one where it has none."""
        key = (float(p[0]), float(q[0]))
        if key not in self.tables:
            while len(self.tables) >= KEPT:
                self.tables.pop(next(iter(self.tables)))
            self.tables[key] = self._tabulated(*key)
        out = self.tables[key](c)
        missing = np.isnan(out)
        if missing.any():
            out[missing] = self._one_by_one(p[missing], q[missing], c.at(missing))
        return out

    def _tabulated(self, p: float, q: float) -> CorrelationTable:
        def w(c: Correlation) -> Doubles:
            return self._one_by_one(np.full(c.value.shape, p), np.full(c.value.shape, q), c)

        squares = self._hermite(p) * self._hermite(q)
        if self.parity:
            squares[(0 if self.parity < 0 else 1) :: 2] = 0.0
        return correlation_table(w, squares, self.parity, root=bool(self.table.bends.size))

    def _one_by_one(self, p: Doubles, q: Doubles, c: Correlation) -> Doubles:
        sine = c.sine
        smallest = max(float(sine.min()), FINEST) if (self.table.bends == 0).any() else 1.0
        reach = np.maximum(self._reach(p, smallest), self._reach(q, smallest))
        known, out = np.isfinite(reach), np.empty(p.size)
        product_moments(
            self.table.arrays,
            p,
            q,
            c.value,
            sine,
            np.where(known, reach, 1.0),
            self.parity,
            self.table.bends,
            self.places,
            self.masses,
            out,
        )
        out[~known] = reach[~known]
        if self.places.size:
            out[sine == 0] = np.inf
        return out

    def _hermite(self, q: float) -> Doubles:
        """a_k(q), with W(p, q, c) = sum_k a_k(p) a_k(q) c^k."""
        reach = self.reach(q)
        if not np.isfinite(reach):
            return np.full(LONG, reach)
        return hermite_coefficients(self.table.arrays, q, reach, self.places, self.masses, LONG)

    def reach(self, q: float) -> float:
        """How many standard deviations matter under one variance; infinite if there is no end."""
        return float(self._reach(np.array([q]))[0])

    def _reach(self, q: Doubles, finest: float = 1.0) -> Doubles:
        """How far out each Gaussian matters, for panels as fine as a share of its width."""
        if not q.size:
            return q
        self._prepare(float(q.min()), finest)
        kinds, which = np.unique(q, return_inverse=True)
        found = np.array([self._reach_of(float(kind)) for kind in kinds])
        return found[which.ravel()]

    def _prepare(self, q: float, finest: float) -> None:
        """Let the table reach as near to zero as a variance asks for."""

    def _reach_of(self, q: float) -> float:
        reach = self.table.reach(q)
        return reach if reach >= 0 else np.nan

    def _at_rest(self, c: float) -> Any:
        """W at variance zero, where only the values on either side of zero count."""
        right, left = self.at_zero
        both = (np.pi - np.arccos(c)) / (2 * np.pi)
        return (right**2 + left**2) * both + 2 * right * left * (0.5 - both)
