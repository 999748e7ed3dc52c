"""Values at singular points are those of one branch, and never of one that others decide."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import Expr, Piecewise, S, exp, oo, sin

from symdyn.kernels.limits import limits
from symdyn.kernels.ranges import Ranges

x, y = sp.symbols("x y", real=True)


def found(expr: Expr, *args: sp.Symbol) -> dict[tuple[sp.Symbol, Expr], Expr]:
    return {(one.symbol, one.point): one.value for one in limits([expr], Ranges.of(args))}


def test_the_branch_at_a_point_has_the_limit() -> None:
    expr = Piecewise((sin(x) / x, x < 1), (exp(-x), True))
    assert found(expr, x)[x, S.Zero] == 1
    shifted = Piecewise((exp(-x), x < -1), (sin(x) / x, True))
    assert found(shifted, x)[x, S.Zero] == 1


@pytest.mark.parametrize("condition", [y > 0, y**2 > 1])
def test_no_limit_is_taken_where_another_argument_decides(condition: sp.Basic) -> None:
    expr = Piecewise((sin(x) / x, condition), (2 * sin(x) / x, True))
    assert (x, S.Zero) not in found(expr, x, y)


def test_a_value_for_one_sign_of_another_argument_is_no_limit() -> None:
    expr = Piecewise((exp(-(x**2)) * sin(x) / x, y > 0), (exp(x**2) * sin(x) / x, True))
    assert (x, oo) not in found(expr, x, y) and (x, S.Zero) not in found(expr, x, y)


def test_zeros_of_denominators_are_those_for_all_values_of_others() -> None:
    expr = sin((x - 2) * (y**2 + 1)) / ((x - 2) * (y**2 + 1))
    assert found(expr, x, y)[x, S(2)] == 1
    assert (x, S(2)) not in found(sin(x - 2) / (x - 2 * y), x, y)
