"""What the certificate of a kernel over vectors needs: points, exact values, the scale of errors.

Errors are relative to the norm of the result; for more than one node, unless the kernel is
`accurate`, to the sum of the lengths of all nodes (of a scalar, of its absolute terms).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb

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

    def reference(self, point: Arrays, bits: int) -> Sequence[arb]:
        """Exact elements of the result."""
        return exact_value(self.layout, sample_of(self.layout, point), bits)[0]

    def norm(self, point: Arrays, exact: Sequence[arb]) -> arb:
        """What the error is relative to."""
        several = any(np.ndim(part) == 2 and len(part) > 1 for part in point)
        if several and not self.options.accurate:
            return exact_value(self.layout, sample_of(self.layout, point), 128)[1]
        total: arb = sum((x * x for x in exact), arb(0))
        return arb(0) if total.is_zero() else _length(total)


def _length(square: arb) -> arb:
    """The root, at least the smallest normal double; nan where that is not yet decided."""
    if square > 0:
        return square.sqrt().max(SMALLEST)
    return SMALLEST if square.abs_upper() < SMALLEST**2 else arb("nan")
