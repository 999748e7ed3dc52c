"""The error of a double in units in the last place, against balls that contain the exact value.

    error = |x - F| / ulp(F),    ulp(F) = 2^max(e - 52, -1074)  for  2^e <= |F| < 2^(e+1)
                                 (single precision: 2^max(e - 23, -149))

so a unit is that of the exact value F, also below the least normal number, where it stays 2^-1074
(F = 0 included). A correctly rounded result has an error of at most 1/2. Where F exceeds the
largest double the unit is 2^971; an infinite x counts as 2^1024 where |F| >= 2^1023, is right where
F rounds to it, and is infinitely wrong elsewhere. nan is right where there is no real value only.

The exact value comes as a ball at a precision that is doubled until the ball is narrower than
1/1000 of a unit; the error that is returned includes the radius: it is an upper bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import acb, arb, ctx, fmpq, fmpz
from sympy import Expr

from symdyn.errors import UnsupportedError
from symdyn.numerics.doubles import Doubles

Ball = arb | acb
AtBits = Callable[[int], Ball]

FIRST_BITS = 128
MOST_BITS = 16384
_NOT_FINITE = 4  # a ball that is not finite at a 4th of these bits belongs to a pole
WIDTH = 1e-3  # units in the last place


@dataclass(frozen=True)
class Format:
    """A binary format: digits, exponents of the least unit and of the overflow threshold."""

    digits: int
    last_place: int
    overflow: int


DOUBLE = Format(53, -1074, 1024)
SINGLE = Format(24, -149, 128)


class TooWide(UnsupportedError):
    """The exact value is not known well enough to measure an error against it."""


def ulps(x: float, exact: Any) -> float:
    """Error of a double in units in the last place of the exact value, not below the truth.

    The exact value is a number (int, Fraction, float, mpf, SymPy number), a ball, or a function
    from a number of bits to a ball.

    >>> ulps(0.1, Fraction(1, 10)) < 0.5, ulps(1.0 + 2**-52, 1)
    (True, 1.0)
    >>> ulps(math.nan, math.nan), ulps(1.0, math.nan)
    (0.0, inf)

    Raises TooWide (an UnsupportedError) where no precision that was tried makes the ball narrow.
    """
    error = _refined(float(x), _at_bits(exact))
    if math.isnan(error):
        raise TooWide(f"the exact value beside {x!r} is known to less than {WIDTH} ulp")
    return error


def errors_in_ulps(
    values: Iterable[float],
    points: Iterable[Any],
    ball: Callable[[Any, int], Ball],
    *,
    bits: int = FIRST_BITS,
    most_bits: int = MOST_BITS,
    format: Format = DOUBLE,
) -> Doubles:
    """Errors of many doubles; `ball(point, bits)` contains the exact value at a point.

    The precision of a point goes from `bits` to `most_bits`; the unit is that of `format`. The
    error is nan where no precision makes the ball narrow.

    >>> errors_in_ulps([1.0, 1.5], [1, 4], lambda point, bits: arb(point).sqrt()).tolist()
    [0.0, 1125899906842624.0]
    """
    errors: list[float] = []
    kept = ctx.prec
    try:
        for x, point in zip(values, points, strict=True):
            ctx.prec = bits
            error = _measured(x, ball(point, bits), format)
            if error != error:
                error = _refined(x, _bound(ball, point), bits * 2, most_bits, format)
            errors.append(error)
    finally:
        ctx.prec = kept
    return np.array(errors, np.float64)


def _bound(ball: Callable[[Any, int], Ball], point: Any) -> AtBits:
    return lambda bits: ball(point, bits)


def _refined(
    x: float,
    exact: AtBits,
    bits: int = FIRST_BITS,
    most_bits: int = MOST_BITS,
    format: Format = DOUBLE,
) -> float:
    while bits <= most_bits:
        with ctx.workprec(bits):
            value = exact(bits)
            error = _measured(x, value, format)
        if not math.isnan(error):
            return error
        if bits * _NOT_FINITE >= most_bits and not value.is_finite():
            break
        bits *= 2
    return math.nan


def _measured(x: float, exact: Ball, format: Format) -> float:
    """The error at the present precision; nan where the ball is too wide."""
    if isinstance(exact, acb):
        if not exact.imag.contains(0):
            return 0.0 if x != x else math.inf
        if not exact.imag.is_zero():
            return math.nan
        exact = exact.real
    if not exact.is_finite():
        return _beside_infinity(x, exact)
    if not math.isfinite(x):
        return _not_finite(x, exact, format)
    return _quotient(exact - x, exact, format)


def _quotient(difference: arb, exact: arb, format: Format) -> float:
    scaled = difference * _power_of_two(-_place(exact, format))
    radius = float(scaled.rad())
    return abs(float(scaled.mid())) + radius if radius <= WIDTH else math.nan


def _place(exact: arb, format: Format) -> int:
    """Exponent of the unit in the last place of a ball narrower than such a unit."""
    near = float(exact)
    top = format.overflow - format.digits
    if math.isinf(near):
        return top
    mantissa, exponent = math.frexp(near)
    if abs(mantissa) == 0.5 and abs(exact.mid()) < abs(near):
        exponent -= 1  # rounded up to a power of two
    return min(max(exponent - format.digits, format.last_place), top) if near else format.last_place


@lru_cache(maxsize=4096)
def _power_of_two(exponent: int) -> arb:
    return arb((fmpz(1), fmpz(exponent)))


def _not_finite(x: float, exact: arb, format: Format) -> float:
    """nan and infinity beside a finite number."""
    if math.isnan(x) or abs(exact) < _power_of_two(format.overflow - 1):
        return math.inf
    end = _power_of_two(format.overflow) if x > 0 else -_power_of_two(format.overflow)
    if exact / end >= 1 - _power_of_two(-format.digits - 1):  # rounds to infinity
        return 0.0
    return _quotient(exact - end, exact, format)


def _beside_infinity(x: float, exact: arb) -> float:
    """An exact infinity is met by itself alone; of other balls nothing is known."""
    for infinite, end in ((arb.pos_inf(), math.inf), (arb.neg_inf(), -math.inf)):
        if exact == infinite:
            return 0.0 if x == end else math.inf
    return math.nan


def _at_bits(exact: Any) -> AtBits:
    if isinstance(exact, (arb, acb)):
        return _constant(exact)
    if callable(exact):
        return exact  # type: ignore[return-value]
    if isinstance(exact, Expr):
        return _of_expression(exact)
    value = exact_value(exact)
    if isinstance(value, float):
        if math.isnan(value):
            return _constant(acb(0, 1))  # no real value
        return _constant(arb(value))
    quotient = fmpq(value.numerator, value.denominator)
    return lambda bits: arb(quotient)


def _constant(ball: Ball) -> AtBits:
    return lambda bits: ball


def _of_expression(exact: Expr) -> AtBits:
    from symdyn.numerics.balls import enclose

    return lambda bits: enclose(exact, {}, bits)


def exact_value(number: Any) -> Fraction | float:
    """A number as a fraction; infinity and nan as floats."""
    if hasattr(number, "_mpf_"):
        sign, mantissa, exponent, _ = number._mpf_
        if mantissa or not exponent:
            return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** exponent
        return float(number)
    if isinstance(number, (float, np.floating)):
        number = float(number)
        return Fraction(number) if math.isfinite(number) else number
    return Fraction(number)


def summary(errors: Sequence[float] | Doubles) -> tuple[float, float, float]:
    """Greatest, mean and 99th percentile of errors; unknown ones (nan) do not count.

    >>> summary([0.25, 0.5, math.nan])
    (0.5, 0.375, 0.5)
    """
    known = np.sort(np.asarray(errors, np.float64))
    known = known[~np.isnan(known)]
    if known.size == 0:
        return math.nan, math.nan, math.nan
    place = min(known.size - 1, math.ceil(0.99 * known.size) - 1)
    return float(known[-1]), float(known.mean()), float(known[place])
