"""Exact constants as doubles: correctly rounded, or as sums of several doubles.

A constant is a SymPy number. It is enclosed in balls of growing precision until its rounding to
double is certain; further words are the same for what is left.

    words(pi, 2) = (3.141592653589793, 1.2246467991473532e-16)
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from flint import arb, ctx, fmpq
from sympy import Expr, Float, Rational, S, nan

from symdyn.errors import UnsupportedError
from symdyn.numerics.balls import enclose

LARGEST_PRECISION = 20000


@lru_cache(maxsize=4096)
def words(constant: Expr, count: int) -> tuple[float, ...]:
    """The nearest double, then the double nearest to what is left, and so on.

    >>> words(Rational(1, 3), 2)
    (0.3333333333333333, 1.850371707708594e-17)

    Raises UnsupportedError for what is not a real number.
    """
    if special := _special(constant):
        return (special[0], *[0.0] * (count - 1))
    exact = _exact(constant)
    bits = 128 + 64 * count
    while bits <= LARGEST_PRECISION:
        found = _words(constant if exact is None else exact, count, bits)
        if found is not None:
            return found
        bits *= 2
    raise UnsupportedError(f"the constant {constant} cannot be rounded with certainty")


def _special(constant: Expr) -> tuple[float, ...]:
    for value, double in ((nan, math.nan), (S.Infinity, math.inf), (S.NegativeInfinity, -math.inf)):
        if constant is value:
            return (double,)
    return ()


def _exact(constant: Expr) -> Fraction | None:
    if isinstance(constant, Float):
        sign, mantissa, exponent, _ = constant._mpf_
        return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)
    if isinstance(constant, Rational):
        return Fraction(int(constant.p), int(constant.q))
    return None


def _words(constant: Expr | Fraction, count: int, bits: int) -> tuple[float, ...] | None:
    if isinstance(constant, Fraction):
        return _exact_words(constant, count)
    ball = enclose(constant, {}, bits)
    if not ball.imag.is_zero() or not ball.is_finite():
        if bits < LARGEST_PRECISION // 2 and not ball.is_finite():
            return None
        raise UnsupportedError(f"{constant} is not a finite real number; kernels are real")
    return _ball_words(ball.real, count, bits)


def _exact_words(rest: Fraction, count: int) -> tuple[float, ...]:
    found: list[float] = []
    for _ in range(count):
        found.append(nearest(rest))
        rest = rest - Fraction(found[-1]) if math.isfinite(found[-1]) else Fraction(0)
    return tuple(found)


def _ball_words(rest: arb, count: int, bits: int) -> tuple[float, ...] | None:
    """None where the ball is too wide to round."""
    found: list[float] = []
    with ctx.workprec(bits):
        for _ in range(count):
            low, high = nearest(fraction(rest.lower())), nearest(fraction(rest.upper()))
            if low != high:
                return None
            found.append(low)
            rest = rest - arb(low) if math.isfinite(low) else arb(0)
    return tuple(found)


def fraction(number: arb) -> Fraction:
    """The exact value of the middle of a ball."""
    mantissa, exponent = number.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def nearest(value: Fraction) -> float:
    """The double nearest to a fraction, ties to even; infinite beyond the largest."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def ball(value: Fraction) -> arb:
    """The ball of a fraction at the present precision."""
    return arb(fmpq(value.numerator, value.denominator))
