"""Hypergeometric functions become two series in pairs that meet at 1/2."""

from __future__ import annotations

import mpmath
import numpy as np
from sympy import Rational, S, Symbol, exp, hyper, symbols

from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import load
from symdyn.kernels.patterns.hypergeometric import hypergeometric_program
from symdyn.kernels.ranges import Range

Z = Symbol("z", positive=True)
B = Rational(2, 99)


def test_a_binomial_integral_is_good_to_one_ulp() -> None:
    program = hypergeometric_program([hyper((1, B), (1 + B,), Z)], [Z])
    assert program is not None
    kernel = load(module_text(Plan(program, (Range(S.Zero, S.One),)))).kernel
    points = np.array([1e-300, 0.1, 0.5, np.nextafter(0.5, 1.0), 0.7, 0.999, 1 - 2.0**-53])
    with mpmath.workdps(40):
        b = mpmath.mpf(2) / 99
        for z, value in zip(points, kernel(points), strict=True):
            exact = mpmath.hyp2f1(1, b, 1 + b, mpmath.mpf(float(z)))
            assert abs(mpmath.mpf(float(value)) / exact - 1) < 2.0**-52


def test_other_expressions_are_left_alone() -> None:
    a = symbols("a")
    others = (exp(Z), hyper((1, a), (1 + a,), Z), hyper((2, B), (1 + B,), Z), hyper((B,), (), Z))
    for expr in others:
        assert hypergeometric_program([expr], [Z]) is None
