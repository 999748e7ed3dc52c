"""A program rewritten: the same function, in the form that is predicted to lose the fewest digits.

The program enters an e-graph, rules grow it, and the best terms come out; then products that are
added are fused. The result equals the program wherever that has a value.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Symbol

from symdyn.kernels.backends.formula import expressions
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, OPERATION, PAIR
from symdyn.kernels.rewrite.branches import branched
from symdyn.kernels.rewrite.egraph import EGraph
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.extraction import Extraction, bits_lost, program_of
from symdyn.kernels.rewrite.prediction import Prediction
from symdyn.kernels.rewrite.ranges import Range
from symdyn.kernels.rewrite.rules import FUSED, RULES
from symdyn.kernels.rewrite.samples import closed_range, sample
from symdyn.kernels.rewrite.saturation import Saturation
from symdyn.proof.domain import Domain
from symdyn.proof.signs import signs_on

PASSES = 3
POINTS = 40
ROUNDS = 8
NODES = 1200
ENOUGH = 0.05  # bits; less is no reason to go on
SIGNS_ASKED = 20  # sums of a program whose sign is looked for by proof
SHORT = 10  # operations of such a sum


def improved(
    program: Program, domain: Domain, *, points: Points | None = None, nodes: int = NODES
) -> Program:
    """The best form that the rules reach, for double arithmetic.

    >>> from sympy import sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x", positive=True)
    >>> better = improved(build(sqrt(x + 1) - sqrt(x), [x]), Domain.of([x]))
    >>> expressions(better)
    (1/(sqrt(x) + sqrt(x + 1)),)

    Raises DomainError where no double of the domain gives the program a value.
    """
    return forms(program, domain, points=points, nodes=nodes)[0]


def forms(
    program: Program,
    domain: Domain,
    *,
    points: Points | None = None,
    nodes: int = NODES,
    target: float = 0.0,
) -> tuple[Program, Program]:
    """The best forms that the rules reach, for double and for pair arithmetic.

    Pairs bear cancellation, so their best form is a shorter one that neither overflows nor
    underflows. The search ends early with a form that is predicted to meet a target in ulps.
    """
    if any(node.type != OPERATION[node.op].result for node in program.nodes):
        return program, program  # it says already in which arithmetic it is to be done
    points = sample(program, domain, count=POINTS) if points is None else points
    best, lost = program, _lost(program, points)
    for _ in range(PASSES):
        graph, roots = _grown(program, best, domain, points, nodes)
        found = _extracted(graph, program, roots, F64)
        before, left = lost, _lost(found, points)
        if left < lost:
            best, lost = found, left
        if left >= before - ENOUGH or Prediction(best, points).worst() <= target:
            break
    return best, _extracted(graph, program, roots, PAIR)  # type: ignore[possibly-undefined]


def _lost(program: Program, points: Points) -> float:
    """Bits lost, as the extraction counts them."""
    return sum(map(bits_lost, Prediction(program, points).ulps()))


def _grown(
    program: Program, best: Program, domain: Domain, points: Points, nodes: int
) -> tuple[EGraph, list[int]]:
    """What the rules reach from the program and from the best form so far."""
    graph = EGraph(points, [_range(domain, symbol) for symbol in program.inputs])
    roots = _enter(graph, program)
    _tell_signs(graph, program, domain)
    for k, j in zip(roots, _enter(graph, best), strict=True):
        graph.merge(k, j)
    Saturation(graph, RULES, ROUNDS, nodes).run()
    Saturation(graph, FUSED, 1, 2 * nodes).run()
    return graph, roots


def _extracted(graph: EGraph, program: Program, roots: list[int], type: str) -> Program:
    extraction = Extraction(graph, type=type)
    return program_of(program.inputs, [branched(extraction, k) for k in roots])


def _range(domain: Domain, symbol: Symbol) -> Range:
    low, high = closed_range(domain, symbol)
    return Range(low, high, low <= 0 <= high and not symbol.is_nonzero)


def _enter(graph: EGraph, program: Program) -> list[int]:
    places = _places(graph, program)
    return [places[k] for k in program.outputs]


def _places(graph: EGraph, program: Program) -> list[int]:
    places: list[int] = []
    for node in program.nodes:
        places.append(graph.add(node.op, *(places[k] for k in node.args), value=node.value))
    return places


def _tell_signs(graph: EGraph, program: Program, domain: Domain) -> None:
    """Signs of short sums: to prove them may take conditions that tie several symbols."""
    places = _places(graph, program)
    sums = [k for k, node in enumerate(program.nodes) if node.op in ("add", "sub")]
    unsure = [k for k in sums if graph.classes[graph.find(places[k])].range.zero][:SIGNS_ASKED]
    for k in unsure:
        part = replace(program, outputs=(k,)).pruned()
        if part.count() <= SHORT:
            entry = graph.classes[graph.find(places[k])]
            entry.range = entry.range.meet(_proved(signs_on(expressions(part)[0], domain)))


def _proved(signs: frozenset[int] | None) -> Range:
    if not signs:
        return Range()
    ends = {-1: float("-inf"), 0: 0.0, 1: float("inf")}
    return Range(min(0.0, ends[min(signs)]), max(0.0, ends[max(signs)]), 0 in signs)
