"""A program: expressions as one typed graph in which every value is computed once.

Nodes stand in the order of evaluation; the arguments of a node are numbers of earlier nodes (static
single assignment). The first nodes are the inputs. Constants are exact SymPy numbers: each back end
rounds them in its own way. Equal nodes are one node (hash-consing), so several outputs share work,
and a composition of programs stays a graph whose size is the sum of its parts.

    Program(inputs=(x, y), nodes=(input 0, input 1, add 0 1, mul 2 2), outputs=(3,))  is (x + y)^2

Names of the user's symbols are kept for documents only; no back end prints them into code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, Symbol, Tuple

from symdyn.errors import InputError
from symdyn.kernels.operations import F64, OPERATION, TYPES


@dataclass(frozen=True)
class Node:
    """One value: an operation on earlier values.

    `value` is the number of an input, the exact constant (a SymPy number without symbols), or the
    constants of a table.
    `type` is the arithmetic in which the value is computed.
    """

    op: str
    args: tuple[int, ...] = ()
    value: int | Expr | Tuple | None = None
    type: str = F64


@dataclass(frozen=True)
class Program:
    """A typed graph with inputs and outputs."""

    inputs: tuple[Symbol, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]

    def evaluate(self, meaning: Callable[[Node, list[Any]], Any]) -> tuple[Any, ...]:
        """Fold over the graph: `meaning(node, values of its arguments)` gives a node's value."""
        values: list[Any] = []
        for node in self.nodes:
            values.append(meaning(node, [values[k] for k in node.args]))
        return tuple(values[k] for k in self.outputs)

    def retyped(self, types: dict[int, str]) -> Program:
        """The same graph with some nodes computed in another arithmetic, say `{5: "pair"}`."""
        nodes = tuple(
            replace(node, type=types.get(k, node.type)) for k, node in enumerate(self.nodes)
        )
        return replace(self, nodes=nodes)

    def used(self) -> tuple[bool, ...]:
        """For each node whether an output depends on it (inputs always count)."""
        needed = [node.op == "input" for node in self.nodes]
        for k in self.outputs:
            needed[k] = True
        for k in reversed(range(len(self.nodes))):
            if needed[k]:
                for argument in self.nodes[k].args:
                    needed[argument] = True
        return tuple(needed)

    def pruned(self) -> Program:
        """The program without the nodes that no output depends on."""
        graph, places = Graph(self.inputs), list(range(len(self.inputs)))
        for k, needed in enumerate(self.used()):
            if k >= len(self.inputs):
                places.append(graph.copy(self.nodes[k], places) if needed else -1)
        return graph.program(places[k] for k in self.outputs)

    def count(self, op: str = "") -> int:
        """Number of nodes of an operation; of all that compute something, if none is named."""
        leaves = ("input", "const")
        return sum(node.op == op if op else node.op not in leaves for node in self.nodes)


@dataclass
class Graph:
    """A program that is being written: `add` returns the number of a node, old or new."""

    inputs: tuple[Symbol, ...]
    nodes: list[Node] = field(default_factory=list)
    _known: dict[Node, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for k in range(len(self.inputs)):
            self._enter(Node("input", (), k))

    def add(self, op: str, *args: int, value: Expr | Tuple | None = None, type: str = "") -> int:
        """Number of the node that applies an operation to earlier nodes."""
        if op not in OPERATION:
            raise InputError(f"no operation {op!r} in programs; there are {', '.join(OPERATION)}")
        operation = OPERATION[op]
        if len(args) != operation.arity or (type and type not in TYPES):
            raise InputError(f"{op} takes {operation.arity} arguments, one of the types {TYPES}")
        return self._enter(Node(op, args, value, type or operation.result))

    def include(self, program: Program, inputs: Sequence[int]) -> tuple[int, ...]:
        """Numbers of the outputs of another program whose inputs are nodes of this one.

        So programs are composed: the inner one first, then the outer one on its outputs.
        """
        places = list(inputs)
        for node in program.nodes[len(program.inputs) :]:
            places.append(self.copy(node, places))
        return tuple(places[k] for k in program.outputs)

    def constant(self, value: Expr) -> int:
        """Number of the node of an exact constant."""
        return self._enter(Node("const", (), value))

    def copy(self, node: Node, places: Sequence[int]) -> int:
        """Number of a node of another graph whose k-th node is here `places[k]`."""
        return self._enter(replace(node, args=tuple(places[k] for k in node.args)))

    def program(self, outputs: Iterable[int]) -> Program:
        """The finished program."""
        return Program(self.inputs, tuple(self.nodes), tuple(outputs))

    def _enter(self, node: Node) -> int:
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return self._known[node]
