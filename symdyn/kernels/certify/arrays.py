"""Programs on NumPy arrays: all nodes at many points at once, in plain doubles.

This is for finding places (where values change sign, where branches meet), never for judging:
rounding is that of doubles and pairs are not carried out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Tuple

from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.graph import Node, Program
from symdyn.numerics.doubles import Doubles

MOST_COLUMNS = 256
_COLUMNS: dict[int, tuple[Tuple, Doubles]] = {}


def values_at(program: Program, points: Doubles) -> list[Any]:
    """Arrays of the values of all nodes at points of shape (n, arguments).

    >>> from sympy import Symbol
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> values_at(build(x**2 - 2, [x]), np.array([[1.0], [2.0]]))[-1].tolist()
    [-1.0, 2.0]
    """
    values: list[Any] = []
    shape = points.shape[:1]
    with np.errstate(all="ignore"):
        for node in program.nodes:
            found = _value(node, [values[k] for k in node.args], points)
            values.append(found if np.shape(found) == shape else np.broadcast_to(found, shape))
    return values


def _value(node: Node, args: list[Any], points: Doubles) -> Any:
    if node.op == "input":
        return points[:, node.value]  # type: ignore[index]
    if node.op == "const":
        return words(node.value, 1)[0]  # type: ignore[arg-type]
    if node.op == "entry":
        return _entry(node.value, *args)  # type: ignore[arg-type]
    return MEANINGS[node.op](*args)


def _entry(table: Tuple, place: Any) -> Any:
    values = _column(table)
    return values[np.clip(np.nan_to_num(place), 0, len(values) - 1).astype(np.int64)]


def _column(table: Tuple) -> Doubles:
    """The doubles of a table, which are made once: even its hash takes all of it."""
    known = _COLUMNS.get(id(table))
    if known is None or known[0] is not table:
        if len(_COLUMNS) >= MOST_COLUMNS:
            _COLUMNS.clear()
        known = table, np.array([words(value, 1)[0] for value in table])
        _COLUMNS[id(table)] = known
    return known[1]


def _by_element(function: Callable[[float], float]) -> Callable[[Any], Any]:
    def value(x: float) -> float:
        try:
            return function(x)
        except (ValueError, OverflowError):
            return math.nan

    each = np.frompyfunc(value, 1, 1)
    return lambda x: np.asarray(each(x), np.float64)


def _ldexp(x: Any, n: Any) -> Any:
    return np.ldexp(x, np.clip(n, -4000, 4000).astype(np.int32))


def _sorted_out(condition: Any, yes: Any, no: Any) -> Any:
    return np.where(condition, yes, no)


MEANINGS: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "fma": lambda x, y, z: x * y + z,
    "sqrt": np.sqrt,
    "sqrt_cubed": lambda x: x * np.sqrt(x),
    "cbrt": np.cbrt,
    "pow": np.power,
    "hypot": np.hypot,
    "mod": np.mod,
    "abs": np.abs,
    "sign": np.sign,
    "copysign": np.copysign,
    "min": np.minimum,
    "max": np.maximum,
    "floor": np.floor,
    "ceil": np.ceil,
    "select": _sorted_out,
    "ldexp": _ldexp,
    "exponent": lambda x: np.frexp(x)[1],
    "mantissa": lambda x: np.frexp(x)[0],
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "high": lambda x: x,
    "low": lambda x: 0.0 * x,
    "rounded": lambda x: x,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "erf": _by_element(math.erf),
    "erfc": _by_element(math.erfc),
    "gamma": _by_element(math.gamma),
    "lgamma": _by_element(math.lgamma),
}
