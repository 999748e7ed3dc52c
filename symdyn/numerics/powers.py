"""Powers of balls on the principal branch.

    z**w = exp(w*log z),   0**w = 0 for Re w > 0,   z**n by multiplication for integers n

Even powers of real balls are never negative, and roots of real balls that reach down to 0 are
enclosed by monotony, so that boxes touching 0 keep finite and real values.
"""

from __future__ import annotations

from flint import acb, arb

from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.regions import integer_value

HALF = arb(0.5)
LARGEST_EXPONENT = 2**40


def power(base: Ball, exponent: Ball) -> Ball:
    """base**exponent; real where it is certainly real.

    >>> power(arb(-8), arb(2)), power(arb(0), arb(0.5))
    (64.0000000000000, 0)
    """
    n = integer_value(exponent)
    if n is not None and abs(n) < LARGEST_EXPONENT:
        return integer_power(base, n)
    if isinstance(base, arb) and isinstance(exponent, arb) and base >= 0:
        return _real_power(base, exponent)
    return _complex_power(acb(base), acb(exponent))


def integer_power(base: Ball, n: int) -> Ball:
    """base**n for an integer n."""
    if n < 0:
        return 1 / integer_power(base, -n)
    if isinstance(base, acb):
        value = base**n
        return value.real if value.imag.is_zero() else value
    if n % 2 == 0 and base.contains(0):
        return arb(0, (base.abs_upper() ** n).abs_upper()).nonnegative_part()
    return base**n


def _real_power(base: arb, exponent: arb) -> Ball:
    if base > 0:
        return _positive_power(base, exponent)
    if not exponent > 0:
        return NOT_FINITE
    if base.is_zero():
        return arb(0)
    largest = _positive_power(base.upper(), exponent).abs_upper()
    return arb(0, largest).nonnegative_part()


def _positive_power(base: arb, exponent: arb) -> arb:
    if exponent.is_exact() and exponent == HALF:
        return base.sqrt()
    if exponent.is_exact() and exponent == -HALF:
        return base.rsqrt()
    return base**exponent


def _complex_power(base: acb, exponent: acb) -> Ball:
    if base.contains(0):
        return _power_near_zero(base, exponent)
    if exponent.imag.is_zero() and exponent.real.is_exact() and exponent.real == HALF:
        return base.sqrt()
    return base.pow(exponent)


def _power_near_zero(base: acb, exponent: acb) -> Ball:
    if not exponent.real > 0:
        return NOT_FINITE
    largest = _positive_power(base.abs_upper(), exponent.real)
    turned = (arb.pi() * abs(exponent.imag)).exp()
    radius = (largest * turned).abs_upper()
    return acb(arb(0, radius), arb(0, radius))
