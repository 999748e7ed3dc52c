"""References know exact values without the kernel, and say so where they do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
import sympy as sp
from flint import acb, arb

from symdyn.kernels.certify.references import (
    Definition,
    Expression,
    all_on_balls,
    at_once,
    by_numbers,
    on_balls,
)
from symdyn.kernels.limits import Limit
from symdyn.numerics.ulps import ulps

x, t = sp.symbols("x t", real=True)
POINTS = (0.1, 0.5, 3.0, 1e-200, 1e200)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("expr", [sp.sqrt(x + 1) - sp.sqrt(x), sp.atan(x) / x, sp.exp(-x)])
def test_balls_and_numbers_agree(expr: sp.Expr, point: float) -> None:
    form = Expression(expr, (x,))
    balls, numbers = on_balls(form), by_numbers(form)
    assert balls([point], 2048).overlaps(numbers([point], 2048))


def test_numbers_that_cancel_wholly_are_no_value() -> None:
    """Two precisions may agree that a difference is zero where it is not."""
    numbers = by_numbers(Expression(sp.sqrt(x + 1) - sp.sqrt(x), (x,)))
    assert numbers([1e100], 60).rad() >= 1
    assert ulps(5e-51, lambda bits: numbers([1e100], bits)) < 1


@pytest.mark.parametrize("point", [1e-35, 1e-150])
def test_numbers_that_cancel_wholly_are_decided_with_more_digits(point: float) -> None:
    numbers = by_numbers(Expression(sp.sqrt(x**2 + 1) - 1, (x,)))
    assert ulps(point * point / 2, lambda bits: numbers([point], bits)) < 2


@pytest.mark.parametrize("point", [1e-40, 1e-300])
@pytest.mark.parametrize("vanishing", [1 - sp.exp(-x), sp.sqrt(1 + x) - 1])
def test_numbers_do_not_agree_on_a_sum_that_lost_a_term(vanishing: sp.Expr, point: float) -> None:
    """What cancels wholly may be a part of the value that others hide."""
    form = Expression(1 + vanishing / x, (x,))
    assert not numbers_agree(form, point, 80)
    assert ulps(2.0 if vanishing.has(sp.exp) else 1.5, at_bits(form, point)) < 1


def numbers_agree(form: Expression, point: float, bits: int) -> bool:
    return bool(by_numbers(form)([point], bits).rad() < 1e-10)


def at_bits(form: Expression, point: float) -> Callable[[int], acb | arb]:
    return lambda bits: by_numbers(form)([point], bits)


def test_a_zero_that_stays_is_one() -> None:
    numbers = by_numbers(Expression(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, (x,)))
    assert ulps(0.0, lambda bits: numbers([0.0], bits)) == 0.0


def test_a_limit_stands_where_the_formula_has_no_value() -> None:
    limit = Limit(0, x, sp.S.Zero, sp.S.One)
    form = Expression.of(sp.sin(x) / x, (x,), 0, [limit])
    assert on_balls(form)([0.0], 100) == 1
    other_output = Expression.of(sp.sin(x) / x, (x,), 1, [limit])
    assert not on_balls(other_output)([0.0], 100).is_finite()


def test_definition_by_an_integral_is_enclosed() -> None:
    integral = sp.Integral(sp.exp(-t * x), (t, 0, 1))
    definition = Definition(Expression(integral, (x,)), is_independent=True)
    assert definition.name == "definition on balls"
    assert ulps(1 - math.exp(-1.0), lambda bits: definition([1.0], bits)) < 2


def test_roots_of_doubles_within_an_integral_take_no_factoring() -> None:
    integral = sp.Integral(sp.exp(-(t**2)) / sp.sqrt(1 - x**2), (t, 0, 1))
    definition = Definition(Expression(integral, (x,)), is_independent=True)
    closed = on_balls(Expression(sp.sqrt(sp.pi) * sp.erf(1) / 2 / sp.sqrt(1 - x**2), (x,)))
    for point in (-1 + 2**-52, 1e-300, 0.1, 0.5, 0.0):
        assert definition([point], 200).overlaps(closed([point], 200))


def test_without_a_definition_numbers_of_another_library_serve() -> None:
    definition = Definition(Expression(sp.exp(x), (x,)), is_independent=False)
    assert "mpmath" in definition.name
    assert ulps(math.e, lambda bits: definition([1.0], bits)) < 1


def test_a_value_that_is_not_real_is_none() -> None:
    for ball in (on_balls, by_numbers):
        value = ball(Expression(sp.sqrt(x), (x,)))([-1.0], 100)
        assert isinstance(value, acb) and not value.imag.contains(0)


def test_outputs_that_are_evaluated_together_have_their_own_values() -> None:
    exprs = (sp.sin(x) / x, sp.exp(sp.sin(x)), sp.Integral(t, (t, 0, x)))
    limit = Limit(0, x, sp.S.Zero, sp.S.One)
    for outputs in (exprs[:2], exprs):
        forms = [Expression.of(expr, (x,), k, [limit]) for k, expr in enumerate(outputs)]
        for point in (0.0, 0.5, 3.0):
            for form, ball in zip(forms, all_on_balls(forms), strict=True):
                assert ball([point], 100).overlaps(on_balls(form)([point], 100))
                assert ball([point], 100).rad() < 1e-20


def test_what_is_evaluated_together_is_evaluated_once() -> None:
    asked: list[tuple[float, int]] = []

    def both(point: Sequence[float], bits: int) -> tuple[arb, arb]:
        asked.append((point[0], bits))
        return arb(point[0]), arb(bits)

    first, second = at_once(both, 2)
    assert (first([0.5], 64), second([0.5], 64), second([0.5], 128)) == (0.5, 64, 128)
    assert asked == [(0.5, 64), (0.5, 128)]
