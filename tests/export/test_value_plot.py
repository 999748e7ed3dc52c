"""Plots of values show every curve, named, within the drawing, and leave out what hides them."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import numpy as np

from symdyn.export.value_plot import value_plot
from symdyn.kernels.profiles import Profile
from symdyn.kernels.values import Curve, Curves

SVG = "{http://www.w3.org/2000/svg}"
PLACES = tuple(np.linspace(-1, 1, 101).tolist())


def drawn(*curves: Curve, name: str = "f") -> ElementTree.Element:
    found = Curves("c", PLACES, curves)
    return ElementTree.fromstring(value_plot(Profile(name, "ulp", 2.0, "", (), (), found)))


def lines(root: ElementTree.Element) -> list[list[tuple[float, float]]]:
    """Points of all curves; the first path is the frame."""
    _, *paths = root.iter(f"{SVG}path")
    found = (re.findall(r"[ML]([\d.]+) ([\d.]+)", path.get("d") or "") for path in paths)
    return [[(float(a), float(b)) for a, b in points] for points in found]


def curve(label: str, function: object = math.asin) -> Curve:
    return Curve(label, tuple(function(x) for x in PLACES))  # type: ignore[operator]


def test_every_curve_is_drawn_rising_where_it_rises():
    found = lines(drawn(curve("q = 1"), curve("q = 4", lambda x: -x)))
    assert [len(points) for points in found] == [101, 101]
    heights = [[y for _, y in points] for points in found]
    assert heights[0] == sorted(heights[0], reverse=True) and heights[1] == sorted(heights[1])


def test_curves_and_their_argument_are_named_in_the_drawing_and_in_words():
    root = drawn(curve("q = 1"), curve("q = 4"), name="W<x>")
    words = {(text.text or "").replace("\u00a0", " ") for text in root.iter(f"{SVG}text")}
    assert {"q = 1", "q = 4", "c", "W<x>"} <= words
    told = (root.get("aria-label") or "").replace("\u00a0", " ")
    assert told == "W<x> over c: q = 1; q = 4" and root.get("role") == "img"


def test_a_single_curve_has_the_name_of_the_kernel():
    assert (drawn(curve("")).get("aria-label") or "") == "f over c: f"


def test_a_pole_hides_nothing_else():
    """Of 1/(1 + c) what is near -1 is left out; the rest is not flat."""
    (points,) = lines(drawn(curve("", lambda x: 1 / (1 + x) if x > -1 else math.inf)))
    assert 90 <= len(points) < 100
    heights = [y for x, y in points if x > 58 + (490 - 58) / 4]
    assert max(heights) - min(heights) > 0.12 * (258 - 14)


def test_what_is_no_pole_is_shown_whole():
    for function in (math.exp, lambda x: x**9, lambda _: 3.0, lambda x: 1.0 if x > 0 else 0.0):
        (points,) = lines(drawn(curve("", function)))
        assert len(points) == 101


def test_gaps_stay_gaps():
    root = drawn(curve("", lambda x: math.nan if abs(x) < 0.5 else x))
    _, path = root.iter(f"{SVG}path")
    assert (path.get("d") or "").count("M") == 2


def test_long_names_stay_within_the_drawing():
    label = "first = 0.25, second = 0.25, strength = 0.25, tau = 0.25"
    root = drawn(curve(label), curve(label.replace("5", "7")), name="f" * 90)
    width, height = (float(size) for size in (root.get("viewBox") or "").split()[2:])
    for text in root.iter(f"{SVG}text"):
        x, y, wide = float(text.get("x") or 0), float(text.get("y") or 0), len(text.text or "") * 6
        if text.get("text-anchor") is None:
            assert x + wide <= width
        elif text.get("transform"):
            assert y - wide / 2 >= 0 and y + wide / 2 <= height
    rows = sorted(float(t.get("y") or 0) for t in root.iter(f"{SVG}text") if t.get("x") == "514")
    assert len(rows) == 8 and min(np.diff(rows)) >= 15 and rows[-1] <= height


def test_without_values_nothing_is_drawn():
    assert value_plot(Profile("f", "ulp", 2.0, "", (1.0,))) == ""
