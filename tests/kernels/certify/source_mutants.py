"""Sources of emitted kernels with one fault each, for tests of certificates.

    up                  a constant, moved by 16 units in its last place
    exchanged           one operation in place of another
    first term alone    and second: a term dropped from a sum or difference
    swapped             the two sides of a choice or of a branch

Sums stand in the code as operators, and as calls on pairs of doubles (h, l).
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Sequence

LAST_BITS = 16  # units by which a constant changes
EXCHANGED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
}
_SUM_OF_PAIRS = re.compile(r"pair_(add|sub)_pp\Z")
_SIDES = {"choose": 1, "pair_select": 2}  # calls, and the doubles that each side consists of


def mutants(source: str, *functions: str) -> Iterator[tuple[str, str]]:
    """Sources with one change each in the named functions, and what was changed.

    >>> [what for what, _ in mutants("def f(x):\\n    return choose(x, 1, 2)", "f")]
    ['choose(x, 1, 2): swapped']
    """
    tree = ast.parse(source)
    texts = [ast.unparse(statement) for statement in tree.body]  # a change renews one of them
    for name in functions:
        function = _function(tree, name)
        place = tree.body.index(function)
        for node in list(ast.walk(function)):
            for what, replacement in changes(node):
                shown = _shown(node)
                _put(function, node, replacement)
                text = "\n\n".join([*texts[:place], ast.unparse(function), *texts[place + 1 :]])
                _put(function, replacement, node)
                yield f"{shown}: {what}", text


def kind(what: str) -> str:
    """The kind of a mutant, from what was changed."""
    found = what.rpartition(": ")[2]
    return "up" if found.endswith(" up") else found


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
    if isinstance(node, ast.If) and node.orelse and not isinstance(node.orelse[0], ast.If):
        yield "swapped", ast.If(node.test, node.orelse, node.body)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _changed_call(node.func.id, node.args)


def _changed_call(name: str, args: Sequence[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    if name in _SIDES:
        condition, *sides = args
        half = _SIDES[name]
        yield "swapped", _call(name, [condition, *sides[half:], *sides[:half]])
    if found := _SUM_OF_PAIRS.match(name):
        other = "sub" if found[1] == "add" else "add"
        yield "exchanged", _call(f"pair_{other}_pp", args)
        yield "first term alone", ast.Tuple(list(args[:2]), ast.Load())
        yield "second term alone", ast.Tuple(list(args[2:]), ast.Load())


def _call(name: str, args: Sequence[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _shown(node: ast.AST) -> str:
    """The first line of a node's text."""
    return ast.unparse(node).splitlines()[0]


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)


def _put(root: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Replace one node below a root."""
    for parent in ast.walk(root):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(part is old for part in value):
                value[:] = [new if part is old else part for part in value]
