"""Closed forms written the way they are read: one rational factor for each function in them.

    c/2 - c*acos(c)/(2*pi) + sqrt(1 - c**2)/(2*pi)
    becomes   (c*(pi - acos(c)) + sqrt(1 - c**2))/(2*pi)

Only the distributive law is used. Nothing is simplified, and no function is rewritten by another
but erf, erfc and exp of imaginary arguments, so that a real answer is written with real functions.
"""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    I,
    Mul,
    S,
    acos,
    cos,
    erf,
    erfc,
    erfi,
    exp,
    expand,
    factor,
    factor_terms,
    pi,
    sin,
)


def collected(value: Expr) -> Expr:
    """The value as a sum of functions with factored rational coefficients.

    >>> from sympy import symbols
    >>> c = symbols("c")
    >>> collected(c/2 - c*acos(c)/(2*pi))
    c*(pi - acos(c))/(2*pi)
    """
    sums: dict[Expr, Expr] = {}
    real = value.replace(erfc, _erfc_of_real).replace(erf, _erf_of_real).replace(exp, _exp_of_real)
    for term in Add.make_args(expand(real)):
        kind, coefficient = _split(term)
        sums[kind] = sums.get(kind, S.Zero) + coefficient
    coefficients = {kind: factor(total) for kind, total in sums.items()}
    return factor_terms(Add(*_with_supplements(coefficients)))


def _erfc_of_real(argument: Expr) -> Expr:
    return 1 - erf(argument) if argument.has(I) else erfc(argument)


def _erf_of_real(argument: Expr) -> Expr:
    turned = expand(-I * argument)
    return I * erfi(turned) if argument.has(I) and not turned.has(I) else erf(argument)


def _exp_of_real(argument: Expr) -> Expr:
    """exp(a + I*b) = exp(a) (cos(b) + I sin(b)), for any a and b."""
    turning = Add(*(t for t in Add.make_args(expand(argument)) if t.has(I)))
    b = expand(-I * turning)
    if turning == 0 or b.has(I):
        return exp(argument)
    return exp(expand(argument - turning)) * (cos(b) + I * sin(b))


def _split(term: Expr) -> tuple[Expr, Expr]:
    """A product as functions and roots, times a rational function."""
    kinds, rational = [], []
    for part in Mul.make_args(term):
        base, power = part.as_base_exp()
        is_rational = power.is_Integer and base.is_rational_function()
        (rational if is_rational else kinds).append(part)
    return Mul(*kinds), Mul(*rational)


def _with_supplements(coefficients: dict[Expr, Expr]) -> list[Expr]:
    """The summands, with acos(x) written through pi - acos(x) where that saves a term."""
    left = dict(coefficients)
    summands = []
    for kind, factor_ in coefficients.items():
        if isinstance(kind, acos) and expand(left.get(S.One, S.Zero) + pi * factor_) == 0:
            left.pop(S.One, None)
            left.pop(kind)
            summands.append(-factor_ * (pi - kind))
    return summands + [kind * total for kind, total in left.items()]
