"""Ball arithmetic of one step of an expression, and of all steps in order.

Real balls are tried first, complex ones where the real function has no value, so that real values
keep an exactly zero imaginary part. A condition is decided by balls, or not at all: then the
value is the hull of the pieces that are possible.

Integrals and sums are listed in BINDER_ACTIONS by `balls`, which puts the parts together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq, fmpz
from sympy import Basic, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics import special
from symdyn.numerics.functions import TABLE, Entry
from symdyn.numerics.piecewise import NOT_FINITE, Ball, hull
from symdyn.numerics.powers import power
from symdyn.numerics.tape import bound_last, gather, tape_of, value_at

Value = int | Fraction | sp.Number | arb | acb
Action = Callable[..., Any]


class NotEnclosable(UnsupportedError):
    """A part of an expression that has no rigorous evaluation; `.part` is that part."""

    def __init__(self, part: Basic, reason: str) -> None:
        super().__init__(f"no rigorous evaluation of {part}: {reason}")
        self.part = part
        self.reason = reason


def ball_of(value: Value | str) -> Ball:
    """Ball of a number given in one of the accepted kinds; real ones as arb."""
    if isinstance(value, arb):
        return value
    if isinstance(value, acb):
        return simplest(value)
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    if isinstance(value, Basic):
        return run(value, {})
    return arb(value)


def simplest(value: Ball) -> Ball:
    """The real ball, where the imaginary part is exactly zero."""
    return value.real if isinstance(value, acb) and value.imag.is_zero() else value


def run(expr: Basic, point: Mapping[Symbol, Ball]) -> Ball:
    """Evaluate an expression at the present precision."""
    registers: list[Any] = []
    for action, args, node in lowered(expr):
        if action is None:
            registers.append(value_at(point, node))  # type: ignore[arg-type]
        else:
            registers.append(action(*gather(args, registers)))
    return registers[-1]


def run_all(exprs: Sequence[Basic], point: Mapping[Symbol, Ball]) -> tuple[Ball, ...]:
    """Evaluate several expressions, the parts that they share once."""
    found: Any = run(sp.Tuple(*exprs), point)
    return found


@lru_cache(maxsize=2048)
def lowered(expr: Basic) -> tuple[tuple[Action | None, tuple[Any, ...], Basic], ...]:
    """What to do at each step of the tape of an expression; None for a symbol."""
    return tuple(
        (None if isinstance(node, Symbol) else action_of(node), args, node)
        for node, args in ((step.node, step.args) for step in tape_of(expr).steps)
    )


def action_of(node: Basic) -> Action:
    """Ball arithmetic of one node."""
    if isinstance(node, (sp.Add, sp.Mul)):
        return add if isinstance(node, sp.Add) else multiply
    if isinstance(node, sp.Pow):
        return power
    if isinstance(node, sp.Tuple):
        return _several
    if isinstance(node, sp.hyper):
        return _hypergeometric_of(node)
    if node.func in TABLE:
        return call_of(TABLE[node.func], node)
    if node.is_Atom:
        return constant_of(node)
    if type(node) in BINDER_ACTIONS:
        return BINDER_ACTIONS[type(node)](node)
    raise NotEnclosable(node, f"{node.func.__name__} is not in the table of functions")


_plus: Callable[[Any, Any], Any] = operator.add
_times: Callable[[Any, Any], Any] = operator.mul


def add(*values: Ball) -> Ball:
    """Sum, real where the imaginary parts cancel exactly."""
    return _not_below_zero(simplest(reduce(_plus, values)), values)


def multiply(*values: Ball) -> Ball:
    """Product, real where the imaginary parts cancel exactly."""
    return _not_below_zero(simplest(reduce(_times, values)), values)


def _several(*values: Ball) -> tuple[Ball, ...]:
    return values


def _not_below_zero(result: Ball, parts: tuple[Ball, ...]) -> Ball:
    """Sums and products of balls that end at 0 end there too, whatever rounding does."""
    if type(result) is not arb or not result.contains(0):
        return result
    ends_at_zero = all(type(part) is arb and part >= 0 for part in parts)
    return result.nonnegative_part() if ends_at_zero else result


def call_of(entry: Entry, node: Basic) -> Action:
    """Real balls first, then complex ones."""
    if entry.ball is None:
        raise NotEnclosable(node, f"{entry.name} has no rigorous evaluation")
    ball = entry.ball

    def call(*args: Any) -> Ball:
        if _all_real(args):
            value = ball(*args)
            if value.is_finite():
                return simplest(value)
        try:
            return simplest(ball(*_complex(args)))
        except (AttributeError, ValueError, ZeroDivisionError):
            return NOT_FINITE

    return call


def _hypergeometric_of(node: sp.hyper) -> Action:
    """A hypergeometric function that is told which of its parameters differ by integers."""
    entry = TABLE[sp.hyper]
    if len(node.ap) != 2 or len(node.bq) != 1:
        return call_of(entry, node)
    (a, b), (c,) = node.ap, node.bq
    gaps = {"ab": a - b, "ac": a - c, "bc": b - c, "abc": c - a - b}
    told = {name: bool(sp.expand(gap).is_Integer) for name, gap in gaps.items()}
    return call_of(replace(entry, ball=partial(special.hypergeometric, **told)), node)


def _all_real(args: Any) -> bool:
    return all(_all_real(a) if type(a) is tuple else type(a) is arb for a in args)


def _complex(args: Any) -> tuple[Any, ...]:
    return tuple(_complex(a) if type(a) is tuple else acb(a) for a in args)


CONSTANTS: tuple[tuple[Basic, Callable[[], Ball]], ...] = (
    (sp.pi, arb.pi),
    (sp.E, arb.const_e),
    (sp.I, lambda: acb(0, 1)),
    (sp.EulerGamma, arb.const_euler),
    (sp.Catalan, arb.const_catalan),
    (sp.GoldenRatio, lambda: (1 + arb(5).sqrt()) / 2),
    (sp.oo, arb.pos_inf),
    (-sp.oo, arb.neg_inf),
    (sp.zoo, lambda: NOT_FINITE),
    (sp.nan, lambda: NOT_FINITE),
)


def constant_of(node: Basic) -> Action:
    """Ball of a number, correct at whatever precision it is asked for."""
    for constant, ball in CONSTANTS:
        if node == constant:
            return ball
    if isinstance(node, sp.Float):
        sign, mantissa, exponent, _ = node._mpf_
        exact = arb((fmpz(int(-mantissa if sign else mantissa)), fmpz(exponent)))
        return lambda: exact
    if isinstance(node, sp.Rational):
        quotient = fmpq(int(node.p), int(node.q))
        return lambda: arb(quotient)
    raise NotEnclosable(node, "it is not a number")


def _piecewise_action(node: Basic) -> Action:
    symbols = bound_last(node)

    def choose(*values: Ball) -> Ball:
        point = dict(zip(symbols, values, strict=True))
        possible: list[Ball] = []
        for branch, condition in node.args:  # type: ignore[misc]
            holds = truth(condition, point)
            if holds is not False:
                possible.append(run(branch, point))
            if holds is True:
                return hull(*possible)
        return NOT_FINITE

    return choose


def truth(condition: Basic, point: Mapping[Symbol, Ball]) -> bool | None:
    """Whether a condition certainly holds (True), certainly fails (False), or neither (None)."""
    if condition in (sp.true, sp.false):
        return condition == sp.true
    if isinstance(condition, sp.Not):
        inner = truth(condition.args[0], point)
        return None if inner is None else not inner
    if isinstance(condition, (sp.And, sp.Or)):
        deciding = isinstance(condition, sp.Or)
        parts = {truth(part, point) for part in condition.args}
        return deciding if deciding in parts else (None if None in parts else not deciding)
    if isinstance(condition, sp.core.relational.Relational):
        return _compare(condition, point)
    raise NotEnclosable(condition, "the condition is not a comparison")


def _compare(relation: Any, point: Mapping[Symbol, Ball]) -> bool | None:
    left, right = (run(side, point) for side in (relation.lhs, relation.rhs))
    if isinstance(relation, (sp.Eq, sp.Ne)):
        same = _same(left, right)
        return same if same is None or isinstance(relation, sp.Eq) else not same
    if isinstance(left, acb) or isinstance(right, acb):
        return None
    test, opposite = ORDER[type(relation)]
    return True if test(left, right) else (False if opposite(left, right) else None)


ORDER: dict[type, tuple[Callable[[arb, arb], bool], Callable[[arb, arb], bool]]] = {
    sp.StrictLessThan: (lambda a, b: a < b, lambda a, b: a >= b),
    sp.LessThan: (lambda a, b: a <= b, lambda a, b: a > b),
    sp.StrictGreaterThan: (lambda a, b: a > b, lambda a, b: a <= b),
    sp.GreaterThan: (lambda a, b: a >= b, lambda a, b: a < b),
}


def _same(left: Ball, right: Ball) -> bool | None:
    if not acb(left).overlaps(acb(right)):
        return False
    exact = left.is_exact() and right.is_exact()
    return True if exact and left == right else None


BINDER_ACTIONS: dict[type, Callable[[Basic], Action]] = {sp.Piecewise: _piecewise_action}
