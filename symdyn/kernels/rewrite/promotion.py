"""Pair arithmetic on the nodes that need it, and on no others.

All nodes that can be computed in pairs are made pairs; then, dearest first, each is made a double
again if at every sample point the predicted error stays below the target, or where pairs do not
meet that either, is not made worse. What is left is a smallest set: no member of it can be given up
alone. Inputs stay doubles; a constant is a pair where a pair reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, OPERATION, PAIR
from symdyn.kernels.pairs import definitions
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.prediction import Prediction

# What a pair costs, in doubles' additions; what is not named is dear.
PAIR_COST: Mapping[str, float] = {
    "const": 0, "neg": 0.5, "abs": 1, "select": 1, "copysign": 1, "min": 2, "max": 2, "add": 10,
    "sub": 10, "mul": 6, "fma": 14, "div": 20, "sqrt": 15, "hypot": 60,
}  # fmt: skip
FUNCTION_COST = 100.0
SLACK = 0.01


def promoted(program: Program, points: Points, *, target: float) -> Program:
    """The program with the fewest pairs that is predicted to meet a target in ulps.

    Where no choice meets it, what all pairs reach is kept.

    >>> import sympy as sp
    >>> from symdyn.kernels.program import build
    >>> a, b = sp.symbols("a b")
    >>> points = Points(((1.1, 1.1000000001),), (256,))
    >>> program = promoted(build(sp.exp(a**2 - b**2), [a, b]), points, target=0.6)
    >>> [node.op for node in program.nodes if node.type == "pair"]
    ['mul', 'mul', 'sub']
    """
    prediction = Prediction(program, points)
    types = dict.fromkeys(_candidates(program), PAIR)
    allowed = np.maximum(target, prediction.ulps(types) * (1 + SLACK))
    for k in sorted(types, key=lambda k: (-_cost(program, k), -k)):
        types[k] = F64
        if (prediction.ulps(types) > allowed).any():
            types[k] = PAIR
    return program.retyped({k: type for k, type in types.items() if type == PAIR})


def can_be_pair(op: str) -> bool:
    """Whether there is pair arithmetic for an operation."""
    if op == "const":
        return True
    return OPERATION[op].result == F64 and any(
        name == f"pair_{op}" or name.startswith(f"pair_{op}_") for name in definitions()
    )


def _candidates(program: Program) -> list[int]:
    return [
        k
        for k, node in enumerate(program.nodes)
        if node.type == F64 and node.op != "input" and can_be_pair(node.op)
    ]


def _cost(program: Program, k: int) -> float:
    return PAIR_COST.get(program.nodes[k].op, FUNCTION_COST)
