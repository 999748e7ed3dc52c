"""Programs as Python source that Numba compiles: straight-line code, one line a node.

Names are made here (x0, x1 for inputs, v7 for node 7, v7h and v7l for a pair); no text of a user
ever becomes code. A node of type pair or compensated calls the function of its operation; doubles
that it takes are widened. What a double operation takes is rounded: a pair to its high word.
Elementary functions of doubles are those that a module brings with it, not the C library's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Rational

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.compensated_source import BINARY, UNARY
from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.arithmetic.definitions import MIXED, definitions
from symdyn.kernels.arithmetic.inside import CONDITIONS, INSIDE, condition
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import COMPENSATED, PAIR, QUICK, WIDE

COMPARISONS = ("lt", "le", "eq", "ne")

# How an operation on doubles is written. What is neither here nor in OWN is math.<name>.
WRITTEN: dict[str, str] = {
    "add": "{0} + {1}",
    "sub": "{0} - {1}",
    "mul": "{0}*{1}",
    "div": "{0}/{1}",
    "neg": "-{0}",
    "fma": "fma({0}, {1}, {2})",
    "mod": "{0} % {1}",
    "abs": "abs({0})",
    "sign": "np.sign({0})",
    "min": "choose(({0} < {1}) | ({0} != {0}), {0}, {1})",
    "max": "choose(({0} > {1}) | ({0} != {0}), {0}, {1})",
    "floor": "np.floor({0})",
    "ceil": "np.ceil({0})",
    "select": "choose({0}, {1}, {2})",
    "exponent": "exponent({0})",
    "mantissa": "mantissa({0})",
    "lt": "{0} < {1}",
    "le": "{0} <= {1}",
    "eq": "{0} == {1}",
    "ne": "{0} != {1}",
    "and": "{0} & {1}",
    "or": "{0} | {1}",
    "not": "not {0}",
    "high": "{0}",
    "sqrt_cubed": "{0}*math.sqrt({0})",
}
FEW = 4  # entries of a table that are chosen from; more are looked up
OWN = {name: f"double_{name}" for name in (*UNARY, *BINARY)}
RUNTIME = {  # written by functions that a module must define
    "fma": "fma",
    "exponent": "exponent",
    "mantissa": "mantissa",
    "select": "choose",
    "min": "choose",
    "max": "choose",
}


@dataclass
class Printed:
    """The lines of a program, what they return, the runtime functions and the tables they need."""

    lines: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    tables: dict[str, tuple[float, ...]] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)


def printed(
    program: Program, tables: Mapping[str, tuple[float, ...]] | None = None, *, inside: bool = False
) -> Printed:
    """Straight-line code of a program whose inputs are the doubles x0, x1, ...

    `tables` are those that the module has already, by their names. `inside` takes the forms of
    functions that are meant for ordinary arguments, and notes the `conditions` for that.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("os.abort()")
    >>> printed(build(sqrt(x + 1), [x])).lines
    ['v2 = x0 + 1.0', 'v3 = math.sqrt(v2)']

    Raises UnsupportedError for a pair node whose operation has no pair function.
    """
    writer = _Writer(program, Printed(tables=dict(tables or {})), inside)
    for k, node in enumerate(program.nodes):
        writer.write(k, node)
    writer.out.results = [writer.rounded(k) for k in program.outputs]
    return writer.out


@dataclass
class _Writer:
    program: Program
    out: Printed
    inside: bool = False

    def write(self, k: int, node: Node) -> None:
        if node.op in ("input", "const"):
            return
        if node.op == "entry":
            self._entry(k, node)
        elif node.type in WIDE and node.op == "fma":
            self._product_and_sum(k, node)
        elif node.type in WIDE:
            self.out.lines.append(f"v{k}h, v{k}l = {self._wide(node.op, node.type, node.args)}")
        else:
            self.out.lines.append(f"v{k} = {self._double(node)}")

    def _product_and_sum(self, k: int, node: Node) -> None:
        """A product of doubles needs less than one of pairs."""
        product = self._wide("mul", node.type, node.args[:2])
        last = node.args[2]
        kind = f"p{'p' if self._is_wide(last) else 'f'}"
        term = self.widened(last) if self._is_wide(last) else self.rounded(last)
        total = self._call(f"{WIDE[node.type]}_add_{kind}", [f"v{k}h, v{k}l", term])
        self.out.lines += [f"v{k}h, v{k}l = {product}", f"v{k}h, v{k}l = {total}"]

    def _entry(self, k: int, node: Node) -> None:
        """One line for each word; a pair has two tables."""
        place = self.rounded(node.args[0])
        parts = ("h", "l") if node.type in WIDE else ("",)
        rows = [words(value, len(parts)) for value in node.value]  # type: ignore[union-attr]
        for part, column in zip(parts, zip(*rows, strict=True), strict=True):
            self.out.lines.append(f"v{k}{part} = {self._looked_up(column, place)}")

    def _looked_up(self, column: tuple[float, ...], place: str) -> str:
        if len(column) > FEW:
            known = (name for name, other in self.out.tables.items() if other == column)
            name = next(known, f"TABLE_{len(self.out.tables)}")
            self.out.tables[name] = column
            self.out.calls.add("row")
            return f"{name}[row({place}, {len(column) - 1}.0)]"
        self.out.calls.add("choose")
        text = literal(column[-1])
        for k in range(len(column) - 2, -1, -1):
            if len(set(column[k:])) > 1:
                text = f"choose({place} < {k + 1}.0, {literal(column[k])}, {text})"
        return text

    def rounded(self, k: int) -> str:
        """A node as a double, or as a truth value."""
        node = self.program.nodes[k]
        if node.op == "input":
            return f"x{node.value}"
        if node.op == "const":
            return literal(words(node.value, 1)[0])  # type: ignore[arg-type]
        if node.type == COMPENSATED:
            return self._call("settled_double", [f"v{k}h, v{k}l"])
        return f"v{k}h" if node.type in WIDE else f"v{k}"

    def widened(self, k: int) -> str:
        """A node as two doubles."""
        node = self.program.nodes[k]
        if node.op == "const":
            high, low = words(node.value, 2)  # type: ignore[arg-type]
            return f"{literal(high)}, {literal(low)}"
        return f"v{k}h, v{k}l" if node.type in WIDE else f"{self.rounded(k)}, 0.0"

    def _first(self, k: int) -> str:
        """The first word of a node."""
        return f"v{k}h" if self.program.nodes[k].type in WIDE else self.rounded(k)

    def _is_wide(self, k: int) -> bool:
        node = self.program.nodes[k]
        if node.op == "const":
            return words(node.value, 2)[1] != 0.0  # type: ignore[arg-type]
        return node.type in WIDE

    def _double(self, node: Node) -> str:
        if node.op == "low":
            return self.widened(node.args[0]).rpartition(", ")[2]
        if node.op == "rounded":
            return " + ".join(self.widened(node.args[0]).split(", "))
        if node.op in COMPARISONS and PAIR in {self.program.nodes[k].type for k in node.args}:
            return self._call(f"pair_{node.op}", [self.widened(k) for k in node.args])
        if node.type == QUICK:
            return self._quick(node)
        if node.op in OWN:
            return self._call(OWN[node.op], [self.rounded(k) for k in node.args])
        if node.op in RUNTIME:
            self.out.calls.add(RUNTIME[node.op])
        pattern = WRITTEN.get(node.op)
        arguments = [self.rounded(k) for k in node.args]
        return pattern.format(*arguments) if pattern else f"math.{node.op}({', '.join(arguments)})"

    def _quick(self, node: Node) -> str:
        argument = node.args[0]
        if self._is_wide(argument):
            return self._call(f"quick_{node.op}_p", [self.widened(argument)], self._first(argument))
        return self._call(f"quick_{node.op}", [self.rounded(argument)])

    def _wide(self, op: str, type: str, args: Sequence[int]) -> str:
        arithmetic = WIDE[type]
        if op in MIXED:
            kinds = "".join("p" if self._is_wide(k) else "f" for k in args)
            parts = [self.widened(k) if self._is_wide(k) else self.rounded(k) for k in args]
            return self._call(f"{arithmetic}_{op}_{kinds}", parts)
        if op == "pow" and type == COMPENSATED:
            return self._call("comp_root", [self.widened(args[0]), str(self._degree(args[1]))])
        if op == "ldexp":
            return self._call("scaled", [self.widened(args[0]), self.rounded(args[1])])
        single = {"select": (0,), "copysign": (1,)}.get(op, ())
        parts = [
            self.rounded(k) if place in single else self.widened(k) for place, k in enumerate(args)
        ]
        return self._call(f"{arithmetic}_{op}", parts, self._first(args[0]))

    def _degree(self, exponent: int) -> int:
        """n of an exponent 1/n: of powers only roots are computed with a correction."""
        value: Any = self.program.nodes[exponent].value
        if isinstance(value, Rational) and value.p == 1:
            return int(value.q)
        raise UnsupportedError(f"no compensated power with the exponent {value}")

    def _call(self, name: str, parts: Sequence[str], first: str = "") -> str:
        """A call; `first` is the first word of its argument, where that is a pair."""
        if name not in definitions():
            raise UnsupportedError(f"pair arithmetic has no {name}; compute that node in doubles")
        if self.inside and name in CONDITIONS:
            test = condition(name, first or parts[0])
            self.out.conditions += [] if test in self.out.conditions else [test]
            name += INSIDE
        self.out.calls.add(name)
        return f"{name}({', '.join(parts)})"


def literal(value: float) -> str:
    """A double as source text that gives it back exactly.

    >>> literal(-0.1), literal(math.inf)
    ('(-0.1)', '(np.inf)')
    """
    if math.isnan(value) or math.isinf(value):
        return "np.nan" if math.isnan(value) else f"({'-' if value < 0 else ''}np.inf)"
    return f"({value!r})" if math.copysign(1.0, value) < 0 else repr(value)
