"""Scalars that are sums over single nodes and over pairs of nodes.

An expectation that is quadratic in the outputs of two-layer networks is

    sum_j A(w_j) + sum_{j != k} B(w_j, w_k) + sum_{j, k} C(w_j, v_k)

with one function A, B, C for each population or pair of populations. Its gradient in w_j is a sum
over the other nodes of equivariant vectors, its Hessian consists of equivariant matrices.
Expectations of third or higher degree in the outputs are not treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Poly, S, Symbol, sympify

from symdyn.calculus.equivariant import EquivariantVector, Vector, as_vector
from symdyn.calculus.invariants import in_one_language
from symdyn.calculus.node_sums import BlockHessian, Equality, NodeSum
from symdyn.calculus.nodes import Member, Nodes, partner, placed, sum_latex
from symdyn.calculus.vector_calculus import gradient, jacobian
from symdyn.errors import InputError, UnsupportedError


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

    def expanded(self, members: Mapping[Nodes, Sequence[Member]]) -> Expr:
        """The sum written out, with the vector and the output weight of every node given."""
        total: Expr = S.Zero
        for p, term in self.single:
            total += sum((placed(term, (p, node)) for node in members[p]), S.Zero)
        for p, q, term in self.pairs:
            for first in members[p]:
                for second in members[q]:
                    if first != second or p != q:
                        total += placed(term, (p, first), (q, second), same=p == q)
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
            name = f"pair {p}, {partner(p, q)}"
            found[name] = found.get(name, S.Zero) + term
        return found

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the summands."""
        return {s for c in self._summands().values() for s in c.free_symbols}  # type: ignore[misc]

    def __str__(self) -> str:
        single = [f"sum over {p} of {term}" for p, term in self.single]
        pairs = [f"sum over {p}, {partner(p, q)} of {term}" for p, q, term in self.pairs]
        return " + ".join(single + pairs) or "0"

    def _latex(self, printer: Any) -> str:
        single = [sum_latex(p, p.vector, "", printer.doprint(term)) for p, term in self.single]
        pairs = [
            sum_latex(p, p.vector, "", "")
            + sum_latex(q, partner(p, q), p.vector.name if p == q else "", printer.doprint(term))
            for p, q, term in self.pairs
        ]
        return " + ".join(single + pairs) or "0"


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
        pairs.append((p, q, factor * p.weight * weight * two(p.vector, partner(p, q))))
    return PairSum(tuple(single), tuple(pairs))


def _seen_from(nodes: Nodes, p: Nodes, q: Nodes, term: Expr) -> list[tuple[Nodes, Expr]]:
    """The summands in which a given node takes part, and the population of the other one."""
    if p == q == nodes:
        return [(p, term), (p, sympify(nodes.exchanged(term)))]
    return [(q, term)] if p == nodes else [(p, term)] if q == nodes else []
