"""A part of an interval with a variable in which a function is smooth and not small.

A cell is anchored at a point a (an end of the interval, an inner singular point, or infinity):

    d = |y - a|, or 1/|y|     the distance, exact near a
    v = d^r                   r = 1, 1/2, 1/3, or 2 where the function is even or odd in d
    f = d^p * g(v)            p the leading exponent, g smooth with g(0) != 0
    f = d^p * (g(d) + s*h(d)) s = d^mu or log(d), where no v makes f smooth
    f = exp(Q(y)) * ...       beside infinity, where f grows or falls like that
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb
from sympy import Expr

from symdyn.errors import UnsupportedError
from symdyn.kernels.reparametrise.exact_function import (
    ExactFunction,
    NotKnown,
    PointAtBits,
    real_ball,
)
from symdyn.kernels.reparametrise.exponents import raised
from symdyn.kernels.reparametrise.splitting import Split


class NoVariable(UnsupportedError):
    """A function has no variable in which it is smooth, of those that are known here."""


@dataclass(frozen=True)
class Cell:
    """A part of an interval with its variable; `weight` is the share of P that is added."""

    function: ExactFunction
    low: Expr
    high: Expr
    anchor: Expr = sp.S.Zero
    side: int = 1
    exponent: Fraction = Fraction(0)
    power: Fraction = Fraction(1)
    weight: Fraction = Fraction(0)
    split: Split | None = None
    growth: Expr = sp.S.Zero

    @property
    def is_far(self) -> bool:
        """Whether the anchor is infinity."""
        return bool(self.anchor.is_infinite)

    @property
    def reach(self) -> tuple[arb, arb]:
        """The variable at its smallest and at its largest, at the precision in force."""
        ends = [self._variable(real_ball(end)) for end in (self.low, self.high)]
        return (ends[0], ends[1]) if bool(ends[0] < ends[1]) else (ends[1], ends[0])

    def _variable(self, y: arb) -> arb:
        if self.is_far:
            return raised(self.side / y, self.power) if y.is_finite() else arb(0)
        distance = self.side * (y - real_ball(self.anchor))
        return distance if self.power == 1 else raised(distance, self.power)

    def at_distance(self, distance: PointAtBits, bits: int) -> arb:
        """The function at a distance from the anchor, without its growth."""
        return self._moderate(lambda: self._place(distance()), bits)

    @cached_property
    def _moderate(self) -> ExactFunction:
        if self.growth == 0:
            return self.function
        return ExactFunction(self.function.expr * sp.exp(-self.growth), self.function.symbol)

    def smooth_part(self, variable: PointAtBits, bits: int) -> arb:
        """g at a value of the variable."""

        def distance() -> arb:
            v = variable()
            return v if self.power == 1 else raised(v, 1 / self.power)

        value = self.at_distance(distance, bits)
        if self.split is not None:
            value = self.split.rest(value, distance())
        return value / raised(distance(), self.exponent) if self.exponent else value

    def second_part(self, variable: PointAtBits, bits: int) -> arb:
        """h at a value of the variable, which is the distance."""
        if self.split is None:
            raise NotKnown(f"{self.function.expr} is not split")
        return self.split.second(variable()) / raised(variable(), self.exponent)

    def _place(self, distance: arb) -> arb:
        if self.is_far:
            return self.side / distance
        return real_ball(self.anchor) + self.side * distance
