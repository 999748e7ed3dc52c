"""The dual of the alpha-ReLU psi(x) = x^a for x > 0, else 0, in the form that suits its power.

    J_a(c) = 2 pi E[psi(z) psi(w)],    unit variances, correlation c, a > -1

    J_a = sqrt(pi/2) Gamma(a+1)^2/Gamma(a+3/2) (1+c)^(a+1/2) 2F1(1/2, 1/2; a+3/2; (1+c)/2)
    J_(a+1) = (2a+1) c J_a + a^2 (1-c^2) J_(a-1)

natural powers       elementary, by polar coordinates (`quadrant`)
halves of odd ones   complete elliptic integrals of m = (1+c)/2, by the second line from
                     J_(-1/2) = sqrt(2 pi) K(m),  J_(1/2) = sqrt(2 pi) (E(m) - (1-m) K(m))
any other            the first line, all of whose terms are positive

Variances q and r multiply J by (q r)^(a/2). The forms are owed to be equal to the general one, and
that to the power series of the expectation. Correlations +-1 are limits of these expressions.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Expr,
    Integer,
    Rational,
    S,
    Symbol,
    elliptic_e,
    elliptic_k,
    expand,
    gamma,
    hyper,
    pi,
    sqrt,
    sympify,
)

from symdyn.calculus.moments import require_power_above
from symdyn.calculus.obligations import owe
from symdyn.calculus.quadrant import quadrant_moment
from symdyn.calculus.tidy import collected
from symdyn.errors import DomainError

_HALF = Rational(1, 2)
_C = Symbol("c", real=True)
_INSIDE = (_C > -1, _C < 1)
_MOST_STEPS = 40


def alpha_relu_dual(power: Expr | int, correlation: Expr | int) -> Expr:
    """J_a(c), that is 2 pi times E[psi(z) psi(w)] for unit variances.

    >>> c = Symbol("c", real=True)
    >>> alpha_relu_dual(1, c)
    c*(pi - acos(c)) + sqrt(1 - c**2)
    >>> alpha_relu_dual(Rational(-1, 2), c)
    sqrt(2)*sqrt(pi)*elliptic_k(c/2 + 1/2)

    Source: Cho and Saul 2009 for natural powers; Yang and Schoenholz 2017.
    Raises DomainError for a power of -1 or less, or a correlation that is none; UnsupportedError if
    nothing says that the power is more.
    """
    a, c = sympify(power), sympify(correlation)
    require_power_above(a, -1, "E[z**p w**p] over z, w > 0")
    if c.is_extended_real is False or (1 - c**2).is_extended_negative:
        raise DomainError(f"{c} is no correlation: it lies in [-1, 1]")
    if isinstance(a, Integer):
        return collected(2 * pi * quadrant_moment(a, a, c))
    general = hypergeometric_dual(a, _C)
    owe(
        2 * pi * quadrant_moment(a, a, _C),
        general,
        because="the even and the odd solution of the equation of the dual add up to one series",
        where=_INSIDE,
    )
    if (2 * a).is_Integer and a <= _MOST_STEPS:
        found = _elliptic(a)
        owe(found, general, because="complete elliptic integrals as 2F1", where=_INSIDE)
        return found.subs(_C, c)
    return general.subs(_C, c)


def hypergeometric_dual(power: Expr | int, correlation: Expr | int) -> Expr:
    """The first line above, whatever the power.

    >>> hypergeometric_dual(1, 0)
    2*sqrt(2)*hyper((1/2, 1/2), (5/2,), 1/2)/3
    """
    a, c = sympify(power), sympify(correlation)
    scale = sqrt(pi / 2) * gamma(a + 1) ** 2 / gamma(a + 3 * _HALF)
    return scale * (1 + c) ** (a + _HALF) * hyper((_HALF, _HALF), (a + 3 * _HALF,), (1 + c) / 2)


def _elliptic(power: Expr) -> Expr:
    """Upwards in the power, as coefficients of K and E."""
    m = (1 + _C) / 2
    low, high, a = (S.One, S.Zero), (m - 1, S.One), _HALF
    if power == -_HALF:
        high = low
    while a < power:
        pairs = zip(high, low, strict=True)
        low, high = (
            high,
            tuple(expand((2 * a + 1) * _C * x + a**2 * (1 - _C**2) * y) for x, y in pairs),
        )
        a += 1
    return sqrt(2 * pi) * (high[0].factor() * elliptic_k(m) + high[1].factor() * elliptic_e(m))


@dataclass(frozen=True)
class SplitDual:
    """J_a(c)/J_a(1) = regular + distance^exponent * singular in the distance d = 1 - c.

    Both functions are analytic for |d| < 2, so that each is approximated by a polynomial in d.
    """

    regular: Expr
    exponent: Expr
    singular: Expr


def split_at_equal_inputs(power: Expr | int, distance: Expr | int) -> SplitDual:
    """The two parts of the normalised dual near c = 1, of which one is not analytic there.

    >>> d = Symbol("d")
    >>> split_at_equal_inputs(Rational(3, 4), d).exponent
    5/4

    Raises DomainError for powers a with a + 1/2 a natural number (logarithms), and a <= -1/2.
    """
    a, d = sympify(power), sympify(distance)
    require_power_above(2 * a, -1, "the second moment of the alpha-ReLU, E[z**p] over z > 0,")
    mu = a + _HALF
    if mu.is_Integer:
        raise DomainError(
            f"the dual of the alpha-ReLU with alpha = {a} has logarithms at c = 1 and no two such "
            "parts; use its elliptic integrals"
        )
    turn = (1 - d / 2) ** mu
    regular = turn * hyper((_HALF, _HALF), (_HALF - a,), d / 2)
    scale = gamma(a + 1) ** 2 * gamma(-mu) / (2**mu * pi * gamma(mu))
    singular = turn * scale * hyper((a + 1, a + 1), (a + 3 * _HALF,), d / 2)
    whole = hypergeometric_dual(a, 1 - _C) / (2**a * sqrt(pi) * gamma(mu))
    parts = SplitDual(regular, mu, singular)
    at = {d: _C} if d.is_Symbol else {}
    owe(
        whole,
        (regular + d**mu * singular).subs(at),
        because="the solutions of the equation of the dual at its other singular point",
        where=(_C > 0, _C < 2) if at else (),
    )
    return parts
