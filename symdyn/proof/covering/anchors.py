"""Places where a function and some of its derivatives vanish exactly (Taylor's argument).

A bound that is attained cannot be seen by balls alone. But if, as functions of the other symbols,

    g = dg/dx = ... = d^(k-1)g/dx^(k-1) = 0    at x = p,

then g(x) = (x - p)^k/k! times the k-th derivative at some point between p and x (Lagrange). So the
sign of that derivative on the hull of a box and p, and the side on which the box lies, give the
sign of g. The zeros are exact: SymPy's expand must return 0, and nothing weaker is accepted.

Candidates for p are the ends of the domain, 0, 1, -1, and simple numbers inside hard boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp
from sympy import Expr, Symbol

from symdyn.proof.covering.boxes import Span, as_rational, span_of

HIGHEST_ORDER = 6
SIMPLE = (sp.Integer(0), sp.Integer(1), sp.Integer(-1))
LARGEST_DENOMINATOR = 64


@dataclass(frozen=True)
class Anchor:
    """A place p of one symbol, the order of the zero there, and the derivative of that order."""

    symbol: Symbol
    place: Expr
    order: int
    derivative: Expr

    def hull(self, span: Span) -> Span:
        """Smallest interval that contains another one and the place."""
        at = span_of(self.place, self.place)
        lower = None if span.lower is None else min(span.lower, at.lower or Fraction(0))
        upper = None if span.upper is None else max(span.upper, at.upper or Fraction(0))
        return Span(lower, upper)

    def wanted_signs(self, span: Span) -> tuple[int, ...]:
        """Signs of the derivative for which the function is not negative on an interval."""
        at = span_of(self.place, self.place)
        if self.order % 2 == 0:
            return (1,)
        if span.lower is not None and at.upper is not None and span.lower >= at.upper:
            return (1,)
        if span.upper is not None and at.lower is not None and span.upper <= at.lower:
            return (-1,)
        return ()


def anchor(function: Expr, symbol: Symbol, place: Expr) -> Anchor | None:
    """The anchor at a place, if the function vanishes there to some order.

    >>> x = Symbol("x")
    >>> anchor(x - sp.sin(x), x, sp.Integer(0)).order
    3
    """
    derivative = function
    for order in range(HIGHEST_ORDER + 1):
        if not vanishes_at(derivative, symbol, place):
            return Anchor(symbol, place, order, derivative) if order else None
        derivative = sp.diff(derivative, symbol)
    return None


def vanishes_at(function: Expr, symbol: Symbol, place: Expr) -> bool:
    """Whether a function of the other symbols is exactly 0 at a place."""
    value = function.subs(symbol, place)
    return value == 0 or (not value.has(sp.nan, sp.zoo, sp.oo) and sp.expand(value) == 0)


def simple_numbers(span: Span) -> Iterator[Expr]:
    """Numbers with small denominators, and multiples of pi, inside a bounded interval."""
    if not span.is_bounded:
        return
    for unit in (sp.Integer(1), sp.pi):
        scaled = span_of(
            as_rational(span.lower or Fraction(0)) / unit,
            as_rational(span.upper or Fraction(0)) / unit,
        )
        simple = scaled.middle.limit_denominator(LARGEST_DENOMINATOR)
        if (scaled.lower or 0) <= simple <= (scaled.upper or 0):
            yield as_rational(simple) * unit
