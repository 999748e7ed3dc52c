"""Exact zero test: a derivative that vanishes, and one exact value.

An expression whose derivative in one symbol is zero inside an interval, and which is continuous on
the interval, has the same value on all of it; so it is zero if it is zero at one point. The proof
has three parts, each exact:

    smooth    no root, logarithm, inverse function, kink or denominator of the expression leaves the
              region where it is differentiable, for any value of the symbol inside the interval and
              any values of the others; at the ends that belong to the domain it is continuous
    slope     the derivative vanishes, by a normal form
    value     at one point of the interval, or at an end to which the expression can be continued,
              it vanishes, by a normal form or by this method with one symbol fewer

The values that a symbol may take, the others held fixed, must form one interval: conditions that
tie it to other symbols must be concave in it. Anything else is not proved.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from sympy import Expr, S, Symbol, default_sort_key
from sympy.logic.boolalg import Boolean

from symdyn.errors import SymdynError
from symdyn.proof.domain import Domain
from symdyn.proof.lines import (
    distinct,
    easy_points,
    inside_of,
    is_continuous_symbol,
    line_of,
    narrowed,
    without,
)
from symdyn.proof.normal_form import vanishes
from symdyn.proof.signs import is_nonnegative, is_positive
from symdyn.proof.signs.ranges import inequalities
from symdyn.proof.smoothness import is_smooth

SECONDS = 20.0


def constant_zero(expr: Expr, domain: Domain, *, seconds: float = SECONDS) -> str:
    """How an expression was proved to be zero by its slope and one value, or an empty text.

    >>> from sympy import atan, pi, symbols
    >>> p, x = symbols("p", positive=True), symbols("x", real=True)
    >>> constant_zero(atan(p) + atan(1/p) - pi/2, Domain((p,)))
    'd/dp = 0, and the value at p = 1 is 0'
    >>> constant_zero(atan(x) + atan(1/x) - pi/2, Domain((x,)))
    ''
    """
    if expr == 0:
        return "identical expressions"
    return _search(expr, domain, monotonic() + seconds)


def _search(expr: Expr, domain: Domain, deadline: float) -> str:
    for symbol in sorted(expr.free_symbols, key=default_sort_key):
        if not isinstance(symbol, Symbol) or not is_continuous_symbol(symbol):
            continue
        try:
            found = _along(expr, domain, symbol, deadline)
        except (SymdynError, ArithmeticError, ValueError, TypeError, RecursionError):
            continue
        if found:
            return found
    return ""


def _along(expr: Expr, domain: Domain, symbol: Symbol, deadline: float) -> str:
    """Zero by the slope in one symbol and the value at one point."""
    line = line_of(domain, symbol)
    if line is None or monotonic() > deadline:
        return ""
    letter, interval, whole = line
    inside = narrowed(whole, inside_of(letter, interval))
    moved = expr.xreplace({symbol: letter})
    if not is_smooth(moved, letter, inside):
        return ""
    if not is_smooth(moved, letter, whole, is_continuity_enough=True):
        return ""
    seconds = max(0.1, min(10.0, deadline - monotonic()))
    if not vanishes(moved.diff(letter), inside, seconds=seconds):
        return ""
    for point in easy_points(letter, interval, whole):
        value = _value(moved, letter, point, whole)
        if value is None:
            continue
        rest = Domain.of(domain.symbols, without(domain.conditions, symbol))
        rest = replace(rest, symbols=tuple(s for s in rest.symbols if s != symbol))
        seconds = max(0.1, min(10.0, deadline - monotonic()))
        if vanishes(value, rest, seconds=seconds) or _search(value, rest, deadline):
            return f"d/d{symbol} = 0, and the value at {symbol} = {point} is 0"
    return ""


def _value(expr: Expr, letter: Symbol, point: Expr, domain: Domain) -> Expr | None:
    """The value at a point of the closed interval, where the expression is continuous up to it."""
    others = without(domain.conditions, letter)
    symbols = tuple(s for s in domain.symbols if s != letter)
    base = Domain(symbols, others)
    closed: list[Boolean] = [*others]
    for inequality in inequalities(c for c in domain.conditions if letter in c.free_symbols):
        side = inequality.positive
        if inequality.relation == ">" and is_positive(side.subs(letter, point), base):
            closed.append(side > 0)
        elif is_nonnegative(side.subs(letter, point), base):
            closed.append(side >= 0)
        else:
            return None
    near = replace(domain, conditions=tuple(distinct(closed)))
    if not is_smooth(expr, letter, near, is_continuity_enough=True):
        return None
    value = expr.subs(letter, point)
    return (
        value if value.is_finite is not False and not value.has(S.NaN, S.ComplexInfinity) else None
    )
