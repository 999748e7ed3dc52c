"""V and W to many digits from what they are: Gaussian integrals of the function itself, on balls.

    V(q)       = sum over nodes                         Gauss-Legendre on every panel, as E[f(z)]
    W(p, q, c) = sum_k a_k(p) a_k(q) c^k                |c| <= WIDE, a_k = E[f(z) h_k(z/sqrt(p))]
               = nested sums over nodes                 beyond

Only the edges of panels are those of the compiled sums; values, nodes and weights are Arb balls.
The answers are estimates to about DIGITS digits and no enclosures: the error of the rules is not
bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, log

from flint import arb, ctx

from symdyn.kernels.duals.moments import Moments
from symdyn.kernels.duals.sums import chosen, panels

DIGITS = 34
BITS = 140
FURTHER = 5.0  # standard deviations more than for doubles: exp(-x^2/2) < 10^-DIGITS
WIDEST = 2.5
ROOTS = 28  # nodes of a panel
WIDE = 0.9

Node = tuple[arb, arb]  # place and weight, density included


@dataclass(frozen=True)
class Definition:
    """High-precision expectations of the function of some moments, at exact arguments."""

    moments: Moments

    def second(self, q: arb) -> arb:
        """V(q)."""
        with ctx.workprec(BITS):
            return sum((w * f * f for _, w, f in self._nodes(q)), arb(0))

    def mean(self, q: arb) -> arb:
        """E[f(z)]."""
        with ctx.workprec(BITS):
            return sum((w * f for _, w, f in self._nodes(q)), arb(0))

    def product(self, p: arb, q: arb, c: arb) -> arb:
        """W(p, q, c)."""
        with ctx.workprec(BITS):
            if p == q and abs(c) == 1 and not len(self.moments.places):
                return self.second(q) if c == 1 else self._opposite(q)
            if abs(c) > WIDE:
                return self._nested(p, q, c)
            terms = ceil(DIGITS * log(10) / -log(max(float(abs(c)), 0.1)))
            first = self._hermite(p, terms)
            second = first if p == q else self._hermite(q, terms)
            total = arb(0)
            for a, b in reversed(list(zip(first, second, strict=True))):
                total = total * c + a * b
            return total

    def _nodes(self, q: arb) -> Iterator[tuple[arb, arb, arb]]:
        """z/sqrt(q), weight and f(z) at all nodes."""
        spread = q.sqrt()
        for low, high in self._panels(float(spread), self._reach(q)):
            for z, w in _on_panel(arb(low), arb(high)):
                x = z / spread
                weight = w * (-x * x / 2).exp() / (2 * arb.pi() * q).sqrt()
                yield x, weight, self.moments.pieces.values.ball(z, BITS)

    def _opposite(self, q: arb) -> arb:
        """E[f(z) f(-z)], the line cut where either has an edge."""
        value = self.moments.pieces.values.ball
        panels = self._panels(float(q.sqrt()), self._reach(q))
        edges = sorted({way * edge for panel in panels for edge in panel for way in (1, -1)})
        total = arb(0)
        for low, high in pairwise(edges):
            for z, w in _on_panel(arb(low), arb(high)):
                weight = w * (-z * z / (2 * q)).exp() / (2 * arb.pi() * q).sqrt()
                total += weight * value(z, BITS) * value(-z, BITS)
        return total

    def _reach(self, *variances: arb) -> float:
        """Standard deviations that matter: more than for doubles, and more where f grows."""
        return max(self.moments.reach(float(q)) for q in variances) + FURTHER

    def _panels(self, spread: float, reach: float) -> list[tuple[float, float]]:
        arrays, bends = self.moments.arrays(spread, spread * reach, BITS)
        lows, highs, _ = panels(arrays, spread / 4, spread, reach, WIDEST, bends[:0], 1.0)
        return list(zip(lows.tolist(), highs.tolist(), strict=True))

    def _hermite(self, q: arb, terms: int) -> list[arb]:
        """a_k(q); midpoints only, since radii would grow from step to step where errors do not."""
        roots = [arb(k).sqrt().mid() for k in range(terms + 1)]
        sums = [arb(0)] * terms
        for x, weight in self._weighted(q):
            previous, present = arb(0), weight
            for k in range(terms):
                sums[k] = (sums[k] + present).mid()
                following = ((x * present - roots[k] * previous) / roots[k + 1]).mid()
                previous, present = present, following
        return sums

    def _weighted(self, q: arb) -> Iterator[Node]:
        """z/sqrt(q) with what it counts, f included, over all nodes and point masses."""
        for x, weight, f in self._nodes(q):
            yield x.mid(), (weight * f).mid()
        for place, mass in zip(self.moments.places, self.moments.masses, strict=True):
            x = arb(float(place)) / q.sqrt()
            density = (-x * x / 2).exp() / (2 * arb.pi() * q).sqrt()
            yield x.mid(), (float(mass) * density).mid()

    def _nested(self, p: arb, q: arb, c: arb) -> arb:
        sine = ((1 - c) * (1 + c)).sqrt()
        slope, spread = c * (q / p).sqrt(), sine * q.sqrt()
        fine = float(min(p, q).sqrt()) / 4
        reach = self._reach(p, q)
        far = float(max(p, q).sqrt()) * reach
        arrays, bends = self.moments.arrays(fine * float(sine), far, BITS)
        fine *= float(sine) if (bends == 0).any() else 1.0
        moved, narrow = bends / float(slope), abs(float(spread / slope)) / 2
        lows, highs, _ = panels(arrays, fine, float(p.sqrt()), reach, WIDEST, moved, narrow)
        tiles = chosen(arrays, fine)
        edges = sorted({*arrays[0][tiles].tolist(), *arrays[1][tiles].tolist()})
        total = arb(0)
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
            for z, w in _on_panel(arb(low), arb(high)):
                weight = w * (-z * z / (2 * p)).exp() / (2 * arb.pi() * p).sqrt()
                inner = self._mean(slope * z, spread, edges, reach)
                total += weight * self.moments.pieces.values.ball(z, BITS) * inner
        return total

    def _mean(self, middle: arb, spread: arb, edges: list[float], reach: float) -> arb:
        """E[f(middle + spread*y)], the line of y cut at the edges of pieces."""
        far = reach * float(spread)
        inside = (e for e in edges if abs(e - float(middle)) < far)
        cuts = [(arb(edge) - middle) / spread for edge in inside]
        parts = ceil(2 * reach / WIDEST)
        cuts += [arb(reach * (2 * k / parts - 1)) for k in range(parts + 1)]
        total = arb(0)
        for low, high in pairwise(sorted(cuts, key=float)):
            for y, w in _on_panel(low, high):
                f = self.moments.pieces.values.ball(middle + spread * y, BITS)
                total += w * (-y * y / 2).exp() * f
        return total / (2 * arb.pi()).sqrt()


def _on_panel(low: arb, high: arb) -> Iterator[Node]:
    half, middle = (high - low) / 2, (high + low) / 2
    for t, w in _rule():
        yield middle + half * t, half * w


@lru_cache(maxsize=1)
def _rule() -> list[Node]:
    with ctx.workprec(BITS + 20):
        found = [arb.legendre_p_root(ROOTS, k, weight=True) for k in range(ROOTS)]
    return [(t, w) for t, w in found]
