"""Leading exponents: how a function behaves at a distance d from a point.

    f(a + d) = C d^p (1 + smaller),  d -> 0,  p a fraction with denominator 1, 2 or 3

p is the slope of log|f| over log d between two distances so small (2^-400 and 2^-800) that the rest
of a Puiseux series cannot be seen. Logarithms and essential singularities bend that line, and are
told apart by it: they have no exponent. At infinity d = 1/|x|.

The exponent is found by numbers. A wrong one would not make a wrong kernel, since what is left of
the function is then no polynomial and is not accepted as one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, ctx, fmpq

from symdyn.errors import SymdynError

NEAR, NEARER = 400, 800  # binary digits of distances
LARGEST = 32  # exponents beyond are those of no power
_STRAIGHT = 1e-12
_BITS = 96

AtDistance = Callable[[Callable[[], arb], int], arb]  # f at a distance, to so many bits


def exponent(function: AtDistance) -> Fraction | None:
    """The exponent of a function of a distance, if it has one.

    >>> exponent(lambda d, bits: d().sqrt() / (1 + d()))
    Fraction(1, 2)
    """
    try:
        sizes = [abs(function(_power(-k), _BITS)) for k in (NEAR, (NEAR + NEARER) // 2, NEARER)]
    except SymdynError:
        return None
    if not all(size > 0 for size in sizes):
        return None
    with ctx.workprec(_BITS):
        logs = [size.log() / arb.const_log2() for size in sizes]
        step = (NEARER - NEAR) // 2
        slopes = [float((logs[k] - logs[k + 1]) / step) for k in (0, 1)]
    found = Fraction(round(6 * slopes[0]), 6)
    straight = all(abs(slope - found) < _STRAIGHT for slope in slopes)
    return found if straight and found.denominator <= 3 and abs(found) <= LARGEST else None


def _power(digits: int) -> Callable[[], arb]:
    return lambda: arb(2) ** digits


def raised(base: arb, power: Fraction) -> arb:
    """A positive number to a fraction."""
    if power.denominator == 1:
        return base ** int(power)
    return base ** arb(fmpq(power.numerator, power.denominator))
