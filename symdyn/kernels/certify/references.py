"""What a kernel is measured against: exact values that do not come from the kernel.

The closed form is evaluated on Arb balls, from the expression itself and not from the program that
was made of it. The definition (an integral, say) is evaluated on balls where there is a rigorous
evaluation. Otherwise, and where a kernel comes without a definition, mpmath serves: two precisions
must agree, and a ball around both stands for the value; that is not rigorous.

At points where a formula has no value the kernel promises a limit; that has its own expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

import mpmath
import sympy as sp
from flint import acb, arb, ctx
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import words
from symdyn.numerics.ball_steps import NotEnclosable, run, run_all
from symdyn.numerics.balls import enclose
from symdyn.numerics.precision import evaluate
from symdyn.numerics.tape import BOUND
from symdyn.numerics.ulps import Ball

Point = Sequence[float]
_MOST_DIGITS = 2600
_DIGITS_OF_A_ZERO = 1500
_ANYTHING = arb(2) ** 4000  # no double is larger
_DIGITS_PER_BIT = 0.30103
KEPT = 50_000  # points at which values are kept
_SIMPLE = 4096  # numerator and denominator
_UNREAL = acb(0, 1)  # stands for any value that is certainly not real


class Limit(Protocol):
    """The value of one output where one argument has a given value."""

    @property
    def output(self) -> int: ...
    @property
    def symbol(self) -> Symbol: ...
    @property
    def point(self) -> Expr: ...
    @property
    def value(self) -> Expr: ...


@dataclass(frozen=True)
class Expression:
    """One output as an expression in the arguments, with its limits."""

    expr: Expr
    args: tuple[Symbol, ...]
    limits: tuple[tuple[int, float, Expr], ...] = ()  # argument, its value, value of the output

    @staticmethod
    def of(
        expr: Expr, args: tuple[Symbol, ...], output: int, limits: Sequence[Limit]
    ) -> Expression:
        """The expression of an output, and what is known of its limits."""
        known = tuple(
            (args.index(limit.symbol), words(limit.point, 1)[0], limit.value)
            for limit in limits
            if limit.output == output
        )
        return Expression(expr, args, known)

    def at(self, point: Point) -> Expr:
        """The expression that holds at a point: a limit, where the formula has no value."""
        for k, value, limit in self.limits:
            if point[k] == value:
                return limit
        return self.expr


def on_balls(form: Expression) -> Callable[[Point, int], Ball]:
    """Rigorous values of an expression at doubles.

    >>> x = Symbol("x")
    >>> on_balls(Expression(sp.sqrt(x), (x,)))([4.0], 100) == 2
    True
    """
    if form.expr.has(*BOUND):
        return lambda point, bits: enclose(form.at(point), _at(form.args, point), bits)

    def ball(point: Point, bits: int) -> Ball:
        with ctx.workprec(bits):
            return run(form.at(point), dict(zip(form.args, map(arb, point), strict=True)))

    return ball


def all_on_balls(forms: Sequence[Expression]) -> list[Callable[[Point, int], Ball]]:
    """The same of several outputs, with the parts that they share evaluated once."""
    if len(forms) == 1 or any(form.expr.has(*BOUND) for form in forms):
        return [on_balls(form) for form in forms]
    args = forms[0].args

    def balls(point: Point, bits: int) -> Sequence[Ball]:
        with ctx.workprec(bits):
            exprs = [form.at(point) for form in forms]
            return run_all(exprs, dict(zip(args, map(arb, point), strict=True)))

    return at_once(balls, len(forms))


def at_once(
    evaluate: Callable[[Point, int], Sequence[Ball]], count: int
) -> list[Callable[[Point, int], Ball]]:
    """Functions for single outputs, where all of them are found together; what is known is kept."""
    known: dict[tuple[tuple[float, ...], int], Sequence[Ball]] = {}

    def one(k: int, point: Point, bits: int) -> Ball:
        place = tuple(point), bits
        if place not in known:
            if len(known) >= KEPT:
                known.clear()
            known[place] = evaluate(point, bits)
        return known[place][k]

    return [partial(one, k) for k in range(count)]


def by_numbers(form: Expression) -> Callable[[Point, int], Ball]:
    """Balls around two values of mpmath that agree; not rigorous.

    Steps of closed forms are rounded down for one value and up for the other: 1 - exp(-x) would
    otherwise be 0 for both where x is tiny, and they would agree on what is left of a sum.
    """
    down, up = "nn" if form.expr.has(*BOUND) else "fc"

    def ball(point: Point, bits: int) -> Ball:
        expr, at = form.at(point), _at(form.args, point)
        digits = int(bits * _DIGITS_PER_BIT)
        if digits > _MOST_DIGITS:
            return arb("nan")
        low = evaluate(expr, at, digits, down)
        high = evaluate(expr, at, digits * 3 // 2 + 5, up)
        if high == 0 and digits < _DIGITS_OF_A_ZERO:
            return arb(0, _ANYTHING)  # perhaps all digits were lost, at both precisions
        return _between(low, high, bits)

    return ball


def _between(low: Any, high: Any, bits: int) -> Ball:
    if isinstance(high, mpmath.mpc) or isinstance(low, mpmath.mpc):
        return arb("nan") if abs(high.imag) < abs(high) * 2.0**-40 else _UNREAL
    if not mpmath.isfinite(high):
        return arb("nan") if mpmath.isnan(high) else (arb.pos_inf() if high > 0 else arb.neg_inf())
    if not mpmath.isfinite(low):
        return arb("nan")
    with ctx.workprec(2 * bits):
        middle = _exact(high)
        return arb(middle, 2 * abs(middle - _exact(low)))


def _exact(number: Any) -> arb:
    sign, mantissa, exponent, _ = number._mpf_
    return arb((int(-mantissa if sign else mantissa), int(exponent)))


def _at(args: Sequence[Symbol], point: Point) -> dict[Symbol, Any]:
    """A point, whole numbers and simple fractions as such, since they matter to integrals.

    Other doubles stay balls: roots of their fractions make SymPy factor large integers.
    """
    return dict(zip(args, map(_simple, point), strict=True))


def _simple(value: float) -> sp.Rational | arb:
    fraction = Fraction(value)
    if max(abs(fraction.numerator), fraction.denominator) > _SIMPLE:
        return arb(value)
    return sp.Rational(fraction.numerator, fraction.denominator)


@dataclass
class Definition:
    """The independent reference: balls where they can be had, numbers of mpmath elsewhere."""

    form: Expression
    is_independent: bool
    _balls: Callable[[Point, int], Ball] = field(init=False)
    _numbers: Callable[[Point, int], Ball] = field(init=False)

    def __post_init__(self) -> None:
        self._balls, self._numbers = on_balls(self.form), by_numbers(self.form)

    def __call__(self, point: Point, bits: int) -> Ball:
        """A ball of the value; nan where neither way knows it."""
        if not self.is_independent:
            return self._by_numbers(point, bits)
        try:
            return self._balls(point, bits)
        except NotEnclosable:
            return self._by_numbers(point, bits)

    def _by_numbers(self, point: Point, bits: int) -> Ball:
        try:
            return self._numbers(point, bits)
        except UnsupportedError:
            return arb("nan")

    @property
    def most_bits(self) -> int:
        """Precision at which to give up: integrals take long, and seldom cancel."""
        return 640 if self.is_independent else 5120

    @property
    def name(self) -> str:
        """How this reference is called in a certificate."""
        if not self.is_independent:
            return "closed form in mpmath, two precisions"
        try:
            self._balls([0.5] * len(self.form.args), 64)
        except NotEnclosable:
            return "definition in mpmath, two precisions"
        except UnsupportedError:
            pass
        return "definition on balls"


def cost(expr: Expr) -> int:
    """How long one evaluation takes, in units of an addition, roughly."""
    return sum(_WEIGHTS.get(type(node), _weight(node)) for node in sp.preorder_traversal(expr))


def _weight(node: Any) -> int:
    if isinstance(node, BOUND):
        return 5000
    if isinstance(node, sp.hyper):
        return 300
    return 40 if isinstance(node, sp.Function) else 1


_ELEMENTARY = (
    *(sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.asin, sp.acos, sp.atan, sp.atan2, sp.sinh),
    *(sp.cosh, sp.tanh, sp.asinh, sp.acosh, sp.atanh, sp.Abs, sp.Max, sp.Min, sp.sign),
)
_WEIGHTS: Mapping[type, int] = dict.fromkeys(_ELEMENTARY, 2)
