"""Words modulo rules: what rules imply, and that they imply no more."""

from __future__ import annotations

import pytest
from sympy import symbols

from symdyn.calculus.words.polynomials import identity, matrix, trace
from symdyn.calculus.words.rules import Rule, orthonormal, reduced, replacements
from symdyn.errors import InputError

n, m = symbols("n m", integer=True, positive=True)
lam = symbols("lam", real=True)
I = identity(n)
A, B, C, P = (matrix(name, n, n) for name in "ABCP")
V = matrix("V", m, n)


def test_orthonormal_columns():
    assert reduced(V * A * V.T * V * B, orthonormal(V)) == V * A * B
    assert reduced(trace(V * A * V.T), orthonormal(V)) == trace(A)
    assert reduced(V * V.T, orthonormal(V)) == V * V.T


def test_transposed_rules_hold_as_well():
    assert reduced(A.T * C.T, Rule(C * A, B)) == B.T


def test_commuting_matrices():
    commute = Rule(A * B, B * A)
    assert reduced(A**3 * B**2 - B**2 * A**3, commute) == 0 * A
    assert reduced(A * C - C * A, commute) == A * C - C * A


def test_overlapping_rules_are_completed():
    """A B = I and B C = I make A = C, which neither rule says alone."""
    assert reduced(A - C, Rule(A * B, I), Rule(B * C, I)) == 0 * A
    assert reduced(A - C, Rule(A * B, I)) == A - C


def test_every_step_leads_to_smaller_words():
    """Whatever is written on the left: A A = A A A A is turned so that it ends."""
    assert reduced(P**7, Rule(P, P * P)) == P
    assert reduced(A * B, Rule(A, B * C * B), Rule(B, A * C)) is not None


def test_traces_do_not_turn_in_circles():
    assert reduced(trace(B * A), Rule(A * B, B * A)) == trace(A * B)
    assert reduced(trace(C * A * B) - trace(C * B * A), Rule(A * B, B * A)) == 0 * trace(A)


def test_balanced_layers():
    W1, W2 = matrix("W1", n, m), matrix("W2", m, n)
    balanced = Rule(W2.T * W2, W1 * W1.T + lam * I)
    assert reduced((W2.T * W2) ** 2, balanced) == (W1 * W1.T + lam * I) ** 2


def test_rules_between_scalars():
    e, f = matrix("e", n, 1), matrix("f", n, 1)
    unit, apart = Rule(e.T * e, identity(1)), Rule(e.T * f, 0 * e.T * f)
    assert reduced(A * e * e.T * e * f.T * e + f * e.T * e, unit, apart) == f
    assert reduced(trace(A) * B - trace(A * B) * C, Rule(trace(A), identity(1))) == (
        B - trace(A * B) * C
    )


def test_a_factor_that_may_vanish_is_not_divided_by():
    assert replacements([Rule(lam * A * A, B)]) == ()


def test_contradictions_are_told():
    with pytest.raises(InputError, match="contradict"):
        reduced(A, Rule(A, I), Rule(A, 2 * I))
    with pytest.raises(InputError, match="contradict"):
        reduced(A, Rule(trace(A), identity(1)), Rule(trace(A), 2 * identity(1)))
    with pytest.raises(InputError, match="says nothing"):
        Rule(A, A)
