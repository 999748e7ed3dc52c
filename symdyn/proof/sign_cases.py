"""Exact zero test: one case for every combination of signs of the arguments of pieces.

The pieces are Abs(u), sign(u), Heaviside(u) and Max or Min of two arguments with the difference u.
Where all u are real, each point of the domain belongs to one case: every u is positive, negative or
zero. In a case every piece is replaced by the value it has there; the rest of the expression is as
it was. It must then be zero

    as a function, by a normal form, or
    where some u are zero, as a combination q1*u1 + q2*u2 + ... with polynomials q (checked by
    expanding it)

A case that no point belongs to is looked at all the same, which is more than is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import (
    Abs,
    Derivative,
    Expr,
    Heaviside,
    Limit,
    Max,
    Min,
    Piecewise,
    S,
    Subs,
    expand,
    reduced,
    sign,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.polys.polyerrors import PolynomialError

from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes
from symdyn.proof.signs import signs_on

_PIECES = (Abs, Heaviside, Max, Min, sign)
_MOST_CASES = 81


def zero_by_signs(expr: Expr, domain: Domain) -> str:
    """How an expression was proved to be zero in every case, or an empty text.

    >>> from sympy import symbols
    >>> x, y = symbols("x y", real=True)
    >>> zero_by_signs(Max(0, x*y) - x*y*Heaviside(x*y), Domain((x, y)))
    'cases by the sign of x*y'
    >>> zero_by_signs(sign(x)**2 - 1, Domain((x,)))
    ''
    """
    pieces = expr.atoms(*_PIECES)
    if not pieces or any(len(piece.args) > 2 for piece in pieces) or _binds_pieces(expr):
        return ""
    ordered = sorted({_oriented(_argument(piece))[0] for piece in pieces}, key=str)
    if any(u.has(*_PIECES) for u in ordered):
        return ""
    signs = [signs_on(u, domain) for u in ordered]
    cases = list(product(*(s or () for s in signs)))
    if None in signs or not cases or len(cases) > _MOST_CASES:
        return ""
    if all(_vanishes_in(expr, dict(zip(ordered, case, strict=True)), domain) for case in cases):
        return f"cases by the sign of {', '.join(map(str, ordered))}"
    return ""


def _binds_pieces(expr: Expr) -> bool:
    """Whether a piece stands where its argument is no value at a point of the domain."""
    binders = expr.atoms(ExprWithLimits, Derivative, Limit, Piecewise, Subs)
    return any(binder.has(*_PIECES) for binder in binders)


def _argument(piece: Expr) -> Expr:
    """The expression whose sign decides."""
    return piece.args[0] - piece.args[1] if isinstance(piece, (Max, Min)) else piece.args[0]


def _oriented(argument: Expr) -> tuple[Expr, int]:
    return (-argument, -1) if argument.could_extract_minus_sign() else (argument, 1)


def _vanishes_in(expr: Expr, case: Mapping[Expr, int], domain: Domain) -> bool:
    here = expr.replace(lambda e: isinstance(e, _PIECES), lambda e: _value(e, case))
    zeros = [u for u, side in case.items() if side == 0]
    return bool(vanishes(here, domain)) or _is_combination(here, zeros, domain)


def _value(piece: Expr, case: Mapping[Expr, int]) -> Expr:
    argument, orientation = _oriented(_argument(piece))
    side = case[argument] * orientation
    if isinstance(piece, Abs):
        return side * piece.args[0]
    if isinstance(piece, sign):
        return S(side)
    if isinstance(piece, Heaviside):
        return piece.args[1] if side == 0 else S(1 if side > 0 else 0)
    is_first = (side >= 0) == isinstance(piece, Max)
    return piece.args[0] if is_first else piece.args[1]


def _is_combination(expr: Expr, zeros: list[Expr], domain: Domain) -> bool:
    """Whether the numerator is a combination of expressions that are zero."""
    numerator = together(expr).as_numer_denom()[0]
    letters = sorted(numerator.free_symbols.union(*(u.free_symbols for u in zeros)), key=str)
    try:
        factors, _ = reduced(expand(numerator), zeros, *letters) if zeros else ([], None)
    except PolynomialError:
        return False
    combination = sum((q * u for q, u in zip(factors, zeros, strict=True)), S.Zero)
    return bool(zeros) and bool(vanishes(numerator - combination, domain))
