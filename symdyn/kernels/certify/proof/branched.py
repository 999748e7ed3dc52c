"""Taylor models of functions with a branch point at t = 0.

    f(t) = P(t) + s(t) Q(t),    s = 1 where Q has a power of t that is not whole, or log(t)

P and Q are models. Such functions are added, and multiplied by models; more is not asked of them.
For t from 0 to s < 1 log(t) is negative, and t^k |log(t)| is at most s^k |log(s)| where
s < exp(-1/k).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symdyn.kernels.certify.proof import recurrences
from symdyn.kernels.certify.proof.models import Model, NotEnclosed
from symdyn.kernels.certify.proof.recurrences import Action


@dataclass(frozen=True, eq=False)
class Branched:
    """P, Q, and whether Q goes with log(t)."""

    regular: Model
    other: Model
    is_log: bool

    @property
    def power(self) -> int | Fraction:
        """The least power of t."""
        return min(self.regular.power, self.other.power)

    @property
    def reach(self) -> arb:
        """The interval of t."""
        return self.regular.reach

    @property
    def order(self) -> int:
        """Terms of the first part."""
        return self.regular.order

    @property
    def is_zero(self) -> bool:
        """Whether the function is 0 exactly."""
        return self.regular.is_zero and self.other.is_zero

    def stripped(self) -> Branched:
        """With every exact zero among the first coefficients moved to the powers."""
        return Branched(self.regular.stripped(), self.other.stripped(), self.is_log)

    def __add__(self, other: Function | arb | int) -> Branched:
        if not isinstance(other, Branched):
            if isinstance(other, Model) and not self.is_log and other.power.denominator != 1:
                return Branched(self.regular, _model(self.other + other), False)
            return Branched(_model(self.regular + other), self.other, self.is_log)
        if other.is_log != self.is_log:
            raise NotEnclosed("two kinds of branches at one point")
        regular = _model(self.regular + other.regular)
        return Branched(regular, _model(self.other + other.other), self.is_log)

    __radd__ = __add__

    def __neg__(self) -> Branched:
        return Branched(-self.regular, -self.other, self.is_log)

    def __sub__(self, other: Function | arb | int) -> Branched:
        return self + (-other)

    def __rsub__(self, other: Model | arb | int) -> Branched:
        return (-self) + other

    def __mul__(self, other: Function | arb | int) -> Branched:
        if not isinstance(other, (Branched, Model, arb, int)):
            return NotImplemented
        if isinstance(other, Branched):
            raise NotEnclosed("a product of functions with a branch at one point")
        if isinstance(other, Model) and other.power.denominator != 1 and not self.is_log:
            raise NotEnclosed("powers of more than two kinds at one point")
        return Branched(_model(self.regular * other), _model(self.other * other), self.is_log)

    __rmul__ = __mul__

    def __truediv__(self, other: Model) -> Branched:
        return self * other.inverse()

    def composed(self, action: Action) -> Model:
        """Functions of these are none of these."""
        raise NotEnclosed("a function of what has a branch")

    def raised(self, exponent: Fraction) -> Branched:
        """Nor are powers."""
        if exponent != 1:
            raise NotEnclosed("a power of what has a branch")
        return self


Function = Model | Branched


def _model(found: Function) -> Model:
    if isinstance(found, Model):
        return found
    raise NotEnclosed("more than two kinds of functions at a branch")


def total(one: Function, other: Function) -> Function:
    """A sum, branched where powers of t differ by what is no whole number."""
    if isinstance(one, Model) and isinstance(other, Model):
        if (one.power - other.power).denominator != 1 and not one.is_zero and not other.is_zero:
            regular, rest = (one, other) if one.power.denominator == 1 else (other, one)
            if regular.power.denominator != 1:
                raise NotEnclosed("two powers of the distance that are not whole")
            return Branched(regular, rest, False)
        return one + other
    return one + other if isinstance(one, Branched) else other + one  # type: ignore[operator]


def logarithm(inner: Function) -> Function:
    """The logarithm, with that of t apart where the function vanishes or grows at t = 0."""
    if isinstance(inner, Branched) or inner.power == 0:
        return inner.composed(recurrences.logarithm)
    if not inner.is_one_sided:
        raise NotEnclosed("a logarithm of what is 0 inside a part of the domain")
    plain = inner.stripped()
    unit = Model(plain.reach, 0, plain.terms, plain.order, plain.rest)
    power = arb(plain.power.numerator) / plain.power.denominator
    count = Model.constant(power, plain.reach, plain.order)
    return Branched(unit.composed(recurrences.logarithm), count, True)
