"""Exact zero test: a linear differential equation, and initial values.

Let e = p*f + r with f a parametric integral or a 2F1 of a function of t, p and r without it, and
p without zeros. If a linear operator L in t of order n annihilates f and -r/p, its leading
coefficient has no zero, and f + r/p and its derivatives below n vanish at one point, then e = 0 on
the whole interval, by uniqueness. Exact parts of the proof, for any values of the other symbols:

    operator   of an integral: by telescoping (`symdyn.calculus.telescoping`), the certificate being
               checked again by a normal form; the integrals of f and its derivatives exist
               uniformly, and the certificate vanishes at the ends (`symdyn.proof.growth`);
               of F(a, b; c; z(t)): the hypergeometric equation (DLMF 15.10.1) in t
    smooth     p, r and the argument z stay where their functions are analytic
    residual   L(r/p) vanishes, by a normal form
    values     at a point inside the interval, by normal forms

At ends that belong to the domain the expression must be continuous.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from sympy import (
    Add,
    Dummy,
    Expr,
    Integral,
    Interval,
    S,
    Symbol,
    cancel,
    default_sort_key,
    hyper,
)

from symdyn.calculus.telescoping import Telescoper, find_telescoper
from symdyn.errors import SymdynError
from symdyn.proof.domain import Domain
from symdyn.proof.growth import is_integrable, vanishes_at_ends
from symdyn.proof.lines import (
    easy_points,
    inside_of,
    is_continuous_symbol,
    line_of,
    narrowed,
    without,
)
from symdyn.proof.normal_form import vanishes
from symdyn.proof.signs import is_nonzero
from symdyn.proof.smoothness import is_smooth

SECONDS = 40.0
_MAX_ORDER = 3


@dataclass(frozen=True)
class _Operator:
    """sum_k coefficients[k] d^k/dt^k, and how it was found."""

    coefficients: tuple[Expr, ...]
    told: str

    def applied(self, expr: Expr, t: Symbol) -> Expr:
        return Add(*(a * expr.diff(t, k) for k, a in enumerate(self.coefficients)))


def initial_value_zero(expr: Expr, domain: Domain, *, seconds: float = SECONDS) -> str:
    """How an expression was proved to be zero by an equation and initial values, or "".

    >>> from sympy import exp, oo, sqrt, symbols, besselj
    >>> x, t = symbols("x t", positive=True)
    >>> laplace = Integral(exp(-t*x)*besselj(0, x), (x, 0, oo))
    >>> initial_value_zero(laplace - 1/t, Domain((t,)))
    ''
    """
    deadline = monotonic() + seconds
    for symbol in sorted(expr.free_symbols, key=default_sort_key):
        if not isinstance(symbol, Symbol) or not is_continuous_symbol(symbol):
            continue
        line = line_of(domain, symbol) if _moves(expr, symbol) else None
        if line is None:
            continue
        letter, interval, whole = line
        moved = expr.xreplace({symbol: letter})
        for pivot in _pivots(moved, letter):
            try:
                found = _along(moved, pivot, letter, interval, whole, deadline)
            except (SymdynError, ArithmeticError, ValueError, TypeError, RecursionError):
                continue
            if found:
                return found.replace("%", str(symbol))
    return ""


def _moves(expr: Expr, symbol: Symbol) -> bool:
    return next(_pivots(expr, symbol), None) is not None


def _pivots(expr: Expr, t: Symbol) -> Iterator[Expr]:
    """Parametric integrals first, then 2F1."""
    for f in sorted(expr.atoms(Integral), key=default_sort_key):
        if len(f.limits) == 1 and len(f.limits[0]) == 3 and f.function.has(t):
            _, low, high = f.limits[0]
            if low == 0 and not high.has(t):
                yield f
    for f in sorted(expr.atoms(hyper), key=default_sort_key):
        is_gauss = (len(f.ap), len(f.bq)) == (2, 1)
        if is_gauss and f.argument.has(t) and not any(e.has(t) for e in (*f.ap, *f.bq)):
            yield f


def _along(
    expr: Expr, pivot: Expr, t: Symbol, interval: Interval, whole: Domain, deadline: float
) -> str:
    inside = narrowed(whole, inside_of(t, interval))
    factor, other = _split(expr, pivot)
    if not is_nonzero(factor, inside) or not all(is_smooth(e, t, inside) for e in (factor, other)):
        return ""
    if not _is_settled_at_ends(expr, t, interval, whole):
        return ""
    gap = other / factor
    find = _of_integral if isinstance(pivot, Integral) else _of_hypergeometric
    operator = find(pivot, t, inside)
    if operator is None or not _is_regular(operator, t, inside):
        return ""
    if not _vanishes(operator.applied(gap, t), inside, deadline):
        return ""
    others = tuple(s for s in whole.symbols if s != t)
    rest = Domain(others, without(whole.conditions, t))
    for point in easy_points(t, interval, whole):
        if point.free_symbols or not _is_inside(point, interval):
            continue
        if _has_zero_values(pivot, gap, t, point, len(operator.coefficients) - 1, rest, deadline):
            return f"{operator.told}, with zero initial values at % = {point}"
    return ""


def _split(expr: Expr, pivot: Expr) -> tuple[Expr, Expr]:
    """p and r of p*f + r; zeros where the expression is not linear in f."""
    f = Dummy("f")
    flat = expr.xreplace({pivot: f})
    factor = flat.diff(f)
    return (S.Zero, S.Zero) if factor.has(f) else (factor, flat.subs(f, 0))


def _is_settled_at_ends(expr: Expr, t: Symbol, interval: Interval, whole: Domain) -> bool:
    is_open = all(
        e.is_infinite or o
        for e, o in (
            (interval.start, interval.left_open),
            (interval.end, interval.right_open),
        )
    )
    return bool(is_open) or is_smooth(expr, t, whole, is_continuity_enough=True)


def _is_inside(point: Expr, interval: Interval) -> bool:
    return Interval.open(interval.start, interval.end).contains(point) == S.true


def _is_regular(operator: _Operator, t: Symbol, inside: Domain) -> bool:
    return is_nonzero(operator.coefficients[-1], inside) and all(
        is_smooth(a, t, inside) for a in operator.coefficients
    )


def _vanishes(expr: Expr, domain: Domain, deadline: float) -> bool:
    return bool(vanishes(expr, domain, seconds=max(0.1, min(10.0, deadline - monotonic()))))


def _has_zero_values(
    pivot: Expr, gap: Expr, t: Symbol, point: Expr, order: int, rest: Domain, deadline: float
) -> bool:
    return all(
        _vanishes((pivot.diff(t, k) + gap.diff(t, k)).subs(t, point), rest, deadline)
        for k in range(order)
    )


def _of_integral(f: Integral, t: Symbol, inside: Domain) -> _Operator | None:
    """The telescoping operator of least order of which everything that it needs is proved."""
    old, _, high = f.limits[0]
    x = Dummy(old.name, positive=True)
    integrand = f.function.xreplace({old: x})
    for order in range(1, _MAX_ORDER + 1):
        if not is_integrable(integrand.diff(t, order), x, high, inside):
            return None
        found = find_telescoper(integrand, x, t, min_order=order, max_order=_MAX_ORDER)
        if len(found.coefficients) == order + 1 and _is_sound(found, x, high, inside):
            told = f"a differential equation of order {order} in % by a telescoping certificate"
            return _Operator(found.coefficients, told)
    return None


def _is_sound(found: Telescoper, x: Symbol, high: Expr, inside: Domain) -> bool:
    """Whether the certificate is one, and vanishes at the ends, and the integral exists."""
    ends = (x < high,) if high.is_finite else ()
    with_x = Domain((*inside.symbols, x), (*inside.conditions, *(e for e in ends if e != S.true)))
    residual = found.applied(found.integrand) - found.certificate.diff(x)
    return (
        bool(vanishes(residual, with_x))
        and is_integrable(found.integrand, x, high, inside)
        and vanishes_at_ends(found.certificate, x, high, inside)
    )


def _of_hypergeometric(f: hyper, t: Symbol, inside: Domain) -> _Operator | None:
    """z (1 - z) F'' + (c - (a + b + 1) z) F' - a b F = 0, with d/dz = (1/z') d/dt."""
    if not is_smooth(f, t, inside):
        return None
    (a, b), (c,), z = f.ap, f.bq, f.argument
    rate = z.diff(t)
    if not is_nonzero(rate, inside):
        return _of_even(f, t, inside)
    second = z * (1 - z) / rate**2
    first = (c - (a + b + 1) * z) / rate - second * rate.diff(t) / rate
    return _Operator(
        tuple(cancel(e) for e in (-a * b, first, second)),
        "the hypergeometric equation in %",
    )


def _of_even(f: hyper, t: Symbol, inside: Domain) -> _Operator | None:
    """F(a, b; 1/2; k t^2): the exponents 0 and 1/2 at t^2 = 0 leave t = 0 a regular point."""
    (a, b), (c,), z = f.ap, f.bq, f.argument
    k = cancel(z / t**2)
    if k.has(t) or c != S.Half:
        return None
    coefficients = (-4 * a * b * k, -(2 * (a + b) + 1) * k * t, 1 - k * t**2)
    return _Operator(coefficients, "the hypergeometric equation in %")
