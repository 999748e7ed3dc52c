"""Programs as source that computes in far arithmetic: pairs with an exponent, which none overflows.

Every value is three variables (v7h, v7l, v7n). Types of nodes play no part: far arithmetic is as
good as any of them.
"""

from __future__ import annotations

import math

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.arithmetic.definitions import definitions
from symdyn.kernels.backends.numba import Printed
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import BOOL, OPERATION

LOGIC = {"and": "{} and {}", "or": "{} or {}", "not": "not {}"}


def printed(program: Program) -> Printed:
    """Straight-line code of a program whose inputs are the doubles x0, x1, ...

    >>> from sympy import Symbol
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> for line in printed(build(x + 1, [x])).lines: print(line)
    v0h, v0l, v0n = far(x0, 0.0, 0)
    v2h, v2l, v2n = far_add(v0h, v0l, v0n, 0.5, 0.0, 1)

    Raises UnsupportedError for an operation that far arithmetic does not have.
    """
    out = Printed(calls={"far", "far_rounded"})
    for k, node in enumerate(program.nodes):
        if node.op == "entry":
            out.lines.append(_entry(program, k, node, out))
        elif node.op != "const":
            out.lines.append(_line(program, k, node, out.calls))
    out.results = [f"far_rounded({_triple(program, k)})" for k in program.outputs]
    return out


def _entry(program: Program, k: int, node: Node, out: Printed) -> str:
    """Entries are doubles, and places small numbers."""
    column = tuple(words(value, 1)[0] for value in node.value)  # type: ignore[union-attr]
    known = (name for name, other in out.tables.items() if other == column)
    name = next(known, f"FAR_TABLE_{len(out.tables)}")
    out.tables[name] = column
    out.calls |= {"row", "near"}
    place = f"row(near({_triple(program, node.args[0])})[0], {len(column) - 1}.0)"
    return f"v{k}h, v{k}l, v{k}n = far({name}[{place}], 0.0, 0)"


def can_be_far(program: Program) -> bool:
    """Whether far arithmetic has all operations of a program.

    >>> from sympy import Symbol, erf, exp
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> can_be_far(build(exp(x), [x])), can_be_far(build(erf(x), [x]))
    (True, False)
    """
    try:
        printed(program)
    except UnsupportedError:
        return False
    return True


def _line(program: Program, k: int, node: Node, calls: set[str]) -> str:
    if node.op == "input":
        return f"v{k}h, v{k}l, v{k}n = far(x{node.value}, 0.0, 0)"
    if node.op in LOGIC:
        return f"v{k} = {LOGIC[node.op].format(*(f'v{j}' for j in node.args))}"
    name = f"far_{node.op}"
    if name not in definitions():
        raise UnsupportedError(f"far arithmetic has no {node.op}")
    calls.add(name)
    arguments = [_triple(program, j) for j in node.args]
    if node.op == "copysign":
        arguments[1] = f"v{node.args[1]}h"
    call = f"{name}({', '.join(arguments)})"
    return f"v{k} = {call}" if _is_truth(program, k) else f"v{k}h, v{k}l, v{k}n = {call}"


def _is_truth(program: Program, k: int) -> bool:
    return OPERATION[program.nodes[k].op].result == BOOL


def _triple(program: Program, k: int) -> str:
    """A number as three variables or literals; a truth value as one variable."""
    node = program.nodes[k]
    if _is_truth(program, k):
        return f"v{k}"
    if node.op != "const":
        return f"v{k}h, v{k}l, v{k}n"
    high, low = words(node.value, 2)  # type: ignore[arg-type]
    if high == 0.0 or not math.isfinite(high):
        named = {math.inf: "np.inf", -math.inf: "-np.inf"}
        return f"{repr(high) if high == 0.0 else named.get(high, 'np.nan')}, 0.0, 0"
    mantissa, exponent = math.frexp(high)
    return f"{mantissa!r}, {math.ldexp(low, -exponent)!r}, {exponent}"
