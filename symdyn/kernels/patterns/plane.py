"""Equivariant objects of two vectors, written in an orthonormal frame of their plane.

The frame of u and v has e = u/|u| and n, the unit vector orthogonal to u on the side of v:

    u = |u| e        v = |v| (cos(theta) e + sin(theta) n)

In it nothing is lost when u and v are nearly parallel or antiparallel: the entries are functions
of lengths and of the angle, and what cancels between a u and b v has cancelled in a formula.

    vector   a u + b v                      entries on e, n
    matrix   a I + sum of b u v^T           entries on I, e e^T, e n^T, n e^T, n n^T
    scalar   f                              the one entry f
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from sympy import Expr, S, Symbol, cos, sin, sympify

from symdyn.calculus.equivariant import EquivariantVector, Vector, angle, length
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.invariants import in_lengths_and_angles
from symdyn.calculus.polar_invariants import polar, reduced
from symdyn.errors import UnsupportedError

Term = Expr | EquivariantVector | EquivariantMatrix


def entries(term: Term, u: Vector, v: Vector) -> tuple[Expr, ...]:
    """The entries of a scalar, vector or matrix in the frame of u and v.

    >>> u, v = Vector("u"), Vector("v")
    >>> entries(v / length(v) - u / length(u), u, v)
    (cos(angle(u, v)) - 1, sin(angle(u, v)))
    """
    check_vectors(term, (u, v))
    parts = {u: _first(u), v: _second(u, v)}
    if isinstance(term, EquivariantVector):
        found = [sum((c * parts[w][k] for w, c in term.terms), S.Zero) for k in range(2)]
    elif isinstance(term, EquivariantMatrix):
        dyads = [
            sum((c * parts[a][k] * parts[b][j] for a, b, c in term.dyads), S.Zero)
            for k, j in product(range(2), repeat=2)
        ]
        found = [term.identity, *dyads]
    else:
        found = [sympify(term)]
    between = angle(u, v)
    return tuple(_short(entry, between) for entry in found)


def check_vectors(term: Term, allowed: Sequence[Vector]) -> None:
    """Refuse an object that is made of other vectors."""
    others = vectors_of(term) - set(allowed)
    if others:
        names = ", ".join(sorted(str(v) for v in others))
        raise UnsupportedError(
            f"{term} also depends on {names}: the pattern takes one vector or two at a time"
        )


def vectors_of(term: Term) -> set[Vector]:
    """The vectors before which a coefficient stands."""
    if isinstance(term, EquivariantVector):
        return {v for v, _ in term.terms}
    if isinstance(term, EquivariantMatrix):
        return {v for a, b, _ in term.dyads for v in (a, b)}
    return set()


def _first(u: Vector) -> tuple[Expr, Expr]:
    return length(u), S.Zero


def _second(u: Vector, v: Vector) -> tuple[Expr, Expr]:
    between = angle(u, v)
    return length(v) * cos(between), length(v) * sin(between)


def _short(entry: Expr, between: Symbol) -> Expr:
    """In lengths and angles, in lowest terms."""
    return reduced(polar(in_lengths_and_angles(entry)), [between])
