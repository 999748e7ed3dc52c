"""Domains: what assumptions and conditions leave."""

import pytest
from sympy import Eq, Interval, Ne, Rational, oo, sin, symbols

from symdyn.errors import DomainError
from symdyn.proof.domain import Domain
from symdyn.proof.points import sample_points

a, s = symbols("a s", positive=True)
c, x, y = symbols("c x y", real=True)
n = symbols("n", integer=True)
even = symbols("even", even=True)


def test_assumptions_and_conditions_meet():
    assert Domain.of([a], [a < 3]).interval(a) == Interval.open(0, 3)
    assert Domain.of([c], [2 * c + 1 >= 0, c < 1]).interval(c) == Interval.Ropen(Rational(-1, 2), 1)


def test_contradictory_conditions_are_refused():
    with pytest.raises(DomainError, match="no value of c"):
        Domain.of([c], [c > 1, c < 0]).interval(c)
    with pytest.raises(DomainError, match="contradict"):
        Domain.of([a], [a < -1])
    with pytest.raises(DomainError):
        sample_points(Domain.of([x, y], [x < y, y < x]), points=5)


def test_conditions_between_symbols_are_respected():
    for point in sample_points(Domain.of([a, s], [a < s]), points=30):
        assert point[a] < point[s]


def test_a_condition_brings_in_the_symbols_that_it_ties():
    assert Domain.of([a], [a < s]).symbols == (a, s)


def test_conditions_on_other_symbols_are_dropped():
    assert Domain.of([a], [x > 3]).conditions == ()


def test_points_keep_every_assumption():
    assert all(point[even] % 2 == 0 for point in sample_points(Domain.of([even]), points=10))
    assert all(point[n].is_Integer for point in sample_points(Domain.of([n]), points=10))


def test_a_hole_is_left_out():
    assert all(point[x] != 0 for point in sample_points(Domain.of([x], [Ne(x, 0)]), points=20))


def test_conditions_that_are_not_affine_are_respected():
    assert all(sin(p[x]) > 0 for p in sample_points(Domain.of([x], [sin(x) > 0]), points=20))


def test_an_equality_is_solved_for_a_symbol():
    domain, values = Domain.of([x, y, a], [Eq(x, y**2 + a)]).solved()
    assert values == {x: y**2 + a}
    assert x not in domain.symbols


def test_an_equality_keeps_the_assumptions_on_the_symbol_it_determines():
    domain, values = Domain.of([a, x], [Eq(a, x)]).solved()
    assert values == {a: x}
    assert domain.interval(x) == Interval.open(0, oo)


def test_an_equality_that_cannot_be_solved_says_how_to_write_it():
    with pytest.raises(DomainError, match="symbol = expression"):
        Domain.of([x, y], [Eq(sin(x * y) + x, y**3)]).solved()
