"""The quick look at a few points sees differences, and is not fooled by missing values."""

from __future__ import annotations

from sympy import Rational, acos, log, pi, sin, sqrt, symbols, zoo

from symdyn.calculus.spot_check import agree_at_points

x = symbols("x", real=True)
p = symbols("p", positive=True)


def test_equal_expressions_agree():
    assert agree_at_points(sqrt(p**4), p**2)
    assert agree_at_points(sin(x) ** 2, 1 - sin(pi / 2 - x) ** 2)


def test_small_differences_are_seen():
    assert not agree_at_points(x, x * (1 + Rational(1, 10**9)))


def test_wrong_branches_are_seen():
    assert not agree_at_points(sqrt(x**2), x)
    assert not agree_at_points(acos(-p), acos(p))


def test_no_value_is_no_agreement():
    assert not agree_at_points(zoo * x, zoo * x)
    assert not agree_at_points(log(x - x), log(x - x))
