"""Rigorous definite integrals: a ball that certainly contains the integral.

The path is cut at kinks and singular points (`kinks`). A bounded piece is integrated by Arb's
adaptive Gauss-Legendre rule, whose error is proved from the size of the integrand on complex balls
(`integrands`), also at an end where a quotient of zeros has a limit (`removable`). Ends that are
infinite, or near which the integrand is not holomorphic, become half-lines (`rays`) by

    x = u,   x = -u,   x = end + 1/u,   x = end - 1/u

Integrals that converge only conditionally raise NotEnclosable, as do inner integrals that depend
on the variable of an outer one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

import sympy as sp
from flint import acb, arb, ctx
from sympy import Basic, Dummy, Expr, Symbol

from symdyn.numerics.ball_steps import NotEnclosable, run, simplest
from symdyn.numerics.decaying import decaying
from symdyn.numerics.inner_integrals import without_inner
from symdyn.numerics.integrands import Callback
from symdyn.numerics.kinks import Piece, pieces
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.rays import GUARD_BITS, Ray, over_segment
from symdyn.numerics.removable import callback_through
from symdyn.numerics.tape import bound_last

ROUNDS = 4
MOST_BITS_BELOW_ONE = 4000
LONG = 64  # segments beyond may end where what is left does not matter

Part = Callable[[int], Ball]


class End(Enum):
    """How an integrand behaves at an end of a piece."""

    REGULAR = "holomorphic"
    ROUGH = "bounded, but not holomorphic"
    OPEN = "infinite, or not seen to be bounded"


def integral(node: Basic, point: Mapping[Symbol, Ball]) -> Ball:
    """Ball of a definite integral at a point.

    >>> x = Symbol("x")
    >>> ball = integral(sp.Integral(sp.exp(-x**2), (x, -sp.oo, sp.oo)), {})
    >>> ball.overlaps(arb.pi().sqrt()), ball.rad() < 1e-12
    (True, True)
    """
    integrand, *limits = node.args
    if any(len(limit.args) != 3 for limit in limits):
        raise NotEnclosable(node, "the integral is not definite")
    variable, lower, upper = limits[-1].args
    if len(limits) > 1:
        integrand = sp.Integral(integrand, *limits[:-1])
    if integrand.has(sp.Integral):
        integrand = without_inner(integrand, point)
    if any(end.has(sp.nan, sp.zoo) for end in (lower, upper)):
        return NOT_FINITE
    return _Path(node, variable, dict(point)).between(integrand, lower, upper)


def integral_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of an integral as a step of an expression."""
    symbols = bound_last(node)
    return lambda *values: integral(node, dict(zip(symbols, values, strict=True)))


class _Path:
    """The integral over one variable, the other symbols having values."""

    def __init__(self, node: Basic, variable: Symbol, point: dict[Symbol, Ball]) -> None:
        self.node = node
        self.variable = variable
        self.point = point
        self.bits = ctx.prec

    def between(self, integrand: Expr, lower: Expr, upper: Expr) -> Ball:
        """Integral from one end to the other, in either order."""
        order = _order(lower, upper, self.point)
        if order == 0:
            return arb(0)
        if order == -1:
            return -self.between(integrand, upper, lower)
        with ctx.workprec(self.bits + GUARD_BITS):
            parts = self._parts(integrand, lower, upper, order)
        return self._accurate(parts)

    def _accurate(self, parts: list[Part]) -> Ball:
        """Sum of the parts, to as many bits as asked, in several rounds if digits get lost."""
        aim, guard = self.bits, GUARD_BITS
        best = self._sum(parts, aim, guard)
        if _radius_bits(best) > -self.bits // 8 and self._is_narrow():
            raise NotEnclosable(self.node, "the quadrature converges too slowly")
        for _ in range(ROUNDS):
            needed, short = self.bits + _bits_below_one(best), _radius_bits(best) + aim
            if aim >= needed and short <= 0:
                break
            aim, guard = max(aim, needed), guard + max(short, 0) + 8
            better = self._sum(parts, aim, guard)
            if _radius_bits(better) > _radius_bits(best) - 2:
                break
            best = better
        return best

    def _is_narrow(self) -> bool:
        """Whether the point is no box, so that a wide result is a failure."""
        return all(_radius_bits(ball) < -self.bits // 2 for ball in self.point.values())

    def _sum(self, parts: list[Part], aim: int, guard: int) -> Ball:
        with ctx.workprec(aim + guard):
            total = _total(parts, aim)
        if not total.is_finite():
            raise NotEnclosable(self.node, "the quadrature does not converge")
        return simplest(total)

    def _parts(self, integrand: Expr, lower: Expr, upper: Expr, order: int | None) -> list[Part]:
        if order is None:
            return [self._segment(Piece(integrand, lower, upper), lower, upper)]
        found = pieces(integrand, self.variable, lower, upper, self.point)
        return [part for piece in found for part in self._shortened(self._decaying(piece))]

    def _decaying(self, piece: Piece) -> Piece:
        """The piece without divisors that grow."""
        inside = run(middle_of(piece.lower, piece.upper), self.point)
        there = {**self.point, self.variable: inside}
        return replace(piece, integrand=decaying(piece.integrand, there))

    def _shortened(self, piece: Piece) -> list[Part]:
        """The piece; a long one up to where what is left does not matter, as for exp(-t)."""
        if piece.lower.is_infinite or piece.upper.is_infinite:
            return self._piece(piece)
        width = run(piece.upper - piece.lower, self.point)
        if isinstance(width, acb) or not width > LONG:
            return self._piece(piece)
        u = Dummy("u", positive=True)
        beyond = piece.integrand.xreplace({self.variable: piece.lower + u})
        ray = Ray(self.node, beyond, u, sp.S.One, self.point)

        def part(bits: int) -> Ball:
            try:
                cut, rest = ray.cut(bits)
            except NotEnclosable:
                cut, rest = 0, arb(0)
            if not 0 < cut < width:
                return _total(self._piece(piece), bits)
            shorter = Piece(piece.integrand, piece.lower, piece.lower + cut)
            return _total(self._piece(shorter), bits) + rest

        return [part]

    def _piece(self, piece: Piece) -> list[Part]:
        """Segment in the middle, with a ray at each end that is not regular."""
        f, lower, upper = piece.integrand, piece.lower, piece.upper
        if f == 0:
            return []
        if lower == -sp.oo and upper == sp.oo:
            halves = Piece(f, lower, sp.Integer(0)), Piece(f, sp.Integer(0), upper)
            return [part for half in halves for part in self._piece(half)]
        inner = self._callback(piece)
        left = behaviour(inner, self.point, lower, upper)
        right = behaviour(inner, self.point, upper, lower)
        middle = middle_of(lower, upper)
        start = lower if left is End.REGULAR else middle
        end = upper if right is End.REGULAR else middle
        parts = [self._segment(piece, start, end)] if start != end else []
        parts += [self._towards(left, piece, lower, middle, 1)] if left is not End.REGULAR else []
        return parts + (
            [self._towards(right, piece, upper, middle, -1)] if right is not End.REGULAR else []
        )

    def _callback(self, piece: Piece) -> Callback:
        ends = piece.lower, piece.upper
        return callback_through(piece.integrand, self.variable, self.point, ends)

    def _segment(self, piece: Piece, lower: Expr, upper: Expr) -> Part:
        def part(bits: int) -> Ball:
            ends = run(lower, self.point), run(upper, self.point)
            return over_segment(self._callback(piece), *ends, bits)

        return part

    def _towards(self, kind: End, piece: Piece, end: Expr, middle: Expr, side: int) -> Part:
        """The part between an end that is not regular and the middle."""
        ray = self._ray(piece.integrand, end, middle, side)
        if kind is End.OPEN:
            return ray.integral
        ends = (end, middle) if side == 1 else (middle, end)
        plain = self._segment(piece, *ends)

        def part(bits: int) -> Ball:
            try:
                return ray.integral(bits)
            except NotEnclosable:
                return plain(bits)

        return part

    def _ray(self, f: Expr, end: Expr, middle: Expr, side: int) -> Ray:
        u = Dummy("u", positive=True)
        if end.is_infinite:
            x, weight, first = -side * u, sp.Integer(1), -side * middle
        else:
            x, weight, first = end + side / u, u**-2, 1 / (side * (middle - end))
        return Ray(self.node, f.xreplace({self.variable: x}) * weight, u, first, self.point)


def behaviour(inner: Callback, point: Mapping[Symbol, Ball], end: Expr, other: Expr) -> End:
    """How an integrand behaves at one end of a path, seen from the other."""
    if end.is_infinite:
        return End.OPEN
    away = arb(1 if other == sp.oo else -1) if other.is_infinite else run(other - end, point)
    here, step = acb(run(end, point)), acb(away) / 2**20
    if not inner(here.union(here + step), False).is_finite():
        return End.OPEN
    around = here + acb(arb(0, abs(step).upper()), arb(0, abs(step).upper()))
    return End.REGULAR if inner(around, True).is_finite() else End.ROUGH


def _order(lower: Expr, upper: Expr, point: Mapping[Symbol, Ball]) -> int | None:
    """1 if the ends are in increasing order, -1 if decreasing, 0 if equal, None if unknown."""
    if lower == upper:
        return 0
    if lower == -sp.oo or upper == sp.oo:
        return 1
    if lower == sp.oo or upper == -sp.oo:
        return -1
    width = run(upper - lower, point)
    if isinstance(width, acb):
        return None
    return 1 if width > 0 else -1 if width < 0 else 0 if width.is_zero() else None


def middle_of(lower: Expr, upper: Expr) -> Expr:
    """A point between two ends, of which one may be infinite: then beyond -1 or 1."""
    if lower == -sp.oo:
        return sp.Min(sp.floor(upper), 0) - 1
    return sp.Max(sp.ceiling(lower), 0) + 1 if upper == sp.oo else (lower + upper) / 2


def _total(parts: list[Part], bits: int) -> Ball:
    total: Ball = arb(0)
    for part in parts:
        total = total + part(bits)
    return total


def _bits_below_one(value: Ball) -> int:
    """Bits by which a value that is not zero is smaller than 1."""
    mantissa, exponent = acb(value).abs_lower().mid().man_exp()
    if mantissa <= 0:
        return 0
    return min(max(-(int(mantissa).bit_length() + int(exponent)), 0), MOST_BITS_BELOW_ONE)


def _radius_bits(value: Ball) -> int:
    """Binary logarithm of the radius, rounded up."""
    radius = acb(value).rad()
    mantissa, exponent = radius.mid().man_exp()
    return int(mantissa).bit_length() + int(exponent) if mantissa > 0 else -(10**9)
