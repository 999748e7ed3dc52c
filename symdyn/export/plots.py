"""The error of a kernel over its domain as inline SVG: one panel for each argument.

A dot is a point that was measured; the ring marks the worst that is known, a dashed line the
target. Arguments are on the scale of `kernels.scales`, which shows both edges. Errors are even on
the left axis, or even in their logarithm where they span more than a few units; infinite errors
stand above the panel. A kernel of arrays has one panel, its errors sorted.

Colours are those of the page, so that the plot is read in light and dark; no scripts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from symdyn.kernels.profiles import Axis, Profile
from symdyn.kernels.scales import Tick, raised

_WIDTH, _LEFT, _RIGHT = 700, 52, 14
_TOP, _PANEL, _BOTTOM = 26, 150, 40
_LETTER = 6.6
_LINEAR = 12.0  # the largest error that is shown on an even axis
_LEAST = 0.01  # what a logarithmic axis shows at least, in units


@dataclass(frozen=True)
class Errors:
    """The left axis: heights from 0 to 1, and where lines are drawn."""

    height: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]


def error_plot(profile: Profile) -> str:
    """SVG of the errors of a kernel; empty where no error is known."""
    if not profile.errors:
        return ""
    scale = _errors_axis(profile)
    panels = [_over(profile, axis, scale) for axis in profile.axes] or [_sorted(profile, scale)]
    step = _TOP + _PANEL + _BOTTOM
    placed = (f'<g transform="translate(0 {k * step})">{p}</g>' for k, p in enumerate(panels))
    size = f'viewBox="0 0 {_WIDTH} {len(panels) * step}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-label="{escape(_described(profile))}">{"".join(placed)}</svg>'
    )


def _described(profile: Profile) -> str:
    where = f" over {', '.join(axis.name for axis in profile.axes)}" if profile.axes else ", sorted"
    return f"Errors of {profile.kernel} in {profile.unit}{where}; the worst is {_worst(profile)}"


def _worst(profile: Profile) -> str:
    place = f" at {profile.worst}" if profile.worst else ""
    return f"{profile.errors[0]:.4g}{place}".replace("inf", "infinite")


def _errors_axis(profile: Profile) -> Errors:
    finite = [error for error in profile.errors if math.isfinite(error)]
    top = max([*finite, profile.target or 0.0, 0.5]) * 1.08
    return _even(top) if top <= _LINEAR else _logarithmic(top)


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


def _over(profile: Profile, axis: Axis, scale: Errors) -> str:
    places = [axis.scale.place(x) for x in axis.values]
    inner = sorted({k / len(axis.scale.pieces) for k in range(1, len(axis.scale.pieces))})
    cuts = "".join(_vertical(place, "cut") for place in inner)
    return cuts + _panel(profile, scale, places, axis.scale.ticks(), axis.name)


def _sorted(profile: Profile, scale: Errors) -> str:
    """Errors over the share of points that have a larger one, even in its logarithm."""
    n = len(profile.errors)
    span = max(math.log10(n), 1.0)
    places = [math.log10(k) / span for k in range(1, n + 1)]
    powers = range(int(span) + 1)
    ticks = [Tick(k / span, f"{10**k}", 0) for k in powers]
    return _panel(profile, scale, places, ticks, "points, worst first")


def _panel(
    profile: Profile, scale: Errors, places: Sequence[float], ticks: Iterable[Tick], name: str
) -> str:
    points = list(zip(places, profile.errors, strict=True))
    heights = [(p, scale.height(e)) for p, e in points if math.isfinite(e)]
    beyond = [p for p, e in points if not math.isfinite(e)]
    base = _TOP + _PANEL
    frame = f'<path class="frame" d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}"></path>'
    dots = "".join(f"M{_x(p)} {_y(h)}h0" for p, h in heights)
    above = "".join(f"M{_x(p)} {_TOP - 8}v-7" for p in beyond)
    label = f'<text x="{_LEFT - 6}" y="{_TOP - 8}" text-anchor="end">∞</text>' if beyond else ""
    return "".join(
        [
            _lines(scale),
            frame,
            _target(profile, scale),
            f'<path class="dots" d="{dots}"></path>',
            f'<path class="beyond" d="{above}"></path>{label}' if beyond else "",
            _ring(points[0], scale, _worst(profile)),
            _written(ticks),
            f'<text x="{_LEFT}" y="{_TOP - 12}">{"" if beyond else escape(profile.unit)}</text>',
            f'<text class="name" x="{(_LEFT + _WIDTH - _RIGHT) / 2:g}" y="{base + 34}" '
            f'text-anchor="middle">{escape(name)}</text>',
        ]
    )


def _lines(scale: Errors) -> str:
    return "".join(
        f'<path class="grid" d="M{_LEFT} {_y(h)}H{_WIDTH - _RIGHT}"></path>'
        f'<text x="{_LEFT - 6}" y="{_y(h, 4)}" text-anchor="end">{label}</text>'
        for h, label in scale.ticks
    )


def _target(profile: Profile, scale: Errors) -> str:
    if profile.target is None:
        return ""
    y = scale.height(profile.target)
    return (
        f'<path class="target" d="M{_LEFT} {_y(y)}H{_WIDTH - _RIGHT}"></path>'
        f'<text class="target" x="{_WIDTH - _RIGHT}" y="{_y(y, -5)}" text-anchor="end">'
        f"target {profile.target:g}</text>"
    )


def _ring(worst: tuple[float, float], scale: Errors, told: str) -> str:
    place, error = worst
    y = _y(scale.height(error)) if math.isfinite(error) else f"{_TOP - 11.5:g}"
    return (
        f'<circle class="worst" cx="{_x(place)}" cy="{y}" r="6">'
        f"<title>{escape(told)}</title></circle>"
    )


def _written(ticks: Iterable[Tick]) -> str:
    """Labels as far as there is room for them, what matters most first."""
    taken: list[tuple[float, float]] = []
    out: list[str] = []
    for tick in ticks:
        x, wide = float(_x(tick.place)), _LETTER * len(tick.label) + 8
        x = min(max(x, _LEFT + wide / 2 - 20), _WIDTH - wide / 2)
        low, high = x - wide / 2, x + wide / 2
        if any(low < other and start < high for start, other in taken):
            continue
        taken.append((low, high))
        base = _TOP + _PANEL
        out.append(
            f'<path class="frame" d="M{_x(tick.place)} {base}v4"></path>'
            f'<text x="{x:g}" y="{base + 17}" text-anchor="middle">{escape(tick.label)}</text>'
        )
    return "".join(out)


def _vertical(place: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{_x(place)} {_TOP}v{_PANEL}"></path>'


def _x(place: float) -> str:
    return f"{_LEFT + place * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(height: float, shift: float = 0.0) -> str:
    return f"{_TOP + _PANEL * (1 - height) + shift:.1f}"
