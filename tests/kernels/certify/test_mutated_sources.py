"""Faults in the source of a kernel show in its certificate.

The core of emitted modules is changed systematically: a constant's last bits, a dropped term, a
branch swapped, an operation exchanged. Each change must make the certified error clearly worse.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp

from symdyn.kernels.certify import certify, code_digest
from symdyn.kernels.certify.modules import EmittedKernel
from tests.kernels.certify.plain import plain

x = sp.Symbol("x", real=True)
p, q = sp.symbols("p q", positive=True)
POINTS = 600
LAST_BITS = 16  # units by which a constant changes

KERNELS = {
    "curve": plain(p / (2 + sp.sqrt(p + sp.Rational(1, 3))), p, domain={p: (0, 7)}),
    "pieces": plain(
        sp.Piecewise((x**2 + sp.pi, x < 1), (3 * x + sp.exp(-x), x < 5), (sp.sqrt(x), True)),
        x,
        domain={x: (-2, 9)},
    ),
    "two": plain(
        sp.log(p) / 7 + sp.Max(p, 3 * q) + sp.atan(q), p, q, domain={p: (1, 5), q: (1, 2)}
    ),
}
EXCHANGED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
}


def core(tree: ast.Module) -> ast.FunctionDef:
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "scalar")


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may take the place of a node."""
    if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value:
        steps = node.value
        for _ in range(LAST_BITS):
            steps = math.nextafter(steps, math.inf)
        yield f"{node.value!r} up", ast.Constant(steps)
    if isinstance(node, ast.BinOp) and type(node.op) in EXCHANGED:
        yield "exchanged", ast.BinOp(node.left, EXCHANGED[type(node.op)](), node.right)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            yield "first term alone", node.left
            yield "second term alone", node.right
    if isinstance(node, ast.IfExp):
        yield "swapped", ast.IfExp(node.test, node.orelse, node.body)


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Sources with one change each, and what was changed."""
    tree = ast.parse(source)
    places = list(ast.walk(core(tree)))
    for k, node in enumerate(places):
        for what, replacement in changes(node):
            changed = copy.deepcopy(tree)
            old = list(ast.walk(core(changed)))[k]
            new = copy.deepcopy(replacement)
            put(core(changed), old, new)
            yield f"{ast.unparse(node)}: {what}", ast.unparse(ast.fix_missing_locations(changed))


def put(root: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Replace one node below a root."""
    for parent in ast.walk(root):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(part is old for part in value):
                value[:] = [new if part is old else part for part in value]


def every_mutant() -> list[tuple[str, str, str]]:
    return [
        (name, *mutant) for name, kernel in KERNELS.items() for mutant in mutants(kernel.source)
    ]


@cache
def error(name: str) -> float:
    return certify(KERNELS[name], points=POINTS).error


def is_caught(name: str, source: str) -> bool:
    kernel: EmittedKernel = replace(KERNELS[name], source=source)
    return certify(kernel, points=POINTS).error > error(name) + 0.05


MUTANTS = every_mutant()


def test_the_sound_kernels_are_good() -> None:
    assert max(error(name) for name in KERNELS) < 3


def test_mutants_are_many_and_of_every_kind() -> None:
    kinds = {what.rpartition(": ")[2] for _, what, _ in MUTANTS}
    assert len(MUTANTS) > 40 and {"exchanged", "swapped", "first term alone"} <= kinds


@pytest.mark.parametrize(
    ("name", "source"),
    [pytest.param(name, source, id=f"{name}: {what}") for name, what, source in MUTANTS[::4]],
)
def test_a_fault_in_the_source_is_caught(name: str, source: str) -> None:
    assert is_caught(name, source)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "source"),
    [pytest.param(n, s, id=f"{n}: {w}") for k, (n, w, s) in enumerate(MUTANTS) if k % 4],
)
def test_each_fault_in_the_source_is_caught(name: str, source: str) -> None:
    assert is_caught(name, source)


def test_the_digest_tells_a_changed_source() -> None:
    source = KERNELS["curve"].source
    assert code_digest(source) != code_digest(source.replace("2.0", "3.0"))
    assert code_digest(source) == code_digest(source.replace("A test.", "Certified."))
