"""The doubles at which a kernel is measured: an interval for each argument, and a condition.

Infinite ends become the largest double. `ordinary` values are those that users have: even over a
bounded interval; otherwise half within 20 of the finite end (or of 0), half even in exponents from
10^-8 to 10^8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sympy import S

from symdyn.kernels.certify.arrays import values_at
from symdyn.kernels.limits import with_conditions
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges
from symdyn.numerics.doubles import Doubles

LARGEST = float(np.finfo(np.float64).max)
_REACH = 20.0


@dataclass(frozen=True)
class Box:
    """Closed intervals of finite doubles, and which points in them belong to the domain."""

    ends: tuple[tuple[float, float], ...]
    accepts: Callable[[Doubles], np.ndarray] | None = None

    @staticmethod
    def of(domain: Ranges) -> Box:
        """The doubles of a domain.

        >>> from sympy import Symbol
        >>> x = Symbol("x", nonnegative=True)
        >>> Box.of(Ranges.of([x])).ends
        ((0.0, 1.7976931348623157e+308),)
        """
        inside = (part.inside for part in domain.ranges)
        ends = tuple((max(low, -LARGEST), min(high, LARGEST)) for low, high in inside)
        return Box(ends, _condition(domain))

    def within(self, points: Doubles) -> Doubles:
        """The points that belong to the box and the domain, each once, in a fixed order."""
        low, high = np.array(self.ends).T
        points = points[np.all((points >= low) & (points <= high), axis=1)] + 0.0
        points = np.unique(points, axis=0)
        return points if self.accepts is None or not len(points) else points[self.accepts(points)]

    def ordinary(self, axis: int, count: int, rng: np.random.Generator) -> Doubles:
        """Values of ordinary size of one argument."""
        low, high = self.ends[axis]
        if high - low <= 1e6:
            return rng.uniform(low, high, count)
        start = low if low > -LARGEST else (high if high < LARGEST else 0.0)
        signs = _signs(low, high, start, count, rng)
        sizes = np.where(
            rng.random(count) < 0.5,
            rng.uniform(0.0, _REACH, count),
            10.0 ** rng.uniform(-8, 8, count),
        )
        return np.clip(start + signs * sizes, low, high)


def _signs(low: float, high: float, start: float, count: int, rng: np.random.Generator) -> Doubles:
    if start == low:
        return np.ones(count)
    return -np.ones(count) if start == high else rng.choice([-1.0, 1.0], count)


def _condition(domain: Ranges) -> Callable[[Doubles], np.ndarray] | None:
    if not domain.conditions:
        return None
    program = with_conditions(build(S.One, domain.args), domain.conditions)
    (output,) = program.outputs
    return lambda points: values_at(program, points)[output] == 1.0
