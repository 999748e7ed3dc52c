"""The single-precision number nearest to an exact value, known from balls.

    RN(F) = n u,   u = 2^max(e - 23, -149)  for  2^e <= |F| < 2^(e+1),   n the integer next to F/u

An n half-way between two integers is the even one; what reaches 2^128 is infinite. Rounding never
turns an order round: where both ends of a ball have the same nearest number, F has it too. Where
they have not, the ball straddles a tie, and more bits decide; a ball that is exact decides at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from flint import acb, arb, ctx

from symdyn.kernels.arithmetic.constants import fraction
from symdyn.numerics.ulps import SINGLE, Ball

FIRST_BITS = 128
MOST_BITS = 4096
_MOST_NOT_FINITE = 1024  # bits at which a ball that is still not finite is given up


def nearest_single(value: Fraction) -> float:
    """The number of single precision nearest to a fraction, ties to even.

    >>> nearest_single(Fraction(1, 3)).hex(), nearest_single(Fraction(2) ** 128)
    ('0x1.5555560000000p-2', inf)
    """
    if not value:
        return 0.0
    unit = spacing(value)
    found = round(value / unit) * unit
    if abs(found) >= Fraction(2) ** SINGLE.overflow:
        return math.inf if value > 0 else -math.inf
    return float(found)


def spacing(value: Fraction) -> Fraction:
    """The unit in the last place of single precision at a fraction that is not 0.

    >>> spacing(Fraction(3, 2)) == Fraction(2) ** -23
    True
    """
    top, bottom = abs(value.numerator), value.denominator
    exponent = top.bit_length() - bottom.bit_length()
    if top << max(-exponent, 0) < bottom << max(exponent, 0):
        exponent -= 1
    return Fraction(2) ** max(exponent - SINGLE.digits + 1, SINGLE.last_place)


def rounded(value: Callable[[int], Ball]) -> tuple[float, Fraction | None] | None:
    """The nearest number of single precision, and the exact value within far less than a unit.

    `value` gives a ball at a number of bits. Where there is no real value the number is nan. The
    fraction is None beside nan and infinite values; None alone says that no precision decides.

    >>> number, near = rounded(lambda bits: arb(2).sqrt())
    >>> number.hex(), float(near)
    ('0x1.6a09e60000000p+0', 1.4142135623730951)
    """
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            ball = value(bits)
            found = _rounded(ball)
        if found is not None:
            return found
        if bits >= _MOST_NOT_FINITE and not ball.is_finite():
            break
        bits *= 2
    return None


def _rounded(ball: Ball) -> tuple[float, Fraction | None] | None:
    if isinstance(ball, acb):
        if not ball.imag.contains(0):
            return math.nan, None
        if not ball.imag.is_zero():
            return None
        ball = ball.real
    if not ball.is_finite():
        for infinite, end in ((arb.pos_inf(), math.inf), (arb.neg_inf(), -math.inf)):
            if ball == infinite:
                return end, None
        return None
    middle, radius = fraction(ball.mid()), fraction(ball.rad())
    low, high = nearest_single(middle - radius), nearest_single(middle + radius)
    return (low, middle) if low == high else None
