"""Concrete functions that stand in for undefined ones at sample points.

An identity about any function f holds in particular for the function chosen here; if it fails for
that, it is refuted. Agreement proves nothing about other functions, so an identity with undefined
functions is PROVED exactly or it is UNDECIDED.
"""

from __future__ import annotations

from sympy import Derivative, Expr, Integer, Lambda, Symbol, cos, exp
from sympy.core.function import AppliedUndef, UndefinedFunction


def has_undefined(expr: Expr) -> bool:
    """Whether an expression contains functions without a definition."""
    return bool(expr.atoms(AppliedUndef))


def stand_in(expr: Expr) -> Expr:
    """The expression with a smooth, generic function in place of every undefined one.

    >>> from sympy import Function, Symbol
    >>> x, f = Symbol("x"), Function("f")
    >>> stand_in(f(x).diff(x) - f(x)).has(f)
    False
    """
    undefined = sorted({atom.func for atom in expr.atoms(AppliedUndef)}, key=str)
    for index, function in enumerate(undefined):
        arity = max(len(atom.args) for atom in expr.atoms(AppliedUndef) if atom.func == function)
        expr = expr.replace(function, _generic(function, arity, index))
    return expr.doit() if expr.has(Derivative) else expr


def _generic(function: UndefinedFunction, arity: int, index: int) -> Lambda:
    """exp(sum x_i/(i + 3)) + cos(sum (i + 1) x_i + 1), different for each function."""
    arguments = [Symbol(f"_{function}_{i}", real=True) for i in range(arity)]
    slow = sum((x / Integer(i + 3 + index) for i, x in enumerate(arguments)), Integer(0))
    fast = sum((x * Integer(i + 1) for i, x in enumerate(arguments)), Integer(1 + index))
    return Lambda(tuple(arguments), exp(slow) + cos(fast))
