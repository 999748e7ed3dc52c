"""Sums over the nodes of two-layer networks, for any number of nodes.

Nodes of one population have the same activation; node j has the input weights w_j and the output
weight a_j, and a network's output is the sum of a_j s(<w_j, x>). An expectation that is quadratic
in outputs is then a sum over single nodes and over pairs of nodes,

    sum_j A(w_j) + sum_{j != k} B(w_j, w_k) + sum_{j, k} C(w_j, v_k)

with one function A, B, C for each population or pair of populations. It is written with a generic
node w, a second node w' of the same population, and v of another one. Its gradient in w_j is
a sum over the other nodes of equivariant vectors, its Hessian consists of equivariant matrices; the
numbers of nodes stay symbols. Activations within a population do not differ, and expectations of
third or higher degree in the outputs are not treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Poly, S, Symbol, latex, sympify

from symdyn.calculus.equivariant import (
    EquivariantMatrix,
    EquivariantVector,
    Vector,
    as_matrix,
    as_vector,
)
from symdyn.calculus.invariants import in_one_language, name_latex
from symdyn.calculus.vector_calculus import gradient, jacobian, replace_vectors
from symdyn.errors import InputError, UnsupportedError

Term = Expr | EquivariantVector | EquivariantMatrix
Equality = tuple[str, Expr, Expr]


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
        return _mapped(moved, lambda c: c.subs(keep, simultaneous=True))

    def __str__(self) -> str:
        return str(self.vector)


@dataclass(frozen=True)
class PairSum:
    """A scalar: a sum over single nodes and over ordered pairs of different nodes."""

    single: tuple[tuple[Nodes, Expr], ...]
    pairs: tuple[tuple[Nodes, Nodes, Expr], ...]

    def apply(self, change: Callable[[Expr], Expr]) -> PairSum:
        """The same with every summand changed."""
        return PairSum(
            tuple((p, change(term)) for p, term in self.single),
            tuple((p, q, change(term)) for p, q, term in self.pairs),
        )

    def gradient(self, nodes: Nodes) -> NodeSum:
        """Gradient in the input weights of a node."""
        w = nodes.vector
        own = sum((gradient(t, w) for p, t in self.single if p == nodes), EquivariantVector())
        terms: dict[Nodes, EquivariantVector] = {}
        for p, q, term in self.pairs:
            for other, summand in _seen_from(nodes, p, q, term):
                terms[other] = terms.get(other, EquivariantVector()) + gradient(summand, w)
        return NodeSum(nodes, own, tuple(terms.items()))

    def hessian(self, nodes: Nodes) -> BlockHessian:
        """Second derivatives in the input weights of a node, and of two nodes."""
        slope = self.gradient(nodes)
        w = nodes.vector
        same = NodeSum(
            nodes,
            jacobian(as_vector(slope.own), w),
            tuple((q, jacobian(as_vector(term), w)) for q, term in slope.others),
        )
        between = as_vector(dict(slope.others).get(nodes, 0))
        return BlockHessian(same, jacobian(between, nodes.second))

    def expanded(self, members: Mapping[Nodes, Sequence[tuple[Vector, Expr]]]) -> Expr:
        """The sum written out, with the vector and the output weight of every node given."""
        total: Expr = S.Zero
        for p, term in self.single:
            total += sum((_placed(term, (p, node)) for node in members[p]), S.Zero)
        for p, q, term in self.pairs:
            for first in members[p]:
                for second in members[q]:
                    if first != second or p != q:
                        total += _placed(term, (p, first), (q, second), same=p == q)
        return total

    def components(self, other: object) -> tuple[Equality, ...]:
        """The equalities of summands to which `self = other` amounts."""
        if not isinstance(other, PairSum):
            raise InputError(f"a sum over pairs of nodes is compared with {other!r}")
        left, right = self._summands(), other._summands()
        names = sorted(set(left) | set(right))
        return in_one_language((n, left.get(n, S.Zero), right.get(n, S.Zero)) for n in names)

    def _summands(self) -> dict[str, Expr]:
        found = {f"one node {p}": term for p, term in self.single}
        for p, q, term in self.pairs:
            name = f"pair {p}, {_partner(p, q)}"
            found[name] = found.get(name, S.Zero) + term
        return found

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the summands."""
        return {s for c in self._summands().values() for s in c.free_symbols}  # type: ignore[misc]

    def __str__(self) -> str:
        single = [f"sum over {p} of {term}" for p, term in self.single]
        pairs = [f"sum over {p}, {_partner(p, q)} of {term}" for p, q, term in self.pairs]
        return " + ".join(single + pairs) or "0"

    def _latex(self, printer: Any) -> str:
        single = [_sum_latex(p, p.vector, "", printer.doprint(term)) for p, term in self.single]
        pairs = [
            _sum_latex(p, p.vector, "", "")
            + _sum_latex(q, _partner(p, q), p.vector.name if p == q else "", printer.doprint(term))
            for p, q, term in self.pairs
        ]
        return " + ".join(single + pairs) or "0"


@dataclass(frozen=True)
class NodeSum:
    """A vector or matrix at one node: its own term, and a sum over all other nodes."""

    nodes: Nodes
    own: EquivariantVector | EquivariantMatrix
    others: tuple[tuple[Nodes, EquivariantVector | EquivariantMatrix], ...]

    def apply(self, change: Callable[[Expr], Expr]) -> NodeSum:
        """The same with every coefficient changed."""
        others = tuple((q, term.apply(change)) for q, term in self.others)
        return NodeSum(self.nodes, self.own.apply(change), others)

    def __mul__(self, factor: Expr | int) -> NodeSum:
        return self.apply(lambda c: sympify(factor) * c)

    __rmul__ = __mul__

    def expanded(
        self,
        node: tuple[Vector, Expr],
        members: Mapping[Nodes, Sequence[tuple[Vector, Expr]]],
    ) -> EquivariantVector | EquivariantMatrix:
        """The sum written out for one node among given ones."""
        total: Any = _placed(self.own, (self.nodes, node))
        for q, term in self.others:
            for other in members[q]:
                if other != node or q != self.nodes:
                    here = ((self.nodes, node), (q, other))
                    total = total + _placed(term, *here, same=q == self.nodes)
        return total

    def components(self, other: object) -> tuple[Equality, ...]:
        """The equalities of coefficients to which `self = other` amounts."""
        if not isinstance(other, NodeSum):
            raise InputError(f"a sum over nodes is compared with {other!r}")
        left, right = self._summands(), other._summands()
        pairs: list[Equality] = []
        for name in sorted(set(left) | set(right)):
            one, two = left.get(name, 0), right.get(name, 0)
            side = one if name in left else two
            as_object = as_matrix if isinstance(side, EquivariantMatrix) else as_vector
            parts = as_object(one).components(as_object(two))
            pairs += [(f"{name}, on {part}", a, b) for part, a, b in parts]
        return in_one_language(pairs)

    def _summands(self) -> dict[str, EquivariantVector | EquivariantMatrix]:
        found = {f"node {self.nodes}": self.own}
        for q, term in self.others:
            found[f"node {self.nodes}, other {_partner(self.nodes, q)}"] = term
        return found

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return {s for term in self._summands().values() for s in term.free_symbols}

    def __str__(self) -> str:
        others = [f"sum over {_partner(self.nodes, q)} of [{term}]" for q, term in self.others]
        return " + ".join([str(self.own), *others])

    def _latex(self, printer: Any) -> str:
        w = self.nodes.vector.name
        others = [
            _sum_latex(
                q,
                _partner(self.nodes, q),
                w if q == self.nodes else "",
                rf"\left[{printer.doprint(term)}\right]",
            )
            for q, term in self.others
        ]
        return " + ".join([printer.doprint(self.own), *others])


@dataclass(frozen=True)
class BlockHessian:
    """Second derivatives: at one node (a sum over the others), and between two nodes."""

    same: NodeSum
    between: EquivariantMatrix

    def apply(self, change: Callable[[Expr], Expr]) -> BlockHessian:
        """The same with every coefficient changed."""
        return BlockHessian(self.same.apply(change), self.between.apply(change))

    def components(self, other: object) -> tuple[Equality, ...]:
        """The equalities of coefficients to which `self = other` amounts."""
        if not isinstance(other, BlockHessian):
            raise InputError(f"a block Hessian is compared with {other!r}")
        between = self.between.components(other.between)
        named = tuple((f"two nodes, on {part}", a, b) for part, a, b in between)
        return in_one_language((*self.same.components(other.same), *named))

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return self.same.free_symbols | self.between.free_symbols

    def __str__(self) -> str:
        return f"same node: {self.same}; two nodes: {self.between}"

    def _latex(self, printer: Any) -> str:
        same, between = printer.doprint(self.same), printer.doprint(self.between)
        return rf"H_{{jj}} = {same},\quad H_{{jk}} = {between}"


def expected_quadratic(
    quantity: Expr,
    outputs: Mapping[Symbol, Nodes],
    *,
    one: Callable[[Vector], Expr],
    two: Callable[[Vector, Vector], Expr],
) -> PairSum:
    """Expectation of a quadratic form in the outputs of networks.

    Each symbol of `outputs` stands for the sum of a_j s(<w_j, x>) over its population; `one(w)` is
    E[s(<w, x>)^2] and `two(w, v)` is E[s(<w, x>) s(<v, x>)]. Linear by the linearity of E.

    >>> from symdyn.calculus.equivariant import inner
    >>> S_, students = Symbol("S"), Nodes(Vector("w"), Symbol("K"))
    >>> print(expected_quadratic(S_**2, {S_: students}, one=lambda w: inner(w, w), two=inner))
    sum over w of <w, w> + sum over w, w' of <w, w'>
    """
    form = Poly(sympify(quantity), *outputs)
    if any(sum(powers) != 2 for powers in form.monoms()):
        raise UnsupportedError(
            f"{quantity} is not a quadratic form in {', '.join(map(str, outputs))}: its "
            "expectation is not a sum over pairs of nodes"
        )
    single: list[tuple[Nodes, Expr]] = []
    pairs: list[tuple[Nodes, Nodes, Expr]] = []
    for powers, factor in form.terms():
        present = [
            p for p, power in zip(outputs.values(), powers, strict=True) for _ in range(power)
        ]
        p, q = present
        if p == q:
            single.append((p, factor * p.weight**2 * one(p.vector)))
        weight = q.second_weight if p == q else q.weight
        pairs.append((p, q, factor * p.weight * weight * two(p.vector, _partner(p, q))))
    return PairSum(tuple(single), tuple(pairs))


def _partner(p: Nodes, q: Nodes) -> Vector:
    """The second node of a pair: w' beside w, v beside w."""
    return q.second if p == q else q.vector


def _seen_from(nodes: Nodes, p: Nodes, q: Nodes, term: Expr) -> list[tuple[Nodes, Expr]]:
    """The summands in which a given node takes part, and the population of the other one."""
    if p == q == nodes:
        return [(p, term), (p, sympify(nodes.exchanged(term)))]
    return [(q, term)] if p == nodes else [(p, term)] if q == nodes else []


def _placed(
    term: Any,
    first: tuple[Nodes, tuple[Vector, Expr]],
    second: tuple[Nodes, tuple[Vector, Expr]] | None = None,
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
    return _mapped(moved, lambda c: c.subs(weights, simultaneous=True))


def _mapped(term: Any, change: Callable[[Expr], Expr]) -> Any:
    return change(term) if isinstance(term, Expr) else term.apply(change)


def _sum_latex(nodes: Nodes, vector: Vector, but: str, summand: str) -> str:
    name = name_latex(vector.name)
    exclusion = rf" \ne {name_latex(but)}" if but else ""
    return rf"\sum_{{{name}{exclusion}}}^{{{latex(nodes.count)}}} {summand}"
