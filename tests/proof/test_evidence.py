"""The judge: every kind of statement with a true and a false example."""

import pytest
from sympy import (
    Eq,
    Function,
    Integral,
    Limit,
    Matrix,
    Rational,
    S,
    Symbol,
    atan,
    cos,
    erf,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
)

from symdyn.calculus.flows import Flow
from symdyn.errors import DomainError, InputError
from symdyn.numerics.simulation import Simulation
from symdyn.proof.evidence import judge
from symdyn.proof.statements import AsymptoticTo, Bounded, Conserved, Equal, Solves
from symdyn.proof.verdict import Verdict

x, y = symbols("x y", real=True)
a, s, t, u0 = symbols("a s t u0", positive=True)
z = Symbol("z")
f = Function("f")

TINY = 1 + Rational(1, 10**40)

PROVED = [
    Equal((x + y) ** 2, x**2 + 2 * x * y + y**2),
    Equal(sin(x) ** 2, 1 - cos(x) ** 2),
    Equal(exp(z) * exp(1 - z), exp(1)),
    Equal(f(x).diff(x) + f(x) - f(x), f(x).diff(x)),
    Equal(Matrix([[x, y]]), Matrix([[x + y - y, y]])),
    Equal((x, (y, 1)), (x, (y, 1))),
    Solves(Flow({x: -a * x}), {x: 3 * exp(-a * t)}, t, {x: 3}),
    Conserved(x**2 + y**2, Flow({x: y, y: -x})),
    AsymptoticTo(sinh(t), exp(t) / 2, t, oo),
]
REFUTED = [
    Equal((x + y) ** 2, x**2 + y**2),
    Equal(sin(x), sin(x) * TINY),
    Equal(log(z**2), 2 * log(z)),
    Equal(f(x).diff(x), f(x)),
    Equal(Matrix([[x, y]]), Matrix([[x, x]])),
    Equal(erf(x), erf(x) * TINY),
    Equal(Integral(exp(-(x**2)), (x, -oo, oo)), sqrt(pi) * TINY),
    Equal(Limit(sin(x) / x, x, 0), S(2)),
    Solves(Flow({x: -a * x}), {x: 3 * exp(-a * t)}, t, {x: 4}),
    Solves(Flow({x: -a * x}), {x: 3 * exp(a * t)}, t, {x: 3}),
    Conserved(x**2 - y**2, Flow({x: y, y: -x})),
    Conserved(x**2 + y**2 + x / 10**9, Flow({x: y, y: -x})),
    AsymptoticTo(sinh(t), exp(t) / 3, t, oo),
    AsymptoticTo(t + t / 10**9, t, t, oo),
    Bounded(x**2, 1, None),
]


@pytest.mark.parametrize("statement", PROVED, ids=str)
def test_true_statements_are_proved(statement):
    assert judge(statement).verdict == Verdict.PROVED


@pytest.mark.parametrize("statement", REFUTED, ids=str)
def test_false_statements_are_refuted_with_a_point(statement):
    judgement = judge(statement)
    assert judgement.verdict == Verdict.REFUTED
    assert judgement.counterexample is not None


def test_an_integral_is_enclosed_where_nothing_proves_it():
    gaussian = Integral(exp(-a * x**2), (x, -oo, oo))
    assert judge(Equal(gaussian, sqrt(pi / a))).verdict in (Verdict.ENCLOSED, Verdict.PROVED)


def test_conditions_decide_over_a_branch():
    branch = Equal(atan(x) + atan(1 / x), pi / 2)
    assert judge(branch, [x > 0]).verdict == Verdict.PROVED
    assert judge(branch).verdict == Verdict.REFUTED


def test_an_equality_among_the_conditions_is_used():
    assert judge(Equal(x**2, 1 - a), [Eq(a, 1 - x**2)]).verdict == Verdict.PROVED


def test_what_holds_for_the_tried_functions_only_is_undecided():
    statement = Equal(Integral(f(x), (x, 0, 1)), Integral(f(1 - x), (x, 0, 1)))
    assert judge(statement).verdict in (Verdict.UNDECIDED, Verdict.PROVED)


def test_a_bound_that_holds_everywhere_is_proved():
    assert judge(Bounded(cos(x) - 2, None, 0), [x >= 0, x <= 1]).verdict == Verdict.PROVED


def test_simulation_agrees_or_refutes():
    mean = Simulation("E z^2", lambda rng, size, at: rng.standard_normal(size) ** 2, size=10**5)
    assert judge(Equal(mean, 1)).verdict == Verdict.SIMULATED
    assert judge(Equal(mean, Rational(11, 10))).verdict == Verdict.REFUTED


def test_a_domain_without_points_is_an_error_and_no_pass():
    with pytest.raises(DomainError, match="no sample"):
        judge(Equal(x, x + y - y), [x < y, y < x])


def test_sides_without_a_finite_value_are_an_error_and_no_pass():
    with pytest.raises(DomainError, match="finite value"):
        judge(Equal(log(x - x), log(x - x)))


def test_a_solution_must_cover_the_flow():
    with pytest.raises(InputError, match="no curve"):
        judge(Solves(Flow({x: y, y: -x}), {x: sin(t)}, t))


def test_the_same_seed_gives_the_same_judgement():
    statement = Equal(sin(x) * cos(y), (sin(x + y) + sin(x - y)) / 2)
    assert judge(statement, seed=4) == judge(statement, seed=4)


def test_a_judgement_has_no_truth_value():
    with pytest.raises(TypeError, match="no truth value"):
        bool(judge(Equal(x, x)))
