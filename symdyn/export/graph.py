"""The graph of derivations as inline SVG: what rests on what, from left to right.

A derivation stands in the column after the last of its premises; within a column the order follows
the premises, so that few lines cross. A line that another path already implies is left out.
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
    """A node with its place."""

    record: Record
    label: str
    x: float
    y: float
    width: float


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
    boxes = _placed(records, premises)
    wide = max(box.x + box.width for box in boxes.values()) + _MARGIN
    high = max(box.y for box in boxes.values()) + _HEIGHT + _MARGIN
    lines = [_line(boxes[p], boxes[name]) for name, found in premises.items() for p in found]
    nodes = [_node(box, paper, links, marks) for box in boxes.values()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
        f'aria-label="Which result rests on which">{"".join(lines)}{"".join(nodes)}</svg>'
    )


def _direct(record: Record) -> tuple[str, ...]:
    """Ids of the premises that no other premise implies."""
    implied = {below.id for premise in record.premises for below in with_premises(premise.premises)}
    return tuple(dict.fromkeys(p.id for p in record.premises if p.id not in implied))


def _placed(records: Mapping[str, Record], premises: Mapping[str, Sequence[str]]) -> dict[str, Box]:
    columns: dict[str, int] = {}
    for name in records:
        columns[name] = 1 + max((columns[p] for p in premises[name]), default=-1)
    labels = {name: _label(record) for name, record in records.items()}
    boxes: dict[str, Box] = {}
    x = float(_MARGIN)
    for column in range(max(columns.values()) + 1):
        names = [name for name in records if columns[name] == column]
        names.sort(key=lambda name: _wish(name, premises, boxes))
        wide = max(_PADDING * 2 + 20 + _LETTER * len(labels[name]) for name in names)
        for row, name in enumerate(names):
            boxes[name] = Box(records[name], labels[name], x, _MARGIN + row * _ROW, wide)
        x += wide + _GAP
    return boxes


def _wish(name: str, premises: Mapping[str, Sequence[str]], boxes: Mapping[str, Box]) -> float:
    """Where a node would like to stand: at the mean height of its premises."""
    places = [boxes[p].y for p in premises[name]]
    return sum(places) / len(places) if places else 0.0


def _label(record: Record) -> str:
    text = title(record)
    return text if len(text) <= 34 else text[:33] + "…"


def _line(start: Box, end: Box) -> str:
    x0, y0 = start.x + start.width, start.y + _HEIGHT / 2
    x1, y1 = end.x - 5, end.y + _HEIGHT / 2
    bend = (x1 - x0) / 2
    curve = (
        f"M{x0:.0f} {y0:.0f}C{x0 + bend:.0f} {y0:.0f} {x1 - bend:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    )
    tip = f"M{x1 + 5:.0f} {y1:.0f}l-7 -3.5v7z"
    return f'<path d="{curve}"></path><path class="tip" d="{tip}"></path>'


def _node(
    box: Box, paper: Paper, links: Mapping[str, str], marks: Mapping[str, tuple[str, str]]
) -> str:
    record = box.record
    tone, sign = marks[record.verdict]
    elsewhere = "" if record.id in paper.anchors else " elsewhere"
    y = box.y + _HEIGHT / 2 + 4.5
    drawn = (
        f"<title>{escape(record.id)}: {record.verdict}</title>"
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{_HEIGHT}" rx="5">'
        f'</rect><text x="{box.x + _PADDING:.0f}" y="{y:.0f}">{sign} {escape(box.label)}</text>'
    )
    group = f'<g class="node-{tone}{elsewhere}">{drawn}</g>'
    address = links.get(record.id)
    return f'<a href="{escape(address)}">{group}</a>' if address else group
