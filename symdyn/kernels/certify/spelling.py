"""Expressions, and objects over vectors, as text that is read without running it.

SymPy's srepr writes nested calls of its classes, `Add(Symbol('x', positive=True), Integer(1))`;
vectors, nodes and sums over them are written alike, `Nodes(Vector('w'), Symbol('K'), Integer(1))`.
Only such calls with numbers, texts, truth values, tuples and further calls are read; every other
piece of Python is refused, so that text from a file cannot do anything but name an object.
"""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import Any

import sympy as sp
from sympy import Basic
from sympy.codegen import cfunctions
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.functions.special.hyper import TupleArg

from symdyn.calculus.equivariant import EquivariantVector, Vector
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.node_sums import BlockHessian, NodeSum
from symdyn.calculus.nodes import Nodes
from symdyn.calculus.pair_sums import PairSum
from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.errors import InputError, UnsupportedError

_ELSEWHERE: dict[str, Any] = {
    "ExprCondPair": ExprCondPair,
    "TupleArg": TupleArg,
    "true": sp.true,
    "false": sp.false,
    **{name: getattr(cfunctions, name) for name in ("expm1", "log1p", "fma", "hypot", "Sqrt")},
}

OVER_VECTORS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Vector,
        Nodes,
        EquivariantVector,
        EquivariantMatrix,
        NodeSum,
        PairSum,
        BlockHessian,
        Letter,
        MatrixWord,
        Rule,
        BalancedRiccati,
    )
}


def spelled(value: Any) -> str:
    """The text of an expression, an object over vectors, or a tuple of them.

    >>> spelled((Vector("w"), sp.Integer(2)))
    "(Vector('w'), Integer(2))"

    Raises UnsupportedError for anything else.
    """
    if isinstance(value, Basic):
        return sp.srepr(value)
    if isinstance(value, (str, int)):  # truth values among them
        return repr(value)
    if isinstance(value, (tuple, list)):
        return f"({''.join(f'{spelled(part)}, ' for part in value)[: -2 if value[1:] else -1]})"
    name = type(value).__name__
    if OVER_VECTORS.get(name) is not type(value):
        raise UnsupportedError(f"a {name} is no expression, nor an object over vectors")
    parts = [getattr(value, part.name) for part in fields(value) if part.init]
    return f"{name}({', '.join(map(spelled, parts))})"


def read_expression(text: str) -> Any:
    """The object that a text of srepr, or of `spelled`, names.

    >>> read_expression("Add(Symbol('x', positive=True), Integer(1))")
    x + 1

    Raises InputError for any other text.
    """
    try:
        return _read(ast.parse(text, mode="eval").body)
    except (SyntaxError, RecursionError, TypeError, ValueError, AttributeError) as problem:
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        raise InputError(f"{shown}: not an expression as srepr writes it; {problem}") from None


def _read(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, str, bool)):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _read(node.operand)
        return -value
    if isinstance(node, ast.Tuple):
        return tuple(_read(part) for part in node.elts)
    if isinstance(node, ast.Name):
        return _named(node.id)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        options = {word.arg: _read(word.value) for word in node.keywords if word.arg}
        kind = _named(node.func.id)
        if not isinstance(kind, type) or len(options) != len(node.keywords):
            raise ValueError(f"{node.func.id} is no class of objects")
        return kind(*(_read(arg) for arg in node.args), **options)
    raise ValueError(f"{ast.unparse(node)} is not read")


def _named(name: str) -> Any:
    """A class of expressions or of objects over vectors, or one of SymPy's constants."""
    if name in OVER_VECTORS:
        return OVER_VECTORS[name]
    found = _ELSEWHERE.get(name, getattr(sp, name, None))
    if isinstance(found, Basic) or (isinstance(found, type) and issubclass(found, Basic)):
        return found
    raise ValueError(f"{name} is no expression of SymPy")
