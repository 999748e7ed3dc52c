"""Exponential and hyperbolic functions and their inverses, by exponentials and logarithms.

cosh u = (E + 1/E)/2 with E = exp(u),         asinh u = log(u + sqrt(u^2 + 1))  for real u,
acosh u = log(u + sqrt(u^2 - 1)) for u >= 1,  atanh u = log((1 + u)/(1 - u))/2  for -1 < u < 1
"""

from __future__ import annotations

from fractions import Fraction

from sympy import (
    Expr,
    LambertW,
    acosh,
    acoth,
    acsch,
    asech,
    asinh,
    atanh,
    cosh,
    coth,
    csch,
    exp,
    log,
    sech,
    sinh,
    tanh,
)

from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader

_HALF = Fraction(1, 2)


def _exp(translate: Reader, expr: Expr) -> Quotient:
    return translate.powers.exponential(translate(expr.args[0]))


def _log(translate: Reader, expr: Expr) -> Quotient:
    return translate.powers.logarithm(translate(expr.args[0]).renewed())


def _cosh_sinh(translate: Reader, expr: Expr) -> tuple[Quotient, Quotient]:
    grown = translate.powers.exponential(translate(expr.args[0]))
    shrunk = grown.inverse()
    return (grown + shrunk).scaled(_HALF), (grown - shrunk).scaled(_HALF)


def _cosh(translate: Reader, expr: Expr) -> Quotient:
    return _cosh_sinh(translate, expr)[0]


def _sinh(translate: Reader, expr: Expr) -> Quotient:
    return _cosh_sinh(translate, expr)[1]


def _tanh(translate: Reader, expr: Expr) -> Quotient:
    cosine, sine = _cosh_sinh(translate, expr)
    return sine / cosine


def _coth(translate: Reader, expr: Expr) -> Quotient:
    return _tanh(translate, expr).inverse()


def _sech(translate: Reader, expr: Expr) -> Quotient:
    return _cosh(translate, expr).inverse()


def _csch(translate: Reader, expr: Expr) -> Quotient:
    return _sinh(translate, expr).inverse()


def _area_sine(translate: Reader, u: Quotient, expr: Expr) -> Quotient:
    if not translate.is_real(u):
        return translate.opaque(expr)
    root = translate.powers.root(u * u + translate.field.one)
    return translate.powers.logarithm(u + root)


def _area_cosine(translate: Reader, u: Quotient, expr: Expr) -> Quotient:
    signs = translate.signs(u - translate.field.one)
    if signs is None or -1 in signs:
        return translate.opaque(expr)
    return translate.powers.logarithm(u + translate.powers.root(u * u - translate.field.one))


def _area_tangent(translate: Reader, u: Quotient, expr: Expr) -> Quotient:
    one = translate.field.one
    if translate.signs(one - u) != {1} or translate.signs(one + u) != {1}:
        return translate.opaque(expr)
    logarithm = translate.powers.logarithm
    return (logarithm(one + u) - logarithm(one - u)).scaled(_HALF)


def _asinh(translate: Reader, expr: Expr) -> Quotient:
    return _area_sine(translate, translate(expr.args[0]), expr)


def _acosh(translate: Reader, expr: Expr) -> Quotient:
    return _area_cosine(translate, translate(expr.args[0]), expr)


def _atanh(translate: Reader, expr: Expr) -> Quotient:
    return _area_tangent(translate, translate(expr.args[0]), expr)


def _acsch(translate: Reader, expr: Expr) -> Quotient:
    return _area_sine(translate, translate(expr.args[0]).inverse(), expr)


def _asech(translate: Reader, expr: Expr) -> Quotient:
    return _area_cosine(translate, translate(expr.args[0]).inverse(), expr)


def _acoth(translate: Reader, expr: Expr) -> Quotient:
    return _area_tangent(translate, translate(expr.args[0]).inverse(), expr)


def _lambert(translate: Reader, expr: Expr) -> Quotient:
    """W(u), on any branch, satisfies exp(W) = u/W."""
    arguments = tuple(translate(argument) for argument in expr.args)
    key = (LambertW, len(arguments))
    known = translate.find(key, arguments)
    if known is not None:
        return known
    if arguments[0].is_zero():
        raise Unwieldy("LambertW at zero")
    letter = translate.remember(key, arguments, translate.field.generator(expr))
    translate.powers.register(letter, arguments[0] / letter)
    translate.note("W exp(W) = u for Lambert's W(u)")
    return letter


HYPERBOLIC_RULES = (
    (exp, _exp),
    (log, _log),
    (cosh, _cosh),
    (sinh, _sinh),
    (tanh, _tanh),
    (coth, _coth),
    (sech, _sech),
    (csch, _csch),
    (asinh, _asinh),
    (acosh, _acosh),
    (atanh, _atanh),
    (acsch, _acsch),
    (asech, _asech),
    (acoth, _acoth),
    (LambertW, _lambert),
)
