"""An e-graph: many programs for the same values at once, as classes of equal nodes.

A class holds nodes that compute one value in different ways; the arguments of a node are classes.
Equal nodes are one node (hash-consing); classes that are found equal are merged (union-find), and
`rebuild` restores both after merges. Each class knows its exact values at the sample points, its
constant if it has one, and a range that holds on the whole domain.

    sqrt(x + 1) - sqrt(x)   and   1/(sqrt(x + 1) + sqrt(x))   are two nodes of one class

Two classes whose values differ at a sample are never merged, whatever a rule says. Numbers of
classes are given in order, and nothing depends on hashes: the same input gives the same graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flint import arb
from sympy import Expr, Float, Rational, S

from symdyn.kernels.operations import BOOL, I64, OPERATION
from symdyn.kernels.rewrite.exact import Points, values
from symdyn.kernels.rewrite.ranges import ANY, Range, range_of

COMMUTATIVE = frozenset({"add", "mul", "hypot", "min", "max", "eq", "ne", "and", "or"})
LONGEST = 400  # bits of a constant that is computed from others


class ENode(NamedTuple):
    """An operation on classes; `value` is the number of an input, or a constant."""

    op: str
    args: tuple[int, ...] = ()
    value: int | Expr | None = None


@dataclass(eq=False)
class EClass:
    """Nodes of one value, and what is known of it."""

    nodes: list[ENode]
    balls: list[Any]
    range: Range
    constant: Expr | None = None
    by_op: dict[str, list[ENode]] = field(default_factory=dict)  # as of the last rebuild


@dataclass(eq=False)
class EGraph:
    """Classes of equal nodes over some sample points."""

    points: Points
    inputs: Sequence[Range]
    parent: list[int] = field(default_factory=list)
    classes: dict[int, EClass] = field(default_factory=dict)
    known: dict[ENode, int] = field(default_factory=dict)
    is_stale: bool = False

    def find(self, k: int) -> int:
        """Number of the class that a class has become."""
        while self.parent[k] != k:
            self.parent[k] = self.parent[self.parent[k]]
            k = self.parent[k]
        return k

    def add(self, op: str, *args: int, value: int | Expr | None = None) -> int:
        """Class of a node, old or new."""
        node = self.canonical(ENode(op, args, value))
        if node in self.known:
            return self.find(self.known[node])
        if (folded := self._folded(node)) is not None:
            self.known[node] = self.constant(folded)
            return self.known[node]
        return self._new(node)

    def constant(self, value: Expr) -> int:
        """Class of a constant."""
        return self.add("const", value=value)

    def canonical(self, node: ENode) -> ENode:
        """The node with its classes as they are now, in order where it commutes."""
        args = tuple([self.find(k) for k in node.args])
        if node.op in COMMUTATIVE and args[0] > args[1]:
            args = args[::-1]
        return ENode(node.op, args, node.value)

    def merge(self, a: int, b: int) -> bool:
        """Make two classes one; False if they are, or if their values differ."""
        a, b = self.find(a), self.find(b)
        if a == b or not self._agree(a, b):
            return False
        a, b = min(a, b), max(a, b)
        kept, gone = self.classes[a], self.classes.pop(b)
        self.parent[b] = a
        kept.nodes += gone.nodes
        kept.balls = [_sharper(x, y) for x, y in zip(kept.balls, gone.balls, strict=True)]
        kept.range = kept.range.meet(gone.range)
        kept.constant = gone.constant if kept.constant is None else kept.constant
        self.is_stale = True
        return True

    def rebuild(self) -> None:
        """Make nodes canonical again, merge the classes of nodes that became equal."""
        while self.is_stale:
            self.is_stale = False
            for node, k in list(self.known.items()):
                now = self.canonical(node)
                if now != node:
                    del self.known[node]
                if now in self.known:
                    self.merge(self.known[now], k)
                self.known[now] = self.find(k)
        for entry in self.classes.values():
            entry.nodes = list(dict.fromkeys(map(self.canonical, entry.nodes)))
            if entry.constant is not None:
                entry.nodes = [node for node in entry.nodes if node.op == "const"][:1]
            entry.by_op = {}
            for node in entry.nodes:
                entry.by_op.setdefault(node.op, []).append(node)
            self._narrow(entry)

    def _narrow(self, entry: EClass) -> None:
        for node in entry.nodes:
            if node.op != "input":
                entry.range = entry.range.meet(self._range(node))

    def _range(self, node: ENode) -> Range:
        if node.op == "input":
            return self.inputs[node.value]  # type: ignore[index]
        if OPERATION[node.op].result in (BOOL, I64):
            return ANY
        ranges = [self.classes[k].range for k in node.args]
        return range_of(node.op, node.value, ranges, same=len(set(node.args)) < len(node.args))

    def _new(self, node: ENode) -> int:
        k = len(self.parent)
        self.parent.append(k)
        self.known[node] = k
        rows = [self.classes[j].balls for j in node.args]
        balls = values(node.op, node.value, rows, self.points)
        constant = _number(node.value) if node.op == "const" else None  # type: ignore[arg-type]
        self.classes[k] = EClass([node], balls, self._range(node), constant)
        return k

    def _folded(self, node: ENode) -> Expr | None:
        """The constant that an operation on rational constants gives."""
        if not node.args or node.op not in _FOLDED:
            return None
        args = [self.classes[k].constant for k in node.args]
        if not all(isinstance(arg, Rational) for arg in args):
            return None
        found = _FOLDED[node.op](*args)
        short = isinstance(found, Rational) and max(found.p.bit_length(), found.q.bit_length())
        return found if isinstance(found, Rational) and short < LONGEST else None

    def _agree(self, a: int, b: int) -> bool:
        pairs = zip(self.classes[a].balls, self.classes[b].balls, strict=True)
        return all(_compatible(x, y) for x, y in pairs)


def _number(value: Expr) -> Expr:
    """A constant, exactly: a decimal number is the binary one that it stands for."""
    return Rational(value) if isinstance(value, Float) and value.is_finite else value


def _root(x: Rational) -> Expr | None:
    from sympy import sqrt

    return sqrt(x) if x >= 0 else None


_FOLDED: dict[str, Any] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y if y != 0 else None,
    "neg": lambda x: -x,
    "abs": abs,
    "sqrt": _root,
    "exp": lambda x: S.One if x == 0 else None,
    "log": lambda x: S.Zero if x == 1 else None,
}


def _compatible(x: Any, y: Any) -> bool:
    if not isinstance(x, arb) or not isinstance(y, arb):
        return x is None or y is None or x == y
    return not x.is_finite() or not y.is_finite() or x.overlaps(y)


def _sharper(x: Any, y: Any) -> Any:
    """The ball that says more."""
    if not isinstance(x, arb):
        return y if x is None else x
    if not x.is_finite() or not y.is_finite():
        return x if x.is_finite() else y
    return y if y.rad() < x.rad() else x
