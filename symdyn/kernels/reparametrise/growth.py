"""What a function does far out: growth that is split off, and where nothing changes any more.

    f(x) = exp(Q(x)) g(x),  Q = q_1 x + q_2 x^2, such that g is like a power of x

With L(y) = log|f(y)| and E L(y) = L(2y) the operator E - 2^k makes y^k vanish, and (E - 1)^2 both a
constant and a logarithm; so what is left of (E - 1)^2 (E - 2) L is q_2 alone, and likewise q_1. A
function is settled from where on it is its limit, or 0, to more digits than doubles have.

All of this is found by numbers. A wrong one would not make a wrong kernel, since what is left of
the function is then no polynomial, and the errors of a kernel are measured and proved.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import sympy as sp
from flint import arb, ctx
from sympy import Expr

from symdyn.kernels.reparametrise.exact_function import ExactFunction, NotKnown

FAR = (12, 14)  # binary digits of the places
STEPS = 4
LARGEST_DENOMINATOR = 24
CLOSE = 2.0**-18
DIGITS = 60  # to which a settled function is its limit
TINY = -1080  # binary digits of what is below half of the least double
GRID = 4  # places in a unit
MOST = 1024  # beyond, nothing is called settled
BEYOND = (1, sp.Rational(3, 2), 2, 4, 8, 64, 1024)  # times a place, where it is seen
BITS = 96


@lru_cache(maxsize=64)
def growth(function: ExactFunction, side: int) -> Expr:
    """Q in the symbol of a function, beside infinity; 0 where there is none.

    >>> x = sp.Symbol("x")
    >>> growth(ExactFunction(sp.erfc(x) + sp.exp(-3*x**2), x), 1)
    -x**2
    """
    found = [_coefficients(function, side, digits) for digits in FAR]
    if None in found or found[0] != found[1]:
        return sp.S.Zero
    one, two = found[0] or (Fraction(0), Fraction(0))
    symbol = function.symbol
    return sum((sp.Rational(q) * (side * symbol) ** k for k, q in ((1, one), (2, two))), sp.S.Zero)


def _coefficients(
    function: ExactFunction, side: int, digits: int
) -> tuple[Fraction, Fraction] | None:
    """q_1 and q_2 from places about 2^digits."""
    try:
        values = [function(lambda k=k: side * arb(2) ** (digits + k), BITS) for k in range(STEPS)]
    except NotKnown:
        return None
    with ctx.workprec(BITS):
        logs = [abs(value).log() for value in values]
        if not all(value.is_finite() for value in logs):
            return None
        y = arb(2) ** digits
        one = _fraction(_applied(logs, (1, 1, 4)) / (-2 * y))
        two = _fraction(_applied(logs, (1, 1, 2)) / (18 * y**2))
    return None if one is None or two is None else (one, two)


def _applied(values: list[arb], shifts: tuple[int, ...]) -> arb:
    """Product of the operators E - shift."""
    for shift in shifts:
        values = [b - shift * a for a, b in pairwise(values)]
    return values[0]


def _fraction(value: arb) -> Fraction | None:
    number = float(value)
    if not abs(number) < MOST:
        return None
    found = Fraction(number).limit_denominator(LARGEST_DENOMINATOR)
    return found if abs(number - float(found)) < CLOSE else None


@lru_cache(maxsize=64)
def settled(function: ExactFunction, side: int) -> Expr | None:
    """The least distance from 0 of a grid from which on a function does not change.

    >>> x = sp.Symbol("x")
    >>> settled(ExactFunction(sp.erf(x), x), 1), settled(ExactFunction(sp.atan(x), x), 1)
    (13/2, None)
    """
    low, high = 0, GRID * MOST
    if not _is_settled(function, side, high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_settled(function, side, middle) else (middle, high)
    return sp.Rational(high, GRID)


def _is_settled(function: ExactFunction, side: int, place: int) -> bool:
    start = sp.Rational(place, GRID)
    try:
        limit = function(lambda: side * arb(2) ** FAR[0], BITS)
        for factor in BEYOND:
            end = start * factor
            value = function(lambda end=end: side * arb(int(end.p)) / int(end.q), BITS)
            with ctx.workprec(BITS):
                if abs(limit) < arb(2) ** TINY:
                    near = bool(abs(value) < arb(2) ** TINY)
                else:
                    near = bool(abs(value - limit) < abs(limit) / 2**DIGITS)
            if not near:
                return False
    except NotKnown:
        return False
    return True
