"""What a contest found as a picture: time for an element against the largest error.

One panel for each kernel and size, both axes logarithmic: what is better stands further to the
left, and lower. Every contestant is named beside its dot; what only moves memory is a dashed line;
infinite errors stand above the panel. The file carries its own style, in light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from symdyn.export.labels import Label, Type, placed
from symdyn.export.stylesheet import PALETTE, PLOTS
from symdyn.kernels.bench import Row
from symdyn.kernels.scales import raised

_WIDTH, _LEFT, _RIGHT = 700, 52, 14
_TOP, _PANEL, _BOTTOM = 54, 300, 46
_LEAST = 0.1  # ulps at the foot of a panel
_TYPE = Type(letter=6.8, line=15.0)


def race_picture(rows: Sequence[Row]) -> str:
    """A file of SVG with a panel for each kernel and size that has times."""
    told = [row for row in rows if row.nanoseconds is not None]
    keys = list(dict.fromkeys((row.kernel, row.size) for row in told))
    step = _TOP + _PANEL + _BOTTOM
    panels = "".join(
        f'<g transform="translate(0 {k * step})">'
        f"{_panel([row for row in told if (row.kernel, row.size) == key])}</g>"
        for k, key in enumerate(keys)
    )
    height = max(len(keys), 1) * step
    label = "Time for an element against the largest error of " + ", ".join(
        dict.fromkeys(kernel for kernel, _ in keys)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="{escape(label)}"><style>{PALETTE}{PLOTS}</style>'
        f'<rect width="{_WIDTH}" height="{height}" class="paper"></rect>{panels}</svg>\n'
    )


@dataclass(frozen=True)
class _Axes:
    """Both axes of a panel, from the least to the largest logarithm of each."""

    times: tuple[float, float]
    errors: tuple[float, float]

    @staticmethod
    def of(rows: Sequence[Row]) -> _Axes:
        """Axes for some rows: times as they need, with room for names; errors in whole decades."""
        times = [math.log10(row.nanoseconds or 1.0) for row in rows]
        errors = [row.error for row in rows if row.error is not None and math.isfinite(row.error)]
        top = math.ceil(math.log10(max([*errors, 10.0])) + 0.1)
        return _Axes((min(times) - 0.1, max(times) + 0.25), (math.log10(_LEAST), float(top)))

    def x(self, nanoseconds: float) -> float:
        low, high = self.times
        return _LEFT + (math.log10(nanoseconds) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, error: float) -> float:
        """The height of an error; infinite ones and nan are above the panel."""
        if not math.isfinite(error):
            return _TOP - 11.0
        low, high = self.errors
        part = (math.log10(max(error, _LEAST)) - low) / (high - low)
        return _TOP + _PANEL * (1 - part)


def _panel(rows: Sequence[Row]) -> str:
    axes = _Axes.of(rows)
    measured = [row for row in rows if row.error is not None]
    dots = [(axes.x(row.nanoseconds or 1.0), axes.y(row.error or 0.0)) for row in measured]
    limits = [(row, *_foot(row, axes, k)) for k, row in enumerate(_limits(rows))]
    labels = placed(
        [(dot, row.contestant) for dot, row in zip(dots, measured, strict=True)],
        (_LEFT + 4.0, _TOP - 18.0, _WIDTH - 2.0, _TOP + _PANEL - 4.0),
        _TYPE,
        [_TYPE.box(row.contestant, x, y) for row, x, y in limits],
    )
    return "".join(
        [
            f'<text class="name" x="{_LEFT}" y="16">{escape(_title(rows[0]))}</text>',
            f'<text x="{_LEFT}" y="32">max error in ulps</text>',
            _error_lines(axes),
            _time_ticks(axes),
            f'<path class="frame" d="M{_LEFT} {_TOP}v{_PANEL}H{_WIDTH - _RIGHT}"></path>',
            *(_limit(row, x, y) for row, x, y in limits),
            *(_leader(label) for label in labels),
            *(_dot(row, *dot) for row, dot in zip(measured, dots, strict=True)),
            *(_named(label) for label in labels),
        ]
    )


def _title(row: Row) -> str:
    kernel = row.kernel if len(row.kernel) <= 44 else f"{row.kernel[:43]}…"
    return f"{kernel}, {row.size} elements, {row.processor}, one core"


def _dot(row: Row, x: float, y: float) -> str:
    kind = "ours" if row.contestant.startswith("symdyn") else "rival"
    told = f"{row.contestant}: {row.nanoseconds:.3g} ns, {row.error:.3g} ulps"
    return (
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
        f"<title>{escape(told)}</title></circle>"
    )


def _named(label: Label) -> str:
    return f'<text class="label" x="{label.x:.1f}" y="{label.y:.1f}">{escape(label.text)}</text>'


def _leader(label: Label) -> str:
    """A line from a dot to its name, where that is not beside it."""
    if label.near:
        return ""
    x, y = label.dot
    return f'<path class="leader" d="M{x:.1f} {y:.1f}V{label.y - 4:.1f}"></path>'


def _limits(rows: Sequence[Row]) -> list[Row]:
    """What computes nothing."""
    return [row for row in rows if row.error is None]


def _foot(row: Row, axes: _Axes, k: int) -> tuple[float, float]:
    """Where the name of a limit starts: in the middle of the panel, each on a line of its own."""
    return axes.x(row.nanoseconds or 1.0) + 4, _TOP + _PANEL / 2 + k * _TYPE.line


def _limit(row: Row, x: float, y: float) -> str:
    """A line across all errors."""
    return (
        f'<path class="target" d="M{x - 4:.1f} {_TOP}v{_PANEL}"></path>'
        f'<text class="label target" x="{x:.1f}" y="{y:.1f}">{escape(row.contestant)}</text>'
    )


def _error_lines(axes: _Axes) -> str:
    low, high = round(axes.errors[0]), round(axes.errors[1])
    step = max(1, round((high - low) / 8))
    return "".join(
        f'<path class="grid" d="M{_LEFT} {axes.y(10.0**k):.1f}H{_WIDTH - _RIGHT}"></path>'
        f'<text x="{_LEFT - 6}" y="{axes.y(10.0**k) + 4:.1f}" text-anchor="end">{_power(k)}</text>'
        for k in range(low, high + 1)
        if k % step == 0
    )


def _time_ticks(axes: _Axes) -> str:
    """1, 2 and 5 times powers of 10, or the powers alone where there are many."""
    low, high = axes.times
    factors = (1, 2, 5) if high - low < 3.5 else (1,)
    base = _TOP + _PANEL
    values = [f * 10.0**k for k in range(math.floor(low), math.ceil(high)) for f in factors]
    shown = [value for value in values if low <= math.log10(value) <= high]
    ticks = "".join(
        f'<path class="grid" d="M{axes.x(value):.1f} {_TOP}v{_PANEL + 4}"></path>'
        f'<text x="{axes.x(value):.1f}" y="{base + 17}" text-anchor="middle">{value:g}</text>'
        for value in shown
    )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return (
        f'{ticks}<text class="name" x="{middle:g}" y="{base + 34}" text-anchor="middle">'
        "nanoseconds for an element</text>"
    )


def _power(k: int) -> str:
    return f"{10.0**k:g}" if -2 <= k < 4 else f"10{raised(k)}"
