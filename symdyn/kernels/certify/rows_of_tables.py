"""Seams between the rows of a table: points at which the place in it changes from one to the next.

A table kernel is another polynomial on each side. The place is a whole number that a program
computes; over each step of a grid in which it changes, all its changes are found, one after the
other, by bisection in the order of doubles. A row that begins and ends within one step of the grid,
with the same row on both sides, is missed; in a table of neighbouring rows there is none. A table
that is searched, so that a place depends on entries, is where steps of a method start: it has more
rows than could be looked at, and the steps forget them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from symdyn.kernels.certify.arrays import values_at
from symdyn.kernels.graph import Program
from symdyn.numerics.doubles import Doubles, Ordinals, doubles, ordinals

MOST = 256  # seams of one program along one line
STEPS = 64  # bisections: the order of doubles has 64 bits

Line = Callable[[Doubles], Doubles]  # points of a line from values of one argument


def row_changes(program: Program, line: Line, grid: Doubles) -> tuple[float, ...]:
    """The doubles just above which, or at which, a table of a program is entered elsewhere.

    >>> from sympy import Integer, Symbol, Tuple
    >>> from symdyn.kernels.graph import Graph
    >>> graph = Graph((Symbol("x"),))
    >>> table = Tuple(*map(Integer, range(5)))
    >>> program = graph.program([graph.add("entry", 0, value=table)])
    >>> row_changes(program, lambda values: values[:, None], np.linspace(0.5, 5.0, 3))
    (1.0, 2.0, 3.0, 4.0)
    """
    found = set[float]()
    for k in _tables(program):
        node = program.nodes[k]
        place = replace(program, outputs=(node.args[0],))
        if any(needed and program.nodes[j].op == "entry" for j, needed in enumerate(place.used())):
            continue
        place = place.pruned()
        last = _length(node.value) - 1
        found |= _changes(lambda values, of=place, last=last: _rows(of, last, line(values)), grid)
    ascending = sorted(found)
    if len(ascending) > MOST:
        ascending = [ascending[k] for k in np.linspace(0, len(ascending) - 1, MOST).astype(int)]
    return tuple(ascending)


def _tables(program: Program) -> list[int]:
    """One node for each way in which a table is entered: its columns are entered alike."""
    ways: dict[tuple[tuple[int, ...], int], int] = {}
    for k, node in enumerate(program.nodes):
        if node.op == "entry":
            ways.setdefault((node.args, _length(node.value)), k)
    return list(ways.values())


def _length(table: Any) -> int:
    return len(table.args)


def _rows(place: Program, last: int, points: Doubles) -> Ordinals:
    """The row that an entry takes: within the table, that of nan the first."""
    found = np.nan_to_num(values_at(place, points)[place.outputs[0]])
    return np.floor(np.clip(found, 0, last)).astype(np.int64)


def _changes(places: Callable[[Doubles], Ordinals], grid: Doubles) -> set[float]:
    """The first doubles of rows, from the left."""
    marks, steps = places(grid), ordinals(grid)
    at = np.flatnonzero(marks[1:] != marks[:-1])
    lows, highs, found = steps[at], steps[at + 1], set[float]()
    while lows.size and len(found) <= 4 * MOST:
        before, last, ends = places(doubles(lows)), places(doubles(highs)), highs
        for _ in range(STEPS):
            middles = lows + (highs - lows) // 2
            same = places(doubles(middles)) == before
            lows, highs = np.where(same, middles, lows), np.where(same, highs, middles)
        found |= set(doubles(highs).tolist())
        more = places(doubles(highs)) != last
        lows, highs = highs[more], ends[more]
    return found
