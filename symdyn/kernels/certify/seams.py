"""Seams: points at which a part of a program changes sign or branch, or leaves the doubles' range.

Digits are lost where something is subtracted from nearly the same and where a value overflows or
is below all normal numbers, and branches are stitched where a comparison changes. So on lines
parallel to the axes every node of the program is looked at over a grid (even in exponents, even in
values); where a value changes its sign or leaves the range, a condition its truth or a whole number
its value, the two neighbouring doubles between which it happens are found by bisection in the order
of doubles.

Where a table goes over to its next row is a seam, too; of these all are kept.

Nothing is proved here: a seam that a grid does not resolve is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symdyn.kernels.certify.arrays import values_at
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.rows_of_tables import row_changes
from symdyn.kernels.graph import Node, Program
from symdyn.numerics.doubles import Doubles, Ordinals, doubles, ordinals

GRID = 512
LINES = 6  # along each axis, where there is more than one
MOST = 64
SMALLEST = 2.0**-1022  # below it doubles lose digits
STEPS = 64  # bisections: the order of doubles has 64 bits
_COUNTING = ("floor", "ceil", "exponent", "sign")
Marks = Callable[[Doubles], list[Any]]


@dataclass(frozen=True)
class Seam:
    """A point on a seam that lies across one axis."""

    point: tuple[float, ...]
    axis: int


def seams(programs: Sequence[Program], box: Box, rng: np.random.Generator) -> tuple[Seam, ...]:
    """Some seams of programs with the same arguments, at most 64, and those between rows of tables.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> found = seams([build(exp(x) - 2, [x])], Box(((0.5, 1.0),)), np.random.default_rng(0))
    >>> {round(seam.point[0], 9) for seam in found}
    {0.693147181}
    """
    found: dict[tuple[tuple[float, ...], int], Seam] = {}
    rows: dict[tuple[tuple[float, ...], int], Seam] = {}
    for program in programs:
        for axis in range(len(box.ends)):
            for base in _bases(box, rng):
                for point in _on_line(program, box, axis, base):
                    found[point, axis] = Seam(point, axis)
                for point in _between_rows(program, box, axis, base):
                    rows[point, axis] = Seam(point, axis)
    kept = list(found.values())
    if len(kept) > MOST:
        places = sorted(rng.choice(len(kept), MOST, replace=False).tolist())
        kept = [kept[k] for k in places]
    return (*kept, *(seam for seam in rows.values() if seam not in kept))


def _between_rows(program: Program, box: Box, axis: int, base: Doubles) -> list[tuple[float, ...]]:
    """Where tables go over to another row, along a line."""
    if not program.count("entry"):
        return []
    values = row_changes(program, lambda values: _line(base, axis, values), _grid(*box.ends[axis]))
    return [tuple(row) for row in _line(base, axis, np.array(values)).tolist()] if values else []


def _bases(box: Box, rng: np.random.Generator) -> Doubles:
    count = LINES if len(box.ends) > 1 else 1
    return np.stack([box.ordinary(axis, count, rng) for axis in range(len(box.ends))], axis=1)


def _on_line(program: Program, box: Box, axis: int, base: Doubles) -> list[tuple[float, ...]]:
    grid = _grid(*box.ends[axis])
    marks = _marks(program, _line(base, axis, grid))
    lows, highs, nodes = _brackets(marks, ordinals(grid))
    if not lows.size:
        return []
    before = np.array(
        [marks[n][np.searchsorted(ordinals(grid), low)] for n, low in zip(nodes, lows, strict=True)]
    )
    part = sorted(set(nodes))
    inner, rows = replace(program, outputs=tuple(part)).pruned(), [part.index(n) for n in nodes]
    for _ in range(STEPS):
        middles = lows + (highs - lows) // 2
        at = _marks(inner, _line(base, axis, doubles(middles)), set(inner.outputs))
        same = np.array([at[inner.outputs[j]][k] for k, j in enumerate(rows)]) == before
        lows, highs = np.where(same, middles, lows), np.where(same, highs, middles)
    ends = np.unique(np.concatenate([lows, highs]))
    return [tuple(row) for row in _line(base, axis, doubles(ends)).tolist()]


def _grid(low: float, high: float) -> Doubles:
    """Doubles of an interval, ascending: even in places, and even in values of ordinary size."""
    first, last = (int(k) for k in ordinals([low, high]))
    places = np.linspace(first, last, GRID).astype(np.int64).clip(first, last)
    near, far = max(low, -40.0), min(high, 40.0)
    even = np.linspace(near, far, GRID) if near < far else np.array([low])
    return doubles(np.unique(np.concatenate([places, ordinals(even)])))


def _line(base: Doubles, axis: int, values: Doubles) -> Doubles:
    points = np.repeat(base[None, :], len(values), axis=0)
    points[:, axis] = values
    return points


def _marks(program: Program, points: Doubles, wanted: Container[int] | None = None) -> list[Any]:
    """For each node the sign (and range), truth or whole number that a seam changes.

    None for constants, and for nodes that are not wanted, if some are.
    """
    values = values_at(program, points)
    return [
        None
        if node.op == "const" or (wanted is not None and k not in wanted)
        else _mark(node, value)
        for k, (node, value) in enumerate(zip(program.nodes, values, strict=True))
    ]


def _mark(node: Node, value: Any) -> Any:
    if value.dtype == np.bool_ or node.op in _COUNTING:
        return np.nan_to_num(value.astype(np.float64))
    size = np.abs(value)
    mark = np.sign(value) * np.where(size < SMALLEST, 0.5, np.where(size == np.inf, 3.0, 1.0))
    return np.where(size >= 0.0, mark, 2.0)


def _brackets(marks: list[Any], places: Ordinals) -> tuple[Ordinals, Ordinals, list[int]]:
    """Neighbouring places of the grid between which a node's mark changes; each bracket once."""
    lows: list[int] = []
    highs: list[int] = []
    nodes: list[int] = []
    seen: set[tuple[int, bytes]] = set()
    for n, mark in enumerate(marks):
        if mark is None:
            continue
        changes = np.flatnonzero(mark[1:] != mark[:-1])
        if (
            not changes.size
            or len(changes) > MOST
            or (key := (len(changes), changes.tobytes())) in seen
        ):
            continue
        seen.add(key)
        lows += places[changes].tolist()
        highs += places[changes + 1].tolist()
        nodes += [n] * len(changes)
    return np.array(lows, np.int64), np.array(highs, np.int64), nodes
