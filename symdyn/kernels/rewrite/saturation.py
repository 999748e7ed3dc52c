"""Growing an e-graph by rules until nothing is new, or a limit is reached.

In each round every rule is matched against the graph as it stands, then all matches are applied. A
rule with too many matches pauses for some rounds, so that regrouping of sums cannot crowd out the
rest. Limits are counts, not times: the same input gives the same graph on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symdyn.kernels.rewrite.egraph import COMMUTATIVE, EGraph, ENode
from symdyn.kernels.rewrite.patterns import Condition, Pattern
from symdyn.kernels.rewrite.ranges import Range, range_of
from symdyn.kernels.rewrite.rules import Rule

Letters = dict[str, int]
Match = tuple[int, tuple[tuple[str, int], ...]]  # the class of the left side, and its letters

MATCHES = 300  # of one rule in one round; twice as many after each pause


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
        for node in graph.classes[k].nodes:
            if node.op == form[0]:
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
    _paused: dict[int, int] = field(default_factory=dict)
    _pauses: dict[int, int] = field(default_factory=dict)
    _applied: set[tuple[int, Match]] = field(default_factory=set)

    def run(self) -> None:
        """Apply the rules, round after round."""
        for turn in range(self.rounds):
            found = self._matches(turn)
            before = len(self.graph.known), len(self.graph.classes)
            if not self._apply(found):
                return
            if before == (len(self.graph.known), len(self.graph.classes)) and not self._paused:
                return

    def _matches(self, turn: int) -> list[tuple[int, Match]]:
        graph, by_op = self.graph, dict[str, list[tuple[int, ENode]]]()
        for k, entry in graph.classes.items():
            for node in entry.nodes:
                by_op.setdefault(node.op, []).append((k, node))
        self._paused = {r: until for r, until in self._paused.items() if until > turn}
        found: list[tuple[int, Match]] = []
        for r, rule in enumerate(self.rules):
            if r not in self._paused:
                new = self._matches_of(r, rule, by_op.get(rule.before[0], ()))
                limit = MATCHES << self._pauses.get(r, 0)
                if len(new) > limit:
                    self._pauses[r] = self._pauses.get(r, 0) + 1
                    self._paused[r] = turn + 1 + self._pauses[r]
                    new = new[:limit]
                found += new
        return found

    def _matches_of(
        self, r: int, rule: Rule, places: Sequence[tuple[int, ENode]]
    ) -> list[tuple[int, Match]]:
        found: list[tuple[int, Match]] = []
        limit = MATCHES << self._pauses.get(r, 0)
        for k, node in places:
            for letters in match_node(self.graph, rule.before, node, {}):
                entry = (r, (k, tuple(sorted(letters.items()))))
                if entry not in self._applied and all(
                    holds(self.graph, needed, letters) for needed in rule.conditions
                ):
                    found.append(entry)
                    if len(found) > limit:
                        return found
        return found

    def _apply(self, found: Sequence[tuple[int, Match]]) -> bool:
        """False once the graph is full."""
        for r, (k, letters) in found:
            if (r, (k, letters)) not in self._applied:
                self._applied.add((r, (k, letters)))
                after = instantiate(self.graph, self.rules[r].after, dict(letters))
                self.graph.merge(k, after)
                if len(self.graph.known) > self.nodes:
                    self.graph.rebuild()
                    return False
        self.graph.rebuild()
        return True
