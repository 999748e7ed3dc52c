"""Functions with a branch point come apart in two without one, found by numbers alone."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, ctx
from sympy import Expr, Rational, S, besseli, besselk, elliptic_e, elliptic_k, exp, gamma, log, pi

from symdyn.calculus.alpha_relu import split_at_equal_inputs
from symdyn.kernels.reparametrise.cell import Cell
from symdyn.kernels.reparametrise.cells import unfolded
from symdyn.kernels.reparametrise.chebyshev import BITS
from symdyn.kernels.reparametrise.exact_function import NotKnown, real_ball
from symdyn.kernels.reparametrise.splitting import Split, splits
from symdyn.numerics.balls import enclose

x = sp.Symbol("x", real=True)
HALF = Rational(1, 2)
AT = Rational(3, 8)


def cell_of(expr: Expr, low: Expr, high: Expr) -> Cell:
    (found,) = (cell for cell in unfolded(expr, x, S(low), S(high)).parts if cell.split)
    return found


@pytest.mark.parametrize(
    ("expr", "low", "high", "second"),
    [
        (exp(x) * besselk(0, x), 0, 1, -exp(AT) * besseli(0, AT)),
        (exp(x) * besselk(1, x), 0, 1, exp(AT) * besseli(1, AT)),
        (elliptic_k(x), 0, 1, -elliptic_k(AT) / pi),
        (elliptic_e(x), 0, 1, (elliptic_e(AT) - elliptic_k(AT)) / pi),
        (x * log(x), 0, 1, AT),
        (sp.loggamma(x), 0, HALF, S.NegativeOne),
    ],
    ids=str,
)
def test_what_goes_with_the_logarithm_is_that_of_the_books(
    expr: Expr, low: Expr, high: Expr, second: Expr
) -> None:
    split = cell_of(expr, low, high).split
    assert split is not None and split.power is None
    with ctx.workprec(2 * BITS):
        assert abs(split.second(real_ball(AT)) - enclose(second, {}, 300)) < 2.0**-75


@pytest.mark.parametrize("power", ["3/4", "-2/5", "7/3"])
def test_the_dual_of_the_alpha_relu_has_the_derived_parts(power: str) -> None:
    """Found from values beyond c = 1, against the two hypergeometric functions."""
    a = Rational(power)
    parts = split_at_equal_inputs(a, x)
    whole = (parts.regular + x**parts.exponent * parts.singular).subs(x, 1 - x)
    split = cell_of(whole, 0, 1).split
    assert split is not None and split.power == Fraction(str(parts.exponent))
    with ctx.workprec(2 * BITS):
        wanted = enclose(parts.singular.subs(x, AT), {}, 300)
        assert abs(split.second(real_ball(AT)) - wanted) < 2.0**-75 * abs(wanted)


def test_a_sign_that_is_wrong_leaves_a_branch() -> None:
    right, wrong = splits(elliptic_k(x), x, S.One, -1, HALF)
    kept = cell_of(elliptic_k(x), 0, 1).split
    assert kept is not None and {right.sign, wrong.sign} == {1, -1} and kept.sign == right.sign


@pytest.mark.parametrize(
    ("expr", "reason"),
    [(exp(x), "no branch at 0"), (sp.sqrt(x) / (1 - 2 * x), "not known up to 1")],
    ids=str,
)
def test_what_has_no_such_parts_is_refused(expr: Expr, reason: str) -> None:
    with pytest.raises(NotKnown, match=reason):
        list(splits(expr, x, S.Zero, 1, S.One))


def test_where_a_logarithm_grows_is_known() -> None:
    limits = [cell_of(expr, 0, 1).split for expr in (elliptic_k(x), elliptic_e(x), log(x))]
    assert [split.limit if isinstance(split, Split) else None for split in limits] == [1, 0, -1]


def test_gamma_functions_of_a_power_stay_exact() -> None:
    """The power is a fraction, not a double near one."""
    found = cell_of(1 + x ** Rational(5, 11) * gamma(Rational(1, 3)) * exp(x) + x**2, 0, 1)
    assert found.split is not None and found.split.power == Fraction(5, 11)
    assert isinstance(found.split.second(arb(1)), arb)
