"""Populations of nodes in two-layer networks.

Nodes of one population have the same activation; node j has the input weights w_j and the output
weight a_j, and a network's output is the sum of a_j s(<w_j, x>). Statements about all nodes are
written with generic ones: w, a second node w' of the same population, v of another one. How many
there are stays a symbol. Activations within a population do not differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, S, Symbol, latex

from symdyn.calculus.equivariant import EquivariantVector, Vector
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.invariants import name_latex
from symdyn.calculus.vector_calculus import replace_vectors

Term = Expr | EquivariantVector | EquivariantMatrix
Member = tuple[Vector, Expr]  # the vector and the output weight of an actual node


@dataclass(frozen=True)
class Nodes:
    """A population: a generic node, how many there are, and its output weight.

    >>> students = Nodes(Vector("w"), Symbol("K"), Symbol("a"))
    >>> students.second, students.second_weight
    (Vector(name="w'"), a')
    """

    vector: Vector
    count: Expr
    weight: Expr = S.One

    @property
    def second(self) -> Vector:
        """Another node of the population."""
        return Vector(self.vector.name + "'")

    @property
    def second_weight(self) -> Expr:
        """The output weight of that other node."""
        if isinstance(self.weight, Symbol):
            return Symbol(self.weight.name + "'", **self.weight.assumptions0)
        return self.weight

    def exchanged(self, term: Term) -> Term:
        """A term with the two nodes of the population exchanged."""
        keep = {self.weight: self.second_weight, self.second_weight: self.weight}
        names = {self.vector: self.second, self.second: self.vector}
        moved = replace_vectors(term, names)
        if not isinstance(self.weight, Symbol):
            return moved
        return mapped(moved, lambda c: c.subs(keep, simultaneous=True))

    def __str__(self) -> str:
        return str(self.vector)


def partner(p: Nodes, q: Nodes) -> Vector:
    """The second node of a pair: w' beside w, v beside w."""
    return q.second if p == q else q.vector


def placed(
    term: Any,
    first: tuple[Nodes, Member],
    second: tuple[Nodes, Member] | None = None,
    *,
    same: bool = False,
) -> Any:
    """A term with actual nodes, each a vector and an output weight, for the generic ones."""
    p, (w, a) = first
    places: dict[Vector, Any] = {p.vector: w}
    weights: dict[Expr, Expr] = {p.weight: a} if isinstance(p.weight, Symbol) else {}
    if second is not None:
        q, (v, b) = second
        places[q.second if same else q.vector] = v
        if isinstance(q.weight, Symbol):
            weights[q.second_weight if same else q.weight] = b
    moved = replace_vectors(term, places)
    return mapped(moved, lambda c: c.subs(weights, simultaneous=True))


def mapped(term: Any, change: Callable[[Expr], Expr]) -> Any:
    return change(term) if isinstance(term, Expr) else term.apply(change)


def sum_latex(nodes: Nodes, vector: Vector, but: str, summand: str) -> str:
    name = name_latex(vector.name)
    exclusion = rf" \ne {name_latex(but)}" if but else ""
    return rf"\sum_{{{name}{exclusion}}}^{{{latex(nodes.count)}}} {summand}"
