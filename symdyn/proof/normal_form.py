"""Exact zero test: an expression as a quotient of polynomials modulo relations.

The expression is read into a tower of generators over the rational numbers (see
`symdyn.proof.exact`): symbols, pi, exponentials, cosine and sine pairs, roots, values of special
functions; each bound by at most one relation that holds at every point of the domain. The numerator
is reduced modulo the relations; coefficients that are algebraic numbers are tested by a root bound.

Soundness: every rewriting step keeps the value at every point of the domain at which the expression
has a value. So a numerator that reduces to zero, over a denominator that does not, means that the
expression is zero wherever it has a value. That it has one anywhere is not shown here: agreement at
sample points belongs to every proof. An expression that is not proved to be zero may still be.

`simplify`, limits and series play no part, and the size of all intermediate results is bounded.
"""

from __future__ import annotations

from sympy import Expr, Function, S

from symdyn.errors import SymdynError
from symdyn.proof.domain import Domain
from symdyn.proof.exact.translation import Translation

SECONDS = 10.0
_SHOWN = 4


def vanishes(expr: Expr, domain: Domain, *, seconds: float = SECONDS) -> str:
    """How an expression was proved to be zero on a domain, or an empty text.

    >>> from sympy import Symbol, acos, sin, sqrt
    >>> c = Symbol("c", real=True)
    >>> vanishes((c**2 - 1)/(c - 1) - c - 1, Domain((c,)))
    'rational normal form'
    >>> bool(vanishes(sin(2*acos(c)) - 2*c*sqrt(1 - c**2), Domain((c,))))
    True
    >>> vanishes(sqrt(c**2) - c, Domain((c,)))
    ''
    """
    if expr == 0:
        return "identical expressions"
    try:
        translate = Translation(domain, seconds)
        if not translate(S(expr)).is_zero():
            return ""
    except (SymdynError, ArithmeticError, ValueError, RecursionError):
        return ""
    return _described(expr, translate.field.told(_SHOWN))


def _described(expr: Expr, relations: str) -> str:
    names = sorted({part.func.__name__ for part in expr.atoms(Function)})
    rules = f" by the rules of {', '.join(names[:_SHOWN])}" if names else ""
    if not relations:
        return f"normal form{rules}" if names else "rational normal form"
    return f"normal form{rules} modulo {relations}"
