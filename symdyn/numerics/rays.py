"""Rigorous integrals over half-lines, and up to singular ends brought to that form.

    integral of g(u) du from B0 to infinity

is cut at a B beyond which a majorant (`majorants`) shows the rest to be negligible. If this B is
small, as for majorants that fall exponentially, [B0, B] is integrated as it stands; if it is huge,
as for powers of u, u = exp(s) is substituted and the path is only log B long. A rational g needs no
cut: w = 1/u makes it a bounded integral.

An integrand that oscillates without end and falls like a power is turned into the complex plane
(`rotation`) if it is of a simple kind; else it is refused (NotEnclosable), since the path up to B
would have too many waves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp
from flint import acb, arb, ctx
from sympy import Basic, Dummy, Expr, Symbol

from symdyn.numerics.ball_steps import NotEnclosable, run, simplest
from symdyn.numerics.integrands import callback
from symdyn.numerics.majorants import expand
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.rotation import turned
from symdyn.numerics.tails import NoTail, integral_bound, is_real, span

GUARD_BITS = 30
EXPONENTIAL_CUTS = tuple(2**k for k in range(1, 13))
POWER_CUTS = tuple(2 ** (2**k) for k in range(4, 14))
TAIL_BITS = 64
MOST_EVALUATIONS = 100_000
WAVES = (sp.sin, sp.cos, sp.tan, sp.exp, sp.besselj, sp.bessely, sp.hankel1, sp.hankel2)

Point = Mapping[Symbol, Ball]


def over_segment(
    integrand: Callable[[acb, bool], acb], lower: Ball, upper: Ball, bits: int
) -> Ball:
    """Integral over a straight segment; the ends may be balls.

    >>> ball = over_segment(lambda z, analytic: z**2, arb(0), arb(3), 50)
    >>> ball.contains(9), ball.rad() < 1e-12
    (True, True)
    """
    if not (lower.is_finite() and upper.is_finite()):
        return NOT_FINITE
    if lower.is_exact() and upper.is_exact():
        return _gauss(integrand, lower, upper, bits)
    width = upper - lower
    return _gauss(
        lambda s, analytic: width * integrand(lower + width * s, analytic), arb(0), arb(1), bits
    )


def _gauss(integrand: Callable[[acb, bool], acb], lower: Ball, upper: Ball, bits: int) -> Ball:
    tolerance = arb(2) ** -(bits + 10)
    value = acb.integral(
        integrand,
        lower,
        upper,
        abs_tol=tolerance,
        rel_tol=tolerance,
        eval_limit=MOST_EVALUATIONS,
    )
    return simplest(value)


@dataclass(frozen=True)
class Ray:
    """The integral of g(u) du from `first` (> 0) to infinity."""

    whole: Basic
    integrand: Expr
    variable: Symbol
    first: Expr
    point: Point

    def integral(self, bits: int) -> Ball:
        """Ball of the integral with an error below 2^-bits, as far as precision allows."""
        inverted = self._inverted()
        if inverted is not None:
            return inverted(bits)
        decaying = turned(self.integrand, self.variable, self.first, self.point)
        if decaying is not None:
            return run(decaying, self.point)
        cut, rest = self.cut(bits)
        first = run(self.first, self.point)
        if cut > EXPONENTIAL_CUTS[-1]:
            self._refuse_waves(cut)
            return self._in_logarithm(first, cut, bits) + rest
        inner = callback(self.integrand, self.variable, self.point)
        return over_segment(inner, first, arb(cut), bits) + rest

    def _inverted(self) -> Callable[[int], Ball] | None:
        """The bounded integral over w = 1/u of a rational integrand that is regular at w = 0."""
        u = self.variable
        if not self.integrand.is_rational_function(u):
            return None
        regular = sp.cancel(self.integrand.xreplace({u: 1 / u}) / u**2)
        inner = callback(regular, u, self.point)
        near_zero = acb(arb(0, 2**-20), arb(0, 2**-20))
        if not inner(near_zero, True).is_finite():
            return None
        return lambda bits: over_segment(
            callback(regular, u, self.point), arb(0), 1 / run(self.first, self.point), bits
        )

    def _in_logarithm(self, first: Ball, cut: int, bits: int) -> Ball:
        """Integral up to the cut over s = log u, with the digits that small values need."""
        s = Dummy("s", real=True)
        slow = self.integrand.xreplace({self.variable: sp.exp(s)}) * sp.exp(s)
        with ctx.workprec(ctx.prec + cut.bit_length()):
            inner = callback(slow, s, self.point)
            return over_segment(inner, first.log(), arb(cut).log(), bits)

    def cut(self, bits: int) -> tuple[int, Ball]:
        """Where to cut, and a ball of what lies beyond."""
        wanted = arb(2) ** -(bits + 10)
        reason = "what is left at the open end is not negligible"
        for cut in (*EXPONENTIAL_CUTS, *POWER_CUTS):
            try:
                rest = self._beyond(cut)
            except NoTail as error:
                reason = str(error)
                continue
            if rest.abs_upper() <= wanted:
                return cut, rest
        raise NotEnclosable(self.whole, reason)

    def _beyond(self, cut: int) -> Ball:
        """Ball of the integral from a cut on."""
        with ctx.workprec(TAIL_BITS):
            tail = expand(self.integrand, self.variable, self.point, arb(cut))
            rest = integral_bound(tail, arb(cut))
            size = arb(0, rest.abs_upper()) if rest.is_finite() else rest
            return size if is_real(tail) else acb(size, size)

    def _refuse_waves(self, cut: int) -> None:
        if waves(self.integrand, self.variable, self.point, arb(cut)):
            raise NotEnclosable(self.whole, "it oscillates and falls like a power")


def waves(g: Expr, variable: Symbol, point: Point, start: arb) -> list[Basic]:
    """Functions in an integrand that oscillate without end."""
    found: list[Basic] = []
    for wave in sorted(g.atoms(*WAVES), key=sp.default_sort_key):
        if variable in wave.args[-1].free_symbols:
            tail = expand(wave.args[-1], variable, point, start)
            turning = not isinstance(wave, sp.exp) or not is_real(tail)
            if turning and not span(tail, start).is_finite():
                found.append(wave)
    return found
