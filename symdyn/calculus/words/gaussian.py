"""Means of matrix words over Gaussian matrices, exactly and for any shapes.

The entries of a Gaussian matrix W are independent, centred, of variance v. By Isserlis' theorem a
mean is a sum over pairings, and a pair is contracted where it stands:

    P W A W Q          ->  v P A^T Q              P W A W^T Q        ->  v tr(A) P Q
    tr(W A) tr(W B)    ->  v tr(A B^T)            tr(W A) tr(W^T B)  ->  v tr(A B)

One letter of each term is paired with all others of its name, and equal terms are gathered before
the next: there are far fewer of them than pairings. Other matrices stay as they are; means of
quotients and of functions of a matrix are not treated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Expr, S, expand

from symdyn.calculus.obligations import cite
from symdyn.calculus.words.derivatives import named
from symdyn.calculus.words.letters import Letter, Word, cyclic_words, transposed
from symdyn.calculus.words.polynomials import (
    MatrixWord,
    Scalar,
    Term,
    as_coefficient,
    gathered,
)
from symdyn.errors import InputError

Variances = Mapping[Letter, Expr]


def gaussian_mean(quantity: MatrixWord, variances: Mapping[MatrixWord, Scalar]) -> MatrixWord:
    """The mean of a word over independent Gaussian matrices, given the variance of their entries.

    >>> from sympy import Symbol
    >>> from symdyn.calculus.words.polynomials import matrix, trace
    >>> n = Symbol("n", integer=True, positive=True)
    >>> W, v = matrix("W", n, n), matrix("v", n, 1)
    >>> print(gaussian_mean(v.T*W.T*W*v, {W: 1/n}))
    (v.T*v)
    >>> print(gaussian_mean(trace(W*W.T)**2, {W: 1/n}))
    n**2 + 2

    Raises InputError for a variance of something that is no named matrix, or of a symmetric one.
    """
    cite("Isserlis")
    known = {_checked(matrix): as_coefficient(v) for matrix, v in variances.items()}
    while any(letter in known for letter in quantity.letters):
        quantity = gathered(*quantity.shape, _contracted(quantity, known))
    return quantity.apply(expand)


def _checked(matrix: MatrixWord) -> Letter:
    letter = named(matrix)
    if letter.is_symmetric:
        raise InputError(
            f"{letter} is symmetric, so that its entries are not independent; write it as "
            "(W + W^T)/2 with a matrix W that is not"
        )
    return letter


def _contracted(quantity: MatrixWord, variances: Variances) -> Iterator[Term]:
    """Every term with its first Gaussian letter paired with each other one of its name."""
    for (traces, word), coefficient in quantity.terms:
        cycle = next((c for c in traces if _place(c, variances) is not None), None)
        if cycle is None:
            pairs = _in_word(word, traces, variances)
        else:
            others = list(traces)
            others.remove(cycle)
            pairs = _in_trace(cycle, tuple(others), word, variances)
        for more, left, factor in pairs:
            yield (more, left), coefficient * factor


Pairing = Iterator[tuple[tuple[Word, ...], Word, Expr]]


def _place(word: Word, variances: Variances) -> int | None:
    """Where the first Gaussian letter of a word stands."""
    return next((k for k, letter in enumerate(word) if letter.matrix in variances), None)


def _in_trace(cycle: Word, others: tuple[Word, ...], word: Word, variances: Variances) -> Pairing:
    """tr(W A) with a letter of A, of another trace, or of the word."""
    k = _place(cycle, variances) or 0
    first, rest = cycle[k], cycle[k + 1 :] + cycle[:k]
    variance = variances.get(first.matrix, S.Zero)
    for inner, tail, same in _partners(first, rest):
        if same:  # tr(W B W C) -> tr(B^T C)
            more, factor = _traces(transposed(inner) + tail, first.columns)
        else:  # tr(W B W^T C) -> tr(B) tr(C)
            (one, size), (two, width) = _traces(inner, first.columns), _traces(tail, first.rows)
            more, factor = one + two, size * width
        yield others + more, word, variance * factor
    for j, other in enumerate(others):
        left = others[:j] + others[j + 1 :]
        for before, after, same in _partners(first, other):
            turned = after + before
            joined = rest + (transposed(turned) if same else turned)
            more, factor = _traces(joined, first.rows)
            yield left + more, word, variance * factor
    for before, after, same in _partners(first, word):
        middle = transposed(rest) if same else rest
        yield others, before + middle + after, variance


def _in_word(word: Word, traces: tuple[Word, ...], variances: Variances) -> Pairing:
    """P W A W' Q, where no trace has a Gaussian letter."""
    k = _place(word, variances)
    if k is None:
        yield traces, word, S.One
        return
    first, variance = word[k], variances[word[k].matrix]
    for inner, tail, same in _partners(first, word[k + 1 :]):
        if same:
            yield traces, word[:k] + transposed(inner) + tail, variance
        else:
            more, factor = _traces(inner, first.columns)
            yield traces + more, word[:k] + tail, variance * factor


def _partners(first: Letter, word: Word) -> Iterator[tuple[Word, Word, bool]]:
    """What stands before and after each letter of the same name; whether it is turned alike."""
    for k, letter in enumerate(word):
        if letter.matrix == first.matrix:
            yield word[:k], word[k + 1 :], letter == first


def _traces(word: Word, size: Expr) -> tuple[tuple[Word, ...], Expr]:
    """The trace of a word, or the size of the identity where it is empty."""
    return (cyclic_words(word), S.One) if word else ((), size)
