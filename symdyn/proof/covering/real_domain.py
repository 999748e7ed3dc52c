"""An expression rewritten so that balls at the edge of its real domain stay real.

On a box that touches c = 1, rounding lets a ball for 1 - c**2 dip below 0, and its root turns
complex. Where a >= 0 is known on the whole domain the following are identities there:

    sqrt(a) = sqrt(max(a, 0))        and so for all powers that are not integers
    acos(a) = 2 max(atan2(sqrt(1 - a), sqrt(1 + a)), 0),   asin(a) = pi/2 - acos(a)

The caller says how a >= 0 is shown. What is not shown is left alone.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import Expr

NonNegative = Callable[[Expr], bool]


def kept_real(expr: Expr, is_nonnegative: NonNegative) -> Expr:
    """The same function on the domain, evaluated by roots of numbers that are never negative.

    >>> c = sp.Symbol("c", real=True)
    >>> kept_real(sp.sqrt(1 - c**2), lambda a: True)
    sqrt(Max(0, 1 - c**2))
    """
    if not expr.args or not expr.free_symbols:
        return expr
    args = [kept_real(arg, is_nonnegative) for arg in expr.args]  # type: ignore[arg-type]
    if isinstance(expr, sp.Pow) and not expr.exp.is_integer and not expr.exp.free_symbols:
        return sp.Pow(_clipped(args[0], is_nonnegative), args[1])
    if isinstance(expr, (sp.acos, sp.asin)):
        return _inverse(expr, args[0], is_nonnegative)
    return expr.func(*args)


def _clipped(argument: Expr, is_nonnegative: NonNegative) -> Expr:
    if argument.is_nonnegative or not is_nonnegative(argument):
        return argument
    return sp.Max(argument, 0)


def _inverse(expr: Expr, argument: Expr, is_nonnegative: NonNegative) -> Expr:
    below, above = sp.expand(1 - argument), sp.expand(1 + argument)
    if not (is_nonnegative(below) and is_nonnegative(above)):
        return expr.func(argument)
    half = sp.atan2(sp.sqrt(sp.Max(below, 0)), sp.sqrt(sp.Max(above, 0)))
    angle = 2 * sp.Max(half, 0)
    return angle if isinstance(expr, sp.acos) else sp.pi / 2 - angle
