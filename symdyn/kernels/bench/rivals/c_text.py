"""A loop in C around a formula, by SymPy's printer.

No text of a user gets there: symbols are renamed before, and what the printer writes may hold no
words but those of the loop and of math.h, and no signs but those of arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import sympy as sp
from sympy import Expr, Symbol
from sympy.printing.c import C99CodePrinter

from symdyn.errors import UnsupportedError

NAME = "loop"
_SIGNS = re.compile(r"[\w\s.+\-*/(),<>=!?:&|]*")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_WORDS = frozenset("fabs fmod pow sqrt cbrt exp log fmin fmax INFINITY NAN HUGE_VAL".split())

_LOOP = """\
#include <math.h>
#include <stddef.h>

void {name}(ptrdiff_t n, {parameters})
{{
    for (ptrdiff_t i = 0; i < n; i++) {{
        {lines}
    }}
}}
"""


def c_text(results: Sequence[Expr], args: Sequence[Symbol]) -> str:
    """The text of a function of a length, of columns and of places for results.

    >>> x = Symbol("x0")
    >>> "y0[i] = M_PI*pow(x0, 2);" in c_text([sp.pi * x**2], [x])
    True

    Raises UnsupportedError for what the printer cannot write.
    """
    repeated, formulas = sp.cse(results, sp.numbered_symbols("t", real=True))
    lines = [f"const double {symbol} = c{symbol}[i];" for symbol in args]
    names = {symbol.name for symbol in args} | {symbol.name for symbol, _ in repeated}
    targets = [(f"const double {symbol}", expr) for symbol, expr in repeated]
    targets += [(f"y{k}[i]", expr) for k, expr in enumerate(formulas)]
    lines += [f"{target} = {_printed(expr, names)};" for target, expr in targets]
    columns = [f"const double *restrict c{symbol}" for symbol in args]
    places = [f"double *restrict y{k}" for k in range(len(results))]
    body = "\n".join(lines).replace("\n", "\n        ")
    return _LOOP.format(name=NAME, parameters=", ".join([*columns, *places]), lines=body)


def _printed(expr: Expr, names: AbstractSet[str]) -> str:
    """An expression in C; constants that math.h does not have are numbers there."""
    printer = C99CodePrinter({"human": False, "strict": False})
    others = expr.atoms(sp.NumberSymbol) - set(printer.math_macros)
    constants = {number: sp.Float(number, precision=53) for number in others}
    _, unknown, text = printer.doprint(expr.xreplace(constants))
    foreign = {str(part.func) for part in unknown} | _foreign(text, names | _words(printer))
    words = sorted(foreign | ({symbol.name for symbol in expr.atoms(Symbol)} - names))
    if words or not _SIGNS.fullmatch(text):
        raise UnsupportedError(f"C has no {', '.join(words) or 'text for this'}"[:90])
    return text


def _words(printer: C99CodePrinter) -> set[str]:
    """Functions of math.h that the printer knows, and constants of it."""
    plain = {name for name in printer.known_functions.values() if isinstance(name, str)}
    return plain | set(printer.math_macros.values()) | _WORDS


def _foreign(text: str, known: AbstractSet[str]) -> set[str]:
    return set(_WORD.findall(text)) - known
