"""Programs on Arb balls: every node certainly contains its exact value.

Real balls only: outside the real domain of a function the value is not finite. A condition that a
ball does not decide makes `select` the hull of both branches. Node types are ignored, since a ball
is the exact value; so a program stays its own reference after it was retyped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from flint import arb, ctx
from sympy import Tuple

from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import OPERATION
from symdyn.numerics.ball_steps import ball_of
from symdyn.numerics.functions import TABLE
from symdyn.numerics.piecewise import hull, maximum, minimum

Truth = bool | None
UNDEFINED = arb("nan")


def evaluate(program: Program, point: Sequence[Any], bits: int) -> tuple[arb, ...]:
    """Balls of the outputs at a point of numbers or balls.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> evaluate(build(sqrt(x)**2, [x]), [2], 100)[0].contains(2)
    True
    """
    with ctx.workprec(bits):
        values = [ball_of(value) for value in point]
        return program.evaluate(lambda node, args: value_of(node, args, values))


def value_of(node: Node, args: list[Any], inputs: Sequence[Any]) -> Any:
    """Value of one node at the present precision."""
    if node.op == "input":
        return inputs[node.value]  # type: ignore[index]
    if node.op == "const":
        return _real(ball_of(node.value))  # type: ignore[arg-type]
    if node.op == "entry":
        return _entry(node.value, *args)  # type: ignore[arg-type]
    return _real(MEANINGS[node.op](*args))


def _entry(table: Tuple, place: arb) -> arb:
    """The hull of all entries that are possible."""
    if not place.is_finite():
        return UNDEFINED
    ends = [end.floor().unique_fmpz() for end in (place.lower(), place.upper())]
    top = len(table) - 1
    first, last = (min(max(int(end), 0), top) if end is not None else None for end in ends)
    first, last = (0, top) if first is None or last is None else (first, last)
    return reduce(hull, (ball_of(value) for value in table[first : last + 1]))  # type: ignore


def _real(value: Any) -> Any:
    """A complex ball has no place here, unless it is real for certain."""
    if isinstance(value, (arb, bool, int)) or value is None:
        return value
    return value.real if value.imag.is_zero() else UNDEFINED


def _fused(x: arb, y: arb, z: arb) -> arb:
    return x * y + z


def _cube_root(x: arb) -> arb:
    if x > 0:
        return x.root(3)
    return -((-x).root(3)) if x < 0 else hull(-(abs(x).upper().root(3)), abs(x).upper().root(3))  # type: ignore[return-value]


def _power(x: arb, y: arb) -> arb:
    if x > 0:
        return x**y
    if x.is_zero() and y > 0:
        return arb(0)
    return x**y if y.is_integer() else UNDEFINED


def _copy_sign(x: arb, s: arb) -> arb:
    if s > 0:
        return abs(x)
    return -abs(x) if s < 0 else hull(abs(x), -abs(x))  # type: ignore[return-value]


def _select(condition: Truth, yes: arb, no: arb) -> arb:
    if condition is None:
        return hull(yes, no)  # type: ignore[return-value]
    return yes if condition else no


def _same(x: arb, y: arb) -> Truth:
    if not x.overlaps(y):
        return False
    return True if x.is_exact() and y.is_exact() and x == y else None


def _less(x: arb, y: arb) -> Truth:
    return True if x < y else (False if x >= y else None)


def _at_most(x: arb, y: arb) -> Truth:
    return True if x <= y else (False if x > y else None)


def _not(x: Truth) -> Truth:
    return None if x is None else not x


def _both(x: Truth, y: Truth) -> Truth:
    return False if x is False or y is False else (None if None in (x, y) else True)


def _either(x: Truth, y: Truth) -> Truth:
    return _not(_both(_not(x), _not(y)))


def _exponent(x: arb) -> int | None:
    """n of x = m*2^n with 1/2 <= |m| < 1, where the ball decides it."""
    if not x.is_finite() or x.contains(0):
        return 0 if x.is_zero() else None
    ends = {_exponent_of(end) for end in (abs(x).lower(), abs(x).upper())}
    return ends.pop() if len(ends) == 1 else None


def _exponent_of(x: arb) -> int:
    mantissa, exponent = x.man_exp()
    return int(abs(mantissa)).bit_length() + int(exponent)


def _scaled(x: arb, n: int | None) -> arb:
    return UNDEFINED if n is None else x * arb(2) ** n


def _mantissa(x: arb) -> arb:
    n = _exponent(x)
    return UNDEFINED if n is None else x * arb(2) ** -n


def _from_tables() -> dict[str, Callable[..., Any]]:
    """Operations that are functions of the one table, by name."""
    known = {op.name: _from_table(op.function) for op in OPERATION.values()}
    return {name: ball for name, ball in known.items() if ball is not None}


def _from_table(function: type | None) -> Callable[..., Any] | None:
    return TABLE[function].ball if function in TABLE else None


MEANINGS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "fma": _fused,
    "sqrt": lambda x: x.sqrt(),
    "sqrt_cubed": lambda x: x * x.sqrt(),
    "cbrt": _cube_root,
    "pow": _power,
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
    "copysign": _copy_sign,
    "min": minimum,
    "max": maximum,
    "select": _select,
    "ldexp": _scaled,
    "exponent": _exponent,
    "mantissa": _mantissa,
    "lt": _less,
    "le": _at_most,
    "eq": _same,
    "ne": lambda x, y: _not(_same(x, y)),
    "and": _both,
    "or": _either,
    "not": _not,
    "high": lambda x: x,
    "low": lambda x: arb(0),
    "rounded": lambda x: x,
    "expm1": lambda x: x.expm1(),
    "log1p": lambda x: x.log1p(),
    "lgamma": lambda x: abs(x.gamma()).log() if x < 0 else x.lgamma(),
} | _from_tables()
