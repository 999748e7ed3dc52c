"""Expectations of products of sigmoids E[sign(form + noise)] of Gaussian forms.

    one:  E[sign(f + b)] = erf(b / sqrt(2 v))                             f ~ N(0, v)
    two:  E[sign(f) sign(g)] = (2/pi) asin(s / sqrt(v w))                 s = Cov(f, g)
    odd numbers of centred ones: zero, by symmetry

Noise adds to the variance of its form. The second line is Price's theorem: its derivative in s is
4 times the density of (f, g) at the origin, and it is zero at s = 0. Two sigmoids with an offset
need Owen's T function, four need orthant probabilities: neither is treated.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, S, Symbol, asin, erf, pi, sqrt

from symdyn.calculus.integrand import Sigmoid
from symdyn.calculus.normal_law import NormalLaw
from symdyn.calculus.obligations import cite, owe
from symdyn.errors import UnsupportedError


def sigmoid_product(sigmoids: Sequence[Sigmoid], law: NormalLaw) -> Expr:
    """E of a product of sigmoids of jointly Gaussian forms."""
    if not sigmoids:
        return S.One
    if len(sigmoids) == 1:
        return _one(sigmoids[0], law)
    if any(law.offset(sigmoid.form) != 0 for sigmoid in sigmoids):
        raise UnsupportedError(
            f"E[{_shown(sigmoids)}]: two correlated sigmoids with an offset need Owen's T "
            "function, which is not available; remove the bias or make the variables independent"
        )
    if len(sigmoids) % 2:
        cite("odd functions")
        return S.Zero
    if len(sigmoids) > 2:
        raise UnsupportedError(
            f"E[{_shown(sigmoids)}]: four or more sigmoids have no elementary expectation"
        )
    return _two(sigmoids[0], sigmoids[1], law)


def _variance(sigmoid: Sigmoid, law: NormalLaw) -> Expr:
    return law.covary(sigmoid.form, sigmoid.form) + sigmoid.noise


def _one(sigmoid: Sigmoid, law: NormalLaw) -> Expr:
    offset = law.offset(sigmoid.form)
    if offset == 0:
        cite("odd functions")
        return S.Zero
    cite("sigmoid of a Gaussian")
    return erf(offset / sqrt(2 * _variance(sigmoid, law)))


def _two(first: Sigmoid, second: Sigmoid, law: NormalLaw) -> Expr:
    cite("Price")
    cite("sigmoid of a Gaussian")
    _owe_arcsine()
    v, w = _variance(first, law), _variance(second, law)
    return 2 / pi * asin(law.covary(first.form, second.form) / (sqrt(v) * sqrt(w)))


def _owe_arcsine() -> None:
    s = Symbol("s", real=True)
    v, w = Symbol("v", positive=True), Symbol("w", positive=True)
    owe(
        (2 / pi * asin(s / (sqrt(v) * sqrt(w)))).diff(s),
        4 / (2 * pi * sqrt(v * w - s**2)),
        because="the arcsine has 4 times the joint density at the origin as its derivative",
        where=(s**2 < v * w,),
    )


def _shown(sigmoids: Sequence[Sigmoid]) -> str:
    return "*".join(f"sigmoid({sigmoid.form})" for sigmoid in sigmoids)
