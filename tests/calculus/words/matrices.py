"""Explicit matrices with symbols as entries: the plain truth that words are compared with."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Matrix, Symbol

from symdyn.calculus.words.evaluation import explicit
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord, matrix

SIZES = (2, 3, 1)


def entries(letter: Letter, sizes: Mapping[Expr, int]) -> Matrix:
    """A matrix of as many different symbols as the letter leaves free."""

    def entry(i: int, j: int) -> Symbol:
        place = (min(i, j), max(i, j)) if letter.is_symmetric else (i, j)
        return Symbol(f"{letter.name}_{place[0]}{place[1]}")

    return Matrix(int(letter.rows.subs(sizes)), int(letter.columns.subs(sizes)), entry)


def values(*quantities: MatrixWord, sizes: Mapping[Expr, int]) -> dict[MatrixWord, Matrix]:
    letters = {letter for quantity in quantities for letter in quantity.letters}
    return {
        matrix(x.name, x.rows, x.columns, symmetric=x.is_symmetric): entries(x, sizes)
        for x in letters
    }


def at(quantity: MatrixWord, sizes: Mapping[Expr, int]) -> Matrix:
    """The explicit matrix of a word, with symbols as entries."""
    return explicit(quantity, values(quantity, sizes=sizes), sizes)
