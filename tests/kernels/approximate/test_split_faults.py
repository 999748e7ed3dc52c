"""Faults in tables of functions that are split in two: none of them can be proved.

K(m) on [0, 1]                         g + log(1 - m) h, infinite at m = 1
2F1(1/2, 1/2; 9/4; x) on [1/2, 1]      g + (1 - x)^(5/4) h
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp
from sympy import Expr, Rational, elliptic_k, hyper

from symdyn.kernels.approximate.tables import tables
from symdyn.kernels.certify.proof.prove import prove
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, WIDE
from symdyn.kernels.ranges import Range

x = sp.Symbol("x", real=True)
HALF = Rational(1, 2)
FUNCTIONS: dict[str, tuple[Expr, Range]] = {
    "logarithm": (elliptic_k(x), Range(sp.S.Zero, sp.S.One)),
    "power": (hyper((HALF, HALF), (Rational(9, 4),), x), Range(HALF, sp.S.One)),
}
BOTH = pytest.mark.parametrize("name", FUNCTIONS)


@cache
def sound(name: str) -> Program:
    return next(tables(*(FUNCTIONS[name][0], x, FUNCTIONS[name][1]), 1.0)).program


def is_proved(name: str, program: Program) -> bool:
    expr, part = FUNCTIONS[name]
    return prove(program, expr, part, is_trial=True).holds(1.0)


def columns(name: str) -> list[int]:
    """Nodes of the coefficients that rows differ in, or constants beside them, widest last."""
    return [k for k, node in enumerate(sound(name).nodes) if node.op == "entry"]


def with_node(program: Program, k: int, **changes: object) -> Program:
    nodes = list(program.nodes)
    nodes[k] = replace(nodes[k], **changes)  # type: ignore[arg-type]
    return replace(program, nodes=tuple(nodes))


def changed(name: str, k: int, row: int, change: Callable[[sp.Rational], Expr]) -> Program:
    values = list(sound(name).nodes[k].value)  # type: ignore[arg-type]
    values[row] = change(values[row])
    return with_node(sound(name), k, value=sp.Tuple(*values))


def leading(name: str) -> list[int]:
    """Nodes of the coefficients c_0: of g and of h."""
    program = sound(name)
    wide = [k for k in columns(name) if program.nodes[k].type in WIDE]
    return [wide[len(wide) // 2 - 1], wide[-1]]


@BOTH
def test_the_sound_table_is_proved(name: str) -> None:
    assert is_proved(name, sound(name))


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_last_bits_of_leading_coefficients_count(name: str, which: int) -> None:
    k = leading(name)[which]
    rows = len(sound(name).nodes[k].value)  # type: ignore[arg-type]
    assert not is_proved(name, changed(name, k, rows - 1, lambda v: v * (1 + Rational(1, 2**48))))


@BOTH
def test_a_dropped_coefficient_is_seen(name: str) -> None:
    k = columns(name)[1]
    rows = len(sound(name).nodes[k].value)  # type: ignore[arg-type]
    assert not is_proved(name, changed(name, k, rows - 1, lambda v: sp.S.Zero))


@BOTH
def test_rows_that_are_exchanged_are_seen(name: str) -> None:
    k = leading(name)[0]
    values = sound(name).nodes[k].value
    assert not is_proved(name, with_node(sound(name), k, value=sp.Tuple(*reversed(values))))  # type: ignore


@BOTH
def test_dropped_corrections_are_seen(name: str) -> None:
    program = sound(name)
    sloppy = {k: F64 for k, node in enumerate(program.nodes) if node.type in WIDE}
    assert not is_proved(name, program.retyped(sloppy))


def test_another_root_is_seen() -> None:
    """(1 - x)^(3/2) in place of (1 - x)^(5/4)."""
    program = sound("power")
    inner, outer = (k for k, node in enumerate(program.nodes) if node.op == "sqrt")
    argument = program.nodes[inner].args
    assert program.nodes[outer].args == (inner,)
    assert not is_proved("power", with_node(program, outer, args=argument))


def test_the_logarithm_of_something_else_is_seen() -> None:
    program = sound("logarithm")
    (k,) = (k for k, node in enumerate(program.nodes) if node.op == "log")
    assert not is_proved("logarithm", with_node(program, k, op="sqrt"))


def test_a_finite_value_for_an_infinite_one_is_seen() -> None:
    program = sound("logarithm")
    (k,) = (k for k, n in enumerate(program.nodes) if n.op == "const" and n.value == sp.oo)
    for value in (-sp.oo, sp.Integer(10**300)):
        assert not is_proved("logarithm", with_node(program, k, value=value))
