"""Ranges of the parts of an expression, and the inequalities among the conditions of a domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import QQ, Abs, Expr, Interval, Ne, Poly, S, Symbol, real_roots
from sympy.core.relational import Eq, Relational
from sympy.logic.boolalg import Boolean
from sympy.polys.polyerrors import BasePolynomialError

Signs = frozenset[int]


@dataclass(frozen=True)
class Range:
    """The values that a part may take; an open end is not taken."""

    low: Expr
    high: Expr
    low_open: bool = False
    high_open: bool = False

    def restricted(self, signs: Signs) -> Range:
        """The part of a range that has given signs."""
        low, low_open, high, high_open = self.low, self.low_open, self.high, self.high_open
        if -1 not in signs and not (low > 0) == True:  # noqa: E712
            low, low_open = S.Zero, 0 not in signs
        if 1 not in signs and not (high < 0) == True:  # noqa: E712
            high, high_open = S.Zero, 0 not in signs
        return Range(low, high, low_open, high_open)

    def restricted_by_log(self, signs: Signs | None) -> Range:
        """The range of an exponential whose exponent has given signs."""
        if signs is not None and -1 not in signs:
            return Range(S.One, S.Infinity, low_open=0 not in signs)
        if signs is not None and 1 not in signs:
            return Range(S.Zero, S.One, low_open=True, high_open=0 not in signs)
        return self

    def without_zero_edge(self) -> Range:
        """The same range with an end at zero left out."""
        return Range(
            self.low, self.high, self.low_open or self.low == 0, self.high_open or self.high == 0
        )


@dataclass(frozen=True)
class Inequality:
    """positive > 0, or >= 0, or != 0."""

    positive: Expr
    relation: str  # ">", ">=" or "!="

    def interval(self, symbol: Symbol) -> Interval:
        """An interval with all values of a symbol that satisfy a condition on it alone."""
        everything = Interval(-S.Infinity, S.Infinity)
        if self.positive.free_symbols != {symbol} or self.relation == "!=":
            return everything
        poly = _rational_poly(self.positive, symbol)
        if poly is None or not 1 <= poly.degree() <= 2:
            return everything
        roots = real_roots(poly)
        is_open = self.relation == ">"
        if poly.degree() == 1:
            if poly.LC() > 0:
                return Interval(roots[0], S.Infinity, left_open=is_open)
            return Interval(-S.Infinity, roots[0], right_open=is_open)
        if poly.LC() < 0 and len(set(roots)) == 2:
            return Interval(min(roots), max(roots), is_open, is_open)
        return everything


def inequalities(conditions: Iterable[Boolean]) -> tuple[Inequality, ...]:
    """The conditions that are inequalities, with bounds on absolute values split in two."""
    found: list[Inequality] = []
    for condition in conditions:
        if isinstance(condition, Ne):
            found.append(Inequality(condition.lhs - condition.rhs, "!="))
        elif isinstance(condition, Relational) and not isinstance(condition, Eq):
            relation = ">" if condition.rel_op in ("<", ">") else ">="
            found += [Inequality(e, relation) for e in _sides(condition.gts, condition.lts)]
    return tuple(found)


def _sides(greater: Expr, smaller: Expr) -> list[Expr]:
    if isinstance(smaller, Abs) and smaller.args[0].is_extended_real:
        return [greater - smaller.args[0], greater + smaller.args[0]]
    return [greater - smaller]


def _rational_poly(expr: Expr, symbol: Symbol) -> Poly | None:
    try:
        return Poly(expr, symbol, domain=QQ)
    except BasePolynomialError:
        return None
