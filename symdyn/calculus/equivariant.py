"""Vectors that depend on named vectors through their inner products only.

If a scalar f does not change when all vectors are rotated together, it is a function of the Gram
entries <u, v>, and its derivatives turn with the vectors. No coordinates are needed, and
everything holds in any dimension:

    equivariant vector = sum of coefficient * named vector

with coefficients that are functions of Gram entries and of other scalars.

Two of them are equal if their coefficients are; when the named vectors are linearly independent,
only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Expr, Matrix, S, Symbol, sqrt, sympify
from sympy.logic.boolalg import Boolean

from symdyn.calculus.invariants import (
    angle_symbol,
    check_vector_name,
    in_one_language,
    inner_symbol,
    length_symbol,
    name_latex,
)
from symdyn.errors import InputError

if TYPE_CHECKING:
    from sympy.printing.latex import LatexPrinter

Scalar = Expr | int


class _Linear:
    """Sums, differences and multiples, for whatever can be seen as a vector."""

    def __add__(self, other: object) -> EquivariantVector:
        return as_vector(self)._plus(as_vector(other), S.One)

    def __radd__(self, other: object) -> EquivariantVector:
        return as_vector(other)._plus(as_vector(self), S.One)

    def __sub__(self, other: object) -> EquivariantVector:
        return as_vector(self)._plus(as_vector(other), S.NegativeOne)

    def __rsub__(self, other: object) -> EquivariantVector:
        return as_vector(other)._plus(as_vector(self), S.NegativeOne)

    def __neg__(self) -> EquivariantVector:
        return as_vector(self)._times(S.NegativeOne)

    def __mul__(self, factor: Scalar) -> EquivariantVector:
        return as_vector(self)._times(as_scalar(factor))

    __rmul__ = __mul__

    def __truediv__(self, divisor: Scalar) -> EquivariantVector:
        return as_vector(self)._times(1 / as_scalar(divisor))


@dataclass(frozen=True)
class Vector(_Linear):
    """A vector of any dimension, known by its name.

    >>> w, v = Vector("w"), Vector("v")
    >>> inner(w + 2*v, w)
    2*<v, w> + <w, w>
    """

    name: str

    def __post_init__(self) -> None:
        check_vector_name(self.name)

    def components(self, other: object) -> tuple[tuple[str, Expr, Expr], ...]:
        """The scalar equalities to which `self = other` amounts."""
        return as_vector(self).components(other)

    @property
    def free_symbols(self) -> set[Symbol]:
        """A bare vector has no symbols in its coefficients."""
        return set()

    def __str__(self) -> str:
        return self.name

    def _latex(self, printer: LatexPrinter) -> str:
        return name_latex(self.name)


@dataclass(frozen=True)
class EquivariantVector(_Linear):
    """A sum of named vectors, with coefficients that are functions of invariants.

    >>> w, v = Vector("w"), Vector("v")
    >>> print(3*w - inner(w, v)*v)
    (-<v, w>) v + (3) w
    """

    terms: tuple[tuple[Vector, Expr], ...] = ()

    def coefficient(self, vector: Vector) -> Expr:
        """What stands before a vector; 0 if nothing does."""
        return dict(self.terms).get(vector, S.Zero)

    def apply(self, change: Callable[[Expr], Expr]) -> EquivariantVector:
        """The same with every coefficient changed."""
        return _vector((v, change(c)) for v, c in self.terms)

    def subs(self, *replacements: object) -> EquivariantVector:
        """Replace symbols in the coefficients, as SymPy's `subs` does."""
        return self.apply(lambda c: c.subs(*replacements))

    def diff(self, symbol: Symbol) -> EquivariantVector:
        """Derivative of the coefficients in a symbol that is no invariant, such as time."""
        return self.apply(lambda c: c.diff(symbol))

    def components(self, other: object) -> tuple[tuple[str, Expr, Expr], ...]:
        """The scalar equalities to which `self = other` amounts, one for each vector."""
        right = as_vector(other)
        names = {v.name: v for v, _ in (*self.terms, *right.terms)}
        pairs = [(n, self.coefficient(v), right.coefficient(v)) for n, v in sorted(names.items())]
        return in_one_language(pairs)

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return {s for _, c in self.terms for s in c.free_symbols if isinstance(s, Symbol)}

    def _plus(self, other: EquivariantVector, factor: Expr) -> EquivariantVector:
        return _vector((*self.terms, *((v, factor * c) for v, c in other.terms)))

    def _times(self, factor: Expr) -> EquivariantVector:
        return _vector((v, factor * c) for v, c in self.terms)

    def __str__(self) -> str:
        return " + ".join(bracketed(str(c), str(v)) for v, c in self.terms) or "0"

    def _latex(self, printer: LatexPrinter) -> str:
        texts = (tall(printer.doprint(c), name_latex(v.name)) for v, c in self.terms)
        return " + ".join(texts) or "0"


def inner(one: Vector | EquivariantVector, two: Vector | EquivariantVector) -> Expr:
    """Inner product, a symbol for named vectors and bilinear for sums of them.

    >>> w, v = Vector("w"), Vector("v")
    >>> inner(w, v), inner(w - v, w - v)
    (<v, w>, <v, v> - 2*<v, w> + <w, w>)
    """
    products = (
        a * b * inner_symbol(u.name, v.name)
        for u, a in as_vector(one).terms
        for v, b in as_vector(two).terms
    )
    return sum(products, S.Zero)


def norm(vector: Vector | EquivariantVector) -> Expr:
    """Length of a vector, written with inner products.

    >>> norm(Vector("w"))
    sqrt(<w, w>)
    """
    return sqrt(inner(vector, vector))


def length(vector: Vector) -> Symbol:
    """Symbol for the length of a vector; `polar` writes inner products with it."""
    return length_symbol(vector.name)


def angle(one: Vector, two: Vector) -> Symbol:
    """Symbol for the angle between two vectors; `polar` writes inner products with it."""
    if one == two:
        raise InputError(f"angle({one}, {two}) is 0: give two different vectors")
    return angle_symbol(one.name, two.name)


def gram(*vectors: Vector | EquivariantVector) -> Matrix:
    """Matrix of all inner products.

    >>> gram(Vector("w"), Vector("v"))
    Matrix([
    [<w, w>, <v, w>],
    [<v, w>, <v, v>]])
    """
    return Matrix([[inner(u, v) for v in vectors] for u in vectors])


def independent(one: Vector, two: Vector) -> Boolean:
    """The condition that two vectors are linearly independent: a positive Gram determinant.

    >>> independent(Vector("w"), Vector("v"))
    <v, w>**2 < <v, v>*<w, w>
    """
    return inner(one, two) ** 2 < inner(one, one) * inner(two, two)


def as_vector(value: object) -> EquivariantVector:
    """A vector, a sum of vectors, or 0, as a sum of vectors."""
    if isinstance(value, EquivariantVector):
        return value
    if isinstance(value, Vector):
        return EquivariantVector(((value, S.One),))
    if value == 0:
        return EquivariantVector()
    raise InputError(f"{value} is not a vector: give a Vector, a sum of multiples of them, or 0")


def _vector(terms: Iterable[tuple[Vector, Expr]]) -> EquivariantVector:
    """Gather equal vectors, drop zeros, sort by name."""
    total: dict[Vector, Expr] = {}
    for vector, coefficient in terms:
        total[vector] = total.get(vector, S.Zero) + sympify(coefficient)
    kept = ((v, c) for v, c in total.items() if c != 0)
    return EquivariantVector(tuple(sorted(kept, key=lambda term: term[0].name)))


def as_scalar(value: object) -> Expr:
    expression = sympify(value)
    if isinstance(expression, Expr):
        return expression
    raise InputError(f"{value} is not a scalar")


def bracketed(coefficient: str, basis: str) -> str:
    return basis if coefficient == "1" else f"({coefficient}) {basis}"


def tall(coefficient: str, basis: str) -> str:
    return basis if coefficient == "1" else rf"\left({coefficient}\right) {basis}"
