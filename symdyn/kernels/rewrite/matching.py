"""Matching: where a pattern fits an e-graph, and what its letters stand for.

A pattern is compiled into nested functions once. Each is given a class, the letters bound so far
(a list of classes, one place for each letter) and what to do next; it calls that once for every
way in which it fits. Sums and products are tried in both orders.

The graph must be rebuilt: classes and nodes are taken as canonical.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from symdyn.kernels.rewrite.egraph import COMMUTATIVE, EGraph, ENode
from symdyn.kernels.rewrite.patterns import Pattern, letters

Bound = list[int]
Next = Callable[[], None]
Fit = Callable[[EGraph, int, Bound, Next], None]
FitNode = Callable[[EGraph, tuple[int, ...], Bound, Next], None]


@dataclass(frozen=True)
class Matcher:
    """A compiled pattern; `names` gives the letters in the order of their places."""

    op: str
    names: tuple[str, ...]
    fit: FitNode

    @staticmethod
    def of(form: Pattern) -> Matcher:
        """Compile a pattern whose root is an operation."""
        names = tuple(sorted(letters(form)))
        fit = _arguments(form[1:], {name: k for k, name in enumerate(names)}, set())
        return Matcher(form[0], names, fit)

    def matches(self, graph: EGraph, node: ENode) -> list[tuple[int, ...]]:
        """Classes of the letters, for every way in which the pattern fits a node.

        >>> from symdyn.kernels.rewrite.exact import Points
        >>> from symdyn.kernels.rewrite.ranges import Range
        >>> graph = EGraph(Points(((2.0,),), (100,)), [Range()])
        >>> x = graph.add("input", value=0)
        >>> total = graph.add("add", graph.add("exp", x), x)
        >>> graph.rebuild()
        >>> Matcher.of(("add", "a", ("exp", "b"))).matches(graph, graph.classes[total].nodes[0])
        [(0, 0)]
        """
        found: list[tuple[int, ...]] = []
        bound = [-1] * len(self.names)
        self.fit(graph, node.args, bound, lambda: found.append(tuple(bound)))
        if node.op in COMMUTATIVE and node.args[0] != node.args[1]:
            self.fit(graph, node.args[::-1], bound, lambda: found.append(tuple(bound)))
        return found


def _arguments(forms: tuple[Pattern, ...], places: dict[str, int], bound: set[str]) -> FitNode:
    """Fits arguments one after the other; `bound` holds the letters met so far."""
    fits = [_compiled(form, places, bound) for form in forms]
    if len(fits) == 1:
        only = fits[0]
        return lambda graph, args, bound, then: only(graph, args[0], bound, then)
    if len(fits) == 2:
        first, second = fits
        return lambda graph, args, bound, then: first(
            graph, args[0], bound, lambda: second(graph, args[1], bound, then)
        )
    one, two, three = fits
    return lambda graph, args, bound, then: one(
        graph,
        args[0],
        bound,
        lambda: two(graph, args[1], bound, lambda: three(graph, args[2], bound, then)),
    )


def _compiled(form: Pattern, places: dict[str, int], bound: set[str]) -> Fit:
    if isinstance(form, str):
        is_new = form not in bound
        bound.add(form)
        return _binding(places[form]) if is_new else _bound_before(places[form])
    if isinstance(form, Expr):
        return _constant(form)
    return _operation(form[0], _arguments(form[1:], places, bound))


def _binding(place: int) -> Fit:
    def fit(graph: EGraph, k: int, bound: Bound, then: Next) -> None:
        bound[place] = k
        then()

    return fit


def _bound_before(place: int) -> Fit:
    def fit(graph: EGraph, k: int, bound: Bound, then: Next) -> None:
        if bound[place] == k:
            then()

    return fit


def _constant(value: Expr) -> Fit:
    def fit(graph: EGraph, k: int, bound: Bound, then: Next) -> None:
        found = graph.classes[k].constant
        if found is not None and found == value:
            then()

    return fit


def _operation(op: str, arguments: FitNode) -> Fit:
    both = op in COMMUTATIVE

    def fit(graph: EGraph, k: int, bound: Bound, then: Next) -> None:
        for node in graph.classes[k].by_op.get(op, ()):
            args = node.args
            arguments(graph, args, bound, then)
            if both and args[0] != args[1]:
                arguments(graph, args[::-1], bound, then)

    return fit
