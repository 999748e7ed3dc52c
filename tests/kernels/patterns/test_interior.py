"""The core for the interior of a domain gives what all tests together would give."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from sympy import S, oo

from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Graph
from symdyn.kernels.loading import load
from symdyn.kernels.mask import Mask, Odd
from symdyn.kernels.patterns.interior import Interior, is_ordinary, within
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range

x, y = sp.symbols("x y", real=True)
RANGES = (
    Range(),
    Range(S.Zero, oo),
    Range(S.NegativeOne, S.One),
    Range(S.One, S(8)),
    Range(S(-8), S(-2)),
    Range(S(-3), oo),
)
VALUES = np.array(
    [0.0, 5e-324, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 7.0, 8.0, 9.0, 1e300, math.inf]
)
VALUES = np.concatenate([VALUES, -VALUES, [math.nan]])


@pytest.mark.parametrize("part", RANGES, ids=str)
@pytest.mark.parametrize("odd", [Odd(3), Odd(2, ((0.1, 9.0),)), Odd(2, (), True)], ids=str)
def test_what_is_ordinary_is_neither_odd_nor_at_an_end(part: Range, odd: Odd) -> None:
    test = is_ordinary(odd, [Interior.of(part, odd.size)], ["x"], ["y"])
    low, high = part.inside
    met = 0
    for at in VALUES:
        for value in (0.0, 1.0, 1e-310, -math.inf, math.nan):
            if eval(test, {"x": at, "y": value, "np": np}):
                assert low < at < high and not odd(np.array([[at]]), [np.array([value])])[0]
                met += 1
    assert met > 0


@pytest.mark.parametrize("part", RANGES, ids=str)
@pytest.mark.parametrize("op", ["lt", "le", "eq", "ne"])
def test_a_decided_comparison_holds_for_every_value_within(part: Range, op: str) -> None:
    interior = Interior.of(part, 2)
    inside = [at for at in VALUES if eval(interior.text("x"), {"x": at, "np": np})]
    compare = {"lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal}[op]
    for constant in VALUES[:-1]:
        found = {bool(compare(at, constant)) for at in inside}
        truth = interior.truth(op, float(constant))
        assert truth is None or found == {truth}
    assert interior.truth(op, 0.0) is not None or op in ("lt", "le")


def test_choices_at_the_ends_are_left_out_and_others_stay() -> None:
    ends = build(sp.Piecewise((S.One, sp.Eq(x, 0)), (sp.sin(x) / x, True)), [x])
    assert within(ends, [Interior(-4.0, 4.0, least=0.25)]).count("select") == 0
    inner = build(sp.Piecewise((x**2, x < 1), (x**3, True)), [x])
    assert within(inner, [Interior(0.25, 4.0)]).count("select") == 1
    joined = build(sp.Piecewise((x**2, (x < 9) & (x > -9)), (x**3, True)), [x])
    assert within(joined, [Interior(0.25, 4.0)]).count("select") == 0


def masked(part: Range, careful: sp.Expr = x) -> Plan:
    expr = sp.Piecewise((S(7), sp.Eq(x, 0)), (sp.exp(-x) + x**2, True))
    return Plan(build(expr, (x,)), (part,), mask=Mask(Odd(3), build(careful, (x,))))


@pytest.mark.parametrize("is_masked", [False, True])
@pytest.mark.parametrize("part", [*RANGES[:2], RANGES[5]], ids=str)
def test_blocks_with_and_without_special_values_agree_with_the_core(
    part: Range, is_masked: bool
) -> None:
    """2000 values make blocks of the interior alone, mixed ones, and a short one at the end."""
    plan = masked(part)
    module = load(module_text(plan if is_masked else replace(plan, mask=None)))
    assert hasattr(module, "inner") and hasattr(module, "odd") == is_masked
    rng = np.random.default_rng(2)
    low, high = max(part.inside[0], -3.0), min(part.inside[1], 5.0)
    values = rng.uniform(low, high, 2000)
    values[1500:] = rng.choice(VALUES, 500)
    values[700] = 1e200
    found = module.kernel(values)
    slower = load(module_text(replace(plan, mask=plan.mask if is_masked else None, blocks=False)))
    assert not hasattr(slower, "inner")
    np.testing.assert_array_equal(slower.kernel(values), found)
    one_by_one = [module.scalar(at) for at in values]
    np.testing.assert_array_equal(found, one_by_one)
    assert np.isfinite(found).sum() > 1000


def test_a_core_without_its_test_of_ordinary_values_is_noticed() -> None:
    text = module_text(masked(RANGES[1]))
    right, wrong = "if count < part_y0.size:", "if count < 0:"
    assert right in text
    values = np.array([0.0, 1.0])
    assert load(text).kernel(values)[0] == 7.0
    assert load(text.replace(right, wrong)).kernel(values)[0] == 1.0


def test_a_function_outside_its_form_for_inside_is_noticed() -> None:
    text = module_text(Plan(build(sp.exp(x), (x,)), (Range(),)))
    right, wrong = "((abs(x0) <= 700.0) | (x0 < LEAST_EXPONENT))", "True"
    assert right in text
    values = np.array([1.0, 1e3])
    assert load(text).kernel(values).tolist() == [math.exp(1), math.inf]
    assert load(text.replace(right, wrong)).kernel(values)[1] != math.inf


@pytest.mark.parametrize("part", [Range(S(-1), sp.Rational(1, 2**400)), Range(), Range(S(2), S(2))])
def test_functions_have_blocks_where_there_is_an_interior(part: Range) -> None:
    interior = Interior.of(part, 300)
    text = module_text(Plan(build(sp.exp(x), (x,)), (part,)))
    assert ("def inner" in text) != interior.is_empty
    assert "def inner" not in module_text(Plan(build(x + 1, (x,)), (part,)))


@pytest.mark.parametrize("parallel", [False, True])
def test_vectors_and_other_arrays_give_the_same(parallel: bool) -> None:
    kernel = load(module_text(replace(masked(RANGES[1]), parallel=parallel))).kernel
    values = np.linspace(0, 9, 1201)
    plain = kernel(values)
    assert plain.dtype == np.float64 and plain.shape == values.shape
    np.testing.assert_array_equal(kernel(values.reshape(1, -1))[0], plain)
    np.testing.assert_array_equal(kernel(np.repeat(values, 2)[::2]), plain)
    np.testing.assert_array_equal(kernel(values.tolist()), plain)
    np.testing.assert_array_equal(kernel(values.astype(">f8")), plain)
    assert kernel(2.0).shape == () and kernel(np.empty(0)).shape == (0,)


def test_the_core_for_the_interior_agrees_with_the_whole_core_to_the_last_bit() -> None:
    """A double chosen from compensated values is rounded; hypot without scaling is hypot."""
    graph = Graph((x, y))
    quotient = graph.add("div", 0, 1, type="compensated")
    at_zero = graph.add("eq", 0, graph.constant(S.Zero))
    chosen = graph.add("select", at_zero, graph.constant(S.One), quotient)
    length = graph.add("hypot", 0, 1)
    total = graph.add("sub", chosen, graph.add("mul", length, quotient, type="compensated"))
    rest = graph.add("sub", chosen, length, type="compensated")
    program = graph.program([graph.add("add", total, rest, type="compensated")])
    plan = Plan(program, (RANGES[1], RANGES[1]), mask=Mask(Odd(300), build(x, (x, y))))
    text = module_text(plan)
    assert "double_hypot" not in text[text.index("def inner") : text.index("def odd")]
    module = load(text)
    columns = 10.0 ** np.random.default_rng(5).uniform(-80, 80, (2, 2000))
    columns[1, ::2] = columns[0, ::2] * np.linspace(0.5, 2, 1000)
    alone = module.kernel(*columns)
    columns[0, ::400] = 0.0  # every block is done again
    together = module.kernel(*columns)
    kept = np.arange(2000) % 400 > 0
    np.testing.assert_array_equal(alone[kept], together[kept])
    one_by_one = [module.scalar(*at) for at in columns.T]
    np.testing.assert_array_equal(together, one_by_one)
