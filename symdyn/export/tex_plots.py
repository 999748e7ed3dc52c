r"""The error of a kernel over its domain in LaTeX's own `picture`: no package is needed.

A dot is a point that was measured, the ring marks the worst that is known, a dotted line the
target; infinite errors stand above the panel.
"""

from __future__ import annotations

import math

from symdyn.export.escaping import escape_tex
from symdyn.export.panels import Errors, Panel, errors_axis, fitting, panels
from symdyn.kernels.profiles import Profile

_WIDTH, _HEIGHT = 300, 72  # of a panel, in points
_LEFT, _TOP, _BOTTOM = 34, 16, 24
_LETTER = 3.9
DEFINITIONS = (
    r"\providecommand{\symdyndot}[2]{\put(#1,#2){\makebox(0,0){\rule{.7pt}{.7pt}}}}" + "\n"
    r"\providecommand{\symdynlabel}[4]{\put(#1,#2){\makebox(0,0)[#3]{\tiny #4}}}"
)


def error_picture(profile: Profile) -> str:
    """Pictures of the errors of a kernel, one below the other; empty where no error is known."""
    if not profile.errors:
        return ""
    scale = errors_axis(profile)
    shown = [_picture(profile, scale, panel) for panel in panels(profile)]
    return "\n".join([r"{\setlength{\unitlength}{1pt}%", *shown, "}"])


def _picture(profile: Profile, scale: Errors, panel: Panel) -> str:
    size = f"({_LEFT + _WIDTH},{_TOP + _HEIGHT + _BOTTOM})({-_LEFT},{-_BOTTOM})"
    beyond = panel.beyond
    parts = [
        f"\\par\\noindent\\begin{{picture}}{size}",
        f"\\put(0,0){{\\line(1,0){{{_WIDTH}}}}}\\put(0,0){{\\line(0,1){{{_HEIGHT}}}}}",
        *(_label(-4, h * _HEIGHT, "r", label) for h, label in scale.ticks),
        *(f"\\put(-2,{_y(h)}){{\\line(1,0){{2}}}}" for h, _ in scale.ticks),
        *(
            f"\\put({_x(tick.place)},-2){{\\line(0,1){{2}}}}" + _label(x, -8, "", tick.label)
            for tick, x in fitting(panel.ticks, _place, _LETTER, -12, _WIDTH + 6)
        ),
        _label(_WIDTH / 2, -19, "", panel.name),
        _label(0, _HEIGHT + 10, "l", "" if beyond else profile.unit),
        _target(profile, scale),
        "%\n".join(f"\\symdyndot{{{_x(p)}}}{{{_y(h)}}}" for p, h in panel.heights(scale)),
        *(f"\\put({_x(p)},{_HEIGHT + 6}){{\\line(0,1){{5}}}}" for p in beyond),
        _label(-4, _HEIGHT + 8, "r", "∞") if beyond else "",
        _ring(panel.points[0], scale),
        r"\end{picture}\par",
    ]
    return "%\n".join(part for part in parts if part)


def _target(profile: Profile, scale: Errors) -> str:
    if profile.target is None:
        return ""
    y = scale.height(profile.target)
    dots = f"\\multiput(0,{_y(y)})(4,0){{{_WIDTH // 4}}}{{\\line(1,0){{1.5}}}}"
    return dots + _label(_WIDTH, y * _HEIGHT + 5, "r", f"target {profile.target:g}")


def _ring(point: tuple[float, float], scale: Errors) -> str:
    place, error = point
    y = _y(scale.height(error)) if math.isfinite(error) else f"{_HEIGHT + 8.5}"
    return f"\\put({_x(place)},{y}){{\\circle{{6}}}}"


def _label(x: float, y: float, side: str, text: str) -> str:
    return f"\\symdynlabel{{{x:.1f}}}{{{y:.1f}}}{{{side}}}{{{escape_tex(text)}}}" if text else ""


def _place(place: float) -> float:
    return place * _WIDTH


def _x(place: float) -> str:
    return f"{_place(place):.1f}"


def _y(height: float) -> str:
    return f"{height * _HEIGHT:.1f}"
