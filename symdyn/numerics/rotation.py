"""Oscillating integrals over half-lines, turned into the complex plane where they decay.

    integral from a to oo of g(u) exp(i w u) du  =  i exp(i w a) integral from 0 to oo of
                                                    g(a + i t) exp(-w t) dt         for w > 0

and with -i for w < 0. This is Cauchy's theorem on a quarter of a large circle with Jordan's lemma:
g must be holomorphic where Re u >= a and tend to 0 there. Here g is a rational function times
powers of u and of log u, of negative degree in all, and a lies beyond the moduli of all poles
(Cauchy's bound on the zeros of the denominator). Sines and cosines are written as exponentials;
of a power u**k, the power becomes the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp
from flint import acb, arb
from sympy import Dummy, Expr, I, Integral, Poly, PolynomialError, S, Symbol

from symdyn.numerics.ball_steps import run
from symdyn.numerics.piecewise import Ball

FARTHEST = 200  # beyond poles farther out there would be too many waves
Point = Mapping[Symbol, Ball]


def turned(integrand: Expr, variable: Symbol, first: Expr, point: Point) -> Expr | None:
    """Integrals that decay, whose sum is the integral from `first` (> 0) to infinity.

    None where the integrand does not oscillate, or is not of the kind that can be turned.

    >>> u = Symbol("u", positive=True)
    >>> turned(sp.sin(u)/u, u, sp.Integer(1), {}).has(sp.sin)
    False
    >>> turned(sp.exp(-u)*sp.sin(u), u, sp.Integer(1), {}) is None
    True
    """
    g, u, start = _in_linear_phases(integrand, variable, first)
    terms = None if g is None else _terms(g, u)
    if g is None or terms is None:
        return None
    rates = [run(phase.coeff(u), point) for phase, _ in terms]
    if not any(_is_wave(rate) for rate in rates):
        return None
    if g.is_real:
        terms, rates = _half_of_the_waves(terms, rates)
    pairs = zip(terms, rates, strict=True)
    parts = [_part(factor, phase, rate, u, point) for (phase, factor), rate in pairs]
    cut = _beyond_poles([factor for _, factor in terms], u, start, point)
    if cut is None or any(part is None for part in parts):
        return None
    whole = Integral(g, (u, start, cut)) if cut != start else S.Zero
    beyond = sp.Add(*(part(cut) for part in parts if part is not None))
    return whole + (sp.re(beyond, evaluate=False) if g.is_real else beyond)


def _half_of_the_waves(
    terms: list[tuple[Expr, Expr]], rates: list[Ball]
) -> tuple[list[tuple[Expr, Expr]], list[Ball]]:
    """Of a real integrand: those with w > 0, twice, since the others are their conjugates."""
    kept = [
        ((phase, 2 * factor if _is_wave(rate) else factor), rate)
        for (phase, factor), rate in zip(terms, rates, strict=True)
        if not (_is_wave(rate) and acb(rate).imag < 0)
    ]
    return [term for term, _ in kept], [rate for _, rate in kept]


def _in_linear_phases(g: Expr, variable: Symbol, first: Expr) -> tuple[Expr | None, Symbol, Expr]:
    """The integrand over v = u**k, if u**k is what all sines and cosines are taken of."""
    u = Dummy("u", positive=True)
    g = g.xreplace({variable: u})
    degrees = {_degree(wave.args[0], u) for wave in g.atoms(sp.sin, sp.cos, sp.exp)}
    degrees.discard(0)
    if not degrees or len(degrees) > 1 or None in degrees:
        return None, u, first
    k = degrees.pop()
    if k != 1:
        g, first = g.xreplace({u: u ** (S.One / k)}) * u ** (S.One / k - 1) / k, first**k
    return g, u, first


def _degree(phase: Expr, u: Symbol) -> int | None:
    """k, if the phase is c + d*u**k."""
    if u not in phase.free_symbols:
        return 0
    try:
        powers = [power for (power,) in Poly(phase, u).monoms() if power]
    except PolynomialError:
        return None
    return powers[0] if len(powers) == 1 else None


def _terms(g: Expr, u: Symbol) -> list[tuple[Expr, Expr]] | None:
    """Pairs (phase, factor) with g = sum of exp(phase) factor, and no exponential in a factor."""
    phases: dict[Symbol, Expr] = {}
    waves = [wave for wave in g.atoms(sp.sin, sp.cos, sp.exp) if wave.has(u)]
    form = g.xreplace({wave: _in_exponentials(wave, phases) for wave in waves})
    found: dict[Expr, Expr] = {}
    for term in sp.Add.make_args(sp.expand(form, log=False, power_base=False)):
        phase, factor = S.Zero, S.One
        for part in sp.Mul.make_args(term):
            base, exponent = part.as_base_exp()
            if base in phases:
                phase += exponent * phases[base]
            else:
                factor *= part
        if factor.free_symbols & set(phases):
            return None
        phase = sp.expand(phase)
        found[phase] = found.get(phase, S.Zero) + factor
    return [(phase, factor) for phase, factor in found.items() if sp.expand(factor) != 0]


def _in_exponentials(wave: Expr, phases: dict[Symbol, Expr]) -> Expr:
    """A sine, cosine or exponential in symbols that stand for exponentials."""
    argument = wave.args[0] if isinstance(wave, sp.exp) else I * wave.args[0]
    ahead, back = Dummy("ahead"), Dummy("back")
    phases |= {ahead: argument, back: -argument}
    if isinstance(wave, sp.exp):
        return ahead
    return (ahead + back) / 2 if isinstance(wave, sp.cos) else (ahead - back) / (2 * I)


def _is_wave(rate: Ball) -> bool:
    rate = acb(rate)
    return rate.real.is_zero() and not rate.imag.contains(0)


def _part(
    factor: Expr, phase: Expr, rate: Ball, u: Symbol, point: Point
) -> Callable[[Expr], Expr] | None:
    """The integral of one term from a cut on, as a function of the cut."""
    if acb(rate).is_zero() or acb(rate).real < 0:
        return lambda cut: Integral(factor * sp.exp(phase), (u, cut, sp.oo))
    summands = sp.Add.make_args(factor)
    if not _is_wave(rate) or not all(_vanishes_at_infinity(s, u, point) for s in summands):
        return None
    side = I if acb(rate).imag > 0 else -I
    decay, t = -phase.coeff(u) * side, Dummy("t", nonnegative=True)
    return lambda cut: (
        side
        * sp.exp(phase.xreplace({u: cut}))
        * Integral(factor.xreplace({u: cut + side * t}) * sp.exp(-decay * t), (t, 0, sp.oo))
    )


def _vanishes_at_infinity(summand: Expr, u: Symbol, point: Point) -> bool:
    """Whether a product of rational functions, powers and logarithms has a negative degree."""
    degree: Ball = arb(0)
    for part in sp.Mul.make_args(summand):
        base, exponent = part.as_base_exp()
        if not part.has(u) or (base == sp.log(u) and exponent.is_Integer and exponent > 0):
            continue
        if base == u and not exponent.has(u):
            degree = degree + run(exponent, point)
        elif part.is_rational_function(u):
            above, below = (Poly(side, u) for side in sp.fraction(sp.together(part)))
            degree = degree + above.degree() - below.degree()
        else:
            return False
    return isinstance(degree, arb) and bool(degree < 0)


def _beyond_poles(factors: list[Expr], u: Symbol, start: Expr, point: Point) -> Expr | None:
    """An integer beyond the start and beyond the moduli of all poles."""
    bound = acb(run(start, point)).real.abs_upper()
    summands = [summand for factor in factors for summand in sp.Add.make_args(factor)]
    for part in (part for summand in summands for part in sp.Mul.make_args(summand)):
        if part.is_rational_function(u) and part.has(u):
            radius = _cauchy_bound(Poly(sp.fraction(sp.together(part))[1], u), point)
            bound = max(bound, radius)
    if not bound < FARTHEST:
        return None
    cut = sp.Integer(int(bound.ceil().unique_fmpz() or FARTHEST))
    return start if start == cut else cut + 1


def _cauchy_bound(denominator: Poly, point: Point) -> arb:
    """1 + max |c_i/c_n|: no zero of the polynomial has a larger modulus."""
    coefficients = [abs(acb(run(c, point))) for c in denominator.all_coeffs()]
    ratios = [(c / coefficients[0]).abs_upper() for c in coefficients[1:]]
    nonzero = [ratio for ratio in ratios if not ratio.is_zero()]
    return 1 + max(nonzero) if nonzero else arb(0)
