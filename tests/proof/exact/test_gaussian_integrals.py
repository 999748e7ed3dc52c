"""Gaussian integrals over the real line are done exactly, and only where that is right."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, I, Integral, Rational, cos, erf, exp, oo, pi, sin, sinh, sqrt, symbols

from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes

a, b, c, m, x, y, z = symbols("a b c m x y z", real=True)
p, q = symbols("p q", positive=True)
LINE = (x, -oo, oo)
PLANE = (LINE, (y, -oo, oo))
NORMAL = exp(-(x**2) / 2) / sqrt(2 * pi)
PAIR = exp(-(x**2 - 2 * c * x * y + y**2) / (2 * (1 - c**2))) / (2 * pi * sqrt(1 - c**2))
WITHIN = (c > -1, c < 1)


def is_proved(left: Expr, right: Expr, *where: Expr) -> bool:
    symbols_of = tuple((left - right).free_symbols | {s for w in where for s in w.free_symbols})
    return bool(vanishes(left - right, Domain(symbols_of, where)))


TRUE = (
    (Integral(x**4 * NORMAL, LINE), 3),
    (Integral(cos(a * x) * NORMAL, LINE), exp(-(a**2) / 2)),
    (Integral(x * sin(a * x) * NORMAL, LINE), a * exp(-(a**2) / 2)),
    (Integral(exp(I * a * x + b * x) * NORMAL, LINE), exp((b + I * a) ** 2 / 2)),
    (Integral(sinh(x) ** 2 * NORMAL, LINE), (exp(2) - 1) / 2),
    (Integral((x - m) ** 2 * exp(-((x - m) ** 2) / (2 * q)), LINE), q * sqrt(2 * pi * q)),
    (Integral(exp(-p * x**2 + b * x), LINE), sqrt(pi / p) * exp(b**2 / (4 * p))),
    (Integral(exp(-(x**2) - y**2 - z**2 - x * y), *PLANE, (z, -oo, oo)), 2 * pi * sqrt(pi / 3)),
    (Integral(x**2 * exp(-(x**2) / 2), LINE, (y, 0, 1)), sqrt(2 * pi)),
    (Integral(x * exp(-((x - y) ** 2) - y), LINE, (y, 0, oo)), sqrt(pi)),
)
CORRELATED = (
    (x * y, c),
    (x**2 * y**2, 1 + 2 * c**2),
    (cos(a * x + b * y), exp(-(a**2 + 2 * a * b * c + b**2) / 2)),
    (exp(a * x + b * y), exp((a**2 + 2 * a * b * c + b**2) / 2)),
)


@pytest.mark.parametrize(("left", "right"), TRUE, ids=str)
def test_integrals_over_the_line_are_proved(left: Expr, right: Expr) -> None:
    assert is_proved(left, right)
    assert not is_proved(left, right * (1 + Rational(1, 10**40)))
    assert not is_proved(left, -right)


@pytest.mark.parametrize(("factor", "right"), CORRELATED, ids=str)
def test_integrals_over_the_plane_are_proved_inside_out(factor: Expr, right: Expr) -> None:
    left = Integral(factor * PAIR, *PLANE)
    assert is_proved(left, right, *WITHIN)
    assert not is_proved(left, right * (1 + Rational(1, 10**40)), *WITHIN)
    assert not is_proved(left, right + c, *WITHIN)


@pytest.mark.parametrize(
    ("left", "right", "where"),
    [
        (Integral(PAIR, *PLANE), 1, ()),
        (Integral(PAIR, *PLANE), 1, (c > 1,)),
        (Integral(exp(-b * x**2), LINE), sqrt(pi / b), ()),
        (Integral(exp(b * x**2), LINE), sqrt(-pi / b), (b > 0,)),
        (Integral(exp(-I * x**2), LINE), sqrt(pi / I), ()),
        (Integral(exp(-(x**2) - 2 * x * y - y**2), *PLANE), pi, ()),
    ],
    ids=str,
)
def test_nothing_is_proved_where_the_integral_may_diverge(
    left: Expr, right: Expr, where: tuple[Expr, ...]
) -> None:
    assert not is_proved(left, right, *where)


def test_a_condition_on_a_name_is_not_one_on_a_variable_of_integration() -> None:
    left = Integral(exp(-y * x**2), LINE, (y, -oo, oo)) + y
    right = Integral(sqrt(pi / y), (y, -oo, oo)) + y
    assert not is_proved(left, right, y > 0)


def test_other_integrands_are_left_alone() -> None:
    assert not is_proved(Integral(erf(x) * NORMAL, LINE), Rational(1, 2))
    assert not is_proved(Integral(exp(-Abs(x)), LINE), sqrt(pi))
    assert not is_proved(Integral(NORMAL / x, LINE), 1)
