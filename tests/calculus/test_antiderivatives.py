"""Antiderivatives: their derivative is the integrand, for every rule."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Dummy,
    cos,
    cosh,
    cot,
    diff,
    erf,
    exp,
    hyper,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)

from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.obligations import gathering
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import UnsupportedError
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

x, a, b, c, k, d = symbols("x a b c k d", positive=True)

INTEGRANDS = (
    x**3 + a / x**2,
    x**k,
    1 / (a * x + b),
    1 / (a * x**2 + b * x + c),
    1 / (x * (a - x) * (b - x)),
    x / (x**2 + 1) ** 2,
    1 / (x**2 - 2),
    sin(a * x) / a,
    1 / sin(x) ** 2,
    1 / cos(x) ** 2,
    1 / sin(x),
    1 / cosh(3 * x) ** 2,
    1 / sinh(x),
    1 / cosh(x),
    1 / tanh(x),
    cot(x) + 1 / (pi - x),
    ((pi - x) * cos(x) + sin(x)) / ((pi - x) * sin(x)),
    tan(x),
    sin(x) ** 2 * cos(x),
    x * exp(-(x**2)),
    x**2 * exp(x),
    exp(x) / (1 + exp(x)),
    1 / (exp(2 * x) + 3),
    1 / (x * log(x)),
    log(x),
    exp(-(x**2)),
    sqrt(1 - x**2),
    (1 - x**2) ** ((d - 3) / 2),
    (2 * x) ** d * (1 - x**2) ** ((d - 3) / 2),
)


@pytest.mark.parametrize("integrand", INTEGRANDS, ids=str)
def test_derivative_of_the_antiderivative_is_the_integrand(integrand):
    found = antiderivative(integrand, x)
    assert agree_at_points(diff(found, x), integrand)
    assert not found.atoms(Dummy)


def test_the_derivative_is_owed():
    with gathering() as debts:
        antiderivative(1 / x, x)
    (debt,) = debts.obligations
    assert (debt.left, debt.right) == (1 / x, 1 / x)


@pytest.mark.parametrize("integrand", [exp(sin(x)), x**x, Abs(x - 1) * erf(x**2)], ids=str)
def test_what_no_rule_reaches_is_refused(integrand):
    with pytest.raises(UnsupportedError, match="no antiderivative"):
        antiderivative(integrand, x)


def test_binomials_with_symbolic_exponents_are_hypergeometric():
    u, n = symbols("u n", positive=True)
    integrand = u ** (2 / n - 1) / (1 - u)
    found = antiderivative(integrand, u)
    assert found.has(hyper)
    verdict = judge(Equal(found.diff(u), integrand), (u < 1,)).verdict
    assert verdict == Verdict.PROVED


def test_functions_of_several_exponentials_are_rational_in_one():
    x, k, s = symbols("x k s", positive=True)
    for integrand in (1 / (2 * s + k * sinh(x)), exp(x / 2) / (1 + exp(x / 3))):
        assert agree_at_points(antiderivative(integrand, x).diff(x), integrand)
