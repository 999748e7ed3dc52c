"""A program on an interval of inputs: which way it takes, and bounds of all that it computes.

Only what the outputs need is looked at: of a choice the side that is taken, of a table the entry.
Where the interval holds inputs that go different ways, Undecided tells the node and the ways. On an
interval that cannot be cut any further a way can be prescribed, so that each is looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from flint import arb
from sympy import Expr, Rational

from symdyn.errors import UnsupportedError
from symdyn.kernels import operations
from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.certify.proof.bounds import LEAST, UNIT, Bounds, compound, up
from symdyn.kernels.certify.proof.models import NotEnclosed
from symdyn.kernels.certify.proof.rounding import COMPENSATED, DOUBLE, normalised, wide_root
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import PAIR, WIDE
from symdyn.numerics.ball_steps import ball_of

COMPARISONS = ("lt", "le", "eq", "ne")


class Undecided(UnsupportedError):
    """Inputs of an interval go different ways at a node; `.ways` are those that are possible."""

    def __init__(self, node: int, ways: tuple[int, ...]) -> None:
        super().__init__(f"node {node} goes the ways {ways}")
        self.node = node
        self.ways = ways


@dataclass
class Flow:
    """Bounds of the nodes of a program for inputs between two doubles; `ways` grow on the way.

    A way is what a condition gives (0 or 1), or a whole number that is rounded down to, or a sign;
    that of a choice is the number of the argument that is taken.
    """

    program: Program
    low: float
    high: float
    ways: dict[int, int] = field(default_factory=dict)
    _known: dict[int, Bounds] = field(default_factory=dict)

    def output(self) -> Bounds:
        """Bounds of the result.

        Raises Undecided, and NotEnclosed for an operation whose error nobody has bounded.
        """
        (k,) = self.program.outputs
        return self.at(k)

    def constant(self) -> Expr | None:
        """The constant that choices hand on as the result, if one is.

        Raises Undecided where inputs choose differently.
        """
        (k,) = self.program.outputs
        while (node := self.program.nodes[k]).op == "select":
            k = node.args[self._side(k, node)]
        return node.value if node.op == "const" else None  # type: ignore[return-value]

    def decide(self, k: int) -> None:
        """Find the way at a node, without what does not lead to it."""
        if self.program.nodes[k].op in COMPARISONS:
            self.holds(k)
        else:
            self.at(k)

    def at(self, k: int) -> Bounds:
        """Bounds of a node."""
        if k not in self._known:
            self._known[k] = self._new(k, self.program.nodes[k])
        return self._known[k]

    def double(self, k: int) -> Bounds:
        """The node as a double operation sees it."""
        node = self.program.nodes[k]
        if node.op == "const":
            return of_constant(node.value, 1)  # type: ignore[arg-type]
        found = self.at(k)
        if node.type == PAIR:
            error = up(found.error + found.tail)
            return replace(
                found, tail=0.0, tail_share=0.0, error=error, share=compound(found.share, UNIT)
            )
        return found.settled()

    def wide(self, k: int) -> Bounds:
        """The node as an operation of two doubles sees it."""
        node = self.program.nodes[k]
        if node.op == "const":
            return of_constant(node.value, 2)  # type: ignore[arg-type]
        return self.at(k)

    def _new(self, k: int, node: Node) -> Bounds:
        if node.op == "input":
            return Bounds.exact(self.low, self.high)
        if node.op == "const":
            return of_constant(node.value, 2)  # type: ignore[arg-type]
        if node.op == "select":
            return self._selected(k, node)
        if node.op == "entry":
            value = node.value[self._place(k, node)]  # type: ignore[index]
            return of_constant(value, 2 if node.type in WIDE else 1)
        if node.op in _SIGNS:
            return self._signed(k, node)
        if node.op == "floor" and node.type not in WIDE:
            at = self.double(node.args[0])
            return of_whole(self.way(k, _whole_numbers(math.floor(at.low), math.floor(at.high))))
        if node.op in ("min", "max") and node.type not in WIDE:
            return self._extreme(k, node)
        if node.op == "high":
            return self.double(node.args[0])
        if node.op == "rounded":
            return self.at(node.args[0]).settled()
        return self._computed(node)

    def _computed(self, node: Node) -> Bounds:
        if node.op == "pow" and node.type == operations.COMPENSATED:
            return wide_root(self.wide(node.args[0]), degree_of(self.program, node))
        table = COMPENSATED if node.type in WIDE else DOUBLE
        if node.op in ("log", "exp") and node.type == PAIR:
            table = {}  # bounded for compensated arithmetic alone
        if node.op not in table:
            raise NotEnclosed(f"no bound is known for the error of {node.op} in {node.type}")
        see = self.wide if node.type in WIDE else self.double
        found = table[node.op](*(see(j) for j in node.args))
        return normalised(found) if node.type == PAIR else found

    # --- ways

    def way(self, k: int, possible: tuple[int, ...]) -> int:
        """The way that is taken at a node: prescribed, or the only one."""
        if k not in self.ways:
            if len(possible) != 1:
                raise Undecided(k, possible)
            self.ways[k] = possible[0]
        return self.ways[k]

    def _side(self, k: int, node: Node) -> int:
        return self.way(k, (1 if self.holds(node.args[0]) else 2,))

    def _selected(self, k: int, node: Node) -> Bounds:
        see = self.wide if node.type in WIDE else self.double
        return see(node.args[self._side(k, node)])

    def holds(self, k: int) -> bool:
        """Whether a condition holds."""
        node = self.program.nodes[k]
        if node.op == "not":
            return not self.holds(node.args[0])
        if node.op in ("and", "or"):
            first = self.holds(node.args[0])
            return first if first == (node.op == "or") else self.holds(node.args[1])
        if node.op not in COMPARISONS:
            raise NotEnclosed(f"a condition that is decided by {node.op}")
        if any(self.program.nodes[j].type == PAIR for j in node.args):
            raise NotEnclosed("a condition between pairs, which their tails may decide")
        a, b = (self._compared(j) for j in node.args)
        return bool(self.way(k, _COMPARED[node.op](a, b)))

    def _compared(self, k: int) -> Bounds:
        """A side of a comparison, which may be an infinite constant."""
        node = self.program.nodes[k]
        if node.op == "const" and math.isinf(head := words(node.value, 1)[0]):  # type: ignore
            return Bounds(head, head)
        return self.double(k)

    def _place(self, k: int, node: Node) -> int:
        """The entry of a table: the place rounded down, within the table."""
        last = len(node.value.args) - 1  # type: ignore[union-attr]
        at = self.double(node.args[0])
        low, high = (min(max(math.floor(end), 0), last) for end in (at.low, at.high))
        return self.way(k, _whole_numbers(low, high))

    def _signed(self, k: int, node: Node) -> Bounds:
        see = self.wide if node.type in WIDE else self.double
        value = see(node.args[0])
        if node.op == "neg":
            return value.negated()
        possible = (1,) if value.low >= 0.0 else (-1,) if value.high <= 0.0 else (-1, 1)
        return value if self.way(k, possible) == 1 else value.negated()

    def _extreme(self, k: int, node: Node) -> Bounds:
        """min or max of doubles, where one of them is the value throughout."""
        a, b = (self.double(j) for j in node.args)
        ascending = (1,) if a.high <= b.low else (0,) if b.high <= a.low else (0, 1)
        first = self.way(k, ascending) == (node.op == "min")
        return a if first else b


_SIGNS = ("neg", "abs")
MANY = 9  # ways, more than are ever looked at one after another


def _whole_numbers(low: int, high: int) -> tuple[int, ...]:
    """Those between two, or the first of them where there are many."""
    return tuple(range(low, min(high, low + MANY - 1) + 1))


def _lt(a: Bounds, b: Bounds) -> tuple[int, ...]:
    return (1,) if a.high < b.low else (0,) if a.low >= b.high else (0, 1)


def _le(a: Bounds, b: Bounds) -> tuple[int, ...]:
    return (1,) if a.high <= b.low else (0,) if a.low > b.high else (0, 1)


def _eq(a: Bounds, b: Bounds) -> tuple[int, ...]:
    if a.high < b.low or b.high < a.low:
        return (0,)
    return (1,) if a.is_point and b.is_point else (0, 1)


def _ne(a: Bounds, b: Bounds) -> tuple[int, ...]:
    return tuple(1 - way for way in _eq(a, b))


_COMPARED = {"lt": _lt, "le": _le, "eq": _eq, "ne": _ne}


def degree_of(program: Program, node: Node) -> int:
    """n of a power with the exponent 1/n.

    Raises NotEnclosed for any other power.
    """
    exponent: Any = program.nodes[node.args[1]].value
    if isinstance(exponent, Rational) and exponent.p == 1 and exponent.q > 0:
        return int(exponent.q)
    raise NotEnclosed(f"no bound is known for the error of a power {exponent}")


def of_whole(value: int) -> Bounds:
    """A whole number that a double holds."""
    return Bounds.exact(float(value), float(value))


def of_constant(value: Expr, count: int) -> Bounds:
    """An exact constant in one or two doubles, with what is left out."""
    parts = words(value, count)
    head = parts[0]
    if not math.isfinite(head):
        raise NotEnclosed(f"the constant {value}")
    tail = abs(parts[1]) if count == 2 else 0.0
    left = ball_of(value) - sum((arb(part) for part in parts), arb(0))  # type: ignore[arg-type]
    error = up(float(abs(left).upper()))
    share = up(error / abs(head) * 1.01) if head else 0.0
    found = Bounds.exact(head, head)
    grid = LEAST if head == 0.0 else _grid(head)
    tail_share = tail / abs(head) if head else 0.0
    return replace(found, grid=grid, tail=tail, tail_share=up(tail_share), error=error, share=share)


def _grid(value: float) -> float:
    """The largest power of two that divides a double."""
    numerator, denominator = value.as_integer_ratio()
    return (numerator & -numerator) / denominator
