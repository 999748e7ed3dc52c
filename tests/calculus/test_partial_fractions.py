"""Partial fractions over the roots of unity: where SymPy's integrals drop complex roots."""

from __future__ import annotations

import pytest
from sympy import S, Symbol, integrate, symbols

from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.partial_fractions import binomial_parts
from symdyn.calculus.spot_check import agree_at_points
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

KINDS = {
    "positive": symbols("x s", positive=True),
    "real": symbols("x s", real=True),
    "plain": symbols("x s"),
}


@pytest.mark.parametrize("n", [3, 6])
def test_times_of_deep_modes_are_integrated_without_dropping_roots(n: int):
    x, s = KINDS["positive"]
    slowness = 1 / (x ** (n - 1) * (s - x**n))
    found = antiderivative(slowness, x)
    assert agree_at_points(found.diff(x), slowness)


def test_the_derivative_is_proved_to_be_the_integrand():
    x, s = KINDS["positive"]
    slowness = 1 / (x**4 * (s - x**5))
    found = antiderivative(slowness, x)
    assert judge(Equal(found.diff(x), slowness)).verdict == Verdict.PROVED
    assert judge(Equal(found.diff(x) + x / 10**6, slowness)).verdict == Verdict.REFUTED


def test_the_wrong_antiderivative_of_sympy_is_told_apart():
    """SymPy 1.14 returns it for positive symbols; if that changes, this test may go."""
    x, s = KINDS["positive"]
    slowness = 1 / (x**2 * (s - x**3))
    theirs, ours = integrate(slowness, x), antiderivative(slowness, x)
    assert not agree_at_points(theirs.diff(x), slowness)
    assert agree_at_points(ours.diff(x), slowness)


@pytest.mark.parametrize("power", [1, 5])
@pytest.mark.parametrize("sign", [1, -1])
def test_powers_over_binomials(power: int, sign: int):
    x = Symbol("x", real=True)
    integrand = (3 * x**power + 1) / (2 + sign * 5 * x**6)
    assert agree_at_points(antiderivative(integrand, x).diff(x), integrand)


@pytest.mark.parametrize("kind", ["real", "plain"])
def test_no_assumption_brings_a_wrong_answer(kind: str):
    x, s = KINDS[kind]
    integrand = x / (s**2 + x**3)
    found = antiderivative(integrand, x)
    assert agree_at_points(found.diff(x), integrand)


def test_only_binomials_are_taken():
    x = Symbol("x")
    assert binomial_parts(x**3 + x + 1, x) is None
    assert binomial_parts(x**2 + 1, x) is None
    assert binomial_parts(2 - 7 * x**4, x) == (4, S(2), S(-7))
