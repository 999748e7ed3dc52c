"""Leading exponents: how a function behaves at a distance d from a point.

    f(a + d) = C d^p (1 + smaller),  d -> 0,  p a fraction

p is the slope of log|f| over log d between distances so small (2^-400 to 2^-800) that the rest
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

DISTANCES = ((400, 600, 800), (44, 52, 60))  # binary digits; the second where values overflow
LARGEST_DENOMINATOR = 24
LARGEST = 32  # exponents beyond are those of no power
_STRAIGHT = 1e-12
_BITS = 96

AtDistance = Callable[[Callable[[], arb], int], arb]  # f at a distance, to so many bits


def exponent(function: AtDistance) -> Fraction | None:
    """The exponent of a function of a distance, if it has one.

    >>> exponent(lambda d, bits: d().sqrt() / (1 + d()))
    Fraction(1, 2)
    """
    for near, nearer, nearest in DISTANCES:
        try:
            sizes = [abs(function(_power(-k), _BITS)) for k in (near, nearer, nearest)]
        except SymdynError:
            continue
        return _slope(sizes, nearest - nearer)
    return None


def exponent_beside_log(function: AtDistance) -> Fraction | None:
    """p of a function that is like d^p (c + b log(d)).

    >>> exponent_beside_log(lambda d, bits: (2 - d().log()) / d())
    Fraction(-1, 1)
    """
    near, nearer, nearest = DISTANCES[0]
    try:
        sizes = [abs(function(_power(-k), 2 * _BITS)) for k in (near, nearer, nearest)]
    except SymdynError:
        return None
    if not all(size > 0 for size in sizes):
        return None
    with ctx.workprec(2 * _BITS):
        slope = (sizes[1] / sizes[2]).log() / arb.const_log2() / (nearest - nearer)
        found = Fraction(float(slope)).limit_denominator(LARGEST_DENOMINATOR // 2)
        if abs(found) > LARGEST:
            return None
        digits = (near, nearer, nearest)
        moderate = [s * raised(arb(2) ** k, found) for s, k in zip(sizes, digits, strict=True)]
        bent = abs(moderate[0] - 2 * moderate[1] + moderate[2])
        return found if bent < _STRAIGHT * moderate[1] else None


def _slope(sizes: list[arb], step: int) -> Fraction | None:
    """The slope between three distances, if it is one and the same."""
    if not all(size > 0 for size in sizes):
        return None
    with ctx.workprec(_BITS):
        logs = [size.log() / arb.const_log2() for size in sizes]
        slopes = [float((logs[k] - logs[k + 1]) / step) for k in (0, 1)]
    found = Fraction(slopes[0]).limit_denominator(LARGEST_DENOMINATOR)
    straight = all(abs(slope - found) < _STRAIGHT for slope in slopes)
    return found if straight and abs(found) <= LARGEST else None


def _power(digits: int) -> Callable[[], arb]:
    return lambda: arb(2) ** digits


def raised(base: arb, power: Fraction) -> arb:
    """A positive number to a fraction."""
    if power.denominator == 1:
        return base ** int(power)
    return base ** arb(fmpq(power.numerator, power.denominator))
