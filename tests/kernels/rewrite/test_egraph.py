"""Classes, merges and congruence of the e-graph."""

from __future__ import annotations

from sympy import Float, Integer, Rational

from symdyn.kernels.rewrite.egraph import EGraph
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.patterns import condition, pattern
from symdyn.kernels.rewrite.ranges import Range
from symdyn.kernels.rewrite.rules import RULES, Rule
from symdyn.kernels.rewrite.saturation import Saturation, holds, instantiate

POINTS = Points(((0.3, 0.3), (2.5, 2.5), (7.0, 7.0)), (200, 200, 200))


def graph(*ranges: Range) -> EGraph:
    return EGraph(POINTS, ranges or (Range(), Range()))


def test_equal_nodes_are_one_class_in_any_order_of_a_sum() -> None:
    g = graph()
    x, y = g.add("input", value=0), g.add("input", value=1)
    assert g.add("add", x, y) == g.add("add", y, x)
    assert g.add("sub", x, y) != g.add("sub", y, x)


def test_merging_arguments_merges_what_is_computed_from_them() -> None:
    g = graph()
    x, y = g.add("input", value=0), g.add("input", value=1)
    a, b = g.add("exp", x), g.add("exp", y)
    assert g.find(a) != g.find(b)
    assert g.merge(x, y)
    g.rebuild()
    assert g.find(a) == g.find(b)


def test_classes_with_different_values_are_never_merged() -> None:
    g = graph()
    x = g.add("input", value=0)
    assert not g.merge(x, g.add("neg", x))
    assert g.find(x) != g.find(g.add("neg", x))


def test_a_wrong_rule_changes_no_class() -> None:
    g = graph()
    x = g.add("input", value=0)
    root = g.add("exp", x)
    Saturation(g, [Rule("exp(a)", "expm1(a)", "a")]).run()
    assert {node.op for node in g.classes[g.find(root)].nodes} == {"exp"}


def test_rational_constants_are_folded_exactly() -> None:
    g = graph()
    third = g.constant(Rational(1, 3))
    assert g.classes[g.add("add", third, third)].constant == Rational(2, 3)
    assert g.classes[g.add("div", third, g.constant(Integer(0)))].constant is None
    assert g.classes[g.constant(Float(0.1))].constant == Rational(0.1)


def test_conditions_hold_only_where_the_range_says_so() -> None:
    for inputs, known in ((Range(0.0, 9.0), False), (Range(0.0, 9.0, zero=False), True)):
        g = graph(inputs, Range())
        letters = {"a": g.add("input", value=0)}
        assert holds(g, condition("a > 0"), letters) is known
        assert holds(g, condition("a*a + 1 > 0"), letters)
        assert not holds(g, condition("a - 1 > 0"), letters)


def test_growth_is_the_same_every_time_and_ends_at_the_limit() -> None:
    def grown() -> EGraph:
        g = graph(Range(0.0, 9.0, zero=False), Range(0.0, 9.0, zero=False))
        letters = {"a": g.add("input", value=0), "b": g.add("input", value=1)}
        instantiate(g, pattern("sqrt(a + 1) - (sqrt(a)*b + a)/(b - 3)"), letters)
        Saturation(g, RULES, rounds=6, nodes=400).run()
        return g

    one, two = grown(), grown()
    assert list(one.known) == list(two.known)
    assert 400 <= len(one.known) < 500
