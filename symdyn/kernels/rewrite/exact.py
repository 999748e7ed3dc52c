"""Exact values of nodes at sample points, and what the error model needs of them.

Every node is evaluated in ball arithmetic, at each point with the number of bits that the point
asks for (nearly equal numbers at 1e-300 ask for thousands). A value is kept as mantissa and
exponent, so that nothing overflows here:

    value = mantissa * 2^exponent,  1/2 <= |mantissa| < 1,     nan where it is undefined
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray
from sympy import Expr

from symdyn.kernels.backends.arb import value_of
from symdyn.kernels.graph import Node, Program

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DECIDED_BITS = 30  # a value known to fewer bits is as good as unknown
DOUBLE_BITS = 53
LEAST_EXPONENT = -1021  # of a normal double, with a mantissa in [1/2, 1)
LARGEST_EXPONENT = 1024


@dataclass(frozen=True)
class Points:
    """Sample points in order of their precision: a row of doubles, and its bits, for each."""

    rows: tuple[tuple[float, ...], ...]
    bits: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @staticmethod
    def of(rows: Sequence[tuple[tuple[float, ...], int]]) -> Points:
        """From rows with their bits, in any order."""
        ordered = sorted(rows, key=lambda row: row[1])
        return Points(tuple(row for row, _ in ordered), tuple(bits for _, bits in ordered))

    def spans(self) -> list[tuple[int, range]]:
        """Runs of points of equal precision."""
        return [
            (bits, range((members := list(run))[0], members[-1] + 1))
            for bits, run in groupby(range(len(self)), key=lambda k: self.bits[k])
        ]


@dataclass(frozen=True, eq=False)
class Numbers:
    """The exact values of one node at all points."""

    balls: tuple[Any, ...]
    mantissa: Floats
    exponent: Floats
    is_double: Flags

    @property
    def defined(self) -> Flags:
        """Where there is a value."""
        return ~np.isnan(self.mantissa)

    @property
    def real(self) -> Floats:
        """Values as doubles, infinite or zero where these end."""
        with np.errstate(over="ignore", under="ignore"):
            return np.ldexp(self.mantissa, np.clip(self.exponent, -5000, 5000).astype(np.int64))

    @property
    def in_range(self) -> Flags:
        """Where the value is zero, or a normal double after rounding."""
        inside = (self.exponent >= LEAST_EXPONENT) & (self.exponent <= LARGEST_EXPONENT)
        return self.defined & (inside | (self.mantissa == 0))


def numbers(balls: Sequence[Any]) -> Numbers:
    """Values that balls decide.

    >>> seen = numbers([arb(3), arb(0), arb("nan"), True])
    >>> seen.mantissa.tolist(), seen.exponent.tolist()
    ([0.75, 0.0, nan, 0.5], [2.0, 0.0, 0.0, 1.0])
    """
    mantissa, exponent, exact = zip(*map(_parts, balls), strict=True) if balls else ((), (), ())
    return Numbers(tuple(balls), np.array(mantissa), np.array(exponent), np.array(exact))


_UNDEFINED = (float("nan"), 0.0, False)
_TINY = arb(2) ** -100  # below, what cancels beyond the precision counts as large as it can be
_FAR = 10**6  # exponents beyond are all alike


def _at_most(bound: arb) -> tuple[float, float, bool]:
    whole, exponent = map(int, bound.mid().man_exp())
    return 0.5, float(max(-_FAR, exponent + whole.bit_length())), False


def _parts(ball: Any) -> tuple[float, float, bool]:
    if isinstance(ball, (bool, int)):
        ball = arb(int(ball))
    if ball is None or not ball.is_finite():
        return _UNDEFINED
    if ball.is_zero():
        return 0.0, 0.0, True
    if not ball.is_exact() and ball.rel_accuracy_bits() < DECIDED_BITS:
        return _at_most(ball.abs_upper()) if ball.abs_upper() < _TINY else _UNDEFINED
    whole, exponent = map(int, ball.mid().man_exp())
    size, length = abs(whole), abs(whole).bit_length()
    top = size >> (length - DOUBLE_BITS) if length > DOUBLE_BITS else size
    mantissa = (1 if whole > 0 else -1) * top / 2.0 ** top.bit_length()
    reach = max(-_FAR, min(_FAR, exponent + length))
    return mantissa, float(reach), ball.is_exact() and length <= DOUBLE_BITS


def values(
    op: str, value: int | Expr | None, args: Sequence[Sequence[Any]], points: Points
) -> list[Any]:
    """Balls of one node at all points, given those of its arguments."""
    node, found = Node(op, (), value), list[Any]()
    for bits, span in points.spans():
        if op == "const":
            found += [_constant(value, bits)] * len(span)  # type: ignore[arg-type]
            continue
        with ctx.workprec(bits):
            if op == "input":
                found += [arb(points.rows[k][value]) for k in span]  # type: ignore[index]
            else:
                found += [value_of(node, [arg[k] for arg in args], ()) for k in span]
    return found


@lru_cache(maxsize=4096)
def _constant(value: Expr, bits: int) -> Any:
    with ctx.workprec(bits):
        return value_of(Node("const", (), value), [], ())


def table(program: Program, points: Points) -> tuple[Numbers, ...]:
    """Exact values of every node of a program."""
    balls: list[list[Any]] = []
    for node in program.nodes:
        balls.append(values(node.op, node.value, [balls[k] for k in node.args], points))
    return tuple(numbers(row) for row in balls)
