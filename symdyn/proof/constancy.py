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

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from sympy import (
    And,
    Dummy,
    Expr,
    Integer,
    Interval,
    Ne,
    Rational,
    S,
    Symbol,
    default_sort_key,
)
from sympy.core.relational import Eq, Relational
from sympy.logic.boolalg import Boolean

from symdyn.errors import SymdynError
from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes
from symdyn.proof.signs import is_nonnegative, is_positive
from symdyn.proof.signs.ranges import Inequality, inequalities
from symdyn.proof.smoothness import is_smooth

SECONDS = 20.0
_MAX_POINTS = 12


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
        if not isinstance(symbol, Symbol) or not _is_continuous_symbol(symbol):
            continue
        try:
            found = _along(expr, domain, symbol, deadline)
        except (SymdynError, ArithmeticError, ValueError, TypeError, RecursionError):
            continue
        if found:
            return found
    return ""


def _is_continuous_symbol(symbol: Symbol) -> bool:
    return (
        bool(symbol.is_extended_real) and symbol.is_integer is None and symbol.is_rational is None
    )


def _along(expr: Expr, domain: Domain, symbol: Symbol, deadline: float) -> str:
    """Zero by the slope in one symbol and the value at one point."""
    line = _line(domain, symbol)
    if line is None or monotonic() > deadline:
        return ""
    letter, interval, whole = line
    inside = _with(whole, _inside(letter, interval))
    moved = expr.xreplace({symbol: letter})
    if not is_smooth(moved, letter, inside):
        return ""
    if not is_smooth(moved, letter, whole, is_continuity_enough=True):
        return ""
    seconds = max(0.1, min(10.0, deadline - monotonic()))
    if not vanishes(moved.diff(letter), inside, seconds=seconds):
        return ""
    for point in _points(letter, interval, whole):
        value = _value(moved, letter, point, whole)
        if value is None:
            continue
        rest = Domain.of(domain.symbols, _without(domain.conditions, symbol))
        rest = replace(rest, symbols=tuple(s for s in rest.symbols if s != symbol))
        seconds = max(0.1, min(10.0, deadline - monotonic()))
        if vanishes(value, rest, seconds=seconds) or _search(value, rest, deadline):
            return f"d/d{symbol} = 0, and the value at {symbol} = {point} is 0"
    return ""


def _line(domain: Domain, symbol: Symbol) -> tuple[Symbol, Interval, Domain] | None:
    """The symbol as a plain real letter, its interval, and the domain in that letter.

    Points that are left out, by x != 0 say, are put back: what is proved on the whole interval is
    true without them.
    """
    letter = Dummy(symbol.name, real=True)
    interval = domain.interval(symbol)
    kept: list[Boolean] = []
    for condition in domain.conditions:
        if symbol not in condition.free_symbols:
            kept.append(condition)
        elif isinstance(condition, Eq) or not isinstance(condition, Relational):
            return None
        elif not isinstance(condition, Ne):
            kept.append(condition.xreplace({symbol: letter}))
    for inequality in inequalities(kept):
        interval = interval.intersect(inequality.interval(letter))
    if not isinstance(interval, Interval):
        return None
    whole = Domain(
        tuple(letter if s == symbol else s for s in domain.symbols),
        (*_distinct(kept), *_within(letter, interval)),
    )
    ties = [i for i in inequalities(kept) if letter in i.positive.free_symbols]
    return (letter, interval, whole) if all(_is_concave(i, letter, whole) for i in ties) else None


def _is_concave(inequality: Inequality, letter: Symbol, domain: Domain) -> bool:
    """Whether {inequality holds} is an interval of the letter, the other symbols held fixed."""
    if inequality.positive.free_symbols == {letter} and inequality.interval(letter) != S.Reals:
        return True
    bend = inequality.positive.diff(letter, 2)
    slack = replace(domain, conditions=_without(domain.conditions, letter))
    return is_nonnegative(-bend, slack)


def _distinct(conditions: list[Boolean]) -> list[Boolean]:
    return list(dict.fromkeys(part for c in conditions for part in And.make_args(c)))


def _without(conditions: tuple[Boolean, ...], symbol: Symbol) -> tuple[Boolean, ...]:
    return tuple(c for c in conditions if symbol not in c.free_symbols)


def _with(domain: Domain, conditions: tuple[Boolean, ...]) -> Domain:
    return replace(domain, conditions=(*domain.conditions, *conditions))


def _within(letter: Symbol, interval: Interval) -> tuple[Boolean, ...]:
    found = []
    if interval.start.is_finite:
        found.append(letter > interval.start if interval.left_open else letter >= interval.start)
    if interval.end.is_finite:
        found.append(letter < interval.end if interval.right_open else letter <= interval.end)
    return tuple(found)


def _inside(letter: Symbol, interval: Interval) -> tuple[Boolean, ...]:
    return _within(letter, Interval.open(interval.start, interval.end))


def _points(letter: Symbol, interval: Interval, domain: Domain) -> Iterator[Expr]:
    """Points at which a value may be easy: those of the closed interval, and tied edges."""
    ties = [
        i
        for i in inequalities(domain.conditions)
        if letter in i.positive.free_symbols and len(i.positive.free_symbols) > 1
    ]
    closed = Interval(interval.start, interval.end)
    found: list[Expr] = [_edge(tie, letter) for tie in ties]
    found += [S.Zero, S.One, S.NegativeOne, interval.start, interval.end, S.Half]
    found += [Integer(2), Rational(-1, 2)]
    if interval.start.is_finite and interval.end.is_finite:
        found.append((interval.start + interval.end) / 2)
    tried = [p for p in dict.fromkeys(found) if p is not S.NaN and p.is_finite is not False]
    for point in tried[:_MAX_POINTS]:
        if point.free_symbols or closed.contains(point) == S.true:
            yield point


def _edge(tie: Inequality, letter: Symbol) -> Expr:
    """The value of the letter at which a tied condition becomes an equality."""
    slope = tie.positive.diff(letter)
    if slope == 0 or letter in slope.free_symbols:
        return S.NaN
    return (letter - tie.positive / slope).expand()


def _value(expr: Expr, letter: Symbol, point: Expr, domain: Domain) -> Expr | None:
    """The value at a point of the closed interval, where the expression is continuous up to it."""
    others = _without(domain.conditions, letter)
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
    near = replace(domain, conditions=tuple(_distinct(closed)))
    if not is_smooth(expr, letter, near, is_continuity_enough=True):
        return None
    value = expr.subs(letter, point)
    return (
        value if value.is_finite is not False and not value.has(S.NaN, S.ComplexInfinity) else None
    )
