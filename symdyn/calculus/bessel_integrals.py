"""The integral over exponentials of exponentials, which is a Bessel function K.

    int exp(n v - a e^v - b e^-v) dv = 2 (b/a)^(n/2) K_n(2 sqrt(a b))         over the real line

for a, b > 0 (DLMF 10.32.9 and 10.32.10 with t = e^v). Other exponents are not treated.
"""

from __future__ import annotations

from sympy import (
    Dummy,
    Expr,
    Integral,
    Mul,
    Poly,
    PolynomialError,
    S,
    Symbol,
    besselk,
    exp,
    expand,
    log,
    powsimp,
    sqrt,
    sympify,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from symdyn.calculus.obligations import cite
from symdyn.errors import UnsupportedError


def integrate_double_exponential(integral: Integral) -> Expr:
    """The integral with its first variable, over the real line, integrated out.

    >>> from sympy import cosh, oo
    >>> u, v = Symbol("u", positive=True), Symbol("v", real=True)
    >>> integrate_double_exponential(Integral(exp(-u*cosh(v)), (v, -oo, oo)))
    2*besselk(0, u)

    Source: DLMF 10.32.9. Raises UnsupportedError for other integrands and limits.
    """
    v, *bounds = (sympify(part) for part in integral.limits[0])
    if tuple(bounds) != (S.NegativeInfinity, S.Infinity):
        raise UnsupportedError(f"{integral}: {v} does not run over the real line")
    factors = Mul.make_args(powsimp(integral.function, combine="exp"))
    exponent = sum((f.args[0] for f in factors if isinstance(f, exp)), S.Zero)
    rest = Mul(*(f for f in factors if not isinstance(f, exp)))
    order, a, b, constant = _parts(exponent, v, integral)
    if rest.has(v) or not (a.is_positive and b.is_positive):
        raise _refusal(integral, v)
    cite("integral of the Bessel function K")
    value = 2 * rest * exp(constant) * besselk(order, 2 * sqrt(a * b))
    if order != 0:
        value *= (b / a) ** (order / 2)
    return Integral(value, *integral.limits[1:]) if integral.limits[1:] else value


def _parts(exponent: Expr, v: Symbol, integral: Integral) -> tuple[Expr, Expr, Expr, Expr]:
    """n, a, b, k of n v - a e^v - b e^-v + k."""
    waves = {w: w.rewrite(exp) for w in exponent.atoms(HyperbolicFunction)}
    t = Dummy("t", positive=True)
    flat = expand(exponent.xreplace(waves)).subs(v, log(t))
    flat = expand(flat, log=False)
    order = flat.coeff(log(t))
    try:
        poly = Poly(expand((flat - order * log(t)) * t), t)
    except PolynomialError:
        raise _refusal(integral, v) from None
    if poly.degree() > 2 or order.has(t):
        raise _refusal(integral, v)
    a, constant, b = (poly.coeff_monomial(t**k) for k in (2, 1, 0))
    return order, -a, -b, constant


def _refusal(integral: Integral, v: Symbol) -> UnsupportedError:
    return UnsupportedError(
        f"{integral}: the integrand is no exp(n*{v} - a*exp({v}) - b*exp(-{v})) with a, b > 0; "
        "declare parameters positive, or change variables first"
    )
