"""The sign of a function value from the signs of its arguments, one rule per function.

A rule answers with the set of signs that the value may have wherever it exists, or with None where
it may be no real number. Each is a textbook fact about the real function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sympy import (
    Abs,
    Add,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Pow,
    S,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
    cos,
    cosh,
    erf,
    erfc,
    erfi,
    exp,
    factorial,
    gamma,
    log,
    pi,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)

Signs = frozenset[int]

ANY, POSITIVE, NEGATIVE, ZERO = (frozenset(s) for s in ({-1, 0, 1}, {1}, {-1}, {0}))
NONNEGATIVE, NONZERO = frozenset({0, 1}), frozenset({-1, 1})


class SignFinder(Protocol):
    """What a rule may ask."""

    def signs(self, expr: Expr) -> Signs | None:
        """Signs that a part may have."""
        ...

    def is_within(self, expr: Expr, low: Expr, high: Expr, *, strict: bool = False) -> bool:
        """Whether a part stays between two bounds."""
        ...


def _product(finder: SignFinder, expr: Expr) -> Signs | None:
    found = POSITIVE
    for factor in expr.args:
        signs = finder.signs(factor)
        if signs is None:
            return None
        found = frozenset(a * b for a in found for b in signs)
    return found


def _sum(finder: SignFinder, expr: Expr) -> Signs | None:
    parts = [finder.signs(term) for term in expr.args]
    if any(part is None for part in parts):
        return None
    together = frozenset().union(*(part for part in parts if part is not None))
    if 1 in together and -1 in together:
        return ANY
    return together - {0} if any(part and 0 not in part for part in parts) else together


def _power(finder: SignFinder, expr: Expr) -> Signs | None:
    base, exponent = expr.args
    signs = finder.signs(base)
    if signs is None:
        return None
    if exponent.is_Integer:
        n = int(exponent)
        return frozenset(s ** abs(n) for s in signs if s or n > 0) or NONZERO
    powers = finder.signs(exponent)
    if powers is None or -1 in signs:
        return None
    return POSITIVE if 0 not in signs or powers == NEGATIVE else NONNEGATIVE


def _odd(finder: SignFinder, expr: Expr) -> Signs | None:
    return finder.signs(expr.args[0])


def _odd_on_unit_interval(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    return finder.signs(u) if finder.is_within(u, S.NegativeOne, S.One) else None


def _arc_cosine(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    if not finder.is_within(u, S.NegativeOne, S.One):
        return None
    return POSITIVE if finder.signs(1 - u) == POSITIVE else NONNEGATIVE


def _logarithm(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    signs = finder.signs(u)
    return finder.signs(u - 1) if signs is not None and -1 not in signs else None


def _area_cosine(finder: SignFinder, expr: Expr) -> Signs | None:
    signs = finder.signs(expr.args[0] - 1)
    return signs if signs is not None and -1 not in signs else None


def _sine(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    if finder.signs(u) is None:
        return None
    if finder.is_within(u, S.Zero, pi, strict=True):
        return POSITIVE
    if finder.is_within(u, S.Zero, pi):
        return NONNEGATIVE
    if finder.is_within(u, -pi, S.Zero, strict=True):
        return NEGATIVE
    return ANY


def _cosine(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    if finder.signs(u) is None:
        return None
    if finder.is_within(u, -pi / 2, pi / 2, strict=True):
        return POSITIVE
    if finder.is_within(u, -pi / 2, pi / 2):
        return NONNEGATIVE
    return NEGATIVE if finder.is_within(u, pi / 2, pi) and _below_pi(finder, u) else ANY


def _below_pi(finder: SignFinder, u: Expr) -> bool:
    return finder.signs(u - pi / 2) == POSITIVE


def _tangent(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    if finder.signs(u) is None:
        return None
    if finder.is_within(u, -pi / 2, pi / 2, strict=True):
        return finder.signs(u)
    return NEGATIVE if finder.is_within(u, pi / 2, pi, strict=True) else ANY


def _of_positive(finder: SignFinder, expr: Expr) -> Signs | None:
    """Gamma: positive on the positive axis, real on the rest of the real line."""
    signs = finder.signs(expr.args[0])
    return signs and (POSITIVE if signs == POSITIVE else NONZERO)


def _factorial(finder: SignFinder, expr: Expr) -> Signs | None:
    signs = finder.signs(expr.args[0] + 1)
    return signs and (POSITIVE if signs == POSITIVE else NONZERO)


def _growing_bessel(finder: SignFinder, expr: Expr) -> Signs | None:
    order, signs = finder.signs(expr.args[0]), finder.signs(expr.args[1])
    if order is None or signs != POSITIVE:
        return None
    is_definite = isinstance(expr, besselk) or -1 not in order
    return POSITIVE if is_definite else ANY


def _waving_bessel(finder: SignFinder, expr: Expr) -> Signs | None:
    order, signs = finder.signs(expr.args[0]), finder.signs(expr.args[1])
    return ANY if order is not None and signs == POSITIVE else None


def _largest(finder: SignFinder, expr: Expr) -> Signs | None:
    return _extreme(finder, expr, max)


def _smallest(finder: SignFinder, expr: Expr) -> Signs | None:
    return _extreme(finder, expr, min)


def _extreme(finder: SignFinder, expr: Expr, pick: Callable[..., int]) -> Signs | None:
    found: Signs | None = None
    for argument in expr.args:
        signs = finder.signs(argument)
        if signs is None:
            return None
        found = signs if found is None else frozenset(pick(a, b) for a in found for b in signs)
    return found


def _modulus(finder: SignFinder, expr: Expr) -> Signs:
    signs = finder.signs(expr.args[0])
    return POSITIVE if signs is not None and 0 not in signs else NONNEGATIVE


def _step(finder: SignFinder, expr: Expr) -> Signs | None:
    signs = finder.signs(expr.args[0])
    return signs and (POSITIVE if signs == POSITIVE else NONNEGATIVE)


def _exponential(finder: SignFinder, expr: Expr) -> Signs | None:
    return POSITIVE if finder.signs(expr.args[0]) is not None else None


def _at_real(finder: SignFinder, expr: Expr) -> Signs | None:
    return None if finder.signs(expr.args[0]) is None else POSITIVE


def _angle(finder: SignFinder, expr: Expr) -> Signs | None:
    y, x = finder.signs(expr.args[0]), finder.signs(expr.args[1])
    if y is None or x is None:
        return None
    return y if len(y) == 1 and 0 not in y else ANY


def _area_tangent(finder: SignFinder, expr: Expr) -> Signs | None:
    u = expr.args[0]
    within = finder.is_within(u, S.NegativeOne, S.One, strict=True)
    return finder.signs(u) if within else None


_Rule = Callable[[SignFinder, Expr], Signs | None]
SIGN_RULES: tuple[tuple[type[Expr], _Rule], ...] = (
    (Mul, _product),
    (Add, _sum),
    (exp, _exponential),
    (Pow, _power),
    (Abs, _modulus),
    (sin, _sine),
    (cos, _cosine),
    (tan, _tangent),
    (sinh, _odd),
    (tanh, _odd),
    (cosh, _at_real),
    (log, _logarithm),
    (acos, _arc_cosine),
    (asin, _odd_on_unit_interval),
    (atan, _odd),
    (atan2, _angle),
    (asinh, _odd),
    (acosh, _area_cosine),
    (atanh, _area_tangent),
    (erf, _odd),
    (erfi, _odd),
    (erfc, _at_real),
    (gamma, _of_positive),
    (factorial, _factorial),
    (besseli, _growing_bessel),
    (besselk, _growing_bessel),
    (besselj, _waving_bessel),
    (bessely, _waving_bessel),
    (Max, _largest),
    (Min, _smallest),
    (sign, _odd),
    (Heaviside, _step),
)
