"""mpmath arithmetic of one step of an expression, and of all steps in order.

Every function takes the context in which it works. Where a step has no finite value (a pole, a
value that mpmath calls undefined) it is nan. Integrals and sums are listed in BINDER_ACTIONS by
`precision`, which puts the parts together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb
from sympy import Basic, Symbol

from symdyn.numerics.functions import TABLE, Entry
from symdyn.numerics.tape import NotEvaluable, bound_last, gather, tape_of, value_at

Number = Any  # mpf or mpc of the context in use
Action = Callable[..., Number]


@lru_cache(maxsize=32)
def context(digits: int, rounding: str = "n") -> Any:
    """An mpmath context with a fixed number of decimal digits.

    Steps are rounded to nearest (n), down (f, for floor) or up (c, for ceiling).
    """
    mp = mpmath.MPContext()
    mp.dps = digits
    mp._prec_rounding[1] = rounding  # what all its functions hand on to mpmath.libmp
    return mp


def number_of(value: Any, mp: Any) -> Number:
    """A number of any accepted kind in a context."""
    if isinstance(value, acb):
        return simplest(mp.mpc(number_of(value.real, mp), number_of(value.imag, mp)), mp)
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return mp.ldexp(mp.mpf(int(mantissa)), int(exponent))
    if isinstance(value, Basic):
        return run(value, {}, mp)
    return simplest(mp.convert(value), mp)


def simplest(value: Number, mp: Any) -> Number:
    """The real number, where the imaginary part is exactly zero."""
    return value.real if isinstance(value, mp.mpc) and value.imag == 0 else mp.convert(value)


def run(expr: Basic, point: Mapping[Symbol, Number], mp: Any) -> Number:
    """Evaluate an expression in a context."""
    registers: list[Any] = []
    for action, args, node in lowered(expr):
        if action is None:
            registers.append(value_at(point, node))  # type: ignore[arg-type]
        else:
            registers.append(_attempt(action, node, mp, gather(args, registers)))
    return registers[-1]


def _attempt(action: Action, node: Basic, mp: Any, args: list[Any]) -> Number:
    try:
        return simplest(action(mp, *args), mp)
    except (ZeroDivisionError, OverflowError):
        return mp.nan
    except (ValueError, mp.NoConvergence) as error:
        if _is_undefined(error):
            return mp.nan
        raise NotEvaluable(node, f"mpmath gave up: {error}") from error
    except (TypeError, NotImplementedError, AttributeError) as error:
        raise NotEvaluable(node, f"mpmath does not take these arguments: {error}") from error


def _is_undefined(error: Exception) -> bool:
    return any(word in str(error) for word in ("pole", "undefined", "singular", "infinit"))


@lru_cache(maxsize=2048)
def lowered(expr: Basic) -> tuple[tuple[Action | None, tuple[Any, ...], Basic], ...]:
    """What to do at each step of the tape of an expression; None for a symbol."""
    return tuple(
        (None if isinstance(node, Symbol) else action_of(node), args, node)
        for node, args in ((step.node, step.args) for step in tape_of(expr).steps)
    )


def action_of(node: Basic) -> Action:
    """mpmath's way of one node."""
    if isinstance(node, sp.Add):
        return _sum
    if isinstance(node, sp.Mul):
        return lambda mp, *values: mp.fprod(values)
    if isinstance(node, sp.Pow):
        return _power
    if node.func in TABLE:
        return call_of(TABLE[node.func])
    if node.is_Atom:
        return constant_of(node)
    if type(node) in BINDER_ACTIONS:
        return BINDER_ACTIONS[type(node)](node)
    raise NotEvaluable(node, f"{node.func.__name__} is not in the table of functions")


def call_of(entry: Entry) -> Action:
    """A function of the table; nan where an argument has no value."""
    value = entry.mp

    def call(mp: Any, *args: Any) -> Number:
        if any(not isinstance(arg, tuple) and mp.isnan(arg) for arg in args):
            return mp.nan
        return value(mp, *args)

    return call


def _sum(mp: Any, *terms: Number) -> Number:
    """A sum; mpmath's own drops small terms, whatever the rounding is."""
    return mp.fsum(terms) if mp._prec_rounding[1] == "n" else sum(terms, mp.zero)


def _power(mp: Any, base: Number, exponent: Number) -> Number:
    if mp.isint(exponent) and mp.isfinite(exponent):
        return base ** int(mp.re(exponent))
    return mp.power(base, exponent)


CONSTANTS: tuple[tuple[Basic, Action], ...] = (
    (sp.pi, lambda mp: +mp.pi),
    (sp.E, lambda mp: +mp.e),
    (sp.I, lambda mp: mp.j),
    (sp.EulerGamma, lambda mp: +mp.euler),
    (sp.Catalan, lambda mp: +mp.catalan),
    (sp.GoldenRatio, lambda mp: +mp.phi),
    (sp.oo, lambda mp: mp.inf),
    (-sp.oo, lambda mp: mp.ninf),
    (sp.zoo, lambda mp: mp.nan),
    (sp.nan, lambda mp: mp.nan),
)


def constant_of(node: Basic) -> Action:
    """A number, rounded to whatever context it is asked for."""
    for constant, value in CONSTANTS:
        if node == constant:
            return value
    if isinstance(node, sp.Float):
        raw = node._mpf_
        return lambda mp: +mp.make_mpf(raw)
    if isinstance(node, sp.Rational):
        return lambda mp: mp.mpf(int(node.p)) / int(node.q)
    raise NotEvaluable(node, "it is not a number")


def _piecewise_action(node: Basic) -> Action:
    symbols = bound_last(node)

    def choose(mp: Any, *values: Number) -> Number:
        point = dict(zip(symbols, values, strict=True))
        for branch, condition in node.args:  # type: ignore[misc]
            if truth(condition, point, mp):
                return run(branch, point, mp)
        return mp.nan

    return choose


def truth(condition: Basic, point: Mapping[Symbol, Number], mp: Any) -> bool:
    """Whether a condition holds for the rounded values."""
    if condition in (sp.true, sp.false):
        return condition == sp.true
    if isinstance(condition, sp.Not):
        return not truth(condition.args[0], point, mp)
    if isinstance(condition, (sp.And, sp.Or)):
        combine = all if isinstance(condition, sp.And) else any
        return combine(truth(part, point, mp) for part in condition.args)
    if type(condition) in ORDER:
        left, right = (run(side, point, mp) for side in condition.args)
        return bool(ORDER[type(condition)](left, right))
    raise NotEvaluable(condition, "the condition is not a comparison")


ORDER: dict[type, Callable[[Number, Number], Any]] = {
    sp.StrictLessThan: lambda a, b: a < b,
    sp.LessThan: lambda a, b: a <= b,
    sp.StrictGreaterThan: lambda a, b: a > b,
    sp.GreaterThan: lambda a, b: a >= b,
    sp.Eq: lambda a, b: a == b,
    sp.Ne: lambda a, b: a != b,
}

BINDER_ACTIONS: dict[type, Callable[[Basic], Action]] = {sp.Piecewise: _piecewise_action}
