r"""A formula tree as LaTeX that needs amsmath and amssymb only.

Delimiters around what is no higher than a line are written plain (`(x)`), others grow
(`\left( ... \right)`, wrapped so that they are spaced like plain ones). Signs are written by their
commands, words are escaped: what comes out always compiles.
"""

from __future__ import annotations

import re

from symdyn.export.escaping import escape_tex
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
from symdyn.export.signs import Kind
from symdyn.export.spacing import delimiter_level

_BIG = ("", "big", "Big", "bigg", "Bigg")
_SIDE = {Kind.OPENING: "l", Kind.CLOSING: "r", Kind.RELATION: "m"}
_PLAIN = {("|", 0): r"\lvert", ("|", 1): r"\rvert", (r"\|", 0): r"\lVert", (r"\|", 1): r"\rVert"}


def tex(node: Node) -> str:
    r"""LaTeX of a formula.

    >>> from symdyn.export.formula_tree import read_formula
    >>> tex(read_formula(r"\sin{\left(x \right)}^{2}"))
    '\\sin (x)^{2}'
    """
    if isinstance(node, Row):
        inside = " ".join(written for item in node.items if (written := tex(item)))
        return f"{{{inside}}}" if node.group else inside
    if isinstance(node, Glyph):
        return _glyph(node)
    if isinstance(node, Words):
        return _words(node)
    if isinstance(node, Space):
        return node.command
    if isinstance(node, Fraction):
        return f"\\{node.command}{{{tex(node.above)}}}{{{tex(node.below)}}}"
    if isinstance(node, Scripts):
        return _scripts(node)
    if isinstance(node, Fenced):
        before, inside, after = _fence(node)
        return before + inside + after
    return _container(node)


def _container(node: Node) -> str:
    if isinstance(node, Root):
        index = f"[{{{tex(node.index)}}}]" if node.index else ""
        return f"\\sqrt{index}{{{tex(node.body)}}}"
    if isinstance(node, Accented):
        return f"\\{node.command}{{{tex(node.body)}}}"
    if isinstance(node, Stacked):
        return f"\\{node.command}{{{tex(node.mark)}}}{{{tex(node.body)}}}"
    if isinstance(node, Table):
        return _table(node)
    return "" if isinstance(node, Times) else "?"


def _glyph(node: Glyph) -> str:
    if not node.level:
        return node.sign.command
    return f"\\{_BIG[node.level]}{_SIDE.get(node.sign.kind, '')}{node.sign.command}"


def _words(node: Words) -> str:
    if node.style == "number":
        return node.text
    if node.style != "text" and re.fullmatch(r"[A-Za-z0-9 .:,'*+-]+", node.text):
        spaced = node.text.replace(" ", r"\ ")
        return f"\\{node.style}{{{spaced}}}"
    return f"\\text{{{escape_tex(node.text)}}}"


def _scripts(node: Scripts) -> str:
    below = f"_{{{tex(node.below)}}}" if node.below is not None else ""
    above = f"^{{{tex(node.above)}}}" if node.above is not None else ""
    if isinstance(node.base, Fenced):
        before, inside, after = _fence(node.base)
        return before + inside + below + above + after
    base = tex(node.base)
    single = isinstance(node.base, (Glyph, Words, Accented, Row)) and base
    return f"{base if single else '{' + base + '}'}{below}{above}"


def _fence(node: Fenced) -> tuple[str, str, str]:
    bar = f" \\middle{node.middle} "
    inside = bar.join(tex(part) for part in node.parts)
    plain = len(node.parts) == 1 and "." not in (node.left, node.right)
    if plain and delimiter_level(node.parts) == 0:
        left = _PLAIN.get((node.left, 0), node.left)
        right = _PLAIN.get((node.right, 1), node.right)
        return "", f"{left}{_gap(left, inside)}{inside}{right}", ""
    return r"\mathopen{}", f"\\left{node.left} {inside} \\right{node.right}", r"\mathclose{}"


def _gap(command: str, following: str) -> str:
    return " " if command[-1:].isalpha() and following[:1].isalpha() else ""


def _table(node: Table) -> str:
    rows = r" \\ ".join(" & ".join(tex(cell) for cell in row) for row in node.rows)
    if node.environment == "substack":
        return f"\\substack{{{rows}}}"
    if node.environment == "stack":
        return f"\\begin{{array}}{{@{{}}l@{{}}}} {rows} \\end{{array}}"
    return f"\\begin{{{node.environment}}} {rows} \\end{{{node.environment}}}"
