"""A cell cut into rows of equal width, and one polynomial for each.

    row k holds (k - 1/2) w <= v < (k + 1/2) w,  w a power of two
    g(v) = c_0 + c_1 t + ... + c_m t^m,   t = v - k w - shift

t is exact where v is a double. The shift is 0, unless g vanishes inside the row: then it moves the
origin to that zero, c_0 is 0, and the polynomial is t times one that was fitted to g(v)/t.

Where f is split in two each row has two polynomials, of g and of h, for g + s(v) h.

The polynomial is evaluated by Horner's rule, whose last steps (`leading` many) are in pairs. Those
before these are in doubles; and the first ones, of long polynomials, are two rules in t^2 side by
side, of even and odd terms, so that a step waits for half as many.

The error in ulps is estimated from the tail of the Chebyshev series and from what rounding does to
the steps in doubles; those in pairs round nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from flint import arb, ctx

from symdyn.kernels.arithmetic.constants import ball, fraction
from symdyn.kernels.reparametrise.cell import Cell
from symdyn.kernels.reparametrise.chebyshev import BITS, Series, series
from symdyn.kernels.reparametrise.splitting import Split

COUNT = 40  # Chebyshev coefficients of a row
LONG, LAST, SETTLED = 100, 5, 2.0**-110  # coefficients of a whole cell, and how small the last are
POINTS = 33
ROUNDING = 2.0**-53
LEAST_DISTANCE = 2.0**-1000
IN_LINE, SIDE_BY_SIDE = 2, 6  # last steps in doubles that stay single; terms worth two rules
SHORT, SAME = 2**10, 2.0**-250  # denominator of a zero that is one, and how near it was found
Function = Callable[[Callable[[], arb], int], arb]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Row:
    """g on a part of a cell: the series is that of g, or of g/t where there is a zero.

    `second` is the series of h, where f is split by a factor s.
    """

    series: Series
    origin: arb  # k*w + shift
    shift: Fraction | None
    second: Series | None = None
    factor: Split | None = None

    def coefficients(self, degree: int) -> list[arb]:
        """c_0 to c_degree, at high precision."""
        if self.shift is None:
            return _polynomial(self.series, degree, self.origin)
        return [arb(0), *_polynomial(self.series, degree - 1, self.origin)]

    def second_coefficients(self, degree: int) -> list[arb]:
        """Those of h."""
        return _polynomial(self.second, degree, self.origin) if self.second else []

    def cut(self, degree: int) -> float:
        """Error of the polynomial of a degree in ulps, at the worst of some points."""
        size, scale = self._sizes
        tail = self.series.tail(degree if self.shift is None else degree - 1)
        if self.second is None:
            return float((tail / size).max()) / ROUNDING
        return float(((tail + scale * self.second.tail(degree)) / size).max()) / ROUNDING

    def rounding(self, degree: int, leading: int) -> float:
        """What rounding does to the polynomial, in ulps, at the worst of some points."""
        t = self._points
        value, error = _horner(self.coefficients(degree), t, leading)
        if self.second is not None and self.factor is not None:
            factor = self.factor.factors(np.maximum(t + float(self.origin), LEAST_DISTANCE))
            other, lost = _horner(self.second_coefficients(degree), t, leading)
            value, error = value + factor * other, error + np.abs(factor) * lost
        with np.errstate(divide="ignore", invalid="ignore"):
            return float((error / np.abs(value)).max()) / ROUNDING

    @cached_property
    def _points(self) -> Floats:
        """Values of t."""
        low = float(self.series.middle - self.series.half - self.origin)
        high = float(self.series.middle + self.series.half - self.origin)
        t = np.linspace(low, high, POINTS)
        return t[np.abs(t) > (high - low) * 1e-9]

    @cached_property
    def _sizes(self) -> tuple[Floats, Floats]:
        """At the points, the size of what is approximated, and of the factor of h."""
        t = self._points
        value, scale = self._values(self.series), np.zeros_like(t)
        if self.second is not None and self.factor is not None:
            factor = self.factor.factors(np.maximum(t + float(self.origin), LEAST_DISTANCE))
            value, scale = value + factor * self._values(self.second), np.abs(factor)
        return np.maximum(np.abs(value), LEAST_DISTANCE), scale

    def _values(self, found: Series) -> Floats:
        coefficients = [float(c) for c in found.coefficients]
        u = (self._points + float(self.origin - found.middle)) / float(found.half)
        return np.asarray(np.polynomial.chebyshev.chebval(u, coefficients), np.float64)


@lru_cache(maxsize=4096)
def _polynomial(found: Series, degree: int, origin: arb) -> list[arb]:
    """The same for any number of coefficients in pairs."""
    return found.polynomial(degree, origin, arb(1))


def split_terms(count: int, leading: int) -> int:
    """From which of so many coefficients on even and odd terms are summed side by side.

    >>> split_terms(18, 0), split_terms(6, 2)
    (2, 6)
    """
    first = leading + IN_LINE
    return first if count - first >= SIDE_BY_SIDE else count


def _horner(coefficients: list[arb], t: Floats, leading: int) -> tuple[Floats, Floats]:
    """Values of a polynomial, and what rounding does to them."""
    c = [float(value) for value in coefficients]
    first = split_terms(len(c), leading)
    if first == len(c):
        return _steps(c, t, leading)
    square = t * t
    even, odd = (_steps(c[first + k :: 2], square, 0, 2 * ROUNDING) for k in (0, 1))
    value = even[0] + t * odd[0]
    error = even[1] + np.abs(t) * odd[1] + np.abs(value) * ROUNDING
    return _steps(c[:first], t, leading, ROUNDING, (value, error))


def _steps(
    coefficients: list[float],
    t: Floats,
    leading: int,
    rounding: float = ROUNDING,
    start: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Horner's rule on coefficients, from what there is of higher terms."""
    if start is None:
        *coefficients, last = coefficients
        start = np.full_like(t, last), np.full_like(t, abs(last) * ROUNDING)
    value, error = start
    for k, c in reversed(list(enumerate(coefficients))):
        value = value * t + c
        error = error * np.abs(t)
        if k >= leading:
            error += (np.abs(value) + abs(c)) * rounding
    return value, error


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a cell at one width 2^exponent, from number `first`; each is made when asked."""

    cell: Cell
    exponent: int
    first: int
    count: int

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return tuple(self.row(k) for k in range(self.count))

    def row(self, k: int) -> Row:
        """One of them.

        Raises NotKnown where the function is not known somewhere in it.
        """
        return _row_of(self, k)

    def cut(self, degree: int, most: float) -> float:
        """The worst error of a polynomial, or one that is larger than `most`."""
        worst = 0.0
        for k in range(self.count):
            worst = max(worst, self.row(k).cut(degree))
            if worst > most:
                break
        return worst

    def rounding(self, degree: int, leading: int) -> float:
        """What rounding does at worst."""
        return max(row.rounding(degree, leading) for row in self.rows)


def rows(cell: Cell, exponent: int) -> Rows:
    """The rows of a cell at a width of 2^exponent."""
    with ctx.workprec(BITS):
        low, high = (fraction(end) for end in cell.reach)
        width = Fraction(2) ** exponent
        first = math.floor(low / width + Fraction(1, 2))
        last = max(first, math.ceil(high / width - Fraction(1, 2)))
        return Rows(cell, exponent, first, last - first + 1)


@lru_cache(maxsize=4096)
def _row_of(rows: Rows, k: int) -> Row:
    with ctx.workprec(BITS):
        low, high = (fraction(end) for end in rows.cell.reach)
        width, number = Fraction(2) ** rows.exponent, rows.first + k
        begin = max(low, (number - Fraction(1, 2)) * width)
        end = min(high, (number + Fraction(1, 2)) * width)
        return _row(rows.cell, begin, end, number * width)


def _row(cell: Cell, low: Fraction, high: Fraction, origin: Fraction) -> Row:
    found = series(_smooth_part(cell), ball(low), ball(high), COUNT)
    if cell.split is not None:
        second = series(cell.second_part, ball(low), ball(high), COUNT)
        return Row(found, ball(origin), None, second, cell.split)
    zero = _zero(cell, found)
    if zero is None:
        return Row(found, ball(origin), None)
    shift = _two_words(fraction(zero) - origin)

    def quotient(point: Callable[[], arb], bits: int) -> arb:
        return cell.smooth_part(point, bits) / (point() - zero)

    with ctx.workprec(4 * BITS):
        found = series(quotient, ball(low), ball(high), COUNT)
        return Row(found, ball(origin + shift), shift)


@lru_cache(maxsize=32)
def _smooth_part(cell: Cell) -> Function:
    """g of a cell, by one long series of it where that has all digits: values are dear."""
    with ctx.workprec(2 * BITS):
        whole = series(cell.smooth_part, *cell.reach, LONG)
        settled = whole.has_settled(cell.reach[1], LAST, SETTLED)
    return (lambda point, bits: whole.at(point())) if settled else cell.smooth_part


def _zero(cell: Cell, found: Series) -> arb | None:
    """The zero of g between the ends, where it changes its sign."""
    u = [-1.0, *np.linspace(-1, 1, POINTS)[1:-1], 1.0]
    c = [float(value) for value in found.coefficients]
    values = np.polynomial.chebyshev.chebval(u, c)
    signs = np.sign(values)
    signs[1:] = np.where(signs[1:] == 0, signs[:-1], signs[1:])  # a zero may be one of the points
    changes = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    if len(changes) != 1:
        return None
    k = int(changes[0])
    with ctx.workprec(2 * BITS):
        low, high = (found.middle + found.half * arb(u[j]) for j in (k, k + 1))
        return _short(_bisected(cell, low, high, bool(values[k] < 0)))


def _bisected(cell: Cell, low: arb, high: arb, rising: bool) -> arb:
    """The secant rule kept within a bracket, to some 300 digits of 2."""
    for _ in range(2 * BITS):
        middle = ((low + high) / 2).mid()
        value = cell.smooth_part(lambda m=middle: m, 8)
        if bool(value < 0) == rising:
            low = middle
        else:
            high = middle
    return ((low + high) / 2).mid()


def _short(zero: arb) -> arb:
    """The binary fraction that is meant by a zero next to one, so that doubles beside it see it."""
    scaled = zero * SHORT
    nearest = arb((scaled + 0.5).floor().mid())
    return nearest / SHORT if abs(scaled - nearest) < SAME else zero


def _two_words(value: Fraction) -> Fraction:
    high = value.numerator / value.denominator
    rest = value - Fraction(high)
    return Fraction(high) + Fraction(rest.numerator / rest.denominator)
