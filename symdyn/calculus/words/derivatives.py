"""Derivatives of matrix words: gradients of scalars, differentials, rates along a flow.

    tr(u W)   has the gradient u^T in W,   tr(u W^T) the gradient u
    d(u W v)  = u dW v

Every occurrence of a matrix counts, by the product rule; traces are turned until the occurrence
stands last. The gradient G is the matrix with d loss = tr(G^T dW). In a symmetric matrix it is the
symmetric one of these, since only symmetric changes are possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import Rational, Symbol

from symdyn.calculus.words.letters import Letter, Word
from symdyn.calculus.words.polynomials import MatrixWord, Term, gathered, matrix, trace
from symdyn.errors import InputError

Velocities = Mapping[Letter, MatrixWord]


def gradient_in(loss: MatrixWord, variable: MatrixWord) -> MatrixWord:
    """Gradient of a scalar in a named matrix.

    >>> W, X = matrix("W", 2, 3), matrix("X", 3, 3)
    >>> print(gradient_in(trace(W*X*W.T)/2, W))
    W*X/2 + W*X.T/2

    Raises InputError for a loss that is no scalar, or a variable that is no named matrix.
    """
    letter = named(variable)
    if not loss.is_scalar:
        raise InputError(f"{loss} is {loss.rows} x {loss.columns}: only a scalar has a gradient")
    slopes = gathered(*variable.shape, _slopes(loss, letter))
    return (slopes + slopes.T) * Rational(1, 2) if letter.is_symmetric else slopes


def differential(quantity: MatrixWord, *variables: MatrixWord) -> MatrixWord:
    """The change of a quantity to first order; that of a matrix W is named dW.

    >>> W, S = matrix("W", 2, 2), matrix("S", 2, 2, symmetric=True)
    >>> print(differential(W*S*W.T, W))
    W*S*dW.T + dW*S*W.T
    """
    changes = {letter: _change(letter) for letter in map(named, variables)}
    return rate_along(quantity, changes, {})


def rate_along(
    quantity: MatrixWord, velocities: Velocities, scalars: Mapping[Symbol, MatrixWord]
) -> MatrixWord:
    """Rate of change of a quantity whose matrices and scalars move as given."""
    moving = {**velocities, **{letter.T: v.T for letter, v in velocities.items()}}
    total = gathered(*quantity.shape, _rates(quantity, moving))
    for symbol, velocity in scalars.items():
        total = total + quantity.diff(symbol) * velocity
    return total


def named(variable: MatrixWord) -> Letter:
    """The letter of a variable, which must be a named matrix and nothing more."""
    letter = variable.letter
    if letter is None or letter.is_transposed:
        raise InputError(f"{variable} is no variable: name a matrix itself, made by matrix(...)")
    return letter


def _slopes(loss: MatrixWord, letter: Letter) -> Iterator[Term]:
    for (traces, _), coefficient in loss.terms:
        for k, cycle in enumerate(traces):
            others = traces[:k] + traces[k + 1 :]
            for rest in _rests(cycle, letter):
                yield (others, rest), coefficient


def _rests(cycle: Word, letter: Letter) -> Iterator[Word]:
    """The gradients of tr(cycle), one for each occurrence of the letter."""
    for i, found in enumerate(cycle):
        rest = cycle[i + 1 :] + cycle[:i]
        if found == letter:
            yield tuple(x.T for x in reversed(rest))
        elif found == letter.T:
            yield rest


def _rates(quantity: MatrixWord, moving: Velocities) -> Iterator[Term]:
    for (traces, word), coefficient in quantity.terms:
        for k, cycle in enumerate(traces):
            others = traces[:k] + traces[k + 1 :]
            for (more, _), c in _rate_of_trace(cycle, moving):
                yield ((*others, *more), word), coefficient * c
        for (more, changed), c in _rate_of_word(word, moving):
            yield ((*traces, *more), changed), coefficient * c


def _rate_of_word(word: Word, moving: Velocities) -> Iterator[Term]:
    for i, letter in enumerate(word):
        if letter in moving:
            for (traces, inner), c in moving[letter].terms:
                yield (traces, word[:i] + inner + word[i + 1 :]), c


def _rate_of_trace(cycle: Word, moving: Velocities) -> Iterable[Term]:
    size = cycle[0].rows
    return trace(gathered(size, size, _rate_of_word(cycle, moving))).terms


def _change(letter: Letter) -> MatrixWord:
    return matrix(f"d{letter.name}", letter.rows, letter.columns, symmetric=letter.is_symmetric)
