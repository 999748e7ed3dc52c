"""Arithmetic of matrix words against explicit matrices with symbols as entries."""

from __future__ import annotations

import pickle

import pytest
from sympy import Matrix, Rational, eye, latex, symbols, sympify

from symdyn.calculus.words.polynomials import identity, matrix, scalar, trace, zero
from symdyn.errors import InputError
from tests.calculus.words.matrices import at

n, m = symbols("n m", integer=True, positive=True)
k, t = symbols("k t", real=True)
SIZES = {n: 2, m: 3}
A, B, C = matrix("A", n, m), matrix("B", m, n), matrix("C", n, n)
S = matrix("S", n, n, symmetric=True)
u, v = matrix("u", n, 1), matrix("v", n, 1)


def test_products_and_transposes_are_those_of_matrices():
    a, b, s = at(A, SIZES), at(B, SIZES), at(S, SIZES)
    assert at((A * B - 2 * S).T * A, SIZES) == ((a * b - 2 * s).T * a).expand()
    assert at((S + identity(n)) ** 3, SIZES) == ((s + eye(2)) ** 3).expand()
    assert at(A / 3, SIZES) == a / 3


def test_traces_are_cyclic_and_blind_to_transposes():
    assert trace(A * B * C) == trace(C * A * B) == trace(B.T * A.T * C.T)
    assert trace(C * C * S) != trace(C * S * C.T)
    assert at(trace(A * B) * C, SIZES) == (at(A * B, SIZES).trace() * at(C, SIZES)).expand()
    assert trace(identity(n) + C - C.T) == scalar(n)


def test_scalars_within_words_commute():
    assert v * (u.T * v) == (v.T * u) * v == v * v.T * u
    assert u * v.T * C * u == (u.T * C.T * v) * u
    assert trace(u * v.T * C * v * u.T) == (u.T * u) * (v.T * C * v)
    assert u * v.T != v * u.T
    x = at(u * v.T * C * u * u.T, SIZES)
    assert x == (at(u, SIZES) * at(v.T * C * u, SIZES) * at(u.T, SIZES)).expand()


def test_equal_words_are_gathered():
    assert C * S - (S * C.T).T == zero(n, n)
    assert (k * C + t * C) - (k + t) * C == 0 * C
    assert sum([C, C, C], 0 * C) == 3 * C == C * 3


def test_shapes_must_fit():
    with pytest.raises(InputError, match=r"cannot multiply A \(n x m\) by A \(n x m\): "):
        A * A
    with pytest.raises(InputError, match=r"cannot add n x n to n x m"):
        A + C
    with pytest.raises(InputError, match=r"trace of A \(n x m\): "):
        trace(A)
    with pytest.raises(InputError, match="same shape"):
        A.components(C)
    with pytest.raises(InputError, match="cannot subtract 1 x 1 from n x n"):
        C - 1


def test_declarations_are_checked():
    with pytest.raises(InputError, match="two different matrices"):
        A * matrix("A", m, m)
    with pytest.raises(InputError, match="a symmetric matrix must be square"):
        matrix("S", n, m, symmetric=True)
    with pytest.raises(InputError, match="cannot be a dimension"):
        matrix("X", k, 2)
    with pytest.raises(InputError, match="cannot be a dimension"):
        matrix("X", 0, 2)
    with pytest.raises(InputError, match="cannot name a matrix"):
        matrix("W 1", 2, 2)
    with pytest.raises(InputError, match="exponent"):
        C**-1
    with pytest.raises(InputError, match="neither a matrix word nor a scalar"):
        C * "x"  # type: ignore[operator]
    with pytest.raises(InputError, match="neither a matrix word nor a scalar"):
        C + Matrix([[1]])


def test_matrices_are_replaced_all_at_once():
    assert (A * B).subs({A: B.T, B: A.T}) == B.T * A.T
    assert (k * trace(C) * S).subs({C: S, k: t}) == t * trace(S) * S
    assert (A.T * A).subs(A, C * A) == A.T * C.T * C * A
    with pytest.raises(InputError, match="cannot be replaced"):
        A.subs({A: B})
    with pytest.raises(InputError, match="only a named matrix"):
        A.subs({A * B: C})


def test_words_print_as_they_are_typed():
    quantity = 2 * A.T * S - trace(C) * B / 2 + k * B
    assert str(quantity) == "k*B - tr(C)*B/2 + 2*A.T*S"
    assert str(zero(n, m)) == "0"
    assert str(2 * identity(n) - C) == "2*I - C"
    assert str(u.T * v + 1) == "1 + (u.T*v)"
    assert str((k + 1) * C) == "(k + 1)*C"


def test_words_print_as_latex():
    W = matrix("W_1", n, m)
    quantity = -W.T * C * C + Rational(1, 2) * trace(S) * W.T
    assert latex(quantity) == (
        r"\frac{1}{2} \, \operatorname{tr}\left(S\right) \, {W_{1}}^{\top}"
        r" - {W_{1}}^{\top} \, {C}^{2}"
    )
    assert latex((u.T * v) * u) == r"\left({u}^{\top} \, v\right) \, u"


def test_texts_that_tell_apart():
    assert (k * C).exact_text() != (symbols("k") * C).exact_text()
    assert C.exact_text() != matrix("C", n, n, symmetric=True).exact_text()


def test_words_hash_pickle_and_stay_out_of_sympify():
    quantity = trace(C) * A * B - S
    assert pickle.loads(pickle.dumps(quantity)) == quantity
    assert hash(quantity) == hash(-S + A * B * trace(C))
    assert sympify(2) * C == C + C
