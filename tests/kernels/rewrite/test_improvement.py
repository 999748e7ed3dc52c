"""Better forms are found by themselves, and equal the program that was given."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import Eq, Expr, Piecewise, cos, exp, log, sin, sqrt, symbols

from symdyn.kernels.graph import Program
from symdyn.kernels.program import build
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.improvement import forms, improved
from symdyn.kernels.rewrite.prediction import Prediction, agree
from symdyn.kernels.rewrite.promotion import promoted
from symdyn.kernels.rewrite.samples import sample
from symdyn.proof.domain import Domain

x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", real=True)
a, b, c = symbols("a b c", real=True)


def before_and_after(expr: Expr, *conditions: object) -> tuple[Program, Program, Points]:
    """A program, its best form, and points that were not used to find it."""
    args = sorted(expr.free_symbols, key=str)
    program, domain = build(expr, args), Domain.of(args, conditions)  # type: ignore[arg-type]
    return program, improved(program, domain), sample(program, domain, count=100, seed=7)


@pytest.mark.parametrize(
    ("expr", "ulps"),
    [
        (sqrt(x + 1) - sqrt(x), 3.01),
        pytest.param(1 / (x + 1) - 1 / x, 3, marks=pytest.mark.slow),
        pytest.param((1 - cos(y)) / y**2, 4, marks=pytest.mark.slow),
        ((exp(y) - 1) / y, 2.5),
        (log(1 + y) / y, 2.5),
        pytest.param(log(x + 1) - log(x), 2.5, marks=pytest.mark.slow),
        (log(1 + exp(y)), 2.5),
        pytest.param(sqrt(1 + y) - 1, 3, marks=pytest.mark.slow),
        (Piecewise((1, Eq(y, 0)), ((exp(y) - 1) / y, True)), 2.5),
    ],
    ids=str,
)
def test_cancellation_is_rewritten(expr: Expr, ulps: float) -> None:
    program, better, points = before_and_after(expr)
    assert Prediction(program, points).worst() > 1e6
    assert Prediction(better, points).worst() < ulps
    assert agree(program, better, points)


def test_root_of_a_quadratic_is_right_for_both_signs_of_b() -> None:
    expr = (-b + sqrt(b**2 - 4 * a * c)) / (2 * a)
    program, better, points = before_and_after(expr)
    poor = (Prediction(program, points).ulps() > 8).mean()
    left = (Prediction(better, points).ulps() > 8).mean()
    assert agree(program, better, points) and left < poor / 2
    assert better.count("select") >= 1


def test_condition_that_ties_symbols_is_used() -> None:
    """|x| = x needs x >= 0: here x - y > 0 is all that is known."""
    p, q = symbols("p q", real=True)
    program, better, _ = before_and_after(sp.Abs(p - q) * sp.Abs(p - q), p > q)
    assert better.count("abs") == 0 or program == better


def test_a_domain_on_which_a_condition_fails_keeps_the_form_right() -> None:
    program, better, points = before_and_after(sp.Abs(y) + 1)
    assert better.count("abs") == 1 and agree(program, better, points)


def test_several_outputs_share_their_work() -> None:
    program = build([exp(y) - 1, (exp(y) - 1) ** 2], [y])
    better = improved(program, Domain.of([y]))
    assert better.count("expm1") == 1 and len(better.outputs) == 2


def test_typed_programs_are_left_alone() -> None:
    program = build(exp(y) - 1, [y]).retyped({1: "pair"})
    assert forms(program, Domain.of([y])) == (program, program)


def test_same_input_gives_the_same_program() -> None:
    expr = sqrt(x + 1) - sqrt(x)
    assert before_and_after(expr)[1] == before_and_after(expr)[1]


def test_sum_angle_is_split_where_that_saves_digits() -> None:
    program, better, points = before_and_after(sin(x + y) - sin(x))
    assert agree(program, better, points)
    assert (Prediction(better, points).ulps() > 100).mean() < 0.1


def test_pairs_stand_only_where_they_are_needed() -> None:
    expr = exp(a**2 - b**2) * sin(c)
    program = build(expr, [a, b, c])
    points = Points(((1.1, 1.1000000001, 0.7), (30.0, 29.0, 2.0)), (256, 256))
    careful = promoted(program, points, target=2.0)
    pairs = {node.op for node in careful.nodes if node.type == "pair"}
    assert Prediction(program, points).worst() > 2 >= Prediction(careful, points).worst()
    assert "sin" not in pairs and {"mul", "sub"} & pairs


def test_no_pair_can_be_given_up() -> None:
    program = build(exp(a**2 - b**2) + c, [a, b, c])
    points = Points(((1.1, 3.1000000001, 0.7), (30.0, 29.0, 2.0)), (256, 256))
    careful = promoted(program, points, target=1.1)
    prediction = Prediction(careful, points)
    for k, node in enumerate(careful.nodes):
        if node.type == "pair":
            assert prediction.worst({k: "f64"}) > 1.1
