"""A half-line on which functions are enclosed, and the steps that exponentials and signs need.

    exp(g)     powers in the exponent become growth, bounded parts a ball
    log(g)     log C + p*log u + ...;   log B <= log u <= (log B / B^s) u^s for s >= 1/log B
    sign(g)    the sign of the term that dominates

Where nothing is seen this far out, NoTail is raised; farther out it may be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import acb, arb
from sympy import Basic, Symbol

from symdyn.numerics.ball_steps import run
from symdyn.numerics.piecewise import Ball
from symdyn.numerics.tails import (
    NoTail,
    Tail,
    Term,
    add,
    as_ball,
    constant,
    dominant,
    inside_disc,
    is_real,
    raise_to,
    scale,
    scale_growth,
    span,
    supremum,
    touches_slit,
    unit_interval,
)

LOG_POWERS = tuple(Fraction(1, n) for n in (64, 16, 8, 4, 2, 1))
LARGEST_LEAST = arb(256)


class HalfLine:
    """All u >= start, the other symbols having values."""

    def __init__(self, variable: Symbol, point: Mapping[Symbol, Ball], start: arb) -> None:
        self.variable = variable
        self.point = point
        self.start = start

    def number(self, expr: Basic) -> Ball:
        """Ball of an expression without the variable."""
        value = run(expr, self.point)
        if not value.is_finite():
            raise NoTail(f"{expr} has no finite value")
        return value

    def span(self, tail: Tail) -> Ball:
        """Ball of all values."""
        return span(tail, self.start)

    def exponential(self, argument: Tail) -> Tail:
        """exp(g)."""
        fast = [t for t in argument if t.growth and not self.span((t,)).is_finite()]
        if fast:
            return self._double_exponential(argument)
        rising = [t for t in argument if t.power > 0 and not t.growth]
        bounded = tuple(t for t in argument if t not in rising)
        factor = self.span(bounded).exp()
        growth = tuple(sorted((t.power, t.coefficient.real) for t in rising))
        if any(isinstance(t.coefficient, acb) for t in rising):
            factor = inside_disc(factor.abs_upper())
        return (Term(factor, Fraction(0), tuple((q, e) for q, e in growth if not e.is_zero())),)

    def _double_exponential(self, argument: Tail) -> Tail:
        """|exp(g)| <= exp(-m u^2) where -Re g / u^2 is at least m."""
        lead = dominant(argument, self.start)
        if not lead.coefficient.real < 0:
            raise NoTail("an exponential of an exponential")
        falling = scale_growth(lead.growth, arb(-1))
        least = 1 / supremum(2 - lead.power, falling, self.start)
        rate = (-lead.coefficient.real * least).lower()
        if not rate > 0:
            raise NoTail("an exponential of an exponential this close in")
        return (Term(inside_disc(arb(1)), Fraction(0), ((Fraction(2), -rate),)),)

    def logarithm(self, argument: Tail) -> Tail:
        """log(g)."""
        lead = dominant(argument, self.start)
        if touches_slit(lead.coefficient):
            raise NoTail("a logarithm whose argument is not seen to keep away from the cut")
        coefficient = lead.coefficient
        real = isinstance(coefficient, arb) and coefficient > 0
        parts = [constant(coefficient.log() if real else acb(coefficient).log())]
        parts += [(Term(e, q),) for q, e in lead.growth]
        if lead.power:
            parts.append(scale(self._log_of_variable(), as_ball(lead.power)))
        return add(*parts)

    def _log_of_variable(self) -> Tail:
        """log B + [0, (log B)/B^s] u^s."""
        log = self.start.log()
        for s in LOG_POWERS:
            if log * as_ball(s) >= 1:
                rise = Term(unit_interval(log / self.start ** as_ball(s)), s)
                return (*constant(log), rise)
        raise NoTail("a logarithm this close in")

    def sign(self, argument: Tail) -> int:
        """Sign that a real function keeps on the half-line; 0 if it is zero."""
        if not argument:
            return 0
        coefficient = dominant(argument, self.start).coefficient
        if not is_real(argument) or isinstance(coefficient, acb):
            raise NoTail("a comparison of complex values")
        if coefficient > 0:
            return 1
        if coefficient < 0:
            return -1
        raise NoTail("a sign is not seen to settle this far out")

    def least(self, argument: Tail) -> arb:
        """Positive lower bound of a positive function, no larger than is useful."""
        if self.sign(argument) <= 0:
            raise NoTail("an argument is not seen to be positive far out")
        inverse = self.span(raise_to(argument, Fraction(-1), self.start))
        if not inverse.is_finite() or not inverse.abs_upper() > 0:
            raise NoTail("an argument is not seen to keep away from zero far out")
        return (1 / inverse.abs_upper()).lower().min(LARGEST_LEAST)


def exact_fraction(value: arb) -> Fraction:
    """The rational number that an exact ball is."""
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
