"""What programs cost, roughly: nanoseconds for one element within vector code of four lanes.

The costs are sums over the nodes, by operation and type. They rank ways to compute one function,
and say nothing of a processor; entries of tables that are looked up (more than `FEW` of them) are
not vector code, and dear.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdyn.kernels.backends.numba import FEW
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import COMPENSATED, F64, PAIR, QUICK

FREE = ("input", "const", "high", "low")
STEP = 0.15  # one instruction
INSTRUCTIONS: Mapping[str, Mapping[str, float]] = {
    F64: {"div": 5, "sqrt": 6, "sqrt_cubed": 7, "exp": 20, "log": 25, "sin": 60, "cos": 60,
          "tan": 70},
    QUICK: {"exp": 13, "expm1": 14, "log": 20, "log1p": 25, "tanh": 20},
    COMPENSATED: {"neg": 2, "select": 2, "abs": 3, "add": 8, "sub": 8, "mul": 4, "fma": 12,
                  "div": 13, "sqrt": 20, "sqrt_cubed": 14, "sin": 60, "cos": 60, "tan": 70},
    PAIR: {"neg": 2, "select": 2, "abs": 3, "add": 25, "sub": 25, "mul": 12, "fma": 40, "div": 25,
           "sqrt": 25, "sqrt_cubed": 40, "cbrt": 60},
}  # fmt: skip
FUNCTION = {F64: 30.0, COMPENSATED: 35.0, PAIR: 200.0}  # what is not named, and no simple operation
SIMPLE = ("add", "sub", "mul", "fma", "neg", "abs", "select", "min", "max", "floor", "ceil", "lt",
          "le", "eq", "ne", "and", "or", "not", "copysign", "sign", "rounded")  # fmt: skip
LOOKED_UP = 15.0  # instructions for one column of a table


def cost(program: Program) -> float:
    """Nanoseconds for one element, as a guess.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> cost(build(x + 1, [x])) < cost(build(exp(x), [x])) < cost(build(exp(x) + exp(-x), [x]))
    True
    """
    return STEP * sum(_instructions(node) for node in program.nodes)


def _instructions(node: Node) -> float:
    if node.op in FREE:
        return 0.0
    words = 1 if node.type not in (COMPENSATED, PAIR) else 2
    if node.op == "entry":
        rows = len(node.value)  # type: ignore[arg-type]
        return words * (LOOKED_UP if rows > FEW else rows)
    known = INSTRUCTIONS.get(node.type, {})
    if node.op in known:
        return known[node.op]
    return 1.0 if node.op in SIMPLE else FUNCTION.get(node.type, 1.0)
