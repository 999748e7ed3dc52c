"""The characters, words and numbers that a typed formula may be spelt with.

Text is looked at here before Python's parser sees it: its length, its brackets, its characters, and
the size of its numbers. A refusal is one line: what it is, the piece in question, the way out.
"""

from __future__ import annotations

import ast
import re
from keyword import iskeyword

from symdyn.errors import InputError
from symdyn.proof.vocabulary import INSTEAD

MOST_CHARACTERS = 10_000
MOST_DEPTH = 60
MOST_DIGITS = 1_000
MOST_DECIMAL_EXPONENT = 308


def refuse(what: str, piece: ast.AST | str, way_out: str) -> InputError:
    """The error for a piece of text that cannot be used."""
    return InputError(f"{what}: {shown(piece)}; {way_out}")


def shown(piece: ast.AST | str) -> str:
    """A piece of the input, short enough for a message of one line."""
    if isinstance(piece, ast.AST):
        try:
            piece = ast.unparse(piece)
        except (RecursionError, ValueError):
            piece = "this part"
    words = " ".join(piece.split())
    return words if len(words) <= 60 else words[:40] + " ... " + words[-12:]


_CHARACTERS = (
    ("^", "use ** for powers"),
    ("'", "strings are not part of a formula; a derivative is diff(f, x)"),
    ('"', "strings are not part of a formula"),
    ("[", "subscripts are not part of a formula; write x_1 or x1"),
    ("]", "subscripts are not part of a formula; write x_1 or x1"),
    ("{", "write round brackets"),
    ("}", "write round brackets"),
    ("#", "comments are not part of a formula"),
    ("\\", "write the plain name, as in sqrt(x)"),
    ("`", "write the formula without quotes"),
    (";", "check one identity at a time"),
    ("@", "write * for products"),
    ("//", "write floor(a/b)"),
    ("%", "write Mod(a, b)"),
    ("|", "write Abs(x) for the absolute value"),
    ("~", "write -x"),
    (":=", "write = between the two sides"),
    ("\u2212", "write - for minus"),
    ("\u00b7", "write * for products"),
    ("\u00d7", "write * for products"),
    ("\u221a", "write sqrt(x)"),
    ("\u221e", "write oo"),
    ("\u2264", "write <="),
    ("\u2265", "write >="),
    ("\u2260", "write !="),
)
_FACTORIAL = re.compile(r"!(?!=)")
_KEYWORD_HINTS = {"lambda": "use lam", "is": "use =", "not": "write the condition the other way"}
_WORD = re.compile(r"(?<!\w)[^\W\d]\w*")
_NUMBER = re.compile(r"(?<![\w.])(?:\d[\w.]*|\.\d[\w.]*)(?:(?<=[eE])[+-]\d\w*)?")
_DECIMAL = re.compile(r"(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?")


def check_spelling(text: str, role: str) -> str:
    """The text, if its length, characters, words and numbers are those of a formula."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"{role} has {len(text)} characters; at most {MOST_CHARACTERS} are read: "
            "check it in parts"
        )
    if not text.isprintable() and (
        odd := [c for c in text if not (c.isprintable() or c.isspace())]
    ):
        raise refuse("not a character of a formula", repr(odd[0]), "remove it")
    for character, way_out in _CHARACTERS:
        if character in text:
            raise refuse("not part of a formula", character, way_out)
    if _FACTORIAL.search(text):
        raise refuse("not part of a formula", "!", "write factorial(n)")
    for word in _WORD.findall(text):
        _word(word)
    for number in _NUMBER.findall(text):
        _number(number)
    _brackets(text)
    return text


def _word(word: str) -> None:
    if iskeyword(word) and word not in ("in", "and", "True"):
        hint = _KEYWORD_HINTS.get(word, "it is a word of Python; use another name")
        raise refuse("not a name", word, hint)
    if word.startswith("_") or "__" in word:
        raise refuse("not a name", word, "names begin with a letter and have no double underscore")
    if word in ("\u03c0", "inf", "infinity"):
        raise refuse("not a name here", word, f"write {INSTEAD[word]}")
    if word in ("nan", "zoo"):
        raise refuse("not a number", word, "write an expression with a finite value")


def _number(text: str) -> None:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise refuse("not a number", text, "write products with *, as in 2*x, and digits plainly")
    whole, fraction, exponent = match.groups()
    if len(whole) + len(fraction) > MOST_DIGITS:
        raise refuse(f"a number of more than {MOST_DIGITS} digits", text, "write it as a power")
    if exponent and (len(exponent) > 9 or abs(int(exponent)) > MOST_DECIMAL_EXPONENT):
        raise refuse(
            f"a decimal exponent beyond {MOST_DECIMAL_EXPONENT}", text, "write it as 10**n"
        )


def _brackets(text: str) -> None:
    """Python would take `x) + (y` inside brackets of our own for a formula: count them here."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise refuse("a bracket is closed that was not opened", text, "remove it")
        if depth > MOST_DEPTH:
            raise refuse(f"brackets deeper than {MOST_DEPTH}", text, "name the parts apart")
    if depth:
        raise refuse("a bracket is not closed", text, "close it")
