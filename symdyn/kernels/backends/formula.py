"""Programs as SymPy expressions: what a program computes, in the order in which it does.

Nothing is simplified, so that expm1(x) stays expm1(x) and an order of operations is seen. Exact
meanings are the same as in every other back end; node types leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import Expr, S
from sympy.codegen import cfunctions

from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import OPERATION


def expressions(program: Program) -> tuple[Expr, ...]:
    """The expressions of the outputs in the program's own symbols.

    >>> from symdyn.kernels.program import build
    >>> x = sp.Symbol("x")
    >>> expressions(build(cfunctions.expm1(x) / x, [x]))
    (expm1(x)/x,)
    """
    return program.evaluate(lambda node, args: value_of(node, args, program))


def value_of(node: Node, args: list[Any], program: Program) -> Any:
    """Expression of one node."""
    if node.op == "input":
        return program.inputs[node.value]  # type: ignore[index]
    if node.op == "const":
        return node.value
    if node.op == "entry":
        return _entry(node.value, *args)  # type: ignore[arg-type]
    if node.op in MEANINGS:
        return MEANINGS[node.op](*args)
    return OPERATION[node.op].function(*args, evaluate=False)  # type: ignore[misc]


def _entry(table: sp.Tuple, place: Expr) -> Expr:
    """Constant from one whole number to the next."""
    *others, last = table
    return sp.Piecewise(*((value, place < k) for k, value in enumerate(others, 1)), (last, True))


def _product(x: Expr, y: Expr) -> Expr:
    return sp.Mul(x, y, evaluate=False)


def _quotient(x: Expr, y: Expr) -> Expr:
    below = sp.Pow(y, -1, evaluate=False)
    return below if x == 1 else sp.Mul(x, below, evaluate=False)


def _negative(x: Expr) -> Expr:
    return sp.Mul(S.NegativeOne, x, evaluate=False)


def _exponent(x: Expr) -> Expr:
    return sp.floor(sp.log(sp.Abs(x), 2)) + 1


MEANINGS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: sp.Add(x, y, evaluate=False),
    "sub": lambda x, y: sp.Add(x, _negative(y), evaluate=False),
    "mul": _product,
    "div": _quotient,
    "neg": _negative,
    "fma": cfunctions.fma,
    "sqrt": lambda x: sp.Pow(x, S.Half, evaluate=False),
    "sqrt_cubed": lambda x: sp.Pow(x, S(3) / 2, evaluate=False),
    "cbrt": lambda x: sp.Pow(x, S.One / 3, evaluate=False),
    "pow": lambda x, y: sp.Pow(x, y, evaluate=False),
    "hypot": cfunctions.hypot,
    "expm1": cfunctions.expm1,
    "log1p": cfunctions.log1p,
    "copysign": lambda x, s: sp.Abs(x) * sp.sign(s),
    "min": sp.Min,
    "max": sp.Max,
    "select": lambda condition, yes, no: sp.Piecewise((yes, condition), (no, True)),
    "ldexp": lambda x, n: _product(x, sp.Pow(2, n)),
    "exponent": _exponent,
    "mantissa": lambda x: x / 2 ** _exponent(x),
    "lt": sp.StrictLessThan,
    "le": sp.LessThan,
    "eq": sp.Eq,
    "ne": sp.Ne,
    "and": sp.And,
    "or": sp.Or,
    "not": sp.Not,
    "high": lambda x: x,
    "low": lambda x: S.Zero,
    "rounded": lambda x: x,
    "lgamma": sp.loggamma,
}
