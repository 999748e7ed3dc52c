"""Curves and dots in one panel, as SVG that a notebook shows.

For what a reader plots beside a derivation: theory as lines, measurements as dots. A value that is
nan ends its line; a new one begins with the next value. Scales are linear or logarithmic. No
scripts, no dependencies; text and frame take the colour of the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from textwrap import wrap

from symdyn.errors import InputError

Places = tuple[Iterable[float], Iterable[float]]
Points = list[tuple[float, float]]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 300, 58, 150, 14, 42
_COLOURS = ("#2f6fb0", "#c8542b", "#3a8a4d", "#8a5aa8", "#b08a1e", "#3b9a9a", "#a8456b", "#6b7280")
_MOST_TICKS = 7
_LETTERS, _LINE, _BETWEEN = 20, 15, 3  # of a name beside the panel
_LETTER, _BESIDE = 6.6, 25  # a letter's width, and room for the name of the left axis


@dataclass(frozen=True)
class Axis:
    """A scale from one number to another, with its name."""

    name: str
    low: float
    high: float
    is_log: bool

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high one."""
        low, high, at = (self._scaled(x) for x in (self.low, self.high, value))
        return (at - low) / (high - low)

    def ticks(self) -> Iterator[float]:
        """Round numbers, at most a few."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        step = _round_step((high - low) / _MOST_TICKS, whole=self.is_log)
        for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
            value = 10.0 ** (k * step) if self.is_log else k * step
            yield min(max(value, self.low), self.high)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.is_log else value


@dataclass(frozen=True)
class Chart:
    """Lines and dots with their names; `svg` draws them."""

    lines: Mapping[str, Points]
    dots: Mapping[str, Points]
    x: Axis
    y: Axis

    @property
    def svg(self) -> str:
        """The drawing."""
        names = list(dict.fromkeys((*self.lines, *self.dots)))
        colour = {name: _COLOURS[k % len(_COLOURS)] for k, name in enumerate(names)}
        drawn = (
            *(self._line(name, points, colour[name]) for name, points in self.lines.items()),
            *(self._dots(points, colour[name]) for name, points in self.dots.items()),
            *_legend(colour),
        )
        told = escape(f"{self.y.name} over {self.x.name}: {'; '.join(names)}", quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" role="img" aria-label="{told}" font-family="sans-serif" '
            f'font-size="12" fill="currentColor">{self._frame()}{"".join(drawn)}</svg>'
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def _frame(self) -> str:
        base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
        left = self._left
        frame = f'<path d="M{left:g} {_TOP}V{base}H{right}" fill="none" stroke="currentColor"/>'
        below = (
            f'<text x="{self._at_x(v)}" y="{base + 16}" text-anchor="middle">{v:g}</text>'
            for v in self.x.ticks()
        )
        beside = (
            f'<text x="{left - 6:g}" y="{self._at_y(v)}" dy="4" text-anchor="end">{v:g}</text>'
            for v in self.y.ticks()
        )
        names = (
            f'<text x="{(left + right) / 2:g}" y="{base + 34}" text-anchor="middle">'
            f"{escape(self.x.name)}</text>"
            f'<text x="14" y="{(_TOP + base) / 2:g}" text-anchor="middle" '
            f'transform="rotate(-90 14 {(_TOP + base) / 2:g})">{escape(self.y.name)}</text>'
        )
        return "".join((frame, *below, *beside, names))

    def _line(self, name: str, points: Points, colour: str) -> str:
        steps, begun = [], False
        for x, y in points:
            if inside := self._is_inside(x, y):
                steps.append(f"{'L' if begun else 'M'}{self._at_x(x)} {self._at_y(y)}")
            begun = inside
        return (
            f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="1.8">'
            f"<title>{escape(name)}</title></path>"
        )

    def _dots(self, points: Points, colour: str) -> str:
        seen = ((x, y) for x, y in points if self._is_inside(x, y))
        return "".join(
            f'<circle cx="{self._at_x(x)}" cy="{self._at_y(y)}" r="2.6" fill="{colour}"/>'
            for x, y in seen
        )

    @cached_property
    def _left(self) -> float:
        """Where the panel begins: further to the right where numbers are long."""
        longest = max((len(f"{value:g}") for value in self.y.ticks()), default=0)
        return max(float(_LEFT), _BESIDE + _LETTER * longest)

    def _is_inside(self, x: float, y: float) -> bool:
        return all(
            math.isfinite(value) and axis.low <= value <= axis.high
            for axis, value in ((self.x, x), (self.y, y))
        )

    def _at_x(self, value: float) -> str:
        return f"{self._left + self.x.place(value) * (_WIDTH - _RIGHT - self._left):.1f}"

    def _at_y(self, value: float) -> str:
        return f"{_TOP + (1 - self.y.place(value)) * (_HEIGHT - _BOTTOM - _TOP):.1f}"


def chart(
    lines: Mapping[str, Places],
    *,
    dots: Mapping[str, Places] | None = None,
    x: str = "",
    y: str = "",
    log: str = "",
) -> Chart:
    """Named curves, each a pair of sequences; dots of the same name have the same colour.

    `log` names the axes with logarithmic scales: "x", "y" or "xy"; there, values that are not
    positive are left out.

    >>> drawn = chart({"t^2": ([0, 1, 2], [0, 1, 4])}, x="t")
    >>> drawn.svg.count("<path"), drawn.y.high
    (2, 4.0)

    Raises InputError where the sequences of a pair differ in length, or nothing can be drawn.
    """
    shown = {name: _points(name, *places) for name, places in lines.items()}
    dotted = {name: _points(name, *places) for name, places in (dots or {}).items()}
    points = [point for series in (*shown.values(), *dotted.values()) for point in series]
    across = _axis(x, "x" in log, [point[0] for point in points])
    return Chart(shown, dotted, across, _axis(y, "y" in log, [point[1] for point in points]))


def _points(name: str, xs: Iterable[float], ys: Iterable[float]) -> Points:
    first, second = [float(v) for v in xs], [float(v) for v in ys]
    if len(first) != len(second):
        raise InputError(f"{name}: {len(first)} places and {len(second)} values; give as many")
    return list(zip(first, second, strict=True))


def _axis(name: str, is_log: bool, values: Iterable[float]) -> Axis:
    usable: Callable[[float], bool] = (lambda v: v > 0) if is_log else (lambda _: True)
    kept = [v for v in values if math.isfinite(v) and usable(v)]
    if not kept:
        raise InputError(
            f"the axis {name or 'of the chart'} has no value to show"
            + (": a logarithmic scale needs positive ones" if is_log else "")
        )
    low, high = min(kept), max(kept)
    if low == high:
        low, high = (low / 2, high * 2) if is_log else (low - 1, high + 1)
    return Axis(name, low, high, is_log)


def _round_step(least: float, *, whole: bool) -> float:
    """1, 2 or 5 times a power of 10, as large or larger; a whole number of decades."""
    if whole:
        return float(max(1, math.ceil(least)))
    power = 10.0 ** math.floor(math.log10(least))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= least * (1 - 1e-9))


def _legend(colours: Mapping[str, str]) -> Iterator[str]:
    """Each name beside its colour, on as many lines as it needs."""
    x, y = _WIDTH - _RIGHT + 14, _TOP + 12
    for name, colour in colours.items():
        yield f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>'
        for line in wrap(name, _LETTERS, break_on_hyphens=False) or [""]:
            yield f'<text x="{x + 10}" y="{y}">{escape(line)}</text>'
            y += _LINE
        y += _BETWEEN
