"""What a contest found: as text of 80 columns, as plain data, as a picture."""

from __future__ import annotations

import json
import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from symdyn.export.labels import Type, placed
from symdyn.export.races import race_picture
from symdyn.kernels.bench import PEERS, Row, bench_data, table

SVG = "{http://www.w3.org/2000/svg}"


def row(contestant: str, nanoseconds: float | None = 1.0, error: float | None = 1.0, **rest) -> Row:
    ratio = None if nanoseconds is None else nanoseconds / 2
    return Row("f", contestant, rest.pop("size", 10_000), "AMD", nanoseconds, ratio, error, **rest)


def drawn(*rows: Row) -> ElementTree.Element:
    return ElementTree.fromstring(race_picture(rows))


def parts(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [part for part in root.iter() if kind in (part.get("class") or "").split()]


def test_a_line_of_the_table_never_has_more_than_80_columns():
    names = [peer.name for peer in PEERS] + ["symdyn (target 1e+06)"]
    rows = [row(name, 123456.7, 1.45e23, size=10_000_000) for name in names]
    rows += [row(name, None, None, skipped="because " * 20) for name in names]
    rows.append(Row("k" * 70, "symdyn", 10, "processor " * 20, 1.0, 1.0, math.inf))
    assert max(map(len, table(rows).splitlines())) <= 80


def test_what_is_skipped_is_told_once_for_each_reason():
    text = table([row("a", None, None, skipped="gone", size=n) for n in (1, 2)])
    assert text.count("a  skipped: gone") == 1


def test_what_computes_nothing_has_a_time_and_no_error():
    line = table([row("np.copyto", 0.25, None)]).splitlines()[-1]
    assert line.split() == ["np.copyto", "10000", "0.25", "0.12"]


def test_plain_data_is_json_for_every_error():
    rows = [row("a", error=e) for e in (0.5, math.inf, math.nan, None)]
    text = json.dumps(bench_data(rows), allow_nan=False)
    assert [r["error"] for r in json.loads(text)["rows"]] == [0.5, "inf", "nan", None]
    assert bench_data(rows)["versions"]["numpy"][0].isdigit()


def test_slower_stands_further_to_the_right_and_worse_higher():
    dots = parts(drawn(row("a", 1.0, 1.0), row("b", 10.0, 1e20)), "rival")
    (ax, ay), (bx, by) = ((float(d.get("cx") or 0), float(d.get("cy") or 0)) for d in dots)
    assert ax < bx and ay > by


def test_infinite_errors_and_nan_stand_above_all_others():
    root = drawn(row("a", 1.0, 1e23), row("b", 2.0, math.inf), row("c", 3.0, math.nan))
    a, b, c = (float(dot.get("cy") or 0) for dot in parts(root, "rival"))
    assert b == c < a


def test_every_contestant_with_a_time_is_named_and_what_was_skipped_is_not():
    root = drawn(row("symdyn"), row("np.copyto", 0.2, None), row("gone", None, None, skipped="no"))
    assert sorted(part.text or "" for part in parts(root, "label")) == ["np.copyto", "symdyn"]
    assert len(parts(root, "ours")) == 1 and parts(root, "rival") == []


def test_each_size_has_a_panel_with_the_processor():
    root = drawn(row("a", size=10), row("a", size=20))
    titles = [part.text or "" for part in parts(root, "name")]
    assert [t for t in titles if "AMD" in t] == [
        f"f, {n} elements, AMD, one core" for n in (10, 20)
    ]


def test_text_of_a_user_is_escaped_and_there_are_no_scripts():
    root = drawn(Row("<script>", '"&<b>', 1, "p", 1.0, 1.0, 1.0))
    assert not list(root.iter(f"{SVG}script")) and not list(root.iter(f"{SVG}b"))


def test_the_file_has_colours_for_light_and_for_dark():
    text = race_picture([row("a")])
    assert "prefers-color-scheme: dark" in text
    outside = re.sub("<style>.*</style>", "", text, flags=re.DOTALL)
    assert "#" not in outside and "style=" not in outside


def test_nothing_timed_draws_an_empty_picture():
    assert parts(drawn(), "rival") == [] == parts(drawn(row("a", None, None)), "label")


@pytest.mark.parametrize("count", [1, 2, 11, 14])
@pytest.mark.parametrize("apart", [0.0, 3.0, 40.0])
def test_names_cover_no_other_name_and_no_dot(count: int, apart: float):
    dots = [((60.0 + apart * k, 80.0), f"contestant number {k}") for k in range(count)]
    kind = Type(7.0, 15.0)
    labels = placed(dots, (50.0, 40.0, 700.0, 350.0), kind)
    boxes = [kind.box(label.text, label.x, label.y) for label in labels]
    assert len(labels) == count
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for (x, y), _ in dots:
        assert not any(a < x < c and b < y < d for a, b, c, d in boxes)
