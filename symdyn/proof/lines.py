"""The values of one symbol, the others held fixed, as an interval that a proof can walk along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import And, Dummy, Expr, Integer, Interval, Ne, Rational, S, Symbol
from sympy.core.relational import Eq, Relational
from sympy.logic.boolalg import Boolean

from symdyn.proof.domain import Domain
from symdyn.proof.signs import is_nonnegative
from symdyn.proof.signs.ranges import Inequality, inequalities

_MAX_POINTS = 12


def is_continuous_symbol(symbol: Symbol) -> bool:
    return (
        bool(symbol.is_extended_real) and symbol.is_integer is None and symbol.is_rational is None
    )


def line_of(domain: Domain, symbol: Symbol) -> tuple[Symbol, Interval, Domain] | None:
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
        (*distinct(kept), *_within(letter, interval)),
    )
    ties = [i for i in inequalities(kept) if letter in i.positive.free_symbols]
    return (letter, interval, whole) if all(_is_concave(i, letter, whole) for i in ties) else None


def _is_concave(inequality: Inequality, letter: Symbol, domain: Domain) -> bool:
    """Whether {inequality holds} is an interval of the letter, the other symbols held fixed."""
    if inequality.positive.free_symbols == {letter} and inequality.interval(letter) != S.Reals:
        return True
    bend = inequality.positive.diff(letter, 2)
    slack = replace(domain, conditions=without(domain.conditions, letter))
    return is_nonnegative(-bend, slack)


def distinct(conditions: list[Boolean]) -> list[Boolean]:
    return list(dict.fromkeys(part for c in conditions for part in And.make_args(c)))


def without(conditions: tuple[Boolean, ...], symbol: Symbol) -> tuple[Boolean, ...]:
    return tuple(c for c in conditions if symbol not in c.free_symbols)


def narrowed(domain: Domain, conditions: tuple[Boolean, ...]) -> Domain:
    return replace(domain, conditions=(*domain.conditions, *conditions))


def _within(letter: Symbol, interval: Interval) -> tuple[Boolean, ...]:
    found = []
    if interval.start.is_finite:
        found.append(letter > interval.start if interval.left_open else letter >= interval.start)
    if interval.end.is_finite:
        found.append(letter < interval.end if interval.right_open else letter <= interval.end)
    return tuple(found)


def inside_of(letter: Symbol, interval: Interval) -> tuple[Boolean, ...]:
    return _within(letter, Interval.open(interval.start, interval.end))


def easy_points(letter: Symbol, interval: Interval, domain: Domain) -> Iterator[Expr]:
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
