"""Hypergeometric functions 2F1(a, b; b + 1; z) for whole a > 0, which come from binomial integrals.

    F(a) = 2F1(a, b; b + 1; z)       z F'(a) + b F(a) = b (1 - z)^-a       (DLMF 15.5.3, 15.4.6)
    a F(a + 1) = z F'(a) + a F(a),   so F(a + 1) = F(a) + (b/a) ((1 - z)^-a - F(a))   (DLMF 15.5.3)
    2F1(1, b + 1; b + 2; z) = (b + 1) (2F1(1, b; b + 1; z) - 1)/(b z)          by the series

All are reduced to a = 1 and one b among those that differ by whole numbers.
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, hyper

from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader

_MAX_STEPS = 20
_NAME = "contiguous hypergeometric functions"


def _hypergeometric(translate: Reader, expr: Expr) -> Quotient:
    found = _binomial(expr)
    if found is None:
        return translate.opaque(expr)
    a, b = found
    order, z = translate(b), translate(expr.argument)
    one, value = translate.field.one, _first(translate, order, z, b)
    for k in range(1, a):
        rest = (one - z).inverse() ** k - value
        value = value + order * rest / translate.field.rational(Fraction(k))
    translate.note(_NAME)
    return value


def _binomial(expr: Expr) -> tuple[int, Expr] | None:
    """a and b of 2F1(a, b; b + 1; z), or None for any other function."""
    if len(expr.ap) != 2 or len(expr.bq) != 1:
        return None
    for a, b in (expr.ap, reversed(expr.ap)):
        if a.is_Integer and 0 < a <= _MAX_STEPS and (expr.bq[0] - b - 1).expand() == 0:
            return int(a), b
    return None


def _first(translate: Reader, b: Quotient, z: Quotient, meaning: Expr) -> Quotient:
    """2F1(1, b; b + 1; z), from one whose b differs by a whole number, if there is one."""
    for (known, at), value in translate.seen.get(_NAME, []):
        shift = (b - known).rational
        if shift is not None and shift.denominator == 1 and at.is_equal(z):
            return _shifted(translate, (known.renewed(), z), value.renewed(), int(shift))
    letter = translate.field.generator(hyper((1, meaning), (meaning + 1,), z.expr))
    return translate.remember(_NAME, (b, z), letter)


def _shifted(
    translate: Reader, at: tuple[Quotient, Quotient], value: Quotient, shift: int
) -> Quotient:
    if abs(shift) > _MAX_STEPS:
        raise Unwieldy(f"hypergeometric functions whose parameters differ by {shift}")
    (b, z), one = at, translate.field.one
    for _ in range(shift):
        value = (b + one) * (value - one) / (b * z)
        b = b + one
    for _ in range(-shift):
        b = b - one
        value = one + b * z * value / (b + one)
    return value


HYPERGEOMETRIC_RULES = ((hyper, _hypergeometric),)
