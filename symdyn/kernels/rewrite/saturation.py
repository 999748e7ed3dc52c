"""Growing an e-graph by rules until nothing is new, or a limit is reached.

In each round every rule is matched against the graph as it stands, then the matches are applied.
Of each rule only so many matches are taken in a round, more in later ones, so that the many ways to
regroup sums cannot crowd out the rest. Limits are counts, not times: the same input gives the same
graph on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sympy import Expr

from symdyn.kernels.rewrite.egraph import COMMUTATIVE, EGraph, ENode
from symdyn.kernels.rewrite.patterns import Condition, Pattern
from symdyn.kernels.rewrite.ranges import Range, range_of
from symdyn.kernels.rewrite.rules import Rule

Letters = dict[str, int]
Match = tuple[int, tuple[tuple[str, int], ...]]  # the class of the left side, and its letters

MATCHES = 40  # of one rule in the first round; twice as many in every other


def match(graph: EGraph, form: Pattern, k: int, letters: Letters) -> Iterator[Letters]:
    """Ways in which a pattern fits a class."""
    k = graph.find(k)
    if isinstance(form, str):
        if form not in letters:
            yield {**letters, form: k}
        elif letters[form] == k:
            yield letters
    elif isinstance(form, Expr):
        if graph.classes[k].constant == form:
            yield letters
    else:
        for node in graph.classes[k].by_op.get(form[0], ()):
            yield from match_node(graph, form, node, letters)


def match_node(graph: EGraph, form: Any, node: ENode, letters: Letters) -> Iterator[Letters]:
    """Ways in which a pattern fits a node of the same operation."""
    yield from _match_all(graph, form[1:], node.args, letters)
    if node.op in COMMUTATIVE and node.args[0] != node.args[1]:
        yield from _match_all(graph, form[1:], node.args[::-1], letters)


def _match_all(
    graph: EGraph, forms: Sequence[Pattern], args: Sequence[int], letters: Letters
) -> Iterator[Letters]:
    if not forms:
        yield letters
        return
    for found in match(graph, forms[0], args[0], letters):
        yield from _match_all(graph, forms[1:], args[1:], found)


def instantiate(graph: EGraph, form: Pattern, letters: Letters) -> int:
    """Class of a pattern with its letters filled in."""
    if isinstance(form, str):
        return graph.find(letters[form])
    if isinstance(form, Expr):
        return graph.constant(form)
    return graph.add(form[0], *[instantiate(graph, part, letters) for part in form[1:]])


def holds(graph: EGraph, needed: Condition, letters: Letters) -> bool:
    """Whether a condition is known to hold on the whole domain."""
    return _range(graph, needed.pattern, letters).holds(needed.relation)


def _range(graph: EGraph, form: Pattern, letters: Letters) -> Range:
    if isinstance(form, str):
        return graph.classes[graph.find(letters[form])].range
    if isinstance(form, Expr):
        return range_of("const", form, (), same=False)
    known = _existing(graph, form, letters)
    found = range_of(form[0], None, [_range(graph, part, letters) for part in form[1:]],
                     same=len(form) == 3 and form[1] == form[2])  # fmt: skip
    return found if known is None else found.meet(graph.classes[known].range)


def _existing(graph: EGraph, form: Pattern, letters: Letters) -> int | None:
    """Class of a pattern, if the graph has it."""
    if isinstance(form, str):
        return graph.find(letters[form])
    if isinstance(form, Expr):
        node = ENode("const", (), form)
    else:
        args = [_existing(graph, part, letters) for part in form[1:]]
        if any(arg is None for arg in args):
            return None
        node = graph.canonical(ENode(form[0], tuple(args)))  # type: ignore[arg-type]
    return graph.find(graph.known[node]) if node in graph.known else None


@dataclass
class Saturation:
    """Rules at work on one graph; `rounds` and `nodes` limit it."""

    graph: EGraph
    rules: Sequence[Rule]
    rounds: int = 8
    nodes: int = 3000
    _applied: set[tuple[int, Match]] = field(default_factory=set)

    def run(self) -> None:
        """Apply the rules, round after round."""
        self.graph.rebuild()
        for turn in range(self.rounds):
            found = self._matches(MATCHES << turn // 2)
            if not found or not self._apply(found):
                return

    def _matches(self, limit: int) -> list[tuple[int, Match]]:
        by_op = dict[str, list[tuple[int, ENode]]]()
        for k, entry in self.graph.classes.items():
            for op, nodes in entry.by_op.items():
                by_op.setdefault(op, []).extend((k, node) for node in nodes)
        return [
            found
            for r, rule in enumerate(self.rules)
            for found in islice(self._matches_of(r, rule, by_op.get(rule.before[0], ())), limit)
        ]

    def _matches_of(
        self, r: int, rule: Rule, places: Sequence[tuple[int, ENode]]
    ) -> Iterator[tuple[int, Match]]:
        for k, node in places:
            for letters in match_node(self.graph, rule.before, node, {}):
                entry = (r, (k, tuple(sorted(letters.items()))))
                if entry not in self._applied and all(
                    holds(self.graph, needed, letters) for needed in rule.conditions
                ):
                    yield entry

    def _apply(self, found: Sequence[tuple[int, Match]]) -> bool:
        """False once the graph is full."""
        for entry in found:
            r, (k, letters) = entry
            if entry not in self._applied:
                self._applied.add(entry)
                after = instantiate(self.graph, self.rules[r].after, dict(letters))
                self.graph.merge(k, after)
                if len(self.graph.known) > self.nodes:
                    break
        self.graph.rebuild()
        return len(self.graph.known) <= self.nodes
