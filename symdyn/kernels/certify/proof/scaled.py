"""Functions that grow or fall a lot, as exp(E(t)) F(t): E is large, or unbounded at t = 0.

Products add exponents, and where these cancel an ordinary function is left. In a sum, and as an
argument, what falls faster than any power at t = 0 is a ball about 0: t^k exp(-c t^-m) grows with t
as long as c m t^-m >= -k.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from symdyn.kernels.certify.proof import recurrences
from symdyn.kernels.certify.proof.branched import Branched
from symdyn.kernels.certify.proof.models import Model, NotEnclosed, raised
from symdyn.kernels.certify.proof.recurrences import Action

LARGE = 40  # an exponent that is kept
MOST = arb(2) ** 40  # of how much something is known to fall


@dataclass(frozen=True, eq=False)
class Scaled:
    """exp(exponent) function."""

    exponent: Model
    function: Model | Branched

    @property
    def power(self) -> int | Fraction:
        """Of what falls: none that is small."""
        return 0

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Scaled):
            return Scaled(self.exponent, self.function * other)
        exponent, function = self.exponent + other.exponent, self.function * other.function
        return times_exponential(exponent, function)

    __rmul__ = __mul__

    def __neg__(self) -> Scaled:
        return Scaled(self.exponent, -self.function)

    def __add__(self, other: Any) -> Any:
        other = other.bounded() if isinstance(other, Scaled) else other
        return self.bounded() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def raised(self, exponent: Fraction) -> Scaled:
        """A power."""
        scale = arb(exponent.numerator) / exponent.denominator
        return Scaled(self.exponent * scale, self.function.raised(exponent))

    def inverse(self) -> Scaled:
        """1/f."""
        return self.raised(Fraction(-1))

    def composed(self, action: Action) -> Any:
        """A function of it."""
        return self.bounded().composed(action)

    def stripped(self) -> Any:
        """As an ordinary function."""
        return self.bounded().stripped()

    def bounded(self) -> Any:
        """As an ordinary function; a ball about 0 of all values where E is unbounded.

        Raises NotEnclosed for what grows beyond all bounds.
        """
        exponent, function = self.exponent.stripped(), self.function
        if exponent.power >= 0:
            return function * exponent.composed(recurrences.exponential)
        if not isinstance(function, Model) or not exponent.unit < 0:
            raise NotEnclosed("what is not known to fall")
        top = exponent.reach.abs_upper()
        steep = -exponent.unit.upper() * raised(top, exponent.power)
        m = arb(exponent.power.numerator) / exponent.power.denominator
        k = arb(function.power.numerator) / function.power.denominator
        if not steep * (-m) >= -k:
            raise NotEnclosed("what falls no faster than its factors grow")
        size = (-min(steep, MOST)).exp() * (top.log() * k).exp() * abs(function.unit)
        return Model.constant(arb(0, size.abs_upper()), exponent.reach, exponent.order)


def times_exponential(exponent: Model, function: Model | Branched) -> Any:
    """exp(exponent) function, ordinary where the exponent is small."""
    plain = exponent.stripped()
    if plain.is_zero:
        return function
    if plain.power < 0 or plain.value.abs_upper() > LARGE:
        return Scaled(plain, function)
    return function * plain.composed(recurrences.exponential)


def exponential(inner: Any) -> Any:
    """exp of a function, whatever it does at t = 0."""
    if not isinstance(inner, Model):
        return inner.composed(recurrences.exponential)
    return times_exponential(inner, Model.constant(arb(1), inner.reach, inner.order))
