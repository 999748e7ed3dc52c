"""Where expressions are smooth, and where they are not."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Expr,
    Heaviside,
    Integral,
    Symbol,
    acos,
    betainc_regularized,
    floor,
    log,
    sign,
    sqrt,
    symbols,
    tan,
)

from symdyn.proof.domain import Domain
from symdyn.proof.smoothness import is_smooth

x, y = symbols("x y", real=True)
d = Symbol("d", positive=True)
LINE, HALF, UNIT = Domain((x,)), Domain((x,), (x > 0,)), Domain((x,), (x >= 0, x <= 1))


@pytest.mark.parametrize(
    "expr", [1 / x, sqrt(x), log(x), Abs(x), sign(x), Heaviside(x), tan(x), acos(x), floor(x)]
)
def test_function_is_not_smooth_across_its_singular_points(expr: Expr) -> None:
    assert not is_smooth(expr, x, LINE)


@pytest.mark.parametrize("expr", [1 / x, sqrt(x), log(x), Abs(x), sign(x), Heaviside(x)])
def test_function_is_smooth_beside_its_singular_point(expr: Expr) -> None:
    assert is_smooth(expr, x, HALF)


def test_root_is_continuous_at_its_branch_point_and_not_differentiable() -> None:
    expr = sqrt(1 - x**2) + acos(x)
    assert is_smooth(expr, x, UNIT, is_continuity_enough=True)
    assert not is_smooth(expr, x, UNIT)


def test_integral_is_smooth_in_a_limit_that_stays_off_singular_points() -> None:
    moving = Integral((1 - y**2) ** (d - 1), (y, 0, x))
    inside = Domain((d, x), (x > 0, x < 1))
    assert is_smooth(moving, x, inside)
    assert is_smooth(moving, x, Domain((d, x), (x >= 0, x <= 1)), is_continuity_enough=True)
    assert not is_smooth(moving, x, Domain((d, x), (x >= 0, x <= 1)))
    assert not is_smooth(Integral(1 / y, (y, -1, x)), x, Domain((x,), (x > -1, x < 1)))


def test_incomplete_beta_function_is_smooth_between_its_ends() -> None:
    expr = betainc_regularized(d, d + 1, 0, x)
    assert is_smooth(expr, x, Domain((d, x), (x > 0, x < 1)))
    assert not is_smooth(expr, x, Domain((d, x), (x > 0, x < 2)))
