"""Where an expression is differentiable, or at least continuous, in one real letter.

Every part that depends on the letter must stay inside the region in which its function is analytic:
a denominator off zero, a root or logarithm at positive arguments, an arc cosine between -1 and 1, a
kink off its corner. Continuity asks less: roots and arc cosines may reach the ends of theirs.
An integral is continuous in its limits where the integrand is continuous strictly between them (at
a singular end its value is a limit by definition), and differentiable where also at the limits that
move. What is not known here counts as not smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Heaviside,
    Integral,
    Max,
    Min,
    Mul,
    Pow,
    S,
    Symbol,
    Tuple,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
    betainc,
    betainc_regularized,
    cos,
    cosh,
    cot,
    coth,
    elliptic_e,
    elliptic_k,
    erf,
    erfc,
    erfi,
    exp,
    gamma,
    hyper,
    log,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)

from symdyn.proof.domain import Domain
from symdyn.proof.signs import is_nonnegative, is_nonzero, is_positive, is_real

_MAX_POLES = 4


def is_smooth(
    expr: Expr, letter: Symbol, domain: Domain, *, is_continuity_enough: bool = False
) -> bool:
    """Whether an expression is differentiable (or continuous) in a letter on a domain.

    >>> from sympy import sqrt
    >>> x = Symbol("x", real=True)
    >>> closed, half = Domain((x,), (x >= 0,)), Domain((x,), (x > 0,))
    >>> is_smooth(sqrt(x), x, half), is_smooth(sqrt(x), x, closed)
    (True, False)
    >>> is_smooth(sqrt(x), x, closed, is_continuity_enough=True)
    True
    """
    if letter not in expr.free_symbols or expr == letter:
        return True
    if isinstance(expr, Integral):
        return _is_smooth_integral(expr, letter, domain, is_continuity_enough)
    if isinstance(expr, Tuple):
        return False
    if not all(
        is_smooth(part, letter, domain, is_continuity_enough=is_continuity_enough)
        for part in expr.args
    ):
        return False
    for kinds, rule in _REGIONS:
        if isinstance(expr, kinds):
            return rule(expr, domain, is_continuity_enough)
    return False


def _is_smooth_integral(
    expr: Integral, letter: Symbol, domain: Domain, is_continuity_enough: bool
) -> bool:
    """An integral over one variable, with the letter in its limits alone."""
    if len(expr.limits) != 1 or len(expr.limits[0]) != 3:
        return False
    variable, low, high = expr.limits[0]
    if letter in expr.function.free_symbols - {variable}:
        return False
    if not all(is_smooth(e, letter, domain) and e.is_finite is not False for e in (low, high)):
        return False
    if not is_nonnegative(high - low, domain):
        return False
    inner = Dummy(variable.name, real=True)
    is_open = [is_continuity_enough or letter not in e.free_symbols for e in (low, high)]
    between = (
        inner > low if is_open[0] else inner >= low,
        inner < high if is_open[1] else inner <= high,
    )
    conditions = tuple(c for c in (*domain.conditions, *between) if c != S.true)
    wider = replace(domain, symbols=(*domain.symbols, inner), conditions=conditions)
    integrand = expr.function.xreplace({variable: inner})
    return is_smooth(integrand, inner, wider, is_continuity_enough=True)


def _incomplete_beta(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    """Analytic at positive orders, with limits between 0 and 1."""
    *orders, low, high = expr.args
    holds = is_nonnegative if is_continuity_enough else is_positive
    moving = [e for e in (low, high) if e.free_symbols]
    return (
        all(is_positive(order, domain) for order in orders)
        and all(is_nonnegative(e, domain) and is_nonnegative(1 - e, domain) for e in (low, high))
        and all(holds(e, domain) and holds(1 - e, domain) for e in moving)
    )


def _everywhere(expr: Expr, domain: Domain, _: bool) -> bool:
    return True


def _power(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    base, exponent = expr.args
    if exponent.is_Integer:
        return bool(exponent > 0) or is_nonzero(base, domain)
    if is_positive(base, domain):
        return True
    return (
        is_continuity_enough
        and is_positive(exponent, domain)
        and not exponent.free_symbols
        and is_nonnegative(base, domain)
    )


def _at_positive(expr: Expr, domain: Domain, _: bool) -> bool:
    return is_positive(expr.args[0], domain)


def _at_real(expr: Expr, domain: Domain, _: bool) -> bool:
    return is_real(expr.args[0], domain)


def _between_units(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    u = expr.args[0]
    holds = is_nonnegative if is_continuity_enough else is_positive
    return holds(1 - u, domain) and holds(1 + u, domain)


def _strictly_between_units(expr: Expr, domain: Domain, _: bool) -> bool:
    return _between_units(expr, domain, False)


def _above_one(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    holds = is_nonnegative if is_continuity_enough else is_positive
    return holds(expr.args[0] - 1, domain)


def _off_zero(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    if is_continuity_enough and isinstance(expr, Abs):
        return is_real(expr.args[0], domain)
    return is_nonzero(expr.args[0], domain)


def _finite_tangent(expr: Expr, domain: Domain, _: bool) -> bool:
    below = cos(expr.args[0]) if isinstance(expr, tan) else sin(expr.args[0])
    return is_nonzero(below, domain)


def _finite_coth(expr: Expr, domain: Domain, _: bool) -> bool:
    return is_nonzero(expr.args[0], domain)


def _positive_argument(expr: Expr, domain: Domain, _: bool) -> bool:
    """Bessel functions in their argument, at an order that does not change."""
    order, z = expr.args
    if order.is_Integer and isinstance(expr, (besselj, besseli)):
        return is_real(z, domain)
    return not order.free_symbols and is_positive(z, domain)


def _below_one(expr: Expr, domain: Domain, _: bool) -> bool:
    return len(expr.args) == 1 and is_positive(1 - expr.args[0], domain)


def _hypergeometric(expr: Expr, domain: Domain, _: bool) -> bool:
    """Series of all arguments, or of those below 1, in the argument; no parameter may be moved."""
    upper, lower, z = expr.args
    if len(upper) > len(lower) + 1 or not is_real(z, domain):
        return False
    if not all(_is_off_poles(b, domain) for b in lower):
        return False
    return len(upper) <= len(lower) or is_positive(1 - z, domain)


def _is_off_poles(b: Expr, domain: Domain) -> bool:
    """Whether a parameter is positive, or between two neighbours of the integers below."""
    return is_positive(b, domain) or any(
        is_positive(b + k + 1, domain) and is_positive(-b - k, domain) for k in range(_MAX_POLES)
    )


def _one_wins(expr: Expr, domain: Domain, is_continuity_enough: bool) -> bool:
    if is_continuity_enough:
        return all(is_real(argument, domain) for argument in expr.args)
    return len(expr.args) == 2 and is_nonzero(expr.args[0] - expr.args[1], domain)


def _off_cut(expr: Expr, domain: Domain, _: bool) -> bool:
    y, x = expr.args
    return (
        is_real(y, domain)
        and (is_positive(x, domain) or is_nonzero(y, domain))
        and is_real(x, domain)
    )


_Region = Callable[[Expr, Domain, bool], bool]
_REGIONS: tuple[tuple[tuple[type[Expr], ...], _Region], ...] = (
    ((Add, Mul, exp, sin, cos, sinh, cosh, erf, erfc, erfi), _everywhere),
    ((Pow,), _power),
    ((log, gamma), _at_positive),
    ((atan, asinh, tanh), _at_real),
    ((acos, asin), _between_units),
    ((atanh,), _strictly_between_units),
    ((acosh,), _above_one),
    ((Abs, sign, Heaviside), _off_zero),
    ((tan, cot), _finite_tangent),
    ((coth,), _finite_coth),
    ((besselj, bessely, besseli, besselk), _positive_argument),
    ((elliptic_k, elliptic_e), _below_one),
    ((hyper,), _hypergeometric),
    ((Max, Min), _one_wins),
    ((atan2,), _off_cut),
    ((betainc, betainc_regularized), _incomplete_beta),
)
