r"""How sums of matrix words are written, as text and as LaTeX.

Text is what an author types, `2*tr(A*B)*W1.T*S`. In LaTeX a transpose is a raised \top, equal
letters side by side are a power, and a scalar that is no trace of a square matrix stands in
parentheses: (a^\top b).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sympy import Add, Expr, S

from symdyn.calculus.words.letters import Letter, Word

Terms = Iterable[tuple[tuple[tuple[Word, ...], Word], Expr]]


def text_of_terms(terms: Terms, *, is_scalar: bool) -> str:
    """A sum of words as it is typed."""
    pieces: list[tuple[str, str]] = []
    for (traces, word), coefficient in terms:
        sign, number = _split(coefficient)
        factors = [*map(_scalar_text, traces), *map(str, word)]
        factors += [] if word or is_scalar else ["I"]
        number, below = (number * number.q, number.q) if number.is_Rational else (number, 1)
        if number != 1 or not factors:
            bracketed = isinstance(number, Add) and factors
            factors.insert(0, f"({number})" if bracketed else str(number))
        pieces.append((sign, "*".join(factors) + (f"/{below}" if below != 1 else "")))
    return _joined(pieces)


def latex_of_terms(terms: Terms, printer: Any, *, is_scalar: bool) -> str:
    """A sum of words in LaTeX."""
    pieces: list[tuple[str, str]] = []
    for (traces, word), coefficient in terms:
        sign, number = _split(coefficient)
        factors = [*map(_scalar_latex, traces), *_powers(word)]
        factors += [] if word or is_scalar else ["I"]
        if number != 1 or not factors:
            text = printer.doprint(number)
            bracketed = isinstance(number, Add) and factors
            factors.insert(0, rf"\left({text}\right)" if bracketed else text)
        pieces.append((sign, r" \, ".join(factors)))
    return _joined(pieces)


def _split(coefficient: Expr) -> tuple[str, Expr]:
    negative = coefficient.could_extract_minus_sign() and not isinstance(coefficient, Add)
    return ("-", -coefficient) if negative else ("+", coefficient)


def _joined(pieces: list[tuple[str, str]]) -> str:
    if not pieces:
        return "0"
    (sign, first), *rest = pieces
    opening = f"-{first}" if sign == "-" else first
    return opening + "".join(f" {sign} {text}" for sign, text in rest)


def _scalar_text(word: Word) -> str:
    text = "*".join(map(str, word))
    if word[0].rows is not S.One:
        return f"tr({text})"
    return text if len(word) == 1 else f"({text})"


def _scalar_latex(word: Word) -> str:
    text = r" \, ".join(_powers(word))
    if word[0].rows is not S.One:
        return rf"\operatorname{{tr}}\left({text}\right)"
    return text if len(word) == 1 else rf"\left({text}\right)"


def _powers(word: Word) -> list[str]:
    runs = ((letter, len(list(run))) for letter, run in groupby(word))
    return [_power(letter, count) for letter, count in runs]


def _power(letter: Letter, count: int) -> str:
    if count == 1:
        return letter.latex
    base = rf"\left({letter.latex}\right)" if letter.is_transposed else f"{{{letter.latex}}}"
    return f"{base}^{{{count}}}"
