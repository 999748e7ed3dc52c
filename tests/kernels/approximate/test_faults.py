"""Faults in a table show in its certificate: the truth is the definition, never the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
import sympy as sp
from sympy import acos, pi, sqrt

from symdyn.kernels.approximate.search import Choice, choices
from symdyn.kernels.approximate.writing import written
from symdyn.kernels.certify import certify
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.operations import F64, WIDE
from symdyn.kernels.reparametrise.cells import Cells, cells

c = sp.Symbol("c", real=True)
EXPR = (3 * c * sqrt(1 - c**2) + (pi - acos(c)) * (1 + 2 * c**2)) / (2 * pi)
POINTS = 400
LAST_BITS = 16


@cache
def chosen() -> tuple[Cells, Choice]:
    found = cells(EXPR, c, -sp.S.One, sp.S.One)
    return found, next(choice for choice in choices(found.parts, 1.0) if choice.leading == 2)


@cache
def sound() -> Kernel:
    return replace(kernel(EXPR, c, domain={c: (-1, 1)}), program=written(c, *chosen()))


def error(program: Program) -> float:
    return certify(replace(sound(), program=program), points=POINTS).error


def entries(program: Program) -> list[int]:
    """Nodes of coefficients, those of the highest power first."""
    return [k for k, node in enumerate(program.nodes) if node.op == "entry"]


def changed(place: int, row: int, change: Callable[[sp.Rational], sp.Expr]) -> Program:
    """The program with one coefficient changed; place -1 is the leading one."""
    program = sound().program
    k = entries(program)[place]
    values = list(program.nodes[k].value)  # type: ignore[arg-type]
    values[row] = change(values[row])
    nodes = list(program.nodes)
    nodes[k] = replace(nodes[k], value=sp.Tuple(*values))
    return replace(program, nodes=tuple(nodes))


def test_the_sound_kernel_meets_its_target() -> None:
    assert sound().program.count("entry")
    assert error(sound().program) <= 1.0


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("place", [-1, -2])
def test_last_bits_of_a_leading_coefficient_are_seen(place: int, row: int) -> None:
    units = LAST_BITS * 2 ** (6 if place == -2 else 0)
    faulty = changed(place, row, lambda v: v * (1 + sp.Rational(units, 2**52)))
    assert error(faulty) > 4


@pytest.mark.parametrize("row", [0, 1])
def test_a_dropped_coefficient_is_seen(row: int) -> None:
    assert error(changed(2, row, lambda v: sp.S.Zero)) > 10


def test_a_degree_too_low_is_seen() -> None:
    found, choice = chosen()
    assert error(written(c, found, replace(choice, degree=choice.degree - 2))) > 2


def test_a_wrong_exponent_is_seen() -> None:
    found, choice = chosen()
    *others, last = choice.cells
    wrong = replace(last, cell=replace(last.cell, exponent=last.cell.exponent - Fraction(1)))
    assert error(written(c, found, replace(choice, cells=(*others, wrong)))) > 1e6


def test_a_dropped_low_word_is_seen() -> None:
    sloppy = sound().program.retyped(
        {k: F64 for k, node in enumerate(sound().program.nodes) if node.type in WIDE}
    )
    assert error(sloppy) > 1.2


def powers() -> list[int]:
    """Nodes of coefficients by power of the variable, the leading one first."""
    return entries(sound().program)[::-1]


@pytest.mark.slow
@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("power", range(12))
@pytest.mark.parametrize("up", [1, -1])
def test_every_coefficient_counts(power: int, row: int, up: int) -> None:
    """Each is changed by what is worth 8 ulps where its power is largest."""
    program = sound().program
    if power >= len(powers()):
        pytest.skip("the polynomial is shorter")
    leading = abs(program.nodes[powers()[0]].value[row])  # type: ignore[index]
    largest = sp.Rational(1, 4) if row == 0 else sp.Rational(1, 2)
    by = up * leading * sp.Rational(8, 2**52) / largest**power
    assert error(changed(-1 - power, row, lambda v: v + by)) > 2


def test_a_shift_of_the_place_is_seen() -> None:
    """A table that is read one row off."""
    program = sound().program
    k = entries(program)[0]
    swapped = sp.Tuple(*reversed(program.nodes[k].value))  # type: ignore[arg-type]
    nodes: list[Node] = list(program.nodes)
    nodes[k] = replace(nodes[k], value=swapped)
    assert error(replace(program, nodes=tuple(nodes))) > 2
