"""How fast a function vanishes at the ends of an interval (0, b) or (0, oo).

A function is expanded into terms, each a product of powers, polynomials, exponentials of
polynomials, Bessel and bounded functions. Of each factor is known

    at an end    an exponent e with factor = O(y^(e - d)) for every d > 0, y the distance to the end
    at infinity  rates r1, r2 with factor = O(exp(-(r1 - d) x - r2 x^2)) for every d > 0,
                 and where both are 0 a degree n with factor = O(x^(n + d))

(DLMF 10.7, 10.17, 10.25, 10.30 for Bessel functions), and those of a product add up. They are
expressions in the other symbols, continuous in them; so a bound that holds strictly on a domain
holds uniformly near each of its points, and allows to differentiate under the
integral sign, by dominated convergence. Nothing is known of other functions: the answer is no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    S,
    Symbol,
    besseli,
    besselj,
    besselk,
    bessely,
    cos,
    cosh,
    exp,
    sin,
    sinh,
)

from symdyn.proof.domain import Domain
from symdyn.proof.signs import is_nonnegative, is_nonzero, is_positive, is_real
from symdyn.proof.smoothness import is_smooth

_BOUNDED = (sin, cos)


def is_integrable(f: Expr, x: Symbol, high: Expr, domain: Domain) -> bool:
    """Whether |f| has an integral from 0 to `high`, uniformly near each point of the domain.

    >>> x, a = Symbol("x", positive=True), Symbol("a", real=True)
    >>> is_integrable(x**a*besselk(0, x), x, S.Infinity, Domain((a,), (a > -1,)))
    True
    >>> is_integrable(x**a*besselk(1, x), x, S.Infinity, Domain((a,), (a > -1,)))
    False
    """
    return _is_smooth_inside(f, x, high, domain) and all(
        _exceeds(term, x, S.NegativeOne, high, domain) for term in _terms(f, x)
    )


def vanishes_at_ends(f: Expr, x: Symbol, high: Expr, domain: Domain) -> bool:
    """Whether f tends to 0 at 0 and at `high`.

    >>> x = Symbol("x", positive=True)
    >>> vanishes_at_ends(x*exp(-x), x, S.Infinity, Domain(())), vanishes_at_ends(1 + x, x, S.One,
    ...     Domain(()))
    (True, False)
    """
    return all(_exceeds(term, x, S.Zero, high, domain) for term in _terms(f, x))


def _is_smooth_inside(f: Expr, x: Symbol, high: Expr, domain: Domain) -> bool:
    ends = (x > 0,) if high.is_infinite else (x > 0, x < high)
    inside = replace(
        domain,
        symbols=(*domain.symbols, x),
        conditions=(*domain.conditions, *(e for e in ends if e != S.true)),
    )
    return is_smooth(f, x, inside)


def _terms(f: Expr, x: Symbol) -> Iterator[Expr]:
    """Products that add up to f; polynomials stay together, since they may vanish at an end."""
    for term in Add.make_args(f):
        factors = Mul.make_args(term)
        sums = [g for g in factors if isinstance(g, Add) and not g.is_polynomial(x)]
        if not sums:
            yield term
            continue
        rest = Mul(*(g for g in factors if g is not sums[0]))
        for part in sums[0].args:
            yield from _terms(part * rest, x)


def _exceeds(term: Expr, x: Symbol, bound: Expr, high: Expr, domain: Domain) -> bool:
    """Whether a term's exponents exceed a bound at finite ends, and whether it decays at oo."""
    if term == 0:
        return True
    low = _exponent(term, x, domain)
    if low is None or not is_positive(low - bound, domain):
        return False
    if high.is_infinite:
        return _decays(term, x, domain) or _falls(term, x, bound, domain)
    there = _exponent(term.subs(x, high - x), x, domain)
    return there is not None and is_positive(there - bound, domain)


def _exponent(term: Expr, x: Symbol, domain: Domain) -> Expr | None:
    found = [_factor_exponent(factor, x, domain) for factor in Mul.make_args(term)]
    known = [e for e in found if e is not None]
    return Add(*known) if len(known) == len(found) else None


def _factor_exponent(factor: Expr, x: Symbol, domain: Domain) -> Expr | None:
    if not factor.has(x):
        return S.Zero
    if isinstance(factor, (sin, sinh)) and factor.args[0].is_polynomial(x):
        return _least_power(factor.args[0], x)
    if isinstance(factor, (*_BOUNDED, cosh)):
        return S.Zero
    if isinstance(factor, exp):
        return S.Zero if factor.args[0].is_polynomial(x) else None
    if isinstance(factor, (besselj, bessely, besseli, besselk)):
        return _bessel_exponent(factor, x, domain)
    base, power = factor.as_base_exp()
    if power.has(x) or not is_real(power, domain):
        return None
    if is_nonnegative(power, domain) and base.is_polynomial(x):
        return _least_power(base, x) * power
    order = _valuation(base, x, domain)
    return None if order is None else order * power


def _least_power(base: Expr, x: Symbol) -> Expr:
    """The least power of x in a polynomial, whose coefficient may vanish."""
    return S(min(powers[0] for powers, _ in Poly(base, x).terms()))


def _valuation(base: Expr, x: Symbol, domain: Domain) -> Expr | None:
    """The exact order of a polynomial at 0."""
    try:
        terms = Poly(base, x).terms()
    except PolynomialError:
        return None
    (power,), coefficient = terms[-1]
    return S(power) if is_nonzero(coefficient, domain) else None


def _bessel_exponent(factor: Expr, x: Symbol, domain: Domain) -> Expr | None:
    order, g = factor.args
    if _is_entire(factor, domain):
        return S.Zero
    power = _valuation(g, x, domain)
    if power is None or not is_real(order, domain) or order.has(x):
        return None
    if power == 0:
        return S.Zero
    if isinstance(factor, (bessely, besselk)):
        return -Abs(order) * power
    return order * power if is_nonnegative(order, domain) else None


def _decays(term: Expr, x: Symbol, domain: Domain) -> bool:
    rates = [_rates(factor, x, domain) for factor in Mul.make_args(term)]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates):
        return False
    linear, square = (Add(*part) for part in zip(*known, strict=True))
    return is_positive(square, domain) or (square == 0 and is_positive(linear, domain))


def _falls(term: Expr, x: Symbol, bound: Expr, domain: Domain) -> bool:
    """Whether a term without exponentials has a degree below a bound at infinity."""
    degrees = [_degree(factor, x, domain) for factor in Mul.make_args(term)]
    known = [degree for degree in degrees if degree is not None]
    return len(known) == len(degrees) and is_positive(bound - Add(*known), domain)


def _degree(factor: Expr, x: Symbol, domain: Domain) -> Expr | None:
    if not factor.has(x):
        return S.Zero
    if isinstance(factor, _BOUNDED):
        return S.Zero if is_real(factor.args[0], domain) else None
    base, power = factor.as_base_exp()
    if power.has(x) or not is_real(power, domain) or not base.is_polynomial(x):
        return None
    poly = Poly(base, x)
    if is_nonnegative(power, domain) or is_nonzero(poly.LC(), domain):
        return poly.degree() * power
    return None


def _rates(factor: Expr, x: Symbol, domain: Domain) -> tuple[Expr, Expr] | None:
    if isinstance(factor, exp):
        coefficients = list(_coefficients(factor.args[0], x))
        if not coefficients or not all(is_real(c, domain) for c in coefficients[1:]):
            return None
        return -coefficients[1], -coefficients[2]
    if isinstance(factor, (besselj, bessely, besseli, besselk, sinh, cosh)):
        slope = factor.args[-1].diff(x)
        if slope.has(x) or factor.args[0].has(x) > (factor.func in (sinh, cosh)):
            return None
        return _slope_rate(factor, slope, domain)
    if not factor.has(x) or isinstance(factor, _BOUNDED):
        return S.Zero, S.Zero
    base, power = factor.as_base_exp()
    return (S.Zero, S.Zero) if base.is_polynomial(x) and not power.has(x) else None


def _slope_rate(factor: Expr, slope: Expr, domain: Domain) -> tuple[Expr, Expr] | None:
    if isinstance(factor, besselj) and _is_entire(factor, domain) and is_real(slope, domain):
        return S.Zero, S.Zero
    if not is_positive(slope, domain):
        return None
    if isinstance(factor, (besselj, bessely)):
        return S.Zero, S.Zero
    return (slope if isinstance(factor, besselk) else -slope), S.Zero


def _coefficients(exponent: Expr, x: Symbol) -> Iterator[Expr]:
    """Those of 1, x and x^2; nothing for other exponents."""
    if exponent.is_polynomial(x):
        poly = Poly(exponent, x)
        if poly.degree() <= 2:
            yield from (poly.coeff_monomial(x**k) for k in range(3))


def _is_entire(factor: Expr, domain: Domain) -> bool:
    """J and I of integer orders, which are bounded near 0, at real arguments."""
    order, g = factor.args
    return isinstance(factor, (besselj, besseli)) and bool(order.is_Integer) and is_real(g, domain)
