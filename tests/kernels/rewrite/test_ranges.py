"""Ranges contain every value, and signs are not lost or invented."""

from __future__ import annotations

import math
import random

import pytest
from flint import arb, ctx
from sympy import Integer, Rational, pi

from symdyn.kernels.backends.arb import value_of
from symdyn.kernels.graph import Node
from symdyn.kernels.operations import OPERATION
from symdyn.kernels.rewrite.ranges import Range, range_of

OPS = [
    "add", "sub", "mul", "div", "neg", "abs", "min", "max", "hypot", "pow", "sqrt", "cbrt", "exp",
    "expm1", "log", "log1p", "sin", "cos", "sinh", "cosh", "tanh", "asin", "acos", "atan",
    "asinh", "acosh", "atanh", "erf", "erfc",
]  # fmt: skip


@pytest.mark.parametrize("op", OPS)
def test_range_contains_the_values_at_points_of_its_arguments(op: str) -> None:
    draw = random.Random(1)
    met = 0
    for _ in range(400):
        ranges = [Range(*sorted(draw.choices((-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0), k=2)))
                  for _ in range(OPERATION[op].arity)]  # fmt: skip
        at = [arb(draw.choice((r.low, r.high, draw.uniform(r.low, r.high)))) for r in ranges]
        with ctx.workprec(200):
            value = value_of(Node(op), at, [])
            if not value.is_finite():
                continue
            found = range_of(op, None, ranges, same=False)
            met += 1
            assert not value < arb(found.low) if math.isfinite(found.low) else True
            assert not value > arb(found.high) if math.isfinite(found.high) else True
            assert found.zero or not value.is_zero()
    assert met > 50


def test_signs_follow_from_signs() -> None:
    positive = Range(0.0, math.inf, zero=False)
    assert range_of("add", None, [positive, positive], same=False).holds(">")
    assert not range_of("sub", None, [positive, positive], same=False).holds(">=")
    assert range_of("mul", None, [Range(), Range()], same=True).holds(">=")
    assert not range_of("mul", None, [Range(), Range()], same=False).holds(">=")
    assert range_of("exp", None, [Range()], same=False).holds(">")
    assert not range_of("log", None, [positive], same=False).holds("!=")


def test_tiny_products_are_not_taken_for_zero() -> None:
    tiny = Range(1e-200, 1e-200, zero=False)
    found = range_of("mul", None, [tiny, tiny], same=False)
    assert found.holds(">") and found.high > 0


def test_constants_lie_in_their_range() -> None:
    for value in (Integer(0), Rational(1, 3), pi, Rational(-7, 2)):
        found = range_of("const", value, [], same=False)
        assert found.low <= value <= found.high and found.zero == (value == 0)
