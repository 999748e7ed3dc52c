"""The predicted error of a program: the error model along its graph, in any choice of arithmetic.

A pair that a double operation reads is rounded to its high word, and so is an output: that costs
half an ulp. Quick functions take pairs as they are. The prediction is the largest error in ulps
over the sample points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flint import arb

from symdyn.kernels.graph import Program
from symdyn.kernels.operations import F64, PAIR, QUICK
from symdyn.kernels.rewrite.errors import Step, in_ulps, step
from symdyn.kernels.rewrite.exact import Floats, Numbers, Points, table


class Prediction:
    """The error model of one program on sample points.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> program = build(sqrt(x + 1) - sqrt(x), [x])
    >>> seen = Prediction(program, Points(((3e10,),), (256,)))
    >>> seen.worst() > 1e10, round(seen.worst({k: "pair" for k in (2, 3, 4, 5)}), 3)
    (True, 0.505)
    """

    def __init__(self, program: Program, points: Points) -> None:
        self.program = program
        self.values: tuple[Numbers, ...] = table(program, points)
        self.steps: tuple[Step, ...] = tuple(
            step(node.op, value, [self.values[k] for k in node.args])
            for node, value in zip(program.nodes, self.values, strict=True)
        )
        self.types: dict[int, str] = {k: node.type for k, node in enumerate(program.nodes)}

    def ulps(self, types: Mapping[int, str] | None = None) -> Floats:
        """Errors in ulps: one row for each output, one column for each point."""
        types = {**self.types, **(types or {})}
        errors: list[Floats] = []
        for k, node in enumerate(self.program.nodes):
            read = [self._read(j, types[k], types, errors) for j in node.args]
            errors.append(self._leaf(k, types) if not node.args else
                          self.steps[k].error(read, types[k]))  # fmt: skip
        outputs = [
            in_ulps(self._read(k, F64, types, errors), self.values[k]) * self.values[k].in_range
            for k in self.program.outputs
        ]
        return np.array(outputs)

    def worst(self, types: Mapping[int, str] | None = None) -> float:
        """The largest error in ulps."""
        return float(self.ulps(types).max(initial=0.0))

    def _leaf(self, k: int, types: Mapping[int, str]) -> Floats:
        """Inputs are exact; a constant is rounded, unless it is a double."""
        step = self.steps[k]
        if self.program.nodes[k].op == "input":
            return np.zeros_like(step.rounding)
        return step.pair_rounding if types[k] == PAIR else step.narrowing

    def _read(self, k: int, by: str, types: Mapping[int, str], errors: Sequence[Floats]) -> Floats:
        """Error of a value as an operation of some type reads it."""
        if types[k] == PAIR and by not in (PAIR, QUICK):
            exact = errors[k] == 0
            return errors[k] + np.where(exact & self.values[k].is_double, 0.0,
                                        self.steps[k].narrowing)  # fmt: skip
        return errors[k]


def agree(one: Program, two: Program, points: Points) -> bool:
    """Whether a program has the values of another wherever that has any.

    >>> from sympy import Symbol, exp
    >>> from sympy.codegen.cfunctions import expm1
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> points = Points(((0.5,), (2.0,)), (100, 100))
    >>> left = build(exp(x) - 1, [x])
    >>> agree(left, build(expm1(x), [x]), points), agree(left, build(exp(x), [x]), points)
    (True, False)
    """
    first, second = (table(program, points) for program in (one, two))
    return all(
        _same(p, q)
        for k, j in zip(one.outputs, two.outputs, strict=True)
        for p, q in zip(first[k].balls, second[j].balls, strict=True)
    )


def _same(wanted: Any, found: Any) -> bool:
    if not isinstance(wanted, arb):
        return wanted is None or wanted == found
    return not wanted.is_finite() or not found.is_finite() or bool(wanted.overlaps(found))
