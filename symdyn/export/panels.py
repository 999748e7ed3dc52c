"""What a plot of errors shows, whatever draws it: panels, axes, labels that fit.

Arguments are on the scale of `kernels.scales`, which shows both edges. Errors are even on the left
axis, or even in their logarithm where they span more than a few units. A kernel of arrays has one
panel, its errors sorted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symdyn.kernels.profiles import Axis, Profile
from symdyn.kernels.scales import Tick, raised

_LINEAR = 12.0  # the largest error that is shown on an even axis
_LEAST = 0.01  # what a logarithmic axis shows at least, in units


@dataclass(frozen=True)
class Errors:
    """The left axis: heights from 0 to 1, and where lines are drawn."""

    height: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Panel:
    """Places from 0 to 1 with their errors, the worst first, over an axis with a name."""

    points: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    name: str
    cuts: tuple[float, ...] = ()

    def heights(self, scale: Errors) -> list[tuple[float, float]]:
        """Places and heights of finite errors."""
        return [(p, scale.height(e)) for p, e in self.points if math.isfinite(e)]

    @property
    def beyond(self) -> list[float]:
        """Places of infinite errors."""
        return [p for p, e in self.points if not math.isfinite(e)]


def panels(profile: Profile) -> tuple[Panel, ...]:
    """One panel for each argument, or one of sorted errors."""
    return tuple(_over(profile, axis) for axis in profile.axes) or (_sorted(profile),)


def described(profile: Profile) -> str:
    """A plot in words."""
    where = f" over {', '.join(axis.name for axis in profile.axes)}" if profile.axes else ", sorted"
    return f"Errors of {profile.kernel} in {profile.unit}{where}; the worst is {worst(profile)}"


def worst(profile: Profile) -> str:
    """The largest error and where it is."""
    place = f" at {profile.worst}" if profile.worst else ""
    return f"{profile.errors[0]:.4g}{place}".replace("inf", "infinite")


def errors_axis(profile: Profile) -> Errors:
    """The left axis of all panels."""
    finite = [error for error in profile.errors if math.isfinite(error)]
    top = max([*finite, profile.target or 0.0, 0.5]) * 1.08
    return _even(top) if top <= _LINEAR else _logarithmic(top)


def fitting(
    ticks: Iterable[Tick], x: Callable[[float], float], letter: float, low: float, high: float
) -> list[tuple[Tick, float]]:
    """Labels as far as there is room for them from low to high, what matters most first.

    `x` gives the centre of a label for a place, which is moved inward at the ends.
    """
    taken: list[tuple[float, float]] = []
    kept: list[tuple[Tick, float]] = []
    for tick in ticks:
        wide = letter * (len(tick.label) + 1.2)
        centre = min(max(x(tick.place), low + wide / 2), high - wide / 2)
        start, end = centre - wide / 2, centre + wide / 2
        if not any(start < other and end > first for first, other in taken):
            taken.append((start, end))
            kept.append((tick, centre))
    return kept


def _even(top: float) -> Errors:
    step = next(step for step in (0.1, 0.25, 0.5, 1.0, 2.0, 4.0) if top / step < 7)
    ticks = tuple((k * step / top, f"{k * step:g}") for k in range(int(top / step) + 1))
    return Errors(lambda error: error / top, ticks)


def _logarithmic(top: float) -> Errors:
    low, high = math.log10(_LEAST), math.log10(top)

    def height(error: float) -> float:
        return (math.log10(max(error, _LEAST)) - low) / (high - low)

    step = max(1, round((high - low) / 6))
    decades = range(0, math.floor(high) + 1, step)
    return Errors(height, tuple((height(10.0**k), _power(k)) for k in decades))


def _power(k: int) -> str:
    return f"{10**k}" if k < 4 else f"10{raised(k)}"


def _over(profile: Profile, axis: Axis) -> Panel:
    places = [axis.scale.place(x) for x in axis.values]
    inner = sorted({k / len(axis.scale.pieces) for k in range(1, len(axis.scale.pieces))})
    points = tuple(zip(places, profile.errors, strict=True))
    return Panel(points, axis.scale.ticks(), axis.name, tuple(inner))


def _sorted(profile: Profile) -> Panel:
    """Errors over the share of points that have a larger one, even in its logarithm."""
    n = len(profile.errors)
    span = max(math.log10(n), 1.0)
    places = [math.log10(k) / span for k in range(1, n + 1)]
    ticks = tuple(Tick(k / span, f"{10**k}", 0) for k in range(int(span) + 1))
    return Panel(tuple(zip(places, profile.errors, strict=True)), ticks, "points, worst first")
