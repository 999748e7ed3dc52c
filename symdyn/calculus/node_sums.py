"""Vectors and matrices at one node that are sums over all other nodes.

The gradient of a sum over pairs in one node, and the blocks of its Hessian, have the form

    own term of node j + sum over the other nodes k of term(w_j, w_k)

for any number of nodes. Pair sums are differentiated in `pair_sums`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol, sympify

from symdyn.calculus.equivariant import EquivariantVector, as_vector
from symdyn.calculus.equivariant_matrix import EquivariantMatrix, as_matrix
from symdyn.calculus.invariants import in_one_language
from symdyn.calculus.nodes import Member, Nodes, partner, placed, sum_latex
from symdyn.errors import InputError

Equality = tuple[str, Expr, Expr]


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
        node: Member,
        members: Mapping[Nodes, Sequence[Member]],
    ) -> EquivariantVector | EquivariantMatrix:
        """The sum written out for one node among given ones."""
        total: Any = placed(self.own, (self.nodes, node))
        for q, term in self.others:
            for other in members[q]:
                if other != node or q != self.nodes:
                    here = ((self.nodes, node), (q, other))
                    total = total + placed(term, *here, same=q == self.nodes)
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
            found[f"node {self.nodes}, other {partner(self.nodes, q)}"] = term
        return found

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return {s for term in self._summands().values() for s in term.free_symbols}

    def __str__(self) -> str:
        others = [f"sum over {partner(self.nodes, q)} of [{term}]" for q, term in self.others]
        return " + ".join([str(self.own), *others])

    def _latex(self, printer: Any) -> str:
        w = self.nodes.vector.name
        others = [
            sum_latex(
                q,
                partner(self.nodes, q),
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

    def between_nodes(self, first: Member, second: Member) -> EquivariantMatrix:
        """The block of two given nodes."""
        nodes = self.same.nodes
        return placed(self.between, (nodes, first), (nodes, second), same=True)

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
