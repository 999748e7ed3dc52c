"""Growing an e-graph by rules until nothing is new, or a limit is reached.

In each round every rule is matched against the graph as it stands, then the matches are applied.
Of each rule only so many matches are taken in a round, more in later ones, so that the many ways to
regroup sums cannot crowd out the rest. Limits are counts, not times: the same input gives the same
graph on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from sympy import Expr

from symdyn.kernels.rewrite.egraph import EGraph, ENode
from symdyn.kernels.rewrite.matching import Matcher
from symdyn.kernels.rewrite.patterns import Condition, Pattern
from symdyn.kernels.rewrite.ranges import Range, range_of
from symdyn.kernels.rewrite.rules import Rule

Letters = dict[str, int]
Match = tuple[int, int, tuple[int, ...]]  # rule, class of its left side, classes of its letters

MATCHES = 40  # of one rule in the first round; twice as many in every other


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
    _applied: set[Match] = field(default_factory=set)

    def run(self) -> None:
        """Apply the rules, round after round."""
        self.graph.rebuild()
        for turn in range(self.rounds):
            found = self._matches(MATCHES << turn // 2)
            if not found or not self._apply(found):
                return

    def _matches(self, limit: int) -> list[Match]:
        places = dict[str, list[tuple[int, ENode]]]()
        for k, entry in self.graph.classes.items():
            for op, nodes in entry.by_op.items():
                places.setdefault(op, []).extend((k, node) for node in nodes)
        return [
            found
            for r, rule in enumerate(self.rules)
            for found in islice(self._matches_of(r, rule, places), limit)
        ]

    def _matches_of(
        self, r: int, rule: Rule, places: Mapping[str, Sequence[tuple[int, ENode]]]
    ) -> Iterator[Match]:
        matcher = compiled(rule)
        for k, node in places.get(matcher.op, ()):
            for classes in matcher.matches(self.graph, node):
                entry = (r, k, classes)
                if entry not in self._applied and self._is_allowed(rule, matcher, classes):
                    yield entry

    def _is_allowed(self, rule: Rule, matcher: Matcher, classes: tuple[int, ...]) -> bool:
        if not rule.where:
            return True
        bound = dict(zip(matcher.names, classes, strict=True))
        return all(holds(self.graph, needed, bound) for needed in rule.conditions)

    def _apply(self, found: Sequence[Match]) -> bool:
        """False once the graph is full."""
        for entry in found:
            r, k, classes = entry
            if entry not in self._applied:
                self._applied.add(entry)
                rule = self.rules[r]
                bound = dict(zip(compiled(rule).names, classes, strict=True))
                self.graph.merge(k, instantiate(self.graph, rule.after, bound))
                if len(self.graph.known) > self.nodes:
                    break
        self.graph.rebuild()
        return len(self.graph.known) <= self.nodes


@lru_cache(maxsize=1024)
def compiled(rule: Rule) -> Matcher:
    """The matcher of a rule's left side."""
    return Matcher.of(rule.before)
