"""The error of a kernel over its domain as inline SVG: one panel for each argument.

A dot is a point that was measured; the ring marks the worst that is known, a dashed line the
target; infinite errors stand above the panel. Colours are those of the page, so that the plot is
read in light and dark; no scripts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from symdyn.export.panels import Errors, Panel, described, errors_axis, fitting, panels, worst
from symdyn.kernels.profiles import Profile
from symdyn.kernels.scales import Tick

_WIDTH, _LEFT, _RIGHT = 700, 52, 14
_TOP, _PANEL, _BOTTOM = 26, 150, 40
_LETTER = 6.6


def error_plot(profile: Profile) -> str:
    """SVG of the errors of a kernel; empty where no error is known."""
    if not profile.errors:
        return ""
    scale, found = errors_axis(profile), panels(profile)
    step = _TOP + _PANEL + _BOTTOM
    placed = (
        f'<g transform="translate(0 {k * step})">{_panel(profile, scale, panel)}</g>'
        for k, panel in enumerate(found)
    )
    size = f'viewBox="0 0 {_WIDTH} {len(found) * step}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-label="{escape(described(profile))}">{"".join(placed)}</svg>'
    )


def _panel(profile: Profile, scale: Errors, panel: Panel) -> str:
    beyond, base = panel.beyond, _TOP + _PANEL
    frame = f'<path class="frame" d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}"></path>'
    dots = "".join(f"M{_x(p)} {_y(h)}h0" for p, h in panel.heights(scale))
    above = "".join(f"M{_x(p)} {_TOP - 8}v-7" for p in beyond)
    label = f'<text x="{_LEFT - 6}" y="{_TOP - 8}" text-anchor="end">∞</text>' if beyond else ""
    return "".join(
        [
            *(_vertical(place, "cut") for place in panel.cuts),
            _lines(scale),
            frame,
            _target(profile, scale),
            f'<path class="dots" d="{dots}"></path>',
            f'<path class="beyond" d="{above}"></path>{label}' if beyond else "",
            _ring(panel.points[0], scale, worst(profile)),
            _written(panel.ticks),
            f'<text x="{_LEFT}" y="{_TOP - 12}">{"" if beyond else escape(profile.unit)}</text>',
            f'<text class="name" x="{(_LEFT + _WIDTH - _RIGHT) / 2:g}" y="{base + 34}" '
            f'text-anchor="middle">{escape(panel.name)}</text>',
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


def _ring(point: tuple[float, float], scale: Errors, told: str) -> str:
    place, error = point
    y = _y(scale.height(error)) if math.isfinite(error) else f"{_TOP - 11.5:g}"
    return (
        f'<circle class="worst" cx="{_x(place)}" cy="{y}" r="6">'
        f"<title>{escape(told)}</title></circle>"
    )


def _written(ticks: Iterable[Tick]) -> str:
    base = _TOP + _PANEL
    return "".join(
        f'<path class="frame" d="M{_x(tick.place)} {base}v4"></path>'
        f'<text x="{x:g}" y="{base + 17}" text-anchor="middle">{escape(tick.label)}</text>'
        for tick, x in fitting(ticks, lambda p: float(_x(p)), _LETTER, _LEFT - 20, _WIDTH)
    )


def _vertical(place: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{_x(place)} {_TOP}v{_PANEL}"></path>'


def _x(place: float) -> str:
    return f"{_LEFT + place * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(height: float, shift: float = 0.0) -> str:
    return f"{_TOP + _PANEL * (1 - height) + shift:.1f}"
