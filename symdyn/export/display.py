r"""Displayed formulas: which relations a statement makes, and how they are laid out in lines.

Equal(l, r) is `l = r`, one line for every part of a mapping or a tuple; Conserved(q, flow) is
`d/dt q = 0` along the flow; Solves(...) a curve, its flow and its start; Bounded a chain of `<=`;
AsymptoticTo an `~`. A kind of statement that this module does not know shows its derived and its
stated side, so that a new kind needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sympy import MatrixBase, Tuple, oo

from symdyn.export.formula_tree import (
    Accented,
    Fenced,
    Fraction,
    Glyph,
    Node,
    Row,
    Scripts,
    Space,
    Words,
)
from symdyn.export.line_breaking import Line, break_lines
from symdyn.export.mathml import mathml
from symdyn.export.printing import formula
from symdyn.export.signs import SIGNS
from symdyn.export.spacing import width
from symdyn.export.tex_writer import tex
from symdyn.proof.statements import AsymptoticTo, Bounded, Conserved, Equal, Solves

# The text width of a LaTeX article at 10 pt is 34.5 times its size.
LINE_WIDTH = 34.0
_RELATION_WIDTH = 1.4


@dataclass(frozen=True)
class Relation:
    """`left sign right`, or `right` alone; `lead` are words that introduce it."""

    right: Row
    left: Row | None = None
    sign: str = "="
    lead: str = ""


@dataclass(frozen=True)
class DisplayLine:
    """One line of a display: what stands before the alignment point, and what after."""

    before: Row
    after: Row
    indent: float = 0.0


@dataclass(frozen=True)
class Display:
    """Lines that are aligned with each other."""

    lines: tuple[DisplayLine, ...]
    lead: str = ""


def statement_relations(statement: Any) -> tuple[Relation, ...]:
    """What a statement says, as relations between formulas.

    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> [relation.sign for relation in statement_relations(Bounded(x, 0, y))]
    ['\\\\leq']
    """
    if isinstance(statement, Equal):
        return tuple(_equalities(statement.left, statement.right))
    if isinstance(statement, Conserved):
        return (_rate(statement.quantity), *_flow(statement.flow, "along"))
    if isinstance(statement, Solves):
        return tuple(_solution(statement))
    if isinstance(statement, Bounded):
        return (_chain(statement),)
    if isinstance(statement, AsymptoticTo):
        return (_asymptotic(statement),)
    kind = f"{type(statement).__name__}:"
    return (
        Relation(formula(statement.derived), lead=kind),
        Relation(formula(statement.stated), lead="against"),
    )


def value_relations(value: Any, name: Row | None = None) -> tuple[Relation, ...]:
    """A value on its own, or `name = value`; the equations of a flow or a mapping one by one."""
    lines = _lines(value)
    if name is None:
        return lines
    if len(lines) == 1 and lines[0].left is None:
        return (Relation(lines[0].right, name),)
    return (Relation(Row((*name.items, Glyph(SIGNS[":"])))), *lines)


def _lines(value: Any) -> tuple[Relation, ...]:
    if _is_flow(value):
        return _flow(value, "")
    if isinstance(value, Mapping):
        return tuple(_entries(value))
    return _system(formula(value)) if hasattr(value, "_latex") else (Relation(formula(value)),)


def displays(relations: Iterable[Relation], limit: float = LINE_WIDTH) -> tuple[Display, ...]:
    """Relations laid out in lines of a width in units of the font size."""
    groups: list[Display] = []
    for relation in relations:
        lines = _lay_out(relation, limit)
        if groups and not relation.lead:
            groups[-1] = Display((*groups[-1].lines, *lines), groups[-1].lead)
        else:
            groups.append(Display(lines, relation.lead))
    return tuple(groups)


def tex_display(display: Display, tag: str = "") -> str:
    """LaTeX of a display; the tag, already escaped, stands on its last line."""
    rows = [_tex_line(line, _aligned(display)) for line in display.lines]
    rows[-1] += f" \\tag{{{tag}}}" if tag else ""
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def mathml_display(display: Display) -> str:
    """MathML of a display: a table with one row for each line."""
    if len(display.lines) == 1:
        line = display.lines[0]
        return mathml(Row((*line.before.items, *line.after.items)))
    aligned = _aligned(display)
    return (
        f'<mtable class="lines">{"".join(_mathml_line(x, aligned) for x in display.lines)}</mtable>'
    )


def plain_tex(relations: Iterable[Relation]) -> str:
    """The formulas of some relations, unbroken, one on a line, to be copied."""
    return "\n".join(tex(Row(_joined(relation))) for relation in relations)


def _aligned(display: Display) -> bool:
    return any(line.before.items for line in display.lines)


def _tex_line(line: DisplayLine, aligned: bool) -> str:
    shift = f"\\hspace{{{line.indent:g}em}} " if line.indent else ""
    return (
        f"{tex(line.before)} &{shift}{tex(line.after)}".strip()
        if aligned
        else (f"&{shift}{tex(line.after)}")
    )


def _mathml_line(line: DisplayLine, aligned: bool) -> str:
    shift = f'<mspace width="{line.indent:g}em"></mspace>' if line.indent else ""
    before = f"<mtd>{mathml(line.before)}</mtd>" if aligned else ""
    return f"<mtr>{before}<mtd><mrow>{shift}{mathml(line.after)}</mrow></mtd></mtr>"


_NOTHING = Row((), group=True)
_D, _T = Glyph(SIGNS["d"]), Glyph(SIGNS["t"])
_TIME_DERIVATIVE = Fraction(Row((_D,)), Row((_D, _T)))


def _joined(relation: Relation) -> tuple[Node, ...]:
    left = (*relation.left.items, Glyph(SIGNS[relation.sign])) if relation.left else ()
    return (*left, *relation.right.items)


@lru_cache(maxsize=1024)  # the same formulas stand in several documents
def _lay_out(relation: Relation, limit: float) -> tuple[DisplayLine, ...]:
    if relation.left is None:
        return tuple(_plain(break_lines(relation.right, limit, limit)))
    sign = (_NOTHING, Glyph(SIGNS[relation.sign]))
    left_width = width(relation.left)
    room = limit - left_width - _RELATION_WIDTH
    if width(relation.right) <= room or left_width <= 0.3 * limit:
        first, *rest = break_lines(relation.right, room, room - 0.3)
        opening = DisplayLine(relation.left, Row((*sign, *first.row.items)))
        return (opening, *_plain(rest))
    top = _plain(break_lines(relation.left, limit, limit))
    room = limit - _RELATION_WIDTH - 1.0
    first, *rest = break_lines(relation.right, room, limit - 2.0)
    middle = DisplayLine(Row(()), Row((*sign, *first.row.items)), 1.0)
    return (*top, middle, *(_further(line) for line in rest))


def _plain(lines: Iterable[Line]) -> Iterable[DisplayLine]:
    return [DisplayLine(Row(()), line.row, line.indent) for line in lines]


def _further(line: Line) -> DisplayLine:
    return DisplayLine(Row(()), line.row, line.indent + 1.0)


def _equalities(left: Any, right: Any) -> Iterable[Relation]:
    """`left = right`; of systems of equations, one after the other, `name = left = right`."""
    if _is_list(left) and _is_list(right) and len(left) == len(right):
        for ours, theirs in zip(left, right, strict=True):
            yield from _equalities(ours, theirs)
        return
    ours, theirs = value_relations(left), value_relations(right)
    if all(a.left is not None and a.left == b.left for a, b in zip(ours, theirs, strict=False)):
        for a, b in zip(ours, theirs, strict=False):
            yield from (a, Relation(b.right, Row(()), b.sign))
        return
    yield Relation(formula(right), formula(left))


def _system(row: Row) -> tuple[Relation, ...]:
    """The equations that a formula consists of: `a = b, \\quad c = d` is two."""
    parts: list[list[Node]] = [[]]
    for item in row.items:
        comma = parts[-1] and isinstance(item, Space) and item.width >= 1
        if comma and isinstance(parts[-1][-1], Glyph) and parts[-1][-1].sign.command == ",":
            parts[-1].pop()
            parts.append([])
        else:
            parts[-1].append(item)
    cut = [_equation(part) for part in parts]
    return tuple(cut) if all(relation.left is not None for relation in cut) else (Relation(row),)


def _equation(items: list[Node]) -> Relation:
    for k, item in enumerate(items):
        if isinstance(item, Glyph) and item.sign.command == "=":
            return Relation(Row(tuple(items[k + 1 :])), Row(tuple(items[:k])))
    return Relation(Row(tuple(items)))


def _is_flow(value: Any) -> bool:
    return hasattr(value, "velocities")


def _is_list(value: Any) -> bool:
    return isinstance(value, (tuple, list, Tuple)) and not isinstance(value, MatrixBase)


def _entries(value: Mapping[Any, Any]) -> Iterable[Relation]:
    return (Relation(formula(value[key]), formula(key), r"\mapsto") for key in value)


def _flow(flow: Any, lead: str) -> tuple[Relation, ...]:
    lines = [Relation(formula(flow[x]), _velocity(formula(x))) for x in flow]
    return tuple(
        Relation(line.right, line.left, lead=lead if k == 0 else "") for k, line in enumerate(lines)
    )


def _velocity(variable: Row) -> Row:
    """A letter with a dot; d/dt before what is more than a letter."""
    letter = variable.items[0] if len(variable.items) == 1 else None
    base = letter.base if isinstance(letter, Scripts) else letter
    if not isinstance(base, Glyph):
        return Row((_TIME_DERIVATIVE, *variable.items))
    dotted = Accented("dot", Row((base,)))
    return Row((replace(letter, base=dotted) if isinstance(letter, Scripts) else dotted,))


def _rate(quantity: Any) -> Relation:
    return Relation(_number(0), Row((_TIME_DERIVATIVE, Fenced("(", (formula(quantity),), ")"))))


def _number(value: int) -> Row:
    return Row((Words(str(value), "number"),))


def _solution(statement: Solves) -> Iterable[Relation]:
    curve = [Relation(formula(statement.solution[x]), formula(x)) for x in statement.solution]
    yield from curve
    yield from _flow(statement.flow, "solves")
    start = statement.start or {}
    at_zero = Row((*formula(statement.time).items, Glyph(SIGNS["="]), *_number(0).items))
    for k, x in enumerate(start):
        name = Scripts(Row((*formula(x).items, Glyph(SIGNS[r"\rvert"])), group=True), at_zero, None)
        yield Relation(formula(start[x]), Row((name,)), lead="" if k else "from")


def _chain(statement: Bounded) -> Relation:
    sign = "<" if statement.strict else r"\leq"
    lower = None if statement.lower in (None, -oo) else formula(statement.lower)
    middle = formula(statement.expr)
    if statement.upper in (None, oo):
        return Relation(middle, lower, sign) if lower else Relation(middle)
    upper = formula(statement.upper)
    if lower is None:
        return Relation(upper, middle, sign)
    return Relation(Row((*middle.items, Glyph(SIGNS[sign]), *upper.items)), lower, sign)


def _asymptotic(statement: AsymptoticTo) -> Relation:
    towards = (*formula(statement.variable).items, Glyph(SIGNS[r"\to"]))
    note = (Space(r"\quad", 1.0), Glyph(SIGNS["("]), *towards, *formula(statement.at).items)
    right = Row((*formula(statement.leading).items, *note, Glyph(SIGNS[")"])))
    return Relation(right, formula(statement.expr), r"\sim")
