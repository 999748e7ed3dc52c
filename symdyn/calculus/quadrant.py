"""E[u^m v^n] over the quadrant u > 0, v > 0 for unit Gaussians u, v with correlation rho.

Natural powers, in polar coordinates u = r cos(phi), v = r cos(phi - delta), rho = cos(delta):

    E = int r^(m+n+1) exp(-r^2/2) dr / (2 pi)  *  int cos(phi)^m cos(phi - delta)^n dphi

over delta - pi/2 < phi < pi/2. Products of cosines become sums of cosines, whose antiderivative is
differentiated back; the value is (pi - delta) P(rho) + sin(delta) Q(rho) + R(rho) with polynomials.

Real powers above -1, by the power series of exp(rho u v) and Euler's transformation:

    E = 2^((m+n)/2 - 2)/pi (Gamma((m+1)/2) Gamma((n+1)/2) 2F1(-m/2, -n/2; 1/2; rho^2)
                      + 2 rho Gamma(m/2+1) Gamma(n/2+1) 2F1((1-m)/2, (1-n)/2; 3/2; rho^2))

Both need |rho| < 1; edges that miss the origin have no closed form of this kind.
"""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    Integer,
    Symbol,
    binomial,
    cancel,
    chebyshevt,
    chebyshevu,
    cos,
    expand,
    gamma,
    hyper,
    pi,
    sin,
    sqrt,
    sympify,
)
from sympy import Rational as R

from symdyn.calculus.angles import angle, arc
from symdyn.calculus.moments import radial_moment, require_power_above
from symdyn.calculus.obligations import cite, owe

_PHI = Symbol("phi", real=True)
_DELTA = Symbol("delta", real=True)


def quadrant_moment(m: Expr | int, n: Expr | int, correlation: Expr | int) -> Expr:
    """E[u^m v^n 1(u > 0) 1(v > 0)] for unit variances.

    >>> from sympy import symbols
    >>> c = symbols("c")
    >>> quadrant_moment(0, 0, c)
    (pi - acos(c))/(2*pi)

    Raises UnsupportedError unless the powers are known to exceed -1.
    """
    powers = sympify(m), sympify(n)
    if all(isinstance(p, Integer) and p.is_nonnegative for p in powers):
        return _in_polar_coordinates(int(m), int(n), sympify(correlation))
    return _by_series(*powers, sympify(correlation))


def _in_polar_coordinates(m: int, n: int, rho: Expr) -> Expr:
    cite("polar coordinates")
    waves = _waves(m, n)
    antiderivative = Add(*(a * _wave_integral(f, p) for (f, p), a in waves.items()))
    owe(
        antiderivative.diff(_PHI),
        cos(_PHI) ** m * cos(_PHI - _DELTA) ** n,
        because="the antiderivative in the polar angle, differentiated back",
    )
    start, end = arc(_DELTA)
    cosine, sine = Symbol("cosine"), Symbol("sine")
    value = _value(waves, cosine, sine)
    owe(
        antiderivative.subs(_PHI, end) - antiderivative.subs(_PHI, start),
        value.subs({cosine: cos(_DELTA), sine: sin(_DELTA)}),
        because="the antiderivative at the ends of the arc where both forms are positive",
        where=(_DELTA > 0, _DELTA < pi),
    )
    value = value.xreplace({cosine: rho, sine: sqrt(cancel(1 - rho**2)), _DELTA: angle(rho)})
    return radial_moment(m + n) * value


def _waves(m: int, n: int) -> dict[tuple[int, int], Expr]:
    """cos(phi)^m cos(phi - delta)^n as a sum of a cos(f phi - p delta): {(f, p): a}."""
    waves: dict[tuple[int, int], Expr] = {}
    for k in range(m + 1):
        for l in range(n + 1):
            f, p = m - 2 * k + n - 2 * l, n - 2 * l
            if (f, p) < (0, 0):
                f, p = -f, -p
            amount = binomial(m, k) * binomial(n, l) / Integer(2) ** (m + n)
            waves[f, p] = waves.get((f, p), Integer(0)) + amount
    return waves


def _wave_integral(f: int, p: int) -> Expr:
    """An antiderivative of cos(f phi - p delta) in phi."""
    return _PHI * cos(p * _DELTA) if f == 0 else sin(f * _PHI - p * _DELTA) / f


def _value(waves: dict[tuple[int, int], Expr], cosine: Symbol, sine: Symbol) -> Expr:
    """The integral over the arc as (pi - delta) P + sine Q + R, polynomials in the cosine."""
    turning: Expr = Integer(0)
    still: Expr = Integer(0)
    for (f, p), amount in waves.items():
        if f == 0:
            turning += amount * chebyshevt(abs(p), cosine)
        else:
            rise = _shifted_sine(f, -p, cosine, sine) - _shifted_sine(-f, f - p, cosine, sine)
            still += amount * rise / f
    return (pi - _DELTA) * expand(turning) + expand(still)


def _shifted_sine(quarters: int, k: int, cosine: Symbol, sine: Symbol) -> Expr:
    """sin(quarters pi/2 + k delta) by the cosine and sine of delta."""
    even = chebyshevt(abs(k), cosine)
    odd = sine * chebyshevu(abs(k) - 1, cosine) * (1 if k > 0 else -1) if k else Integer(0)
    return (odd, even, -odd, -even)[quarters % 4]


def _by_series(m: Expr, n: Expr, rho: Expr) -> Expr:
    for power in (m, n):
        require_power_above(power, -1, "E[u**p ...] over u > 0")
    cite("quadrant moments of real powers")
    half = R(1, 2)
    even = gamma((m + 1) / 2) * gamma((n + 1) / 2) * hyper((-m / 2, -n / 2), (half,), rho**2)
    odd = (
        gamma(m / 2 + 1) * gamma(n / 2 + 1) * hyper(((1 - m) / 2, (1 - n) / 2), (3 * half,), rho**2)
    )
    return 2 ** ((m + n) / 2 - 2) / pi * (even + 2 * rho * odd)
