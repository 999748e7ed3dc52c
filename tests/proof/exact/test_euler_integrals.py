"""Euler's integrals are proved for symbolic exponents, and near ones are refuted."""

from __future__ import annotations

import pytest
from sympy import Expr, Integral, S, Symbol, exp, gamma, oo

from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

a, b = Symbol("a", positive=True), Symbol("b", positive=True)
k = Symbol("k", positive=True)
x = Symbol("x", positive=True)

FORMS = {
    "gamma": (x**a * exp(-k * x**2), oo, gamma((a + 1) / 2) / (2 * k ** ((a + 1) / 2)), ()),
    "beta": (x**a * (1 - x**3) ** b, 1,
             gamma((a + 1) / 3) * gamma(b + 1) / (3 * gamma((a + 1) / 3 + b + 1)), ()),
    "second beta": (3 * x**a / (1 + x**2) ** b, oo,
                    3 * gamma((a + 1) / 2) * gamma(b - (a + 1) / 2) / (2 * gamma(b)),
                    (a < 2, b > 2)),
    "second beta, first power": (x**a / (1 + x) ** (a + b + 1), oo,
                                 gamma(a + 1) * gamma(b) / gamma(a + b + 1), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_integral_is_proved(name: str):
    integrand, high, stated, where = FORMS[name]
    found = judge(Equal(Integral(integrand, (x, 0, high)), stated), where, points=6)
    assert found.verdict == Verdict.PROVED


@pytest.mark.parametrize("name", FORMS)
def test_a_slight_error_is_refuted(name: str):
    integrand, high, stated, where = FORMS[name]
    wrong: Expr = stated * (1 + S(1) / 10**9)
    found = judge(Equal(Integral(integrand, (x, 0, high)), wrong), where, points=6)
    assert found.verdict == Verdict.REFUTED


def test_where_it_may_diverge_nothing_is_proved():
    """b - (a + 1)/2 may be negative, where the value on the right is finite still."""
    integrand, high, stated, _ = FORMS["second beta"]
    found = judge(Equal(Integral(integrand, (x, 0, high)), stated), (), points=6)
    assert found.verdict != Verdict.PROVED
