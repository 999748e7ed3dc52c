"""What a program would compute in exact arithmetic, as a Taylor model, along one way through it.

Constants are the exact numbers of the program, whose rounding counts as an error of arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import acb, arb

from symdyn.kernels.backends.arb import MEANINGS
from symdyn.kernels.certify.proof.branched import Function, logarithm, total
from symdyn.kernels.certify.proof.flow import degree_of
from symdyn.kernels.certify.proof.models import Model, NotEnclosed
from symdyn.kernels.certify.proof.scaled import exponential
from symdyn.kernels.graph import Node, Program
from symdyn.numerics.ball_steps import ball_of


class Ideal:
    """Models of the nodes that the output needs, with the ways that bounds have found."""

    def __init__(self, program: Program, x: Model, ways: Mapping[int, int]) -> None:
        self.program = program
        self.x = x
        self.ways = ways
        self.known: dict[int, Function] = {}

    def output(self) -> Function:
        """The model of the result.

        Raises NotEnclosed where it is not known to be smooth.
        """
        (k,) = self.program.outputs
        return self.at(k)

    def at(self, k: int) -> Function:
        """The model of a node."""
        if k not in self.known:
            self.known[k] = self._new(k, self.program.nodes[k])
        return self.known[k]

    def _new(self, k: int, node: Node) -> Function:
        if node.op == "input":
            return self.x
        if node.op == "const":
            return self._number(node.value)
        if node.op == "select":
            return self.at(node.args[self.ways[k]])
        if node.op == "entry":
            return self._number(node.value[self.ways[k]])  # type: ignore[index]
        if node.op == "floor":
            return self._number(self.ways[k])
        if node.op in ("min", "max"):
            return self.at(node.args[0 if self.ways[k] == (node.op == "min") else 1])
        if node.op == "abs":
            return self.at(node.args[0]) * self.ways[k]
        if node.op == "pow":
            return self.at(node.args[0]).raised(Fraction(1, degree_of(self.program, node)))
        if node.op not in EXACT:
            raise NotEnclosed(f"{node.op} in exact arithmetic")
        return EXACT[node.op](*(self.at(j) for j in node.args))

    def _number(self, value: Any) -> Model:
        found = ball_of(value)
        if isinstance(found, acb) or not found.is_finite():
            raise NotEnclosed(f"the constant {value}")
        return Model.constant(arb(found), self.x.reach, self.x.order)


EXACT: dict[str, Callable[..., Function]] = {
    **{op: MEANINGS[op] for op in ("mul", "div", "neg", "high", "rounded")},
    "add": total,
    "sub": lambda a, b: total(a, -b),
    "fma": lambda a, b, c: total(a * b, c),
    "sqrt": lambda a: a.raised(Fraction(1, 2)),
    "sqrt_cubed": lambda a: a.raised(Fraction(3, 2)),
    "cbrt": lambda a: a.raised(Fraction(1, 3)),
    "log": logarithm,
    "exp": exponential,
}
