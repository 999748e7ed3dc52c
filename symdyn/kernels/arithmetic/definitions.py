"""Which pair functions there are, and the source text that a module needs to use some of them.

A function is found by name; whatever it calls, and the constants it names, come with it, in the
order of definition. So an emitted module carries the functions it uses and no others.

    required(["pair_div_pp"])   brings   fma, settled, pair_div_pp
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic import (
    compensated_source,
    cube_root_source,
    far_source,
    pair_source,
    quick_source,
    series,
    trigonometric_source,
)
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import COMPENSATED, F64, PAIR, QUICK

# Nothing but compiled code calls these: what Python or C would call need not be compiled.
OPTIONS = 'error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True'

INLINED = f"@njit(forceinline=True, {OPTIONS})\n"

CALLED = f"@njit({OPTIONS})\n"  # with branches, and rarely needed

# Operations that take every mixture of doubles and pairs, each with a function of its own.
MIXED = ("add", "sub", "mul", "div")


@dataclass(frozen=True)
class Definition:
    """One function or constant of pair arithmetic, and the names that its text mentions."""

    name: str
    text: str
    mentions: frozenset[str]


@lru_cache(maxsize=1)
def definitions() -> dict[str, Definition]:
    """Every function and constant, in the order in which they must be defined."""
    found = [_named_constant(name, value) for name, value in series.constants().items()]
    found += _functions(pair_source.INTRINSICS, "")
    found += _in_order(
        [
            *_functions("\n\n".join(_texts()), INLINED),
            *_functions(far_source.TEXT, CALLED),
        ]
    )
    return {definition.name: definition for definition in found}


def _texts() -> list[str]:
    """What is composed of other functions is written once, for both arithmetics."""
    compensated = pair_source.HYPERBOLIC.replace("pair_", "comp_")
    sums = [series.series_source(*entry) for entry in series.SERIES]
    tails = [series.tail_source(*entry) for entry in series.TAILS]
    short = [series.tail_source(*entry) for entry in series.SHORT]
    own = (*cube_root_source.TEXTS, *trigonometric_source.TEXTS, *quick_source.TEXTS)
    texts = (*pair_source.TEXTS, *compensated_source.TEXTS, *own, compensated)
    return [*texts, *sums, *tails, *short]


def required(names: Iterable[str]) -> tuple[str, ...]:
    """Source texts that define the named functions and all that these rest on, in order.

    >>> [text.split("(")[0] for text in required(["pair_neg"])]
    ['@njit']

    Raises UnsupportedError for a function that does not exist in pairs.
    """
    known = definitions()
    wanted = set[str]()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in known:
            raise UnsupportedError(f"pair arithmetic has no {name}; compute that node in doubles")
        if name not in wanted:
            wanted.add(name)
            waiting += known[name].mentions & known.keys()
    return tuple(definition.text for name, definition in known.items() if name in wanted)


def compensated(program: Program) -> Program:
    """The program with its pairs in compensated arithmetic, where that has the operation.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> program = build(exp(Symbol("x")), [Symbol("x")]).retyped({1: "pair"})
    >>> compensated(program).nodes[1].type
    'compensated'
    """
    known = definitions()
    return program.retyped(
        {
            k: COMPENSATED
            for k, node in enumerate(program.nodes)
            if node.type == PAIR and (node.op in ("const", *MIXED) or f"comp_{node.op}" in known)
        }
    )


def quickened(program: Program) -> Program:
    """The program with quick functions, where there are some.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> quickened(build(exp(Symbol("x")), [Symbol("x")])).nodes[1].type
    'quick'
    """
    return program.retyped(
        {
            k: QUICK
            for k, node in enumerate(program.nodes)
            if node.op in quick_source.NAMES and node.type in (F64, PAIR)
        }
    )


def has_pairs(op: str) -> bool:
    """Whether an operation can be computed in pairs.

    >>> has_pairs("exp"), has_pairs("gamma")
    (True, False)
    """
    return op in _LITERAL or op in MIXED or f"pair_{op}" in definitions()


_LITERAL = ("input", "const", "ldexp", "mantissa")  # printed without a function of their own


def _functions(text: str, decorator: str) -> list[Definition]:
    tree = ast.parse(text)
    return [
        Definition(node.name, _text_of(node, text, decorator), _mentions(node))
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    ]


def _text_of(node: ast.FunctionDef, text: str, decorator: str) -> str:
    first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
    return decorator + "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _mentions(node: ast.AST) -> frozenset[str]:
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _named_constant(name: str, value: Any) -> Definition:
    text = f"np.array({value!r})" if isinstance(value, tuple) else repr(value)
    return Definition(name, f"{name} = {text}", frozenset())


def _in_order(found: list[Definition]) -> list[Definition]:
    """Callees before callers, since a compiled function must know what it calls."""
    known = {definition.name: definition for definition in found}
    placed: dict[str, Definition] = {}

    def place(definition: Definition) -> None:
        if definition.name not in placed:
            for name in sorted(definition.mentions & known.keys() - {definition.name}):
                place(known[name])
            placed[definition.name] = definition

    for definition in found:
        place(definition)
    return list(placed.values())
