"""The graph of derivations as inline SVG: what rests on what, from left to right.

A derivation stands in the column after the last of its premises; within a column the order follows
the premises, so that few lines cross. A line that another path already implies is left out, and one
that passes a column gets a place of its own there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from symdyn.export.papers import Paper, title, with_premises
from symdyn.proof.record import Record

_LETTER = 7.0
_PADDING = 12
_HEIGHT = 28
_ROW = 42
_GAP = 54
_MARGIN = 4


@dataclass(frozen=True)
class Box:
    """A place in a column: of a derivation, or, without one, of a line that passes."""

    x: float
    y: float
    width: float
    record: Record | None = None


def premise_graph(
    paper: Paper, links: Mapping[str, str], marks: Mapping[str, tuple[str, str]]
) -> str:
    """SVG of a paper's derivations and all that they rest on.

    `links` gives the address of each record that is shown somewhere; `marks` the class and the
    sign of each verdict. Empty where nothing rests on anything.
    """
    records = {record.id: record for record in with_premises(paper.records)}
    premises = {name: _direct(records[name]) for name in records}
    if not any(premises.values()):
        return ""
    columns = _columns(records, premises)
    boxes = _placed(records, premises, columns)
    wide = max(box.x + box.width for box in boxes.values()) + _MARGIN
    high = max(box.y for box in boxes.values()) + _HEIGHT + _MARGIN
    edges = ((p, name) for name, found in premises.items() for p in found)
    lines = [_line([boxes[stop] for stop in _stops(*edge, columns)]) for edge in edges]
    nodes = [_node(box, box.record, paper, links, marks) for box in boxes.values() if box.record]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
        f'aria-label="Which result rests on which">{"".join(lines)}{"".join(nodes)}</svg>'
    )


def _direct(record: Record) -> tuple[str, ...]:
    """Ids of the premises that no other premise implies."""
    implied = {below.id for premise in record.premises for below in with_premises(premise.premises)}
    return tuple(dict.fromkeys(p.id for p in record.premises if p.id not in implied))


def _columns(
    records: Mapping[str, Record], premises: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    columns: dict[str, int] = {}
    for name in records:  # premises come first
        columns[name] = 1 + max((columns[p] for p in premises[name]), default=-1)
    return columns


def _stops(start: str, end: str, columns: Mapping[str, int]) -> list[str]:
    """The places that a line visits: its ends, and one in every column between."""
    between = range(columns[start] + 1, columns[end])
    return [start, *(f"{start} to {end} in {column}" for column in between), end]


def _placed(
    records: Mapping[str, Record],
    premises: Mapping[str, Sequence[str]],
    columns: Mapping[str, int],
) -> dict[str, Box]:
    before = {name: list(found) for name, found in premises.items()}
    where: dict[str, int] = dict(columns)
    for name, found in premises.items():
        for premise in found:
            stops = _stops(premise, name, columns)
            for k, stop in enumerate(stops[1:], 1):
                before.setdefault(stop, [])
                where.setdefault(stop, columns[premise] + k)
                if k < len(stops) - 1:
                    before[stop] = [stops[k - 1]]
            before[name] = [stops[-2] if p == premise else p for p in before[name]]
    boxes: dict[str, Box] = {}
    x = float(_MARGIN)
    for column in range(max(columns.values()) + 1):
        names = [name for name in where if where[name] == column]
        names.sort(key=lambda name: _wish(before[name], boxes))
        wide = max(_width(records[name]) for name in names if name in records)
        y = float(_MARGIN)
        for name in names:
            boxes[name] = Box(x, y, wide, records.get(name))
            y += _ROW if name in records else _ROW / 2
        x += wide + _GAP
    return boxes


def _wish(before: Sequence[str], boxes: Mapping[str, Box]) -> float:
    """Where a node would like to stand: at the mean height of what comes before it."""
    places = [boxes[name].y for name in before]
    return sum(places) / len(places) if places else 0.0


def _width(record: Record) -> float:
    return _PADDING * 2 + 20 + _LETTER * len(_label(record))


def _label(record: Record) -> str:
    text = title(record)
    return text if len(text) <= 34 else text[:33] + "…"


def _line(boxes: Sequence[Box]) -> str:
    """A curve from the right side of the first box through places to the left side of the last."""
    x, y = boxes[0].x + boxes[0].width, boxes[0].y + _HEIGHT / 2
    path = f"M{x:.0f} {y:.0f}"
    for box in boxes[1:]:
        height = box.y + (_HEIGHT if box.record else 0) / 2
        end = box.x - (5 if box.record else 0)
        middle = (x + end) / 2
        path += f"C{middle:.0f} {y:.0f} {middle:.0f} {height:.0f} {end:.0f} {height:.0f}"
        x, y = box.x + box.width, height
        path += "" if box.record else f"H{x:.0f}"
    tip = f"M{boxes[-1].x:.0f} {y:.0f}l-7 -3.5v7z"
    return f'<path d="{path}"></path><path class="tip" d="{tip}"></path>'


def _node(
    box: Box,
    record: Record,
    paper: Paper,
    links: Mapping[str, str],
    marks: Mapping[str, tuple[str, str]],
) -> str:
    tone, sign = marks[record.verdict]
    elsewhere = "" if record.id in paper.anchors else " elsewhere"
    y = box.y + _HEIGHT / 2 + 4.5
    text = f"{sign} {escape(_label(record))}"
    drawn = (
        f"<title>{escape(record.id)}: {record.verdict}</title>"
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{_HEIGHT}" rx="5">'
        f'</rect><text x="{box.x + _PADDING:.0f}" y="{y:.0f}">{text}</text>'
    )
    group = f'<g class="node-{tone}{elsewhere}">{drawn}</g>'
    address = links.get(record.id)
    return f'<a href="{escape(address)}">{group}</a>' if address else group
