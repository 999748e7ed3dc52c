"""A formula tree as presentation MathML (MathML Core: what browsers draw without scripts).

SymPy's own MathML printer writes elements that browsers dropped (`mfenced`) and knows no objects
but its own; here the tree of the LaTeX is written instead, so that both documents show the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape

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
from symdyn.export.signs import SIGNS, Kind
from symdyn.export.spacing import delimiter_level, kind_of, spaced_kinds, stacks_limits

_APPLY = "<mo>&#x2061;</mo>"
_HEIGHT = ("", "1.2em", "1.8em", "2.4em", "3em")
_MARKS = {
    "hat": "^",
    "widehat": "^",
    "bar": "¯",
    "overline": "¯",
    "dot": "˙",
    "ddot": "¨",
    "dddot": "⃛",
    "tilde": "~",
    "widetilde": "~",
    "vec": "→",
    "overrightarrow": "→",
    "acute": "´",
    "grave": "`",
    "check": "ˇ",
    "breve": "˘",
    "mathring": "˚",
    "underline": "_",
    "overbrace": "⏞",
    "underbrace": "⏟",
}
_ALPHABETS = {
    "mathbf": ("BOLD",),
    "boldsymbol": ("BOLD ITALIC", "BOLD"),
    "mathbb": ("DOUBLE-STRUCK",),
    "mathcal": ("SCRIPT",),
    "mathscr": ("SCRIPT",),
    "mathfrak": ("FRAKTUR", "BLACK-LETTER"),
    "mathsf": ("SANS-SERIF",),
    "mathtt": ("MONOSPACE",),
}


def math_element(content: str, *, block: bool = False) -> str:
    """A `math` element around MathML."""
    display = ' display="block"' if block else ""
    return f'<math{display} xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>'


def mathml(node: Node) -> str:
    r"""MathML of a formula.

    >>> from symdyn.export.formula_tree import read_formula
    >>> mathml(read_formula(r"\frac{1}{x}"))
    '<mfrac><mn>1</mn><mi>x</mi></mfrac>'
    """
    if isinstance(node, Row):
        return _row(node.items)
    if isinstance(node, Glyph):
        return _glyph(node, node.sign.kind)
    if isinstance(node, Words):
        return _words(node)
    if isinstance(node, Space):
        return f'<mspace width="{node.width:.3g}em"></mspace>'
    if isinstance(node, Times):
        return "<mo>&#x2062;</mo>"
    if isinstance(node, Fraction):
        return _fraction(node)
    if isinstance(node, Root):
        return _root(node)
    return _container(node)


def _container(node: Node) -> str:
    if isinstance(node, Scripts):
        return _scripts(node)
    if isinstance(node, Fenced):
        return _fence(node)
    if isinstance(node, Accented):
        return _accented(node)
    if isinstance(node, Stacked):
        tag = "mover" if node.command == "overset" else "munder"
        return f"<{tag}>{mathml(node.body)}{mathml(node.mark)}</{tag}>"
    return _table(node) if isinstance(node, Table) else "<mtext>?</mtext>"


def _row(items: Sequence[Node]) -> str:
    if len(items) == 1:
        return mathml(items[0])
    return f"<mrow>{''.join(_sequence(items))}</mrow>"


def _sequence(items: Sequence[Node]) -> list[str]:
    written: list[str] = []
    kinds = spaced_kinds(items)
    for k, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        if k and _is_function(item) and kinds[k - 1] in _TOUCHING:
            written.append(_THIN)
        if isinstance(item, Glyph) and kind is not None:
            written.append(_glyph(item, kind))
        else:
            written.append(mathml(item))
        if _is_function(item) and k + 1 < len(items):
            written.append(_APPLY if kind_of(items[k + 1]) == Kind.OPENING else _APPLY + _THIN)
    return written


_TOUCHING = (Kind.ORDINARY, Kind.CLOSING, Kind.INNER, Kind.OPERATOR)
_THIN = '<mspace width="0.167em"></mspace>'


def _is_function(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(base, Words):
        return base.kind == Kind.OPERATOR
    return isinstance(base, Glyph) and base.sign.kind == Kind.OPERATOR and len(base.sign.char) > 1


def _glyph(node: Glyph, kind: Kind) -> str:
    char = escape(node.sign.char)
    if node.level:
        size = _HEIGHT[node.level]
        form = {Kind.OPENING: "prefix", Kind.CLOSING: "postfix"}.get(kind, "infix")
        return (
            f'<mo form="{form}" stretchy="true" symmetric="true" minsize="{size}" '
            f'maxsize="{size}">{char}</mo>'
        )
    if node.sign.kind == Kind.OPERATOR:
        return f"<mi>{char}</mi>" if len(node.sign.char) > 1 else f"<mo>{char}</mo>"
    if node.sign.kind == Kind.BINARY and kind == Kind.ORDINARY:
        return f'<mo form="prefix">{char}</mo>'
    if node.sign.kind == Kind.ORDINARY and char != "′":
        return f"<mn>{char}</mn>" if char.isdigit() else f"<mi>{char}</mi>"
    stretchy = node.sign.kind in (Kind.OPENING, Kind.CLOSING)
    return f'<mo stretchy="false">{char}</mo>' if stretchy else f"<mo>{char}</mo>"


def _words(node: Words) -> str:
    text = escape(node.text)
    if node.style == "number":
        return f"<mn>{text}</mn>"
    if node.style == "text":
        return f"<mtext>{text.replace(' ', '&#xa0;')}</mtext>"
    upright = ' mathvariant="normal"' if len(node.text) == 1 else ""
    return f"<mi{upright}>{text}</mi>"


def _fraction(node: Fraction) -> str:
    inside = mathml(node.above) + mathml(node.below)
    if node.command == "frac":
        return f"<mfrac>{inside}</mfrac>"
    return f'<mrow><mo>(</mo><mfrac linethickness="0">{inside}</mfrac><mo>)</mo></mrow>'


def _root(node: Root) -> str:
    if node.index is None:
        return f"<msqrt>{mathml(node.body)}</msqrt>"
    return f"<mroot>{mathml(node.body)}{mathml(node.index)}</mroot>"


def _scripts(node: Scripts) -> str:
    base = mathml(node.base) or "<mrow></mrow>"
    limits = stacks_limits(node.base)
    if node.below is not None and node.above is not None:
        tag = "munderover" if limits else "msubsup"
        return f"<{tag}>{base}{mathml(node.below)}{mathml(node.above)}</{tag}>"
    script = node.below if node.above is None else node.above
    tag = (
        ("munder" if limits else "msub") if node.above is None else ("mover" if limits else "msup")
    )
    return f"<{tag}>{base}{mathml(script or Row(()))}</{tag}>"


def _fence(node: Fenced) -> str:
    grows = "true" if delimiter_level(node.parts) > 1 or len(node.parts) > 1 else "false"
    bar = f'<mo stretchy="true" fence="true">{_char(node.middle)}</mo>'
    inside = bar.join(mathml(part) for part in node.parts)
    left = _delimiter(node.left, "prefix", grows)
    return f"<mrow>{left}{inside}{_delimiter(node.right, 'postfix', grows)}</mrow>"


def _delimiter(command: str, form: str, grows: str) -> str:
    if command == ".":
        return ""
    return f'<mo form="{form}" fence="true" stretchy="{grows}">{_char(command)}</mo>'


def _char(command: str) -> str:
    return escape(SIGNS[command].char if command in SIGNS else command)


def _accented(node: Accented) -> str:
    if node.command in _ALPHABETS:
        return _lettered(node.body, _ALPHABETS[node.command])
    tag = "munder" if node.command.startswith("under") else "mover"
    mark = f'<mo stretchy="{str(node.command.startswith(("wide", "over", "under"))).lower()}">'
    return f'<{tag} accent="true">{mathml(node.body)}{mark}{_MARKS[node.command]}</mo></{tag}>'


def _lettered(body: Row, alphabet: tuple[str, ...]) -> str:
    """Letters of another alphabet by their own characters, as browsers want them."""
    out = ""
    for item in body.items:
        text = item.text if isinstance(item, Words) else ""
        text = item.sign.char if isinstance(item, Glyph) else text
        if not text:
            out += mathml(item)
            continue
        letters = "".join(_letter(letter, alphabet) for letter in text)
        upright = ' mathvariant="normal"' if len(letters) == 1 else ""
        out += f"<mi{upright}>{escape(letters)}</mi>"
    return f"<mrow>{out}</mrow>" if len(body.items) != 1 else out


def _letter(letter: str, alphabet: tuple[str, ...]) -> str:
    try:
        name = unicodedata.name(letter).replace("LATIN ", "").replace("GREEK ", "")
    except ValueError:
        return letter
    name = name.replace(" LETTER", "").replace("DIGIT ", "DIGIT ")
    for style in alphabet:
        for candidate in (f"MATHEMATICAL {style} {name}", f"{style} {name}"):
            try:
                return unicodedata.lookup(candidate)
            except KeyError:
                continue
    return letter


def _table(node: Table) -> str:
    rows = "".join(
        "<mtr>" + "".join(f"<mtd>{mathml(cell)}</mtd>" for cell in row) + "</mtr>"
        for row in node.rows
    )
    kind = node.environment if node.environment in ("cases", "stack") else "grid"
    table = f'<mtable class="{kind}">{rows}</mtable>'
    left, right = _AROUND.get(node.environment, ("", ""))
    return f"<mrow>{left}{table}{right}</mrow>"


_AROUND = {
    "cases": ('<mo form="prefix" fence="true" stretchy="true">{</mo>', ""),
    "pmatrix": ("<mo>(</mo>", "<mo>)</mo>"),
    "bmatrix": ("<mo>[</mo>", "<mo>]</mo>"),
    "vmatrix": ("<mo>|</mo>", "<mo>|</mo>"),
}
