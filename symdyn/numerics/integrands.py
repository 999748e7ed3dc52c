"""An integrand as a function of a complex ball that knows where it is holomorphic.

Gauss-Legendre quadrature with rigorous error asks for the integrand on complex balls around the
path, and for a ball that is not finite wherever the integrand is not certainly holomorphic. Steps
that do not depend on the variable are evaluated once. Of the others, each is tested:

    powers      the exponent is an exact integer, or the base keeps away from (-oo, 0]
    functions   the region of the table; poles show themselves
    |x|, step, max, pieces    replaced by their piece, where the real part decides which it is;
                their arguments must be real on the path, otherwise nothing is finite
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import ORDER, NotEnclosable, action_of, add, multiply, simplest
from symdyn.numerics.functions import TABLE, Entry
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.powers import power
from symdyn.numerics.regions import integer_value, off_slit
from symdyn.numerics.tape import bound_last, gather, tape_of, value_at

Action = Callable[..., Any]
Callback = Callable[[acb, bool], acb]


class NotHolomorphic(Exception):
    """The integrand is not certainly holomorphic on the ball at hand."""


def callback(expr: Expr, variable: Symbol, point: Mapping[Symbol, Ball]) -> Callback:
    """The integrand for `acb.integral`, with the other symbols fixed."""
    steps = lowered(expr, frozenset({variable}))
    fixed: list[Any] = []
    for dependent, action, _, args, node in steps:
        if dependent:
            fixed.append(None)
        elif action is None:
            fixed.append(value_at(point, node))  # type: ignore[arg-type]
        else:
            fixed.append(action(*gather(args, fixed)))
    moving = [(i, s) for i, s in enumerate(steps) if s[0]]

    def integrand(z: acb, analytic: bool) -> acb:
        registers = list(fixed)
        place = z if analytic else simplest(z)
        try:
            for i, (_, plain, holomorphic, args, _) in moving:
                action = holomorphic if analytic else plain
                values = gather(args, registers)
                registers[i] = place if action is None else action(*values)
        except NotHolomorphic:
            return NOT_FINITE
        return acb(registers[-1])

    return integrand


def is_holomorphic(expr: Expr, box: Mapping[Symbol, Ball]) -> bool:
    """Whether an expression is certainly holomorphic in all its symbols on a box.

    >>> x = Symbol("x")
    >>> is_holomorphic(sp.log(x), {x: arb(2, 1)}), is_holomorphic(sp.log(x), {x: arb(0, 1)})
    (True, False)
    """
    try:
        return bool(_tested(expr, frozenset(box), box).is_finite())
    except (NotHolomorphic, NotEnclosable):
        return False


LoweredStep = tuple[bool, Action | None, Action | None, tuple[Any, ...], Basic]


@lru_cache(maxsize=512)
def lowered(expr: Expr, moving: frozenset[Symbol]) -> tuple[LoweredStep, ...]:
    """For each step: does it depend on what moves, its plain and its holomorphic action."""
    tape = tape_of(expr)
    return tuple(_lower(step.node, step.args, moving) for step in tape.steps)


def _lower(node: Basic, args: tuple[Any, ...], moving: frozenset[Symbol]) -> LoweredStep:
    dependent = not moving.isdisjoint(node.free_symbols)
    if isinstance(node, Symbol):
        return dependent, None, None, args, node
    plain = action_of(node)
    if not dependent:
        return False, plain, None, args, node
    if isinstance(node, sp.Piecewise):
        return True, plain, _holomorphic_piece(node, moving), args, node
    if node.func in TABLE:
        entry = TABLE[node.func]
        return True, _on_path(entry, plain), _holomorphic_call(entry), args, node
    if isinstance(node, (sp.Add, sp.Mul)):
        return True, plain, add if isinstance(node, sp.Add) else multiply, args, node
    if isinstance(node, sp.Pow):
        return True, power, _holomorphic_power, args, node
    raise NotEnclosable(node, "it depends on a variable of integration")


def _on_path(entry: Entry, plain: Action) -> Action:
    """Functions made of pieces take real values only."""
    if entry.extension is None:
        return plain

    def action(*args: Ball) -> Ball:
        return plain(*args) if all(isinstance(arg, arb) for arg in args) else NOT_FINITE

    return action


def _holomorphic_call(entry: Entry) -> Action:
    if entry.ball is None:
        raise NotEnclosable(sp.Symbol(entry.name), "it has no rigorous evaluation")
    value, region = entry.extension or entry.ball, entry.holomorphic

    def action(*args: Any) -> acb:
        args = _complex(args)
        if region is not None and not region(*args):
            raise NotHolomorphic
        return acb(value(*args))

    return action


def _complex(args: Any) -> tuple[Any, ...]:
    return tuple(_complex(a) if type(a) is tuple else acb(a) for a in args)


def _holomorphic_power(base: Ball, exponent: Ball) -> Ball:
    if integer_value(exponent) is None and not off_slit(acb(base)):
        raise NotHolomorphic
    return power(base, exponent)


def _holomorphic_piece(node: Basic, moving: frozenset[Symbol]) -> Action:
    symbols = bound_last(node)

    def action(*values: Ball) -> Ball:
        point = dict(zip(symbols, values, strict=True))
        for branch, condition in node.args:  # type: ignore[misc]
            if _holds(condition, moving, point):
                return _tested(branch, moving, point)
        return NOT_FINITE

    return action


def _tested(expr: Expr, moving: frozenset[Symbol], point: Mapping[Symbol, Ball]) -> Ball:
    """Value of an expression, every step that depends on what moves being tested."""
    registers: list[Any] = []
    for dependent, plain, tested, args, node in lowered(expr, moving):
        action = tested if dependent else plain
        values = gather(args, registers)
        registers.append(point[node] if action is None else action(*values))  # type: ignore[index]
    return registers[-1]


def _holds(condition: Basic, moving: frozenset[Symbol], point: Mapping[Symbol, Ball]) -> bool:
    """Whether a condition holds on the real part of a ball; NotHolomorphic if undecided."""
    if condition in (sp.true, sp.false):
        return condition == sp.true
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        parts = [_holds(part, moving, point) for part in condition.args]
        if isinstance(condition, sp.Not):
            return not parts[0]
        return all(parts) if isinstance(condition, sp.And) else any(parts)
    if type(condition) not in ORDER:
        raise NotHolomorphic
    difference = condition.lhs - condition.rhs  # type: ignore[attr-defined]
    value = acb(_tested(difference, moving, point)).real
    if value.contains(0) or not value.is_finite():
        raise NotHolomorphic
    return ORDER[type(condition)][0](value, arb(0))
