"""Chebyshev series of a function on an interval, with coefficients of many digits.

    f(v) = sum over k of c_k T_k(u),   v = middle + half*u,  -1 <= u <= 1

from the values at the zeros of T_n, which never are the ends: so a removable singularity there does
no harm. A series cut off after T_m has an error of about |c_(m+1)| + ..., within a small factor of
the best polynomial of that degree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, arb_poly, ctx

BITS = 192


@dataclass(frozen=True, eq=False)
class Series:
    """Coefficients on an interval."""

    middle: arb
    half: arb
    coefficients: tuple[arb, ...]

    def tail(self, degree: int) -> float:
        """Sum of the sizes of all coefficients beyond a degree."""
        total = arb(0)
        for c in self.coefficients[degree + 1 :]:
            total += abs(c)
        return float(total.upper())

    def at(self, v: arb) -> arb:
        """The value of the sum, also beyond the interval."""
        u = (v - self.middle) / self.half
        last, before = arb(0), arb(0)
        for c in reversed(self.coefficients[1:]):
            last, before = c + 2 * u * last - before, last
        return self.coefficients[0] + u * last - before

    def has_settled(self, v: arb, count: int, share: float) -> bool:
        """Whether the last so many terms at a point are small beside the largest."""
        u = (v - self.middle) / self.half
        terms, now, before = [], arb(1), u
        for c in self.coefficients:
            terms.append(abs(c * now))
            now, before = 2 * u * now - before, now
        return bool(max(terms[-count:]) <= share * max(terms))

    def polynomial(self, degree: int, centre: arb, scale: arb) -> list[arb]:
        """Coefficients in t of the series up to a degree, v = centre + scale*t."""
        with ctx.workprec(2 * BITS):
            u = arb_poly([(centre - self.middle) / self.half, scale / self.half])
            last, before = arb_poly([0]), arb_poly([0])
            for c in reversed(self.coefficients[1 : degree + 1]):
                last, before = c + 2 * u * last - before, last
            found = self.coefficients[0] + u * last - before
            return [found[k] for k in range(degree + 1)]


def series(
    function: Callable[[Callable[[], arb], int], arb],
    low: arb,
    high: arb,
    count: int,
    bits: int = BITS,
) -> Series:
    """The first coefficients of a function that is called with a point and a number of bits.

    >>> found = series(lambda v, bits: v() ** 2, arb(-1), arb(1), 4)
    >>> [round(float(c), 9) + 0.0 for c in found.coefficients]
    [0.5, 0.0, 0.5, 0.0]
    """
    with ctx.workprec(2 * bits):
        nodes = [_node(low, high, 2 * j + 1, 2 * count, bits) for j in range(count)]
        values = [function(node, bits) for node in nodes]
        cosines = _cosines(count, bits)
        found: list[arb] = []
        for k in range(count):
            total = arb(0)
            for j, value in enumerate(values):
                total += value * cosines[k * (2 * j + 1) % (4 * count)]
            found.append(total * (1 if k == 0 else 2) / count)
        return Series((low + high) / 2, (high - low) / 2, tuple(found))


def _node(low: arb, high: arb, part: int, whole: int, bits: int) -> Callable[[], arb]:
    """A node as exact number: the same at every precision."""
    with ctx.workprec(2 * bits):
        u = (arb(part) / whole).cos_pi()
        middle, half = (low + high) / 2, (high - low) / 2
        exact = (middle + half * u).mid()
    return lambda: exact


@lru_cache(maxsize=8)
def _cosines(count: int, bits: int) -> tuple[arb, ...]:
    with ctx.workprec(2 * bits):
        return tuple((arb(k) / (2 * count)).cos_pi() for k in range(4 * count))
