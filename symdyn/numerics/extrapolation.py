"""Steps along a flow x' = v(x) in any arithmetic: midpoint steps, extrapolated.

    x(t + h) = limit of n midpoint steps of length h/n, by Richardson's rule in (h/n)^2

This is the method of Gragg, Bulirsch and Stoer.

The difference of the last two extrapolations is what the error is taken to be. Nothing but sums,
multiples by numbers and a size is asked of the variables: floats, arrays, matrices of balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any

SAFETY, SHRINK, GROW = 0.8, 0.2, 4.0  # how the next step is chosen
State = Mapping[Any, Any]
Velocity = Callable[[State], State]


def extrapolated(
    velocity: Velocity,
    state: State,
    length: Any,
    *,
    columns: int,
    size: Callable[[Any], float] = abs,
) -> tuple[dict[Hashable, Any], float]:
    """The state after some time, and the relative error that it seems to have.

    `columns` is the number of extrapolations; the last takes twice as many midpoint steps.

    >>> import math
    >>> state, error = extrapolated(lambda x: x, {"x": 1.0}, 1.0, columns=7)
    >>> abs(state["x"] - math.e) < 1e-12
    True
    """
    first = velocity(state)
    rows = list[dict[Hashable, Any]]()
    for column in range(1, columns + 1):
        count = 2 * column
        row = _midpoint(velocity, state, first, length / count, count)
        before, rows = rows, [row]
        for k, older in enumerate(before, 1):
            coarse = (column - k) ** 2
            excess = column**2 - coarse
            row = {x: row[x] + (row[x] - older[x]) * coarse / excess for x in row}
            rows.append(row)
    last, other = rows[-1], rows[-2]
    return last, max(_relative(size(last[x] - other[x]), size(last[x])) for x in last)


def change_of_length(error: float, tolerance: float, columns: int) -> float:
    """By what to multiply the length of a step with some error, so that the next has the tolerance.

    >>> change_of_length(1e-9, 1e-9, columns=7), change_of_length(math.inf, 1e-9, columns=7)
    (0.8, 0.2)
    """
    share = error / tolerance
    if not math.isfinite(share):
        return SHRINK
    return min(max(SAFETY * share ** (-0.5 / columns), SHRINK), GROW) if share > 0 else GROW


def moved(state: State, step: Any, velocity: State) -> dict[Hashable, Any]:
    """The state after a step in a straight line."""
    return {x: value + velocity[x] * step for x, value in state.items()}


def _midpoint(
    velocity: Velocity, state: State, first: State, step: Any, count: int
) -> dict[Hashable, Any]:
    """So many steps, each across the middle of two, with Gragg's smoothing at the end."""
    before, now = dict(state), moved(state, step, first)
    for _ in range(count - 1):
        before, now = now, moved(before, 2 * step, velocity(now))
    last = moved(now, step, velocity(now))
    return {x: (before[x] + last[x]) / 2 for x in now}


def _relative(error: float, size: float) -> float:
    """Infinite where there is no number."""
    share = error / size if size else error
    return share if share == share else float("inf")
