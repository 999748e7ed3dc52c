"""Reflections: what a function has to do with its mirror image.

    f(x) + s f(-x) = P(x),  s = 1 or -1,  P a polynomial

Then half of an interval about 0 is enough: f(x) = P(x) - s f(-x), and f - P/2 is odd (s = 1) or
even (s = -1), so that near 0 it is x^p times a function of x^2. Even and odd functions are the case
P = 0; arc-cosine kernels have P = x^n times a constant.

Values on balls tell whether there can be such a polynomial, and of what degree; its coefficients
are exact derivatives at 0 (limits, where there is no value); and the identity is judged like any
claim, by exact methods first. What is not proved or confirmed is not used. A false reflection could
not make a kernel wrong unnoticed: its error is measured against the function itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import sympy as sp
from flint import arb, ctx
from sympy import Expr, Symbol

from symdyn.errors import SymdynError
from symdyn.kernels.arithmetic.constants import ball
from symdyn.kernels.reparametrise.exact_function import BITS, ExactFunction
from symdyn.proof.deadline import deadline
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal

LARGEST_DEGREE = 8
SECONDS = 10.0
_ZERO = 2.0**-150


@dataclass(frozen=True)
class Reflection:
    """f(x) + sign*f(-x) = polynomial."""

    sign: int
    polynomial: Expr


def reflection(expr: Expr, symbol: Symbol, end: Fraction) -> Reflection | None:
    """The reflection of a function on [-end, end], if it has one that holds.

    >>> c = Symbol("c", real=True)
    >>> reflection(c * sp.acos(c), c, Fraction(1))
    Reflection(sign=-1, polynomial=pi*c)
    """
    function = ExactFunction(expr, symbol)
    for sign in (1, -1):
        degree = _degree(function, sign, end)
        if degree is None:
            continue
        total = expr + sign * expr.xreplace({symbol: -symbol})
        polynomial = _polynomial(total, symbol, degree)
        if polynomial is not None and _holds(total, polynomial, symbol, end):
            return Reflection(sign, polynomial)
    return None


def _degree(function: ExactFunction, sign: int, end: Fraction) -> int | None:
    """The least degree of a polynomial through the values at evenly spaced points; -1 for 0."""
    count = LARGEST_DEGREE + 4
    points = [end * Fraction(k, count + 1) for k in range(1, count + 1)]
    with ctx.workprec(2 * BITS):
        try:
            values = [_both(function, sign, point) for point in points]
        except SymdynError:
            return None
        size = max(abs(function(lambda p=point: ball(p))) for point in points)
        for degree in range(-1, LARGEST_DEGREE + 1):
            if all(abs(value) <= size * _ZERO for value in _differences(values, degree + 1)):
                return degree
    return None


def _both(function: ExactFunction, sign: int, point: Fraction) -> arb:
    return function(lambda: ball(point)) + sign * function(lambda: -ball(point))


def _differences(values: Sequence[arb], order: int) -> list[arb]:
    return [
        sum((comb(order, j) * (-1) ** j * values[k + j] for j in range(order + 1)), arb(0))
        for k in range(len(values) - order)
    ]


def _polynomial(total: Expr, symbol: Symbol, degree: int) -> Expr | None:
    """From the exact derivatives at 0."""
    found: Expr = sp.S.Zero
    try:
        with deadline(SECONDS):
            for k in range(degree + 1):
                value = sp.simplify(total.subs(symbol, 0))
                if value.has(sp.nan, sp.zoo, sp.oo):
                    value = sp.limit(total, symbol, 0)
                if not value.is_number or value.is_finite is False:
                    return None
                found += value * symbol**k / sp.factorial(k)
                total = total.diff(symbol)
    except Exception:  # SymPy raises whatever it meets: then there is no polynomial
        return None
    return found


def _holds(total: Expr, polynomial: Expr, symbol: Symbol, end: Fraction) -> bool:
    real = sp.Dummy(symbol.name, real=True)
    bound = sp.Rational(end.numerator, end.denominator)
    left, right = (part.xreplace({symbol: real}) for part in (total, polynomial))
    try:
        with deadline(SECONDS):
            found = judge(Equal(left, right), [-bound <= real, real <= bound])
    except (SymdynError, TimeoutError):
        return False
    return bool(found.verdict.holds)
