"""Roots of any degree, with a correction, against balls."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb, ctx
from sympy import Rational, S, Symbol

from symdyn.kernels.certify.proof.rounding import START
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Graph
from symdyn.kernels.loading import load
from symdyn.kernels.operations import COMPENSATED
from symdyn.kernels.ranges import Range

COUNT = 2000


@pytest.mark.parametrize("degree", [5, 7, 11])
def test_a_root_and_its_correction_have_twice_the_digits(degree: int) -> None:
    """And it is as small as proofs take for granted."""
    graph = Graph((Symbol("x"),))
    root = graph.add("pow", 0, graph.constant(Rational(1, degree)), type=COMPENSATED)
    head = graph.add("high", root)  # rounded
    rest = graph.add("high", graph.add("sub", root, head, type=COMPENSATED))
    parts = [head, rest, graph.add("low", root)]
    text = module_text(Plan(graph.program(parts), (Range(S.Zero, S.Infinity),)))
    drawn = np.random.default_rng(degree)
    points = np.concatenate([2.0 ** drawn.uniform(-960, 1020, COUNT), drawn.uniform(0, 4, COUNT)])
    found = np.stack([points, *load(text).kernel(points)], axis=1)
    with ctx.workprec(300):
        for x, h, rest_of_it, correction in found.tolist():
            exact = arb(x).root(degree)
            assert abs(correction) < START / 8 * h, x
            assert abs(arb(h) + arb(rest_of_it) - exact) < 2.0**-85 * exact, x


def test_roots_at_the_ends() -> None:
    graph = Graph((Symbol("x"),))
    root = graph.add("pow", 0, graph.constant(Rational(1, 5)), type=COMPENSATED)
    found = load(module_text(Plan(graph.program([root]), (Range(),)))).kernel
    assert float(found(0.0)) == 0.0 and math.isinf(float(found(math.inf)))
    assert math.isnan(float(found(-1.0))) and float(found(32.0)) == 2.0
