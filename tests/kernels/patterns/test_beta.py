"""Incomplete beta functions become series in pairs: nothing is lost in 1 - I or in I/x^a."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import Rational, S, Symbol, betainc_regularized, exp

from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import load
from symdyn.kernels.patterns.beta import beta_program
from symdyn.kernels.ranges import Range

X = Symbol("x", positive=True)


@pytest.mark.parametrize(("a", "b"), [("1/2", "3"), ("5/2", "1/2")])
def test_incomplete_beta_is_good_to_one_ulp(a: str, b: str) -> None:
    call = betainc_regularized(Rational(a), Rational(b), 0, X)
    program = beta_program(call, [X])
    assert program is not None
    kernel = load(module_text(Plan(program, (Range(S.Zero, S.One),)))).kernel
    points = np.concatenate([np.linspace(0.01, 1.0, 40), [1e-100, 0.5, np.nextafter(1.0, 0.0)]])
    with mpmath.workdps(40):
        p, q = (mpmath.mpf(int(r.p)) / int(r.q) for r in (Rational(a), Rational(b)))
        for x, value in zip(points, kernel(points), strict=True):
            exact = mpmath.betainc(p, q, 0, mpmath.mpf(float(x)), regularized=True)
            assert abs(mpmath.mpf(float(value)) / exact - 1) < 2.0**-52


def test_the_rest_beside_one_keeps_its_digits() -> None:
    call = 1 - betainc_regularized(Rational(1, 2), Rational(3), 0, X)
    program = beta_program(call, [X])
    assert program is not None
    kernel = load(module_text(Plan(program, (Range(S.Zero, S.One),)))).kernel
    with mpmath.workdps(40):
        exact = mpmath.betainc(0.5, 3, mpmath.mpf(0.99), 1, regularized=True)
    assert abs(kernel(0.99) / float(exact) - 1) < 2e-16


def test_other_expressions_are_left_alone() -> None:
    assert beta_program(exp(X), [X]) is None
    assert beta_program(betainc_regularized(Symbol("a"), 1, 0, X), [X]) is None
    several = betainc_regularized(1, 2, 0, X) + betainc_regularized(1, 2, 0, X / 2)
    assert beta_program(several, [X]) is None
