"""Bounds on whole domains: true ones proved, false ones refuted at a point, the rest undecided."""

import pytest
from sympy import Rational, S, acos, cos, exp, log, pi, sin, sqrt, symbols, tanh

from symdyn.errors import DomainError, InputError
from symdyn.proof.covering import cover
from symdyn.proof.domain import Domain
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Bounded
from symdyn.proof.verdict import Verdict

x, y = symbols("x y", real=True)
a = symbols("a", positive=True)
n = symbols("n", integer=True, positive=True)
z = symbols("z")

# The determinant of a Lyapunov form: it touches 0 at 0 and changes sign at 2.3276...
DETERMINANT = 2 * pi * (sin(2 * x) + 2 * pi - 2 * x) - ((2 * pi - x) * cos(x) + sin(x)) ** 2


def judged(expr, lower, upper, *conditions, strict=False):
    bounds = [None if bound is None else S(bound) for bound in (lower, upper)]
    return cover(expr, *bounds, Domain.of(expr.free_symbols, conditions), strict=strict)


TRUE = [
    (DETERMINANT, 0, None, (x > 0, x < Rational(23276, 10000)), True),
    (cos(x), None, 1, (x >= 0, x <= 1), False),
    (cos(x), -1, 1, (), False),
    (x - sin(x), 0, None, (x >= 0,), False),
    (1 / (1 + x**2), 0, 1, (), False),
    (2 * x * y, None, x**2 + y**2, (), False),
    (exp(x), 1 + x, None, (), False),
    (tanh(x), -1, 1, (), True),
    (x * exp(-x), None, exp(-1), (x >= 0,), False),
    (x * (1 - y), 0, None, (x >= 0, x <= 1, y >= 0, y <= 1), False),
    (n**2, n, None, (), False),
    (exp(x) * cos(y), Rational(1, 2), 3, (x >= 0, x <= 1, y >= 0, y <= 1), False),
]
FALSE = [
    (DETERMINANT, 0, None, (x > 0, x < Rational(2328, 1000)), True),
    (x - sin(x), 0, None, (x >= 0,), True),
    (x**2 - x, Rational(-24999, 100000), None, (x >= 0, x <= 1), False),
    (x + y, 0, 2, (x**2 + y**2 <= 1,), False),
    (sin(x), None, Rational(999, 1000), (x >= 0, x <= 3), False),
    (exp(x), 1 + x + Rational(1, 10**9), None, (x >= 0, x <= 1), False),
    (n**2, n + 1, None, (), False),
]
BEYOND = [
    (acos(x), sqrt(2 - 2 * x), None, (x >= -1, x <= 1), False),  # infinite slopes where it touches
    (log(a) / a, None, exp(-1), (), False),  # touches at e, which is not rational
    (sin(x) / x, None, 1, (x > 0, x < 1), False),  # 0/0 at an end
]


@pytest.mark.parametrize(("expr", "lower", "upper", "conditions", "strict"), TRUE, ids=str)
def test_true_bounds_are_proved(expr, lower, upper, conditions, strict):
    assert judged(expr, lower, upper, *conditions, strict=strict).verdict == Verdict.PROVED


@pytest.mark.parametrize(("expr", "lower", "upper", "conditions", "strict"), FALSE, ids=str)
def test_false_bounds_are_refuted_at_a_point(expr, lower, upper, conditions, strict):
    evidence = judged(expr, lower, upper, *conditions, strict=strict)
    assert evidence.verdict == Verdict.REFUTED
    assert evidence.counterexample.rigorous


@pytest.mark.parametrize(("expr", "lower", "upper", "conditions", "strict"), BEYOND, ids=str)
def test_what_boxes_cannot_reach_is_undecided_and_no_pass(expr, lower, upper, conditions, strict):
    evidence = judged(expr, lower, upper, *conditions, strict=strict)
    assert evidence.verdict in (Verdict.UNDECIDED, Verdict.PROVED)


def test_a_pole_inside_the_domain_is_never_covered():
    assert judged(1 / x, 0, None, x > -1, x < 1).verdict == Verdict.REFUTED
    assert judged(1 / x**2, 1, None, x > -1, x < 1).verdict != Verdict.REFUTED


def test_moving_a_bound_beyond_the_extremum_refutes_it():
    extremum, hair = exp(-1), Rational(1, 10**6)
    assert judged(x * exp(-x), None, extremum - hair, x >= 0).verdict == Verdict.REFUTED


def test_a_domain_without_points_and_a_claim_without_bounds_are_errors():
    with pytest.raises(DomainError, match="no sample"):
        judge(Bounded(x**2, 0, None), [x < y, y < x])
    with pytest.raises(InputError, match="lower or an upper"):
        judged(x, None, None)


def test_complex_numbers_have_no_order():
    assert judged(z, 0, None).verdict == Verdict.UNDECIDED
