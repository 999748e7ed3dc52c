"""The value of an expression at a point to a number of digits (mpmath).

Every step is evaluated by an mpmath context of its own precision, a few digits above what is asked;
mpmath's global context is never touched. Principal branches are SymPy's. Where an expression has
no finite value the result is nan or infinite. Nothing here is rigorous: cancellation inside the
expression costs digits, so callers compare two precisions.

What cannot be evaluated raises NotEvaluable, with the sub-expression as `.part`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import sympy as sp
from sympy import Expr, Symbol

from symdyn.numerics.implicit import InverseAt
from symdyn.numerics.mp_quadrature import integral_action
from symdyn.numerics.mp_series import product_action, sum_action
from symdyn.numerics.mp_steps import BINDER_ACTIONS, Number, context, number_of, run
from symdyn.numerics.roots import mp_action
from symdyn.numerics.tape import NotEvaluable, with_exact_values

__all__ = ["NotEvaluable", "evaluate"]

GUARD_DIGITS = 15
BINDER_ACTIONS.update(
    {
        sp.Integral: integral_action,
        sp.Sum: sum_action,
        sp.Product: product_action,
        InverseAt: mp_action,
    }
)


def evaluate(
    expr: Expr, point: Mapping[Symbol, Any], digits: int, rounding: str = "n"
) -> mpmath.mpf | mpmath.mpc:
    """Value of an expression to a number of digits, as a number of mpmath's own context.

    `rounding` is that of every step: to nearest (n), down (f) or up (c).

    >>> x = Symbol("x")
    >>> print(mpmath.nstr(evaluate(sp.sqrt(x), {x: 2}, 30), 15))
    1.4142135623731
    """
    mp = context(digits + GUARD_DIGITS, rounding)
    values = {symbol: number_of(value, mp) for symbol, value in point.items()}
    return handed_out(run(with_exact_values(sp.sympify(expr), point), values, mp))


def handed_out(value: Number) -> mpmath.mpf | mpmath.mpc:
    """The same number in mpmath's own context, unrounded."""
    if hasattr(value, "_mpc_"):
        return mpmath.mp.make_mpc(value._mpc_)
    return mpmath.mp.make_mpf(value._mpf_)
