"""Lengths, angles and terms of vectors of doubles in balls of any precision.

Vectors of doubles are integers times powers of two, so inner products are exact. Two vectors u, v
that are not parallel have, with s = <u, u><v, v> - <u, v>^2 > 0,

    sin = sqrt(s)/(|u||v|)    cos = <u, v>/(|u||v|)    n = (v <u, u> - u <u, v>)/(|u| sqrt(s))

where n is the unit vector orthogonal to u on the side of v. Terms are given by their entries in the
frame of e = u/|u| and n, and become coefficients on vectors, or on dyads: a key (u, v) stands for
the dyad of two vectors, (u,) for a vector, () for the identity or, of a scalar, for 1.

Emitted modules carry this along. Equal vectors are measured once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from symdyn.kernels.wide.balls import Ball, Balls

Entries = Callable[[Balls, list[Ball]], list[Ball]]
Coefficients = dict[tuple[int, ...], Ball]


class OwnSum(NamedTuple):
    """A term in one vector."""

    first: int
    entries: Entries


class SumOverPairs(NamedTuple):
    """A term in two vectors: its entries between the ends, at angle 0 and at angle pi.

    `zero` tells for the first, the second or both vectors being 0 whether the term then depends on
    a direction (True), or not (False), or vanishes (None).
    """

    first: int
    second: int
    entries: Entries
    ahead: Entries
    behind: Entries
    zero: tuple[bool | None, bool | None, bool | None]


class WideSample:
    """The arguments of one call: equal vectors are one, with integer elements."""

    def __init__(self, rows: Any, weights: Any, numbers: Any) -> None:
        known: dict[tuple[float, ...], int] = {}
        self.known: dict[int, Measures] = {}  # at a number of bits
        lists = [[tuple(map(float, row)) for row in part] for part in rows]
        self.rows: list[list[int]] = [
            [known.setdefault(row, len(known)) for row in part] for part in lists
        ]
        self.width: int = len(lists[0][0])
        self.weights: list[list[float] | None] = [
            None if part is None else [float(x) for x in part] for part in weights
        ]
        self.numbers: list[float] = [float(x) for x in numbers]
        self.vectors: list[tuple[list[int], int]] = [integers_of(row) for row in known]
        self.products: dict[tuple[int, int], int] = {}

    def exponent(self, key: tuple[int, ...]) -> int:
        """The power of two that stands before a product of vectors."""
        return sum(self.vectors[u][1] for u in key)

    def largest(self, u: int) -> int:
        """The largest of the integers, in size."""
        return max(map(abs, self.vectors[u][0]), default=0)

    def inner(self, u: int, v: int) -> int:
        """The inner product of the integers."""
        key = (u, v) if u < v else (v, u)
        if key not in self.products:
            one, two = self.vectors[u][0], self.vectors[v][0]
            self.products[key] = sum(x * y for x, y in zip(one, two, strict=True))
        return self.products[key]


class Measures:
    """Lengths, angles and terms at one precision."""

    def __init__(self, kind: str, sample: WideSample, arithmetic: Balls) -> None:
        self.kind: str = kind
        self.sample: WideSample = sample
        self.a: Balls = arithmetic
        self.lengths: dict[int, Ball] = {}
        self.angles: dict[tuple[int, int], tuple[Ball, ...]] = {}

    def length(self, u: int) -> Ball:
        if u not in self.lengths:
            square = (self.sample.inner(u, u), 0, 2 * self.sample.vectors[u][1])
            self.lengths[u] = self.a.sqrt(square)
        return self.lengths[u]

    def angle(self, u: int, v: int) -> tuple[Ball, ...]:
        """Angle, sine, cosine, and the root of s; nothing for parallel vectors."""
        key = (u, v) if u < v else (v, u)
        if key not in self.angles:
            inner, a = self.sample.inner, self.a
            s, e = inner(u, u) * inner(v, v) - inner(u, v) ** 2, self.sample.exponent(key)
            if s == 0:
                self.angles[key] = ()
                return ()
            root, along = a.sqrt((s, 0, 2 * e)), (inner(u, v), 0, e)
            both = a.mul(self.length(u), self.length(v))
            sine, cosine = a.div(root, both), a.div(along, both)
            self.angles[key] = (a.atan2(root, along), sine, cosine, root)
        return self.angles[key]

    def plain(self, *places: tuple[int, int]) -> list[Ball]:
        """The numbers of a term, and the output weights of its nodes."""
        sample = self.sample
        weights = [(sample.weights[q], k) for q, k in places]
        values = [*sample.numbers, *(part[k] for part, k in weights if part is not None)]
        return [self.a.exact(x) for x in values]

    def own(self, term: OwnSum, j: int) -> Any:
        """The coefficients of a term in one vector; None where it has no direction."""
        u, a = self.sample.rows[term.first][j], self.a
        found = term.entries(a, [self.length(u), *self.plain((term.first, j))])
        if self.kind == "scalar":
            return [((), found[0])]
        head, along = [((), f) for f in found[:-1]], found[-1]
        if not self.sample.inner(u, u):
            return head if along[:2] == (0, 0) else None
        for _ in self.dyad(u):
            along = a.div(along, self.length(u))
        return [*head, (self.dyad(u), along)]

    def dyad(self, u: int) -> tuple[int, ...]:
        """A vector, or the dyad of it with itself."""
        return (u, u) if self.kind == "matrix" else (u,)

    def pair(self, term: SumOverPairs, j: int, k: int) -> Any:
        """The coefficients of a term in two vectors; None where it has no direction."""
        sample, a = self.sample, self.a
        u, v = sample.rows[term.first][j], sample.rows[term.second][k]
        empty = (not sample.inner(u, u), not sample.inner(v, v))
        if any(empty):
            state = term.zero[2 if all(empty) else empty.index(True)]
            if state is not False:
                return None if state else []
        angle = self.angle(u, v)
        plain = self.plain((term.first, j), (term.second, k))
        lengths = [self.length(u), self.length(v)]
        if angle:
            found = term.entries(a, [*lengths, *angle[:3], *plain])
        else:
            end = term.ahead if sample.inner(u, v) >= 0 else term.behind
            found = end(a, [*lengths, *plain])
        return framed(found, u, v, self, angle)


def framed(found: list[Ball], u: int, v: int, measures: Measures, angle: tuple[Ball, ...]) -> Any:
    """Entries in the frame of two vectors as coefficients on the vectors."""
    a, size = measures.a, measures.length(u)
    if len(found) == 1:
        return [((), found[0])]
    parts: list[Any] = []
    if measures.sample.inner(u, u):
        parts.append([((u,), a.div((1, 0, 0), size))])  # e
    else:
        parts.append([])
    if angle:
        inner = (measures.sample.inner(u, v), 0, measures.sample.exponent((u, v)))
        back = a.neg(a.div(inner, a.mul(size, angle[3])))
        parts.append([((u,), back), ((v,), a.div(size, angle[3]))])  # n
    else:
        parts.append([])
    if len(found) == 2:
        return [(key, a.mul(f, x)) for f, part in zip(found, parts, strict=True) for key, x in part]
    dyads = [(one, two) for one in parts for two in parts]
    return [((), found[0])] + [
        (key + other, a.mul(f, a.mul(x, y)))
        for f, (one, two) in zip(found[1:], dyads, strict=True)
        for key, x in one
        for other, y in two
    ]


def integers_of(row: tuple[float, ...]) -> tuple[list[int], int]:
    """Doubles as integers times one power of two."""
    parts = [math.frexp(x) for x in row]
    least = min((e for m, e in parts if m), default=0)
    return [int(m * 2.0**53) << (e - least) if m else 0 for m, e in parts], least - 53
