"""How far inputs determine a value, and what a kernel is allowed where they hardly do.

    kappa = sum over i of |x_i df/dx_i / f|        (0 where f is 0 or has no value)

Inputs that are rounded to doubles move a value by kappa/2 units in its last place or more, however
it is computed. A kernel is allowed the target and kappa/2^50 units, which counts only where several
of the digits of pair arithmetic are lost to cancellation: beyond kappa = 2^50 the inputs leave none
of the value's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import arb, ctx
from sympy import Expr

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.references import Expression
from symdyn.numerics.ball_steps import NotEnclosable, run
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.tape import BOUND
from symdyn.numerics.ulps import MOST_BITS

STEP = arb(2) ** -200  # of a relative change of an input
ALLOWED = 2.0**-50  # units in the last place for each unit of kappa
ALLOWANCE = "kappa/2^50 more where inputs hardly determine a value"
FIRST_BITS = 640
WIDE = 0.125  # of a condition number: it is wanted to one digit
MOST = 400  # points above the target of which it is asked whether that is allowed


@dataclass(frozen=True)
class Conditioning:
    """A point with the condition numbers of all outputs there, and the error.

    `share` is the error as a share of what is allowed, 0 where no error exceeds the target.
    """

    point: tuple[str, ...]
    kappa: tuple[float, ...]
    error: float
    share: float

    def __str__(self) -> str:
        return f"kappa = {max(self.kappa):.2g} there, {self.share:.0%} of what is allowed"


@dataclass(frozen=True)
class Suspect:
    """A point with the errors of all outputs."""

    point: tuple[float, ...]
    errors: tuple[float, ...]


def conditions(forms: Sequence[Expression], point: Sequence[float]) -> tuple[float, ...]:
    """The condition numbers of some outputs at a point.

    >>> from sympy import exp, symbols
    >>> x, y = symbols("x y")
    >>> [round(kappa, 6) for kappa in conditions([Expression(exp(x) - y, (x, y))], [1.0, 2.0])]
    [6.568845]
    """
    return tuple(_condition(form.at(point), form, point) for form in forms)


def _condition(expr: Expr, form: Expression, point: Sequence[float]) -> float:
    if expr.has(*BOUND):
        return 0.0
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            try:
                found = _sum(expr, form, [arb(x) for x in point])
            except (NotEnclosable, UnsupportedError):
                return 0.0
            if isinstance(found, arb) and found.rad() < WIDE * (1 + abs(found.mid())):
                return float(found.mid())
        bits *= 2
    return 0.0


def _sum(expr: Expr, form: Expression, values: list[arb]) -> arb:
    before = run(expr, dict(zip(form.args, values, strict=True)))
    total = arb(0)
    if not isinstance(before, arb) or before.is_zero():
        return total
    for k, value in enumerate(values):
        if not value.is_zero():
            moved = [*values[:k], value * (1 + STEP), *values[k + 1 :]]
            after = run(expr, dict(zip(form.args, moved, strict=True)))
            total += abs((after - before) / (before * STEP))
    return total


def at_worst(forms: Sequence[Expression], point: Sequence[float], error: float) -> Conditioning:
    """How far the inputs determine the value where the error is largest."""
    place = tuple(float(x).hex() for x in point)
    return Conditioning(place, conditions(forms, point), error, 0.0)


def judged(
    forms: Sequence[Expression], target: float, suspects: Iterable[Suspect]
) -> Conditioning | None:
    """The point that uses most of what is allowed; None if there are too many to be looked at."""
    found = list(suspects)
    if not found or len(found) > MOST:
        return None
    return max((_used(forms, target, one) for one in found), key=lambda one: one.share)


def _used(forms: Sequence[Expression], target: float, one: Suspect) -> Conditioning:
    found = at_worst(forms, one.point, max(one.errors))
    parts = zip(one.errors, found.kappa, strict=True)
    return replace(found, share=max(error / (target + k * ALLOWED) for error, k in parts))


def above(target: float, points: Doubles, each: Sequence[Doubles]) -> list[Suspect]:
    """The points at which an output has an error above the target."""
    errors = np.stack([np.nan_to_num(one, nan=0.0, posinf=np.inf) for one in each], axis=1)
    rows = np.flatnonzero((errors > target).any(axis=1))
    return [Suspect(tuple(points[k].tolist()), tuple(errors[k].tolist())) for k in rows]
