"""Definite integrals, by linearity.

An integral over given limits is the sum of its integrand's terms, each a generator: a product of
what depends on the variable of integration, with what does not taken out. If a combination of
integrals over the same limits becomes zero then so does the same combination of the integrands;
hence it does not matter whether the terms have integrals of their own. Terms of Euler's types have
known integrals (see euler_integrals), moments of Bessel functions too (see bessel_moments).
Gaussian integrals over the real line are done first, the innermost one of several (see
gaussian_integrals); others over the real line are folded into its half.
"""

from __future__ import annotations

from flint import fmpq, fmpq_mpoly
from sympy import Dummy, Expr, Integral, S, Symbol, betainc, betainc_regularized

from symdyn.proof.exact.bessel_moments import bessel_moment
from symdyn.proof.exact.euler_integrals import euler_integral
from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.gaussian_integrals import gaussian_integral
from symdyn.proof.exact.reader import Limits, Reader

_REAL_LINE = (S.NegativeInfinity, S.Infinity)


def _integral(translate: Reader, expr: Integral) -> Quotient:
    if any(len(limit) != 3 for limit in expr.limits):
        return translate.opaque(expr)
    bounds = tuple(bound for _, *pair in expr.limits for bound in pair)
    bound_symbols = {limit[0] for limit in expr.limits}
    if any(bound.free_symbols & bound_symbols for bound in bounds):
        return translate.opaque(expr)
    if any(low == high for low, high in zip(bounds[::2], bounds[1::2], strict=True)):
        return translate.field.zero
    if bounds[:2] == _REAL_LINE:
        reduced = _without_innermost(translate, expr)
        if reduced is not None:
            return translate(reduced)
    if bounds == _REAL_LINE:
        return translate(_folded(expr))
    limits = _limits(translate, expr, bounds)
    renamed = {old[0]: new[0] for old, new in zip(expr.limits, limits, strict=True)}
    integrand = translate(expr.function.xreplace(renamed)).renewed()
    return _by_terms(translate, integrand, limits)


def _without_innermost(translate: Reader, expr: Integral) -> Expr | None:
    """An iterated integral after a Gaussian integral over its first variable.

    All variables of integration get new names, so that no condition on a symbol is taken for one
    on them.
    """
    renamed = {limit[0]: _variable(translate, *limit[1:]) for limit in expr.limits}
    first, *rest = ((renamed[limit[0]], *limit[1:]) for limit in expr.limits)
    inner = gaussian_integral(translate, expr.function.xreplace(renamed), first[0])
    return inner if inner is None or not rest else Integral(inner, *rest)


def _folded(expr: Integral) -> Integral:
    """An integral over the real line as one over its positive half."""
    variable = expr.limits[0][0]
    positive = Dummy(variable.name, positive=True)
    both = expr.function.subs(variable, positive) + expr.function.subs(variable, -positive)
    return Integral(both, (positive, 0, S.Infinity))


def _limits(translate: Reader, expr: Integral, bounds: tuple[Expr, ...]) -> Limits:
    """The limits with variables of their own, the same for equal bounds."""
    signs = tuple(bound.is_infinite and (1 if bound.is_positive else -1) for bound in bounds)
    finite = tuple(translate(bound) for bound in bounds if not bound.is_infinite)
    known = translate.find((Integral, signs), finite)
    index = None if known is None else known.expr
    if index is None:
        index = Dummy("limits")
        translate.remember((Integral, signs), finite, translate.field.generator(index))
        pairs = zip(bounds[::2], bounds[1::2], strict=True)
        translate.limits[index] = tuple((_variable(translate, a, b), a, b) for a, b in pairs)
    return translate.limits[index]


def _variable(translate: Reader, low: Expr, high: Expr) -> Symbol:
    """A variable of integration, positive where the limits leave no other values."""
    if not all(bound.is_infinite or translate.is_real(bound) for bound in (low, high)):
        return Dummy("x")
    is_positive = all(
        (bound.is_infinite and bound.is_positive)
        or (not bound.is_infinite and -1 not in (translate.signs(bound) or {-1}))
        for bound in (low, high)
    )
    return Dummy("x", positive=True) if is_positive else Dummy("x", real=True)


def _by_terms(translate: Reader, integrand: Quotient, limits: Limits) -> Quotient:
    field = translate.field
    variables = {limit[0] for limit in limits}
    depends = [bool(g.meaning.free_symbols & variables) for g in field.generators]
    outer, inner = _split_denominator(integrand, depends)
    parts: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
    for exponents, coefficient in field.lift(integrand.numerator).to_dict().items():
        shown = [int(e) for e in exponents]
        inside = tuple(
            e if d else 0 for e, d in zip(shown, [*depends, *[False] * 99], strict=False)
        )
        outside = tuple(a - b for a, b in zip(shown, inside, strict=True))
        parts.setdefault(inside, {})[outside] = coefficient
    total = field.zero
    for inside, coefficients in parts.items():
        monomial = field.quotient(field.from_terms({inside: fmpq(1)}), inner)
        factor = field.quotient(field.from_terms(coefficients), outer)
        total = total + factor * _basic(translate, monomial, limits)
    return total


def _split_denominator(integrand: Quotient, depends: list[bool]) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """Factors of the denominator without and with the variables of integration."""
    field = integrand.field
    content, factors = field.factors(integrand.denominator)
    outer = field.rational(content).numerator
    inner = field.one.numerator
    for factor, multiplicity in factors:
        degrees = factor.degrees()
        if any(d > 0 and depends[i] for i, d in enumerate(degrees)):
            inner = field.lift(inner) * factor**multiplicity
        else:
            outer = field.lift(outer) * factor**multiplicity
    return field.lift(outer), field.lift(inner)


def _basic(translate: Reader, integrand: Quotient, limits: Limits) -> Quotient:
    if len(limits) == 1:
        for rule in (euler_integral, bessel_moment):
            known = rule(translate, integrand.expr, *limits[0])
            if known is not None:
                return known
    translate.note("linearity of integrals")
    return translate.value_of(
        (Integral, tuple(limit[0] for limit in limits)),
        (integrand,),
        Integral(integrand.expr, *limits),
    )


def _incomplete_beta(translate: Reader, expr: Expr) -> Quotient:
    """Zero between equal limits, and opaque otherwise."""
    low, high = expr.args[2:]
    return translate.field.zero if low == high else translate.opaque(expr)


INTEGRAL_RULES = (
    (Integral, _integral),
    (betainc, _incomplete_beta),
    (betainc_regularized, _incomplete_beta),
)
