"""Matrix words: sums of products of named matrices, with scalar coefficients.

    2 W2^T S - W2^T W2 W1 + tr(W1 W1^T) I

A term is a coefficient, any number of traces, and a word. Terms are kept in canonical form: equal
words are gathered, traces stand in their canonical rotation (see `letters`), scalars within words
are pulled out. So two polynomials are equal for all matrices of all conforming shapes if their
terms are. A scalar is a polynomial of shape 1 x 1.

Shapes are integers or integer symbols and must fit symbol by symbol; nothing is broadcast, except
that a scalar multiplies anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, S, Symbol, expand, srepr, sympify

from symdyn.calculus.words.letters import (
    Letter,
    Word,
    check_name,
    cyclic_words,
    dimension,
    order,
    transposed,
    without_scalars,
)
from symdyn.calculus.words.printing import latex_of_terms, text_of_terms
from symdyn.errors import InputError

Key = tuple[tuple[Word, ...], Word]  # traces, and the word that is left
Term = tuple[Key, Expr]
Scalar = Expr | int

_MOST_TERMS = 20_000


@dataclass(frozen=True)
class MatrixWord:
    """A sum of products of named matrices; made from `matrix`, `identity`, `trace` by arithmetic.

    >>> n = Symbol("n", integer=True, positive=True)
    >>> A, B = matrix("A", 2, n), matrix("B", n, 2)
    >>> print(3*(A*B).T - A*A.T)
    -A*A.T + 3*B.T*A.T
    >>> (A*B - B*A)
    Traceback (most recent call last):
    symdyn.errors.InputError: cannot subtract n x n from 2 x 2: B*A from A*B
    """

    rows: Expr
    columns: Expr
    terms: tuple[Term, ...] = ()

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Number of rows and of columns."""
        return self.rows, self.columns

    @property
    def T(self) -> MatrixWord:
        """The transpose."""
        flipped = (((traces, transposed(word)), c) for (traces, word), c in self.terms)
        return gathered(self.columns, self.rows, flipped)

    @property
    def is_scalar(self) -> bool:
        """Whether it is a number: 1 x 1."""
        return self.rows is S.One and self.columns is S.One

    @property
    def letter(self) -> Letter | None:
        """The named matrix that this is, without coefficient; None for anything else."""
        if self.is_scalar and len(self.terms) == 1 and len(self.terms[0][0][0]) == 1:
            ((((word,), _), coefficient),) = self.terms
        elif len(self.terms) == 1 and not self.terms[0][0][0]:
            (((_, word), coefficient),) = self.terms
        else:
            return None
        return word[0] if len(word) == 1 and coefficient == 1 else None

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The named matrices in it, without transposes, by name."""
        words = (w for (traces, word), _ in self.terms for w in (*traces, word))
        found = {letter.matrix for word in words for letter in word}
        return tuple(sorted(found, key=lambda letter: letter.name))

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return {s for _, c in self.terms for s in c.free_symbols if isinstance(s, Symbol)}

    def apply(self, change: Callable[[Expr], Expr]) -> MatrixWord:
        """The same with every coefficient changed."""
        return gathered(*self.shape, ((key, change(c)) for key, c in self.terms))

    def diff(self, symbol: Symbol) -> MatrixWord:
        """Derivative of the coefficients in a symbol, such as time."""
        return self.apply(lambda c: c.diff(symbol))

    def subs(self, *replacements: Any, **options: Any) -> MatrixWord:
        """Replace named matrices by others, and symbols in coefficients, all at once.

        >>> A, B = matrix("A", 2, 2), matrix("B", 2, 2)
        >>> print((A*A.T).subs({A: A*B}))
        A*B*B.T*A.T
        """
        pairs = replacements[0] if len(replacements) == 1 else [replacements]
        given = dict(pairs.items() if isinstance(pairs, Mapping) else pairs)
        words = {old: new for old, new in given.items() if isinstance(old, MatrixWord)}
        scalars = {old: new for old, new in given.items() if not isinstance(old, MatrixWord)}
        changed = self.apply(lambda c: c.subs(scalars, **options)) if scalars else self
        return _replaced(changed, words) if words else changed

    def components(self, other: object) -> tuple[tuple[str, MatrixWord, MatrixWord], ...]:
        """The one equality of matrices that `self = other` is; 0 stands for the zero matrix."""
        right = as_word(other, shape=self.shape)
        if right.shape != self.shape:
            raise InputError(
                f"{_told(self)} is compared with {_told(right)}; both sides need the same shape"
            )
        return (("", self, right),)

    def exact_text(self) -> str:
        """A text that tells it apart from every other polynomial, assumptions included."""
        letters = ", ".join(
            f"{x.name}:{srepr(x.rows)}x{srepr(x.columns)}{'s' if x.is_symmetric else ''}"
            for x in self.letters
        )
        terms = "; ".join(f"{_key_text(key)} {srepr(c)}" for key, c in self.terms)
        return f"{srepr(self.rows)}x{srepr(self.columns)} [{letters}] {terms}"

    def __add__(self, other: object) -> MatrixWord:
        return self._plus(as_word(other, shape=self.shape), S.One, "add {1} to {0}")

    __radd__ = __add__

    def __sub__(self, other: object) -> MatrixWord:
        return self._plus(as_word(other, shape=self.shape), S.NegativeOne, "subtract {1} from {0}")

    def __rsub__(self, other: object) -> MatrixWord:
        return as_word(other, shape=self.shape) - self

    def __neg__(self) -> MatrixWord:
        return self.apply(lambda c: -c)

    def __mul__(self, other: object) -> MatrixWord:
        return _product(self, as_word(other))

    def __rmul__(self, other: object) -> MatrixWord:
        return _product(as_word(other), self)

    __matmul__ = __mul__

    def __truediv__(self, divisor: Scalar) -> MatrixWord:
        return self * (S.One / as_coefficient(divisor))

    def __pow__(self, exponent: int) -> MatrixWord:
        if not isinstance(exponent, int) or exponent < 0:
            raise InputError(f"({self})**{exponent}: the exponent must be 0, 1, 2, ...")
        power = identity(self.rows)
        for _ in range(exponent):
            power = power * self
        return power

    def _plus(self, other: MatrixWord, factor: Expr, doing: str) -> MatrixWord:
        if self.shape != other.shape:
            sizes = doing.format(_size(self), _size(other))
            raise InputError(f"cannot {sizes}: {doing.format(self, other).split(' ', 1)[1]}")
        more = ((key, factor * c) for key, c in other.terms)
        return gathered(*self.shape, (*self.terms, *more))

    def __str__(self) -> str:
        return text_of_terms(self.terms, is_scalar=self.is_scalar)

    def _latex(self, printer: Any) -> str:
        return latex_of_terms(self.terms, printer, is_scalar=self.is_scalar)


def matrix(
    name: str, rows: Expr | int, columns: Expr | int, *, symmetric: bool = False
) -> MatrixWord:
    """A matrix of some shape, known by its name.

    >>> S = matrix("S", 3, 3, symmetric=True)
    >>> S.T == S
    True

    Raises InputError for a shape that is none, or a symmetric matrix that is not square.
    """
    check_name(name)
    size = dimension(rows, name), dimension(columns, name)
    if symmetric and size[0] != size[1]:
        raise InputError(f"{name} is {rows} x {columns}: a symmetric matrix must be square")
    letter = Letter(name, *size, symmetric)
    return gathered(*size, [(((), (letter,)), S.One)])


def identity(size: Expr | int) -> MatrixWord:
    """The identity matrix, which prints as I."""
    n = dimension(size, "the identity")
    return MatrixWord(n, n, ((((), ()), S.One),))


def zero(rows: Expr | int, columns: Expr | int) -> MatrixWord:
    """The zero matrix."""
    return MatrixWord(dimension(rows, "zero"), dimension(columns, "zero"))


def trace(square: MatrixWord) -> MatrixWord:
    """Sum of the diagonal entries: a scalar, in canonical form.

    >>> A, B = matrix("A", 2, 3), matrix("B", 3, 2)
    >>> trace(A*B) - trace(B.T*A.T) == 0*trace(A*B)
    True
    """
    if square.rows != square.columns:
        raise InputError(f"trace of {_told(square)}: only a square matrix has one")
    scalars = (
        ((((*traces, *cyclic_words(word)), ()), c) if word else ((traces, ()), c * square.rows))
        for (traces, word), c in square.terms
    )
    return square if square.is_scalar else gathered(S.One, S.One, scalars)


def scalar(value: Scalar) -> MatrixWord:
    """A SymPy expression as a polynomial of shape 1 x 1."""
    return gathered(S.One, S.One, [(((), ()), as_coefficient(value))])


def as_word(value: object, *, shape: tuple[Expr, Expr] | None = None) -> MatrixWord:
    """A polynomial, or a scalar as one; where a shape is given, 0 is the zero matrix of it."""
    if isinstance(value, MatrixWord):
        return value
    coefficient = as_coefficient(value)
    return MatrixWord(*shape) if shape and coefficient == 0 else scalar(coefficient)


def as_coefficient(value: object) -> Expr:
    """A number or a SymPy expression, as an expression."""
    number: Any = sympify(value) if isinstance(value, (int, Expr)) else None
    if not isinstance(number, Expr) or not number.is_commutative:
        raise InputError(f"{value!r} is neither a matrix word nor a scalar: see matrix, identity")
    return number


def gathered(rows: Expr, columns: Expr, terms: Iterable[Term]) -> MatrixWord:
    """The canonical form of a sum of terms: scalars pulled out, equal words together, sorted."""
    total: dict[Key, Expr] = {}
    for (traces, word), coefficient in terms:
        scalars, rest = without_scalars(word)
        key = (tuple(sorted((*traces, *scalars), key=order)), rest)
        before = total.get(key)
        total[key] = coefficient if before is None else _sum(before, coefficient)
    kept = {key: c for key, c in total.items() if c != 0}
    if len(kept) > _MOST_TERMS:
        raise InputError(f"a sum of {len(kept)} words; at most {_MOST_TERMS} are kept: use fewer")
    _check_names(word for traces, rest in kept for word in (*traces, rest))
    return MatrixWord(rows, columns, tuple(sorted(kept.items(), key=lambda term: _order(term[0]))))


def _sum(one: Expr, two: Expr) -> Expr:
    total = one + two
    return total if total.is_Atom else expand(total)


def _order(key: Key) -> tuple[Any, ...]:
    traces, word = key
    return order(word), tuple(order(w) for w in traces)


def _check_names(words: Iterable[Word]) -> None:
    known: dict[str, Letter] = {}
    for word in words:
        for letter in word:
            other = known.setdefault(letter.name, letter)
            if other is not letter and other.matrix != letter.matrix:
                raise InputError(
                    f"{letter.name} names two different matrices, one {_shape(other.matrix)} and "
                    f"one {_shape(letter.matrix)}; give them different names"
                )


def _product(left: MatrixWord, right: MatrixWord) -> MatrixWord:
    if left.columns == right.rows:
        shape = left.rows, right.columns
    elif left.is_scalar or right.is_scalar:
        shape = right.shape if left.is_scalar else left.shape
    else:
        raise InputError(
            f"cannot multiply {_told(left)} by {_told(right)}: a product needs as many columns on "
            "its left as rows on its right"
        )
    terms = (
        (((*ours, *theirs), u + v), c * d)
        for (ours, u), c in left.terms
        for (theirs, v), d in right.terms
    )
    return gathered(*shape, terms)


def _replaced(polynomial: MatrixWord, places: Mapping[MatrixWord, object]) -> MatrixWord:
    values: dict[Letter, MatrixWord] = {}
    for old, new in places.items():
        letter, value = old.letter, as_word(new, shape=old.shape)
        if letter is None:
            raise InputError(f"only a named matrix can be replaced, not {old}; see Rule for words")
        if value.shape != old.shape:
            raise InputError(f"{_told(old)} cannot be replaced by {_told(value)}")
        if letter.is_symmetric and value != value.T:
            raise InputError(
                f"{old} is symmetric and cannot be replaced by {value}, which is not; declare "
                f"{old} without symmetric=True, or put (X + X.T)/2 in its place"
            )
        values[letter], values[letter.T] = value, value.T

    def at(word: Word, start: MatrixWord) -> MatrixWord:
        for letter in word:
            start = start * values.get(letter, one_letter(letter))
        return start

    total = MatrixWord(*polynomial.shape)
    for (traces, word), coefficient in polynomial.terms:
        term = at(word, identity(word[0].rows if word else polynomial.rows)) * coefficient
        for cycle in traces:
            term = trace(at(cycle, identity(cycle[0].rows))) * term
        total = total + term
    return total


def one_letter(letter: Letter) -> MatrixWord:
    """The polynomial that is one letter."""
    return gathered(letter.rows, letter.columns, [(((), (letter,)), Integer(1))])


def _shape(letter: Letter) -> str:
    symmetric = ", symmetric" if letter.is_symmetric else ""
    return f"{letter.rows} x {letter.columns}{symmetric}"


def _size(polynomial: MatrixWord) -> str:
    return f"{polynomial.rows} x {polynomial.columns}"


def _told(polynomial: MatrixWord) -> str:
    return f"{polynomial} ({_size(polynomial)})"


def _key_text(key: Key) -> str:
    return " ".join("*".join(map(str, word)) for word in (*key[0], key[1]))
