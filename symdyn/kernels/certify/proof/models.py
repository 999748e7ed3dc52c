"""Taylor models: a function on an interval as a polynomial and a remainder, both enclosed in balls.

    f(t) = t^k (c_0 + c_1 t + ... + c_(n-1) t^(n-1) + R t^n)      for every t of the interval T

T is [0, s] or [-s, s], as balls with the middles s/2 and 0. The power k is what makes the remainder
relative to the function where that vanishes or grows at t = 0, as roots, products and removable
singularities do. Coefficients may be balls about 0 that are known to be small and not known to be
0: only exact zeros are split off.

A function of a model keeps Lagrange's remainder: the n-th Taylor coefficient over the whole of T,
from power series whose constant term is a ball, and the first derivative times the remainder of
the argument. What is not finite on T raises NotEnclosed; on a smaller interval it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb, arb_poly, ctx

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.proof import recurrences
from symdyn.kernels.certify.proof.recurrences import Action


class NotEnclosed(UnsupportedError):
    """A function is not finite, or not known to be smooth, on the interval of a model."""


@contextmanager
def exactness(bits: int, terms: int) -> Iterator[None]:
    """Work with so many bits and so many terms of power series."""
    before = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = bits, terms
    try:
        yield
    finally:
        ctx.prec, ctx.cap = before


@dataclass(frozen=True, eq=False)
class Model:
    """t^power (terms + rest t^order) for every t in reach.

    >>> with exactness(100, 12):
    ...     t = Model.variable(arb(0.25, 0.25), 10)
    ...     found = (t.composed(recurrences.exponential) - 1) / t
    >>> found.power, round(float(found.terms[2]), 6), bool(abs(found.rest) < 1e-6)
    (0, 0.166667, True)
    """

    reach: arb
    power: int | Fraction
    terms: arb_poly
    order: int
    rest: arb

    @staticmethod
    def constant(value: arb, reach: arb, order: int) -> Model:
        """The same value everywhere."""
        return Model(reach, 0, arb_poly([value]), order, arb(0))

    @staticmethod
    def variable(reach: arb, order: int) -> Model:
        """t itself."""
        return Model(reach, 1, arb_poly([1]), order, arb(0))

    # --- values

    @property
    def unit(self) -> arb:
        """A ball of the values without the power of t, over the interval."""
        return self.terms(self.reach) + self.rest * raised(self.reach, self.order)

    @property
    def value(self) -> arb:
        """A ball of the values over the interval."""
        return self.unit * raised(self.reach, self.power) if self.power else self.unit

    @property
    def is_one_sided(self) -> bool:
        """Whether t is nowhere negative."""
        return self.reach.is_zero() or not self.reach.mid().is_zero()

    @property
    def is_zero(self) -> bool:
        """Whether the function is 0 exactly."""
        return self.rest.is_zero() and all(c.is_zero() for c in self.terms.coeffs())

    def stripped(self) -> Model:
        """With every exact zero among the first coefficients moved to the power."""
        count = 0
        coefficients = self.terms.coeffs()
        while count < len(coefficients) and coefficients[count].is_zero():
            count += 1
        if count == 0 or count == len(coefficients):
            return self
        terms = self.terms.right_shift(count)
        return replace(self, power=self.power + count, terms=terms, order=self.order - count)

    # --- arithmetic

    def _of(self, power: int | Fraction, terms: arb_poly, order: int, rest: arb) -> Model:
        """A model whose terms beyond the order join the remainder."""
        if terms.length() > order:
            rest = rest + terms.right_shift(order)(self.reach)
            terms = terms.truncate(order)
        if not rest.is_finite():
            raise NotEnclosed("a function is not finite on a part of its domain")
        return Model(self.reach, power, terms, order, rest)

    def _other(self, other: Model | arb | int) -> Model:
        if isinstance(other, Model):
            return other
        if not isinstance(other, (arb, int)):
            raise NotEnclosed("a function that has a branch")
        return Model.constant(arb(other), self.reach, self.order)

    def __add__(self, other: Model | arb | int) -> Model:
        if not isinstance(other, (Model, arb, int)):
            return NotImplemented
        other = self._other(other)
        low, high = (self, other) if self.power <= other.power else (other, self)
        shift = high.power - low.power
        if shift.denominator != 1:
            if self.is_zero or other.is_zero:
                return other if self.is_zero else self
            raise NotEnclosed("a root of the distance from a singular point is left")
        shift = int(shift)
        order = min(low.order, high.order + shift)
        terms = low.terms + high.terms.left_shift(shift)
        rest = low.rest * raised(self.reach, low.order - order)
        rest += high.rest * raised(self.reach, high.order + shift - order)
        return self._of(low.power, terms, order, rest).stripped()

    __radd__ = __add__

    def __neg__(self) -> Model:
        return replace(self, terms=-self.terms, rest=-self.rest)

    def __sub__(self, other: Model | arb | int) -> Model:
        if not isinstance(other, (Model, arb, int)):
            return NotImplemented
        return self + (-self._other(other))

    def __rsub__(self, other: arb | int) -> Model:
        return self._other(other) - self

    def __mul__(self, other: Model | arb | int) -> Model:
        if not isinstance(other, (Model, arb, int)):
            return NotImplemented
        other = self._other(other)
        order, reach = min(self.order, other.order), self.reach
        mine, theirs = self._cut(order), other._cut(order)
        terms = mine.terms * theirs.terms
        rest = mine.rest * theirs.unit + mine.terms(reach) * theirs.rest
        return self._of(self.power + other.power, terms, order, rest)

    __rmul__ = __mul__

    def __truediv__(self, other: Model | arb | int) -> Model:
        return self * self._other(other).inverse()

    def __rtruediv__(self, other: arb | int) -> Model:
        return self._other(other) / self

    def _cut(self, order: int) -> Model:
        if order == self.order:
            return self
        rest = self.rest * raised(self.reach, self.order - order)
        return self._of(self.power, self.terms, order, rest)

    # --- functions

    def inverse(self) -> Model:
        """1/f, where f has no zero but at t = 0."""
        plain = self.stripped()
        found = replace(plain, power=0).composed(recurrences.reciprocal)
        return replace(found, power=-plain.power)

    def raised(self, exponent: Fraction) -> Model:
        """A power: whole, or of a function that is positive for t > 0.

        t^(power*exponent) may be no whole power: then the model goes with factors, not in sums with
        other powers.
        """
        if exponent.denominator == 1:
            return self._whole_power(int(exponent))
        plain = self.stripped()
        power = plain.power * exponent
        if plain.power and not plain.is_one_sided:
            raise NotEnclosed("a root of what is 0 inside a part of the domain")
        unit = replace(plain, power=0)
        root = unit.composed(recurrences.power(arb(1) / exponent.denominator))
        found = root._whole_power(exponent.numerator)
        return replace(found, power=int(power) if power.denominator == 1 else power)

    def _whole_power(self, count: int) -> Model:
        if count < 0:
            return self.inverse()._whole_power(-count)
        found = self._other(1)
        for digit in bin(count)[2:]:
            found = found * found
            found = found * self if digit == "1" else found
        return found

    def composed(self, action: Action) -> Model:
        """An analytic function of this one, given as what it does to power series.

        Raises NotEnclosed where the function is not finite on all values.
        """
        if self.power < 0:
            raise NotEnclosed("a function of what grows beyond all bounds")
        if self.power.denominator != 1:
            raise NotEnclosed("a root of the distance from a singular point is left")
        power = int(self.power)
        order = self.order + power
        inner = self.terms.left_shift(power)
        found = action(inner.coeffs() or [arb(0)], order)
        around = inner(arb_poly([self.reach, 1])).coeffs() or [arb(0)]
        last = action(around, order + 1)[order]
        values = inner(self.reach) + self.rest.union(arb(0)) * raised(self.reach, order)
        slope = action([values, arb(1)], 2)[1]
        rest = last + slope * self.rest
        if not rest.is_finite() or not all(c.is_finite() for c in found):
            raise NotEnclosed("a function is not finite on a part of its domain")
        result = Model(self.reach, 0, arb_poly(found), order, rest)
        return result._cut(min(order, self.order)).stripped()


def raised(reach: arb, count: int | Fraction) -> arb:
    """All values of a power on an interval that is about 0 or on one side of it."""
    if count.denominator != 1:
        exponent = arb(count.numerator) / count.denominator
        return reach.abs_upper() ** exponent * arb(0.5, 0.5)
    count = int(count)
    size = reach.abs_upper() ** count
    if count == 0 or reach.is_zero():
        return arb(1 if count == 0 else 0)
    if not reach.contains(0):
        return reach**count if reach > 0 else (-reach) ** count * (-1) ** count
    one_sided = reach.lower() >= 0 or count % 2 == 0
    return size * (arb(0.5, 0.5) if one_sided else arb(0, 1))
