"""Balls of 2F1 are told which parameters differ by whole numbers, which they cannot see."""

from __future__ import annotations

import mpmath
from sympy import Rational, hyper, symbols

from symdyn.numerics.balls import enclose

n, z = symbols("n z", positive=True)


def test_near_one_the_ball_is_narrow_at_once() -> None:
    b = 2 - 2 / n
    near = Rational(9, 10)
    ball = enclose(hyper((1, b), (1 + b,), z), {n: 3, z: near}, 200)
    assert ball.real.rad() < 1e-50
    with mpmath.workdps(40):
        b_3 = mpmath.mpf(4) / 3
        exact = mpmath.hyp2f1(1, b_3, 1 + b_3, mpmath.mpf(9) / 10)
        assert abs(mpmath.mpf(ball.real.mid().str(35, radius=False)) - exact) < 1e-30
