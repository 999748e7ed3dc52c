"""Divisors that grow, brought to ones that do not: t/(exp(t) - 1) = t exp(-t)/(1 - exp(-t)).

    (sum_i c_i exp(g_i))^(-n) = exp(-n g) (sum_i c_i exp(g_i - g))^(-n)

with the largest g. Both sides are equal everywhere; but on a wide ball exp(z) - 1 may be 0 as far
as a ball can tell, however large its middle, where 1 - exp(-z) is seen to be near 1. Quadrature
with proved errors lives on wide balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import sympy as sp
from flint import arb
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import run
from symdyn.numerics.piecewise import Ball


def decaying(f: Expr, point: Mapping[Symbol, Ball]) -> Expr:
    """An equal expression, with the exponentials factored out that are largest at a point.

    >>> t = Symbol("t")
    >>> decaying(t / (sp.exp(t) - 1), {t: arb(3)})
    t*exp(-t)/(1 - exp(-t))
    """
    changed: dict[Expr, Expr] = {}
    for node in _divisors(f):
        largest = _largest(node.base, point)
        if largest is not None:
            changed[node] = _factored(node, largest)
    return f.xreplace(changed) if changed else f  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _divisors(f: Expr) -> tuple[sp.Pow, ...]:
    """Negative integer powers of sums that contain exponentials."""
    powers = sorted(f.atoms(sp.Pow), key=sp.default_sort_key)
    return tuple(
        p
        for p in powers
        if isinstance(p.base, sp.Add)
        and p.exp.is_integer
        and p.exp.is_negative
        and any(_exponent(term) != 0 for term in p.base.args)
    )


def _exponent(term: Expr) -> Expr:
    """g of c exp(g)."""
    parts = sp.Mul.make_args(term)
    return sp.Add(*(part.args[0] for part in parts if isinstance(part, sp.exp)))  # type: ignore[arg-type]


def _largest(base: Expr, point: Mapping[Symbol, Ball]) -> Expr | None:
    """The exponent with the largest value; None where it is 0, or values are not known."""
    best, most = sp.S.Zero, arb(0)
    for exponent in {_exponent(term) for term in base.args}:
        try:
            value = run(exponent, point)
        except UnsupportedError:
            return None
        if not isinstance(value, arb) or not value.is_finite():
            return None
        if value.mid() > most.mid():
            best, most = exponent, value
    return best if best != 0 else None


@lru_cache(maxsize=512)
def _factored(node: sp.Pow, largest: Expr) -> Expr:
    rest = [sp.powsimp(term * sp.exp(-largest)) for term in node.base.args]
    return sp.exp(sp.expand(node.exp * largest)) * sp.Add(*rest) ** node.exp
