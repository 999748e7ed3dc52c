"""Programs printed in balls of any precision."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf
from sympy import Piecewise, Rational, Symbol, erf, exp, pi, sin, sqrt

from symdyn.errors import UnsupportedError
from symdyn.kernels.program import build
from symdyn.kernels.wide.balls import Balls
from symdyn.kernels.wide.printed import arithmetic_text, wide_function

x = Symbol("x")


def compiled(expr):
    names: dict = {}
    function = wide_function("found", build(expr, [x]))
    exec(f"import math\n{arithmetic_text()}\n\n\n{function}", names)
    return names["found"]


def test_constants_have_as_many_digits_as_are_asked() -> None:
    function = compiled(sqrt(2) / pi**2 * sin(x) + exp(Rational(1, 3)))
    m, _, e = function(Balls(1000), [(1, 0, -1)])[0]
    with mp.workprec(1100):
        exact = mp.sqrt(2) / mp.pi**2 * mp.sin(0.5) + mp.exp(mpf(1) / 3)
        assert abs(mp.ldexp(mpf(m), e) - exact) < mpf(2) ** -980


def test_the_branch_that_is_not_taken_does_not_spoil_the_other() -> None:
    function = compiled(Piecewise((1, x <= 0), (sin(x) / x, True)))
    a = Balls(100)
    assert a.double(function(a, [(0, 0, 0)])[0]) == 1.0
    assert function(a, [(0, 1, -10)])[0][1] < 0  # undecided


def test_operations_that_balls_lack_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="erf"):
        wide_function("f", build(erf(x), [x]))
