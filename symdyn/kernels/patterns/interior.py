"""The interior of a domain, where nothing special happens, and a program for it alone.

Within, no argument is at an end of its range or at 0, infinite or no number, and none is odd; so
tests of the range, and comparisons of an argument with a constant that come out the same for all of
the interior, can be left out:

    where(x = oo, 0, f(x))   is   f(x)                for x within [2^-300, 2^300]
    hypot(x, y)              is   sqrt(x^2 + y^2)     unscaled, with corrections, likewise

The values are the same to the last bit: a block has them whether or not a special value is in it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.backends.numba import literal
from symdyn.kernels.graph import Graph, Node, Program
from symdyn.kernels.mask import Odd, ordinary
from symdyn.kernels.operations import COMPENSATED, PAIR, WIDE
from symdyn.kernels.ranges import Range

COMPARED = {"lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne}


@dataclass(frozen=True)
class Interior:
    """Doubles from `low` to `high`; of a size of at least `least`, where both signs are there.

    >>> Interior.of(Range(), 1)
    Interior(low=-2.0, high=2.0, least=0.5)
    """

    low: float
    high: float
    least: float = 0.0

    @staticmethod
    def of(part: Range, size: int) -> Interior:
        """What of a range is neither its end nor beyond 2^size or 2^-size."""
        least, most = 2.0**-size, 2.0**size
        low, high = part.inside
        low, high = math.nextafter(low, math.inf), math.nextafter(high, -math.inf)
        if low >= 0.0:
            return Interior(max(low, least), min(high, most))
        if high <= 0.0:
            return Interior(max(low, -most), min(high, -least))
        return Interior(max(low, -most), min(high, most), least)

    def text(self, x: str) -> str:
        """The test whether an argument is within, as source text."""
        low, high = literal(self.low), literal(self.high)
        if not self.least:
            return f"({x} >= {low}) & ({x} <= {high})"
        above = f"(abs({x}) >= {literal(self.least)})"
        if self.low == -self.high:
            return f"{above} & (abs({x}) <= {high})"
        return f"{above} & ({x} >= {low}) & ({x} <= {high})"

    @property
    def is_empty(self) -> bool:
        """Whether no value is within."""
        return self.low > self.high

    @property
    def parts(self) -> tuple[tuple[float, float], ...]:
        """The one or two intervals."""
        if not self.least:
            return ((self.low, self.high),)
        return (self.low, -self.least), (self.least, self.high)

    @property
    def is_moderate(self) -> bool:
        """Whether no value is so large or small that `comp_hypot` scales it."""
        sizes = [abs(end) for part in self.parts for end in part]
        return 2.0**-400 <= min(sizes) and max(sizes) <= 2.0**400

    def truth(self, op: str, constant: float) -> bool | None:
        """How all x within compare with a constant; None where they differ."""
        if op in ("eq", "ne"):
            met = any(low <= constant <= high for low, high in self.parts)
            return None if met else op == "ne"
        found = {COMPARED[op](end, constant) for part in self.parts for end in part}
        return found.pop() if len(found) == 1 else None


def is_ordinary(
    odd: Odd | None, interiors: Sequence[Interior], inputs: Sequence[str], outputs: Sequence[str]
) -> str:
    """The test of arguments and results that are neither odd nor outside the interior."""
    tests = [part.text(x) for part, x in zip(interiors, inputs, strict=True)]
    if odd is None:
        return " & ".join(tests)
    if odd.reach:
        least, most = ordinary(len(inputs))
        tests += [f"(abs({y}) >= {least!r}) & (abs({y}) <= {most!r})" for y in outputs]
    elif odd.undefined:
        tests += [f"({y} == {y})" for y in outputs]
    return " & ".join(tests)


def within(program: Program, interiors: Sequence[Interior]) -> Program:
    """The program for arguments in the interior: decided comparisons and their choices are gone.

    >>> from sympy import Piecewise, Symbol
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> program = build(Piecewise((x**2, x < 0), (x, True)), [x])
    >>> within(program, [Interior(0.5, 2.0)]).count()
    0
    """
    graph = Graph(program.inputs)
    places = list(range(len(program.inputs)))
    known: dict[int, bool] = {}
    for k, node in enumerate(program.nodes[len(places) :], len(places)):
        truth = _truth(program, node, interiors, known)
        if truth is not None:
            known[k] = truth
        if node.op == "select" and node.args[0] in known:
            chosen = places[node.args[1 if known[node.args[0]] else 2]]
            rounded = node.type not in WIDE and graph.nodes[chosen].type in WIDE
            places.append(graph.add("high", chosen) if rounded else chosen)
        elif _needs_no_scaling(program, node, interiors):
            places.append(_unscaled_hypot(graph, node))
        else:
            places.append(graph.copy(node, places))
    return graph.program(places[k] for k in program.outputs).pruned()


def _needs_no_scaling(program: Program, node: Node, interiors: Sequence[Interior]) -> bool:
    """Whether `comp_hypot` would leave two arguments as they are."""
    return (
        node.op == "hypot"
        and node.type != PAIR
        and all(program.nodes[k].op == "input" for k in node.args)
        and all(interiors[k].is_moderate for k in node.args)
    )


def _unscaled_hypot(graph: Graph, node: Node) -> int:
    """What `comp_hypot` computes between the scalings."""
    x, y = (graph.add("mul", k, k, type=COMPENSATED) for k in node.args)
    root = graph.add("sqrt", graph.add("add", x, y, type=COMPENSATED), type=COMPENSATED)
    return root if node.type in WIDE else graph.add("high", root)


def _truth(
    program: Program, node: Node, interiors: Sequence[Interior], known: dict[int, bool]
) -> bool | None:
    """The value of a condition, if it is the same in all of the interior."""
    truths = [known.get(k) for k in node.args]
    if node.op == "not":
        return None if truths[0] is None else not truths[0]
    if node.op in ("and", "or"):
        ends = node.op == "or"
        if ends in truths:
            return ends
        return None if None in truths else not ends
    if node.op in COMPARED:
        return _compared(program, node, interiors)
    return None


def _compared(program: Program, node: Node, interiors: Sequence[Interior]) -> bool | None:
    """Of an argument and a constant, or of a constant and an argument: c < x unless x <= c."""
    left, right = (program.nodes[k] for k in node.args)
    if left.op == "input" and right.op == "const":
        return interiors[node.args[0]].truth(node.op, _rounded(right))
    if left.op == "const" and right.op == "input":
        other = {"lt": "le", "le": "lt"}.get(node.op)
        found = interiors[node.args[1]].truth(other or node.op, _rounded(left))
        return found if other is None or found is None else not found
    return None


def _rounded(constant: Node) -> float:
    return words(constant.value, 1)[0]  # type: ignore[arg-type]
