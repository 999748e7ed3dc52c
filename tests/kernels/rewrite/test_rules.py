"""Every rule holds at exact samples, and every wrong twin is seen there."""

from __future__ import annotations

import random
from itertools import chain, product

import pytest
from flint import arb, ctx
from sympy import Expr, Rational

from symdyn.errors import InputError
from symdyn.kernels.backends.arb import value_of
from symdyn.kernels.graph import Node
from symdyn.kernels.rewrite.patterns import Pattern, condition, letters, pattern
from symdyn.kernels.rewrite.rules import FUSED, RULES, Rule

AWKWARD = tuple(map(Rational, ("0", "1", "-1", "1/2", "-1/3", "3", "-5/2", "1/1000000")))
EVERY = RULES + FUSED


def value(form: Pattern, point: dict[str, object]) -> object:
    """The exact value of a pattern, as a ball or a truth value."""
    if isinstance(form, str):
        return point[form]
    if isinstance(form, Expr):
        return value_of(Node("const", (), form), [], [])
    return value_of(Node(form[0]), [value(part, point) for part in form[1:]], [])


def points(rule: Rule):
    """Awkward values across all letters, then random ones of many sizes."""
    names = sorted(letters(rule.before))
    truths = {part[1] for part in parts(rule.before) if part[0] == "select"}
    draw = random.Random(0)
    some = (
        tuple(Rational(draw.randint(-999, 999), draw.choice((1, 10, 100, 1000))) for _ in names)
        for _ in range(150)
    )
    few = AWKWARD if len(names) < 3 else AWKWARD[:5]
    for values in chain(product(few, repeat=len(names)), some):
        yield {
            name: (v > 0) if name in truths else arb(int(v.p)) / int(v.q)
            for name, v in zip(names, values, strict=True)
        }


def parts(form: Pattern):
    if isinstance(form, tuple):
        yield form
        for part in form[1:]:
            yield from parts(part)


def holds(rule: Rule, point: dict[str, object]) -> bool:
    for needed in rule.conditions:
        ball = value(needed.pattern, point)
        if not {">": ball > 0, ">=": ball >= 0, "!=": ball != 0}[needed.relation]:
            return False
    return True


def disagreements(rule: Rule, right: Pattern) -> tuple[int, int]:
    """Number of points at which both could be compared, and of those where they differ."""
    met = wrong = 0
    with ctx.workprec(300):
        for point in points(rule):
            left = value(rule.before, point)
            if not left.is_finite() or left.rad() > 1e-30 or not holds(rule, point):
                continue
            met += 1
            other = value(right, point)
            wrong += not other.is_finite() or not left.overlaps(other) or other.rad() > 1e-30
    return met, wrong


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: f"{rule.left} = {rule.right}")
def test_rule_holds_wherever_its_left_side_has_a_value(rule: Rule) -> None:
    met, wrong = disagreements(rule, rule.after)
    assert met >= 20 and wrong == 0


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: f"{rule.left} = {rule.twin}")
def test_wrong_twin_is_seen(rule: Rule) -> None:
    assert disagreements(rule, pattern(rule.twin))[1] > 0


def test_right_sides_and_conditions_use_only_letters_of_the_left() -> None:
    for rule in EVERY:
        known = letters(rule.before)
        assert letters(rule.after) <= known
        assert all(letters(needed.pattern) <= known for needed in rule.conditions)


def test_no_rule_stands_twice() -> None:
    assert len({(rule.left, rule.right, rule.where) for rule in EVERY}) == len(EVERY)


@pytest.mark.parametrize("text", ["bessel(a)", "a ** b", "[a]", "sqrt(a, b)", "a.b"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no operation"):
        pattern(text)


def test_condition_against_anything_but_zero_is_refused() -> None:
    with pytest.raises(InputError, match="none of"):
        condition("a > 1")
