"""Steps of an expression, each done again only when a variable changes that it needs.

The variables are nested like loops, the first one innermost. Sums and products are taken apart into
steps with two operands, the outer ones first, so that what belongs to an outer loop stays there.
What needs the innermost variable alone is remembered by the key of its place, if that has one.
Values are Arb balls; a sum or product of complex balls stays complex.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import sympy as sp
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import lowered
from symdyn.numerics.piecewise import Ball
from symdyn.numerics.tape import gather

Step = Callable[[list[Any]], None]


class Program:
    """An expression ready to be evaluated on nested loops.

    >>> from flint import arb
    >>> x, y = sp.symbols("x y")
    >>> program = Program(x*y + y**2, [x, y], {})
    >>> _ = program.advance(1, arb(3))
    >>> [int(program.advance(0, arb(k)).unique_fmpz()) for k in range(3)]
    [9, 12, 15]
    """

    def __init__(
        self, form: Expr, variables: Sequence[Symbol], point: Mapping[Symbol, Ball]
    ) -> None:
        self._values: list[Any] = []
        self._levels: list[int] = []  # of the innermost loop that a register belongs to
        self._alone: dict[int, Step] = {}  # registers that need the innermost variable alone
        self._places: dict[int, tuple[Any, ...]] = {}
        self._steps: list[list[Step]] = [[] for _ in variables]
        self._letters: list[int] = []
        for level in range(len(variables)):
            self._letters.append(self._new(level, None))
        known: list[Any] = []
        for action, args, node in lowered(form):
            operands = gather(args, known)
            if action is None:
                known.append(self._letter(node, variables, point))
            elif isinstance(node, sp.Add | sp.Mul):
                known.append(self._folded(node, operands))
            else:
                known.append(self._called(node, action, tuple(operands)))
        self._last = known[-1]

    def advance(self, level: int, place: Ball, key: int | None = None) -> Any:
        """Set a variable; the value is that of the expression once all are set."""
        values = self._values
        values[self._letters[level]] = place
        if level == 0:
            self._recall(key)
        for step in self._steps[level]:
            step(values)
        return values[self._last]

    def _recall(self, key: int | None) -> None:
        """Values that need the innermost variable alone."""
        values = self._values
        if key is None or key not in self._places:
            for step in self._alone.values():
                step(values)
            if key is not None:
                self._places[key] = tuple(values[register] for register in self._alone)
            return
        for register, value in zip(self._alone, self._places[key], strict=True):
            values[register] = value

    def _new(self, level: int, value: Any) -> int:
        self._values.append(value)
        self._levels.append(level)
        return len(self._values) - 1

    def _letter(
        self, node: Basic, variables: Sequence[Symbol], point: Mapping[Symbol, Ball]
    ) -> int:
        if node in variables:
            return self._letters[variables.index(node)]  # type: ignore[arg-type]
        return self._new(len(variables), point[node])  # type: ignore[index]

    def _folded(self, node: Basic, operands: list[int]) -> int:
        step = partial(_pair, operator.add if isinstance(node, sp.Add) else operator.mul)
        first, *rest = sorted(operands, key=lambda register: -self._levels[register])
        for other in rest:
            first = self._stored(step, (first, other))
        return first

    def _called(self, node: Basic, action: Callable[..., Any], args: tuple[Any, ...]) -> int:
        if isinstance(node, sp.exp):
            return self._stored(partial(_single, lambda value: value.exp()), args)
        if isinstance(node, sp.Pow) and node.exp.is_Integer:
            power = int(node.exp)
            return self._stored(partial(_single, lambda value: value**power), args[:1])
        return self._stored(partial(_call, action), args)

    def _stored(self, step: Callable[..., Step], args: tuple[Any, ...]) -> int:
        """A register for what a step gives, computed now where it needs no variable."""
        level = min((self._levels[a] for a in _flat(args)), default=len(self._letters))
        target = self._new(level, None)
        ready = step(args, target)
        if level == len(self._letters):
            ready(self._values)
        elif level == 0 and all(self._is_alone(a) for a in _flat(args)):
            self._alone[target] = ready
        else:
            self._steps[level].append(ready)
        return target

    def _is_alone(self, register: int) -> bool:
        is_constant = self._levels[register] == len(self._letters)
        return is_constant or register in self._alone or register == self._letters[0]


def _flat(args: tuple[Any, ...]) -> list[int]:
    return [r for a in args for r in (_flat(a) if isinstance(a, tuple) else [a])]


def _pair(action: Callable[[Any, Any], Any], args: tuple[int, int], target: int) -> Step:
    left, right = args

    def step(values: list[Any]) -> None:
        values[target] = action(values[left], values[right])

    return step


def _single(action: Callable[[Any], Any], args: tuple[int], target: int) -> Step:
    (argument,) = args

    def step(values: list[Any]) -> None:
        values[target] = action(values[argument])

    return step


def _call(action: Callable[..., Any], args: tuple[Any, ...], target: int) -> Step:
    def step(values: list[Any]) -> None:
        values[target] = action(*gather(args, values))

    return step
