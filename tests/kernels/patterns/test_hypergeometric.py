"""Hypergeometric functions become two series in pairs that meet at 1/2."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
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


@pytest.mark.parametrize("small", [1e-300, -1e-17, 1e-9, 3.0])
def test_the_gain_of_a_power_keeps_its_digits(small: float) -> None:
    gain = Symbol("y", real=True)
    expr = hyper((1, B), (1 + B,), Z) * ((1 + gain) ** B - 1)
    program = hypergeometric_program([expr], [Z, gain])
    assert program is not None and program.count("expm1") == program.count("log1p") == 1
    kernel = load(module_text(Plan(program, (Range(), Range()), blocks=False))).kernel
    with mpmath.workdps(400):
        b, y, z = mpmath.mpf(2) / 99, mpmath.mpf(small), mpmath.mpf(0.25)
        exact = mpmath.hyp2f1(1, b, 1 + b, z) * ((1 + y) ** b - 1)
        assert abs(mpmath.mpf(float(kernel(0.25, small))) / exact - 1) < 2.0**-52
