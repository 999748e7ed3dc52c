"""Expansions at infinity against values, with what they leave out; what must be refused."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb
from sympy import Expr, Rational, S, besselk, erf, erfc, exp, gamma, hyper, loggamma, oo, tanh

from symdyn.kernels.certify.proof.branched import Branched
from symdyn.kernels.certify.proof.models import Model, NotEnclosed, exactness
from symdyn.kernels.certify.proof.pieces import Anchor, Piece
from symdyn.kernels.certify.proof.scaled import Scaled
from symdyn.kernels.certify.proof.truth import model_of
from symdyn.kernels.reparametrise.exact_function import ExactFunction

x = sp.Symbol("x", real=True)
THIRD, HALF = Rational(1, 3), Rational(1, 2)
FUNCTIONS: list[tuple[Expr, int, int]] = [  # side and root
    (erfc(x), 1, 1),
    (erfc(x), -1, 1),
    (erf(x), 1, 1),
    (erf(x), -1, 1),
    (tanh(x), -1, 1),
    (x * erfc(x), 1, 1),
    (exp(x**2) * erfc(x), 1, 1),
    (exp(x) * besselk(0, x), 1, 1),
    (exp(x) * besselk(Rational(7, 3), x), 1, 1),
    (exp(2 * x) * besselk(1, 2 * x), 1, 1),
    (loggamma(x), 1, 1),
    (hyper((HALF, HALF), (S(2),), x), -1, 2),
    (hyper((HALF, THIRD), (Rational(3, 2),), x), -1, 6),
    (hyper((HALF, THIRD), (Rational(3, 2),), -x), 1, 6),
]


@pytest.mark.parametrize(("expr", "side", "root"), FUNCTIONS, ids=str)
def test_values_lie_in_the_model(expr: Expr, side: int, root: int) -> None:
    with exactness(320, 144):
        low, high = sorted((side * 40.0, side * 1e30))
        x_model = Piece(low, high, Anchor(side * oo, side, root)).argument(36)
        model = model_of(expr, {x: x_model}, x_model)
        model = model.bounded() if isinstance(model, Scaled) else model
        for near in (40.0, 55.5, 1e3, 1e7):
            t, place = 1 / arb(near), arb(near) ** root
            truth = ExactFunction(expr, x)(lambda at=place: side * at, 200)
            found = at(model, t)
            assert found.overlaps(truth)
            assert found.rad() < 1e-20


def at(model: Model | Branched, t: arb) -> arb:
    if isinstance(model, Branched):
        return at(model.regular, t) + at(model.other, t) * (t.log() if model.is_log else 1)
    power = arb(model.power.numerator) / model.power.denominator
    return (model.terms(t) + model.rest * t**model.order) * (t.log() * power).exp()


@pytest.mark.parametrize(
    "expr",
    [
        gamma(x),  # nothing is known of it there
        erfc(-x) * exp(x),  # grows
        besselk(0, -x),  # no value
        hyper((S.One, S(2)), (Rational(7, 2),), -x),  # a - b is whole
    ],
    ids=str,
)
def test_what_is_not_known_is_refused(expr: Expr) -> None:
    with exactness(320, 144):
        x_model = Piece(40.0, 1e30, Anchor(oo, 1)).argument(36)
        with pytest.raises(NotEnclosed):
            model = model_of(expr, {x: x_model}, x_model)
            model.bounded()  # type: ignore[union-attr]


def test_a_wrong_power_of_the_variable_would_be_seen() -> None:
    with exactness(320, 144):
        x_model = Piece(40.0, 1e30, Anchor(oo, 1)).argument(36)
        model = model_of(exp(x) * besselk(0, x), {x: x_model}, x_model)
        truth = ExactFunction(exp(x) * besselk(1, x), x)(lambda: arb(50), 200)
        assert not at(model, 1 / arb(50)).overlaps(truth)  # type: ignore[arg-type]
