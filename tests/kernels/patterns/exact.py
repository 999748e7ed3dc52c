"""Equivariant objects evaluated on given doubles with many digits, straight from their definition.

Coefficients are evaluated from inner products and multiplied by the vectors, one term after the
other: no frame, no series, no special cases but limits stated in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from mpmath import mp, mpf
from sympy import Expr, Symbol, lambdify

from symdyn.calculus.equivariant import EquivariantVector, Vector, angle, length

DIGITS = 450  # what is exactly zero is below the smallest double in these


def column(values: Any) -> list[mpf]:
    return [mpf(float(x)) for x in np.asarray(values, float)]


def dot(one: Sequence[mpf], two: Sequence[mpf]) -> mpf:
    return mp.fdot(one, two)


def function(expr: Expr, vectors: Sequence[Vector], others: Sequence[Symbol] = ()) -> Callable:
    """A scalar in invariants as a function of columns and numbers."""
    lengths = [length(v) for v in vectors]
    pairs = [(a, b) for i, a in enumerate(vectors) for b in vectors[:i]]
    angles = [angle(a, b) for a, b in pairs]
    compiled = lambdify([*lengths, *angles, *others], expr, modules="mpmath")

    def evaluated(columns: Mapping[Vector, Sequence[mpf]], *numbers: mpf) -> mpf:
        norms = {v: mp.sqrt(dot(columns[v], columns[v])) for v in vectors}
        arcs = []
        for a, b in pairs:
            below = norms[a] * norms[b]
            cosine = dot(columns[a], columns[b]) / below if below else mpf(1)
            arcs.append(mp.acos(max(mpf(-1), min(mpf(1), cosine))))
        return compiled(*norms.values(), *arcs, *numbers)

    return evaluated


def vector_function(
    term: EquivariantVector, vectors: Sequence[Vector], others: Any = ()
) -> Callable:
    """A vector as a function of columns and numbers."""
    parts = [(v, function(c, vectors, others)) for v, c in term.terms]

    def evaluated(columns: Mapping[Vector, Sequence[mpf]], *numbers: mpf) -> list[mpf]:
        total = [mpf(0)] * len(next(iter(columns.values())))
        for v, coefficient in parts:
            factor = coefficient(columns, *numbers)
            total = [x + factor * y for x, y in zip(total, columns[v], strict=True)]
        return total

    return evaluated


def norm(values: Sequence[mpf]) -> mpf:
    return mp.sqrt(mp.fsum(x * x for x in values))


def error(computed: Any, exact: Sequence[mpf], size: mpf | None = None) -> float:
    """Units of 2^-53 of the norm of the exact result, or of a given size."""
    flat = np.ravel(computed)
    if not np.all(np.isfinite(flat)):
        return float("inf")
    off = norm([mpf(float(x)) - y for x, y in zip(flat, exact, strict=True)])
    size = norm(exact) if size is None else size
    if off <= len(exact) * mpf(2) ** -1074:  # nothing below can be told apart
        return 0.0
    return float(off / size * 2**53)
