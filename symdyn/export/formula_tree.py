"""A formula as a tree of boxes, read from the LaTeX that printers write.

One tree serves three ends: its width is estimated, it is broken into lines, and it is written as
LaTeX or as MathML. So whatever knows how to print itself as LaTeX (any SymPy expression, any object
with `_latex`) appears in every document. What is read is the mathematics that printers produce, not
TeX: no macros, no dimensions. A command that is not known becomes an upright word, so that what is
written again always compiles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from symdyn.errors import UnsupportedError
from symdyn.export.signs import SAME_AS, SIGNS, Kind, Sign


class UnreadableFormula(UnsupportedError):
    """LaTeX that is not the mathematics of a printer; the caller shows plain text instead."""


class Node:
    """A part of a formula."""


@dataclass(frozen=True)
class Glyph(Node):
    """One sign; `level` 1 to 4 is a delimiter drawn as big, Big, bigg or Bigg."""

    sign: Sign
    level: int = 0


@dataclass(frozen=True)
class Times(Node):
    """An invisible product sign; it shows where a line breaks."""


@dataclass(frozen=True)
class Space(Node):
    """White space, in units of the font size."""

    command: str
    width: float


@dataclass(frozen=True)
class Words(Node):
    """Upright letters: the name of a function or of a quantity, a remark, a long number."""

    text: str
    style: str = "mathrm"
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True)
class Row(Node):
    """Nodes side by side; a group is one that TeX spaces as a single letter."""

    items: tuple[Node, ...]
    group: bool = False


@dataclass(frozen=True)
class Fraction(Node):
    """One row above another, with a line (`frac`) or in parentheses (`binom`)."""

    above: Row
    below: Row
    command: str = "frac"


@dataclass(frozen=True)
class Root(Node):
    """A square root, or a root of the order given by `index`."""

    body: Row
    index: Row | None = None


@dataclass(frozen=True)
class Scripts(Node):
    """A base with a subscript, a superscript, or both."""

    base: Node
    below: Row | None
    above: Row | None


@dataclass(frozen=True)
class Fenced(Node):
    """Rows between delimiters that grow with them; `.` stands for no delimiter."""

    left: str
    parts: tuple[Row, ...]
    right: str
    middle: str = "|"


@dataclass(frozen=True)
class Accented(Node):
    """A row under or over a mark (`hat`, `overline`), or in another alphabet (`mathbb`)."""

    command: str
    body: Row


@dataclass(frozen=True)
class Stacked(Node):
    """A small row set over (`overset`) or under (`underset`) another."""

    command: str
    mark: Row
    body: Row


@dataclass(frozen=True)
class Table(Node):
    """Rows of cells: a matrix, or the cases of a definition."""

    environment: str
    rows: tuple[tuple[Row, ...], ...]


ACCENTS = frozenset(
    "hat bar dot ddot dddot ddddot tilde vec acute grave check breve mathring widehat widetilde "
    "overline underline overrightarrow overbrace underbrace".split()
)
ALPHABETS = frozenset("mathbf mathbb mathcal mathfrak mathsf mathtt mathscr boldsymbol".split())
UPRIGHT = {"operatorname": "operatorname", "mathrm": "mathrm", "mathit": "mathit", "mbox": "text"}
UPRIGHT |= dict.fromkeys(("text", "textrm", "textit", "textbf", "mathop"), "text")
SPACES = {r"\,": 1 / 6, r"\:": 2 / 9, r"\;": 5 / 18, r"\!": -1 / 6, r"\ ": 1 / 3, "~": 1 / 3}
SPACES |= {r"\quad": 1.0, r"\qquad": 2.0}
TABLES = {"array": "matrix", "substack": "substack", "aligned": "matrix", "smallmatrix": "matrix"}
TABLES |= {name: name for name in ("cases", "matrix", "pmatrix", "bmatrix", "vmatrix")}
LEVELS = {"big": 1, "Big": 2, "bigg": 3, "Bigg": 4}
_SILENT = frozenset(r"\displaystyle \textstyle \scriptstyle \limits \nolimits \mathopen".split())
_TOKEN = re.compile(r"\\operatorname\*|\\[a-zA-Z]+|\\.|[ \t\n]+|[^\\]", re.DOTALL)
_BY_CHAR = {sign.char: sign for sign in reversed(SIGNS.values()) if len(sign.char) == 1}


def read_formula(text: str) -> Row:
    r"""The tree of a formula; raises UnreadableFormula.

    >>> read_formula(r"\frac{1}{x}").items[0].below.items[0].sign.char
    'x'
    """
    return _Reader(_TOKEN.findall(text)).row(lambda token: False)


class _Reader:
    """Reads tokens from left to right; each method takes what it names."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise UnreadableFormula("a formula ends within a group")
        self.at += 1
        return token

    def expect(self, wanted: str) -> None:
        token = self.take()
        if token != wanted:
            raise UnreadableFormula(f"a formula has {token!r} where {wanted!r} belongs")

    def row(self, ends: Callable[[str], bool]) -> Row:
        return Row(_without_idle_brackets(self.items(ends)))

    def items(self, ends: Callable[[str], bool]) -> list[Node]:
        items: list[Node] = []
        while (token := self.peek()) and not ends(token):
            if token in ("^", "_", "'"):
                items.append(self.scripts(items.pop() if items else Row(())))
            elif token.isdigit():
                items.append(self.number())
            else:
                items.extend(self.node(self.take()))
        return items

    def scripts(self, base: Node) -> Node:
        below: Row | None = None
        above: Row | None = None
        while self.peek() in ("^", "_", "'"):
            mark = self.take()
            if mark == "_":
                below = _joined(below, self.argument())
            else:
                mine = Row((Glyph(SIGNS[r"\prime"]),)) if mark == "'" else self.argument()
                above = _joined(above, mine)
        return Scripts(base, below, above)

    def number(self) -> Node:
        digits = self.take()
        while self.peek()[:1].isdigit() or self._decimal_point():
            digits += self.take()
        return Words(digits, "number")

    def _decimal_point(self) -> bool:
        following = self.tokens[self.at + 1 : self.at + 2]
        return self.peek() == "." and bool(following) and following[0].isdigit()

    def argument(self) -> Row:
        token = self.take()
        if token == "{":
            row = self.row(lambda t: t == "}")
            self.expect("}")
            return row
        return Row(tuple(self.node(token)))

    def raw_argument(self) -> str:
        self.expect("{")
        depth, text = 1, ""
        while depth:
            if self.at >= len(self.tokens):
                raise UnreadableFormula("a formula ends within a word")
            token = self.tokens[self.at]
            self.at += 1
            depth += (token == "{") - (token == "}")
            text += token if depth else ""
        return text

    def node(self, token: str) -> tuple[Node, ...]:
        token = SAME_AS.get(token, token)
        if token == "{":
            self.at -= 1
            self.expect("{")
            items = self.items(lambda t: t == "}")
            self.expect("}")
            bare = len(items) == 1 and isinstance(items[0], Fenced)  # f{\\left(x\\right)}
            return tuple(items) if bare else (Row(_without_idle_brackets(items), group=True),)
        if token in ("}", "&", r"\\", r"\right", r"\end", "$"):
            raise UnreadableFormula(f"a formula has an unexpected {token!r}")
        if token in SIGNS:
            return (Glyph(SIGNS[token]),)
        if token in SPACES:
            return (Space(token, SPACES[token]),)
        if token == r"\*":
            return (Times(),)
        if token in _SILENT or token == "%":
            return ()
        if token.startswith("\\") and token[1:2].isalpha():
            return (self.command(token[1:].rstrip("*")),)
        return (self.letter(token),)

    def letter(self, token: str) -> Node:
        sign = _BY_CHAR.get(token)
        return Glyph(sign) if sign else Words(token.lstrip("\\"), "text")

    def command(self, name: str) -> Node:
        if name in ("frac", "tfrac", "dfrac", "binom"):
            command = "binom" if name == "binom" else "frac"
            return Fraction(self.argument(), self.argument(), command)
        if name == "sqrt":
            index = self.option()
            return Root(self.argument(), index)
        if name in UPRIGHT:
            return self.words(UPRIGHT[name])
        if name in ACCENTS or name in ALPHABETS:
            return Accented(name, self.argument())
        if name in ("overset", "underset", "stackrel"):
            side = "underset" if name == "underset" else "overset"
            return Stacked(side, self.argument(), self.argument())
        if name == "substack":
            self.expect("{")
            return self.table("substack", "}")
        if name == "begin":
            return self.environment()
        if name == "left":
            return self.fenced()
        if name.rstrip("lrm") in LEVELS:
            return self.sized(name)
        return Words(name, "mathrm")

    def option(self) -> Row | None:
        if self.peek() != "[":
            return None
        self.take()
        row = self.row(lambda token: token == "]")
        self.expect("]")
        return row

    def words(self, style: str) -> Node:
        start = self.at
        text = self.raw_argument()
        plain = re.sub(r"\\([_%#&$ {}])", r"\1", text)
        if re.search(r"[\\^{}]", plain) or (style != "text" and "_" in plain.replace(r"\_", "")):
            if style == "text" or r"\_" in text:
                return Words(re.sub(r"[\\{}$]", "", plain), style)
            self.at = start
            return Row(self.argument().items, group=True)
        kind = Kind.OPERATOR if style == "operatorname" else Kind.ORDINARY
        return Words(plain, style, kind)

    def sized(self, name: str) -> Node:
        sign = SIGNS.get(self.delimiter())
        if sign is None:
            return Row(())
        kind = {"l": Kind.OPENING, "r": Kind.CLOSING, "m": Kind.RELATION}.get(name[-1])
        placed = Sign(sign.command, sign.char, sign.kind if kind is None else kind, sign.width)
        return Glyph(placed, LEVELS[name.rstrip("lrm")])

    def delimiter(self) -> str:
        token = self.take()
        return SAME_AS.get(token, token)

    def fenced(self) -> Node:
        left = self.delimiter()
        parts: list[Row] = []
        middle = "|"
        while True:
            parts.append(self.row(lambda t: t in (r"\right", r"\middle")))
            if self.take() == r"\right":
                return Fenced(left, tuple(parts), self.delimiter(), middle)
            middle = self.delimiter()

    def environment(self) -> Node:
        name = self.raw_argument().rstrip("*")
        if name not in TABLES:
            raise UnreadableFormula(f"a formula has the environment {name!r}")
        if name == "array":
            self.raw_argument()
        table = self.table(TABLES[name], r"\end")
        self.raw_argument()
        return table

    def table(self, environment: str, end: str) -> Table:
        rows: list[list[Row]] = [[]]
        while True:
            rows[-1].append(self.row(lambda t: t in ("&", r"\\", end)))
            token = self.take()
            if token == end:
                break
            if token == r"\\":
                rows.append([])
        kept = [tuple(row) for row in rows if any(cell.items for cell in row)]
        return Table(environment, tuple(kept))


def _without_idle_brackets(items: list[Node]) -> tuple[Node, ...]:
    """A fraction needs no brackets as a factor: (a/b) w is a/b w, and + (-a/b) w is - a/b w."""
    kept: list[Node] = []
    for item in items:
        inside = _bracketed_fraction(item)
        before = kept[-1] if kept else None
        begins = before is None or (isinstance(before, Glyph) and before.sign.kind in _BEGIN)
        if not inside or not (begins or isinstance(before, Times)):
            kept.append(item)
        elif len(inside) == 1:
            kept.extend(inside)
        elif isinstance(before, Glyph) and before.sign.command == "+":
            kept[-1:] = inside
        elif before is None or (isinstance(before, Glyph) and before.sign.kind != Kind.BINARY):
            kept.extend(inside)
        else:
            kept.append(item)
    return tuple(kept)


_BEGIN = (Kind.BINARY, Kind.RELATION, Kind.OPENING, Kind.PUNCTUATION)


def _bracketed_fraction(node: Node) -> tuple[Node, ...]:
    """What stands in brackets, if that is a fraction, or minus a fraction."""
    if not isinstance(node, Fenced) or (node.left, node.right) != ("(", ")"):
        return ()
    inside = node.parts[0].items
    signs = inside[:-1]
    minus = len(signs) == 1 and isinstance(signs[0], Glyph) and signs[0].sign.command == "-"
    fraction = bool(inside) and isinstance(inside[-1], Fraction) and inside[-1].command == "frac"
    return inside if fraction and len(node.parts) == 1 and (not signs or minus) else ()


def _joined(first: Row | None, second: Row) -> Row:
    return second if first is None else Row((*first.items, *second.items))
