"""Reading what SymPy's srepr writes, without running it.

srepr writes nested calls of SymPy's classes, `Add(Symbol('x', positive=True), Integer(1))`. Only
such calls with numbers, texts, truth values, tuples and further calls are read; every other piece
of Python is refused, so that text from a file cannot do anything but name an expression.
"""

from __future__ import annotations

import ast
from typing import Any

import sympy as sp
from sympy import Basic
from sympy.codegen import cfunctions
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.functions.special.hyper import TupleArg

from symdyn.errors import InputError

_ELSEWHERE: dict[str, Any] = {
    "ExprCondPair": ExprCondPair,
    "TupleArg": TupleArg,
    "true": sp.true,
    "false": sp.false,
    **{name: getattr(cfunctions, name) for name in ("expm1", "log1p", "fma", "hypot", "Sqrt")},
}


def read_expression(text: str) -> Any:
    """The expression that a text of srepr names.

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
            raise ValueError(f"{node.func.id} is no class of SymPy")
        return kind(*(_read(arg) for arg in node.args), **options)
    raise ValueError(f"{ast.unparse(node)} is not read")


def _named(name: str) -> Any:
    """A class of expressions, or one of SymPy's constants."""
    found = _ELSEWHERE.get(name, getattr(sp, name, None))
    if isinstance(found, Basic) or (isinstance(found, type) and issubclass(found, Basic)):
        return found
    raise ValueError(f"{name} is no expression of SymPy")
