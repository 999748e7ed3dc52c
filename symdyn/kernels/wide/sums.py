"""Equivariant sums over nodes in balls of any precision, which emitted modules carry along.

A row of a result (the value of one node; of a scalar there is one) is a sum of vectors, or of
dyads, with balls as coefficients. Vectors are integers times a power of two, so that the sum is one
of integers, with one radius for all elements. The precision grows until the radius of the row is
2^-64 of its largest element, or until it is far below the smallest double: then what is left is 0
for doubles. So sums that cancel exactly are exactly 0.

What depends on the direction of a zero vector, and what is still undecided at LIMIT bits, is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from symdyn.kernels.wide.balls import Balls
from symdyn.kernels.wide.measures import (
    Coefficients,
    Measures,
    OwnSum,
    SumOverPairs,
    WideSample,
)

START = 192  # bits
LIMIT = 1 << 14
BELOW = -1080  # a power of two that is next to nothing for doubles


class WideSums(NamedTuple):
    """All terms of an object, whose kind is scalar, vector or matrix."""

    kind: str
    own: list[OwnSum]
    pairs: list[SumOverPairs]
    between: SumOverPairs | None

    def fill(self, doubt: Any, rows: Any, weights: Any, numbers: Any, out: Any) -> None:
        """Compute the rows of `out` that are doubtful."""
        given = [*numbers, *(x for part in weights if part is not None for x in part)]
        given += [x for part in rows for row in part for x in row]
        if not all(map(math.isfinite, given)):
            return
        sample = WideSample(rows, weights, numbers)
        for j in range(len(doubt)):
            found = self.row(sample, j) if doubt[j] else None
            if found is not None:
                out[j] = found if self.kind != "scalar" else found[0]

    def row(self, sample: WideSample, j: int) -> Any:
        """The elements at node j, None where they cannot be known."""
        bits = START
        while bits <= LIMIT:
            measures = sample.known.setdefault(bits, Measures(self.kind, sample, Balls(bits)))
            sums = self.sums(sample, j, measures)
            if sums is None:
                return None
            middles, radius, exponent = combined(self.kind, sums, sample)
            largest = max(map(abs, middles), default=0)
            if radius >= 0:
                below = radius.bit_length() + exponent <= BELOW
                if radius << 64 <= largest or below:
                    return self.shaped([double_of(m, exponent) for m in middles], sample)
            bits += more_bits(radius, largest, bits)
        return None

    def shaped(self, elements: list[float], sample: WideSample) -> Any:
        """Of a matrix: element (a, k, b) of the rows of node j."""
        if self.kind != "matrix":
            return elements
        d = sample.width
        blocks = [elements[k : k + d * d] for k in range(0, len(elements), d * d)]
        return [[block[a * d : a * d + d] for block in blocks] for a in range(d)]

    def sums(self, sample: WideSample, j: int, measures: Measures) -> list[Coefficients] | None:
        """The coefficients on vectors and dyads, for each block of the row."""
        a = measures.a
        total: Coefficients = {(): (0, 0, 0)} if self.kind != "vector" else {(0,): (0, 0, 0)}
        for term in self.terms(sample, j, measures):
            if term is None:
                return None
            total = gathered([*total.items(), *term], a)
        if self.kind != "matrix":
            return [total]
        blocks: list[Coefficients] = []
        first = self.own[0].first if self.own else self.pairs[0].first
        for k in range(len(sample.rows[first])):
            found = [] if self.between is None or k == j else measures.pair(self.between, j, k)
            if found is None:
                return None
            blocks.append(total if k == j else gathered([((), (0, 0, 0)), *found], a))
        return blocks

    def terms(self, sample: WideSample, j: int, measures: Measures) -> Iterator[Any]:
        """The coefficients of every term at node j; of a scalar of all terms."""
        whole = self.kind == "scalar"
        for own in self.own:
            for k in range(len(sample.rows[own.first])) if whole else [j]:
                yield measures.own(own, k)
        for term in self.pairs:
            for i in range(len(sample.rows[term.first])) if whole else [j]:
                for k in range(len(sample.rows[term.second])):
                    if term.first != term.second or i != k:
                        yield measures.pair(term, i, k)


def gathered(terms: Any, a: Balls) -> Coefficients:
    """Coefficients on the same vectors added up."""
    total: Coefficients = {}
    for key, value in terms:
        total[key] = a.add(total[key], value) if key in total else value
    return total


def more_bits(radius: int, largest: int, bits: int) -> int:
    """How many bits are missing; as many again where even the size is not known."""
    if radius < 0 or largest <= radius:
        return bits
    return max(radius.bit_length() - largest.bit_length() + 100, 64)


def combined(
    kind: str, blocks: list[Coefficients], sample: WideSample
) -> tuple[list[int], int, int]:
    """The elements of all blocks as integers of one exponent, their largest radius, the exponent.

    The radius is negative where nothing is known.
    """
    every = [(key, ball) for block in blocks for key, ball in block.items()]
    if any(ball[1] < 0 for _, ball in every):
        return [], -1, 0
    exponent = min(ball[2] + sample.exponent(key) for key, ball in every)
    elements: list[int] = []
    largest = 0
    for block in blocks:
        integers: dict[tuple[int, ...], int] = {}
        radius = 0
        for key, (m, r, e) in block.items():
            shift = e + sample.exponent(key) - exponent
            integers[key] = m << shift
            radius += (r << shift) * math.prod(sample.largest(k) for k in key)
        elements += expanded(kind, integers, sample)
        largest = max(largest, radius)
    return elements, largest, exponent


def expanded(kind: str, integers: dict[tuple[int, ...], int], sample: WideSample) -> list[int]:
    """The elements of a sum of vectors or of dyads with the identity, or the one number."""
    keys = [key for key in integers if key]
    if kind == "scalar":
        return [integers[()]]
    if kind == "vector":
        return along([(integers[key], key[0]) for key in keys], sample)
    rights = {
        u: along([(integers[key], key[1]) for key in keys if key[0] == u], sample)
        for u in {key[0] for key in keys}
    }
    width = range(sample.width)
    return [
        sum(sample.vectors[u][0][p] * right[q] for u, right in rights.items())
        + (integers[()] if p == q else 0)
        for p in width
        for q in width
    ]


def along(parts: list[tuple[int, int]], sample: WideSample) -> list[int]:
    """A sum of multiples of vectors."""
    total = [0] * sample.width
    for factor, u in parts:
        if factor:
            total = [x + factor * y for x, y in zip(total, sample.vectors[u][0], strict=True)]
    return total


def double_of(m: int, e: int) -> float:
    """The double nearest to m 2^e."""
    return Balls(64).double((m, 0, e))
