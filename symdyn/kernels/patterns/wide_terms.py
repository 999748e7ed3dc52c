"""Source text of terms in balls of any precision, for rows that pairs do not decide.

The entries are printed as they are, for the angles between the ends, and with their limits at the
ends: nothing has to be rearranged where more digits can be had. They are run, row by row, by
`symdyn.kernels.wide.sums`, whose source stands in the module, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sympy import Dummy, Expr, Symbol, cos, sin

from symdyn.calculus.equivariant import length
from symdyn.errors import UnsupportedError
from symdyn.kernels.patterns.ends import Ends
from symdyn.kernels.patterns.layout import Layout, OwnTerm, PairTerm
from symdyn.kernels.patterns.terms import plain_symbols, undefined
from symdyn.kernels.program import build
from symdyn.kernels.wide import measures, sums
from symdyn.kernels.wide.printed import arithmetic_text, source_of, wide_function

IMPORTS = """from collections.abc import Callable, Iterator
from typing import Any, NamedTuple"""


def wide_text(found: Layout) -> str | None:
    """Definitions up to `WIDE`, which computes rows; None where balls lack an operation."""
    try:
        own = [_own(f"wide_own{k}", term, found) for k, term in enumerate(found.own)]
        pairs = [_pair(f"wide_term{k}", term, found) for k, term in enumerate(found.pairs)]
        between = None if found.between is None else _pair("wide_between", found.between, found)
    except UnsupportedError:
        return None
    texts = [text for text, _ in [*own, *pairs, *([] if between is None else [between])]]
    parts = [
        repr(found.kind),
        f"[{', '.join(call for _, call in own)}]",
        f"[{', '.join(call for _, call in pairs)}]",
        "None" if between is None else between[1],
    ]
    head = "WIDE = WideSums(\n    " + ",\n    ".join(parts) + ",\n)"
    return "\n\n\n".join([arithmetic_text(), _sums_text(), *texts, head])


@lru_cache(maxsize=1)
def _sums_text() -> str:
    return "\n\n\n".join(source_of(str(module.__file__)) for module in (measures, sums))


def _own(name: str, term: OwnTerm, found: Layout) -> tuple[str, str]:
    inputs = [length(term.u), *plain_symbols(found, term.first)]
    return _function(name, term.entries, inputs), f"OwnSum({term.first}, {name})"


def _pair(name: str, term: PairTerm, found: Layout) -> tuple[str, str]:
    """Text of the functions of a term, and of the term."""
    plain = plain_symbols(found, term.first, term.second)
    sine, cosine = Symbol("sine"), Symbol("cosine")
    atoms = {sin(term.angle): sine, cos(term.angle): cosine}
    inner = [entry.xreplace(atoms) for entry in term.entries]
    ends = [*term.lengths, *plain]
    texts = [
        _function(name, inner, [*term.lengths, term.angle, sine, cosine, *plain]),
        _function(f"{name}_ahead", limits_ahead(term), ends),
        _function(f"{name}_behind", limits_behind(term), ends),
    ]
    zero = undefined(term)
    states = (zero.first, zero.second, zero.both)
    call = f"SumOverPairs({term.first}, {term.second}, {name}, {name}_ahead, {name}_behind"
    return "\n\n\n".join(texts), f"{call}, {states})"


def limits_ahead(term: PairTerm) -> list[Expr]:
    """The entries at angle 0."""
    forms = _forms(term)
    gap = term.lengths[0] - term.lengths[1]
    return [forms.near(entry).subs({forms.x: 0, forms.gap: gap}) for entry in term.entries]


def limits_behind(term: PairTerm) -> list[Expr]:
    """The entries at angle pi."""
    forms = _forms(term)
    return [forms.far(entry).subs(forms.x, 0) for entry in term.entries]


def _forms(term: PairTerm) -> Ends:
    return Ends(term.angle, term.lengths, Dummy("x", nonnegative=True), Dummy("gap", real=True))


def _function(name: str, exprs: Sequence[Expr], inputs: Sequence[Symbol]) -> str:
    return wide_function(name, build(list(exprs), list(inputs)))
