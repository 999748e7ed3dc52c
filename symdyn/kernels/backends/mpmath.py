"""Programs in mpmath numbers of any precision: real, not rigorous, quick to compare.

A value that mpmath finds complex, and a pole, is nan. Node types are ignored: every node has the
precision that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
from sympy import Tuple

from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import OPERATION
from symdyn.numerics.functions import TABLE
from symdyn.numerics.precision import context, number_of

GUARD_DIGITS = 5
Meaning = Callable[..., Any]


def evaluate(program: Program, point: Sequence[Any], digits: int) -> tuple[mpmath.mpf, ...]:
    """Values of the outputs at a point, every step in a few more digits than are asked.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> print(mpmath.nstr(evaluate(build(exp(x), [x]), [1], 30)[0], 20))
    2.7182818284590452354
    """
    mp = context(digits + GUARD_DIGITS)
    values = [real(number_of(value, mp), mp) for value in point]
    found = program.evaluate(lambda node, args: value_of(node, args, values, mp))
    return tuple(mpmath.mp.make_mpf(value._mpf_) for value in found)


def value_of(node: Node, args: list[Any], inputs: Sequence[Any], mp: Any) -> Any:
    """Value of one node in a context."""
    if node.op == "input":
        return inputs[node.value]  # type: ignore[index]
    if node.op == "const":
        return real(number_of(node.value, mp), mp)
    if node.op == "entry":
        return _entry(node.value, mp, *args)  # type: ignore[arg-type]
    try:
        return real(MEANINGS[node.op](mp, *args), mp)
    except (ZeroDivisionError, OverflowError, ValueError):
        return mp.nan


def _entry(table: Tuple, mp: Any, place: Any) -> Any:
    if mp.isnan(place):
        return mp.nan
    last = len(table) - 1
    return real(number_of(table[int(mp.floor(min(max(place, 0), last)))], mp), mp)


def real(value: Any, mp: Any) -> Any:
    """The real number, or nan; conditions and integers stay as they are."""
    if isinstance(value, (bool, int)):
        return value
    value = mp.convert(value)
    if isinstance(value, mp.mpc):
        return value.real if value.imag == 0 else mp.nan
    return value


def _cube_root(mp: Any, x: Any) -> Any:
    return mp.sign(x) * mp.cbrt(abs(x))


def _copy_sign(mp: Any, x: Any, s: Any) -> Any:
    return abs(x) if s >= 0 else -abs(x)


def _extreme(choose: Callable[..., Any]) -> Meaning:
    def value(mp: Any, x: Any, y: Any) -> Any:
        return mp.nan if mp.isnan(x) or mp.isnan(y) else choose(x, y)

    return value


def _through_nan(name: str) -> Meaning:
    """mpmath refuses to round nan and infinity; they stay what they are."""

    def value(mp: Any, x: Any) -> Any:
        return getattr(mp, name)(x) if mp.isfinite(x) else x

    return value


def _log_gamma(mp: Any, x: Any) -> Any:
    return mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x)))


MEANINGS: dict[str, Meaning] = {
    op.name: TABLE[op.function].mp for op in OPERATION.values() if op.function in TABLE
} | {
    "add": lambda mp, x, y: x + y,
    "sub": lambda mp, x, y: x - y,
    "mul": lambda mp, x, y: x * y,
    "div": lambda mp, x, y: x / y,
    "neg": lambda mp, x: -x,
    "fma": lambda mp, x, y, z: x * y + z,
    "sqrt": lambda mp, x: mp.sqrt(x),
    "sqrt_cubed": lambda mp, x: x * mp.sqrt(x),
    "cbrt": _cube_root,
    "pow": lambda mp, x, y: mp.power(x, y),
    "hypot": lambda mp, x, y: mp.hypot(x, y),
    "copysign": _copy_sign,
    "min": _extreme(min),
    "max": _extreme(max),
    "floor": _through_nan("floor"),
    "ceil": _through_nan("ceil"),
    "select": lambda mp, condition, yes, no: yes if condition else no,
    "ldexp": lambda mp, x, n: mp.ldexp(x, n),
    "exponent": lambda mp, x: mp.frexp(x)[1],
    "mantissa": lambda mp, x: mp.frexp(x)[0],
    "lt": lambda mp, x, y: bool(x < y),
    "le": lambda mp, x, y: bool(x <= y),
    "eq": lambda mp, x, y: bool(x == y),
    "ne": lambda mp, x, y: bool(x != y),
    "and": lambda mp, x, y: x and y,
    "or": lambda mp, x, y: x or y,
    "not": lambda mp, x: not x,
    "high": lambda mp, x: x,
    "low": lambda mp, x: mp.zero,
    "rounded": lambda mp, x: x,
    "expm1": lambda mp, x: mp.expm1(x),
    "log1p": lambda mp, x: mp.log1p(x),
    "lgamma": _log_gamma,
}
