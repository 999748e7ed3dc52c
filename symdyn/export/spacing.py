"""Width and height of a formula, estimated from the widths of its signs.

The rules are those of TeX in display style: spaces between signs by their classes, smaller type in
scripts and in fractions within fractions, delimiters that grow. The estimate errs on the wide side
by a few per cent; `tests/export` compares it with what pdflatex measures. Lengths are in units of
the font size.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symdyn.export.formula_tree import (
    Accented,
    Fenced,
    Fraction,
    Glyph,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stacked,
    Table,
    Times,
    Words,
)
from symdyn.export.signs import SIGNS, SPACE_BETWEEN, Kind

# Width of a sign in display, text, script and scriptscript style, against text style: the small
# fonts of TeX are drawn wider than scaled ones.
_SCALE = (1.0, 1.0, 0.8, 0.68)
_DELIMITER = (0.39, 0.46, 0.6, 0.74, 0.8)
_RULE = 0.24


def width(node: Node, style: int = 0) -> float:
    r"""Estimated width; `style` is 0 in a display, 1 in text, 2 in a script, 3 in its script.

    >>> from symdyn.export.formula_tree import read_formula
    >>> round(width(read_formula("x + y")), 2)
    2.32
    """
    if isinstance(node, Row):
        return row_width(node.items, style)
    if isinstance(node, Glyph):
        return _DELIMITER[node.level] if node.level else node.sign.width * _SCALE[style]
    if isinstance(node, Words):
        return word_width(node) * _SCALE[style]
    if isinstance(node, Space):
        return node.width
    if isinstance(node, Fraction):
        inner = _within_fraction(style)
        wide = max(width(node.above, inner), width(node.below, inner))
        return wide + _RULE + (2 * _DELIMITER[3] if node.command == "binom" else 0)
    return _grown_width(node, style)


def _grown_width(node: Node, style: int) -> float:
    if isinstance(node, Scripts):
        return _scripts_width(node, style)
    if isinstance(node, Fenced):
        size = delimiter_level(node.parts)
        inside = sum(width(part, style) for part in node.parts)
        return inside + 2 * _DELIMITER[size] + 0.5 * (len(node.parts) - 1) + _space_around(size)
    if isinstance(node, Root):
        return width(node.body, style) + 0.9
    if isinstance(node, Accented):
        return width(node.body, style) * 1.05
    if isinstance(node, Stacked):
        return max(width(node.body, style), width(node.mark, _small(style)))
    if isinstance(node, Table):
        return _table_width(node, style)
    return 0.0


def _space_around(size: int) -> float:
    return 0.0 if size == 0 else 0.05


def _within_fraction(style: int) -> int:
    return 1 if style == 0 else min(style + 1, 3)


def _small(style: int) -> int:
    return 2 if style < 2 else 3


def _scripts_width(node: Scripts, style: int) -> float:
    scripts = [width(s, _small(style)) for s in (node.below, node.above) if s is not None]
    base = width(node.base, style)
    if style == 0 and stacks_limits(node.base):
        return max([base, *scripts])
    return base + max(scripts) + 0.08


def stacks_limits(node: Node) -> bool:
    """Whether TeX sets the scripts of this sign above and below it in a display."""
    return (
        isinstance(node, Glyph)
        and node.sign.kind == Kind.OPERATOR
        and node.sign.char in ("∑", "∏", "∐", "⋃", "⋂", "⨁", "⨂", "lim", "max", "min", "sup", "inf")
    )


def _table_width(node: Table, style: int) -> float:
    columns = max((len(row) for row in node.rows), default=0)
    inner = 2 if node.environment == "substack" else max(style, 1)
    widest = [
        max(width(row[k], inner) for row in node.rows if k < len(row)) for k in range(columns)
    ]
    return sum(widest) + max(columns - 1, 0) * 1.0 + (0.0 if node.environment == "stack" else 1.0)


def word_width(node: Words) -> float:
    """Width of upright letters."""
    return sum(_LETTERS.get(letter, 0.53) for letter in node.text)


_LETTERS = dict.fromkeys("iljt.,;:!'|", 0.33) | dict.fromkeys("mMwW", 0.9)
_LETTERS |= dict.fromkeys("0123456789", 0.5) | dict.fromkeys("ABCDEFGHKLNOPQRTUVXYZ", 0.75)


def kind_of(node: Node) -> Kind:
    """The spacing class of a node, as its neighbour on the left sees it."""
    if isinstance(node, Glyph):
        return node.sign.kind
    if isinstance(node, Words):
        return node.kind
    if isinstance(node, Scripts):
        return kind_of(node.base)
    if isinstance(node, Fraction):
        return Kind.INNER
    return Kind.OPENING if isinstance(node, Fenced) else Kind.ORDINARY


def row_width(items: Sequence[Node], style: int = 0) -> float:
    """Width of nodes side by side, with the spaces between them."""
    shown = [item for item in items if not isinstance(item, Times)]
    kinds = spaced_kinds(shown)
    spaces = 0.0
    for left, right in pairwise(kinds):
        if left is not None and right is not None:
            spaces += SPACE_BETWEEN[_CLOSED.get(left, left)][right] / 18
    return sum(width(item, style) for item in shown) + (spaces if style < 2 else spaces / 4)


# What opens on its left closes on its right; a lone opening delimiter is followed by no space too.
_CLOSED = {Kind.OPENING: Kind.CLOSING}


def spaced_kinds(items: Sequence[Node]) -> list[Kind | None]:
    """Spacing classes; a sign such as minus is ordinary where nothing stands before it."""
    kinds: list[Kind | None] = []
    before: Node | None = None
    for item in items:
        kind = None if isinstance(item, Space) else kind_of(item)
        if kind == Kind.BINARY and _begins_after(before):
            kind = Kind.ORDINARY
        kinds.append(kind)
        before = before if kind is None else item
    return kinds


def _begins_after(before: Node | None) -> bool:
    return before is None or (kind_of(before) in _OPENERS and not isinstance(before, Fenced))


_OPENERS = (Kind.BINARY, Kind.RELATION, Kind.OPENING, Kind.PUNCTUATION, Kind.OPERATOR)


def height(node: Node) -> float:
    """Estimated height and depth together; a line of letters has height 1."""
    if isinstance(node, Row):
        return max((height(item) for item in node.items), default=1.0)
    if isinstance(node, Glyph):
        return 2.2 if node.sign.kind == Kind.OPERATOR and len(node.sign.char) == 1 else 1.0
    if isinstance(node, Fraction):
        return 0.9 * (height(node.above) + height(node.below)) + 0.3
    if isinstance(node, Scripts):
        raised = sum(0.6 * height(s) - 0.3 for s in (node.below, node.above) if s is not None)
        return height(node.base) + max(raised, 0.2)
    if isinstance(node, Fenced):
        return max(height(part) for part in node.parts) + 0.05
    if isinstance(node, Root):
        return height(node.body) + 0.2
    if isinstance(node, Accented):
        return height(node.body) + 0.1
    if isinstance(node, Table):
        return sum(max((height(c) for c in row), default=1.0) + 0.3 for row in node.rows)
    return 1.0


def delimiter_level(parts: Sequence[Node]) -> int:
    """Which of the sizes plain, big, Big, bigg, Bigg a delimiter around these rows needs."""
    tall = max((height(part) for part in parts), default=1.0)
    return sum(tall > bound for bound in (1.35, 1.75, 2.3, 2.95))


def delimiter_width(command: str) -> float:
    """Width of a delimiter in its plain size."""
    return 0.0 if command == "." else SIGNS[command].width if command in SIGNS else 0.39
