"""Error plots show every point, the target and the worst, and nothing outside their frame."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from symdyn.export.plots import error_plot
from symdyn.kernels.profiles import Axis, Profile
from symdyn.kernels.scales import LARGEST, Scale

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*errors: float, target: float | None = 2.0, axes: int = 1) -> Profile:
    n = len(errors)
    values = tuple(k / n for k in range(n))
    shown = tuple(Axis(f"x<{k}>", Scale.of(0.0, 1.0), values) for k in range(axes))
    return Profile("f", "ulp", target, "x = 0.5", tuple(sorted(errors, reverse=True)), shown)


def parts(profile: Profile, kind: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(error_plot(profile))
    return [part for part in root.iter() if part.get("class") == kind]


def heights(profile: Profile) -> list[float]:
    (dots,) = parts(profile, "dots")
    return [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h0", dots.get("d") or "")]


def test_every_point_is_drawn_and_larger_errors_stand_higher():
    found = heights(drawn(1.5, 1.0, 0.25, 0.0))
    assert len(found) == 4 and found == sorted(found)


def test_heights_are_even_for_small_errors_and_logarithmic_for_large_ones():
    a, b, c = heights(drawn(1.5, 1.0, 0.5))
    assert b - a == pytest.approx(c - b, abs=0.2)
    a, b, c = heights(drawn(1e12, 1e6, 1.0))
    assert b - a == pytest.approx(c - b, abs=0.2)


def test_infinite_errors_stand_above_all_others():
    profile = drawn(math.inf, math.inf, 1.0)
    (beyond,) = parts(profile, "beyond")
    assert (beyond.get("d") or "").count("M") == 2 and len(heights(profile)) == 1
    assert "∞" in "".join(ElementTree.fromstring(error_plot(profile)).itertext())


def test_the_worst_point_is_marked_and_told():
    profile = drawn(1.5, 1.0)
    (ring,) = parts(profile, "worst")
    (dots,) = parts(profile, "dots")
    assert f"M{ring.get('cx')} {ring.get('cy')}h0" in (dots.get("d") or "")
    assert "1.5 at x = 0.5" in "".join(ring.itertext())


def test_the_target_is_a_line_where_there_is_one():
    assert [part.tag for part in parts(drawn(1.0), "target")] == [f"{SVG}path", f"{SVG}text"]
    assert parts(drawn(1.0, target=None), "target") == []


@pytest.mark.parametrize("ends", [(0.0, 1.0), (-1.0, 1.0), (-LARGEST, LARGEST), (2.0, LARGEST)])
def test_labels_do_not_overlap_and_stay_within_the_drawing(ends: tuple[float, float]):
    axis = Axis("x", Scale.of(*ends), ends)
    root = ElementTree.fromstring(error_plot(Profile("f", "ulp", 2.0, "", (1.0, 0.5), (axis,))))
    width = float((root.get("viewBox") or "").split()[2])
    below = [t for t in root.iter(f"{SVG}text") if t.get("y") == "193"]
    spans = sorted((float(t.get("x") or 0), len(t.text or "") * 6.6) for t in below)
    assert len(spans) >= 5
    for (x, wide), (other, wider) in pairwise(spans):
        assert x + wide / 2 < other - wider / 2
    assert spans[-1][0] + spans[-1][1] / 2 <= width and spans[0][0] >= spans[0][1] / 2


def test_each_argument_has_a_panel_and_its_name_is_escaped():
    names = [part.text for part in parts(drawn(1.0, axes=3), "name")]
    assert names == ["x<0>", "x<1>", "x<2>"]


def test_without_axes_errors_are_sorted():
    (name,) = parts(drawn(3.0, 2.0, 1.0, axes=0), "name")
    assert name.text == "points, worst first"


def test_all_errors_zero_and_one_point_are_drawn():
    assert heights(drawn(0.0, target=None)) and heights(drawn(0.0, axes=0))


def test_nothing_known_draws_nothing():
    assert error_plot(drawn()) == ""


def test_colours_are_those_of_the_page_and_there_are_no_scripts():
    text = error_plot(drawn(1.0))
    assert "script" not in text and "#" not in text and "style=" not in text
