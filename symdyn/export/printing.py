r"""SymPy objects, and whatever has `_latex`, as formula trees.

The printer is SymPy's with these changes: products carry a mark at which a line may break, a
symbol whose name is a word is set upright (SymPy takes `local` for a calligraphic `lo`), `w_star`
carries a star, the angle of two vectors is a theta with both as subscripts, arccos is spelt so, the
constants e and i are upright (a symbol of that name is not), and the Heaviside function is `step`.
No mathematics is done: an expression is printed as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import Basic, MatrixBase, S, multiplicity
from sympy.printing.conventions import split_super_sub
from sympy.printing.latex import LatexPrinter, greek_letters_set, modifier_dict, translate
from sympy.printing.precedence import PRECEDENCE

from symdyn.calculus.invariants import angle_names, inner_names, length_name
from symdyn.export.formula_tree import Row, UnreadableFormula, Words, read_formula
from symdyn.export.signs import SIGNS

_STARRED = {"star": "*", "plus": "+", "minus": "-", "prime": r"\prime", "dagger": r"\dagger"}
_BY_CHAR = {sign.char: sign.command for sign in SIGNS.values() if not sign.char.isascii()}


class FormulaPrinter(LatexPrinter):
    """SymPy's LaTeX printer with symdyn's conventions."""

    def __init__(self) -> None:
        super().__init__({"inv_trig_style": "full", "imaginary_unit": "ri"})
        self._settings["mul_symbol_latex"] = r" \* "
        self._settings["mul_symbol_latex_numbers"] = r" \cdot "

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        return _invariant_tex(expr) or symbol_tex(expr.name)

    _print_RandomSymbol = _print_Symbol

    def _print_Dummy(self, expr: Any) -> str:
        return symbol_tex(expr.name)

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if expr is S.Exp1:  # SymPy's printer does not ask for a method of its own
            return r"\mathrm{e}"
        return super()._print(expr, **kwargs)

    def _print_ExpBase(self, expr: Any, exp: str | None = None) -> str:
        return self._do_exponent(rf"\mathrm{{e}}^{{{self._print(expr.args[0])}}}", exp)

    def parenthesize_super(self, s: str) -> str:
        """Brackets around a base only where it carries a superscript itself."""
        own = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "", s)
        delimited = s.startswith((r"\lVert", r"\langle"))
        return super().parenthesize_super(s) if "^" in own and not delimited else s

    def _print_Rational(self, expr: Any) -> str:
        return _decimal(expr) or super()._print_Rational(expr)

    def _print_Mul(self, expr: Any) -> str:
        factor, rest = expr.as_coeff_Mul()
        decimal = _decimal(factor) if factor.is_Rational else ""
        if not decimal:
            return super()._print_Mul(expr)
        other = self.parenthesize(rest, PRECEDENCE["Mul"])
        return decimal + (r" \cdot " if other[:1].isdigit() else r" \* ") + other

    def _print_Heaviside(self, expr: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return f"\\operatorname{{step}}{power}\\left({self._print(expr.args[0])}\\right)"


def formula(value: Any) -> Row:
    r"""The tree of a value: an expression, a matrix, a mapping, anything with `_latex`, or text.

    >>> from sympy import Symbol
    >>> from symdyn.export.tex_writer import tex
    >>> tex(formula(Symbol("loss")**2)), tex(formula(Symbol("w_star")))
    ('\\mathrm{loss}^{2}', 'w^{*}')
    """
    if not (isinstance(value, Basic) or hasattr(value, "_latex")):
        return _read(value)
    try:
        return _remembered(value)
    except TypeError:  # it cannot be hashed
        return _read(value)


@lru_cache(maxsize=4096)
def _remembered(value: Any) -> Row:
    return _read(value)


def _read(value: Any) -> Row:
    try:
        return read_formula(FormulaPrinter().doprint(_printable(value)))
    except Exception:  # a printer of SymPy or of an author may raise anything: text is shown then
        return Row((Words(str(value), "text"),))


def _printable(value: Any) -> Any:
    """What the printer can take: mappings that print nothing of their own become dictionaries."""
    if isinstance(value, str):
        return _Quoted(value)
    if isinstance(value, (Basic, MatrixBase)) or hasattr(value, "_latex"):
        return value
    if isinstance(value, Mapping):
        return {key: _printable(value[key]) for key in value}
    if isinstance(value, (tuple, list)):
        return type(value)([_printable(entry) for entry in value])
    return value if isinstance(value, (int, float, complex, bool)) else _Quoted(str(value))


class _Quoted:
    """Text within a formula."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _latex(self, printer: Any) -> str:
        return _quoted(self.text)


def _quoted(text: str) -> str:
    clean = text.replace("\\", "∖")
    return "\\text{" + re.sub(r"([_%#&${}])", r"\\\1", clean) + "}"


@lru_cache(maxsize=4096)
def symbol_tex(name: str) -> str:
    r"""LaTeX of a symbol's name.

    >>> symbol_tex("theta_c"), symbol_tex("q12"), symbol_tex("local"), symbol_tex("xbar_new")
    ('\\theta_{c}', 'q_{12}', '\\mathrm{local}', '\\bar{x}_{\\mathrm{new}}')
    """
    if re.search(r"[\\{}^$]", name):
        return _verbatim(name)
    if not re.fullmatch(r"[A-Za-z0-9_'\u0370-\u03ff\u1f00-\u1fff]+", name) or name.strip("_") == "":
        return _BY_CHAR.get(name) or _quoted(name)
    primes = len(name) - len(name.rstrip("'"))
    base, supers, subs = split_super_sub(name.rstrip("'").strip("_"))
    stars = [_STARRED[part] for part in subs if part in _STARRED]
    below = ",".join(_word(part) for part in subs if part not in _STARRED)
    above = ",".join(_word(part) for part in supers) + "".join(stars) + r" \prime" * primes
    return _word(base) + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


def _decimal(number: Any) -> str:
    """A long fraction as the decimal number that it is exactly; empty for all others.

    >>> from sympy import Rational
    >>> _decimal(Rational(-123456789012, 10**11)), _decimal(Rational(1, 8))
    ('-1.23456789012', '')
    """
    if len(str(number.q)) < 10:
        return ""
    twos, fives = multiplicity(2, number.q), multiplicity(5, number.q)
    if number.q != 2**twos * 5**fives or max(twos, fives) > 200:
        return ""
    places = max(twos, fives)
    digits = str(abs(number.p) * 10**places // number.q).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _invariant_tex(symbol: Any) -> str:
    """LaTeX of the inner products, lengths and angles of vectors; empty for other symbols."""
    if names := inner_names(symbol):
        return rf"\langle {symbol_tex(names[0])}, {symbol_tex(names[1])} \rangle"
    if name := length_name(symbol):
        return rf"\lVert {symbol_tex(name)} \rVert"
    if names := angle_names(symbol):
        return rf"\theta_{{{symbol_tex(names[0])}, {symbol_tex(names[1])}}}"
    return ""


def _verbatim(name: str) -> str:
    try:
        read_formula(name)
    except UnreadableFormula:
        return _quoted(name)
    return name


def _word(name: str) -> str:
    """A letter, a Greek letter, one of them with an accent, or an upright word."""
    if name in _BY_CHAR:
        return _BY_CHAR[name]
    if len(name) <= 1 or name.isdigit():
        return name
    if _is_letter(name):
        return translate(name)
    for accent in sorted(modifier_dict, key=len, reverse=True):
        stem = name.removesuffix(accent)
        if stem != name and accent not in ("abs", "norm", "avg") and _is_letter(stem):
            return translate(name)
    return _quoted(name) if not name.isascii() else f"\\mathrm{{{name}}}"


def _is_letter(name: str) -> bool:
    return len(name) == 1 or name in ("lamda",) or name.lower() in greek_letters_set
