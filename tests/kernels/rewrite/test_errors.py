"""The first-order error model against exact derivatives and against doubles."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx

from symdyn.kernels.backends.arb import value_of
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.loading import load
from symdyn.kernels.operations import F64, PAIR
from symdyn.kernels.ranges import Range
from symdyn.kernels.rewrite.errors import HOPELESS, step
from symdyn.kernels.rewrite.exact import numbers

UNARY = {
    "sqrt": (0.3, 7.0), "cbrt": (0.3, -7.0), "exp": (-3.0, 5.5), "expm1": (-40.0, 1e-9, 3.0),
    "log": (0.2, 1.5, 1e9), "log1p": (-0.9, 1e-9, 5.0), "sin": (0.5, 3.0, -20.0),
    "cos": (0.5, 1.5, 20.0), "tan": (0.5, 1.5), "asin": (0.3, -0.9), "acos": (0.3, 0.99),
    "atan": (0.3, -50.0), "sinh": (1e-9, 3.0), "cosh": (1e-3, 3.0), "tanh": (1e-9, 3.0, -30.0),
    "asinh": (1e-9, 30.0), "acosh": (1.01, 30.0), "atanh": (1e-9, 0.99), "erf": (1e-9, 2.0),
    "erfc": (-1.0, 2.0), "gamma": (0.5, 3.5), "lgamma": (0.5, 7.5), "neg": (2.0,), "abs": (-2.0,),
}  # fmt: skip
BINARY = {
    "add": (3.0, -2.9), "sub": (3.0, 2.9), "mul": (3.0, -2.0), "div": (3.0, 7.0),
    "hypot": (3.0, 0.1), "pow": (1.7, 5.5), "atan2": (0.3, -2.0), "min": (2.0, 3.0),
    "max": (2.0, 3.0), "mod": (7.5, 2.0),
}  # fmt: skip
CASES = [(op, (x,)) for op, xs in UNARY.items() for x in xs] + list(BINARY.items())


def exact(op: str, args: list[arb]) -> arb:
    return value_of(Node(op), args, [])


@pytest.mark.parametrize(("op", "at"), CASES, ids=str)
def test_amplification_is_the_logarithmic_derivative(op: str, at: tuple[float, ...]) -> None:
    with ctx.workprec(400):
        args = [arb(x) for x in at]
        value = exact(op, args)
        model = step(op, numbers([value]), [numbers([arg]) for arg in args])
        for k, factor in enumerate(model.amplification):
            moved = [arg * (1 + arb(2) ** -100) if k == j else arg for j, arg in enumerate(args)]
            change = abs((exact(op, moved) - value) / value) * arb(2) ** 100
            assert factor[0] == pytest.approx(float(change), rel=1e-4, abs=1e-12)


def as_kernels_compute(op: str, xs: list[float]) -> list[float]:
    """The values of a function of doubles in emitted modules."""
    x = sp.Symbol("x")
    program = Program((x,), (Node("input", (), 0), Node(op, (0,))), (1,))
    return load(module_text(Plan(program, (Range(),)))).kernel(xs).tolist()


@pytest.mark.parametrize(
    "op", ["exp", "expm1", "log", "log1p", "sin", "tanh", "sqrt", "cbrt", "tan", "erfc"]
)
def test_own_rounding_covers_what_kernels_do(op: str) -> None:
    draw = np.random.default_rng(0)
    xs = [float(x) for x in 2.0 ** draw.uniform(-6, 3, 200)]
    with ctx.workprec(300):
        balls = [arb(x) for x in xs]
        values = numbers([exact(op, [ball]) for ball in balls])
        model = step(op, values, [numbers(balls)])
        for k, found in enumerate(as_kernels_compute(op, xs)):
            error = abs(arb(found) / values.balls[k] - 1) * arb(2) ** 53
            assert float(error) <= model.rounding[k] * 1.001


def test_difference_of_neighbours_rounds_nothing() -> None:
    x, y = arb(1.25), arb(1.5) + arb(2) ** -70
    args = [numbers([x]), numbers([y])]
    assert step("sub", numbers([x - y]), args).rounding[0] == 0
    assert step("add", numbers([x + y]), args).rounding[0] > 0


def test_overflow_is_hopeless_and_underflow_costs_digits() -> None:
    with ctx.workprec(300):
        args = [numbers([arb(800), arb(-730), arb(-800), arb(1)])]
        values = numbers([ball.exp() for ball in args[0].balls])
    rounding = step("exp", values, args).rounding
    assert rounding[0] == HOPELESS and rounding[1] > 2**20 and rounding[3] < 1.1
    assert rounding[2] == pytest.approx(2.0**53, rel=0.1)


@pytest.mark.parametrize("op", ["expm1", "tanh", "atan", "erf"])
def test_a_function_that_levels_off_forgives_what_overflowed(op: str) -> None:
    with ctx.workprec(200):
        far = -(arb(2) ** 3000)
        args = [numbers([far])]
        model = step(op, numbers([exact(op, [far])]), args)
    assert args[0].real[0] == -np.inf
    assert model.error([np.full(1, HOPELESS)], F64)[0] < 5


def test_an_inexact_zero_is_hopeless_and_an_exact_one_is_right() -> None:
    one = numbers([arb(1)])
    model = step("sub", numbers([arb(0)]), [one, one])
    assert model.error([np.zeros(1), np.zeros(1)], F64)[0] == 0
    assert model.error([np.ones(1), np.zeros(1)], F64)[0] == HOPELESS
    assert model.error([np.ones(1), np.zeros(1)], PAIR)[0] == HOPELESS
