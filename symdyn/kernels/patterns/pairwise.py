"""The loop shape `pairwise`: equivariant objects over arrays of vectors.

An object that a derivation returned (a scalar, vector or matrix in named vectors, a sum over nodes
or over pairs of nodes, a block Hessian) becomes a module with three ways to compute it:

    item       every term in pairs, in the frame of its two vectors: accurate, O(d) work a pair
    one        the same, where each population has one node and terms cancel in formulas
    products   doubles: Gram matrices, cores over their entries, matrix products

`one` serves single nodes, `products` any other numbers of nodes where no coefficient is singular,
`item` what is left, and everything else if `accurate` is set. Rows that pairs do not decide are
computed again in balls of any precision (`wide_terms`). Nothing here knows an activation or a
paper: all is read off the object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr

from symdyn.calculus.equivariant import Vector, as_vector
from symdyn.calculus.node_sums import NodeSum
from symdyn.calculus.nodes import Member, Nodes
from symdyn.calculus.pair_sums import PairSum
from symdyn.kernels.arithmetic.definitions import INLINED, required
from symdyn.kernels.backends.numba import literal
from symdyn.kernels.emission import docstring
from symdyn.kernels.loading import digest
from symdyn.kernels.patterns import geometry, loops, products, stacks, terms, wide_terms
from symdyn.kernels.patterns.layout import Argument, Layout, layout
from symdyn.kernels.ranges import Range

IMPORTS = f"""from __future__ import annotations

import math
{wide_terms.IMPORTS}

import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic"""


@dataclass(frozen=True)
class Options:
    """How a module computes: all in pairs, on several cores, to doubles or to single floats."""

    accurate: bool = False
    parallel: bool = False
    dtype: str = "float64"


def pairwise_text(
    result: Any,
    arguments: Sequence[Argument],
    *,
    ranges: Sequence[Range] = (),
    options: Options | None = None,
    notes: Iterable[str] = (),
) -> str:
    """The text of a self-contained module that computes an object over arrays.

    Vectors have the last axis d, populations the last axes (k, d), output weights (k). `ranges` are
    those of the arguments that are numbers, in order.

    >>> u, v = Vector("u"), Vector("v")
    >>> "def kernel" in pairwise_text(v - u, (u, v))
    True

    Raises UnsupportedError for objects that are no sums over one or two vectors.
    """
    options = options or Options()
    found = layout(result, arguments)
    single = _single_nodes(result, found)
    fast = _fast_layout(found) if not options.accurate else None
    wide = wide_terms.wide_text(found)
    parts = [*_item_parts(found, "item", "", options.accurate)]
    if single is not None:
        parts += _item_parts(single, "one", "single_", False)
    pieces, calls = [text for text, _ in parts], set[str]().union(*(calls for _, calls in parts))
    if fast is not None:
        cores = products.fast_cores(fast)
        pieces += [core.text for core in cores]
        calls |= set[str]().union(*(core.calls for core in cores)) | {"pair_add_ff", "fma"}
        pieces += [_compiled(products.ORDINARY), INLINED + products.CIRCLE.strip("\n")]
        pieces.append(products.fast_text(fast))
    body = [
        *(text.strip("\n") for text in required(sorted(calls | RUNTIME))),
        stacks.COMPILED.format(parallel=options.parallel).strip("\n"),
        *(_jitted(text) for text in _sums(options)),
        *pieces,
        *([wide] if wide is not None else []),
        _loops(found, single, options),
        _stack(found, (single, fast, wide), _outside(found, ranges), options.dtype),
    ]
    code = "\n\n\n".join([IMPORTS, *body])
    return "\n\n".join([docstring([*notes, f"Digest of the code: {digest(code)}"]), code]) + "\n"


def _sums(options: Options) -> tuple[str, ...]:
    matrices = terms.PAIR_MATRICES if options.accurate else terms.MATRICES
    return geometry.ROWS, geometry.PLANE, terms.SUMS, matrices, loops.FINISH


# runtime functions that the texts of this pattern call
RUNTIME = {
    "exponent",
    "fma",
    "power_of_two",
    "scaled",
    "settled",
    "pair_add_ff",
    "pair_add_pp",
    "pair_sub_ff",
    "pair_sub_pp",
    "pair_mul_ff",
    "pair_mul_pf",
    "pair_mul_pp",
    "pair_div_pp",
    "pair_sqrt",
    "pair_atan2",
}


def _item_parts(
    found: Layout, name: str, prefix: str, accurate: bool
) -> list[tuple[str, set[str]]]:
    """Texts of all terms, and of the loop over them."""
    parts: list[tuple[str, set[str]]] = []
    for k, own in enumerate(found.own):
        part = terms.own_text(f"{prefix}own{k}", own, found)
        parts.append((part.text.strip("\n"), set(part.calls)))
    named = [(f"{prefix}term{k}", term) for k, term in enumerate(found.pairs)]
    named += [(f"{prefix}between", found.between)] if found.between is not None else []
    for label, term in named:
        part = terms.pair_text(label, term, found)
        parts.append((part.text.strip("\n"), set(part.calls)))
    return [*parts, (loops.item_text(found, name, prefix, accurate), set())]


def _single_nodes(result: Any, found: Layout) -> Layout | None:
    """The object with one node in each of two populations, its terms gathered."""
    if len(found.populations) != 2 or not isinstance(result, (NodeSum, PairSum)):
        return None
    if found.kind == "matrix":
        return None
    members: dict[Nodes, list[Member]] = {p: [(p.vector, p.weight)] for p in found.populations}
    if isinstance(result, PairSum):
        gathered: Any = result.expanded(members)
    else:
        gathered = as_vector(result.expanded(members[result.nodes][0], members))
    first = found.pairs[0].first if found.kind == "vector" else 0
    order = sorted(range(2), key=lambda k: k != first)
    whole = replace(found.pairs[0], first=order[0], second=order[1], term=gathered)
    vectors = [found.populations[k].vector for k in order]
    return replace(found, own=(), pairs=(replace(whole, u=vectors[0], v=vectors[1]),))


def _fast_layout(found: Layout) -> Layout | None:
    if all(isinstance(a, Vector) for a in found.arguments if not isinstance(a, Expr)):
        return None
    return found if found.pairs and products.is_lipschitz(found) else None


def _loops(found: Layout, single: Layout | None, options: Options) -> str:
    steps = "prange" if options.parallel else "range"
    names = loops.item_parameters(found)
    texts = []
    for name in ["item", *(["one"] if single is not None else [])]:
        here = ", ".join(f"{n}[b]" for n in names)
        texts.append(
            f"@compiled\ndef {name}_loop({', '.join(names)}, wanted, out, doubt):\n"
            f"    for b in {steps}(out.shape[0]):\n        if wanted[b]:\n"
            f"            {name}_rows({here}, out[b], doubt[b])"
        )
    return "\n\n\n".join(texts)


def _outside(found: Layout, ranges: Sequence[Range]) -> str:
    """Lines that make results nan where a number is outside its range."""
    lines: list[str] = []
    for k, part in enumerate(ranges):
        low, high = (literal(end) for end in part.accepted)
        lines.append(f"out[~((s{k} >= {low}) & (s{k} <= {high}))] = np.nan")
    return "\n    ".join(lines)


def _stack(
    found: Layout,
    ways: tuple[Layout | None, Layout | None, str | None],
    outside: str,
    dtype: str,
) -> str:
    single, fast, wide = ways
    names = loops.item_parameters(found)
    counts = " == ".join([f"r{k}.shape[1]" for k in range(len(found.populations))])
    given = ", ".join(names)
    lines = ["wanted = np.ones(out.shape[0], np.bool_)"]
    if single is not None:
        lines += [f"if {counts} == 1:", f"    one_loop({given}, wanted, out, doubt)", "else:"]
    pad = "    " if single is not None else ""
    if fast is not None:
        lines += [f"{pad}wanted = ~products({given}, out)", f"{pad}if wanted.any():"]
        pad += "    "
    lines.append(f"{pad}item_loop({given}, wanted, out, doubt)")
    lines += _widened(found) if wide is not None else []
    reading = stacks.READING.format(signature=repr(tuple(_axes(a, found) for a in found.arguments)))
    loop = stacks.STACKS.format(
        result=repr(_result_axes(found)),
        names=", ".join(_name(a, found) for a in found.arguments),
        inner=_inner(found),
        call="\n    ".join(lines),
        outside=outside,
        dtype=dtype,
    )
    return f"{reading}\n{loop}".strip("\n")


def _widened(found: Layout) -> list[str]:
    """Lines that compute doubtful rows again."""
    count = range(len(found.populations))
    rows = ", ".join(f"r{k}[b]" for k in count)
    weights = ", ".join("None" if found.weights[k] is None else f"w{k}[b]" for k in count)
    numbers = ", ".join(f"s{k}[b]" for k in range(len(found.scalars)))
    return [
        "for b in np.flatnonzero(doubt.any(axis=1)):",
        f"    WIDE.fill(doubt[b], [{rows}], [{weights}], [{numbers}], out[b])",
    ]


def _axes(argument: Argument, found: Layout) -> tuple[str, ...]:
    """The core axes of an argument."""
    if isinstance(argument, Vector):
        return ("d",)
    if isinstance(argument, Nodes):
        return (f"k{found.populations.index(argument)}", "d")
    return (f"k{found.weights.index(argument)}",) if argument in found.weights else ()


def _name(argument: Argument, found: Layout) -> str:
    if isinstance(argument, (Vector, Nodes)):
        vectors = [p.vector for p in found.populations]
        vector = argument if isinstance(argument, Vector) else argument.vector
        return f"r{vectors.index(vector)}"
    if argument in found.weights:
        return f"w{found.weights.index(argument)}"
    return f"s{found.scalars.index(argument)}"


def _result_axes(found: Layout) -> tuple[str, ...]:
    """The axes of the result; a single node has none for itself."""
    if found.kind == "scalar":
        return ()
    first = _first(found)
    nodes = next(
        (a for a in found.arguments if isinstance(a, Nodes) and a == found.populations[first]), None
    )
    node = (f"k{first}",) if nodes is not None else ()
    axes = (*node, "d")
    return axes if found.kind == "vector" else axes * 2


def _inner(found: Layout) -> str:
    first = f"r{_first(found)}"
    one = f"{first}.shape[1], {first}.shape[2]"
    return {"scalar": "1", "vector": one, "matrix": f"{one}, {one}"}[found.kind]


def _first(found: Layout) -> int:
    return loops.first_population(found)


def _jitted(text: str) -> str:
    """Every function of a text compiled."""
    return (
        text.strip("\n")
        .replace("\ndef ", f"\n{terms.JITTED}\ndef ")
        .replace("def ", f"{terms.JITTED}\ndef ", 1)
    )


def _compiled(text: str) -> str:
    return "@compiled\n" + text.strip("\n")
