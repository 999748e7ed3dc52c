"""Small errors that a formula may contain: a sign, a factor, a shift, the wrong function.

mutants(expr)        the formula with one error each
beyond(statement)    a bound moved past what the expression reaches
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

import sympy as sp
from sympy import Add, Expr, Pow, Rational, S

from symdyn.calculus.words.polynomials import MatrixWord, matrix

T = TypeVar("T")

SLIGHT = Rational(1, 10**9)
MOST_SIGNS = 3
MOST_SWAPS = 2

SWAPPED = {
    sp.sin: sp.cos,
    sp.cos: sp.sin,
    sp.tan: sp.sin,
    sp.cot: sp.tan,
    sp.asin: sp.acos,
    sp.acos: sp.asin,
    sp.atan: sp.asinh,
    sp.exp: sp.cosh,
    sp.log: sp.sqrt,
    sp.sinh: sp.cosh,
    sp.cosh: sp.sinh,
    sp.tanh: sp.sin,
    sp.erf: sp.tanh,
    sp.erfc: sp.erf,
    sp.gamma: sp.factorial,
    sp.factorial: sp.gamma,
    sp.Abs: lambda x: x,
    sp.Heaviside: sp.sign,
    sp.besselk: sp.besseli,
    sp.besseli: sp.besselk,
    sp.besselj: sp.bessely,
}


def mutants(expr: Expr | MatrixWord) -> Iterator[tuple[str, Expr | MatrixWord]]:
    """An expression with one error each, and what the error is; none equals the expression.

    >>> x = sp.Symbol("x", positive=True)
    >>> dict(mutants(1 + sp.sin(x)))["sin -> cos"]
    cos(x) + 1
    """
    if isinstance(expr, MatrixWord):
        yield from _of_words(expr)
        return
    candidates = (
        ("times 1 + 1e-9", expr * (1 + SLIGHT)),
        ("plus 1e-9", expr + SLIGHT),
        ("times -1", -expr),
        *spread(tuple(_with_a_sign_flipped(expr)), MOST_SIGNS),
        *spread(tuple(_with_a_function_swapped(expr)), MOST_SWAPS),
    )
    for name, mutant in candidates:
        if mutant != expr and not mutant.has(sp.nan, sp.zoo, sp.oo):
            yield name, mutant


def spread(items: Sequence[T], most: int) -> Sequence[T]:
    """At most so many items, evenly spread over all."""
    if len(items) <= most:
        return items
    return tuple(items[round(k * (len(items) - 1) / (most - 1))] for k in range(most))


def _of_words(word: MatrixWord) -> Iterator[tuple[str, MatrixWord]]:
    """A sum of matrix words with one error each."""
    yield "plus 1e-9 of a matrix", word + SLIGHT * matrix("Other", *word.shape)
    if word.terms:
        yield "times 1 + 1e-9", word * (1 + SLIGHT)
    for (traces, rest), coefficient in word.terms[:1]:
        term = MatrixWord(*word.shape, (((traces, rest), coefficient),))
        if term != word:
            yield f"sign of {term}", word - 2 * term


def _with_a_sign_flipped(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """One term of one sum with the other sign."""
    for node in _nodes(expr, Add):
        for term in node.args:
            yield f"sign of {term}", expr.xreplace({node: node - 2 * term})


def _with_a_function_swapped(expr: Expr) -> Iterator[tuple[str, Expr]]:
    for node in _nodes(expr, sp.Function):
        if node.func in SWAPPED:
            other = SWAPPED[node.func]
            name = getattr(other, "__name__", "identity")
            yield f"{node.func.__name__} -> {name}", expr.xreplace({node: other(*node.args)})
    for node in _nodes(expr, Pow):
        if node.exp == S.Half and not node.base.is_number:
            yield "sqrt -> cbrt", expr.xreplace({node: node.base ** Rational(1, 3)})


def _nodes(expr: Expr, kind: type) -> list[Expr]:
    """Parts of a kind, in the order of reading, each once."""
    found = (node for node in sp.preorder_traversal(expr) if isinstance(node, kind))
    return list(islice(dict.fromkeys(found), 40))
