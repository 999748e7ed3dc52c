"""Proofs that a function is positive (or not negative) on one box.

In this order:

    naive       the ball of g on the box
    far out     on a box with one infinite side, the sign of what dominates (`majorants`)
    near an end the same in u = 1/(distance to the end), for functions that are singular there
    anchors     the Taylor argument at a place where g vanishes (`anchors`)
    monotone    where dg/dx keeps its sign, g is smallest on one face
    mean value  g(middle) + sum of dg/dx_i * (x_i - middle_i)

The last three use derivatives, and only on boxes on which g is certainly holomorphic in all its
symbols: a jump or a kink in between would make them wrong. A ball with an imaginary part proves
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb
from sympy import Expr, Interval, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import run
from symdyn.numerics.integrands import is_holomorphic
from symdyn.numerics.majorants import Far
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.proof.covering.anchors import Anchor, anchor
from symdyn.proof.covering.boxes import Box, Span, as_arb, as_rational

Balls = Mapping[Symbol, arb]


class Positivity:
    """Proofs for one function; its derivatives are made once.

    `kept_real` is the same function on the domain, in a form for boxes at the edge.
    """

    def __init__(
        self,
        function: Expr,
        kept_real: Expr,
        intervals: Mapping[Symbol, Interval],
        *,
        strict: bool,
    ) -> None:
        self.function = function
        self.kept_real = kept_real
        self.intervals = intervals
        self.strict = strict
        self.anchors: list[Anchor] = []
        self._tried: set[tuple[Symbol, Expr]] = set()

    @cached_property
    def gradient(self) -> dict[Symbol, Expr]:
        """First derivatives."""
        return {symbol: sp.diff(self.function, symbol) for symbol in self.intervals}

    def try_anchor(self, symbol: Symbol, place: Expr) -> bool:
        """Look for an anchor at a place; whether a new one was found."""
        if (symbol, place) in self._tried:
            return False
        self._tried.add((symbol, place))
        found = anchor(self.function, symbol, place)
        if found is not None:
            self.anchors.append(found)
        return found is not None

    def holds(self, value: Ball) -> bool:
        """Whether a ball lies on the wanted side of zero."""
        if not isinstance(value, arb) or not value.is_finite():
            return False
        return bool(value > 0) if self.strict else bool(value >= 0)

    def proved(self, box: Box) -> bool:
        """Whether the function is certainly positive on a box."""
        if box.rays:
            return len(box.rays) == 1 and self._far_out(box, box.rays[0])
        balls = box.balls()
        value = _value(self.kept_real, balls)
        if self.holds(value):
            return True
        if not value.is_finite():
            return any(self._near_end(box, symbol) for symbol in box.spans)
        if not is_holomorphic(self.function, balls):
            return False
        return self._at_anchor(box) or self._by_derivatives(box, balls)

    def _far_out(self, box: Box, symbol: Symbol) -> bool:
        span = box.spans[symbol]
        if span.lower is None and span.upper is None:
            return False
        function, start = self.function, span.lower
        if start is None:
            function, start = function.xreplace({symbol: -symbol}), -(span.upper or Fraction(0))
        return start >= 1 and self._settles(function, symbol, box.balls(), start)

    def _near_end(self, box: Box, symbol: Symbol) -> bool:
        """The function in u = 1/(distance from one end of an interval)."""
        span, interval = box.spans[symbol], self.intervals[symbol]
        if not 0 < span.width <= 1:
            return False
        others = {s: ball for s, ball in box.balls().items() if s != symbol}
        for end, side in ((interval.inf, 1), (interval.sup, -1)):
            if end in (as_rational(span.lower or 0), as_rational(span.upper or 0)):
                near = self.function.xreplace({symbol: end + side / symbol})
                if self._settles(near, symbol, others, 1 / span.width):
                    return self.strict is False or interval.contains(end) == sp.false
        return False

    def _settles(self, function: Expr, symbol: Symbol, others: Balls, start: Fraction) -> bool:
        """Whether a function is positive for all values of a symbol from a start on."""
        try:
            far = Far(symbol, others, as_arb(start).lower())
            tail = far.tail(function)
            if not self.strict and all(self.holds(term.coefficient) for term in tail):
                return True
            return far.sign(tail) > 0
        except (UnsupportedError, ZeroDivisionError):
            return False

    def _at_anchor(self, box: Box) -> bool:
        return any(self._anchored(box, found) for found in self.anchors)

    def _anchored(self, box: Box, found: Anchor) -> bool:
        span = box.spans[found.symbol]
        wanted = found.wanted_signs(span)
        if not wanted or (self.strict and not self._is_outside(found)):
            return False
        hull = box.with_span(found.symbol, found.hull(span)).balls()
        if not is_holomorphic(self.function, hull):
            return False
        return self.holds(wanted[0] * _value(found.derivative, hull))

    def _is_outside(self, found: Anchor) -> bool:
        """Whether the zero itself is an excluded end of the domain."""
        return self.intervals[found.symbol].contains(found.place) == sp.false

    def _by_derivatives(self, box: Box, balls: Balls) -> bool:
        found = {s: _value(slope, balls) for s, slope in self.gradient.items()}
        slopes = {s: v for s, v in found.items() if isinstance(v, arb) and v.is_finite()}
        if len(slopes) < len(found):
            return False
        lowest = _lowest_face(box, slopes)
        if lowest is not None and self.holds(_value(self.kept_real, lowest.balls())):
            return True
        return self.holds(self._mean_value(box, balls, slopes))

    def _mean_value(self, box: Box, balls: Balls, slopes: Mapping[Symbol, Ball]) -> Ball:
        middle = {s: as_arb(span.middle) for s, span in box.spans.items()}
        total = _value(self.function, middle)
        for symbol, slope in slopes.items():
            total = total + slope * (balls[symbol] - middle[symbol])
        return total


def _value(function: Expr, balls: Mapping[Symbol, Ball]) -> Ball:
    try:
        return run(function, balls)
    except UnsupportedError:
        return NOT_FINITE


def _lowest_face(box: Box, slopes: Balls) -> Box | None:
    """The face on which a function is smallest, as far as slopes tell."""
    face = box
    for symbol, slope in slopes.items():
        span = box.spans[symbol]
        if span.width and slope >= 0:
            face = face.with_span(symbol, Span(span.lower, span.lower))
        elif span.width and slope <= 0:
            face = face.with_span(symbol, Span(span.upper, span.upper))
    return None if face is box else face
