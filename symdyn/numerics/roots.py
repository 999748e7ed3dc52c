"""Values of implicit functions: balls that certainly contain them, and numbers of mpmath.

The place at which f takes the value z is looked for among the doubles by bisection, and refined by
Newton's method at the precision that is asked for. A ball is what the intermediate value theorem
then certifies: f is below z at one of its ends and above it at the other. So a wrong slope costs
time and no truth. A place beyond the doubles is only known to be between the last of them and the
end of the interval; where f has a finite value there, z may be none of its values, and there is no
place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sympy as sp
from flint import arb, ctx
from sympy import Basic, Expr

from symdyn.numerics import ball_steps, mp_steps
from symdyn.numerics.doubles import doubles, ordinals
from symdyn.numerics.piecewise import NOT_FINITE, hull
from symdyn.numerics.tape import bound_last

LARGEST = 1.7976931348623157e308
COARSE = 46  # binary digits of doubles that bisection leaves to Newton's method
STEPS = 60
SPARE = 8  # bits by which the first ball is wider than the precision
WIDENINGS = 64
KEPT = 100_000
Brackets = dict[float, tuple[float, float]]
MOST_DIGITS = 2200  # twice the binary ones that doubles can be away from 1


def ordinals_within(low: Expr, high: Expr) -> tuple[int, int]:
    """Places, in the order of doubles, of the first and the last double inside an interval."""
    ends = [min(max(float(end), -LARGEST), LARGEST) for end in (low, high)]
    first, last = (int(k) for k in ordinals(ends))
    first += bool(sp.Float(ends[0], 17) <= low)
    last -= bool(sp.Float(ends[1], 17) >= high)
    return first, last


def bracket(
    is_below: Callable[[float], bool], low: Expr, high: Expr, fineness: int
) -> tuple[float, float]:
    """Two doubles about the place where a condition that holds at first ceases to hold."""
    first, last = ordinals_within(low, high)
    for end, is_outside in ((first, not is_below(_double(first))), (last, is_below(_double(last)))):
        if is_outside:
            return _double(end), _double(end)
    while last - first > 1 << fineness:
        middle = (first + last) // 2
        if is_below(_double(middle)):
            first = middle
        else:
            last = middle
    return _double(first), _double(last)


def _double(ordinal: int) -> float:
    return float(doubles([ordinal])[0])


def value_at(function: Any, point: Mapping[Any, Any], y: arb) -> Any:
    """A function of one place, with more digits where that is far from 1: 1 + y has both then."""
    place, expr = function.args[0][0], function.args[1]
    digits = 0
    if y.is_finite() and not y.is_zero():
        mantissa, exponent = y.mid().man_exp()
        digits = 2 * abs(int(exponent) + int(abs(mantissa)).bit_length())
    with ctx.workprec(ctx.prec + min(digits, MOST_DIGITS)):
        return ball_steps.run(expr, {**point, place: y})


def ball_action(node: Basic) -> Callable[..., Any]:
    """The ball arithmetic of an implicit function; arguments are its free symbols."""
    symbols, (function, slope, low, high, value) = bound_last(node), node.args
    brackets: Brackets = {}  # of values that were asked for, at any precision
    values_matter = bool(function.free_symbols)

    def find(*values: Any) -> Any:
        point = dict(zip(symbols, values, strict=True))
        z = ball_steps.run(value, point)
        if not isinstance(z, arb) or z.is_nan():
            return NOT_FINITE
        of, rate = (partial(value_at, part, point) for part in (function, slope))
        return _ball(of, rate, low, high, z, {} if values_matter else brackets)  # type: ignore

    return find


def _ball(of: Any, rate: Any, low: Expr, high: Expr, z: arb, brackets: Brackets) -> Any:
    first, last = (_double(k) for k in ordinals_within(low, high))
    rises = bool(of(arb(first)).mid() < of(arb(last)).mid())
    sign = 1 if rises else -1
    if not z.is_finite():
        return _limit(of, high if (z > 0) == rises else low) if z.is_exact() else NOT_FINITE
    middle = z.mid()
    is_below = lambda y: bool(sign * (of(arb(y)).mid() - middle) < 0)  # noqa: E731
    for fineness in (COARSE, 1):
        known = brackets.pop(float(middle), None)
        start, end = known or bracket(is_below, low, high, fineness)
        if start == end:
            return _beyond(of, sign, z, start, low if start == first else high)
        y = _newton(of, rate, (arb(start) + arb(end)) / 2, arb(start), arb(end), middle)
        found = _certified(of, rate, y, sign, z, ball_steps.run(low, {}), ball_steps.run(high, {}))
        if found is not None:
            if len(brackets) < KEPT:
                brackets[float(middle)] = start, end
            return found
    return NOT_FINITE


def _limit(of: Any, end: Expr) -> Any:
    """The end of an interval at which a function is infinite."""
    place = ball_steps.run(end, {})
    return NOT_FINITE if of(place).is_finite() else place


def _beyond(of: Any, sign: int, z: arb, last: float, end: Expr) -> Any:
    """What is known of a place between the last double and the end of an interval."""
    place: Any = ball_steps.run(end, {})
    at_end = of(place)
    if at_end.is_finite() and isinstance(at_end, arb):
        if at_end.is_exact() and z.is_exact() and at_end == z:
            return place
        up = bool(place > last)
        if not (sign * (at_end - z) > 0 if up else sign * (at_end - z) < 0):
            return NOT_FINITE
    return hull(place, arb(last)) if place.is_finite() else NOT_FINITE


def _newton(of: Any, rate: Any, y: arb, low: arb, high: arb, z: arb) -> arb:
    tiny = arb(2) ** (SPARE // 2 - ctx.prec)
    for _ in range(STEPS):
        step = ((of(y).mid() - z) / rate(y).mid()).mid()
        after = (y - step).mid()
        if not step.is_finite() or not (low <= after):
            after = ((y + low) / 2).mid()
        elif not (after <= high):
            after = ((y + high) / 2).mid()
        moved = abs(after - y)
        y = after
        if moved <= abs(y) * tiny:
            break
    return y


def _certified(of: Any, rate: Any, y: arb, sign: int, z: arb, low: Any, high: Any) -> Any:
    """A ball about y at whose ends the function is certainly on both sides of a value."""
    at = of(y)
    if z.is_exact() and at.is_exact() and at == z:
        return y
    width = abs(y) * arb(2) ** (SPARE - ctx.prec)
    width += abs((at - z) / rate(y).mid()).upper() * 2
    for _ in range(WIDENINGS):
        if not width.is_finite():
            return None
        ends = ((y - width).lower(), low, -1), ((y + width).upper(), high, 1)
        if all(_is_beyond(of, sign * way, z, end, bound, way) for end, bound, way in ends):
            found = arb(y.mid(), width)
            below = low.is_finite() and found < low
            return NOT_FINITE if below else _kept(found, low, high)
        width = width * 2
    return None


def _kept(found: arb, low: Any, high: Any) -> arb:
    """A ball without what lies outside of an interval, where it is on one side of zero."""
    if (low.is_zero() or low > 0) and found.contains(0):
        return found.nonnegative_part()
    if (high.is_zero() or high < 0) and found.contains(0):
        return -((-found).nonnegative_part())
    return found


def _is_beyond(of: Any, sign: int, z: arb, y: Any, bound: Any, way: int) -> bool:
    if way * (y - bound) >= 0:
        return True  # the interval ends there
    at = of(y)
    return isinstance(at, arb) and bool(sign * (at - z) > 0)


def mp_action(node: Basic) -> Callable[..., Any]:
    """mpmath's way of the same; nothing is certified."""
    symbols, (function, slope, low, high, value) = bound_last(node), node.args
    place = function.variables[0]  # type: ignore[attr-defined]

    def find(mp: Any, *values: Any) -> Any:
        point = dict(zip(symbols, values, strict=True))
        z = mp_steps.run(value, point, mp)
        if mp.isnan(z) or isinstance(z, mp.mpc):
            return mp.nan
        of = lambda y: mp_steps.run(function.expr, {**point, place: y}, mp)  # type: ignore # noqa: E731
        rate = lambda y: mp_steps.run(slope.expr, {**point, place: y}, mp)  # type: ignore # noqa: E731
        first, last = (mp.mpf(_double(k)) for k in ordinals_within(low, high))  # type: ignore
        sign = 1 if of(first) < of(last) else -1
        if not mp.isfinite(z):
            return mp_steps.run(high if (z > 0) == (sign > 0) else low, {}, mp)
        start, end = bracket(lambda y: sign * (of(mp.mpf(y)) - z) < 0, low, high, COARSE)  # type: ignore
        if start == end:
            return mp_steps.run(low if start == first else high, {}, mp)
        return _mp_newton(mp, of, rate, mp.mpf(start), mp.mpf(end), z)

    return find


def _mp_newton(mp: Any, of: Any, rate: Any, low: Any, high: Any, z: Any) -> Any:
    y = (low + high) / 2
    for _ in range(STEPS):
        after = y - (of(y) - z) / rate(y)
        if not low <= after:
            after = (y + low) / 2
        elif not after <= high:
            after = (y + high) / 2
        moved, y = abs(after - y), after
        if moved <= abs(y) * mp.eps * 4:
            break
    return y
