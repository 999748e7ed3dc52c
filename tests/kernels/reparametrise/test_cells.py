"""Each cell has the variable in which the function is smooth and does not vanish."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, ctx
from sympy import Expr, S, acos, erf, exp, log, pi, sqrt

from symdyn.kernels.arithmetic.constants import ball
from symdyn.kernels.reparametrise.cell import Cell, NoVariable
from symdyn.kernels.reparametrise.cells import cells, onesided
from symdyn.kernels.reparametrise.chebyshev import series
from symdyn.kernels.reparametrise.smoothness import is_smooth

x = sp.Symbol("x", real=True)


def described(expr: Expr, low: Expr, high: Expr) -> list[tuple[str, ...]]:
    parts = cells(expr, x, S(low), S(high)).parts
    return [(str(cell.anchor), str(cell.exponent), str(cell.power)) for cell in parts]


@pytest.mark.parametrize(
    ("expr", "low", "high", "wanted"),
    [
        (sqrt(1 - x**2) + x * (pi - acos(x)), -1, 1, [("0", "0", "2"), ("1", "3/2", "1")]),
        (pi - acos(x), -1, 1, [("0", "1", "2"), ("1", "1/2", "1")]),
        (sqrt(x) * exp(x), 0, 1, [("0", "1/2", "1")]),
        (1 + sqrt(x), 0, 1, [("0", "0", "1/2")]),
        (sqrt(x + 1) - sqrt(x), 0, sp.oo, [("0", "0", "1/2"), ("oo", "1/2", "1")]),
        (erf(x) / x, 0, sp.oo, [("0", "0", "1"), ("oo", "1", "1")]),
        ((1 - sp.cos(x)) / x**2, -1, 1, [("0", "0", "2")]),
        (log(1 + x) / x, -sp.S.Half, 1, [("0", "0", "1")]),
        (exp(x) * sp.Abs(x), -1, 2, [("0", "1", "1"), ("0", "1", "1")]),
    ],
    ids=str,
)
def test_variables_are_those_of_the_expansion(
    expr: Expr, low: Expr, high: Expr, wanted: list[tuple[str, ...]]
) -> None:
    assert described(expr, low, high) == wanted


@pytest.mark.parametrize("expr", [log(x) ** 2, exp(-1 / x), 1 / log(x)], ids=str)
def test_what_is_no_sum_of_two_such_parts_has_no_variable(expr: Expr) -> None:
    with pytest.raises(NoVariable, match="no power of the distance from 0"):
        cells(expr, x, S.Zero, S.One)


def test_a_hidden_root_is_seen() -> None:
    """1 + x + x^(3/2): the root stands behind two powers."""
    assert described(1 + x + x ** sp.Rational(3, 2), 0, 1) == [("0", "0", "1/2")]


def test_the_smooth_part_times_its_power_is_the_function() -> None:
    expr = sqrt(1 - x**2) + x * (pi - acos(x))
    last = cells(expr, x, -S.One, S.One).parts[-1]
    with ctx.workprec(200):
        v = ball(Fraction(1, 8))
        value = last.smooth_part(lambda: v, 100) * v ** ball(Fraction(3, 2))
        y = 1 - v
        assert abs(value - ((1 - y * y).sqrt() - y * y.acos())) < 1e-28


def test_one_side_of_a_reflection_may_do() -> None:
    semi = sqrt(1 - x**2) - x * acos(x)
    (cell,) = onesided(semi, x, -S.One, S.One).parts
    assert (cell.low, cell.high, cell.anchor, cell.exponent) == (0, 1, 1, Fraction(3, 2))
    with pytest.raises(NoVariable, match="no reflection"):
        onesided(exp(x), x, -S.One, S.One)


def test_a_variable_that_is_not_smooth_is_seen() -> None:
    root = Cell(cells(exp(x), x, S.Zero, S.One).parts[0].function, S.Zero, S.One)
    assert is_smooth(root.smooth_part, arb(1))
    assert not is_smooth(lambda v, bits: v() ** arb(2.5), arb(1))


def test_many_oscillations_are_no_singularity() -> None:
    assert described(2 + sp.cos(40 * x), 0, 16) == [("0", "0", "1")]


def test_chebyshev_series_ends_where_the_polynomial_does() -> None:
    found = series(lambda v, bits: v() ** 5 - v(), arb(1), arb(3), 9)
    assert found.tail(5) < 1e-40 < found.tail(4)
    with ctx.workprec(150):
        found_at_one = found.polynomial(5, arb(1), arb(1))
        wanted = [0, 4, 10, 10, 5, 1]  # (1 + t)^5 - (1 + t)
        assert all(abs(c - w) < 1e-40 for c, w in zip(found_at_one, wanted, strict=True))
