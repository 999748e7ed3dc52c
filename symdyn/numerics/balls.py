"""Balls that certainly contain the value of an expression (Arb).

Every step of an expression is evaluated in ball arithmetic: the result contains the exact value,
rounding included, on principal branches. A value that is real keeps an exactly zero imaginary part:
real balls are tried first, complex ones where the real function has no value. Points may be boxes
(balls with a radius); then the result contains the values at all points of the box. Poles and
undefined values give a ball that is not finite.

    enclose(expr, point, bits) contains expr(point)

What has no rigorous evaluation raises NotEnclosable, with the sub-expression as `.part`.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import acb, ctx
from sympy import Expr, Symbol

from symdyn.numerics.ball_steps import BINDER_ACTIONS, NotEnclosable, Value, ball_of, run
from symdyn.numerics.implicit import InverseAt
from symdyn.numerics.quadrature import integral_action
from symdyn.numerics.roots import ball_action
from symdyn.numerics.series import product_action, sum_action
from symdyn.numerics.tape import with_exact_values

__all__ = ["NotEnclosable", "Value", "enclose"]

BINDER_ACTIONS.update(
    {
        sp.Integral: integral_action,
        sp.Sum: sum_action,
        sp.Product: product_action,
        InverseAt: ball_action,
    }
)


def enclose(expr: Expr, point: Mapping[Symbol, Value], bits: int) -> acb:
    """Ball that contains the value of an expression at a point (or on a box).

    >>> x = Symbol("x")
    >>> ball = enclose(sp.sqrt(x), {x: 2}, 100)
    >>> ball.imag == 0, (ball**2).contains(2)
    (True, True)
    """
    with ctx.workprec(bits):
        values = {symbol: ball_of(value) for symbol, value in point.items()}
        return acb(run(with_exact_values(sp.sympify(expr), point), values))
