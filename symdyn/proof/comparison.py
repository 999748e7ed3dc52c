"""Whether two expressions have the same value at one exact point.

First Arb: both sides are enclosed in balls, at growing precision, until the balls are disjoint
(then the sides differ, rigorously) or the ball of the difference contains 0 and is narrower than
the digits asked for. Where a function has no Arb enclosure: mpmath at two precisions. Values that
do not settle between the two precisions decide nothing.

Digits are relative to max(|left|, |right|), or to the largest term where both sides are 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from flint import acb, arb, ctx
from mpmath import MPContext, mpf
from sympy import Abs, Add, Expr, Integral, Limit, Mul, Pow, Product, Sum, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.balls import NotEnclosable, enclose
from symdyn.numerics.precision import evaluate

BallPoint = Mapping[Symbol, Expr | acb]

_BITS_PER_DIGIT = 3.3219281
_GUARD_BITS = 64
_DOUBLINGS = 6
_EXTRA_DIGITS = 30  # the second precision of mpmath: 50 and 80 digits
_SETTLED = 10**4  # a difference must exceed the error seen between precisions by this factor
_SHOWN = 12
_MOST_SHOWN = 1000

SLOW = (Integral, Sum, Product, Limit)  # a value costs seconds rather than milliseconds


class Outcome(Enum):
    """What came out of a comparison at a point."""

    AGREE = "agree"
    DIFFER = "differ"
    NO_VALUE = "no finite value"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Comparison:
    """The outcome at one point, how it was reached, and the values as text."""

    outcome: Outcome
    is_rigorous: bool
    left: str = ""
    right: str = ""
    reason: str = ""


def compare(left: Expr, right: Expr, point: Mapping[Symbol, Expr], digits: int) -> Comparison:
    """Compare two expressions at a point.

    >>> from sympy import Rational, cos, sin, symbols
    >>> x = symbols("x")
    >>> compare(sin(x)**2, 1 - cos(x)**2, {x: Rational(1, 3)}, 50).outcome
    <Outcome.AGREE: 'agree'>
    >>> compare(sin(x), x, {x: Rational(1, 10**30)}, 50).outcome
    <Outcome.DIFFER: 'differ'>
    """
    try:
        found = _by_balls(left, right, point, digits)
        if found.outcome == Outcome.UNCLEAR and not all(v.is_Rational for v in point.values()):
            # A ball around pi lies on both sides of a cut that the number pi lies on.
            found = _by_balls(left.subs(point), right.subs(point), {}, digits)
        return found
    except NotEnclosable as no_ball:
        try:
            return _by_mpmath(left, right, point, digits)
        except UnsupportedError as no_value:
            return Comparison(Outcome.UNCLEAR, False, reason=f"{no_ball}; {no_value}")


def _by_balls(left: Expr, right: Expr, point: Mapping[Symbol, Expr], digits: int) -> Comparison:
    bits = int(digits * _BITS_PER_DIGIT) + _GUARD_BITS
    balls: tuple[acb, acb] | None = None
    for _ in range(_DOUBLINGS):
        place = ball_point(point, bits)
        balls = _finite_balls(left, right, place, bits)
        if balls is not None:
            with ctx.workprec(bits):
                found = _decided(*balls, left, right, place, digits, bits)
            if found is not None:
                return Comparison(found, True, *_ball_texts(*balls))
        bits *= 2
    if balls is not None:
        return Comparison(Outcome.UNCLEAR, True, reason=f"balls stay too wide at {bits // 2} bits")
    return Comparison(Outcome.NO_VALUE, True)


def _finite_balls(left: Expr, right: Expr, place: BallPoint, bits: int) -> tuple[acb, acb] | None:
    """Both sides, unless one is not finite; then the dearer one may not even be computed."""
    if left.has(*SLOW) and not right.has(*SLOW):
        balls = _finite_balls(right, left, place, bits)
        return None if balls is None else (balls[1], balls[0])
    first = enclose(left, place, bits)
    if not first.is_finite():
        return None
    second = enclose(right, place, bits)
    return (first, second) if second.is_finite() else None


def _decided(
    a: acb, b: acb, left: Expr, right: Expr, point: BallPoint, digits: int, bits: int
) -> Outcome | None:
    difference = a - b
    if not difference.contains(0):
        return Outcome.DIFFER
    width = abs(difference).abs_upper()
    tolerance = arb(10) ** -digits
    if width <= tolerance * _largest(abs(a).abs_lower(), abs(b).abs_lower()):
        return Outcome.AGREE
    if a.contains(0) and b.contains(0):
        terms = [enclose(_magnitude(side), point, bits) for side in (left, right)]
        if width <= tolerance * _largest(*(term.real.abs_lower() for term in terms)):
            return Outcome.AGREE
    return None


def ball_point(point: Mapping[Symbol, Expr], bits: int) -> BallPoint:
    """A point whose irrational or complex coordinates are balls."""
    return {
        symbol: value if value.is_Rational else enclose(value, {}, bits)
        for symbol, value in point.items()
    }


def _largest(a: arb, b: arb) -> arb:
    return a if a >= b else b


def _magnitude(expr: Expr) -> Expr:
    """The sum of the absolute terms of an expression: what its rounding errors scale with.

    A function of which nothing is known counts as 1 where its value is 0.
    """
    if isinstance(expr, Add):
        return Add(*(_magnitude(term) for term in expr.args))
    if isinstance(expr, Mul):
        return Mul(*(_magnitude(factor) for factor in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_positive:
        return _magnitude(expr.base) ** expr.exp
    return Abs(expr) if expr.is_Atom or isinstance(expr, Pow) else 1 + Abs(expr)


def _ball_texts(a: acb, b: acb) -> tuple[str, str]:
    """Both values, with as many digits as it takes to see that they differ."""
    digits = _SHOWN
    texts = _ball_text(a, digits), _ball_text(b, digits)
    while texts[0] == texts[1] and not (a - b).contains(0) and digits < _MOST_SHOWN:
        digits *= 2
        texts = _ball_text(a, digits), _ball_text(b, digits)
    return texts


def _ball_text(ball: acb, digits: int) -> str:
    real, imag = (part.str(digits, radius=False) for part in (ball.real, ball.imag))
    return real if ball.imag.is_zero() else f"{real} + {imag}*I"


def _by_mpmath(left: Expr, right: Expr, point: Mapping[Symbol, Expr], digits: int) -> Comparison:
    mp = MPContext()
    mp.dps = digits + _EXTRA_DIGITS + 10
    low = [mp.convert(evaluate(side, point, digits + 5)) for side in (left, right)]
    high = [mp.convert(evaluate(side, point, digits + _EXTRA_DIGITS)) for side in (left, right)]
    if not all(mp.isfinite(value) for value in low + high):
        return Comparison(Outcome.NO_VALUE, False)
    shown = [mp.nstr(value, _SHOWN) for value in high]
    if shown[0] == shown[1]:
        shown = [mp.nstr(value, digits + _EXTRA_DIGITS) for value in high]
    scale = max(abs(high[0]), abs(high[1]))
    if scale == 0:
        return Comparison(Outcome.AGREE, False, *shown)
    error = abs(low[0] - high[0]) + abs(low[1] - high[1])
    difference = abs(high[0] - high[1])
    tolerance: mpf = scale * mp.mpf(10) ** -digits
    if difference <= tolerance and error <= 10 * tolerance:
        return Comparison(Outcome.AGREE, False, *shown)
    if difference > _SETTLED * error and difference > tolerance:
        return Comparison(Outcome.DIFFER, False, *shown)
    reason = f"values settle only to {mp.nstr(error / scale, 2)} between two precisions"
    return Comparison(Outcome.UNCLEAR, False, *shown, reason=reason)
