"""A seeded simulation of the real thing, as one side of a claim.

The author gives a function that draws independent observations whose mean the theory predicts:
Monte Carlo samples, errors of finite networks, indicator variables of events. The mean agrees with
the theory if it lies within the stated number of standard errors.

    deviation = |mean - expected| / (standard deviation / sqrt(number of draws))

Where the draws differ by nothing but the errors of numerical steps, what counts as one standard
error is `accuracy`, relative to the expected value.

A simulation proves nothing: its verdict is SIMULATED at best. It does reject: see `deviation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Symbol

from symdyn.errors import InputError

Draw = Callable[[Any, int, Mapping[str, float]], Any]


@dataclass(frozen=True)
class Deviation:
    """How far a simulated mean lies from what the theory says."""

    mean: float
    error: float
    expected: float
    standard_errors: float


@dataclass(frozen=True)
class Simulation:
    """Independent observations whose mean a theory predicts.

    `draw(generator, size, values)` returns `size` observations, given a NumPy generator and the
    values of `symbols` by name.

    >>> from sympy import Rational, symbols
    >>> s = symbols("s", positive=True)
    >>> cube = Simulation("E z^2, z ~ N(0, s^2)",
    ...                   lambda rng, size, at: (at["s"] * rng.standard_normal(size))**2, (s,))
    >>> cube.deviation(s**2, {s: Rational(3, 2)}, seed=1).standard_errors < 5
    True
    >>> cube.deviation(s**2 * Rational(101, 100), {s: Rational(3, 2)}, seed=1).standard_errors < 5
    False
    """

    description: str
    draw: Draw = field(compare=False)
    symbols: tuple[Symbol, ...] = ()
    size: int = 10**6
    points: int = 3
    standard_errors: float = 5.0
    accuracy: float = 1e-12

    def __str__(self) -> str:
        return f"simulation of {self.description}"

    def deviation(self, expected: Expr, point: Mapping[Symbol, Expr], *, seed: int) -> Deviation:
        """Simulate at a point and compare the mean with the expected value."""
        import numpy as np

        values = {str(symbol): float(value) for symbol, value in point.items()}
        drawn = np.asarray(self.draw(np.random.default_rng(seed), self.size, values), dtype=float)
        if drawn.ndim != 1 or not np.isfinite(drawn).all():
            raise InputError(
                f"{self}: draw must return finite observations, one per draw; "
                f"got an array of shape {drawn.shape}"
            )
        wanted = float(expected.subs(point))
        error = float(drawn.std(ddof=1)) / len(drawn) ** 0.5
        error = max(error, self.accuracy * abs(wanted), 1e-300)
        return Deviation(
            float(drawn.mean()), error, wanted, abs(float(drawn.mean()) - wanted) / error
        )
