"""Where a table goes over to its next row, points lie on both sides, to the last bit.

Truth is a place that is known: rows of x begin at whole multiples of a power of two.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import sympy as sp

from symdyn.kernels.approximate.tables import tables
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.rows_of_tables import MOST, row_changes
from symdyn.kernels.certify.seams import seams
from symdyn.kernels.certify.strata import NEIGHBOURS, strata
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.ranges import Range
from symdyn.numerics.doubles import ordinals

x = sp.Symbol("x", real=True)
y = sp.Symbol("y", real=True)


def stepped(rows: int, width: sp.Rational, inputs: tuple[sp.Symbol, ...] = (x,)) -> Program:
    """Row k holds k w <= x < (k + 1) w; a row is worth its number squared."""
    graph = Graph(inputs)
    place = graph.add("mul", 0, graph.constant(1 / width))
    return graph.program(
        [graph.add("entry", place, value=sp.Tuple(*(sp.S(k) ** 2 for k in range(rows))))]
    )


def drawn(program: Program, *ends: tuple[float, float]) -> np.ndarray:
    box, rng = Box(ends), np.random.default_rng(0)
    found = strata(box, seams([program], box, np.random.default_rng(0)), 300, rng)
    return {stratum.name: stratum.points for stratum in found}["seams"]


@pytest.mark.parametrize(("rows", "width"), [(2, "1/2"), (5, "1/4"), (100, "1/64"), (200, "3/256")])
def test_the_neighbours_of_every_row_are_met(rows: int, width: str) -> None:
    """A grid of 512 values has several rows in one step, and steps without any."""
    w = sp.Rational(width)
    points = drawn(stepped(rows, w), (0.0, float(rows * w)))
    met = set(points[:, 0].tolist())
    for k in range(1, rows):
        below = above = float(k * w)
        for _ in range(NEIGHBOURS - 1):
            below, above = math.nextafter(below, -1.0), math.nextafter(above, math.inf)
            assert below in met and above in met, (k, below, above)


def test_rows_narrower_than_the_steps_of_a_grid_are_all_found() -> None:
    program = stepped(50, sp.Rational(1, 1024))
    found = row_changes(program, lambda values: values[:, None], np.array([0.0, 0.02, 1.0]))
    assert found == tuple(k / 1024 for k in range(1, 50))


def test_very_many_rows_are_thinned() -> None:
    program = stepped(600, sp.Rational(1, 8))
    grid = np.linspace(0.0, 75.0, 40)
    assert len(row_changes(program, lambda values: values[:, None], grid)) == MOST


def test_rows_lie_across_the_argument_that_chooses_them() -> None:
    program = stepped(3, sp.S.One, (x, y))
    found = seams([program], Box(((0.0, 3.0), (5.0, 6.0))), np.random.default_rng(0))
    across = {(seam.point[0], seam.axis) for seam in found if seam.point[0] in (1.0, 2.0)}
    assert across == {(1.0, 0), (2.0, 0)}


def test_a_program_without_tables_has_no_rows() -> None:
    graph = Graph((x,))
    program = graph.program([graph.add("floor", 0)])
    assert row_changes(program, lambda values: values[:, None], np.linspace(0, 9, 9)) == ()


@cache
def bessel() -> Program:
    part = Range(sp.S.Zero, sp.Integer(20))
    return next(tables(sp.besselj(0, x), x, part, 1.0)).program


def test_rows_and_cells_of_a_generated_table_are_met() -> None:
    """Each interval on which one polynomial holds ends at a seam."""
    points = np.unique(drawn(bessel(), (0.0, 20.0))[:, 0])
    node = next(n for n in bessel().nodes if n.op == "entry")
    assert len(node.value.args) > 8  # type: ignore[union-attr]
    line = np.linspace(0.0, 20.0, 200_001)
    found = row_changes(bessel(), lambda values: values[:, None], line)
    assert len(found) >= len(node.value.args) - 1  # type: ignore[union-attr]
    for place in found:
        steps = ordinals(points) - ordinals([place])[0]
        assert set(range(-NEIGHBOURS, NEIGHBOURS)) <= set(steps[abs(steps) <= NEIGHBOURS].tolist())
