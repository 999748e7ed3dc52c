"""A Gaussian expectation as a function of arrays: arguments, factors before it, what is outside.

Arguments broadcast. Elements outside the domain are nan; a correlation may be given by its distance
from 1 or -1 instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdyn.kernels.duals.arguments import Correlation, correlation, doubles, variance
from symdyn.kernels.duals.expectations import Expectations
from symdyn.kernels.duals.sums import Doubles


@dataclass(frozen=True)
class ExpectationFunction:
    """scale * (powers of arguments) * E[...], `kind` being mean, second or product.

    `variance_at` and `correlation_at` are places of arguments, -1 where there is no correlation.
    """

    name: str
    names: tuple[str, ...]
    kind: str
    variance_at: int
    correlation_at: int
    ranges: tuple[tuple[float, float], ...]
    scale: float
    powers: tuple[float, ...]
    expectations: Expectations

    def __call__(self, *arguments: Any, out: Any = None, **gaps: Any) -> Any:
        """The expectation at every element of the broadcast arguments.

        `one_minus_c=` or `one_plus_c=` stands in place of the correlation c, with its own name.
        Raises TypeError for wrong arguments, ValueError for shapes that do not fit.
        """
        parts, gap = self._arguments(arguments, gaps)
        several = [*parts, *((gap.value, gap.below_one, gap.above_minus_one) if gap else ())]
        several = np.broadcast_arrays(*several)
        shape = several[0].shape
        flat = [np.array(part, np.float64).ravel() for part in several]
        if gap:
            gap, flat = Correlation(*flat[-3:]), flat[:-3]
            flat.insert(self.correlation_at, gap.value)
        values = self._values(flat, gap).reshape(shape)
        if out is None:
            return values[()]
        if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != np.float64:
            raise ValueError(f"out= is to be an array of float64 of shape {shape}")
        out[...] = values
        return out

    def _arguments(
        self, arguments: tuple[Any, ...], gaps: Mapping[str, Any]
    ) -> tuple[list[Doubles], Correlation | None]:
        """All arguments but the correlation, and that."""
        k = self.correlation_at
        known = [f"{way}_{self.names[k]}" for way in ("one_minus", "one_plus")] if k >= 0 else []
        if not set(gaps) <= set(known) or len(gaps) > 1:
            allowed = " or ".join(known) or "no keywords"
            raise TypeError(f"{self.name} takes {allowed}; {', '.join(gaps)} given")
        if len(arguments) != len(self.names) - len(gaps):
            raise TypeError(
                f"{self.name}: {len(self.names)} argument(s) needed, {', '.join(self.names)}; "
                f"{len(arguments) + len(gaps)} given"
            )
        values = [doubles(f"argument {place}", v) for place, v in enumerate(arguments, 1)]
        if k < 0:
            return values, None
        given = [None if gaps else values.pop(k), *(gaps.get(name) for name in known)]
        return values, correlation(*given)

    def _values(self, flat: list[Doubles], gap: Correlation | None) -> Doubles:
        q = variance(self.names[self.variance_at], flat[self.variance_at])
        outside = np.zeros(q.shape, bool)
        for part, (low, high) in zip(flat, self.ranges, strict=True):
            outside |= ~((low <= part) & (part <= high))
        q = np.where(outside, np.nan, q)
        if gap is not None:
            found = self.expectations.product(q, q, gap)
        elif self.kind == "mean":
            found = self.expectations.mean(q)
        else:
            found = self.expectations.second(q)
        with np.errstate(all="ignore"):
            for part, power in zip(flat, self.powers, strict=True):
                found = found * part**power if power else found
            return found * self.scale if self.scale != 1 else found
