"""A correlation given by its distance from 1 or from -1, so that nothing is lost near the ends.

In d = 1 - c a function of c in [-1, 1] is written without a difference of nearby numbers where that
is known: 1 - c^2 = d (2 - d), acos(c) = a and asin(c) = pi/2 - a with the angle
a = 2 atan2(sqrt(d), sqrt(2 - d)); in d = 1 + c, acos(c) = pi - a. All hold on the whole interval.

Differences that are left are for the ladder to cure.
"""

from __future__ import annotations

import sympy as sp
from sympy import Expr, Symbol

from symdyn.kernels.ranges import Range, Ranges

KEYWORDS = ("one_minus_", "one_plus_")


def shiftable(domain: Ranges) -> dict[str, Symbol]:
    """Keywords that may stand in place of an argument, and that argument.

    >>> c = Symbol("c")
    >>> sorted(shiftable(Ranges.of([c], {c: (-1, 1)})))
    ['one_minus_c', 'one_plus_c']
    """
    return {
        keyword + symbol.name: symbol
        for symbol, part in zip(domain.args, domain.ranges, strict=True)
        if part.lower >= -1 and part.upper <= 1
        for keyword in KEYWORDS
    }


def shifted(expr: Expr, symbol: Symbol, keyword: str) -> Expr:
    """The expression in d, written by the same symbol, where c = 1 - d or c = d - 1.

    >>> c = Symbol("c")
    >>> shifted(sp.sqrt(1 - c**2), c, "one_minus_c"), shifted(sp.acos(c), c, "one_plus_c")
    (sqrt(c)*sqrt(2 - c), pi - 2*atan2(sqrt(c), sqrt(2 - c)))
    """
    minus = keyword.startswith(KEYWORDS[0])
    d = sp.Dummy("d", nonnegative=True)
    angle = 2 * sp.atan2(sp.sqrt(d), sp.sqrt(2 - d))
    acos, asin = (angle, sp.pi / 2 - angle) if minus else (sp.pi - angle, angle - sp.pi / 2)
    expr = expr.xreplace({sp.acos(symbol): acos, sp.asin(symbol): asin})
    expr = expr.xreplace({symbol: 1 - d if minus else d - 1})
    return expr.replace(_is_power_of_sum, _factored).xreplace({d: symbol})


def shifted_domain(domain: Ranges, symbol: Symbol, keyword: str) -> Ranges:
    """The domain in d. Conditions between arguments follow."""
    minus = keyword.startswith(KEYWORDS[0])
    part = domain.range_of(symbol)
    ends = (1 - part.upper, 1 - part.lower) if minus else (part.lower + 1, part.upper + 1)
    ranges = tuple(
        Range(*ends) if s == symbol else r for s, r in zip(domain.args, domain.ranges, strict=True)
    )
    back = {symbol: 1 - symbol if minus else symbol - 1}
    return Ranges(domain.args, ranges, tuple(c.xreplace(back) for c in domain.conditions))


def _is_power_of_sum(node: Expr) -> bool:
    return isinstance(node, sp.Pow) and isinstance(node.base, sp.Add) and node.base.has(sp.Dummy)


def _factored(node: Expr) -> Expr:
    """Zeros at d = 0 and d = 2 brought out of a polynomial; 2 - d, not d - 2, as it is positive."""
    base, exponent = node.as_base_exp()
    if not base.is_polynomial():
        return node
    factors = sp.Mul.make_args(sp.factor(sp.expand(base)))
    (d,) = base.free_symbols & base.atoms(sp.Dummy)
    negative = [part for part in factors if part.subs(d, 1).is_negative]
    if len(negative) % 2:
        return node
    return sp.Mul(*(-part if part in negative else part for part in factors)) ** exponent
