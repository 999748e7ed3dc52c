"""A function on the line as polynomials between edges, in doubles, from its values on balls.

The line is cut at powers of two, at known kinks, and in halves where a polynomial through ORDER
nodes does not fit to the last bits: towards a singular place the cuts never end, and stop where
what is left no longer matters. So each panel keeps the relative accuracy of its own size, down to
z = 0, where for every power of two there is a panel that ends at zero, if the function is smooth
there.

    f(z) = sum_k coefficients[k] t^k,         t = (z - middle) / half the width

The values are Arb balls, narrowed until they determine the double.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import inf, isfinite, ldexp, log2

import numpy as np
from flint import arb, ctx
from numpy.polynomial import legendre
from sympy import Expr, S, Symbol, oo

from symdyn.errors import DomainError, UnsupportedError
from symdyn.kernels.duals.polynomials import TO_LEGENDRE, polynomial_through
from symdyn.kernels.duals.sums import NODES, ORDER, Doubles
from symdyn.numerics.ball_steps import NotEnclosable, run
from symdyn.numerics.kinks import pieces as smooth_parts

FITS = 2.0**-50  # what the last coefficients and two further values may differ, relative
NARROWEST = 2.0**-48  # of panels beside a place where nothing fits, relative to the place
MOST_BITS = 4000
LARGEST = 1e280  # of values: larger ones are left to makeshifts, lest sums overflow
EXACT = 128  # bits in which places are computed; no double has more than 53
FAINT = 2.0**-70  # of values near zero or across it: smaller ones need no relative accuracy
USUAL = (-2.0, -1.0, -0.25, 0.25, 1.0, 2.0)  # where a function is taken to have its usual size
ACROSS = (2, 3, 4, 5, 6, 8, 12)  # halvings of the width at which an edge is looked at for a kink
_CHECKS = (-0.953, 0.371, 0.981)
_AT_CHECKS = legendre.legvander(np.array(_CHECKS), ORDER - 1)


@dataclass(frozen=True)
class Values:
    """Doubles of a function at exact places."""

    f: Expr
    z: Symbol

    def __call__(self, place: arb) -> float:
        """The value rounded to a double; infinite where it overflows or has a pole."""
        bits = 80
        while bits <= MOST_BITS:
            ball = self.ball(place, bits)
            if not ball.is_finite():
                return inf
            size = abs(ball).upper()
            if size == 0 or ball.rad() <= size * arb(2) ** -60:
                return float(ball.mid())
            if size < arb(2) ** -1100:
                return 0.0
            bits *= 2
        return 0.0

    def at(self, low: float, high: float, t: float) -> float:
        """The value at t in [-1, 1] between two edges, in exact arithmetic of the place."""
        with ctx.workprec(EXACT):
            return self((arb(low) + arb(high)) / 2 + (arb(high) - arb(low)) / 2 * arb(t))

    def near(self, place: float, side: int, bits: int) -> arb:
        """A ball of the value 2^-bits beside a place."""
        with ctx.workprec(2 * bits + 100):
            return self.ball(arb(place) + side * arb(2) ** -bits, 2 * bits + 100)

    def ball(self, place: arb, bits: int) -> arb:
        """A real ball of the value; DomainError if the value is not real."""
        with ctx.workprec(bits):
            value = run(self.f, {self.z: place})
        if isinstance(value, arb):
            return value
        if value.imag.contains(0) or not value.is_finite():
            return value.real if value.imag.is_zero() else arb("nan")
        raise DomainError(
            f"{self.f} is not real at {self.z} = {float(place):.6g}: "
            "an activation takes real values"
        )


@dataclass(frozen=True)
class Panel:
    """A polynomial between two edges; `fits` is False where it is a makeshift."""

    low: float
    high: float
    coefficients: Doubles
    fits: bool = True

    def __call__(self, place: float) -> float:
        """The polynomial at a place."""
        t = (place - (self.low + self.high) / 2) / ((self.high - self.low) / 2)
        return float(np.polynomial.polynomial.polyval(t, self.coefficients))


@dataclass(eq=False)
class Pieces:
    """A function on the line, cut as far out, and as near to zero, as has been asked for."""

    f: Expr
    z: Symbol
    kinks: tuple[float, ...]
    most: int = 6000
    known: dict[tuple[int, int], list[Panel]] = field(init=False, default_factory=dict)
    ending: dict[tuple[int, int], Panel | None] = field(init=False, default_factory=dict)
    smooth: dict[float, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.values: Values = Values(self.f, self.z)
        self.usual: float = max(_finite(abs(self.values(arb(place)))) for place in USUAL)

    def octave(self, side: int, exponent: int) -> list[Panel]:
        """The panels between 2^exponent and 2^(exponent + 1), on the side of 1 or -1."""
        key = (side, exponent)
        if key not in self.known:
            near, far = side * ldexp(1.0, exponent), side * ldexp(1.0, exponent + 1)
            self.known[key] = list(self._cut(min(near, far), max(near, far)))
        return self.known[key]

    def at_origin(self, side: int) -> float:
        """The value just beside zero."""
        return float(self.values.near(0.0, side, 1100).mid())

    def jump(self, place: float) -> float:
        """f just above a place minus f just below, or 0 where that is no more than rounding."""
        bits = 1100 if place == 0 else 44 - int(log2(abs(place)))
        above, below = (
            2 * self.values.near(place, side, bits + 1) - self.values.near(place, side, bits)
            for side in (1, -1)
        )
        size = float((above - below).mid())
        scale = float(abs(above).mid()) + float(abs(below).mid())
        return size if abs(size) > 2.0**-30 * scale else 0.0

    def to_zero(self, side: int, exponent: int) -> Panel | None:
        """The panel between 0 and 2^exponent, if one polynomial fits there."""
        key = (side, exponent)
        if key not in self.ending:
            ends = sorted((0.0, side * ldexp(1.0, exponent)))
            inside = any(ends[0] < kink < ends[1] for kink in self.kinks)
            self.ending[key] = None if inside else self._fitted(*ends)
        return self.ending[key]

    def is_smooth(self, place: float, width: float) -> bool:
        """Whether one polynomial fits across a place, at a width or at much less."""
        if place not in self.smooth:
            halves = (width * 2.0**-bits for bits in ACROSS)
            fits = (self._fitted(place - half, place + half) is not None for half in halves)
            self.smooth[place] = any(fits)
        return self.smooth[place]

    def _cut(self, low: float, high: float) -> list[Panel]:
        found: list[Panel] = []
        edges = [low, *(kink for kink in self.kinks if low < kink < high), high]
        waiting = list(pairwise(edges))[::-1]
        while waiting:
            a, b = waiting.pop()
            panel = self._fitted(a, b)
            if panel is None and (self._is_narrow(a, b) or self._overflows(a, b)):
                panel = self._makeshift(a, b)
            if panel is not None:
                found.append(panel)
                self._count(len(found), a)
                continue
            middle = (a + b) / 2
            waiting += [(middle, b), (a, middle)]
        return found

    def _count(self, here: int, place: float) -> None:
        if here + sum(map(len, self.known.values())) > self.most:
            raise UnsupportedError(
                f"{self.f} varies too fast near {self.z} = {place:.6g} for a table of "
                f"{self.most} polynomials"
            )

    @np.errstate(all="ignore")  # what is not finite is looked for, whatever the caller asks NumPy
    def _fitted(self, low: float, high: float) -> Panel | None:
        checks = np.array([self.values.at(low, high, t) for t in _CHECKS])
        if not np.isfinite(checks).all():
            return None
        values = np.array([self.values.at(low, high, t) for t in NODES])
        if not np.isfinite(values).all():
            return None
        if abs(values).max() > LARGEST:
            return None
        series = TO_LEGENDRE @ values
        faint = FAINT * max(self.usual, _finite(abs(self.values.at(-high, -low, 0.0))))
        size = max(abs(values).max(), abs(checks).max(), faint)
        if abs(_AT_CHECKS @ series - checks).max() > FITS * size:
            return None
        if abs(series[-3:]).max() > 8 * FITS * size:
            return None
        return Panel(low, high, polynomial_through(values))

    def _is_narrow(self, low: float, high: float) -> bool:
        return high - low <= NARROWEST * max(abs(low), abs(high))

    def _overflows(self, low: float, high: float) -> bool:
        return all(abs(self.values.at(low, high, t)) > LARGEST for t in _CHECKS)

    def _makeshift(self, low: float, high: float) -> Panel:
        value = self.values.at(low, high, 0.0)
        flat = np.zeros(ORDER)
        flat[0] = inf if self._overflows(low, high) else value if isfinite(value) else 0.0
        return Panel(low, high, flat, fits=False)


def _finite(size: float) -> float:
    return size if size <= LARGEST else 0.0


def kinks_of(f: Expr, z: Symbol) -> tuple[float, ...]:
    """Where f is known to be made of different pieces."""
    try:
        edges = {part.lower for part in smooth_parts(f, z, S.NegativeInfinity, oo, {})}
    except NotEnclosable:
        return ()
    with ctx.workprec(80):
        balls = (run(edge, {}) for edge in edges if edge.is_finite)
        return tuple(sorted(float(ball.mid()) for ball in balls if isinstance(ball, arb)))
