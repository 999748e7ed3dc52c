"""The gamma function and its relatives.

    gamma(z + 1) = z gamma(z),    gamma(2z) = 2^(2z - 1) gamma(z) gamma(z + 1/2) / sqrt(pi),
    gamma(z) gamma(1 - z) = pi/sin(pi z)     (not for z that are assumed to be integers),
    polygamma(n, z + 1) = polygamma(n, z) + (-1)^n n! / z^(n + 1)

So one generator stands for all arguments that differ by integers. The identities are between
meromorphic functions; what is concluded holds wherever both sides have values, 1/gamma = 0 at the
poles included, by continuity.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial as integer_factorial

from sympy import Expr, beta, binomial, factorial, gamma, polygamma
from sympy.functions.combinatorial.factorials import FallingFactorial, RisingFactorial

from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader

_MAX_SHIFT = 40
_MAX_NUMBER = 300


def _gamma(translate: Reader, expr: Expr) -> Quotient:
    return _gamma_of(translate, translate(expr.args[0]))


def _factorial(translate: Reader, expr: Expr) -> Quotient:
    return _gamma_of(translate, translate(expr.args[0]) + translate.field.one)


def _beta(translate: Reader, expr: Expr) -> Quotient:
    a, b = (translate(argument) for argument in (*expr.args, expr.args[0])[:2])
    above = _gamma_of(translate, a) * _gamma_of(translate, b)
    return above / _gamma_of(translate, a + b)


def _binomial(translate: Reader, expr: Expr) -> Quotient:
    n, k = (translate(argument) for argument in expr.args)
    one = translate.field.one
    if translate.signs(n + one) != {1}:
        return translate.opaque(expr)
    below = _gamma_of(translate, k + one) * _gamma_of(translate, n - k + one)
    return _gamma_of(translate, n + one) / below


def _rising(translate: Reader, expr: Expr) -> Quotient:
    x, n = (translate(argument) for argument in expr.args)
    if translate.signs(x) != {1}:
        return translate.opaque(expr)
    return _gamma_of(translate, x + n) / _gamma_of(translate, x)


def _falling(translate: Reader, expr: Expr) -> Quotient:
    x, n = (translate(argument) for argument in expr.args)
    one = translate.field.one
    if translate.signs(x + one) != {1}:
        return translate.opaque(expr)
    return _gamma_of(translate, x + one) / _gamma_of(translate, x - n + one)


def _gamma_of(translate: Reader, z: Quotient) -> Quotient:
    """gamma(z) by a value known at a distance that is an integer, or by a new one."""
    value = z.rational
    if value is not None and value.denominator <= 2 and abs(value) <= _MAX_NUMBER:
        return translate(gamma(z.expr)) if value.denominator == 2 else _at_integer(translate, value)
    for known, letter in translate.seen.get(gamma, ()):
        shift = _integer(z - known[0])
        if shift is not None:
            return letter.renewed() * _rising_product(known[0], shift)
    for rule in (_by_reflection, _by_duplication):
        found = rule(translate, z)
        if found is not None:
            return found
    return translate.remember(gamma, (z,), translate.field.generator(gamma(z.expr)))


def _at_integer(translate: Reader, value: Fraction) -> Quotient:
    if value <= 0:
        raise Unwieldy(f"gamma at its pole {value}")
    return translate.field.rational(integer_factorial(int(value) - 1))


def _by_reflection(translate: Reader, z: Quotient) -> Quotient | None:
    if any(symbol.is_integer for symbol in z.expr.free_symbols):
        return None
    one = translate.field.one
    if any(_integer(z + known[0]) is not None for known, _ in translate.seen.get(gamma, ())):
        partner = _gamma_of(translate, one - z)
    else:
        partner = _from_double(translate, one - z)
    if partner is None:
        return None
    sine = translate.angles.pair(translate.pi * z)[1]
    translate.note("gamma(z) gamma(1 - z) = pi/sin(pi z)")
    return translate.pi / (sine * partner)


def _by_duplication(translate: Reader, z: Quotient) -> Quotient | None:
    """gamma(z) from gamma(2z), or from gamma(z/2) and gamma(z/2 + 1/2), if one is known.

    Of numbers both must be known, lest their halves go on for ever.
    """
    found = _from_double(translate, z)
    half = translate.field.rational(Fraction(1, 2))
    for known, _ in tuple(translate.seen.get(gamma, ())) if found is None else ():
        base = z.scaled(Fraction(1, 2))
        if _integer(z - known[0].scaled(2)) is not None and (
            z.generators or (_is_known(translate, base) and _is_known(translate, base + half))
        ):
            product = _gamma_of(translate, base) * _gamma_of(translate, base + half)
            return product * _factor(translate, base)
    return found


def _from_double(translate: Reader, z: Quotient) -> Quotient | None:
    """gamma(z) from gamma(2z) and gamma(z + 1/2), if both are known."""
    partner = z + translate.field.rational(Fraction(1, 2))
    if not _is_known(translate, partner):
        return None
    for known, _ in tuple(translate.seen.get(gamma, ())):
        if _integer(known[0] - z.scaled(2)) is not None:
            return _double(translate, z) / _gamma_of(translate, partner)
    return None


def _is_known(translate: Reader, z: Quotient) -> bool:
    """Whether gamma(z) follows from a known value by steps of 1, or by reflection."""
    may_reflect = not any(symbol.is_integer for symbol in z.expr.free_symbols)
    return any(
        _integer(z - known[0]) is not None or (may_reflect and _integer(z + known[0]) is not None)
        for known, _ in translate.seen.get(gamma, ())
    )


def _double(translate: Reader, z: Quotient) -> Quotient:
    return _gamma_of(translate, z.scaled(2)) / _factor(translate, z)


def _factor(translate: Reader, z: Quotient) -> Quotient:
    """2^(2z - 1)/sqrt(pi)."""
    translate.note("gamma(2z) = 2^(2z - 1) gamma(z) gamma(z + 1/2)/sqrt(pi)")
    powers, field = translate.powers, translate.field
    return powers.power(field.rational(2), z.scaled(2) - field.one) / powers.root(translate.pi)


def _rising_product(z: Quotient, shift: int) -> Quotient:
    """gamma(z + shift)/gamma(z)."""
    field = z.field
    found = field.one
    for k in range(abs(shift)):
        found = found * (z + field.rational(k if shift > 0 else -k - 1))
    return found if shift >= 0 else found.inverse()


def _integer(element: Quotient) -> int | None:
    value = element.rational
    if value is None or value.denominator != 1 or abs(value) > _MAX_SHIFT:
        return None
    return int(value)


def _polygamma(translate: Reader, expr: Expr) -> Quotient:
    order, z = expr.args[0], translate(expr.args[1])
    if not order.is_Integer or order < 0:
        return translate.opaque(expr)
    n = int(order)
    for known, letter in translate.seen.get((polygamma, n), ()):
        shift = _integer(z - known[0])
        if shift is not None:
            return letter.renewed() + _polygamma_step(known[0], shift, n)
    letter = translate.field.generator(expr)
    return translate.remember((polygamma, n), (z,), letter)


def _polygamma_step(z: Quotient, shift: int, n: int) -> Quotient:
    """polygamma(n, z + shift) - polygamma(n, z)."""
    field = z.field
    offsets: Sequence[int] = range(shift) if shift >= 0 else range(shift, 0)
    total = field.zero
    for k in offsets:
        total = total + (z + field.rational(k)) ** (-n - 1)
    return total.scaled((1 if shift >= 0 else -1) * (-1) ** n * integer_factorial(n))


GAMMA_RULES = (
    (gamma, _gamma),
    (factorial, _factorial),
    (beta, _beta),
    (binomial, _binomial),
    (RisingFactorial, _rising),
    (FallingFactorial, _falling),
    (polygamma, _polygamma),
)
