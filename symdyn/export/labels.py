"""Names beside dots, so that no name covers another name or a dot.

A name stands right of its dot, or left of it, where there is room. Else it stands on the next free
line towards the middle of the drawing, with a leader that crosses no name if possible. Dots are
gone through from right to left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Dot = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

_AWAY = 8.0  # from a dot to a name beside it
_DOT = 5.0  # half of the square that a dot takes


@dataclass(frozen=True)
class Type:
    """The width of a letter and the height of a line."""

    letter: float
    line: float

    def box(self, text: str, x: float, y: float) -> Box:
        """The place of a text that starts at x on the line y."""
        return x, y - self.line + 3, x + self.letter * len(text), y + 3


@dataclass(frozen=True)
class Label:
    """A name, where its text starts, the dot that it names, and whether it stands beside it."""

    text: str
    x: float
    y: float
    dot: Dot
    near: bool

    @property
    def leader(self) -> Box:
        """The line from the dot to the line of the text; nothing where that is beside it."""
        (x, y), end = self.dot, self.dot[1] if self.near else self.y - 4
        return x - 1, min(y, end), x + 1, max(y, end)

    def box(self, type_: Type) -> Box:
        """The place of the text."""
        return type_.box(self.text, self.x, self.y)


def placed(
    dots: Sequence[tuple[Dot, str]], room: Box, type_: Type, taken: Iterable[Box] = ()
) -> list[Label]:
    """Labels of dots with names, within a room of which some places are taken.

    >>> close = [((40, 50), "a"), ((46, 50), "b")]
    >>> [(label.text, label.near) for label in placed(close, (0, 0, 99, 99), Type(7, 15))]
    [('b', True), ('a', True)]
    """
    marks = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for (x, y), _ in dots]
    names = list(taken)
    found: list[Label] = []
    for dot, text in sorted(dots, reverse=True):
        label = _best(list(_candidates(dot, text, room, type_)), marks, names, room, type_)
        marks.append(label.leader)
        names.append(label.box(type_))
        found.append(label)
    return found


def _best(
    candidates: Sequence[Label],
    marks: Sequence[Box],
    names: Sequence[Box],
    room: Box,
    type_: Type,
) -> Label:
    """The first within the room that covers nothing, if possible one whose leader crosses no name.

    Where the room is full, the first.
    """
    free = [
        label
        for label in candidates
        if _within(label.box(type_), room)
        and not any(_meet(label.box(type_), other) for other in (*marks, *names))
    ]
    clear = (label for label in free if not any(_meet(label.leader, name) for name in names))
    return next(clear, next(iter(free or candidates)))


def _candidates(dot: Dot, text: str, room: Box, type_: Type) -> Iterator[Label]:
    (x, y), width = dot, type_.letter * len(text)
    for start in (x + _AWAY, x - _AWAY - width):
        yield Label(text, start, y + 4, dot, True)
    down = 1 if y < (room[1] + room[3]) / 2 else -1
    for k in range(1, int((room[3] - room[1]) / type_.line)):
        start = x + 4 if x + 4 + width <= room[2] else x - 4 - width
        yield Label(text, start, y + 4 + down * k * type_.line, dot, False)


def _within(box: Box, room: Box) -> bool:
    return box[0] >= room[0] and box[1] >= room[1] and box[2] <= room[2] and box[3] <= room[3]


def _meet(one: Box, other: Box) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart
