"""The one table of functions: how each SymPy function is evaluated by mpmath and by Arb.

One line each: the SymPy class; its value by an mpmath context; its value on balls (real or
complex), or None where no rigorous evaluation is known; where it is holomorphic (None: wherever
the ball value is finite); for real functions made of pieces, the holomorphic extension of a piece.

Branch cuts are SymPy's, which are mpmath's and Arb's: log and powers are cut along (-oo, 0] and
continuous from above there. Elliptic integrals take the parameter m, uppergamma(s, z) the exponent
first. Both columns are tested against one another at real and complex points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import acb

from symdyn.numerics import piecewise as pieces
from symdyn.numerics import special
from symdyn.numerics.regions import (
    Region,
    integer_degree_or,
    integer_order_or_off_slit,
    nowhere,
    off_both,
    off_i_rays,
    off_i_segment,
    off_left,
    off_right,
    off_segment,
    off_slit,
    off_slit_and_right,
    right_half_plane,
)


@dataclass(frozen=True)
class Entry:
    """How one function is evaluated."""

    function: type
    mp: Callable[..., Any]
    ball: Callable[..., Any] | None
    holomorphic: Region | None = None
    extension: Callable[..., acb] | None = None

    @property
    def name(self) -> str:
        """Name of the function, as SymPy spells it."""
        return self.function.__name__


def _mp_sign(mp: Any, z: Any) -> Any:
    return mp.sign(z)


def _mp_step(mp: Any, x: Any, at_zero: Any) -> Any:
    return at_zero if x == 0 else mp.mpf(x > 0)


def _mp_angle(mp: Any, y: Any, x: Any) -> Any:
    if mp.im(x) == 0 and mp.im(y) == 0:
        return mp.atan2(mp.re(y), mp.re(x))
    return -1j * mp.log((x + 1j * y) / mp.sqrt(x**2 + y**2))


def _mp_harmonic(mp: Any, n: Any, order: Any = 1) -> Any:
    return mp.harmonic(n) if order == 1 else mp.zeta(order) - mp.zeta(order, n + 1)


def _mp_catalan(mp: Any, n: Any) -> Any:
    return mp.mpf(4) ** n * mp.gamma(n + 0.5) * mp.rgamma(n + 2) / mp.sqrt(mp.pi)


def _mp_lambert(mp: Any, z: Any, branch: Any = 0) -> Any:
    return mp.lambertw(z, int(branch))


def _mp_through_zero(name: str) -> Callable[..., Any]:
    """mpmath's hypergeometric sums raise where the value is exactly 0, unless told to stop."""
    return lambda mp, *args: getattr(mp, name)(*args, zeroprec=10 * mp.prec)


def _mp_spherical(bessel: str) -> Callable[..., Any]:
    def value(mp: Any, n: Any, z: Any) -> Any:
        return mp.sqrt(mp.pi / (2 * z)) * getattr(mp, bessel)(n + mp.mpf(0.5), z)

    return value


ENTRIES: tuple[Entry, ...] = (
    # exponential and logarithm
    Entry(sp.exp, lambda mp, z: mp.exp(z), lambda z: z.exp()),
    Entry(sp.log, lambda mp, z: mp.log(z), lambda z: z.log(), off_slit),
    Entry(sp.LambertW, _mp_lambert, special.lambert_w, off_left(0)),
    # trigonometric
    Entry(sp.sin, lambda mp, z: mp.sin(z), lambda z: z.sin()),
    Entry(sp.cos, lambda mp, z: mp.cos(z), lambda z: z.cos()),
    Entry(sp.tan, lambda mp, z: mp.tan(z), lambda z: z.tan()),
    Entry(sp.cot, lambda mp, z: mp.cot(z), lambda z: z.cot()),
    Entry(sp.sec, lambda mp, z: mp.sec(z), lambda z: z.sec()),
    Entry(sp.csc, lambda mp, z: mp.csc(z), lambda z: z.csc()),
    Entry(sp.sinc, lambda mp, z: mp.sinc(z), lambda z: z.sinc()),
    Entry(sp.asin, lambda mp, z: mp.asin(z), lambda z: z.asin(), off_both),
    Entry(sp.acos, lambda mp, z: mp.acos(z), lambda z: z.acos(), off_both),
    Entry(sp.atan, lambda mp, z: mp.atan(z), lambda z: z.atan(), off_i_rays),
    Entry(sp.acot, lambda mp, z: mp.acot(z), special.inverse_cotangent, off_i_segment),
    Entry(sp.asec, lambda mp, z: mp.asec(z), lambda z: (1 / z).acos(), off_segment),
    Entry(sp.acsc, lambda mp, z: mp.acsc(z), lambda z: (1 / z).asin(), off_segment),
    Entry(sp.atan2, _mp_angle, special.angle, nowhere),
    # hyperbolic
    Entry(sp.sinh, lambda mp, z: mp.sinh(z), lambda z: z.sinh()),
    Entry(sp.cosh, lambda mp, z: mp.cosh(z), lambda z: z.cosh()),
    Entry(sp.tanh, lambda mp, z: mp.tanh(z), lambda z: z.tanh()),
    Entry(sp.coth, lambda mp, z: mp.coth(z), lambda z: z.coth()),
    Entry(sp.sech, lambda mp, z: mp.sech(z), lambda z: z.sech()),
    Entry(sp.csch, lambda mp, z: mp.csch(z), lambda z: z.csch()),
    Entry(sp.asinh, lambda mp, z: mp.asinh(z), lambda z: z.asinh(), off_i_rays),
    Entry(sp.acosh, lambda mp, z: mp.acosh(z), lambda z: z.acosh(), off_left(1)),
    Entry(sp.atanh, lambda mp, z: mp.atanh(z), lambda z: z.atanh(), off_both),
    Entry(sp.acoth, lambda mp, z: mp.acoth(z), lambda z: (1 / z).atanh(), off_segment),
    Entry(sp.asech, lambda mp, z: mp.asech(z), lambda z: (1 / z).acosh(), off_slit_and_right),
    Entry(sp.acsch, lambda mp, z: mp.acsch(z), lambda z: (1 / z).asinh(), off_i_segment),
    # parts and pieces
    Entry(sp.Abs, lambda mp, z: abs(z), pieces.magnitude, None, pieces.magnitude_extended),
    Entry(sp.sign, _mp_sign, pieces.sign, None, pieces.sign_extended),
    Entry(sp.Heaviside, _mp_step, pieces.step, None, pieces.step_extended),
    Entry(sp.Max, lambda mp, *x: max(x), pieces.maximum, None, pieces.maximum_extended),
    Entry(sp.Min, lambda mp, *x: min(x), pieces.minimum, None, pieces.minimum_extended),
    Entry(sp.floor, lambda mp, z: mp.floor(z), pieces.floor, None, pieces.floor_extended),
    Entry(sp.ceiling, lambda mp, z: mp.ceil(z), pieces.ceiling, None, pieces.ceiling_extended),
    Entry(sp.frac, lambda mp, z: z - mp.floor(z), pieces.fraction, None, pieces.fraction_extended),
    Entry(sp.Mod, lambda mp, x, m: x % m, pieces.remainder, None, pieces.remainder_extended),
    Entry(sp.arg, lambda mp, z: mp.arg(z), pieces.argument, None, pieces.argument_extended),
    Entry(sp.re, lambda mp, z: mp.re(z), pieces.real_part, None, pieces.identity_extended),
    Entry(sp.im, lambda mp, z: mp.im(z), pieces.imaginary_part, None, pieces.zero_extended),
    Entry(sp.conjugate, lambda mp, z: mp.conj(z), pieces.conjugate, None, pieces.identity_extended),
    # error functions and exponential integrals
    Entry(sp.erf, lambda mp, z: mp.erf(z), lambda z: z.erf()),
    Entry(sp.erfc, lambda mp, z: mp.erfc(z), lambda z: z.erfc()),
    Entry(sp.erfi, lambda mp, z: mp.erfi(z), lambda z: z.erfi()),
    Entry(sp.erf2, lambda mp, x, y: mp.erf(y) - mp.erf(x), lambda x, y: y.erf() - x.erf()),
    Entry(sp.erfinv, lambda mp, x: mp.erfinv(x), lambda x: x.erfinv(), nowhere),
    Entry(sp.erfcinv, lambda mp, x: mp.erfinv(1 - x), lambda x: x.erfcinv(), nowhere),
    Entry(sp.fresnels, lambda mp, z: mp.fresnels(z), lambda z: z.fresnel_s()),
    Entry(sp.fresnelc, lambda mp, z: mp.fresnelc(z), lambda z: z.fresnel_c()),
    Entry(sp.Ei, lambda mp, z: mp.ei(z), lambda z: z.ei(), off_slit),
    Entry(sp.expint, lambda mp, s, z: mp.expint(s, z), lambda s, z: z.expint(s), off_slit),
    Entry(sp.li, lambda mp, z: mp.li(z), lambda z: z.li(), off_left(1)),
    Entry(sp.Li, lambda mp, z: mp.li(z, offset=True), lambda z: z.li(offset=True), off_left(1)),
    Entry(sp.Si, lambda mp, z: mp.si(z), lambda z: z.si()),
    Entry(sp.Ci, lambda mp, z: mp.ci(z), lambda z: z.ci(), off_slit),
    Entry(sp.Shi, lambda mp, z: mp.shi(z), lambda z: z.shi()),
    Entry(sp.Chi, lambda mp, z: mp.chi(z), lambda z: z.chi(), off_slit),
    # gamma family
    Entry(sp.gamma, lambda mp, z: mp.gamma(z), lambda z: z.gamma()),
    Entry(sp.loggamma, lambda mp, z: mp.loggamma(z), lambda z: z.lgamma(), off_slit),
    Entry(sp.polygamma, lambda mp, n, z: mp.psi(n, z), lambda n, z: acb(z).polygamma(n)),
    Entry(sp.digamma, lambda mp, z: mp.digamma(z), lambda z: z.digamma()),
    Entry(sp.factorial, lambda mp, z: mp.factorial(z), special.factorial),
    Entry(sp.factorial2, lambda mp, z: mp.fac2(z), special.double_factorial),
    Entry(sp.binomial, lambda mp, n, k: mp.binomial(n, k), special.binomial),
    Entry(sp.beta, lambda mp, a, b: mp.beta(a, b), special.beta),
    Entry(sp.betainc, lambda mp, *x: mp.betainc(*x), special.incomplete_beta, nowhere),
    Entry(
        sp.betainc_regularized,
        lambda mp, *x: mp.betainc(*x, regularized=True),
        special.regularised_beta,
        nowhere,
    ),
    Entry(sp.RisingFactorial, lambda mp, x, k: mp.rf(x, k), special.rising_factorial),
    Entry(sp.FallingFactorial, lambda mp, x, k: mp.ff(x, k), special.falling_factorial),
    Entry(sp.catalan, _mp_catalan, special.catalan),
    Entry(sp.fibonacci, lambda mp, n: mp.fib(n), special.fibonacci),
    Entry(sp.lucas, lambda mp, n: mp.fib(n - 1) + mp.fib(n + 1), special.lucas),
    Entry(sp.harmonic, _mp_harmonic, special.harmonic, nowhere),
    Entry(
        sp.uppergamma,
        lambda mp, s, z: mp.gammainc(s, z),
        lambda s, z: z.gamma_upper(s),
        off_slit,
    ),
    Entry(
        sp.lowergamma,
        lambda mp, s, z: mp.gammainc(s, 0, z),
        lambda s, z: z.gamma_lower(s),
        off_slit,
    ),
    # zeta family
    Entry(
        sp.zeta,
        lambda mp, s, a=1: mp.zeta(s, a),
        lambda s, a=None: s.zeta() if a is None else s.zeta(a),
        lambda *x: len(x) == 1 or right_half_plane(*x),
    ),
    Entry(
        sp.dirichlet_eta,
        lambda mp, s: mp.altzeta(s),
        lambda s: acb(s).dirichlet_eta(),
    ),
    Entry(sp.polylog, lambda mp, s, z: mp.polylog(s, z), lambda s, z: z.polylog(s), off_right(1)),
    Entry(
        sp.lerchphi,
        lambda mp, z, s, a: mp.lerchphi(z, s, a),
        lambda z, s, a: acb.lerch_phi(acb(z), acb(s), acb(a)),
        nowhere,
    ),
    Entry(sp.stieltjes, lambda mp, n, a=1: mp.stieltjes(n, a), special.stieltjes, nowhere),
    # Bessel family
    Entry(
        sp.besselj,
        lambda mp, n, z: mp.besselj(n, z),
        lambda n, z: z.bessel_j(n),
        integer_order_or_off_slit,
    ),
    Entry(sp.bessely, lambda mp, n, z: mp.bessely(n, z), lambda n, z: z.bessel_y(n), off_slit),
    Entry(
        sp.besseli,
        lambda mp, n, z: mp.besseli(n, z),
        lambda n, z: z.bessel_i(n),
        integer_order_or_off_slit,
    ),
    Entry(sp.besselk, lambda mp, n, z: mp.besselk(n, z), special.bessel_k, off_slit),
    Entry(sp.hankel1, lambda mp, n, z: mp.hankel1(n, z), special.hankel1, off_slit),
    Entry(sp.hankel2, lambda mp, n, z: mp.hankel2(n, z), special.hankel2, off_slit),
    Entry(sp.jn, _mp_spherical("besselj"), special.spherical_j, off_slit),
    Entry(sp.yn, _mp_spherical("bessely"), special.spherical_y, off_slit),
    Entry(sp.airyai, lambda mp, z: mp.airyai(z), lambda z: z.airy_ai()),
    Entry(sp.airybi, lambda mp, z: mp.airybi(z), lambda z: z.airy_bi()),
    Entry(
        sp.airyaiprime,
        lambda mp, z: mp.airyai(z, derivative=1),
        lambda z: z.airy_ai(derivative=1),
    ),
    Entry(
        sp.airybiprime,
        lambda mp, z: mp.airybi(z, derivative=1),
        lambda z: z.airy_bi(derivative=1),
    ),
    # elliptic integrals, parameter m
    Entry(sp.elliptic_k, lambda mp, m: mp.ellipk(m), lambda m: acb(m).elliptic_k(), off_right(1)),
    Entry(
        sp.elliptic_f,
        lambda mp, phi, m: mp.ellipf(phi, m),
        lambda phi, m: acb.elliptic_f(acb(phi), acb(m)),
        nowhere,
    ),
    Entry(
        sp.elliptic_e,
        lambda mp, *x: mp.ellipe(*x),
        special.elliptic_e,
        lambda *x: len(x) == 1 and off_right(1)(*x),
    ),
    Entry(sp.elliptic_pi, lambda mp, *x: mp.ellippi(*x), special.elliptic_pi, nowhere),
    # orthogonal polynomials, and their functions of other degrees
    Entry(
        sp.legendre,
        lambda mp, n, x: mp.legendre(n, x),
        lambda n, x: x.legendre_p(n),
        integer_degree_or(off_left(-1)),
    ),
    Entry(
        sp.assoc_legendre,
        _mp_through_zero("legenp"),
        lambda n, m, x: x.legendre_p(n, m),
        off_both,
    ),
    Entry(sp.hermite, lambda mp, n, x: mp.hermite(n, x), lambda n, x: x.hermite_h(n)),
    Entry(
        sp.hermite_prob,
        lambda mp, n, x: 2 ** (-n / 2) * mp.hermite(n, x / mp.sqrt(2)),
        special.hermite_prob,
    ),
    Entry(
        sp.chebyshevt,
        _mp_through_zero("chebyt"),
        lambda n, x: x.chebyshev_t(n),
        integer_degree_or(off_left(-1)),
    ),
    Entry(
        sp.chebyshevu,
        _mp_through_zero("chebyu"),
        lambda n, x: x.chebyshev_u(n),
        integer_degree_or(off_left(-1)),
    ),
    Entry(
        sp.laguerre,
        lambda mp, n, x: _mp_through_zero("laguerre")(mp, n, 0, x),
        lambda n, x: x.laguerre_l(n),
    ),
    Entry(
        sp.assoc_laguerre,
        _mp_through_zero("laguerre"),
        lambda n, a, x: x.laguerre_l(n, a),
    ),
    Entry(
        sp.gegenbauer,
        _mp_through_zero("gegenbauer"),
        lambda n, a, x: x.gegenbauer_c(n, a),
        integer_degree_or(off_left(-1)),
    ),
    Entry(
        sp.jacobi,
        _mp_through_zero("jacobi"),
        lambda n, a, b, x: x.jacobi_p(n, a, b),
        integer_degree_or(off_left(-1)),
    ),
    # hypergeometric: tuples of parameters
    Entry(
        sp.hyper,
        _mp_through_zero("hyper"),
        special.hypergeometric,
        lambda upper, lower, z: len(upper) <= len(lower) or off_right(1)(z),
    ),
    Entry(
        sp.meijerg,
        lambda mp, first, second, z: mp.meijerg(first, second, z),
        None,
    ),
    Entry(sp.appellf1, lambda mp, *x: mp.appellf1(*x), None),
)

TABLE: dict[type, Entry] = {entry.function: entry for entry in ENTRIES}
