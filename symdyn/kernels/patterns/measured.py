"""What the certificate of a kernel over vectors needs: points, exact values, the scale of errors.

Errors are relative to the norm of the result; for more than one node, unless the kernel is
`accurate`, to the sum of the lengths of all nodes, each by the output weights before its term (of
a scalar or a matrix, to the sum of its absolute terms). Sums over more than one node are allowed
sqrt(d)/2 units more than single nodes: their lengths are rounded sums of d squares.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb

from symdyn.calculus.nodes import Nodes
from symdyn.kernels.patterns.draws import Arrays, drawn, edges
from symdyn.kernels.patterns.exact import exact_value, sample_of
from symdyn.kernels.patterns.layout import Argument, Layout, layout
from symdyn.kernels.patterns.pairwise import Options
from symdyn.kernels.ranges import Ranges

SMALLEST = arb(2) ** -1022  # below this doubles have fewer digits


class Measured:
    """A kernel of an object over vectors, as `certify_normwise` asks for it."""

    result: Any
    args: tuple[Argument, ...]
    domain: Ranges
    options: Options
    target: float | None

    @cached_property
    def layout(self) -> Layout:
        """The terms of the object."""
        return layout(self.result, self.args)

    def draw(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]:
        """Points at which the error is measured."""
        return [drawn(self.layout, self.domain.ranges, rng, k) for k in range(count)]

    def edges(self) -> Sequence[Arrays]:
        """Further such points."""
        return edges(self.layout, self.domain.ranges)

    def reference(self, point: Arrays, bits: int) -> Sequence[arb] | None:
        """Exact elements of the result."""
        return exact_value(self.layout, sample_of(self.layout, point), bits)[0]

    def norm(self, point: Arrays, exact: Sequence[arb]) -> arb:
        """What the error is relative to."""
        if self._sums(point):
            return exact_value(self.layout, sample_of(self.layout, point), 128)[1]
        total: arb = sum((x * x for x in exact), arb(0))
        return arb(0) if total.is_zero() else _length(total)

    def allowed(self, point: Arrays) -> float:
        """The error that is allowed at a point: the target, and sqrt(d)/2 more for sums."""
        if self.target is None:
            return math.inf
        d = max((np.shape(part)[-1] for part in point if np.ndim(part) == 2), default=0)
        return self.target + (math.sqrt(d) / 2 if self._sums(point) else 0.0)

    @property
    def allowance(self) -> str:
        """What is allowed beside the target, in words."""
        nodes = any(isinstance(argument, Nodes) for argument in self.args)
        return "sqrt(d)/2 more for several nodes" if nodes and not self.options.accurate else ""

    def _sums(self, point: Arrays) -> bool:
        """Whether the error at a point is relative to terms, of which there are several."""
        several = any(np.ndim(part) == 2 and len(part) > 1 for part in point)
        return several and not self.options.accurate


def _length(square: arb) -> arb:
    """The root, at least the smallest normal double; nan where that is not yet decided."""
    if square > 0:
        return square.sqrt().max(SMALLEST)
    return SMALLEST if square.abs_upper() < SMALLEST**2 else arb("nan")
