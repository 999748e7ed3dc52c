"""Matrices that depend on named vectors through their inner products only.

    equivariant matrix = coefficient * I + sum of coefficient * u v^T

Two of them are equal if their coefficients are; when the named vectors are linearly independent and
do not span the space, only then. The dimension is not known: there is no trace, no determinant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Expr, S, Symbol, sympify

from symdyn.calculus.equivariant import (
    EquivariantVector,
    Scalar,
    Vector,
    as_scalar,
    as_vector,
    bracketed,
    inner,
    tall,
)
from symdyn.calculus.invariants import in_one_language, name_latex
from symdyn.errors import InputError

if TYPE_CHECKING:
    from sympy.printing.latex import LatexPrinter


@dataclass(frozen=True)
class EquivariantMatrix:
    """A multiple of the identity and dyads u v^T, with coefficients that are invariant.

    >>> w, v = Vector("w"), Vector("v")
    >>> print((2*IDENTITY - outer(w, v)) @ w)
    (2 - <v, w>) w
    """

    identity: Expr = S.Zero
    dyads: tuple[tuple[Vector, Vector, Expr], ...] = ()

    def coefficient(self, left: Vector, right: Vector) -> Expr:
        """What stands before left right^T; 0 if nothing does."""
        return {(u, v): c for u, v, c in self.dyads}.get((left, right), S.Zero)

    def __add__(self, other: EquivariantMatrix) -> EquivariantMatrix:
        return _matrix(self.identity + other.identity, (*self.dyads, *other.dyads))

    def __sub__(self, other: EquivariantMatrix) -> EquivariantMatrix:
        return self + (-other)

    def __neg__(self) -> EquivariantMatrix:
        return self.apply(lambda c: -c)

    def __mul__(self, factor: Scalar) -> EquivariantMatrix:
        return self.apply(lambda c: as_scalar(factor) * c)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Scalar) -> EquivariantMatrix:
        return self * (1 / as_scalar(divisor))

    def __matmul__(self, vector: Vector | EquivariantVector) -> EquivariantVector:
        """Matrix times vector: (u v^T) x = <v, x> u."""
        image = self.identity * as_vector(vector)
        for left, right, coefficient in self.dyads:
            image = image + coefficient * inner(right, vector) * left
        return image

    @property
    def transpose(self) -> EquivariantMatrix:
        """Rows for columns: (u v^T)^T = v u^T."""
        return _matrix(self.identity, ((v, u, c) for u, v, c in self.dyads))

    def apply(self, change: Callable[[Expr], Expr]) -> EquivariantMatrix:
        """The same with every coefficient changed."""
        return _matrix(change(self.identity), ((u, v, change(c)) for u, v, c in self.dyads))

    def subs(self, *replacements: object) -> EquivariantMatrix:
        """Replace symbols in the coefficients, as SymPy's `subs` does."""
        return self.apply(lambda c: c.subs(*replacements))

    def components(self, other: object) -> tuple[tuple[str, Expr, Expr], ...]:
        """The scalar equalities to which `self = other` amounts, for I and for each dyad."""
        right = as_matrix(other)
        keys = {(u.name, v.name): (u, v) for u, v, _ in (*self.dyads, *right.dyads)}
        pairs = [("I", self.identity, right.identity)]
        for _, (u, v) in sorted(keys.items()):
            pairs.append((f"{u} {v}^T", self.coefficient(u, v), right.coefficient(u, v)))
        return in_one_language(pairs)

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        every = (self.identity, *(c for _, _, c in self.dyads))
        return {s for c in every for s in c.free_symbols if isinstance(s, Symbol)}

    def __str__(self) -> str:
        dyads = [bracketed(str(c), f"{u} {v}^T") for u, v, c in self.dyads]
        identity = [] if self.identity == 0 else [bracketed(str(self.identity), "I")]
        return " + ".join(identity + dyads) or "0"

    def _latex(self, printer: LatexPrinter) -> str:
        dyads = [
            tall(printer.doprint(c), rf"{name_latex(u.name)}\, {{{name_latex(v.name)}}}^{{T}}")
            for u, v, c in self.dyads
        ]
        identity = [] if self.identity == 0 else [tall(printer.doprint(self.identity), "I")]
        return " + ".join(identity + dyads) or "0"


IDENTITY = EquivariantMatrix(S.One)


def outer(one: Vector | EquivariantVector, two: Vector | EquivariantVector) -> EquivariantMatrix:
    """Dyad one two^T, bilinear for sums of vectors."""
    left, right = as_vector(one).terms, as_vector(two).terms
    return _matrix(S.Zero, ((u, v, a * b) for u, a in left for v, b in right))


def as_matrix(value: object) -> EquivariantMatrix:
    """A matrix, or 0 as the zero matrix."""
    if isinstance(value, EquivariantMatrix):
        return value
    if value == 0:
        return EquivariantMatrix()
    raise InputError(f"{value} is not a matrix: give multiples of IDENTITY and outer(u, v), or 0")


def _matrix(identity: Expr, dyads: Iterable[tuple[Vector, Vector, Expr]]) -> EquivariantMatrix:
    total: dict[tuple[Vector, Vector], Expr] = {}
    for left, right, coefficient in dyads:
        key = left, right
        total[key] = total.get(key, S.Zero) + sympify(coefficient)
    kept = ((u, v, c) for (u, v), c in total.items() if c != 0)
    ordered = sorted(kept, key=lambda term: (term[0].name, term[1].name))
    return EquivariantMatrix(sympify(identity), tuple(ordered))
