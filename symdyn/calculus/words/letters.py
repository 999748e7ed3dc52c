"""Letters and words: named matrices with a shape, and products of them.

A word is a tuple of letters, read as their product. Its transpose is the reversed word of
transposed letters. A trace does not see where its word begins, nor whether it is transposed:

    tr(u v) = tr(v u)        tr(w) = tr(w^T)

so every trace has one canonical word, the first of all its rotations and their transposes. Where
an inner dimension is 1, a product falls into scalars that commute with everything: a trace of
several such pieces is the product of their traces, and a word gives up the pieces in its middle:

    tr(a b^T c d^T) = (b^T c)(d^T a)        b (a^T b) M = (a^T b) b M      for columns a, b, c, d

Words are ordered by length, then letter by letter. Products with a third word keep this order, and
below any word there are only finitely many over the same letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sympy import Expr, S

from symdyn.calculus.invariants import name_latex
from symdyn.errors import InputError


@dataclass(frozen=True)
class Letter:
    """A matrix of some shape, known by its name, or the transpose of one."""

    name: str
    rows: Expr
    columns: Expr
    is_symmetric: bool = False
    is_transposed: bool = False
    key: tuple[str, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.name, self.is_transposed))

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def T(self) -> Letter:
        """The transpose: the letter itself where it is symmetric."""
        if self.is_symmetric:
            return self
        return Letter(self.name, self.columns, self.rows, False, not self.is_transposed)

    @property
    def matrix(self) -> Letter:
        """The matrix itself, of which this may be the transpose."""
        return self.T if self.is_transposed else self

    @property
    def latex(self) -> str:
        """The name in LaTeX, with a mark where it is transposed."""
        name = name_latex(self.name)
        return rf"{{{name}}}^{{\top}}" if self.is_transposed else name

    def __str__(self) -> str:
        return f"{self.name}.T" if self.is_transposed else self.name


Word = tuple[Letter, ...]


def transposed(word: Word) -> Word:
    """The word of the transpose: (u v)^T = v^T u^T."""
    return tuple(letter.T for letter in reversed(word))


def order(word: Word) -> tuple[int, tuple[tuple[str, bool], ...]]:
    """What words are ordered by: their length, then their letters."""
    return len(word), tuple(letter.key for letter in word)


def rotations(word: Word) -> Iterator[Word]:
    """The words with the same trace: all rotations, and those of the transpose."""
    for same in (word, transposed(word)):
        twice = same + same
        yield from (twice[k : k + len(word)] for k in range(len(word)))


def cyclic_words(word: Word) -> tuple[Word, ...]:
    """Canonical words whose traces multiply to the trace of a word that is not empty."""
    if cuts := [k for k, letter in enumerate(word) if letter.rows is S.One]:
        turned = word[cuts[0] :] + word[: cuts[0]]
        ends = [k - cuts[0] for k in cuts[1:]] + [len(word)]
        starts = [0, *ends[:-1]]
        pieces = [turned[i:j] for i, j in zip(starts, ends, strict=True)]
        return tuple(min(piece, transposed(piece), key=order) for piece in pieces)
    return (min(rotations(word), key=order),)


def without_scalars(word: Word) -> tuple[tuple[Word, ...], Word]:
    """The scalars that stand within a word, as canonical words of traces, and what is left."""
    starts = [k for k, letter in enumerate(word) if letter.rows is S.One]
    cuts = [*starts, len(word)] if word and word[-1].columns is S.One else starts
    pieces = [word[i:j] for i, j in pairwise(cuts)]
    if not pieces:
        return (), word
    scalars = tuple(min(piece, transposed(piece), key=order) for piece in pieces)
    return scalars, word[: cuts[0]] + word[cuts[-1] :]


def check_name(name: str) -> None:
    """Refuse a name that could not be read back in a formula."""
    if not name.isidentifier():
        raise InputError(
            f"{name!r} cannot name a matrix: use letters, digits and _, for example W1"
        )


def dimension(value: Expr | int, name: str) -> Expr:
    """A number of rows or columns: a positive integer, or a symbol that stands for one."""
    size: Expr = S(value)
    if not isinstance(size, Expr) or not (size.is_integer and size.is_positive):
        raise InputError(
            f"{value} cannot be a dimension of {name}: give a positive integer, or a symbol "
            "declared with integer=True and positive=True"
        )
    return size
