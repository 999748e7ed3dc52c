"""Boxes: a product of intervals, one for each symbol, of which ends may be infinite.

Ends are exact rational numbers or infinite. As a ball an interval is slightly widened by rounding,
except that an end at 0 stays exactly there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb, fmpq
from sympy import Rational, S, Symbol

from symdyn.errors import DomainError

FIRST_CUT = Fraction(4)


@dataclass(frozen=True)
class Span:
    """An interval of one symbol; None stands for an infinite end."""

    lower: Fraction | None
    upper: Fraction | None

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.lower is not None and self.upper is not None

    @property
    def width(self) -> Fraction:
        """Length of a bounded interval."""
        return (self.upper or Fraction(0)) - (self.lower or Fraction(0))

    @property
    def middle(self) -> Fraction:
        """The centre, or a point well inside a half-line."""
        if self.lower is None and self.upper is None:
            return Fraction(0)
        if self.lower is None:
            return (self.upper or Fraction(0)) - max(1, abs(self.upper or 0))
        if self.upper is None:
            return self.lower + max(1, abs(self.lower))
        return (self.lower + self.upper) / 2

    def ball(self) -> arb:
        """A ball that contains a bounded interval."""
        ball = as_arb(self.middle)
        if self.width:
            ball = ball + arb(0, as_arb(self.width / 2).abs_upper())
        if self.lower == 0:
            return ball.nonnegative_part()
        return -(-ball).nonnegative_part() if self.upper == 0 else ball

    def halves(self) -> tuple[Span, Span]:
        """Two intervals that make up this one; half-lines are cut far out."""
        cut = self.middle if self.is_bounded else self._far()
        return replace(self, upper=cut), replace(self, lower=cut)

    def _far(self) -> Fraction:
        if self.lower is None and self.upper is None:
            return Fraction(0)
        if self.lower is None:
            end = -(self.upper or Fraction(0))
            return -max(FIRST_CUT, end * end if end > 1 else FIRST_CUT)
        return max(FIRST_CUT, self.lower**2 if self.lower > 1 else FIRST_CUT)

    def __str__(self) -> str:
        ends = [None if end is None else float(end) for end in (self.lower, self.upper)]
        lower = "(-oo" if ends[0] is None else f"[{ends[0]:.6g}"
        return lower + (", oo)" if ends[1] is None else f", {ends[1]:.6g}]")


@dataclass(frozen=True)
class Box:
    """One interval for each symbol."""

    spans: dict[Symbol, Span]

    @property
    def rays(self) -> tuple[Symbol, ...]:
        """Symbols whose interval is not bounded."""
        return tuple(symbol for symbol, span in self.spans.items() if not span.is_bounded)

    def balls(self) -> dict[Symbol, arb]:
        """A ball for each symbol with a bounded interval."""
        return {s: span.ball() for s, span in self.spans.items() if span.is_bounded}

    def middle(self) -> dict[Symbol, Rational]:
        """An exact point inside."""
        return {symbol: as_rational(span.middle) for symbol, span in self.spans.items()}

    def corners(self) -> Iterator[dict[Symbol, Rational]]:
        """Exact points whose coordinates are finite ends."""
        points: list[dict[Symbol, Rational]] = [{}]
        for symbol, span in self.spans.items():
            ends = [end for end in (span.lower, span.upper) if end is not None] or [span.middle]
            points = [{**p, symbol: as_rational(end)} for p in points for end in ends]
        yield from points

    def with_span(self, symbol: Symbol, span: Span) -> Box:
        """The same box with another interval for one symbol."""
        return Box({**self.spans, symbol: span})

    def split(self, symbol: Symbol) -> tuple[Box, Box]:
        """Two boxes that make up this one."""
        left, right = self.spans[symbol].halves()
        return self.with_span(symbol, left), self.with_span(symbol, right)

    def __str__(self) -> str:
        return ", ".join(f"{symbol} in {span}" for symbol, span in self.spans.items())


def as_arb(x: Fraction) -> arb:
    """Ball of a rational number."""
    return arb(fmpq(x.numerator, x.denominator))


def as_rational(x: Fraction | int) -> Rational:
    """The same number as a SymPy rational."""
    return Rational(x.numerator, x.denominator)


def span_of(lower: object, upper: object) -> Span:
    """Interval with rational ends that contains [lower, upper], irrational ends rounded outwards.

    >>> span_of(S.Zero, S.Infinity)
    Span(lower=Fraction(0, 1), upper=None)
    """
    return Span(_rounded(S(lower), -1), _rounded(S(upper), 1))


def _rounded(end: object, direction: int) -> Fraction | None:
    value = S(end)
    if value.is_infinite:
        return None
    if isinstance(value, Rational):
        return Fraction(int(value.p), int(value.q))
    if not value.is_real:
        raise DomainError(f"the end {end} of an interval is not a real number")
    near = Rational(str(value.evalf(40)))
    near += direction * (abs(near) + 1) / 10**36
    return Fraction(int(near.p), int(near.q))
