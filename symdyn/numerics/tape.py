"""An expression as a list of steps, each used once, for evaluation at many points.

A tape is made once for an expression and kept: equal sub-expressions share a register. What a step
means (mpmath numbers, Arb balls) is the business of the arithmetic that lowers it. Integrals, sums,
piecewise expressions and implicit functions are single steps whose arguments are their free
symbols; they evaluate their own tapes inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Basic, Expr, Symbol
from sympy.core.containers import Tuple

from symdyn.errors import UnsupportedError
from symdyn.numerics.implicit import InverseAt


class NotEvaluable(UnsupportedError):
    """A part of an expression for which no evaluation is known; `.part` is that part."""

    def __init__(self, part: Basic, reason: str) -> None:
        super().__init__(f"cannot evaluate {part}: {reason}")
        self.part = part
        self.reason = reason


class MissingValue(UnsupportedError):
    """A symbol to which the point gives no value."""


@dataclass(frozen=True)
class Step:
    """One node; its arguments are registers, or nested tuples of registers."""

    node: Basic
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Tape:
    """Steps in the order of evaluation; the last register is the value."""

    steps: tuple[Step, ...]
    symbols: tuple[Symbol, ...]

    def depends(self, symbol: Symbol) -> tuple[bool, ...]:
        """For each step whether it depends on a symbol."""
        return tuple(symbol in step.node.free_symbols for step in self.steps)


BOUND = (sp.Integral, sp.Sum, sp.Product)
BINDERS = (sp.Integral, sp.Sum, sp.Product, sp.Piecewise, sp.Limit, InverseAt)


@lru_cache(maxsize=1024)
def tape_of(expr: Basic) -> Tape:
    """The tape of an expression; derivatives are carried out first.

    >>> x = Symbol("x")
    >>> len(tape_of((x + 1)**2 + sp.sin(x + 1)).steps)
    7
    """
    builder = _Builder([], {})
    builder.register(expr)
    symbols = tuple(sorted(expr.free_symbols, key=str))
    return Tape(tuple(builder.steps), symbols)  # type: ignore[arg-type]


@dataclass
class _Builder:
    steps: list[Step]
    known: dict[Basic, int]

    def register(self, node: Basic) -> int:
        """Register that holds a node, appended if it is new."""
        if node not in self.known:
            step = Step(*self._parts(node))
            self.steps.append(step)
            self.known[node] = len(self.steps) - 1
        return self.known[node]

    def _parts(self, node: Basic) -> tuple[Basic, tuple[Any, ...]]:
        if isinstance(node, (sp.Derivative, sp.Subs)):
            return self._parts(_carried_out(node))
        if isinstance(node, BINDERS):
            return node, tuple(self.register(s) for s in bound_last(node))
        if node.is_Atom:
            return node, ()
        return node, tuple(self._argument(arg) for arg in node.args)

    def _argument(self, arg: Basic) -> Any:
        if isinstance(arg, Tuple):
            return tuple(self._argument(part) for part in arg)
        return self.register(arg)


def bound_last(node: Basic) -> tuple[Symbol, ...]:
    """Free symbols of a step that evaluates tapes of its own, in a fixed order."""
    return tuple(sorted(node.free_symbols, key=str))  # type: ignore[arg-type]


def _carried_out(node: Basic) -> Basic:
    done = node.doit(integrals=False, sums=False)
    if isinstance(done, (sp.Derivative, sp.Subs)):
        raise NotEvaluable(node, "the derivative is not known in closed form")
    return done


def gather(args: tuple[Any, ...], registers: list[Any]) -> list[Any]:
    """Values of the arguments of a step, nested as they are."""
    return [registers[a] if type(a) is int else tuple(gather(a, registers)) for a in args]


def value_at(point: Mapping[Symbol, Any], symbol: Symbol) -> Any:
    """Value of a symbol at a point; MissingValue if there is none."""
    if symbol not in point:
        given = ", ".join(f"{s} = {v}" for s, v in point.items())
        raise MissingValue(f"no value for {symbol}; the point gives {given or 'nothing'}")
    return point[symbol]


def with_exact_values(expr: Expr, point: Mapping[Symbol, Any]) -> Expr:
    """Rational values put into integrals and sums, where exact zeros and orders matter."""
    if not expr.has(*BOUND):
        return expr
    exact = {s: sp.sympify(v) for s, v in point.items() if isinstance(v, (int, sp.Rational))}
    nodes = [n for n in expr.atoms(*BOUND) if exact.keys() & n.free_symbols]
    outermost = [n for n in nodes if not any(m is not n and m.has(n) for m in nodes)]
    return expr.xreplace({node: node.subs(exact) for node in outermost})
