"""Extraction: from an e-graph the program with the smallest predicted error.

For each class the best term found so far is kept, with its error at every sample point; terms are
built from the best terms of the arguments until none improves. The score of a term is the number
of bits that it loses, on the average and at the worst point; cost breaks ties.

    score = mean log2(1 + error) + log2(1 + largest error)/4 + cost

The best term of a class depends only on its own errors, so the whole is good, not certainly best:
an error that is divided out later counts in full where it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Expr, Symbol

from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import F64
from symdyn.kernels.rewrite.egraph import EGraph, ENode
from symdyn.kernels.rewrite.errors import Step, step
from symdyn.kernels.rewrite.exact import Flags, Floats, Numbers, numbers

ROUNDS = 30
CHEAPER = 0.1  # weight of the logarithm of the cost
WORST = 0.25  # weight of the worst point
MOST = 100.0  # bits that a point can lose

# In additions, roughly; what is not named costs as much as a function of the C library.
COST: Mapping[str, float] = {
    "input": 0, "const": 0, "add": 1, "sub": 1, "mul": 1, "neg": 0.2, "fma": 1, "abs": 0.2,
    "copysign": 0.2, "min": 1, "max": 1, "select": 6, "lt": 1, "le": 1, "eq": 1, "ne": 1,
    "div": 5, "sqrt": 5, "high": 0, "low": 0, "hypot": 15, "pow": 40,
}  # fmt: skip
FUNCTION_COST = 20.0
DEAREST = 1e9  # shared parts count again and again


@dataclass(frozen=True, eq=False)
class Term:
    """An operation on terms, with its errors at the sample points."""

    op: str
    value: int | Expr | None
    args: tuple[Term, ...]
    error: Floats
    cost: float
    score: float
    place: int  # its class


def bits_lost(errors: Floats) -> float:
    """Bits that errors cost, on the average and at the worst point.

    >>> bits_lost(np.array([1.0, 1.0]))
    1.25
    """
    if not errors.size:
        return 0.0
    lost = np.minimum(np.log2(1 + errors), MOST)
    return float(lost.mean() + WORST * lost.max())


class Extraction:
    """Best terms of all classes, computed in doubles or in pairs.

    `counted` says which points matter, all if it is not given.
    """

    def __init__(self, graph: EGraph, *, type: str = F64) -> None:
        self.graph = graph
        self.type = type
        self.best: dict[int, Term] = {}
        self._counted: Flags | None = None
        self._values: dict[int, Numbers] = {}
        self._steps: dict[ENode, Step] = {}
        self._seen: dict[ENode, tuple[int, ...]] = {}
        self._others: dict[bytes, Extraction] = {}  # by the points that they count
        self._search()

    def restricted(self, counted: Flags) -> Extraction:
        """The same, where only some points matter; done once for the same points."""
        counted = counted if self._counted is None else counted & self._counted
        key = counted.tobytes()
        if key not in self._others:
            other = object.__new__(Extraction)
            other.graph, other.type, other.best, other._seen = self.graph, self.type, {}, {}
            other._values, other._steps, other._others = self._values, self._steps, self._others
            other._counted = counted
            other._search()
            self._others[key] = other
        return self._others[key]

    def term(self, k: int) -> Term:
        """Best term of a class."""
        return self.best[self.graph.find(k)]

    def number(self, k: int) -> Numbers:
        """Exact values of a class."""
        k = self.graph.find(k)
        if k not in self._values:
            self._values[k] = numbers(self.graph.classes[k].balls)
        return self._values[k]

    def truth(self, k: int) -> Flags:
        """Where a condition holds."""
        return self.number(k).real == 1

    def applied(self, op: str, args: Sequence[Term], k: int) -> Term:
        """An operation on given terms that computes the value of a class."""
        return self._term(k, ENode(op, tuple(arg.place for arg in args)), args)

    def fresh(self, k: int) -> Term:
        """The term of a class that was made after the search."""
        k = self.graph.find(k)
        if k not in self.best:
            node = self.graph.classes[k].nodes[0]
            self.best[k] = self._term(k, node, [self.fresh(j) for j in node.args])
        return self.best[k]

    def _search(self) -> None:
        for _ in range(ROUNDS):
            improved = [self._improve(k) for k in self.graph.classes]
            if not any(improved):
                return

    def _improve(self, k: int) -> bool:
        found = False
        for node in self.graph.classes[k].nodes:
            args = [self.best.get(j) for j in node.args]
            key = tuple(map(id, args))
            if None in args or self._seen.get(node) == key:
                continue
            self._seen[node] = key
            term = self._term(k, node, [arg for arg in args if arg is not None])
            if k not in self.best or term.score < self.best[k].score - 1e-9:
                self.best[k], found = term, True
        return found

    def _term(self, k: int, node: ENode, args: Sequence[Term]) -> Term:
        step = self._step(k, node)
        if node.args:
            error = step.error([arg.error for arg in args], self.type)
        else:
            error = np.zeros_like(step.rounding)
            if node.op == "const":
                error = step.narrowing if self.type == F64 else step.pair_rounding
        distinct = {id(arg): arg.cost for arg in args}
        cost = min(COST.get(node.op, FUNCTION_COST) + sum(distinct.values()), DEAREST)
        return Term(node.op, node.value, tuple(args), error, cost, self._score(k, error, cost), k)

    def _score(self, k: int, error: Floats, cost: float) -> float:
        counted = self.number(k).defined
        if self._counted is not None:
            counted = counted & self._counted
        return bits_lost(error[counted]) + CHEAPER * float(np.log2(1 + cost))

    def _step(self, k: int, node: ENode) -> Step:
        if node not in self._steps:
            args = [self.number(j) for j in node.args]
            self._steps[node] = step(node.op, self.number(k), args)
        return self._steps[node]


def program_of(inputs: tuple[Symbol, ...], terms: Sequence[Term]) -> Program:
    """The program of some terms, every value computed once."""
    graph, places = Graph(inputs), dict[int, int]()
    for term in terms:
        _write(graph, term, places)
    return graph.program(places[id(term)] for term in terms)


def _write(graph: Graph, term: Term, places: dict[int, int]) -> None:
    if id(term) in places:
        return
    for arg in term.args:
        _write(graph, arg, places)
    if term.op == "input":
        places[id(term)] = term.value  # type: ignore[assignment]
    elif term.op == "const":
        places[id(term)] = graph.constant(term.value)  # type: ignore[arg-type]
    else:
        places[id(term)] = graph.add(term.op, *(places[id(arg)] for arg in term.args))
