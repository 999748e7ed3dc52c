"""Where a statement is meant: the assumptions of its symbols and further conditions.

A domain is a set of points. SymPy assumptions say what kind of number each symbol is (real,
positive, integer, ...; a symbol without any is complex); conditions are relations between them.
An equality among the conditions is solved for one symbol, which then is no longer free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import (
    And,
    Eq,
    Expr,
    Interval,
    Ne,
    Or,
    Poly,
    PolynomialError,
    S,
    Symbol,
    ceiling,
    default_sort_key,
    floor,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse

from symdyn.errors import DomainError

Point = Mapping[Symbol, Expr]

_SIGN_INTERVALS = (
    ("is_positive", Interval.open(0, S.Infinity)),
    ("is_negative", Interval.open(-S.Infinity, 0)),
    ("is_nonnegative", Interval(0, S.Infinity)),
    ("is_nonpositive", Interval(-S.Infinity, 0)),
)


@dataclass(frozen=True)
class Domain:
    """The points at which a statement is meant.

    >>> from sympy import Rational, symbols
    >>> c = symbols("c", real=True)
    >>> domain = Domain.of([c], [c >= 0, c < 1])
    >>> domain.interval(c)
    Interval.Ropen(0, 1)
    >>> domain.holds_at({c: Rational(1, 2)}), domain.holds_at({c: Rational(3, 2)})
    (True, False)
    """

    symbols: tuple[Symbol, ...]
    conditions: tuple[Boolean, ...] = ()

    @staticmethod
    def of(symbols: Iterable[Symbol], conditions: Iterable[Boolean] = ()) -> Domain:
        """The domain over some symbols, and over those that conditions tie to them."""
        parts = tuple(part for condition in conditions for part in And.make_args(condition))
        if any(isinstance(part, BooleanFalse) for part in parts):
            raise DomainError("the conditions contradict each other: no point satisfies them")
        relevant = set(symbols)
        parts = tuple(dict.fromkeys(part for part in parts if part is not S.true))
        tied = [
            part for part in parts if len(part.free_symbols) > 1 and part.free_symbols & relevant
        ]
        relevant = relevant.union(*(part.free_symbols for part in tied))
        parts = tuple(part for part in parts if part.free_symbols <= relevant)
        return Domain(tuple(sorted(relevant, key=default_sort_key)), parts)  # type: ignore[arg-type]

    @cached_property
    def _intervals(self) -> dict[Symbol, Interval]:
        return {symbol: self._interval(symbol) for symbol in self.symbols if is_real(symbol)}

    def interval(self, symbol: Symbol) -> Interval:
        """What assumptions and the conditions on this symbol alone leave of the real line."""
        return self._intervals[symbol]

    def _interval(self, symbol: Symbol) -> Interval:
        found = Interval(-S.Infinity, S.Infinity)
        for assumption, interval in _SIGN_INTERVALS:
            if getattr(symbol, assumption):
                found = found.intersect(interval)
        for condition in self.conditions:
            found = found.intersect(_half_line(condition, symbol))
        if found.is_empty or not isinstance(found, Interval):
            if found.is_FiniteSet and len(found.args) == 1:
                return Interval(found.args[0], found.args[0])
            raise DomainError(
                f"no value of {symbol} satisfies {self._about(symbol)}; "
                "the conditions contradict each other"
            )
        return _whole(found) if symbol.is_integer else found

    def _about(self, symbol: Symbol) -> str:
        told = [str(c) for c in self.conditions if c.free_symbols == {symbol}]
        kinds = [
            name for name in ("positive", "negative", "integer") if getattr(symbol, f"is_{name}")
        ]
        return " and ".join(told + [f"{symbol} {kind}" for kind in kinds]) or "its assumptions"

    def holds_at(self, point: Point) -> bool:
        """Whether a point of exact numbers belongs to the domain."""
        return all(_allowed(symbol, point[symbol]) for symbol in self.symbols) and all(
            _is_true(condition, point) for condition in self.conditions
        )

    def solved(self) -> tuple[Domain, dict[Symbol, Expr]]:
        """The domain without its equalities, and the symbols that these determine."""
        values: dict[Symbol, Expr] = {}
        conditions = list(self.conditions)
        while (equality := next((c for c in conditions if isinstance(c, Eq)), None)) is not None:
            symbol, value = _solve(equality)
            conditions = [c.subs(symbol, value) for c in conditions if c is not equality]
            values = {key: old.subs(symbol, value) for key, old in values.items()} | {symbol: value}
            conditions += _assumed(symbol, value)
        free = set(self.symbols) - set(values)
        return (Domain.of(free, conditions) if values else self), values

    def restricted(self, symbols: Iterable[Symbol]) -> Domain:
        """The same conditions over fewer or other symbols."""
        return Domain.of(symbols, self.conditions)


def is_real(symbol: Symbol) -> bool:
    """Whether a symbol is declared to be real (or positive, integer, ...)."""
    return bool(symbol.is_extended_real)


def _whole(interval: Interval) -> Interval:
    """The smallest interval with the same integers, so that an open end becomes a closed one."""
    low, high = interval.start, interval.end
    if low.is_finite:
        low = floor(low) + 1 if interval.left_open else ceiling(low)
    if high.is_finite:
        high = ceiling(high) - 1 if interval.right_open else floor(high)
    if low > high:
        raise DomainError(
            f"there is no integer in {interval}; the conditions contradict each other"
        )
    return Interval(low, high)


def _half_line(condition: Boolean, symbol: Symbol) -> Interval:
    """The half-line that an affine inequality in one symbol leaves."""
    everything = Interval(-S.Infinity, S.Infinity)
    if not isinstance(condition, Relational) or condition.free_symbols != {symbol}:
        return everything
    try:
        poly = Poly(condition.lhs - condition.rhs, symbol)
    except PolynomialError:
        return everything
    if poly.degree() != 1 or isinstance(condition, Ne) or not poly.LC().is_extended_real:
        return everything
    edge = -poly.coeff_monomial(1) / poly.LC()
    if isinstance(condition, Eq):
        return Interval(edge, edge)
    is_lower = (condition.rel_op in (">", ">=")) == bool(poly.LC().is_positive)
    is_open = condition.rel_op in (">", "<")
    if is_lower:
        return Interval(edge, S.Infinity, left_open=is_open)
    return Interval(-S.Infinity, edge, right_open=is_open)


def _allowed(symbol: Symbol, value: Expr) -> bool:
    """Whether a number has every property that is assumed of a symbol."""
    facts = symbol.assumptions0
    return all(getattr(value, f"is_{fact}") in (None, wanted) for fact, wanted in facts.items())


_SIGN_TESTS = {
    ">": lambda value: value.is_positive,
    ">=": lambda value: value.is_nonnegative,
    "<": lambda value: value.is_negative,
    "<=": lambda value: value.is_nonpositive,
    "!=": lambda value: value.is_nonzero,
    "==": lambda value: value.is_zero,
}


def _is_true(condition: Boolean, point: Point) -> bool:
    if isinstance(condition, Relational):
        difference = condition.lhs.xreplace(point) - condition.rhs.xreplace(point)
        return bool(_SIGN_TESTS[condition.rel_op](difference))
    if isinstance(condition, (And, Or)):
        return (all if isinstance(condition, And) else any)(
            _is_true(part, point) for part in condition.args
        )
    return condition.subs(point) == True  # noqa: E712  (SymPy's true, not identity)


def _solve(equality: Eq) -> tuple[Symbol, Expr]:
    """One symbol of an equality in terms of the others."""
    for side, other in ((equality.lhs, equality.rhs), (equality.rhs, equality.lhs)):
        if isinstance(side, Symbol) and side not in other.free_symbols:
            return side, other
    difference = equality.lhs - equality.rhs
    for symbol in sorted(difference.free_symbols, key=default_sort_key, reverse=True):
        slope = difference.diff(symbol)
        if symbol not in slope.free_symbols and slope.is_nonzero:
            return symbol, (symbol - difference / slope).expand()  # type: ignore[return-value]
    raise DomainError(
        f"condition {equality.lhs} = {equality.rhs} cannot be sampled; "
        "write it as symbol = expression"
    )


def _assumed(symbol: Symbol, value: Expr) -> list[Boolean]:
    """What the assumptions on a symbol say of the expression that replaces it."""
    if symbol.is_positive:
        return [value > 0]
    if symbol.is_negative:
        return [value < 0]
    if symbol.is_nonnegative:
        return [value >= 0]
    return [value <= 0] if symbol.is_nonpositive else []
