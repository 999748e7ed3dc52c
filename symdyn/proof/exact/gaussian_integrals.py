"""Gaussian integrals over the real line, by completing the square.

    int P(x) exp(-a x^2 + b x + k) dx  =  sqrt(pi/a) exp(k + b^2/(4a)) E[P(X)]
    E[X^n] = sum_j n!/(j! (n - 2j)! 4^j) a^(-j) (b/(2a))^(n - 2j)

for a > 0, any complex b and k, and any polynomial P (DLMF 7.7.3 and its derivatives in b): both
sides are entire functions of b, and equal for real b, where X has mean b/(2a) and variance 1/(2a).
The integrand is expanded into such terms, waves and hyperbolic functions of x being written as
exponentials; each term is integrable by itself, so the integral is the sum of theirs. That the
terms add up to the integrand, and that a > 0, is proved and not left to SymPy.

Of an iterated integral the innermost one is done first, the other variables being fixed real
numbers; what is left is an integral of the same kind again.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Poly,
    PolynomialError,
    Symbol,
    cos,
    cosh,
    exp,
    expand,
    pi,
    sin,
    sinh,
    sqrt,
)

from symdyn.proof.exact.reader import Reader

_MAX_SIZE = 200
_MAX_TERMS = 60
_MAX_POWER = 24
_WAVES = (cos, sin, cosh, sinh)


@dataclass(frozen=True)
class _Term:
    """factor * x^power * exp(exponent)."""

    factor: Expr
    power: int
    exponent: Expr


def gaussian_integral(translate: Reader, integrand: Expr, variable: Symbol) -> Expr | None:
    """The integral over the real line of a sum of P(x)*exp(-a*x^2 + b*x + k), or None.

    >>> from sympy import I, Symbol
    >>> from symdyn.proof.domain import Domain
    >>> from symdyn.proof.exact.translation import Translation
    >>> x, b = Symbol("x", real=True), Symbol("b", real=True)
    >>> translate = Translation(Domain((b,)), seconds=5.0)
    >>> gaussian_integral(translate, x**2*exp(-x**2), x)
    sqrt(pi)/2
    >>> gaussian_integral(translate, exp(-b*x**2), x)
    """
    if not integrand.has(exp) or integrand.count_ops() > _MAX_SIZE:
        return None
    terms = _terms(integrand, variable)
    if terms is None or len(terms) > _MAX_TERMS:
        return None
    whole = Add(*(t.factor * variable**t.power * exp(t.exponent) for t in terms))
    if not translate(integrand).is_equal(translate(whole)):
        return None
    values = [_value(translate, term, variable) for term in terms]
    found = [value for value in values if value is not None]
    if len(found) < len(values):
        return None
    translate.note("Gaussian integrals")
    return Add(*found)


def _terms(integrand: Expr, variable: Symbol) -> list[_Term] | None:
    waves = {w: w.rewrite(exp) for w in integrand.atoms(*_WAVES) if variable in w.free_symbols}
    sums = expand(
        integrand.xreplace(waves), power_exp=False, power_base=False, log=False, basic=False
    )
    found = [_term(term, variable) for term in Add.make_args(sums)]
    known = [term for term in found if term is not None]
    return known if len(known) == len(found) else None


def _term(term: Expr, variable: Symbol) -> _Term | None:
    power, exponent, factors = 0, Integer(0), []
    for factor in Mul.make_args(term):
        base, index = factor.as_base_exp()
        if variable not in factor.free_symbols:
            factors.append(factor)
        elif isinstance(factor, exp):
            exponent = exponent + factor.exp
        elif base == variable and index.is_Integer and 0 < index <= _MAX_POWER - power:
            power += int(index)
        else:
            return None
    return _Term(Mul(*factors), power, exponent)


def _value(translate: Reader, term: _Term, variable: Symbol) -> Expr | None:
    try:
        exponent = Poly(term.exponent, variable)
    except PolynomialError:
        return None
    if exponent.degree() != 2:
        return None
    parts = [exponent.coeff_monomial(variable**i) for i in range(3)]
    if any(variable in part.free_symbols for part in (term.factor, *parts)):
        return None
    k, b, a = (translate(part).expr for part in parts)
    if translate.signs(translate(-a)) != {1}:
        return None
    moment = _moment(term.power, -a, translate(-b / (2 * a)).expr)
    shift = translate(k - b**2 / (4 * a)).expr
    return term.factor * moment * sqrt(-pi / a) * exp(shift)


def _moment(n: int, a: Expr, mean: Expr) -> Expr:
    """E[X^n] for a mean and the variance 1/(2a)."""
    return Add(
        *(
            Integer(factorial(n))
            / (factorial(j) * factorial(n - 2 * j) * 4**j)
            * a**-j
            * mean ** (n - 2 * j)
            for j in range(n // 2 + 1)
        )
    )
