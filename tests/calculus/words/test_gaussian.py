"""Means over Gaussian matrices against the moments of their entries, one by one."""

from __future__ import annotations

import pytest
from sympy import Expr, Matrix, Poly, S, Symbol, factorial2, symbols

from symdyn.calculus.words.gaussian import gaussian_mean
from symdyn.calculus.words.polynomials import MatrixWord, identity, matrix, trace
from symdyn.errors import InputError
from tests.calculus.words.matrices import at, entries

n, m = symbols("n m", integer=True, positive=True)
SIZES = {n: 2, m: 3}
W, V = matrix("W", n, m), matrix("V", n, n)
A, v = matrix("A", m, m), matrix("v", m, 1)
r = Symbol("r", positive=True)
VARIANCES = {W: r, V: S(2)}
QUANTITIES = {
    "one pair": W * A * W.T,
    "alike": W * A.T * W.T * V * W,
    "a square": trace(W * W.T) ** 2,
    "four of a kind": W * W.T * W * W.T,
    "two kinds": V * W * W.T * V.T,
    "a vector": v.T * W.T * V.T * V * W * v,
    "a trace and a word": trace(V * W * A * W.T) * V.T,
    "alike in two traces": trace(V * V) * trace(V),
    "odd": trace(V) * W,
    "without any": A * A.T + 3 * identity(m),
}


def entrywise(quantity: MatrixWord) -> Matrix:
    """The mean of the explicit matrix, entry by entry: E z^(2k) = (2k - 1)!! variance^k."""
    found = at(quantity, SIZES)
    scales = {
        entry: variance
        for word, variance in VARIANCES.items()
        if word.letter in quantity.letters
        for entry in entries(word.letter, SIZES)
    }
    return found.applyfunc(lambda value: mean_of(value, scales)) if scales else found


def mean_of(value: Expr, scales: dict[Symbol, Expr]) -> Expr:
    total = S.Zero
    for powers, coefficient in Poly(value, *scales).terms():
        if not any(power % 2 for power in powers):
            for power, scale in zip(powers, scales.values(), strict=True):
                coefficient *= factorial2(power - 1) * scale ** (power // 2)
            total += coefficient
    return total


@pytest.mark.parametrize("name", QUANTITIES)
def test_mean_is_the_mean_of_every_entry(name: str):
    quantity = QUANTITIES[name]
    difference = at(gaussian_mean(quantity, VARIANCES), SIZES) - entrywise(quantity)
    assert difference.expand() == 0 * difference


def test_another_contraction_would_be_noticed():
    quantity = trace(V * V)
    assert gaussian_mean(quantity, VARIANCES) != gaussian_mean(trace(V * V.T), VARIANCES)
    assert at(gaussian_mean(quantity, VARIANCES), SIZES)[0] == entrywise(quantity)[0] == 4


def test_moments_of_wide_products_take_little_time():
    """Catalan numbers lead; 12 letters of one kind have 10 395 pairings."""
    square = matrix("X", n, n)
    moment = gaussian_mean(trace((square * square.T) ** 6), {square: 1 / n})
    ((_, value),) = moment.terms
    assert Poly(value.expand() / n, 1 / n).eval(0) == 132


def test_what_has_no_independent_entries_is_refused():
    with pytest.raises(InputError, match="is symmetric"):
        gaussian_mean(A, {matrix("S", n, n, symmetric=True): S.One})
    with pytest.raises(InputError, match="no variable"):
        gaussian_mean(A, {W * W.T: S.One})
