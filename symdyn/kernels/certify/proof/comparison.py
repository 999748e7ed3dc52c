"""How far a program is from the truth on one part of its domain, in units in the last place.

    |computed - f| <= |computed - E| + |E - f|

E is what the program gives in exact arithmetic. The second part is bounded by Taylor models of
both, relative to E: in Chebyshev's basis, since powers of t would cancel. The first is bounded by
the errors of each operation. The last rounding is apart: before it the value is off by a share r of
f, so that

    error <= 1/2 + r 2^53 ulp      (and r|f|/ulp where f stays within one binade)

whichever binade the rounded value falls in, as long as r 2^53 <= 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import sympy as sp
from flint import arb, arb_mat, arb_poly
from sympy import Expr, Symbol

from symdyn.kernels.certify.proof import recurrences
from symdyn.kernels.certify.proof.bounds import SMALLEST_NORMAL, Bounds, up
from symdyn.kernels.certify.proof.branched import Branched, Function
from symdyn.kernels.certify.proof.flow import Flow
from symdyn.kernels.certify.proof.ideal import Ideal
from symdyn.kernels.certify.proof.models import Model, NotEnclosed, raised
from symdyn.kernels.certify.proof.pieces import Piece, place_of
from symdyn.kernels.certify.proof.scaled import Scaled
from symdyn.kernels.certify.proof.truth import model_of
from symdyn.kernels.graph import Program
from symdyn.numerics.ball_steps import ball_of

ORDER = 36  # terms of models
SHORT, SHORT_ORDER = 1000, 10  # doubles of a short part, and terms of its models
NEGLIGIBLE = 2.0**-10  # ulps
NOTHING = arb(2) ** -1075  # half of the least double
MOST_REACH = 0.25  # beside a logarithm, where t |log(t)| still grows
STEEP = 0.5  # of the logarithm of a function on a part
MOST_ZEROS = 6  # coefficients that may be as good as 0


class ZeroInside(NotEnclosed):
    """The function may have a zero between two doubles of a part."""


class Subnormal(NotEnclosed):
    """Results have fewer digits than others."""


@dataclass(frozen=True)
class Found:
    """A bound in ulps, and its two parts: of the polynomials and of rounding before the last."""

    ulps: float
    approximation: float
    rounding: float


@dataclass(frozen=True)
class Comparison:
    """A program and the function that it is to compute."""

    program: Program
    expr: Expr
    symbol: Symbol

    def bound(self, piece: Piece, ways: dict[int, int]) -> Found:
        """A bound that holds for every double of a piece; the ways of the program are added.

        Raises NotEnclosed where there is none, Undecided where inputs go different ways.
        """
        flow = Flow(self.program, piece.low, piece.high, ways)
        constant = flow.constant()
        if constant is not None and constant.is_infinite:
            return self._infinite(piece, constant)
        found = flow.output()
        if found.low == found.high == 0.0 and found.tail == 0.0:
            return self._zero(piece)
        if place_of(piece.high) - place_of(piece.low) <= SHORT:
            try:
                short = self._against_truth(piece, found, ways, SHORT_ORDER)
            except NotEnclosed:
                short = None  # beside a singular point few doubles are no short way
            if short is not None and short.approximation < NEGLIGIBLE:
                return short
        return self._against_truth(piece, found, ways, ORDER)

    def _against_truth(
        self, piece: Piece, found: Bounds, ways: dict[int, int], order: int
    ) -> Found:
        ideal = Ideal(self.program, piece.argument(order), ways).output().stripped()
        truth = self.truth(piece, order)
        truth = truth.bounded() if isinstance(truth, Scaled) else truth
        off = relative_difference(ideal, truth, piece.least)
        if not off < 0.25:
            raise NotEnclosed("the polynomials are far from the function")
        return _in_ulps(found, off)

    def truth(self, piece: Piece, order: int = ORDER) -> Function:
        """The model of the function on a piece."""
        x = piece.argument(order)
        if piece.is_point and piece.anchor is None:
            value = ball_of(self._exactly_at(piece.low))  # type: ignore[arg-type]
            if isinstance(value, arb) and value.is_finite():
                return Model.constant(value, x.reach, order)
        return model_of(self.expr, {self.symbol: x}, x)

    def _zero(self, piece: Piece) -> Found:
        """Where 0 is returned the function must be 0, or less than half of the least double."""
        if piece.is_point and self._exactly_at(piece.low) == 0:
            return Found(0.0, 0.0, 0.0)
        truth = self.truth(piece)
        falls = isinstance(truth, Scaled) or (isinstance(truth, Model) and truth.power >= 0)
        if not falls or not abs(truth.stripped().value) < NOTHING:  # type: ignore[union-attr]
            raise NotEnclosed("0 is returned where the function is not known to be 0")
        return Found(0.5, 0.0, 0.0)

    def _infinite(self, piece: Piece, value: Expr) -> Found:
        """Where infinity is returned the function must grow beyond all bounds, with that sign."""
        beside = piece.beside()
        if beside is None:
            raise NotEnclosed(f"{value} is returned where the function is not known to be infinite")
        first = _growing(self.truth(beside).stripped(), beside.least)
        if first is None or not bool(first > 0 if value is sp.oo else first < 0):
            raise NotEnclosed(f"{value} is returned where the function has another limit")
        return Found(0.0, 0.0, 0.0)

    def _exactly_at(self, x: float) -> Expr:
        """The value at a double, as SymPy evaluates it."""
        return self.expr.xreplace({self.symbol: sp.Rational(*x.as_integer_ratio())})


def relative_difference(ideal: Function, truth: Function, least: arb) -> float:
    """A bound of |ideal - truth|/|truth| for all t from `least` on."""
    if truth.reach.is_zero():
        ideal, truth = at_the_point(ideal), at_the_point(truth)
    difference = ideal - truth
    if isinstance(truth, Branched):
        share = _branched_share(difference, truth, least)
    elif isinstance(difference, Branched):
        raise NotEnclosed("the polynomials have a branch where the function has none")
    else:
        difference, truth = _levelled(difference, truth)
        power, size = leading(truth, least)
        share = _largest(difference, power, least) / size
    found = share / (1 - share)
    if not found.is_finite() or not share < 1:
        return math.inf
    return up(float(found.abs_upper()))


def _levelled(difference: Model, truth: Model) -> tuple[Model, Model]:
    """Both times exp(s t), such that a function that grows or falls much is nearly level."""
    first, second = truth.terms[0], truth.terms[1]
    if truth.power != 0 or first.contains(0):
        return difference, truth
    slope = -(second / first).mid()
    if not abs(slope) * truth.reach.abs_upper() > STEEP:
        return difference, truth
    order = min(difference.order, truth.order)
    along = Model.variable(truth.reach, order) * slope
    factor = along.composed(recurrences.exponential)
    return difference * factor, truth * factor


def at_the_point(function: Function) -> Model:
    """The value at t = 0 of a function that is finite there."""
    if isinstance(function, Model):
        return function
    if function.other.stripped().power > 0:
        return function.regular
    raise NotEnclosed("a function that is not finite at a point")


def _branched_share(difference: Function, truth: Branched, least: arb) -> arb:
    """|P' + s Q'|/|P + s Q| with s = 1 or log(t): the part that leads, less the other at most.

    Where both have one sign nothing is subtracted.
    """
    parts = (
        difference
        if isinstance(difference, Branched)
        else Branched(difference, truth.other * 0, truth.is_log)
    )
    (p, first), (q, second) = _lead(truth.regular, least), _lead(truth.other, least)
    size = abs(truth.reach.abs_upper().log()) if truth.is_log else arb(1)
    if truth.is_log and not truth.reach.abs_upper() < MOST_REACH:
        raise NotEnclosed("a logarithm away from its branch")
    agree = truth.is_log and _have_opposite_signs(truth.regular.unit, truth.other.unit)
    if truth.is_log and q <= p:  # over t^q |log(t)|
        lead, rest = second, _largest(truth.regular, q, least) / size
        most = _largest(parts.regular, q, least) / size + _largest(parts.other, q, least)
    else:
        bound = _beside_log if truth.is_log else _largest
        lead, power = (first, p) if p <= q else (second, q)
        rest = bound(truth.other, p, least) if p <= q else _largest(truth.regular, q, least)
        most = _largest(parts.regular, power, least) + bound(parts.other, power, least)
    small = lead if agree else lead - rest
    if not small > 0:
        raise ZeroInside("the function may be 0 inside a part of the domain")
    return most / small


def _lead(model: Model, least: arb) -> tuple[int | Fraction, arb]:
    """A power and a lower bound beside it, which is 0 where none is known."""
    try:
        return leading(model, least)
    except ZeroInside:
        return model.power, arb(0)


def _beside_log(model: Model, power: int | Fraction, least: arb) -> arb:
    """A bound of |log(t) f|/t^power: of terms that have no power of t left, by the least t."""
    if model.is_zero:
        return arb(0)
    top = model.reach.abs_upper()
    shift = int(power - model.power)
    grown = top * abs(top.log())  # t |log(t)|, which grows up to MOST_REACH
    if shift < 0:
        return _largest(model, model.power, least) * raised(top, -shift - 1) * grown
    first = _below(model.terms, shift, least)
    first += abs(model.terms[shift]) if shift < model.terms.length() else 0
    later = _spread(model.terms.right_shift(shift + 1), model.reach)
    later += abs(model.rest) * raised(model.reach, model.order - shift - 1)
    return first * abs(least.log()) + later * grown


def _have_opposite_signs(one: arb, other: arb) -> bool:
    return bool((one > 0 and other < 0) or (one < 0 and other > 0))


def _growing(function: Function, least: arb) -> arb | None:
    """The first coefficient, with its sign near t = 0, of a function that has no bound there."""
    if isinstance(function, Branched):
        p, q = _lead(function.regular, least)[0], leading(function.other, least)[0]
        if function.is_log and q <= p and q <= 0:
            return -_coefficient(function.other, q)
        return _growing(function.regular if p <= q else function.other, least)
    power, _ = leading(function, least)
    return _coefficient(function, power) if power < 0 else None


def _coefficient(model: Model, power: int | Fraction) -> arb:
    return model.terms[int(power - model.power)]


def _largest(model: Model, power: int | Fraction, least: arb) -> arb:
    """A bound of |f|/t^power from `least` on."""
    if model.is_zero:
        return arb(0)
    shift = power - model.power
    if shift.denominator != 1 or shift < 0:
        if not shift < 0:
            raise NotEnclosed("powers that do not fit")
        return _largest(model, model.power, least) * raised(model.reach.abs_upper(), -shift)
    shift = int(shift)
    if shift > model.order:
        raise NotEnclosed("the function grows where the polynomials do not")
    total = _spread(model.terms.right_shift(shift), model.reach)
    total += abs(model.rest) * raised(model.reach, model.order - shift)
    return total + _below(model.terms, shift, least)


def leading(model: Model, least: arb) -> tuple[int | Fraction, arb]:
    """A power k and a lower bound of |f/t^k| from `least` on.

    Coefficients below k are allowed if they are so small that no double sees them: those of numbers
    that are 0 but not known to be, and those of a zero that is known to many digits.

    Raises ZeroInside where there is none.
    """
    for shift in range(min(MOST_ZEROS, model.order) + 1):
        values = _values(model.terms.right_shift(shift), model.reach)
        values += model.rest * raised(model.reach, model.order - shift)
        if values.contains(0):
            continue
        small = values.abs_lower() - _below(model.terms, shift, least)
        if small > values.abs_lower() / 2:
            return model.power + shift, small
    raise ZeroInside("the function may be 0 inside a part of the domain")


def _below(terms: arb_poly, shift: int, least: arb) -> arb:
    """A bound of the terms below t^shift, over t^shift."""
    total = arb(0)
    for k, c in enumerate(terms.truncate(shift).coeffs()):
        if not c.is_zero():
            total += abs(c) / raised(least, shift - k) if least > 0 else arb("inf")
    return total


def _values(terms: arb_poly, reach: arb) -> arb:
    """All values of a polynomial on an interval, by Chebyshev's basis."""
    first, *others = _chebyshev(terms, reach)
    spread = sum((abs(c) for c in others), arb(0))
    return first + arb(0, 1) * spread


def _spread(terms: arb_poly, reach: arb) -> arb:
    """A bound of the size of a polynomial on an interval."""
    return sum((abs(c) for c in _chebyshev(terms, reach)), arb(0))


def _chebyshev(terms: arb_poly, reach: arb) -> list[arb]:
    inside = terms(arb_poly([reach.mid(), reach.rad()])) if terms.length() > 1 else terms
    coefficients = inside.coeffs() or [arb(0)]
    count = len(coefficients)
    column = arb_mat(count, 1, coefficients)
    return list((_matrix(count) * column).entries())


@lru_cache(maxsize=128)
def _matrix(count: int) -> arb_mat:
    """Powers of u in Chebyshev's basis: u^j = 2^(1-j) sum over i of C(j, i) T_(j-2i)."""
    rows = [[arb(0)] * count for _ in range(count)]
    for j in range(count):
        for i in range(j // 2 + 1):
            share = arb(math.comb(j, i)) * 2 / arb(2) ** j
            rows[j - 2 * i][j] += share / 2 if j == 2 * i else share
    return arb_mat(rows)


def _in_ulps(found: Bounds, off: float) -> Found:
    error, share = found.unrounded
    smallest = up(1.0) ** -1 * max(found.small - found.tail - found.error, 0.0) / (1 + off)
    largest = (found.big + found.tail + found.error) * (1 + 2 * off)
    smallest = max(smallest, 0.0)
    if largest < 8 * SMALLEST_NORMAL:
        raise Subnormal("results are subnormal, or nearly so")
    whole = up(share + off * (1 + share) * 1.01) if share < 1 else math.inf
    by_share = whole * 2.0**53
    by_size = math.inf
    if smallest > 4 * SMALLEST_NORMAL:
        absolute = min(error + off * largest, whole * largest)
        by_size = up(absolute) / math.ulp(smallest)
    if smallest < 4 * SMALLEST_NORMAL and found.least < 4 * SMALLEST_NORMAL:
        by_share = math.inf  # subnormal results have fewer digits
    before = min(by_share, by_size)
    if not before <= 0.99 * 2.0**20:
        raise NotEnclosed("a result without a useful bound")
    approximation = min(off * 2.0**53, before)
    return Found(_with_last_rounding(before), approximation, before - approximation)


def _with_last_rounding(before: float) -> float:
    """Half an ulp more; a whole one where the rounded value may be in a higher binade."""
    return up(0.5 + before) if before <= 1.0 else up(1.0 + 2.0 * before)
