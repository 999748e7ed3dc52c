r"""Breaking a formula into lines that fit.

A line may break before a relation, before a plus or minus, between factors and after a comma;
breaks outside brackets are preferred to breaks inside. Where a part is wider than a line it is
opened: growing brackets become brackets of fixed size with breaks between them, a wide fraction
N / D becomes (1/D) (N) or (N) (D)^{-1}, a wide root becomes a power 1/2, a wide matrix a list of
its rows, a wide e^{x} becomes exp(x). Opening changes how a formula is written, never what it
says. Among all ways to break, the cheapest is found by dynamic programming, as TeX does for
paragraphs. What cannot be broken stays as it is, however wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symdyn.export.formula_tree import (
    Fenced,
    Fraction,
    Glyph,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Table,
    Times,
    Words,
)
from symdyn.export.signs import SIGNS, Kind, Sign
from symdyn.export.spacing import delimiter_level, row_width, spaced_kinds, width

# How unwelcome a break is, and how much more so at each depth of brackets.
_COST = {Kind.RELATION: 0.5, Kind.BINARY: 2.0, Kind.PUNCTUATION: 4.0}
_PRODUCT_COST = 20.0
_BRACKET_COST = 5.0  # between factors one of which is a bracket that was opened
_DEPTH_COST = 4.0
_LINE_COST = 12.0
_OVERFULL_COST = 1e5
_NOTHING = Row((), group=True)
_CDOT = Glyph(SIGNS[r"\cdot"])
# A part that is wider than this share of a line is opened; the first share that fits is used.
_SHARES = (1.0, 0.75, 0.5, 0.33, 0.2, 0.1, 0.04)


@dataclass(frozen=True)
class Piece:
    """Nodes that stay together; `cost` is that of a break before them."""

    items: tuple[Node, ...]
    cost: float
    product: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Fit:
    """The width of a line, and the width above which a part is opened."""

    bound: float
    line: float

    def is_wide(self, node: Node) -> bool:
        """Whether a part has to be opened."""
        return width(node) > self.bound


@dataclass(frozen=True)
class Line:
    """One line of a formula, and how far it is indented, in units of the font size."""

    row: Row
    indent: float = 0.0


def break_lines(row: Row, first: float, others: float) -> tuple[Line, ...]:
    r"""Lines no wider than `first` (the first one) and `others`, where that is possible.

    >>> from symdyn.export.formula_tree import read_formula
    >>> from symdyn.export.tex_writer import tex
    >>> lines = break_lines(read_formula("aaaa + bbbb + cccc"), 6, 6)
    >>> [tex(line.row) for line in lines]
    ['a a a a + b b b b', '{} + c c c c']
    """
    if width(row) <= first:
        return (Line(row),)
    lines: tuple[Line, ...] = (Line(row),)
    for share in _SHARES:
        lines, fits = _filled(_pieces(row.items, 0, Fit(share * others, others)), first, others)
        if fits:
            break
    return lines


def _filled(pieces: Sequence[Piece], first: float, others: float) -> tuple[tuple[Line, ...], bool]:
    """The cheapest lines, and whether they all fit."""
    pieces = _between_brackets(pieces)
    widths = [_piece_width(piece) for piece in pieces]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        best.append(min(_options(pieces, widths, best, end, first, others)))
    ends = [len(pieces)]
    while ends[-1]:
        ends.append(best[ends[-1]][1])
    ends.reverse()
    lines = tuple(
        Line(_line_row(pieces[a:b]), _indent(pieces[a]) if a else 0.0) for a, b in pairwise(ends)
    )
    return lines, best[-1][0] < _OVERFULL_COST


def _between_brackets(pieces: Sequence[Piece]) -> list[Piece]:
    """A product is best broken beside a bracket."""
    saved = _PRODUCT_COST - _BRACKET_COST
    return [
        replace(piece, cost=piece.cost - saved)
        if piece.product and (_is_bracket(piece.items[:1]) or _is_bracket(before.items[-1:]))
        else piece
        for before, piece in zip((pieces[0], *pieces), pieces, strict=False)
    ]


def _is_bracket(items: Sequence[Node]) -> bool:
    node = items[0] if items else None
    node = node.base if isinstance(node, Scripts) else node
    return isinstance(node, Fenced) or (isinstance(node, Glyph) and node.level > 0)


def _options(
    pieces: Sequence[Piece],
    widths: Sequence[float],
    best: Sequence[tuple[float, int]],
    end: int,
    first: float,
    others: float,
) -> Iterator[tuple[float, int]]:
    """Cost of every last line that ends at `end`, with the place where it starts."""
    used = 0.0
    for start in range(end - 1, -1, -1):
        used += widths[start]
        room = others - _indent(pieces[start]) if start else first
        lead = width(_CDOT) + 0.5 if start and pieces[start].product else 0.0
        over = used + lead - room
        if over > 0 and start < end - 1:
            if over > others:
                return
            continue
        slack = 0.0 if end == len(pieces) or over > 0 else (over / max(room, 1e-9)) ** 2
        cost = best[start][0] + _LINE_COST + 8 * slack + (pieces[start].cost if start else 0.0)
        yield cost + (_OVERFULL_COST * (1 + over) if over > 0 else 0.0), start


def _indent(piece: Piece) -> float:
    return 1.0 + min(piece.depth, 3)


def _piece_width(piece: Piece) -> float:
    return row_width((_NOTHING, *piece.items)) + 0.17


def _line_row(pieces: Sequence[Piece]) -> Row:
    """The pieces of a line; a product that was broken shows its sign."""
    first, *rest = pieces
    items: list[Node] = list(first.items)
    if first.product:
        items = [_NOTHING, _CDOT, *items]
    elif first.items and first.cost and _starts_with_sign(first):
        items.insert(0, _NOTHING)
    for piece in rest:
        items.extend((Times(), *piece.items) if piece.product else piece.items)
    return Row(tuple(items))


def _starts_with_sign(piece: Piece) -> bool:
    first = piece.items[0]
    return isinstance(first, Glyph) and first.sign.kind in (Kind.BINARY, Kind.RELATION)


def _pieces(items: Sequence[Node], depth: int, fit: Fit) -> list[Piece]:
    """Nodes cut wherever a line may break; what is too wide is opened."""
    done: list[Piece] = []
    current = Piece((), 0.0, depth=depth)
    previous: Kind | None = None
    for item, kind in zip(items, spaced_kinds(items), strict=True):
        cost = _cost_before(item, kind, previous, depth)
        if cost and current.items:
            done.append(current)
            current = Piece((), cost, isinstance(item, Times), depth)
        previous = previous if kind is None else kind
        inside = _opened(item, depth, fit) if fit.is_wide(item) else None
        if inside is None:
            kept = () if isinstance(item, Times) else (item,)
            current = replace(current, items=(*current.items, *kept))
            continue
        head, *tail = inside
        current = replace(current, items=(*current.items, *head.items))
        if tail:
            done.extend((current, *tail[:-1]))
            current = tail[-1]
    return [*done, current] if current.items else done


def _cost_before(item: Node, kind: Kind | None, previous: Kind | None, depth: int) -> float:
    """Cost of a break before a node; 0 where none is allowed."""
    if isinstance(item, Times):
        return _PRODUCT_COST + _DEPTH_COST * depth
    if previous == Kind.PUNCTUATION and not isinstance(item, Space):
        return _COST[Kind.PUNCTUATION] + _DEPTH_COST * depth
    if kind == Kind.RELATION or (kind == Kind.BINARY and previous is not None):
        return _COST[kind] + _DEPTH_COST * depth
    return 0.0


def _opened(node: Node, depth: int, fit: Fit) -> list[Piece] | None:
    """The pieces of a node written so that it can break; None if it cannot."""
    if isinstance(node, Row):
        return _pieces(node.items, depth, fit)
    if isinstance(node, Fenced):
        narrow = _with_narrow_cells(node, fit)
        return [Piece((narrow,), 0.0, depth=depth)] if narrow else _open_fence(node, depth, fit)
    if isinstance(node, Scripts):
        return _open_scripts(node, depth, fit)
    if isinstance(node, Fraction) and node.command == "frac":
        return _open_fraction(node, depth, fit)
    if isinstance(node, Root):
        order = node.index or Row((Words("2", "number"),))
        power = Row((Words("1", "number"), Glyph(SIGNS["/"]), *order.items))
        return _raised(_bracketed(node.body, depth, fit), None, power)
    if isinstance(node, Table):
        return _open_table(node, depth, fit)
    return _open_word(node, depth, fit) if isinstance(node, Words) else None


def _open_fence(node: Fenced, depth: int, fit: Fit) -> list[Piece]:
    level = max(1, delimiter_level(node.parts))
    pieces = [Piece(_delimiter(node.left, level, Kind.OPENING), 0.0, depth=depth)]
    table = _only_table(node)
    for k, part in enumerate((_as_list(table),) if table else node.parts):
        if k:
            bar = _delimiter(node.middle, level, Kind.RELATION)
            pieces.append(Piece(bar, _COST[Kind.RELATION] + _DEPTH_COST * depth, depth=depth + 1))
        pieces = _glued(pieces, _pieces(part.items, depth + 1, fit))
    closing = _delimiter(node.right, level, Kind.CLOSING)
    return _with_last(pieces, lambda items: (*items, *closing))


def _delimiter(command: str, level: int, kind: Kind) -> tuple[Node, ...]:
    if command not in SIGNS:
        return ()
    sign = SIGNS[command]
    return (Glyph(Sign(sign.command, sign.char, kind, sign.width), level),)


def _bracketed(row: Row, depth: int, fit: Fit) -> list[Piece]:
    """A row in brackets, unless it is a single pair of them already."""
    if len(row.items) == 1 and isinstance(row.items[0], Fenced):
        return _open_fence(row.items[0], depth, fit)
    return _open_fence(Fenced("(", (row,), ")"), depth, fit)


def _glued(before: list[Piece], after: list[Piece]) -> list[Piece]:
    """Two lists of pieces with no break between them."""
    if not after:
        return before
    joined = replace(before[-1], items=(*before[-1].items, *after[0].items))
    return [*before[:-1], joined, *after[1:]]


def _with_last(
    pieces: list[Piece], change: Callable[[tuple[Node, ...]], tuple[Node, ...]]
) -> list[Piece]:
    return [*pieces[:-1], replace(pieces[-1], items=change(pieces[-1].items))]


def _raised(pieces: list[Piece], below: Row | None, above: Row | None) -> list[Piece]:
    """Scripts on the last node, which is a closing bracket."""
    return _with_last(
        pieces, lambda items: (*items[:-1], Scripts(items[-1] if items else _NOTHING, below, above))
    )


def _open_scripts(node: Scripts, depth: int, fit: Fit) -> list[Piece] | None:
    if node.above is not None and node.below is None and _is_exponential(node.base):
        name = Piece((Glyph(SIGNS[r"\exp"]),), 0.0, depth=depth)
        return _glued([name], _bracketed(node.above, depth, fit))
    if isinstance(node.base, (Row, Fenced)):
        base = node.base if isinstance(node.base, Row) else Row((node.base,))
        return _raised(_bracketed(base, depth, fit), _small(node.below), _small(node.above))
    scripts = Scripts(node.base, _small(node.below), _small(node.above))
    return None if scripts == node else [Piece((scripts,), 0.0, depth=depth)]


def _is_exponential(base: Node) -> bool:
    return isinstance(base, Words) and base.text == "e"


def _small(script: Row | None) -> Row | None:
    """A script in several lines, if it is long."""
    if script is None or width(script, 2) <= 12:
        return script
    lines = [line.row for line in break_lines(script, 14, 14)]
    return Row((Table("substack", tuple((line,) for line in lines)),))


def _open_fraction(node: Fraction, depth: int, fit: Fit) -> list[Piece]:
    """N/D as (1/D) (N) where D is narrow, as (N) (D)^{-1} where it is not."""
    above = _factor(node.above, depth, fit)
    if not fit.is_wide(node.below) and width(node.below) < width(node.above):
        one = Fraction(Row((Words("1", "number"),)), node.below)
        lead = Piece((one,), 0.0, depth=depth)
        return [*_product([lead], above, depth)]
    minus_one = Row((Glyph(SIGNS["-"]), Words("1", "number")))
    below = _raised(_bracketed(node.below, depth, fit), None, minus_one)
    return below if _is_one(node.above) else _product(above, below, depth)


def _product(left: list[Piece], right: list[Piece], depth: int) -> list[Piece]:
    cost = _PRODUCT_COST + _DEPTH_COST * depth
    return [*left, replace(right[0], cost=cost, product=True), *right[1:]]


def _is_one(row: Row) -> bool:
    return row.items == (Words("1", "number"),)


def _factor(row: Row, depth: int, fit: Fit) -> list[Piece]:
    """A numerator as a factor: in brackets if it is anything but a product."""
    kinds = spaced_kinds(row.items)
    loose = {Kind.RELATION, Kind.BINARY, Kind.PUNCTUATION, Kind.OPERATOR}
    signed = isinstance(row.items[0], Glyph) and row.items[0].sign.kind == Kind.BINARY
    if signed or loose & set(kinds):
        return _bracketed(row, depth, fit)
    return _pieces(row.items, depth, fit)


def _with_narrow_cells(node: Fenced, fit: Fit) -> Fenced | None:
    """A matrix in brackets whose cells are broken into lines of their own, if that is enough."""
    table = _only_table(node)
    columns = max((len(row) for row in table.rows), default=0) if table else 0
    if table is None or not columns:
        return None
    share = (fit.line - 6.0) / columns - 1.0
    if share < 6.0:
        return None
    rows = tuple(tuple(_stacked(cell, share) for cell in row) for row in table.rows)
    narrow = replace(node, parts=(Row((replace(table, rows=rows),)),))
    return narrow if width(narrow) <= fit.line - 4.0 else None


def _only_table(node: Fenced) -> Table | None:
    inside = node.parts[0].items
    table = inside[0] if len(inside) == 1 else None
    return table if isinstance(table, Table) and table.environment == "matrix" else None


def _stacked(cell: Row, share: float) -> Row:
    lines = break_lines(cell, share, share)
    if len(lines) == 1:
        return cell
    shifted = (
        Row((Space(r"\quad", 1.0), *x.row.items) if x.indent else x.row.items) for x in lines
    )
    return Row((Table("stack", tuple((line,) for line in shifted)),))


def _open_table(node: Table, depth: int, fit: Fit) -> list[Piece]:
    """A table as a list in brackets: cells divided by commas, rows by semicolons."""
    left, right = (r"\{", ".") if node.environment == "cases" else ("[", "]")
    return _open_fence(Fenced(left, (_as_list(node),), right), depth, fit)


def _as_list(node: Table) -> Row:
    cases = node.environment == "cases"
    rows = [_joined_cells(row, Space(r"\quad", 1.0) if cases else None) for row in node.rows]
    return Row(tuple(_separated(rows, Glyph(SIGNS[";"]))))


def _joined_cells(row: Iterable[Row], space: Node | None) -> list[Node]:
    cells = [list(cell.items) for cell in row]
    return _separated(cells, space or Glyph(SIGNS[","]))


def _separated(parts: Sequence[Sequence[Node]], mark: Node) -> list[Node]:
    items: list[Node] = []
    for k, part in enumerate(parts):
        items.extend((mark, *part) if k else part)
    return items


def _open_word(node: Words, depth: int, fit: Fit) -> list[Piece] | None:
    """A number or name that is longer than a line, in parts that nearly fill one."""
    size = max(int(len(node.text) * (fit.line - 4.0) / width(node)), 4)
    if len(node.text) <= size:
        return None
    parts = [node.text[k : k + size] for k in range(0, len(node.text), size)]
    cost = 2 * _PRODUCT_COST + _DEPTH_COST * depth
    return [
        Piece((replace(node, text=part),), cost if k else 0.0, depth=depth)
        for k, part in enumerate(parts)
    ]
