"""Charts are well-formed, show every curve where it is, and leave out what has no place."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from symdyn.errors import InputError
from symdyn.export.curves import chart

SPACE = "{http://www.w3.org/2000/svg}"


def parts(svg: str, kind: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(svg).findall(f".//{SPACE}{kind}")


def test_every_curve_is_one_path_in_its_own_colour():
    t = np.linspace(0, 1, 5)
    drawn = chart({"a": (t, t), "b < c": (t, t**2)}, x="t & s", y="u")
    colours = [path.get("stroke") for path in parts(drawn.svg, "path")]
    assert len(colours) == len(set(colours)) == 3  # with the frame
    assert {"b < c", "t & s", "u"} <= {text.text for text in parts(drawn.svg, "text")}
    assert [title.text for title in parts(drawn.svg, "title")] == ["a", "b < c"]


def test_corners_of_the_panel_are_the_ends_of_the_scales():
    drawn = chart({"line": ([1, 100], [1, 1000])}, log="xy")
    assert (drawn.x.place(10), drawn.y.place(1000)) == (0.5, 1.0)
    path = parts(drawn.svg, "path")[1].get("d") or ""
    assert path == "M58.0 258.0L490.0 14.0"
    assert [drawn.x.place(tick) for tick in drawn.x.ticks()] == [0.0, 0.5, 1.0]


def test_a_gap_ends_the_line():
    drawn = chart({"line": (range(5), [0, 1, np.nan, 3, np.inf])})
    assert (parts(drawn.svg, "path")[1].get("d") or "").count("M") == 2


def test_dots_have_the_colour_of_their_line():
    drawn = chart({"u": ([0, 1], [0, 1])}, dots={"u": ([0, 0.5, np.nan], [0, 0.4, 1])})
    line = parts(drawn.svg, "path")[1].get("stroke")
    assert [dot.get("fill") for dot in parts(drawn.svg, "circle")] == [line] * 3  # with the name


def test_ticks_are_few_and_round():
    drawn = chart({"u": ([0, 0.7], [-3, 1234])})
    for axis in (drawn.x, drawn.y):
        ticks = list(axis.ticks())
        assert 3 <= len(ticks) <= 8
        assert all(axis.low <= tick <= axis.high for tick in ticks)


def test_a_constant_has_room_around_it():
    assert chart({"u": ([0, 1], [2, 2])}).y.place(2) == 0.5
    assert chart({"u": ([0, 1], [2, 2])}, log="y").y.place(2) == pytest.approx(0.5)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="2 places and 1 values"):
        chart({"u": ([0, 1], [0])})
    with pytest.raises(InputError, match="positive"):
        chart({"u": ([1, 2], [0, -1])}, y="u", log="y")
    with pytest.raises(InputError, match="no value"):
        chart({})


def test_long_names_are_broken_and_none_stands_on_another():
    """A name on one line would leave the drawing: 20 letters are what there is room for."""
    names = ["alpha = 0.25, beta = 0.5, gamma = 0.75", "second"]
    drawn = chart({name: ([0, 1], [0, 1]) for name in names})
    rows = [text for text in parts(drawn.svg, "text") if text.get("x") == "514"]
    assert " ".join(text.text or "" for text in rows) == " ".join(names)
    assert len(rows) > 2 and max(len(text.text or "") for text in rows) <= 20
    heights = [float(text.get("y") or 0) for text in rows]
    assert heights == sorted(set(heights))


def test_long_numbers_leave_room_for_the_name_of_their_axis():
    drawn = chart({"u": ([0, 1], [-0.0012, 0.0003])}, y="u")
    ticks = [text for text in parts(drawn.svg, "text") if text.get("text-anchor") == "end"]
    starts = [float(text.get("x") or 0) - 6.6 * len(text.text or "") for text in ticks]
    assert len(ticks) == 3 and min(starts) > 18
    frame, line = (path.get("d") or "" for path in parts(drawn.svg, "path"))
    assert float(frame[1:].split()[0]) == pytest.approx(float(line[1:].split()[0]), abs=0.1)
