"""Special functions on ranges without an end: proved tables, and faults in two of them.

erfc           exp(-y^2) g(1/y), cut off where nothing is left; 2 less that for negative arguments
exp(x) K_0(x)  g + log(x) h beside 0, x^(-1/2) g(1/x) beside infinity
log Gamma      x (g + log(1/x) h) beside infinity, zeros at 1 and 2
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import sympy as sp
from sympy import Expr, S, besselk, erf, erfc, exp, loggamma, oo

from symdyn.kernels.approximate.tables import tables
from symdyn.kernels.certify.proof.prove import Proof, prove
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, WIDE
from symdyn.kernels.ranges import Range

x = sp.Symbol("x", real=True)
LINE, HALF_LINE = Range(-oo, oo), Range(S.Zero, oo)
FUNCTIONS: dict[str, tuple[Expr, Range]] = {
    "erfc": (erfc(x), LINE),
    "loggamma": (loggamma(x), HALF_LINE),
}
BOTH = pytest.mark.parametrize("name", FUNCTIONS)


@cache
def sound(name: str) -> Program:
    return next(tables(FUNCTIONS[name][0], x, FUNCTIONS[name][1], 1.0)).program


def proof_of(name: str, program: Program) -> Proof:
    expr, part = FUNCTIONS[name]
    return prove(program, expr, part, is_trial=True)


def with_node(program: Program, k: int, **changes: object) -> Program:
    nodes = list(program.nodes)
    nodes[k] = replace(nodes[k], **changes)  # type: ignore[arg-type]
    return replace(program, nodes=tuple(nodes))


def constants(program: Program, value: Expr) -> list[int]:
    return [k for k, n in enumerate(program.nodes) if n.op == "const" and n.value == value]


@BOTH
def test_the_sound_table_is_proved_but_for_extreme_numbers(name: str) -> None:
    found = proof_of(name, sound(name))
    assert found.holds(1.0) and not found.gaps
    assert all(high < 1e-300 or high > 26.5 for _, high in found.extreme)


@BOTH
def test_dropped_corrections_are_seen(name: str) -> None:
    program = sound(name)
    sloppy = {k: F64 for k, node in enumerate(program.nodes) if node.type in WIDE}
    assert not proof_of(name, program.retyped(sloppy)).holds(1.0)


@BOTH
def test_last_bits_of_the_leading_coefficient_of_the_last_row_count(name: str) -> None:
    program = sound(name)
    entries = [k for k, n in enumerate(program.nodes) if n.op == "entry" and n.type in WIDE]
    sizes = {k: abs(float(program.nodes[k].value[-1])) for k in entries}  # type: ignore[index]
    k = max(entries, key=lambda k: sizes[k])
    values = list(program.nodes[k].value)  # type: ignore[arg-type]
    values[-1] *= 1 + sp.Rational(1, 2**46)
    assert not proof_of(name, with_node(program, k, value=sp.Tuple(*values))).holds(1.0)


def test_a_function_that_is_cut_off_too_early_is_seen() -> None:
    program = sound("erfc")
    (k,) = constants(program, sp.Rational(55, 2))
    assert not proof_of("erfc", with_node(program, k, value=S(20))).holds(1.0)


def test_another_growth_is_seen() -> None:
    program = sound("erfc")
    (k,) = (k for k, n in enumerate(program.nodes) if n.op == "exp")
    half = with_node(program, k, op="sqrt")
    assert not proof_of("erfc", half).holds(1.0)


def test_the_other_side_of_a_reflection_is_seen() -> None:
    program = sound("erfc")
    for k in constants(program, S(2)):
        assert not proof_of("erfc", with_node(program, k, value=S(3))).holds(1.0)


def test_a_logarithm_that_is_left_out_is_seen() -> None:
    program = sound("loggamma")
    (k,) = (k for k, n in enumerate(program.nodes) if n.op == "log")
    assert not proof_of("loggamma", with_node(program, k, op="sqrt")).holds(1.0)


@pytest.mark.parametrize(
    ("expr", "part"),
    [
        (erf(x), LINE),
        (sp.tanh(x), LINE),
        (exp(x**2) * erfc(x), HALF_LINE),
        (exp(x) * besselk(0, x), HALF_LINE),
    ],
    ids=str,
)
def test_tables_of_other_functions_are_proved(expr: Expr, part: Range) -> None:
    found = prove(next(tables(expr, x, part, 1.0)).program, expr, part)
    assert found.holds(1.0), str(found)


def test_the_expansion_of_another_function_is_not_proved() -> None:
    program = next(tables(exp(x**2) * erfc(x), x, HALF_LINE, 1.0)).program
    other = exp(x**2) * erfc(x) * (1 + sp.Rational(1, 10**15) / (1 + x))
    assert not prove(program, other, HALF_LINE, is_trial=True).holds(1.0)
