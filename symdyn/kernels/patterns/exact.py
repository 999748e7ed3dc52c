"""Exact values of equivariant objects: coefficients on balls, times the vectors.

This is the reference of certificates for the pattern `pairwise`, and shares nothing with what is
emitted: no frame, no forms for the ends. Inner products of doubles are exact fractions, so it is
known for certain whether two vectors are parallel; only there, and only where a coefficient has no
value, are the entries' limits in the angle taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, fmpq
from sympy import Add, Expr, Integer, Symbol, expand, limit, pi

from symdyn.calculus.equivariant import EquivariantVector, Vector, length
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.polar_invariants import polar
from symdyn.errors import UnsupportedError
from symdyn.kernels.patterns.layout import Layout, OwnTerm, PairTerm
from symdyn.kernels.patterns.plane import Term
from symdyn.kernels.patterns.terms import plain_symbols
from symdyn.numerics.balls import enclose

Rows = list[list[Fraction]]
Values = list[arb]


@dataclass(frozen=True)
class Sample:
    """The arguments of one call, as exact numbers."""

    rows: tuple[Rows, ...]
    weights: tuple[Sequence[Fraction] | None, ...]
    scalars: tuple[Fraction, ...]


def sample_of(found: Layout, point: Sequence[Any]) -> Sample:
    """One call's arrays, in the order of the arguments, by what they are."""
    rows: dict[int, Rows] = {}
    weights: dict[int, list[Fraction]] = {}
    scalars: dict[int, Fraction] = {}
    vectors = [p.vector for p in found.populations]
    for argument, value in zip(found.arguments, point, strict=True):
        array = np.asarray(value, np.float64)
        if isinstance(argument, Symbol):
            if argument in found.weights:
                weights[found.weights.index(argument)] = [Fraction(x) for x in array.tolist()]
            else:
                scalars[found.scalars.index(argument)] = Fraction(float(array))
            continue
        vector = argument if isinstance(argument, Vector) else argument.vector
        stack = np.atleast_2d(array).tolist()
        rows[vectors.index(vector)] = [[Fraction(x) for x in row] for row in stack]
    count = range(len(found.populations))
    return Sample(
        tuple(rows[k] for k in count),
        tuple(weights.get(k) for k in count),
        tuple(scalars[k] for k in range(len(found.scalars))),
    )


def exact_value(found: Layout, sample: Sample, bits: int) -> tuple[Values, arb]:
    """All elements of the result, and the size of its terms.

    Of a scalar or matrix that is the sum of their absolute values, of a vector at nodes the sum of
    the lengths of all nodes, each by the output weights before its term, at the node where this is
    largest.
    """
    return _VALUES[found.kind](found, sample, bits)


def _scalar(found: Layout, sample: Sample, bits: int) -> tuple[Values, arb]:
    total, size = arb(0), arb(0)
    for own in found.own:
        for j in range(len(sample.rows[own.first])):
            (value,) = _own_value(found, own, sample, j, bits)
            total, size = total + value, size + abs(value)
    for term in found.pairs:
        for j in range(len(sample.rows[term.first])):
            for k in _partners(term, sample, j):
                (value,) = _pair_value(found, term, sample, j, k, bits)
                total, size = total + value, size + abs(value)
    return [total], size


def _vector(found: Layout, sample: Sample, bits: int) -> tuple[Values, arb]:
    """At each node."""
    first = (found.own[0] if found.own else found.pairs[0]).first
    values: Values = []
    size = arb(0)
    for j in range(len(sample.rows[first])):
        values += _at_node(found, sample, j, bits)
        size = size.max(_lengths_at(found, sample, j, bits))
    return values, size


def _lengths_at(found: Layout, sample: Sample, j: int, bits: int) -> arb:
    """The lengths of all nodes, each by the weights before its term at node j."""
    total = arb(0)
    for own in found.own:
        row, numbers = sample.rows[own.first][j], _weight(sample, own.first, j)
        symbols = plain_symbols(found, own.first)[len(sample.scalars) :]
        total += _root(_dot(row, row)) * _weight_of(own.term, symbols, numbers, bits)
    for term in found.pairs:
        symbols = plain_symbols(found, term.first, term.second)[len(sample.scalars) :]
        for k in _partners(term, sample, j):
            row = sample.rows[term.second][k]
            numbers = [*_weight(sample, term.first, j), *_weight(sample, term.second, k)]
            total += _root(_dot(row, row)) * _weight_of(term.term, symbols, numbers, bits)
    return total


def _weight_of(
    term: Term, symbols: Sequence[Symbol], numbers: Sequence[Fraction], bits: int
) -> arb:
    """The sum of the absolute values of all factors by which weights enter a term."""
    point = _numbers(symbols, numbers)
    factors = _weight_factors(term, tuple(symbols))
    return sum((abs(enclose(factor, point, bits).real) for factor in factors), arb(0))


@lru_cache(maxsize=256)
def _weight_factors(term: Term, weights: tuple[Symbol, ...]) -> tuple[Expr, ...]:
    """Products of weights before the summands of a term, each once; 1 where there are none."""
    coefficients = [c for _, c in term.terms] if isinstance(term, EquivariantVector) else []
    summands = [part for c in coefficients for part in Add.make_args(expand(_polar(c)))]
    found = dict.fromkeys(part.as_independent(*weights, as_Add=False)[1] for part in summands)
    for factor in found:
        if not factor.free_symbols <= set(weights):
            raise UnsupportedError(
                f"{factor}: output weights that are no factors of their terms give errors no "
                "scale; make the kernel with accurate=True, which measures them by the result"
            )
    return tuple(found)


def _at_node(found: Layout, sample: Sample, j: int, bits: int) -> Values:
    parts = [_own_value(found, own, sample, j, bits) for own in found.own]
    parts += [
        _pair_value(found, term, sample, j, k, bits)
        for term in found.pairs
        for k in _partners(term, sample, j)
    ]
    return [sum(entry, arb(0)) for entry in zip(*parts, strict=True)]


def _matrix(found: Layout, sample: Sample, bits: int) -> tuple[Values, arb]:
    first = (found.own[0] if found.own else found.pairs[0]).first
    nodes, d = range(len(sample.rows[first])), range(len(sample.rows[first][0]))
    blocks = {(j, j): _at_node(found, sample, j, bits) for j in nodes}
    if found.between is not None:
        for j in nodes:
            for k in nodes:
                if j != k:
                    blocks[j, k] = _pair_value(found, found.between, sample, j, k, bits)
    values = [blocks[j, k][a * len(d) + b] for j in nodes for a in d for k in nodes for b in d]
    return values, sum((abs(value) for value in values), arb(0))


_VALUES = {"scalar": _scalar, "vector": _vector, "matrix": _matrix}


def _partners(term: PairTerm, sample: Sample, j: int) -> list[int]:
    return [k for k in range(len(sample.rows[term.second])) if term.first != term.second or k != j]


def _own_value(found: Layout, own: OwnTerm, sample: Sample, j: int, bits: int) -> Values:
    row = sample.rows[own.first][j]
    point: dict[Symbol, Any] = {length(own.u): _root(_dot(row, row))}
    numbers = [*sample.scalars, *_weight(sample, own.first, j)]
    point |= _numbers(plain_symbols(found, own.first), numbers)
    return _combined(own.term, {own.u: row}, point, bits)


def _pair_value(found: Layout, term: PairTerm, sample: Sample, j: int, k: int, bits: int) -> Values:
    u, v = sample.rows[term.first][j], sample.rows[term.second][k]
    uu, vv, uv = _dot(u, u), _dot(v, v), _dot(u, v)
    across = uu * vv - uv * uv
    numbers = [
        *sample.scalars,
        *_weight(sample, term.first, j),
        *_weight(sample, term.second, k),
    ]
    point: dict[Symbol, Any] = {term.lengths[0]: _root(uu), term.lengths[1]: _root(vv)}
    point |= _numbers(plain_symbols(found, term.first, term.second), numbers)
    if across != 0:
        point[term.angle] = arb.atan2(_root(across), _ball(uv))
        return _combined(term.term, {term.u: u, term.v: v}, point, bits)
    return _parallel(term, u, point, uv >= 0, bits)


def _parallel(
    term: PairTerm, u: Sequence[Fraction], point: Mapping[Symbol, Any], ahead: bool, bits: int
) -> Values:
    """The limit of the entries at angle 0 or pi: nothing is left but the parts along u."""
    entries = [enclose(expr, point, bits).real for expr in _at_end(term, ahead)]
    if len(entries) == 1:
        return entries
    size = _root(_dot(u, u))
    unit = [_ball(x) / size for x in u]
    if len(entries) == 2:
        return [entries[0] * x for x in unit]
    return [
        entries[1] * x * y + (entries[0] if i == j else 0)
        for i, x in enumerate(unit)
        for j, y in enumerate(unit)
    ]


@lru_cache(maxsize=256)
def _at_end(term: PairTerm, ahead: bool) -> tuple[Expr, ...]:
    end = Integer(0) if ahead else pi
    side = "+" if ahead else "-"
    return tuple(limit(entry, term.angle, end, side) for entry in term.entries)


def _combined(
    term: Term, rows: Mapping[Vector, Sequence[Fraction]], point: Mapping[Symbol, Any], bits: int
) -> Values:
    """Coefficients times vectors, or times dyads."""

    def ball(coefficient: Expr) -> arb:
        return enclose(_polar(coefficient), point, bits).real

    if isinstance(term, EquivariantVector):
        parts = [[ball(c) * _ball(x) for x in rows[v]] for v, c in term.terms]
        width = len(next(iter(rows.values())))
        return [sum(entry, arb(0)) for entry in zip(*parts, strict=True)] or [arb(0)] * width
    if not isinstance(term, EquivariantMatrix):
        return [ball(term)]
    width = range(len(next(iter(rows.values()))))
    found = [[ball(term.identity) if i == j else arb(0) for j in width] for i in width]
    for left, right, coefficient in term.dyads:
        factor = ball(coefficient)
        for i in width:
            for j in width:
                found[i][j] += factor * _ball(rows[left][i] * rows[right][j])
    return [entry for row in found for entry in row]


@lru_cache(maxsize=1024)
def _polar(coefficient: Expr) -> Expr:
    return polar(coefficient)


def _weight(sample: Sample, population: int, node: int) -> list[Fraction]:
    weights = sample.weights[population]
    return [] if weights is None else [weights[node]]


def _numbers(symbols: Sequence[Symbol], values: Sequence[Fraction]) -> dict[Symbol, Any]:
    return {s: _ball(value) for s, value in zip(symbols, values, strict=True)}


def _dot(one: Sequence[Fraction], two: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(one, two, strict=True)), Fraction(0))


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _root(value: Fraction) -> arb:
    return _ball(value).sqrt()
