"""Functions that obey an equation are never taken for independent ones."""

from __future__ import annotations

import pytest
from sympy import (
    Function,
    I,
    asin,
    atan,
    besselj,
    erf,
    erfc,
    exp,
    log,
    sign,
    sqrt,
    symbols,
)

from symdyn.calculus.conservation.independence import require_independence
from symdyn.calculus.conservation.sign_patterns import are_independent_signs
from symdyn.calculus.conservation.velocities import cleared_field
from symdyn.errors import UnsupportedError

x, y, k = symbols("x y k", positive=True)
u, v = symbols("u v", real=True)
f = Function("f", positive=True)
DEPENDENT = (
    log(x * y) + log(x) + log(y),
    sqrt(x**2 + 2 * x + 1),
    erf(x) + erfc(x),
    2 ** (2 * x) + 4**x,
    asin(x / 9) + atan(x / sqrt(81 - x**2)),
    besselj(0, x) + besselj(1, x) / x + besselj(2, x),
    erf(f(x)) + erfc(f(x)),
    log(f(x) * x) + log(f(x)) + log(x),
)
INDEPENDENT = (
    log(x) + log(y) + log(x + y),
    sqrt(x) + sqrt(y),
    erf(x) + exp(-(x**2)),
    exp(x) + exp(y) + exp(k * x) + exp(x * y),
    exp(x) + x ** sqrt(2),
    f(x * y) + f(x) + f(x).diff(x),
    exp(f(x)) + f(x),
    besselj(0, x) + besselj(1, x),
    exp(I * x) + exp(x),
    atan(x) + log(1 + x**2),
)


@pytest.mark.parametrize("velocity", DEPENDENT, ids=str)
def test_an_equation_between_functions_is_felt(velocity):
    with pytest.raises(UnsupportedError, match=r"cannot show that .* are independent"):
        require_independence(cleared_field((velocity, y), (x, y)), 2)


@pytest.mark.parametrize("velocity", INDEPENDENT, ids=str)
def test_independent_functions_are_shown_to_be_so(velocity):
    require_independence(cleared_field((velocity, y), (x, y)), 2)


def test_too_many_functions_are_refused_with_the_limit():
    velocity = sum(log(x + j) ** (j + 1) for j in range(4)) ** 3
    with pytest.raises(UnsupportedError, match="the limit is 160"):
        require_independence(cleared_field((velocity, y), (x, y)), 9)


def test_signs_are_independent_where_all_patterns_occur():
    both = ((0, 0), (1, 0), (0, 1), (1, 1))
    assert are_independent_signs((sign(u), sign(v)), both, (u, v))
    assert are_independent_signs((sign(u - 1), sign(u + 1)), both[:3], (u,))
    assert not are_independent_signs((sign(u - 1), sign(u + 1)), both, (u,))
    assert not are_independent_signs((sign(u), sign(u**2 + u + 1)), ((0, 0), (0, 1)), (u,))


def test_constants_keep_one_value_in_all_patterns():
    """sign(u)*sign(k) and sign(u*k) agree for every k: patterns of one k must be counted alone."""
    w = symbols("w", real=True)
    assert not are_independent_signs((sign(u), sign(w)), ((1, 1), (1, 0)), (u,))
