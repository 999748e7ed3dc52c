"""Functions in pieces: absolute value, sign, step, maximum, and complex parts of real arguments.

Where the sign of the argument is proved, the piece is taken; else |f| = sqrt(f^2) for real f, the
larger of a and b is (a + b + |a - b|)/2, and the rest stays opaque. In particular H^2 = H is not
used, since Heaviside(0) = 1/2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import (
    Abs,
    Expr,
    Heaviside,
    Max,
    Min,
    Piecewise,
    S,
    arg,
    conjugate,
    erf,
    erfc,
    erfi,
    im,
    re,
    sign,
)
from sympy.core.relational import Relational

from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.reader import Reader

_HALF = Fraction(1, 2)


def _abs(translate: Reader, expr: Expr) -> Quotient:
    u = translate(expr.args[0])
    return _modulus(translate, u) or translate.opaque(expr)


def _modulus(translate: Reader, u: Quotient) -> Quotient | None:
    signs = translate.signs(u)
    if signs is None:
        return None
    if -1 not in signs:
        return u
    return -u if 1 not in signs else translate.powers.root(u * u)


def _sign(translate: Reader, expr: Expr) -> Quotient:
    signs = translate.signs(expr.args[0])
    if signs is not None and len(signs) == 1:
        return translate.field.rational(next(iter(signs)))
    u = translate(expr.args[0])
    return _odd_value(translate, sign, u, expr)


def _odd(translate: Reader, expr: Expr) -> Quotient:
    return _odd_value(translate, expr.func, translate(expr.args[0]), expr)


def _odd_value(translate: Reader, function: object, u: Quotient, expr: Expr) -> Quotient:
    if u.is_zero():
        return translate.field.zero
    known = translate.find((function, "odd"), (-u,))
    return -known if known is not None else translate.value_of((function, "odd"), (u,), expr)


def _erfc(translate: Reader, expr: Expr) -> Quotient:
    return translate.field.one - translate(erf(expr.args[0]))


def _step(translate: Reader, expr: Expr) -> Quotient:
    signs = translate.signs(expr.args[0])
    if signs in ({1}, {-1}):
        return translate.field.rational(1 if signs == {1} else 0)
    if len(expr.args) < 2 or expr.args[1] != S.Half:
        return translate.opaque(expr)
    u = translate(expr.args[0])
    mirrored = translate.find(Heaviside, (-u,))
    if mirrored is not None:
        return translate.field.one - mirrored
    return translate.value_of(Heaviside, (u,), expr)


def _max(translate: Reader, expr: Expr) -> Quotient:
    return _extreme(translate, expr, 1)


def _min(translate: Reader, expr: Expr) -> Quotient:
    return _extreme(translate, expr, -1)


def _extreme(translate: Reader, expr: Expr, side: int) -> Quotient:
    found = translate(expr.args[0])
    for argument in expr.args[1:]:
        other = translate(argument)
        distance = _modulus(translate, found - other)
        if distance is None:
            return translate.opaque(expr)
        found = (found + other + distance.scaled(side)).scaled(_HALF)
    return found


def _real_part(translate: Reader, expr: Expr) -> Quotient:
    u = expr.args[0]
    return translate(u) if translate.is_real(u) else translate.opaque(expr)


def _imaginary_part(translate: Reader, expr: Expr) -> Quotient:
    return translate.field.zero if translate.is_real(expr.args[0]) else translate.opaque(expr)


def _argument(translate: Reader, expr: Expr) -> Quotient:
    signs = translate.signs(expr.args[0])
    if signs == {1}:
        return translate.field.zero
    return translate.pi if signs == {-1} else translate.opaque(expr)


def _piecewise(translate: Reader, expr: Piecewise) -> Quotient:
    """The first piece whose condition holds, where all before it are known to fail."""
    for value, condition in expr.args:
        decided = _decided(translate, condition)
        if decided is None:
            return translate.opaque(expr)
        if decided:
            return translate(value)
    return translate.opaque(expr)


def _decided(translate: Reader, condition: Any) -> bool | None:
    if condition in (S.true, S.false):
        return condition == S.true
    if not isinstance(condition, Relational):
        return None
    signs = translate.signs(condition.lhs - condition.rhs)
    wanted = _ALLOWED.get(condition.rel_op)
    if signs is None or wanted is None:
        return None
    if signs <= wanted:
        return True
    return None if signs & wanted else False


_ALLOWED = {
    ">": {1},
    ">=": {0, 1},
    "<": {-1},
    "<=": {-1, 0},
    "==": {0},
    "!=": {-1, 1},
}

PIECE_RULES = (
    (Abs, _abs),
    (sign, _sign),
    (Heaviside, _step),
    (Max, _max),
    (Min, _min),
    (re, _real_part),
    (conjugate, _real_part),
    (im, _imaginary_part),
    (arg, _argument),
    (erf, _odd),
    (erfi, _odd),
    (erfc, _erfc),
    (Piecewise, _piecewise),
)
