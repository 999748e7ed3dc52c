"""Scalar cores of the pattern `pairwise`: coefficients as functions of lengths and angles.

A core in pairs takes every length and angle as two doubles and returns every entry as two; other
symbols are doubles. A core in doubles takes lengths, the angle, its sine and its cosine, so that
all three are consistent even if the angle comes from a rounded inner product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Symbol, cos, sin

from symdyn.kernels.arithmetic.definitions import OPTIONS, has_pairs
from symdyn.kernels.backends.numba import printed
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import F64, PAIR
from symdyn.kernels.program import build

LEAVES = ("input", "const", "high", "low")


@dataclass(frozen=True)
class Core:
    """The text of a compiled scalar function, and the runtime functions that it calls."""

    text: str
    calls: frozenset[str]


def pair_core(
    name: str, exprs: Sequence[Expr], wide: Sequence[Symbol], plain: Sequence[Symbol]
) -> Core:
    """A function of pairs (`wide`) and doubles (`plain`), in pair arithmetic throughout.

    >>> x = Symbol("x")
    >>> print(pair_core("square", [x**2], [x], []).text.splitlines()[2])
        v2h, v2l = pair_add_ff(x0, x1)
    """
    inner = build(list(exprs), [*wide, *plain])
    words = [Symbol(f"{s.name}_{part}") for s in wide for part in ("high", "low")]
    graph = Graph((*words, *plain))
    places = [graph.add("add", 2 * k, 2 * k + 1, type=PAIR) for k in range(len(wide))]
    places += [2 * len(wide) + k for k in range(len(plain))]
    outputs = graph.include(widened(inner), places)
    results = [graph.add(part, k) for k in outputs for part in ("high", "low")]
    return _function(name, graph.program(results))


def double_core(
    name: str, exprs: Sequence[Expr], angle: Symbol | None, others: Sequence[Symbol]
) -> Core:
    """A function of an angle, its sine and its cosine (if there is one), and of other symbols."""
    if angle is None:
        return _function(name, build(list(exprs), list(others)))
    sine, cosine = Symbol("sine"), Symbol("cosine")
    atoms = {sin(angle): sine, cos(angle): cosine}
    flat = [expr.xreplace(atoms) for expr in exprs]
    return _function(name, build(flat, [angle, sine, cosine, *others]))


def widened(program: Program) -> Program:
    """Every number in pair arithmetic, where its operation has one."""
    types = {
        k: PAIR
        for k, node in enumerate(program.nodes)
        if node.type == F64 and node.op not in LEAVES and has_pairs(node.op)
    }
    return program.retyped(types)


def _function(name: str, program: Program) -> Core:
    code = printed(program)
    parameters = ", ".join(f"x{k}" for k in range(len(program.inputs)))
    lines = [f"    {line}" for line in code.lines]
    head = [f"@njit({OPTIONS})", f"def {name}({parameters}):"]
    text = "\n".join([*head, *lines, f"    return {', '.join(code.results)},"])
    return Core(text, frozenset(code.calls))
