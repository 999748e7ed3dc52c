"""A function with a branch point as two that have none.

    f = A(d) + s(d) B(d),    s = d^mu or log(d),  d the distance from the point

On the other side of the point, at -d, the values of s next to the real line are off the real line,
and A and B are on it:

    Im f(-d) = +-sin(pi mu) d^mu B(-d)   or   +-pi B(-d)

So mu is the exponent of Im f(-d), a logarithm is what has a whole one, and B is known on one side;
from there its Chebyshev series goes to the other side, with as many more digits as that loses. The
sign, and that there is such an A at all, are seen from how smooth f - s B is. Beside infinity f has
a power d^p besides, which turns f(-d) by exp(+-i pi p).

Where nothing can be seen beyond infinity, as for log Gamma, B may be a short polynomial with
rational coefficients: then a linear fit to values at small d tells it.

All of this is found by numbers. A wrong split would not make a wrong kernel, since A is then no
polynomial and is not accepted as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from flint import acb, arb, arb_mat, ctx, fmpq
from sympy import Expr, Symbol

from symdyn.kernels.reparametrise.chebyshev import BITS, Series, series
from symdyn.kernels.reparametrise.exact_function import NotKnown, PointAtBits, real_ball, value_of
from symdyn.kernels.reparametrise.exponents import AtDistance, exponent, raised

Floats = npt.NDArray[np.float64]

COUNT = 120  # coefficients of B
NEAR_COUNT = 64  # on the side where it is wanted
MORE_BITS = 320  # that it loses from one side to the other: (3 + sqrt(8))^COUNT
NEGLIGIBLE = 2.0**-68  # what the last coefficients make there, beside the largest value
LAST = 8
SMALL = 2.0**-60  # as a value of B that is 0
SHORT, FITTED = 4, 12  # coefficients of a polynomial B, and of A
FIT_DIGITS, FIT_BITS = 40, 1500  # of the distances, and of the values
LARGEST_DENOMINATOR = 1000


@dataclass(frozen=True, eq=False)
class Split:
    """The factor s (None is the logarithm) and B, of which a power may be apart."""

    power: Fraction | None
    sign: int
    known: Series
    apart: Fraction = Fraction(0)

    def second(self, distance: arb) -> arb:
        """B at a distance."""
        found = self.sign * self.known.at(distance)
        return found * raised(distance, self.apart) if self.apart else found

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


def splits(
    expr: Expr,
    symbol: Symbol,
    anchor: Expr,
    side: int,
    reach: Expr,
    apart: Fraction = Fraction(0),
) -> Iterator[Split]:
    """What may be splits beside a point, up to a distance; `apart` is p beside infinity.

    >>> from sympy import Integer, besselk
    >>> x = Symbol("x")
    >>> found, _ = splits(besselk(0, x), x, Integer(0), 1, Integer(1))
    >>> found.power, round(float(abs(found.second(arb(1)))), 9)  # I_0(1)
    (None, 1.266065878)

    Raises NotKnown where there is none.
    """
    problem: NotKnown | None = None
    for turn in (1, -1) if apart else (1,):
        try:
            yield from _by_jump(expr, symbol, (anchor, side), reach, apart, turn)
        except NotKnown as why:
            problem = why
    if problem is not None:
        raise problem


def _by_jump(
    expr: Expr, symbol: Symbol, beside: tuple[Expr, int], reach: Expr, apart: Fraction, turn: int
) -> Iterator[Split]:
    """Both signs, from the imaginary part beyond the point."""

    def imaginary(value: arb | acb) -> arb:
        if apart == 0:
            return value.imag if isinstance(value, acb) else arb(0)
        return (acb(value) * acb(fmpq(apart.numerator, apart.denominator) * turn).exp_pi_i()).imag

    def jump(distance: PointAtBits, bits: int) -> arb:
        return value_of(expr, symbol, lambda: _beyond(*beside, distance()), bits, imaginary)

    whole = exponent(jump)
    if whole is None or whole < apart:
        raise NotKnown(f"{expr} is no branch at {beside[0]}")
    power = whole - apart
    is_power = power.denominator > 1

    def second(point: PointAtBits, bits: int) -> arb:
        value = jump(lambda: -point(), bits)
        value = value / raised(-point(), apart) if apart else value
        if not is_power:
            return value / arb.pi()
        turned = (arb(fmpq(power.numerator, power.denominator))).sin_pi()
        return value / turned / raised(-point(), power)

    with ctx.workprec(2 * (BITS + MORE_BITS)):
        end = real_ball(reach)
        beyond = series(second, -end, arb(0), COUNT, BITS + MORE_BITS)
        if not beyond.has_settled(end, LAST, NEGLIGIBLE):
            raise NotKnown(f"what {expr} has beyond {beside[0]} is not known up to {reach}")
        known = series(lambda point, bits: beyond.at(point()), arb(0), end, NEAR_COUNT)
    for sign in (1, -1):
        yield Split(power if is_power else None, sign, known, apart)


def fitted(function: AtDistance, reach: Expr, apart: Fraction) -> Split:
    """The split of d^p (A + log(d) B) with a short B of rational coefficients.

    Raises NotKnown where there is none.
    """
    count = SHORT + FITTED
    with ctx.workprec(2 * FIT_BITS):
        places = [arb(2) ** -FIT_DIGITS / (j + 1) for j in range(count)]
        values = [function(lambda d=d: d, FIT_BITS) / raised(d, apart) for d in places]
        rows = [
            [*(d.log() * d**k for k in range(SHORT)), *(d**k for k in range(FITTED))]
            for d in places
        ]
        solved = arb_mat(rows).solve(arb_mat(count, 1, values)).entries()
        found = [_rational(value) for value in solved[:SHORT]]
    if None in found:
        raise NotKnown("a logarithm with a factor that is no short polynomial")

    def second(point: PointAtBits, bits: int) -> arb:
        total = arb(0)
        for c in reversed(found):
            total = total * point() + arb(fmpq(c.numerator, c.denominator))  # type: ignore[union-attr]
        return total

    known = series(second, arb(0), real_ball(reach), 2 * SHORT)
    return Split(None, 1, known, apart)


def _rational(value: arb) -> Fraction | None:
    if not value.is_finite():
        return None
    number = float(value)
    found = Fraction(number).limit_denominator(LARGEST_DENOMINATOR)
    return found if abs(value - arb(fmpq(found.numerator, found.denominator))) < SMALL else None


def _beyond(anchor: Expr, side: int, distance: arb) -> arb:
    return -side / distance if anchor.is_infinite else real_ball(anchor) - side * distance
