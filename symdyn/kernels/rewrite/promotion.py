"""Pair arithmetic on the nodes that need it, and on no others.

All nodes that can be computed in pairs are made pairs; then, dearest first, they are made doubles
again if at every sample point the predicted error stays below the target, or where pairs do not
meet that either, is not made worse. What is left is a smallest set, no member of which can be given
up alone, unless the program is so long that the search ends before. Inputs stay doubles; a constant
is a pair where a pair reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from symdyn.kernels.arithmetic.definitions import definitions
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, OPERATION, PAIR
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.prediction import Prediction

# What a pair costs, in doubles' additions; what is not named is dear.
PAIR_COST: Mapping[str, float] = {
    "const": 0, "neg": 0.5, "abs": 1, "select": 1, "copysign": 1, "min": 2, "max": 2, "add": 10,
    "sub": 10, "mul": 6, "fma": 14, "div": 20, "sqrt": 15, "hypot": 60,
}  # fmt: skip
FUNCTION_COST = 100.0
SLACK = 0.01
EVALUATIONS = 300  # of the error model; what is not decided by then stays a pair


def promoted(program: Program, points: Points, *, target: float) -> Program:
    """The program with the fewest pairs that is predicted to meet a target in ulps.

    Where no choice meets it, what all pairs reach is kept.

    >>> import sympy as sp
    >>> from symdyn.kernels.program import build
    >>> a, b = sp.symbols("a b")
    >>> points = Points(((1.1, 1.1000000001),), (256,))
    >>> program = promoted(build(sp.exp(a**2 - b**2), [a, b]), points, target=0.7)
    >>> [node.op for node in program.nodes if node.type == "pair"]
    ['mul', 'mul', 'sub']
    """
    prediction = Prediction(program, points)
    types = dict.fromkeys(_candidates(program), PAIR)
    allowed = np.maximum(target, prediction.ulps(types) * (1 + SLACK))
    dearest_first = sorted(types, key=lambda k: (-_cost(program, k), -k))
    left = iter(range(EVALUATIONS))
    _demote(
        dearest_first,
        types,
        lambda: next(left, None) is not None and not (prediction.ulps(types) > allowed).any(),
    )
    return program.retyped({k: type for k, type in types.items() if type == PAIR})


def in_pairs(program: Program) -> Program:
    """The program with pair arithmetic wherever there is any."""
    return program.retyped(dict.fromkeys(_candidates(program), PAIR))


def _demote(nodes: Sequence[int], types: dict[int, str], is_enough: Callable[[], bool]) -> None:
    """Make doubles of as many nodes as possible: all at once, or one half after the other."""
    if not nodes:
        return
    types.update(dict.fromkeys(nodes, F64))
    if is_enough():
        return
    types.update(dict.fromkeys(nodes, PAIR))
    if len(nodes) > 1:
        half = len(nodes) // 2
        _demote(nodes[:half], types, is_enough)
        _demote(nodes[half:], types, is_enough)


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
