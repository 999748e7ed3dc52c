"""Euler's integrals, recognised by the logarithmic derivative of the integrand.

    f'/f = a/x - b*k*x^(k-1)            f = C x^a exp(-b x^k)      0 < x < oo
    f'/f = a/x - b*k*x^(k-1)/(1 - x^k)  f = C x^a (1 - x^k)^b      0 < x < 1
    f'/f = a/x - b*k*x^(k-1)/(1 + x^k)  f = C x^a (1 + x^k)^-b     0 < x < oo

    int_0^oo x^a exp(-b x^k) dx  = gamma((a + 1)/k) / (k b^((a + 1)/k))       a > -1, b > 0
    int_0^1  x^a (1 - x^k)^b dx  = B((a + 1)/k, b + 1)/k                      a > -1, b > -1
    int_0^oo x^a (1 + x^k)^-b dx = B((a + 1)/k, b - (a + 1)/k)/k              a > -1, k b > a + 1

(DLMF 5.9.1, 5.12.1 and 5.12.3). The integrand must be smooth inside the interval, so that its
logarithmic derivative determines it up to the constant C, which follows from one value.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq
from sympy import Expr, Rational, S, Symbol, gamma

from symdyn.proof.domain import Domain
from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.reader import Reader
from symdyn.proof.smoothness import is_smooth

_MAX_POWER = 12


def euler_integral(
    translate: Reader, integrand: Expr, variable: Symbol, low: Expr, high: Expr
) -> Quotient | None:
    """The integral of one of the three forms, or None."""
    if low != 0 or high not in (S.One, S.Infinity) or integrand.count_ops() > 60:
        return None
    ends = (variable > 0,) if high == S.Infinity else (variable > 0, variable < 1)
    domain = translate.domain
    inside = Domain(
        (*domain.symbols, variable), (*domain.conditions, *(e for e in ends if e != S.true))
    )
    if not is_smooth(integrand, variable, inside):
        return None
    growth = translate(variable * integrand.diff(variable)) / translate(integrand)
    if high == S.One:
        return _beta_type(translate, integrand, variable, growth)
    found = _gamma_type(translate, integrand, variable, growth)
    if found is not None:
        return found
    return _second_beta_type(translate, integrand, variable, growth)


def _gamma_type(
    translate: Reader, integrand: Expr, variable: Symbol, growth: Quotient
) -> Quotient | None:
    powers = _powers(growth, translate(variable))
    if powers is None or len(powers) > 2 or len(powers.keys() - {0}) != 1:
        return None
    k = max(powers)
    order = powers.get(0, translate.field.zero) + translate.field.one
    rate = powers[k].scaled(Fraction(-1, k))
    if translate.signs(order) != {1} or translate.signs(rate) != {1}:
        return None
    share = order.scaled(Fraction(1, k))
    constant = translate(integrand.subs(variable, 1)) * translate.powers.exponential(rate)
    value = translate(gamma(share.expr)) / translate.powers.power(rate, share)
    translate.note("Euler's integral of the gamma function")
    return constant * value.scaled(Fraction(1, k))


def _beta_type(
    translate: Reader, integrand: Expr, variable: Symbol, growth: Quotient
) -> Quotient | None:
    """From growth*(1 - x^k) = a - (a + b*k)*x^k."""
    parts = _over_binomial(translate, growth, variable, -1)
    if parts is None:
        return None
    one, (k, a, slope) = translate.field.one, parts
    b = (slope + a).scaled(Fraction(-1, k))
    if translate.signs(a + one) != {1} or translate.signs(b + one) != {1}:
        return None
    power, half = translate.powers.power, translate.field.rational(Fraction(1, 2))
    at_half = translate(integrand.subs(variable, Rational(1, 2)))
    constant = at_half / (power(half, a) * power(one - half**k, b))
    return constant * _beta(translate, (a + one).scaled(Fraction(1, k)), b + one, k)


def _second_beta_type(
    translate: Reader, integrand: Expr, variable: Symbol, growth: Quotient
) -> Quotient | None:
    """From growth*(1 + x^k) = a + (a - b*k)*x^k."""
    parts = _over_binomial(translate, growth, variable, 1)
    if parts is None:
        return None
    one, (k, a, slope) = translate.field.one, parts
    p, q = (a + one).scaled(Fraction(1, k)), (slope + one).scaled(Fraction(-1, k))
    if translate.signs(p) != {1} or translate.signs(q) != {1}:
        return None
    two = translate.field.rational(Fraction(2))
    constant = translate(integrand.subs(variable, 1)) * translate.powers.power(two, p + q)
    return constant * _beta(translate, p, q, k)


def _over_binomial(
    translate: Reader, growth: Quotient, variable: Symbol, sign: int
) -> tuple[int, Quotient, Quotient] | None:
    """k and the coefficients of 1 and x^k of growth*(1 + sign*x^k), for the first k that fits."""
    one, x = translate.field.one, translate(variable)
    for k in range(1, _MAX_POWER + 1):
        powers = _powers(growth * (one + (x**k).scaled(Fraction(sign))), x)
        if powers is not None and powers.keys() <= {0, k}:
            zero = translate.field.zero
            return k, powers.get(0, zero), powers.get(k, zero)
    return None


def _beta(translate: Reader, p: Quotient, q: Quotient, k: int) -> Quotient:
    """B(p, q)/k."""
    gammas = [translate(gamma(e.expr)) for e in (p, q, p + q)]
    translate.note("Euler's integral of the beta function")
    return (gammas[0] * gammas[1] / gammas[2]).scaled(Fraction(1, k))


def _powers(element: Quotient, letter: Quotient) -> dict[int, Quotient] | None:
    """The coefficients of a polynomial in a letter; None where it is not one."""
    field = element.field
    mine = field.owner(letter)
    variable = mine.meaning
    others = [g for g in element.generators if g is not mine]
    if any(variable in g.meaning.free_symbols for g in others):
        return None
    if field.lift(element.denominator).degrees()[mine.index] > 0:
        return None
    parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
    for exponents, coefficient in field.lift(element.numerator).to_dict().items():
        k = int(exponents[mine.index])
        key = (*exponents[: mine.index], 0, *exponents[mine.index + 1 :])
        parts.setdefault(k, {})[key] = coefficient
    return {k: field.quotient(field.from_terms(p), element.denominator) for k, p in parts.items()}
