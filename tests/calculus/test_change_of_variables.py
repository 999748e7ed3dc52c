"""A change of variables keeps the integral, and one that is wrong owes what is false."""

from __future__ import annotations

import pytest
from sympy import Integral, Symbol, besselk, cosh, exp, log, oo, sqrt, symbols

from symdyn.calculus.bessel_integrals import integrate_double_exponential
from symdyn.calculus.change_of_variables import change_variables
from symdyn.calculus.obligations import Obligation, gathering
from symdyn.errors import InputError, UnsupportedError
from symdyn.numerics.balls import enclose
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict

x, y, u, k = symbols("x y u k", positive=True)
v = Symbol("v", real=True)
GAUSS = Integral(x * y * exp(-(x**2 + y**2) / 2), (x, 0, oo), (y, 0, oo))
HYPERBOLIC = {x: sqrt(u) * exp(v / 2), y: sqrt(u) * exp(-v / 2)}
INVERSE = {u: x * y, v: log(x / y)}
LIMITS = [(v, -oo, oo), (u, 0, oo)]


def verdicts(obligations: list[Obligation]) -> set[Verdict]:
    return {judge(Equal(o.left, o.right), o.where, points=8).verdict for o in obligations}


def test_product_and_ratio_as_variables_give_a_bessel_function() -> None:
    with gathering() as debts:
        changed = change_variables(GAUSS, HYPERBOLIC, INVERSE, LIMITS)
        inner = integrate_double_exponential(changed)
    assert verdicts(debts.obligations) == {Verdict.PROVED}
    assert debts.facts == ["change of variables", "integral of the Bessel function K"]
    assert inner.function == u * besselk(0, u)


def test_one_variable_keeps_its_value() -> None:
    integral = Integral(x**2 * exp(-x), (x, 0, oo))
    changed = change_variables(integral, {x: k * u}, {u: x / k}, [(u, 0, oo)])
    ball = enclose(changed, {k: Symbol("k") * 0 + 3}, 100).real
    assert ball.contains(2)
    assert ball.rad() < 1e-20


def test_inverse_that_is_none_is_refuted() -> None:
    with gathering() as debts:
        change_variables(GAUSS, HYPERBOLIC, {u: x * y, v: log(y / x)}, LIMITS)
    assert Verdict.REFUTED in verdicts(debts.obligations)


def test_map_that_leaves_its_region_is_refused() -> None:
    integral = Integral(exp(-x), (x, 0, oo))
    with pytest.raises(UnsupportedError, match="stay between"):
        change_variables(integral, {x: v}, {v: x}, [(v, -oo, oo)])
    with pytest.raises(UnsupportedError, match="stay between"):
        change_variables(integral, {x: u}, {u: x}, [(u, 1, oo)])


def test_missing_variable_is_named() -> None:
    with pytest.raises(InputError, match="give every variable once"):
        change_variables(GAUSS, {x: u}, INVERSE, LIMITS)


def test_only_double_exponentials_are_integrated() -> None:
    assert integrate_double_exponential(Integral(exp(2 * v - k * cosh(v)), (v, -oo, oo))) == (
        2 * besselk(2, k)
    )
    with pytest.raises(UnsupportedError, match="a, b > 0"):
        integrate_double_exponential(Integral(exp(-(v**2)), (v, -oo, oo)))
    with pytest.raises(UnsupportedError, match="real line"):
        integrate_double_exponential(Integral(exp(-k * cosh(v)), (v, 0, oo)))
