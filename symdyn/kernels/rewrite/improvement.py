"""A program rewritten: the same function, in the form that is predicted to lose the fewest digits.

The program enters an e-graph, rules grow it, and the best terms come out; then products that are
added are fused. The result equals the program wherever that has a value.
"""

from __future__ import annotations

from sympy import Symbol

from symdyn.kernels.backends.formula import expressions
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, OPERATION
from symdyn.kernels.rewrite.egraph import EGraph
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.extraction import Extraction, program_of
from symdyn.kernels.rewrite.ranges import Range
from symdyn.kernels.rewrite.rules import FUSED, RULES
from symdyn.kernels.rewrite.samples import closed_range, sample
from symdyn.kernels.rewrite.saturation import Saturation
from symdyn.proof.domain import Domain
from symdyn.proof.signs import signs_on

ROUNDS = 8
NODES = 3000
SIGNS_ASKED = 40  # sums of a program whose sign is looked for by proof


def improved(
    program: Program, domain: Domain, *, points: Points | None = None, nodes: int = NODES
) -> Program:
    """The best form that the rules reach.

    >>> from sympy import sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x", positive=True)
    >>> better = improved(build(sqrt(x + 1) - sqrt(x), [x]), Domain.of([x]))
    >>> expressions(better)
    (1/(sqrt(x) + sqrt(x + 1)),)

    Raises DomainError where no double of the domain gives the program a value.
    """
    if any(node.type != OPERATION[node.op].result for node in program.nodes):
        return program  # it says already in which arithmetic it is to be done
    points = sample(program, domain) if points is None else points
    graph = EGraph(points, [_range(domain, symbol) for symbol in program.inputs])
    roots = _enter(graph, program, domain)
    Saturation(graph, RULES, ROUNDS, nodes).run()
    Saturation(graph, FUSED, 1, 2 * nodes).run()
    extraction = Extraction(graph)
    return program_of(program.inputs, [extraction.term(k) for k in roots])


def _range(domain: Domain, symbol: Symbol) -> Range:
    low, high = closed_range(domain, symbol)
    return Range(low, high, low <= 0 <= high and not symbol.is_nonzero)


def _enter(graph: EGraph, program: Program, domain: Domain) -> list[int]:
    places: list[int] = []
    for node in program.nodes:
        places.append(graph.add(node.op, *(places[k] for k in node.args), value=node.value))
    _tell_signs(graph, program, domain, places)
    return [places[k] for k in program.outputs]


def _tell_signs(graph: EGraph, program: Program, domain: Domain, places: list[int]) -> None:
    """Signs of sums, where conditions that tie several symbols may be needed to prove them."""
    sums = [k for k, node in enumerate(program.nodes) if node.op in ("add", "sub")]
    unsure = [k for k in sums if graph.classes[graph.find(places[k])].range.zero][:SIGNS_ASKED]
    parts = expressions(Program(program.inputs, program.nodes, tuple(unsure)))
    for k, expr in zip(unsure, parts, strict=True):
        entry = graph.classes[graph.find(places[k])]
        entry.range = entry.range.meet(_proved(signs_on(expr, domain)))


def _proved(signs: frozenset[int] | None) -> Range:
    if not signs:
        return Range()
    ends = {-1: float("-inf"), 0: 0.0, 1: float("inf")}
    return Range(min(0.0, ends[min(signs)]), max(0.0, ends[max(signs)]), 0 in signs)
