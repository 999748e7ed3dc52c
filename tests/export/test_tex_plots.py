"""Errors in LaTeX: the same points as in HTML, drawn without packages."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from symdyn.export.tex_plots import DEFINITIONS, error_picture
from symdyn.kernels.profiles import Axis, Profile
from symdyn.kernels.scales import LARGEST, Scale
from tests.export.typesetting import needs_pdflatex, pdflatex, whole


def profile(*errors: float, axes: int = 1, target: float | None = 2.0) -> Profile:
    values = tuple(k / len(errors) for k in range(len(errors)))
    ends = ((0.0, 1.0), (-LARGEST, LARGEST))
    shown = tuple(Axis(f"x_{k} & y", Scale.of(*ends[k]), values) for k in range(axes))
    return Profile("f", "ulp", target, "", tuple(sorted(errors, reverse=True)), shown)


def dots(text: str) -> list[tuple[float, float]]:
    found = re.findall(r"\\symdyndot\{([\d.]+)\}\{([\d.]+)\}", text)
    return [(float(x), float(y)) for x, y in found]


def test_every_point_is_drawn_within_the_panel_and_larger_errors_stand_higher() -> None:
    found = dots(error_picture(profile(1.5, 1.0, 0.25, 0.0)))
    heights = [y for _, y in found]
    assert len(found) == 4 and heights == sorted(heights, reverse=True)
    assert all(0 <= x <= 300 and 0 <= y <= 72 for x, y in found)


def test_infinite_errors_stand_above_and_nothing_known_draws_nothing() -> None:
    text = error_picture(profile(math.inf, 1.0))
    assert len(dots(text)) == 1 and r"$\infty$" in text
    assert error_picture(profile()) == ""


def test_a_target_is_shown_where_there_is_one() -> None:
    assert "target 2" in error_picture(profile(1.0))
    assert "target" not in error_picture(profile(1.0, target=None))


@needs_pdflatex
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_pictures_compile_and_fit_the_page(axes: int, tmp_path: Path) -> None:
    text = DEFINITIONS + error_picture(profile(1e9, 3.0, 0.25, 0.0, axes=axes))
    found = pdflatex(whole(text), tmp_path, "picture")
    assert found.errors == [] and found.overfull == []
