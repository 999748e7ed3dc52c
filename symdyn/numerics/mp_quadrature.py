"""Definite integrals by mpmath's tanh-sinh rule, on pieces without kinks.

The path is cut at kinks and singular points as for rigorous quadrature. Near an end where the
integrand is not regular, x = end +- w with w = exp(-s) keeps all digits of the distance w, and
makes every integrable power of w fall exponentially in s. On half-lines an integrand that falls
like a power is integrated over s = log x; if it oscillates as well, wave by wave and extrapolated.
Turning points of exponents are made ends of pieces, so that no narrow peak is missed.

Iterated integrals of fast decaying integrands have a rule of their own (`nested_lines`).

mpmath estimates its error. If the estimate is far worse than the digits asked for, pieces are cut
further, and if that does not help NotEvaluable is raised. The estimate is no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import acb, arb, ctx, fmpz
from sympy import Basic, Dummy, Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import NotEnclosable
from symdyn.numerics.inner_integrals import without_inner
from symdyn.numerics.integrands import callback
from symdyn.numerics.kinks import Piece, pieces
from symdyn.numerics.majorants import expand
from symdyn.numerics.mp_steps import Number, context, number_of, run
from symdyn.numerics.nested_lines import nested_integral
from symdyn.numerics.piecewise import Ball
from symdyn.numerics.quadrature import End, behaviour, middle_of
from symdyn.numerics.rays import waves
from symdyn.numerics.tails import NoTail
from symdyn.numerics.tape import NotEvaluable, bound_last

GUARD_DIGITS = 15
FAR = 2**12
BALL_BITS = 128
MOST_DECADES = 4
DECADE_STEP = 50
HALVINGS = (0, 2, 4)
BITS_PER_DIGIT = 3.33


@dataclass(frozen=True)
class Stretch:
    """A smooth integrand on an interval whose upper end may be infinite."""

    form: Expr
    variable: Symbol
    ends: tuple[Expr, ...]
    frequency: Expr | None = None
    near_end: bool = False


def integral_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of an integral as a step of an expression."""
    symbols = bound_last(node)
    return lambda mp, *values: integral(node, dict(zip(symbols, values, strict=True)), mp)


def integral(node: Basic, point: Mapping[Symbol, Number], mp: Any) -> Number:
    """Value of a definite integral in a context."""
    integrand, *limits = node.args
    if any(len(limit.args) != 3 for limit in limits):
        raise NotEvaluable(node, "the integral is not definite")
    nested = _nested(node, point, mp)
    if nested is not None:
        return nested
    variable, lower, upper = limits[-1].args
    if len(limits) > 1:
        integrand = sp.Integral(integrand, *limits[:-1])
    if integrand.has(sp.Integral):
        integrand = without_inner(integrand, {s: _ball(value, mp) for s, value in point.items()})
    if lower == upper:
        return mp.zero
    if _is_descending(lower, upper, point, mp):
        return -_sum(node, stretches(integrand, variable, upper, lower, point, mp), point, mp)
    return _sum(node, stretches(integrand, variable, lower, upper, point, mp), point, mp)


def _nested(node: Basic, point: Mapping[Symbol, Number], mp: Any) -> Number | None:
    """An iterated integral by sums over lines, where these suit it."""
    if len(node.args) < 3 and not node.args[0].has(sp.Integral):
        return None
    bits = mp.prec - int(GUARD_DIGITS * BITS_PER_DIGIT)
    balls = {symbol: _complex_ball(value, mp) for symbol, value in point.items()}
    found = nested_integral(node, balls, bits)
    if found is None:
        return None
    if not (found.error < abs(found.value) or acb(found.value).is_zero()):
        raise NotEvaluable(node, f"its parts cancel to less than {found.error.str(2)}")
    return number_of(found.value, mp)


def _is_descending(lower: Expr, upper: Expr, point: Mapping[Symbol, Number], mp: Any) -> bool:
    first, last = run(lower, point, mp), run(upper, point, mp)
    return mp.im(first) == 0 == mp.im(last) and bool(mp.re(first) > mp.re(last))


def _sum(node: Basic, parts: Iterator[Stretch], point: Mapping[Symbol, Number], mp: Any) -> Number:
    found = [_over(node, part, point, mp) for part in parts]
    total = mp.fsum(value for value, _ in found)
    error = mp.fsum(abs(error) for _, error in found)
    size = mp.fsum(abs(value) for value, _ in found)
    wanted = mp.mpf(10) ** (GUARD_DIGITS - mp.dps)
    if not mp.isfinite(total) or error > wanted * max(size, 1):
        raise NotEvaluable(node, f"quadrature gives {mp.nstr(total, 8)} +- {mp.nstr(error, 2)}")
    return total


def _over(
    node: Basic, part: Stretch, point: Mapping[Symbol, Number], mp: Any
) -> tuple[Number, Number]:
    """Value and estimated error, the interval being halved if need be."""

    def f(x: Number) -> Number:
        place = {**point, part.variable: x}
        return _close(part.form, place, x, mp) if part.near_end else run(part.form, place, mp)

    if part.near_end and not _falls(f, mp):
        raise NotEvaluable(node, "the integral does not converge at a singular end")
    ends = [run(end, point, mp) for end in part.ends]
    if part.frequency is not None:
        frequency = abs(run(part.frequency, point, mp))
        if not _waves_fall(f, ends[0], frequency, mp):
            raise NotEvaluable(node, "it oscillates without falling; the integral diverges")
        return mp.quadosc(f, [ends[0], mp.inf], omega=frequency), mp.zero
    wanted = mp.mpf(10) ** (GUARD_DIGITS - mp.dps)
    value, error = mp.nan, mp.inf
    for halvings in HALVINGS:
        value, error = mp.quad(f, _refined(ends, halvings, mp), error=True)
        if not mp.isfinite(value):
            raise NotEvaluable(node, "the integrand is not finite on the path")
        if error <= wanted * abs(value):
            break
    return value, error


def _close(form: Expr, place: Mapping[Symbol, Number], s: Number, mp: Any) -> Number:
    """Value at a distance exp(-s) from an end, where differences need more digits."""
    decades = int(min(s, MOST_DECADES * mp.dps) / 2)
    digits = mp.dps + DECADE_STEP * (3 * decades // DECADE_STEP)
    value = run(form, place, context(digits))
    if mp.isnan(value) and s > mp.dps:
        return mp.zero
    return mp.convert(value)


def _falls(f: Callable[[Number], Number], mp: Any) -> bool:
    """Whether an integrand falls towards the end, as it must to be integrable."""
    near, nearer = abs(f(mp.mpf(mp.dps))), abs(f(mp.mpf(3 * mp.dps)))
    return nearer == 0 or nearer < near


def _refined(ends: list[Number], halvings: int, mp: Any) -> list[Number]:
    """More ends: equal parts of an interval, doubling ones of a half-line."""
    if not halvings:
        return ends
    places = [ends[0]]
    for a, b in pairwise(ends):
        if mp.isinf(b):
            places += [a + 2**k for k in range(2 * halvings)]
        else:
            places += [a + (b - a) * k / 2**halvings for k in range(1, 2**halvings)]
        places.append(b)
    return places


def _waves_fall(f: Callable[[Number], Number], first: Number, frequency: Number, mp: Any) -> bool:
    """Whether the waves far out are lower than nearer ones, as they must be for a limit."""
    period = 2 * mp.pi / frequency
    near, far = (
        max(abs(f(first + (waves + mp.mpf(k) / 8) * period)) for k in range(8))
        for waves in (2**8, 2**20)
    )
    return bool(far < near / 2)


def stretches(
    integrand: Expr,
    variable: Symbol,
    lower: Expr,
    upper: Expr,
    point: Mapping[Symbol, Number],
    mp: Any,
) -> Iterator[Stretch]:
    """The integrals that make up an integral."""
    balls = {symbol: _ball(value, mp) for symbol, value in point.items()}
    with ctx.workprec(BALL_BITS):
        try:
            found = list(pieces(integrand, variable, lower, upper, balls))
        except NotEnclosable:
            found = [Piece(integrand, lower, upper)]
        path = _Path(variable, balls)
        yield from [part for piece in found for part in path.split(piece)]


def _ball(value: Number, mp: Any) -> arb:
    if mp.im(value) != 0 or not mp.isfinite(value):
        return arb.nan()
    sign, mantissa, exponent, _ = mp.re(value)._mpf_
    return arb((fmpz(int(-mantissa if sign else mantissa)), fmpz(int(exponent))))


def _complex_ball(value: Number, mp: Any) -> Ball:
    real, imaginary = _ball(mp.re(value), mp), _ball(mp.im(value), mp)
    return acb(real, imaginary) if mp.im(value) != 0 else real


@dataclass(frozen=True)
class _Path:
    variable: Symbol
    balls: Mapping[Symbol, Ball]

    def split(self, piece: Piece) -> list[Stretch]:
        """The middle of a piece and its ends, each in the variable that suits it."""
        f, lower, upper = piece.integrand, piece.lower, piece.upper
        if f == 0:
            return []
        if lower == -sp.oo and upper == sp.oo:
            halves = Piece(f, lower, sp.Integer(0)), Piece(f, sp.Integer(0), upper)
            return [part for half in halves for part in self.split(half)]
        left = self._is_regular(f, lower, upper)
        right = self._is_regular(f, upper, lower)
        middle = middle_of(lower, upper)
        start, end = lower if left else middle, upper if right else middle
        parts = [Stretch(f, self.variable, (start, end))] if start != end else []
        parts += [] if left else [self._towards(f, lower, middle, 1)]
        return parts + ([] if right else [self._towards(f, upper, middle, -1)])

    def _is_regular(self, f: Expr, end: Expr, other: Expr) -> bool:
        try:
            inner = callback(f, self.variable, self.balls)
            return behaviour(inner, self.balls, end, other) is End.REGULAR
        except UnsupportedError:
            return bool(end.is_finite) and isinstance(f, sp.Integral)

    def _towards(self, f: Expr, end: Expr, middle: Expr, side: int) -> Stretch:
        if end.is_infinite:
            u = Dummy("u", positive=True)
            return self._half_line(f.xreplace({self.variable: -side * u}), u, -side * middle)
        s = Dummy("s", real=True)
        distance = side * (middle - end) * sp.exp(-s)
        form = f.xreplace({self.variable: end + side * distance}) * distance
        return Stretch(form, s, (sp.Integer(0), sp.oo), near_end=True)

    def _half_line(self, g: Expr, u: Symbol, first: Expr) -> Stretch:
        far = arb(FAR)
        try:
            tail = expand(g, u, self.balls, far)
            if all(term.growth for term in tail):
                return Stretch(g, u, (*_with_peaks(g, u, first), sp.oo))
            turning = waves(g, u, self.balls, far)
        except (NoTail, UnsupportedError):
            return Stretch(g, u, (first, sp.oo))
        if turning:
            return _with_waves(g, u, first, turning[0])
        s = Dummy("s", real=True)
        return Stretch(g.xreplace({u: sp.exp(s)}) * sp.exp(s), s, (sp.log(first), sp.oo))


def _with_waves(g: Expr, u: Symbol, first: Expr, wave: Basic) -> Stretch:
    """The half-line in a variable v in which the waves have one length: their phase is a*v."""
    phase = wave.args[-1]
    phase = sp.im(phase) if isinstance(wave, sp.exp) else phase
    if not phase.is_polynomial(u):
        raise NotEvaluable(wave, "it oscillates in a way that is not known")
    coefficient, power = sp.LC(phase, u), sp.degree(phase, u)
    if power == 1:
        return Stretch(g, u, (first, sp.oo), coefficient)
    v = Dummy("v", positive=True)
    root = v ** sp.Rational(1, power)
    form = g.xreplace({u: root}) * root / (power * v)
    return Stretch(form, v, (first**power, sp.oo), coefficient)


def _with_peaks(g: Expr, u: Symbol, first: Expr) -> tuple[Expr, ...]:
    """The start of a half-line and the places beyond it where an exponent is largest."""
    peaks = set()
    for exponent in (e.args[0] for e in g.atoms(sp.exp)):
        slope = sp.diff(exponent, u)
        if slope.is_polynomial(u) and sp.degree(slope, u) == 1:
            peaks.add(-slope.subs(u, 0) / sp.diff(slope, u))
    beyond = [peak for peak in peaks if (peak - first).is_positive]
    return (first, *sorted(beyond, key=float))
