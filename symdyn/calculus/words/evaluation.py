"""Matrix words at explicit matrices, in any arithmetic that multiplies matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

from sympy import Expr, Matrix, eye, zeros

from symdyn.calculus.words.derivatives import named
from symdyn.calculus.words.letters import Letter, Word
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.errors import InputError


@dataclass(frozen=True)
class Arithmetic:
    """How explicit matrices are multiplied, turned and traced."""

    times: Callable[[Any, Any], Any]
    transpose: Callable[[Any], Any]
    trace: Callable[[Any], Any]
    identity: Callable[[Any], Any]


_IN_SYMPY = Arithmetic(mul, lambda m: m.T, lambda m: m.trace(), eye)


def explicit(
    quantity: MatrixWord, values: Mapping[MatrixWord, Matrix], sizes: Mapping[Expr, int]
) -> Matrix:
    """The explicit matrix that a matrix word is for given matrices.

    `sizes` gives numbers for the symbols in its shape.

    >>> from sympy import symbols
    >>> from symdyn.calculus.words.polynomials import matrix, trace
    >>> x, y = symbols("x y")
    >>> W = matrix("W", 1, 2)
    >>> explicit(W*W.T, {W: Matrix([[x, y]])}, {})
    Matrix([[x**2 + y**2]])

    Raises InputError for a matrix that is missing, has another shape or is not symmetric.
    """
    given = {named(variable): _fitting(variable, m, sizes) for variable, m in values.items()}
    if missing := [str(letter) for letter in quantity.letters if letter not in given]:
        raise InputError(f"{quantity} needs a value for {', '.join(missing)}")
    rows, columns = (int(side.subs(sizes)) for side in quantity.shape)
    total = zeros(rows, columns)
    for coefficient, product in products(quantity, given, _IN_SYMPY, rows):
        total = total + coefficient.subs(sizes) * product
    return total.expand()


def products(
    quantity: MatrixWord, values: Mapping[Letter, Any], arithmetic: Arithmetic, size: int
) -> Iterator[tuple[Expr, Any]]:
    """Coefficient and explicit matrix of every term; the identity has the given size."""
    turned = {letter.T: arithmetic.transpose(value) for letter, value in values.items()}
    both = {**turned, **values}

    def product(word: Word) -> Any:
        return reduce(arithmetic.times, (both[letter] for letter in word))

    for (traces, word), coefficient in quantity.terms:
        value = product(word) if word else arithmetic.identity(size)
        for cycle in traces:
            value = value * arithmetic.trace(product(cycle))
        yield coefficient, value


def _fitting(variable: MatrixWord, value: Matrix, sizes: Mapping[Expr, int]) -> Matrix:
    shape = tuple(side.subs(sizes) for side in variable.shape)
    if tuple(value.shape) != shape:
        told = f"{shape[0]} x {shape[1]}"
        raise InputError(f"{variable} is {told}, but its value is {value.rows} x {value.cols}")
    if (letter := variable.letter) and letter.is_symmetric and value != value.T:
        raise InputError(f"{variable} is symmetric, but its value is not")
    return value
