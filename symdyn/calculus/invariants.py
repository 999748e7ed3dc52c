"""Names of the inner products, lengths and angles of named vectors.

A quantity that does not change when all vectors are rotated together is a function of their inner
products, the entries of the Gram matrix. Each entry is a plain SymPy symbol whose name says which
vectors it belongs to, so that nothing has to be remembered beside the expression:

    <w, v>         inner product, real; <w, w> is positive, since vectors are not 0 here
    |w|            length, positive: |w|^2 = <w, w>
    angle(w, v)    angle between two vectors, positive and at most pi

This module makes and reads such symbols and writes one kind with the other; it knows no vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sympy import Basic, Expr, Symbol, acos, cos, latex, sqrt

from symdyn.errors import InputError

_INNER = re.compile(r"<(?P<one>[A-Za-z][\w']*), (?P<two>[A-Za-z][\w']*)>\Z")
_LENGTH = re.compile(r"\|(?P<one>[A-Za-z][\w']*)\|\Z")
_ANGLE = re.compile(r"angle\((?P<one>[A-Za-z][\w']*), (?P<two>[A-Za-z][\w']*)\)\Z")
_NAME = re.compile(r"[A-Za-z][\w']*\Z")


def check_vector_name(name: str) -> None:
    """Refuse a name from which the symbols of inner products could not be read back."""
    if not _NAME.match(name):
        raise InputError(
            f"{name!r} cannot name a vector: use letters, digits, _ and ', "
            "for example Vector('w_star')"
        )


def inner_symbol(one: str, two: str) -> Symbol:
    """Inner product of the vectors of two names; the order does not matter.

    >>> inner_symbol("w", "v"), inner_symbol("w", "v") == inner_symbol("v", "w")
    (<v, w>, True)
    """
    first, second = sorted((one, two))
    if first == second:
        return Symbol(f"<{first}, {first}>", positive=True)
    return Symbol(f"<{first}, {second}>", real=True)


def length_symbol(name: str) -> Symbol:
    """Length of the vector of that name."""
    return Symbol(f"|{name}|", positive=True)


def angle_symbol(one: str, two: str) -> Symbol:
    """Angle between the vectors of two different names; the order does not matter."""
    first, second = sorted((one, two))
    return Symbol(f"angle({first}, {second})", positive=True)


def inner_names(symbol: Basic) -> tuple[str, str] | None:
    """Names of the two vectors whose inner product a symbol is, or None.

    >>> inner_names(inner_symbol("w", "v")), inner_names(Symbol("x"))
    (('v', 'w'), None)
    """
    return _pair(_INNER, symbol)


def length_name(symbol: Basic) -> str | None:
    """Name of the vector whose length a symbol is, or None."""
    found = _LENGTH.match(symbol.name) if isinstance(symbol, Symbol) else None
    return found["one"] if found else None


def angle_names(symbol: Basic) -> tuple[str, str] | None:
    """Names of the two vectors whose angle a symbol is, or None."""
    return _pair(_ANGLE, symbol)


def _pair(pattern: re.Pattern[str], symbol: Basic) -> tuple[str, str] | None:
    found = pattern.match(symbol.name) if isinstance(symbol, Symbol) else None
    return (found["one"], found["two"]) if found else None


def inner_products(scalar: Expr) -> list[tuple[Symbol, tuple[str, str]]]:
    """The inner products in a scalar, each with the names of its vectors, in a fixed order."""
    symbols = [s for s in scalar.free_symbols if isinstance(s, Symbol)]
    found = [(s, names) for s in symbols if (names := inner_names(s))]
    return sorted(found, key=lambda item: item[1])


def in_inner_products(scalar: Expr, *, only: set[str] | None = None) -> Expr:
    """Write lengths and angles with inner products (of the vectors named in `only`, if given).

    >>> in_inner_products(length_symbol("w")**2)
    <w, w>
    """
    values: dict[Expr, Expr] = {}
    for symbol in scalar.free_symbols:
        if (name := length_name(symbol)) and _wanted((name,), only):
            values[symbol] = sqrt(inner_symbol(name, name))
        elif (names := angle_names(symbol)) and _wanted(names, only):
            squares = inner_symbol(names[0], names[0]) * inner_symbol(names[1], names[1])
            values[symbol] = acos(inner_symbol(*names) / sqrt(squares))
    return scalar.xreplace(values)


def in_lengths_and_angles(scalar: Expr) -> Expr:
    """Write inner products with lengths and angles: <w, v> = |w| |v| cos(angle(w, v)).

    >>> in_lengths_and_angles(inner_symbol("w", "v"))
    |v|*|w|*cos(angle(v, w))
    """
    values = {}
    for symbol, (one, two) in inner_products(scalar):
        lengths = length_symbol(one) * length_symbol(two)
        values[symbol] = lengths * (1 if one == two else cos(angle_symbol(one, two)))
    return scalar.xreplace(values)


def in_one_language(
    pairs: Iterable[tuple[str, Expr, Expr]],
) -> tuple[tuple[str, Expr, Expr], ...]:
    """Named equalities, all with lengths and angles as soon as one side uses them."""
    given = tuple(pairs)
    symbols = {s for _, left, right in given for s in (left.free_symbols | right.free_symbols)}
    if not any(length_name(s) or angle_names(s) for s in symbols):
        return given
    return tuple(
        (name, in_lengths_and_angles(left), in_lengths_and_angles(right))
        for name, left, right in given
    )


def _wanted(names: tuple[str, ...], only: set[str] | None) -> bool:
    return only is None or bool(only & set(names))


def invariant_latex(symbols: Iterable[Basic]) -> dict[Symbol, str]:
    """How the symbols made here are set in LaTeX; others are left out.

    >>> invariant_latex([inner_symbol("w", "w_star"), Symbol("x")])
    {<w, w_star>: '\\\\langle w, w^{*}\\\\rangle'}
    """
    texts = {s: _latex_of(s) for s in symbols if isinstance(s, Symbol)}
    return {symbol: text for symbol, text in texts.items() if text}


def name_latex(name: str) -> str:
    """A vector's name in LaTeX; `_star` becomes a superscript.

    >>> name_latex("w_1"), name_latex("w_star")
    ('w_{1}', 'w^{*}')
    """
    stem, star, rest = name.partition("_star")
    return latex(Symbol(stem)) + ("^{*}" + rest if star else "")


def _latex_of(symbol: Symbol) -> str:
    if names := inner_names(symbol):
        return rf"\langle {name_latex(names[0])}, {name_latex(names[1])}\rangle"
    if name := length_name(symbol):
        return rf"\lVert {name_latex(name)}\rVert"
    if names := angle_names(symbol):
        return rf"\angle({name_latex(names[0])}, {name_latex(names[1])})"
    return ""
