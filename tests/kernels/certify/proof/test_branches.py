"""Models at branch points, and power series by values on circles, against series of high order."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb
from sympy import Expr, Rational, S, elliptic_e, elliptic_k, exp, hyper, log, sqrt

from symdyn.kernels.certify.proof.bounds import Bounds
from symdyn.kernels.certify.proof.branched import Branched, logarithm, total
from symdyn.kernels.certify.proof.comparison import at_the_point, relative_difference
from symdyn.kernels.certify.proof.holomorphic import VARIABLE, holomorphic
from symdyn.kernels.certify.proof.models import Model, NotEnclosed, exactness
from symdyn.kernels.certify.proof.pieces import Anchor, Piece
from symdyn.kernels.certify.proof.rounding import wide_log, wide_root
from symdyn.kernels.certify.proof.truth import model_of
from symdyn.numerics.balls import enclose

x = sp.Symbol("x", real=True)
HALF = Rational(1, 2)

HYPER = hyper((HALF, HALF), (Rational(9, 4),), x)
AT_ENDS: list[tuple[Expr, Expr, int]] = [
    (elliptic_k(x), S.One, -1),
    (elliptic_e(x), S.One, -1),
    (HYPER, S.One, -1),
    (hyper((HALF, Rational(1, 3)), (Rational(17, 6),), x), S.One, -1),  # a whole c - a - b
    (sp.besselk(0, x), S.Zero, 1),
    (sp.besselk(0, x) * exp(x), S.Zero, 1),
    (sp.loggamma(x), S.Zero, 1),
    (x * log(x) + sqrt(2), S.Zero, 1),
    ((1 - x) ** Rational(1, 10) * exp(x) + x, S.One, -1),
]


def value(model: Model | Branched, t: arb) -> arb:
    if isinstance(model, Branched):
        return value(model.regular, t) + (t.log() if model.is_log else 1) * value(model.other, t)
    power = arb(model.power.numerator) / model.power.denominator
    return t**power * (model.terms(t) + model.rest * t**model.order)


@pytest.mark.parametrize(("expr", "point", "side"), AT_ENDS, ids=lambda part: str(part))
def test_a_model_beside_a_branch_holds_the_values(expr: Expr, point: Expr, side: int) -> None:
    end = float(point + side * Rational(1, 16))
    piece = Piece(min(end, float(point)), max(end, float(point)), Anchor(point, side))
    with exactness(320, 144):
        argument = piece.argument(30)
        model = model_of(expr, {x: argument}, argument)
        assert isinstance(model, Branched)
        for share in (1, Rational(1, 3), Rational(1, 10**4), Rational(1, 10**12)):
            distance = Rational(1, 16) * share
            exact = enclose(expr.subs(x, point + side * distance), {}, 320)
            found = value(model, enclose(distance, {}, 320))
            assert found.overlaps(exact)
            assert found.rad() < 2.0**-60 * abs(exact)


@pytest.mark.parametrize(
    "expr",
    [
        sp.besselj(0, VARIABLE),
        elliptic_k(VARIABLE),
        HYPER.subs(x, VARIABLE),
        sp.besselk(1, VARIABLE),
    ],
    ids=lambda expr: expr.func.__name__,
)
def test_series_by_values_hold_the_derivatives(expr: Expr) -> None:
    at = Rational(5, 8)
    with exactness(320, 144):
        found = holomorphic(expr)([arb(0.625), arb(1)], 6)
        around = holomorphic(expr)([arb(0.625, 0.01), arb(1)], 6)
        for k in range(6):
            wanted = enclose(expr.diff(VARIABLE, k) / sp.factorial(k), {VARIABLE: at}, 320).real
            assert found[k].overlaps(wanted) and found[k].rad() < 2.0**-120 * abs(wanted)
            assert around[k].contains(wanted)


@pytest.mark.parametrize("at", [arb(1), arb(1, 1e-9), arb(0.9, 0.2)], ids=str)
def test_no_series_is_made_where_a_function_is_not_holomorphic(at: arb) -> None:
    with exactness(200, 60), pytest.raises(NotEnclosed):
        holomorphic(elliptic_k(VARIABLE))([at, arb(1)], 4)


def test_pieces_are_no_holomorphic_functions() -> None:
    with exactness(200, 60), pytest.raises(NotEnclosed):
        holomorphic(sp.Max(VARIABLE, 0))([arb(1), arb(1)], 4)


def test_a_wrong_logarithmic_part_is_a_difference() -> None:
    with exactness(200, 40):
        t = Model.variable(arb(0.0625, 0.0625), 12)
        truth = logarithm(t) * (t + 1) - 3
        assert relative_difference(truth, truth, arb(2) ** -60) < 2.0**-150
        for wrong in (logarithm(t) * (t + arb(1.001)) - 3, logarithm(t) * (t + 1) + arb(-3.001)):
            assert 1e-5 < relative_difference(wrong, truth, arb(2) ** -60) < 1
        plain = t + 1
        with pytest.raises(NotEnclosed):
            relative_difference(truth, plain, arb(2) ** -60)


def test_a_difference_is_never_below_that_at_a_point() -> None:
    """Parts of both signs, whose sum is smaller than either."""
    with exactness(200, 40):
        t = Model.variable(arb(0.03125, 0.03125), 12)
        root = t.raised(Fraction(5, 4))
        for truth, wrong in (
            (total(root * -3, t + 1), total(root * arb(-3.01), t + 1)),
            (logarithm(t) + 1, logarithm(t) * arb(1.01) + 1),
            (logarithm(t) * t * 2 + 1, logarithm(t) * t * arb(2.01) + 1),
            (logarithm(t) * t * 2 + 1, logarithm(t) * (t * 2 + arb(2) ** -30) + 1),
            (total(root * -2, t * t), total(root * arb(-2.01), t * t)),
        ):
            bound = relative_difference(wrong, truth, arb(2) ** -50)
            for place in (2.0**-4, 2.0**-6, 2.0**-20, 2.0**-45):
                exact, other = value(truth, arb(place)), value(wrong, arb(place))
                assert abs(other - exact) / abs(exact) <= bound


def test_a_value_at_the_point_itself_has_no_logarithm() -> None:
    with exactness(200, 40):
        t = Model.variable(arb(0), 12)
        assert at_the_point(logarithm(t) * t + 3).terms[0] == 3
        with pytest.raises(NotEnclosed, match="not finite"):
            at_the_point(logarithm(t) + 3)


@pytest.mark.parametrize("degree", [3, 5, 7, 11])
def test_bounds_of_roots_hold_what_arithmetic_gives(degree: int) -> None:
    low, high = 3.0, 3.5
    found = wide_root(Bounds.exact(low, high), degree)
    for point in np.linspace(low, high, 9):
        assert found.low <= point ** (1 / degree) <= found.high
    assert 0 < found.share < 2.0**-70 and found.tail_share < 2.0**-38
    wrong = Bounds.exact(-1.0, 2.0)
    with pytest.raises(NotEnclosed):
        wide_root(wrong, degree)


def test_bounds_of_logarithms_grow_where_they_vanish() -> None:
    found = wide_log(Bounds.exact(2.0, 3.0))
    assert found.low <= math.log(2.0) < math.log(3.0) <= found.high
    assert found.share <= 2.0**-55 * 1.01
    loose = Bounds(0.5, 2.0, least=0.5, error=2.0**-60, share=2.0**-59)
    assert wide_log(loose).share == math.inf
    with pytest.raises(NotEnclosed):
        wide_log(Bounds.exact(0.0, 1.0))
