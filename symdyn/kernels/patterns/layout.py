"""What an equivariant object needs from its arrays: populations, own terms, terms of pairs.

Every object is seen as a sum at one node, or over all nodes, of terms in one vector and of terms
in two. A vector or scalar in two named vectors is the case of two populations of one node each.

    scalar   sum of own terms and of pair terms
    vector   at each node of the first population: its own term and a sum over the others
    matrix   the same, and the blocks of two nodes

Objects in three or more vectors are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sympy import Dummy, Expr, S, Symbol, cancel

from symdyn.calculus.equivariant import EquivariantVector, Vector, angle, as_vector, length
from symdyn.calculus.equivariant_matrix import EquivariantMatrix
from symdyn.calculus.invariants import angle_names, inner_names, length_name
from symdyn.calculus.node_sums import BlockHessian, NodeSum
from symdyn.calculus.nodes import Nodes, partner
from symdyn.calculus.pair_sums import PairSum
from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.patterns.plane import Term, entries

Argument = Symbol | Vector | Nodes


_entries = lru_cache(maxsize=256)(entries)  # asked for at every stage of emission


@dataclass(frozen=True)
class PairTerm:
    """A term in two vectors: populations by number, and its entries in the frame of u and v."""

    first: int
    second: int
    u: Vector
    v: Vector
    term: Term

    @property
    def entries(self) -> tuple[Expr, ...]:
        """Functions of lengths, the angle and other symbols."""
        return _entries(self.term, self.u, self.v)

    @property
    def angle(self) -> Symbol:
        """The angle of u and v."""
        return angle(self.u, self.v)

    @property
    def lengths(self) -> tuple[Symbol, Symbol]:
        """The lengths of u and v."""
        return length(self.u), length(self.v)


@dataclass(frozen=True)
class OwnTerm:
    """A term in one vector: its entry on e = u/|u| (vector), or on I and e e^T (matrix)."""

    first: int
    u: Vector
    term: Term

    @property
    def entries(self) -> tuple[Expr, ...]:
        """Functions of the length and other symbols."""
        beside = Vector(self.u.name + "_beside")
        found = _entries(self.term, self.u, beside)
        return {1: found, 2: found[:1], 5: found[:2]}[len(found)]


@dataclass(frozen=True)
class Layout:
    """The terms of an object, and how its arguments are laid out in arrays.

    `populations` are the arguments with vectors, `scalars` those that are numbers; `kind` is
    scalar, vector or matrix. `degree` is its degree of homogeneity in the vectors of `scaled`,
    None if it has none.
    """

    kind: str
    arguments: tuple[Argument, ...]
    populations: tuple[Nodes, ...]
    scalars: tuple[Symbol, ...]
    own: tuple[OwnTerm, ...]
    pairs: tuple[PairTerm, ...]
    between: PairTerm | None = None

    @property
    def expressions(self) -> list[Expr]:
        """All entries."""
        terms = [*self.own, *self.pairs, *([self.between] if self.between else [])]
        return [entry for term in terms for entry in term.entries]

    @property
    def degree(self) -> int | None:
        """Common degree of homogeneity of all entries in all lengths, None if there is none."""
        found = {_degree(entry) for entry in self.expressions if entry != 0}
        return found.pop() if len(found) == 1 else None

    @property
    def scaled(self) -> tuple[bool, ...]:
        """For each population whether lengths of its vectors occur."""
        names = {length_name(s) for e in self.expressions for s in e.free_symbols}
        return tuple(bool({p.vector.name, p.second.name} & names) for p in self.populations)

    @property
    def weights(self) -> tuple[Symbol | None, ...]:
        """The symbol of the output weight of each population, None where it is fixed."""
        return tuple(p.weight if isinstance(p.weight, Symbol) else None for p in self.populations)


def layout(result: Any, arguments: Sequence[Argument]) -> Layout:
    """Lay out an object over its arguments.

    >>> u, v = Vector("u"), Vector("v")
    >>> layout(v - u, (u, v)).kind
    'vector'

    Raises UnsupportedError for what is no sum over one or two vectors, InputError for symbols
    that are no arguments.
    """
    arguments = tuple(arguments)
    populations = tuple(_population(a) for a in arguments if not isinstance(a, Symbol))
    weights = {p.weight for p in populations}
    scalars = tuple(a for a in arguments if isinstance(a, Symbol) and a not in weights)
    empty = Layout("", arguments, populations, scalars, (), ())
    found = _laid_out(result, empty)
    _check_symbols(found)
    return found


def _population(argument: Argument) -> Nodes:
    if isinstance(argument, Vector):
        return Nodes(argument, S.One)
    if isinstance(argument, Nodes):
        return argument
    raise InputError(f"{argument!r} is neither a vector, nor nodes, nor a symbol")


def _laid_out(result: Any, empty: Layout) -> Layout:
    if isinstance(result, (Vector, EquivariantVector)):
        return _single("vector", as_vector(result), empty)
    if isinstance(result, EquivariantMatrix):
        return _single("matrix", result, empty)
    if isinstance(result, NodeSum):
        return _at_node(result, empty)
    if isinstance(result, BlockHessian):
        nodes = result.same.nodes
        k = _place(nodes, empty)
        between = PairTerm(k, k, nodes.vector, nodes.second, result.between)
        return replace(_at_node(result.same, empty), between=between)
    if isinstance(result, PairSum):
        return _over_pairs(result, empty)
    if isinstance(result, Expr):
        return _single("scalar", result, empty)
    raise UnsupportedError(
        f"a {type(result).__name__} has no kernel over vectors; give a scalar, vector or matrix "
        "in vectors, or a sum over nodes"
    )


def _single(kind: str, term: Term, empty: Layout) -> Layout:
    """An object in named vectors: populations of one node each."""
    vectors = [p.vector for p in empty.populations]
    if len(vectors) == 1:
        return replace(empty, kind=kind, own=(OwnTerm(0, vectors[0], term),))
    if len(vectors) == 2:
        return replace(empty, kind=kind, pairs=(PairTerm(0, 1, vectors[0], vectors[1], term),))
    names = ", ".join(map(str, vectors)) or "none"
    raise UnsupportedError(f"the pattern takes one vector or two at a time; there are {names}")


def _at_node(result: NodeSum, empty: Layout) -> Layout:
    first = _place(result.nodes, empty)
    kind = "matrix" if isinstance(result.own, EquivariantMatrix) else "vector"
    own = OwnTerm(first, result.nodes.vector, result.own)
    pairs = tuple(
        PairTerm(first, _place(q, empty), result.nodes.vector, partner(result.nodes, q), term)
        for q, term in result.others
    )
    return replace(empty, kind=kind, own=(own,), pairs=pairs)


def _over_pairs(result: PairSum, empty: Layout) -> Layout:
    own = tuple(OwnTerm(_place(p, empty), p.vector, term) for p, term in result.single)
    pairs = tuple(
        PairTerm(_place(p, empty), _place(q, empty), p.vector, partner(p, q), term)
        for p, q, term in result.pairs
    )
    return replace(empty, kind="scalar", own=own, pairs=pairs)


def _place(nodes: Nodes, empty: Layout) -> int:
    if nodes not in empty.populations:
        names = ", ".join(str(p) for p in empty.populations) or "none"
        raise InputError(f"the nodes {nodes} are no argument; the arguments are {names}")
    return empty.populations.index(nodes)


def _degree(entry: Expr) -> int | None:
    factor = Dummy("factor", positive=True)
    lengths = {s: factor * s for s in entry.free_symbols if length_name(s)}
    ratio = cancel(entry.subs(lengths) / entry)
    exponent = ratio.as_base_exp()[1] if ratio.as_base_exp()[0] == factor else None
    exponent = S.Zero if ratio == 1 else exponent
    return int(exponent) if exponent is not None and exponent.is_Integer else None


def _check_symbols(found: Layout) -> None:
    weights = [w for p in found.populations for w in (p.weight, p.second_weight)]
    allowed = {*found.scalars, *(w for w in weights if isinstance(w, Symbol))}
    for symbol in {s for entry in found.expressions for s in entry.free_symbols}:
        known = symbol in allowed or length_name(symbol) or angle_names(symbol)
        if not known or inner_names(symbol):
            raise InputError(f"{symbol} in the result is neither an argument nor fixed to a value")
