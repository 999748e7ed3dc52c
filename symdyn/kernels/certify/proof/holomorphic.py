"""Power series of any function that has values on complex balls, by Cauchy's integral.

    F_k = 1/N sum over j of F(m + R w_j) (R w_j)^-k + error,      w_j = exp(i pi (2j + 1)/N)

On a disc of radius S about m, where F is holomorphic and at most M in size, |F_k| <= M/S^k; the sum
is off by F_(k+N), F_(k+2N), ... times powers of R^N, so by no more than

    M S^-k (R/S)^N/(1 - (R/S)^N)

At other points within r < S of m coefficients are at most M/(S - r)^k, which is all that is said of
them where r is large: that is for remainders, which want no more. Functions are real on the real
line; so half of the circle will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy as sp
from flint import acb, arb, arb_series, ctx
from sympy import Dummy, Expr

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.proof.models import NotEnclosed
from symdyn.kernels.certify.proof.recurrences import Action, Series
from symdyn.numerics.ball_steps import run
from symdyn.numerics.functions import TABLE

BITS = 200  # of values
SHARE = 8  # S/R, so that 3 bits come with a point
POINTS = 52  # on half of the circle: 2^-312 for the points that are left out
ARCS, ARC_BITS = 8, 64  # on which the size is looked at
HALVINGS = 4  # of an arc, where
COARSE = 1.0  # times its size is not known
SMALLEST = 56  # halvings of the first radius
VARIABLE = Dummy("z")


def holomorphic(expr: Expr, within: float | None = None) -> Action:
    """What a function of VARIABLE does to power series.

    `within` is a radius about 0 where it is known to be holomorphic, whatever its parts are.

    >>> found = holomorphic(sp.besselj(0, VARIABLE))([arb(0), arb(1)], 4)
    >>> [round(float(c), 9) + 0.0 for c in found]
    [1.0, 0.0, -0.25, 0.0]

    Raises NotEnclosed where it is not known to be holomorphic about the first coefficient.
    """

    def action(g: Sequence[arb], count: int) -> Series:
        mantissa, exponent = g[0].mid().man_exp()
        disc = _disc(expr, int(mantissa), int(exponent), within)
        outer = disc.coefficients(g[0].rad(), count)
        if len(g) == 2:
            return _scaled(outer, g[1])
        inner = arb_series([arb(0), *g[1:]], prec=count)
        composed = arb_series(outer, prec=count)(inner)
        return [composed[k] for k in range(count)]

    return action


def _scaled(outer: Series, by: arb) -> Series:
    found, power = [], arb(1)
    for c in outer:
        found.append(c * power)
        power = power * by
    return found


@dataclass(frozen=True, eq=False)
class _Disc:
    """A disc, the size of the function on it, and coefficients about its middle."""

    expr: Expr
    middle: arb
    radius: arb
    size: arb

    @cached_property
    def known(self) -> tuple[arb, ...]:
        return _by_cauchy(self.expr, self.middle, self.radius, self.size)

    def coefficients(self, rad: arb, count: int) -> Series:
        """About every point of a ball with the same middle."""
        near, bound = self.radius - rad, self.size
        if not near > 0:
            raise NotEnclosed("a function is not known to be holomorphic on a part of its domain")
        found: Series = []
        for k in range(count):
            off = rad * (k + 1) * bound / near  # the derivative is (k + 1) F_(k+1)
            is_narrow = k < len(self.known) and off < bound
            middle = self.known[k] if is_narrow else arb(0)
            found.append(middle + arb(0, (off if is_narrow else bound).abs_upper()))
            bound = bound / near
        return found


@lru_cache(maxsize=256)
def _disc(expr: Expr, mantissa: int, exponent: int, within: float | None) -> _Disc:
    m = arb(mantissa) * arb(2) ** exponent
    largest = max(abs(m), arb(1))
    for halvings in range(SMALLEST):
        radius = arb(2) ** (_exponent_above(largest) - halvings)
        size = _size(expr, m, radius, within)
        if size is not None:
            return _Disc(expr, m, radius, size)
    raise NotEnclosed(f"{expr.func.__name__} is not holomorphic on a part of its domain")


def _exponent_above(size: arb) -> int:
    """An n with size <= 2^n."""
    mantissa, exponent = size.abs_upper().man_exp()
    return int(abs(mantissa)).bit_length() + int(exponent)


def _size(expr: Expr, m: arb, radius: arb, within: float | None) -> arb | None:
    """A bound of |F| on a disc, None where F is not known to be holomorphic there."""
    with ctx.workprec(ARC_BITS):
        if within is not None:
            if not abs(m) + radius < within:
                return None
        elif not _is_holomorphic(expr, acb(m + arb(0, radius), arb(0, radius))):
            return None
        arcs = [_size_on_arc(expr, m, radius, (k, ARCS), HALVINGS) for k in range(ARCS)]
        return None if None in arcs else max(arcs)  # type: ignore[type-var]


def _size_on_arc(
    expr: Expr, m: arb, radius: arb, part: tuple[int, int], halvings: int
) -> arb | None:
    """A bound on one of so many parts of the upper half circle, which is cut where it is coarse."""
    k, count = part
    angle = arb(2 * k + 1) / (2 * count)
    around = arb(0, (radius * arb.pi() / (2 * count)).abs_upper())
    at = m + radius * acb(angle.cos_pi(), angle.sin_pi()) + acb(around, around)
    value = _value(expr, at)
    is_finite = value is not None and bool(value.is_finite())
    if value is not None and is_finite and value.rad() < COARSE * abs(value.mid()).upper():
        return value.abs_upper()
    if not halvings:
        return value.abs_upper() if value is not None and is_finite else None
    sides = [
        _size_on_arc(expr, m, radius, (2 * k + side, 2 * count), halvings - 1) for side in (0, 1)
    ]
    return None if None in sides else max(sides)  # type: ignore[type-var]


def _is_holomorphic(expr: Expr, disc: acb) -> bool:
    """Whether the table knows it, or the function is finite on the whole disc."""
    entry = TABLE[expr.func]
    if entry.extension is not None:
        return False
    if entry.holomorphic is None:
        value = _value(expr, disc)
        return value is not None and bool(value.is_finite())
    return bool(entry.holomorphic(*(_ball(arg, disc) for arg in expr.args)))


def _ball(arg: sp.Basic, at: acb) -> object:
    if isinstance(arg, sp.Tuple):
        return tuple(_ball(part, at) for part in arg)
    return acb(run(arg, {VARIABLE: at}))


def _value(expr: Expr, at: acb) -> acb | None:
    try:
        return acb(run(expr, {VARIABLE: at}))
    except UnsupportedError:
        return None


def _by_cauchy(expr: Expr, m: arb, radius: arb, size: arb) -> tuple[arb, ...]:
    """As many coefficients as there are points on half of the circle."""
    with ctx.workprec(BITS):
        inner, count = radius / SHARE, 2 * POINTS
        total = [arb(0)] * POINTS
        for j in range(POINTS):
            angle = arb(2 * j + 1) / count
            cosine, sine = angle.cos_pi(), angle.sin_pi()
            value = _value(expr, m + inner * acb(cosine, sine))
            if value is None or not value.is_finite():
                raise NotEnclosed(f"{expr.func.__name__} has no value near a part of its domain")
            back = acb(cosine, -sine)
            for k in range(POINTS):
                total[k] += value.real
                value = value * back
        small = arb(SHARE) ** -count
        left_out = size * small / (1 - small)
        found, power = [], arb(1)
        for k in range(POINTS):
            found.append(total[k] / POINTS / inner**k + arb(0, (left_out / power).abs_upper()))
            power = power * radius
        return tuple(found)
