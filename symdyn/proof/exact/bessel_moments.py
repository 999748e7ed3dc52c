"""Moments of Bessel functions K, recognised by the logarithmic derivative of the other factor.

    int_0^oo x^m K_v(k x) dx = 2^(m-1) k^(-m-1) gamma((m+1+v)/2) gamma((m+1-v)/2)

for k > 0 and m + 1 > |v| (DLMF 10.43.19).
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, S, Symbol, besselk, gamma

from symdyn.proof.domain import Domain
from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.reader import Reader
from symdyn.proof.smoothness import is_smooth


def bessel_moment(
    translate: Reader, integrand: Expr, variable: Symbol, low: Expr, high: Expr
) -> Quotient | None:
    """The integral of C x^m K_v(k x) over x > 0, or None."""
    calls = [call for call in integrand.atoms(besselk) if call.has(variable)]
    if low != 0 or high != S.Infinity or len(calls) != 1:
        return None
    order, argument = calls[0].args
    slope, rest = argument.diff(variable), integrand / calls[0]
    if order.has(variable) or slope.has(variable) or argument.subs(variable, 0) != 0:
        return None
    power = _power(translate, rest, variable)
    if power is None:
        return None
    one, v, k = translate.field.one, translate(order), translate(slope)
    halves = [(power + one + s).scaled(Fraction(1, 2)) for s in (v, -v)]
    if any(translate.signs(e) != {1} for e in (*halves, k)):
        return None
    value = translate.powers.power(translate.field.rational(2), power - one)
    for half in halves:
        value = value * translate(gamma(half.expr))
    translate.note("moments of the Bessel function K")
    scale = translate.powers.power(k, -power - one)
    return translate(rest.subs(variable, 1)) * value * scale


def _power(translate: Reader, factor: Expr, variable: Symbol) -> Quotient | None:
    """m of a factor C x^m, which its logarithmic derivative shows to be one."""
    domain = translate.domain
    inside = Domain((*domain.symbols, variable), (*domain.conditions, variable > 0))
    if variable.is_positive:
        inside = Domain((*domain.symbols, variable), domain.conditions)
    if not is_smooth(factor, variable, inside):
        return None
    growth = translate(variable * factor.diff(variable)) / translate(factor)
    is_constant = not any(variable in g.meaning.free_symbols for g in growth.generators)
    return growth if is_constant else None
