"""Integrands that are quotients of zeros: sin(t)/t, t/(exp(t) - 1), log(1 + t)/t at t = 0.

Where f = N/D, both holomorphic, and both vanish at p to the order m, f is holomorphic at p. On a
convex ball B that contains p

    N(z) = (z - p)^m int_0^1 (1 - s)^(m - 1)/(m - 1)! N^(m)(p + s(z - p)) ds

and alike for D, so that f(B) lies in N^(m)(B)/D^(m)(B), if D^(m)(B) keeps away from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from flint import acb
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import run
from symdyn.numerics.integrands import Callback, callback
from symdyn.numerics.piecewise import Ball

HIGHEST = 6  # order of a zero of the denominator


@dataclass(frozen=True)
class Quotient:
    """Numerator and denominator, which vanish at a place, and their derivatives that do not."""

    numerator: Expr
    denominator: Expr
    above: Expr
    below: Expr


@lru_cache(maxsize=512)
def quotient(f: Expr, variable: Symbol, place: Expr) -> Quotient | None:
    """What an integrand is near a place where it is a quotient of zeros; None if it is not.

    >>> t = Symbol("t")
    >>> found = quotient(t / (sp.exp(t) - 1), t, sp.Integer(0))
    >>> found.above / found.below
    exp(-t)
    >>> quotient(1 / (sp.exp(t) - 1), t, sp.Integer(0)) is None
    True
    """
    divisors = [a.base for a in f.atoms(sp.Pow) if a.exp.is_negative and a.exp.is_integer]
    if not any(_vanishes(divisor, variable, place) for divisor in divisors):
        return None
    numerator, denominator = sp.fraction(sp.together(f))
    above, below = numerator, denominator
    for _ in range(HIGHEST):
        if not _vanishes(below, variable, place):
            break
        if not _vanishes(above, variable, place):
            return None
        above, below = above.diff(variable), below.diff(variable)
    if below == denominator or _vanishes(below, variable, place):
        return None
    return Quotient(numerator, denominator, above, below)


def _vanishes(expr: Expr, variable: Symbol, place: Expr) -> bool:
    """Whether a value is certainly 0; what is not seen to be costs a quotient, nothing else."""
    return bool(expr.subs(variable, place) == 0)


def callback_through(
    f: Expr, variable: Symbol, point: Mapping[Symbol, Ball], places: Iterable[Expr]
) -> Callback:
    """The integrand for `acb.integral`, which knows its limits at removable places.

    >>> from flint import arb
    >>> t = Symbol("t")
    >>> value = callback_through(sp.sin(t) / t, t, {}, (sp.Integer(0),))(acb(arb(0, 0.01)), True)
    >>> value.real.contains(1), value.real.rad() < 1e-3
    (True, True)
    """
    plain = callback(f, variable, point)
    ways = [way for place in places if (way := _way(f, variable, point, place)) is not None]
    if not ways:
        return plain

    def integrand(z: acb, analytic: bool) -> acb:
        value = plain(z, analytic)
        for place, parts in ways:
            if value.is_finite():
                break
            numerator, denominator, above, below = (part(z.union(place), True) for part in parts)
            if numerator.is_finite() and denominator.is_finite():
                value = above / below
        return value

    return integrand


def _way(
    f: Expr, variable: Symbol, point: Mapping[Symbol, Ball], place: Expr
) -> tuple[acb, list[Callback]] | None:
    """The place, and the four parts of the quotient as functions; None if there is none."""
    one = None if place.is_infinite else quotient(f, variable, place)
    if one is None:
        return None
    parts = (one.numerator, one.denominator, one.above, one.below)
    try:
        return acb(run(place, point)), [callback(part, variable, point) for part in parts]
    except UnsupportedError:
        return None
