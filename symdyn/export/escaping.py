r"""Plain text as LaTeX: every character is escaped, spelled out, or named by its number.

The result is ASCII and needs no package beyond amsmath and amssymb. Accented letters become accent
commands, Greek letters and mathematical signs become formulas, `->` and `<=` become arrows and
signs; what is left (other scripts) is shown as its code point, so that nothing is lost silently and
everything compiles.

    strip of text          in LaTeX
    50 % of a_b            50 \% of a\_b
    Poincare with accent   Poincar\'{e}
"""

from __future__ import annotations

import re
import unicodedata

from symdyn.export.signs import SIGNS

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "~": r"$\sim$",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    '"': "''",
    "\u200b": r"\allowbreak{}",
}
_LETTERS = {
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "å": r"\aa{}",
    "Å": r"\AA{}",
    "ı": r"\i{}",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "§": r"\S{}",
    "¶": r"\P{}",
    "©": r"\copyright{}",
    "…": r"\ldots{}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "„": ",,",
    "«": "$\\ll$",
    "»": "$\\gg$",
    "¿": "?`",
    "¡": "!`",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2010": "-",
    "\u2011": "-",
    "·": r"$\cdot$",
    "°": r"$^\circ$",
    "½": r"$\frac12$",
    "¼": r"$\frac14$",
    "¾": r"$\frac34$",
    "√": r"$\sqrt{\ }$",
    "µ": r"$\mu$",
    "ϑ": r"$\vartheta$",
    "†": r"\dag{}",
    "‡": r"\ddag{}",
    "−": "$-$",
    "′": "$'$",
    "•": r"$\bullet$",
}
_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0323\u0331",
        "` ' ^ ~ = u . \" r H v c d b".split(),
        strict=True,
    )
)
# Sequences first: longest match wins.
_SEQUENCES = {
    "<->": r"$\leftrightarrow$",
    "<=>": r"$\Leftrightarrow$",
    "|->": r"$\mapsto$",
    "->": r"$\to$",
    "=>": r"$\Rightarrow$",
    "<=": r"$\le$",
    ">=": r"$\ge$",
    "!=": r"$\ne$",
    "+-": r"$\pm$",
}
_UNICODE = dict(zip(_SEQUENCES, "↔ ⇔ ↦ → ⇒ ≤ ≥ ≠ ±".split(), strict=True))
_ARROW = re.compile("|".join(map(re.escape, _SEQUENCES)))
_SIGNS = {sign.char: sign.command for sign in reversed(SIGNS.values()) if not sign.char.isascii()}
_SIGNS |= {"φ": r"\varphi", "ϕ": r"\phi", "ε": r"\varepsilon", "‖": r"\|"}
_PIECE = re.compile("|".join(map(re.escape, _SEQUENCES)) + r"|\"[^\"]*\"|.", re.DOTALL)
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₘₜₓ", "0123456789+-ijknmtx", strict=True))
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵀ", "0123456789+-niT", strict=True))


# In typewriter type these have glyphs of their own.
_IN_CODE = {c: c for c in "<>|"} | {c: f"\\char{ord(c)}{{}}" for c in '\\{}^~_"'}


def escape_tex(text: str) -> str:
    r"""Text as LaTeX text.

    >>> escape_tex("50 % of a_b -> 0, after Poincaré")
    "50 \\% of a\\_b $\\to$ 0, after Poincar\\'{e}"
    """
    text = _with_breaks(unicodedata.normalize("NFC", text))
    return "".join(_piece(piece) for piece in _PIECE.findall(text))


def with_signs(text: str) -> str:
    """Text in which arrows and relations typed in ASCII are the signs that they stand for.

    >>> with_signs("a -> b, u <= 1")
    'a → b, u ≤ 1'
    """
    return _ARROW.sub(lambda found: _UNICODE[found.group()], text)


def escape_code(text: str) -> str:
    r"""Text as LaTeX for typewriter type, in which every character stays what it is.

    >>> escape_code("a->b_c")
    'a->b\\char95{}c'
    """
    text = _with_breaks(unicodedata.normalize("NFC", text))
    return "".join(_IN_CODE.get(character) or _character(character) for character in text)


def _piece(piece: str) -> str:
    if piece in _SEQUENCES:
        return _SEQUENCES[piece]
    if len(piece) > 1:  # a quotation
        return "``" + escape_tex(piece[1:-1]) + "''"
    return _character(piece)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _LETTERS:
        return _LETTERS[character]
    if character.isascii():
        return character if character.isprintable() or character in "\n\t" else " "
    if character in _SIGNS:
        return f"${_SIGNS[character]}$"
    if character in _SUBSCRIPTS:
        return f"$_{{{_SUBSCRIPTS[character]}}}$"
    if character in _SUPERSCRIPTS:
        return f"$^{{{_SUPERSCRIPTS[character]}}}$"
    return _decomposed(character)


def _decomposed(character: str) -> str:
    """A letter with its accents; a look-alike; the number of the character."""
    base, *marks = unicodedata.normalize("NFD", character)
    if base.isascii() and marks and all(mark in _ACCENTS for mark in marks):
        written = {"i": r"\i{}", "j": r"\j{}"}.get(base, base) if _above(marks) else base
        for mark in marks:
            written = f"\\{_ACCENTS[mark]}{{{written}}}"
        return written
    plain = unicodedata.normalize("NFKD", character)
    if plain != character and plain.isascii():
        return "".join(_character(part) for part in plain)
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    return f"\\texttt{{U+{ord(character):04X}}}"


def _above(marks: list[str]) -> bool:
    return not {"\u0327", "\u0323", "\u0331"} & set(marks)


def _with_breaks(text: str) -> str:
    """Allow a line break (a space of no width) within words that are too long for a line."""
    return re.sub(r"\S{24,}", lambda word: _LONG_WORD.sub("\\g<0>\u200b", word.group()), text)


_LONG_WORD = re.compile(r"[_/.,(:*]+(?![_/.,(:*)>=])|[^_/.,(:*>=<-]{16}")
