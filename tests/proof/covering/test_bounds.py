"""Arguments on one box: what they prove, and that jumps and kinks never slip through."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from sympy import Expr, Interval, Rational

from symdyn.proof.covering.anchors import anchor
from symdyn.proof.covering.bounds import Positivity
from symdyn.proof.covering.boxes import Box, Span

x, y = sp.symbols("x y", real=True)


def proved(g: Expr, low: object, high: object, *, places: tuple[object, ...] = ()) -> bool:
    span = Span(*(None if end is None else Fraction(str(end)) for end in (low, high)))
    goal = Positivity(g, g, {x: Interval(-10, 10)}, strict=False)
    for place in places:
        goal.try_anchor(x, sp.sympify(place))
    return goal.proved(Box({x: span}))


@pytest.mark.parametrize(
    ("g", "low", "high", "places"),
    [
        (1 - sp.cos(x), "-1/4", "1/4", (0,)),
        (x - sp.sin(x), 0, "1/2", (0,)),
        (sp.exp(x) - sp.E * x, "3/4", "5/4", (1,)),
        (x * sp.exp(-x), 0, 1, (0,)),
        (x**2 - 2 * x + Rational(3, 2), "7/8", "9/8", ()),
        (x - sp.sin(x), 4, None, ()),
        (1 + sp.exp(x), None, -4, ()),
    ],
    ids=str,
)
def test_true_bounds_are_seen(
    g: Expr, low: object, high: object, places: tuple[object, ...]
) -> None:
    assert proved(g, low, high, places=places)


@pytest.mark.parametrize(
    ("g", "low", "high"),
    [
        (x - sp.sin(x), "-1/2", "1/2"),
        (sp.cos(x) - 1, "-1/4", "1/4"),
        (sp.sin(x), 4, None),
        (-sp.exp(-x), 4, None),
        (x**2 - 2 * x + Rational(1, 2), "7/8", "9/8"),
        (sp.acot(x) + Rational(1, 2), "-1", "1"),
        (sp.floor(x), "-1/64", "63/64"),
        (sp.Heaviside(x) - Rational(1, 2), "-1/64", "63/64"),
        (sp.sign(x) + Rational(1, 2), "-1/64", "63/64"),
        (sp.Piecewise((-1, x < 0), (1, True)), "-1/64", "63/64"),
        (1 / x, "-1/64", "63/64"),
        (sp.Abs(x) - Rational(1, 64), "-1/8", "1/2"),
    ],
    ids=str,
)
def test_false_bounds_are_never_proved(g: Expr, low: object, high: object) -> None:
    assert not proved(g, low, high, places=(0, 1, -1))


@pytest.mark.parametrize(
    ("g", "order"),
    [(x**3, 3), (1 - sp.cos(x), 2), (sp.exp(x), None), (x * y, 1), (sp.log(x), None)],
)
def test_anchors_have_the_order_of_the_zero(g: Expr, order: int | None) -> None:
    found = anchor(g, x, sp.Integer(0))
    assert (found.order if found else None) == order


def test_intervals_touching_zero_keep_roots_real() -> None:
    ball = Span(Fraction(0), Fraction(1, 3)).ball()
    assert ball >= 0
    assert ball.contains(Fraction(1, 3).numerator / 3 - 1e-12)
