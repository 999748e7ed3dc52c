"""A function with a branch point as two that have none.

    f = A(d) + s(d) B(d),    s = d^mu or log(d),  d the distance from the point

On the other side of the point, at -d, the values of s next to the real line are off the real line,
and A and B are on it:

    Im f(-d) = +-sin(pi mu) d^mu B(-d)   or   +-pi B(-d)

So mu is the exponent of Im f(-d), a logarithm is what has a whole one, and B is known on one side;
from there its Chebyshev series goes to the other side, with as many more digits as that loses. The
sign, and that there is such an A at all, are seen from how smooth f - s B is.

All of this is found by numbers. A wrong split would not make a wrong kernel, since A is then no
polynomial and is not accepted as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import acb, arb, ctx, fmpq
from sympy import Expr, Symbol

from symdyn.kernels.reparametrise.chebyshev import BITS, Series, series
from symdyn.kernels.reparametrise.exact_function import NotKnown, PointAtBits, real_ball, value_of
from symdyn.kernels.reparametrise.exponents import exponent, raised

Floats = npt.NDArray[np.float64]

COUNT = 120  # coefficients of B
NEAR_COUNT = 64  # on the side where it is wanted
MORE_BITS = 320  # that it loses from one side to the other: (3 + sqrt(8))^COUNT
NEGLIGIBLE = 2.0**-68  # what the last coefficients make there, beside the largest value
LAST = 8
SMALL = 2.0**-60  # as a value of B that is 0


@dataclass(frozen=True, eq=False)
class Split:
    """The factor s (None is the logarithm) and B."""

    power: Fraction | None
    sign: int
    known: Series

    def second(self, distance: arb) -> arb:
        """B at a distance."""
        return self.sign * self.known.at(distance)

    @property
    def limit(self) -> int:
        """The sign with which s B grows at the point; 0 where it has a limit."""
        with ctx.workprec(2 * BITS):
            at_zero = self.known.at(arb(0))
        if self.power is not None or abs(at_zero) < SMALL:
            return 0
        return 1 if self.sign * at_zero < 0 else -1

    def factor(self, distance: arb) -> arb:
        """s at a distance."""
        return distance.log() if self.power is None else raised(distance, self.power)

    def factors(self, distances: Floats) -> Floats:
        """s at distances, in doubles."""
        return np.log(distances) if self.power is None else distances ** float(self.power)

    def rest(self, value: arb, distance: arb) -> arb:
        """A at a distance, from the value of f."""
        return value - self.factor(distance) * self.second(distance)


def splits(expr: Expr, symbol: Symbol, anchor: Expr, side: int, reach: Expr) -> Iterator[Split]:
    """Both signs of what may be a split beside a point, up to a distance.

    >>> from sympy import Integer, besselk
    >>> x = Symbol("x")
    >>> found, _ = splits(besselk(0, x), x, Integer(0), 1, Integer(1))
    >>> found.power, round(float(abs(found.second(arb(1)))), 9)  # I_0(1)
    (None, 1.266065878)

    Raises NotKnown where there is none.
    """

    def jump(distance: PointAtBits, bits: int) -> arb:
        return value_of(expr, symbol, lambda: _beyond(anchor, side, distance()), bits, _imaginary)

    power = exponent(jump)
    if power is None or power < 0:
        raise NotKnown(f"{expr} is no branch at {anchor}")
    is_power = power.denominator > 1

    def second(point: PointAtBits, bits: int) -> arb:
        value = jump(lambda: -point(), bits)
        if not is_power:
            return value / arb.pi()
        turn = (arb(fmpq(power.numerator, power.denominator))).sin_pi()
        return value / turn / raised(-point(), power)

    with ctx.workprec(2 * (BITS + MORE_BITS)):
        end = real_ball(reach)
        beyond = series(second, -end, arb(0), COUNT, BITS + MORE_BITS)
        if not beyond.has_settled(end, LAST, NEGLIGIBLE):
            raise NotKnown(f"what {expr} has beyond {anchor} is not known up to {reach}")
        known = series(lambda point, bits: beyond.at(point()), arb(0), end, NEAR_COUNT)
    for sign in (1, -1):
        yield Split(power if is_power else None, sign, known)


def _beyond(anchor: Expr, side: int, distance: arb) -> arb:
    return real_ball(anchor) - side * distance


def _imaginary(value: arb | acb) -> arb:
    return value.imag if isinstance(value, acb) else arb(0)
