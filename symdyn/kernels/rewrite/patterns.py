"""Patterns: small expressions with letters that stand for any value, read from text.

    sqrt(a) - sqrt(b)     becomes     ("sub", ("sqrt", "a"), ("sqrt", "b"))

Letters are strings, numbers are SymPy numbers (pi is one), operations are tuples. `where(c, x, y)`
is the operation select; comparisons are written as usual. The text is read by Python's parser and
never run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr, Integer, S

from symdyn.errors import InputError
from symdyn.kernels.operations import OPERATION

Pattern = Any  # a letter, a number, or (operation, pattern, ...)

_SPELLINGS: Mapping[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Eq: "eq",
}
_SWAPPED: Mapping[type, str] = {ast.Gt: "lt", ast.GtE: "le"}


@dataclass(frozen=True)
class Condition:
    """That a pattern is positive, not negative, not zero everywhere: `relation` is > >= or !=."""

    pattern: Pattern
    relation: str


@lru_cache(maxsize=4096)
def pattern(text: str) -> Pattern:
    """Read a pattern.

    >>> pattern("log(1 + a)")
    ('log', ('add', 1, 'a'))

    Raises InputError for text that is none.
    """
    return _read(ast.parse(text, mode="eval").body, text)


@lru_cache(maxsize=1024)
def condition(text: str) -> Condition:
    """Read a condition such as `a - b >= 0`; the right side is 0."""
    for relation in (">=", "!=", ">"):
        left, found, right = text.partition(relation)
        if found and right.strip() == "0":
            return Condition(pattern(left.strip()), relation)
    raise InputError(f"condition {text!r} is none of 'a > 0', 'a >= 0', 'a != 0'")


def letters(form: Pattern) -> frozenset[str]:
    """The letters of a pattern."""
    if isinstance(form, str):
        return frozenset({form})
    return frozenset().union(*map(letters, form[1:])) if isinstance(form, tuple) else frozenset()


def _read(node: ast.expr, text: str) -> Pattern:
    match node:
        case ast.Name(id=name):
            return S.Pi if name == "pi" else name
        case ast.Constant(value=int(number)):
            return Integer(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _read(operand, text)
            return -inner if isinstance(inner, Expr) else ("neg", inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SPELLINGS:
            return (_SPELLINGS[type(op)], _read(left, text), _read(right, text))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(type(op), _read(left, text), _read(right, text), text)
        case ast.Call(func=ast.Name(id=name), args=args):
            op = "select" if name == "where" else name
            if op in OPERATION and OPERATION[op].arity == len(args):
                return (op, *(_read(arg, text) for arg in args))
    raise InputError(f"{ast.unparse(node)} in the rule {text!r} is no operation of programs")


def _comparison(op: type, left: Pattern, right: Pattern, text: str) -> Pattern:
    if op in _SWAPPED:
        return (_SWAPPED[op], right, left)
    if op in _SPELLINGS:
        return (_SPELLINGS[op], left, right)
    raise InputError(f"comparison in the rule {text!r} is none of < <= == > >=")
