"""Programs as LaTeX: shared values get names, the outputs come last.

    t_1 = \\sqrt{x + 1},  f = \\frac{1}{t_1 + \\sqrt{x}}

A value that is used once stands where it is used; one that is used more often is written once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sympy import Expr, Symbol, latex

from symdyn.kernels.backends.formula import value_of
from symdyn.kernels.graph import Program

SMALL = ("input", "const", "neg", "lt", "le", "eq", "ne", "and", "or", "not")


def lines(program: Program, outputs: Sequence[str] = ()) -> tuple[tuple[str, Expr], ...]:
    """Names and expressions, one for every shared value and one for every output."""
    uses = Counter(k for node in program.nodes for k in node.args) + Counter(program.outputs)
    found: list[tuple[str, Expr]] = []
    values: list[Any] = []
    for k, node in enumerate(program.nodes):
        value = value_of(node, [values[j] for j in node.args], program)
        if uses[k] > 1 and node.op not in SMALL:
            name = f"t_{{{len(found) + 1}}}"
            found.append((name, value))
            value = Symbol(name, real=True)
        values.append(value)
    names = outputs or _names(len(program.outputs))
    return (*found, *zip(names, (values[k] for k in program.outputs), strict=True))


def _names(count: int) -> tuple[str, ...]:
    return ("f",) if count == 1 else tuple(f"f_{{{k + 1}}}" for k in range(count))


def text(program: Program, outputs: Sequence[str] = ()) -> str:
    """The program as one aligned block.

    >>> from sympy import sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> print(text(build(sqrt(x + 1), [x])))
    \\begin{aligned}
    f &= \\sqrt{x + 1}
    \\end{aligned}
    """
    rows = (f"{name} &= {latex(expr)}" for name, expr in lines(program, outputs))
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"
