"""Values of a kernel along one of its arguments, to be looked at.

That argument is the last one with a bounded domain (a correlation), else the first. All others have
a few values of ordinary size,

    a + h/4, a + h, a + 4 h  from a finite end a, h = max(1, |a|);   quarters of a bounded domain,

of which those are kept that show much of the function: conditions between arguments leave some
without values. Nothing is certified here.

>>> from sympy import symbols
>>> from symdyn.kernels.kernel import kernel
>>> q, c = symbols("q c", real=True)
>>> found = curves(kernel(q * c, (q, c), domain={q: (0, 1), c: (-1, 1)}))
>>> found.argument, [(curve.label, curve.values[-1]) for curve in found.curves]
('c', [('q = 0.25', 0.25), ('q = 0.5', 0.5), ('q = 0.75', 0.75)])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdyn.kernels.ranges import Range
from symdyn.numerics.doubles import Doubles

PLACES = 161
WINDOW = 4.0  # of an unbounded argument, in units of its finite end or of 1
SETTINGS = 3  # values of the other arguments
_TRIED = 60
_FACTORS = (0.25, 1.0, 4.0)


@dataclass(frozen=True)
class Curve:
    """Values at all places, nan where there is none; the label tells the other arguments."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """A few curves over places of one argument."""

    argument: str
    places: tuple[float, ...]
    curves: tuple[Curve, ...]


def curves(kernel: Any) -> Curves | None:
    """Curves of a kernel whose arguments are numbers; None where no value is finite."""
    ranges = kernel.domain.ranges
    along = _along(ranges)
    places = np.linspace(*_window(ranges[along]), PLACES)
    settings = _tried([_levels(part) for k, part in enumerate(ranges) if k != along])
    first = _values(kernel, along, places, settings)
    shown = np.flatnonzero(np.isfinite(first).any(axis=(0, 1)))
    if not len(shown):
        return None
    places = np.linspace(places[shown[0]], places[shown[-1]], PLACES)
    chosen = settings[_telling(first, SETTINGS if len(first) == 1 else 1)]
    names = [str(symbol) for k, symbol in enumerate(kernel.args) if k != along]
    found = [
        Curve(_label(names, setting, k if len(first) > 1 else None), tuple(row.tolist()))
        for k, rows in enumerate(_values(kernel, along, places, chosen))
        for setting, row in zip(chosen, rows, strict=True)
    ]
    return Curves(str(kernel.args[along]), tuple(places.tolist()), tuple(found))


def _along(ranges: Sequence[Range]) -> int:
    bounded = [k for k, part in enumerate(ranges) if all(map(math.isfinite, part.inside))]
    return bounded[-1] if bounded else 0


def _window(part: Range) -> tuple[float, float]:
    """Where an argument has ordinary values."""
    low, high = part.inside
    if math.isinf(low) and math.isinf(high):
        return -WINDOW, WINDOW
    if math.isinf(high):
        return low, low + WINDOW * max(1.0, abs(low))
    return (high - WINDOW * max(1.0, abs(high)), high) if math.isinf(low) else (low, high)


def _levels(part: Range) -> list[float]:
    """A few values within a range."""
    low, high = part.inside
    if math.isfinite(low) and math.isfinite(high):
        return [low + (high - low) * share for share in (0.25, 0.5, 0.75)]
    if math.isfinite(high):
        return [high - max(1.0, abs(high)) * factor for factor in _FACTORS]
    start = low if math.isfinite(low) else 0.0
    return [start + max(1.0, abs(start)) * factor for factor in _FACTORS]


def _tried(levels: Sequence[Sequence[float]]) -> Doubles:
    """Settings of the other arguments, each once and in order; one of nothing if there are none."""
    if not levels:
        return np.empty((1, 0))
    rng = np.random.default_rng(0)
    columns = [rng.choice(values, _TRIED) for values in levels]
    return np.unique(np.array(columns).T, axis=0)


def _telling(values: Doubles, count: int) -> np.ndarray:
    """Settings far from each other, of those that show at least a fourth of what the best shows.

    How much is shown is how many values there are, times how far they go, each result by its size.
    """
    finite = np.isfinite(values)
    low = np.where(finite, values, np.inf).min(axis=2)
    high = np.where(finite, values, -np.inf).max(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.fmax(abs(low), abs(high))
        reach = high / size - low / size
    shown = (finite.sum(axis=2) * np.nan_to_num(reach)).sum(axis=0)
    much = np.flatnonzero(4 * shown >= shown.max())
    picked = (np.arange(count) + 0.5) / count * len(much)
    return much[np.unique(picked.astype(int))]


def _values(kernel: Any, along: int, places: Doubles, settings: Doubles) -> Doubles:
    """For each result and setting the values at all places."""
    columns = [column[:, None] for column in settings.T]
    columns.insert(along, places[None, :])
    found = kernel(*columns)
    return np.array(found if isinstance(found, tuple) else [found], np.float64)


def _label(names: Sequence[str], setting: Doubles, result: int | None) -> str:
    told = [] if result is None else [f"[{result}]"]
    return ", ".join([*told, *(f"{n} = {x:g}" for n, x in zip(names, setting, strict=True))])
