"""A function of one variable at exact points, to as many digits as are asked for.

The value comes as a ball of an expression; precision is doubled until the ball is narrow, since a
textbook form may lose hundreds of digits near a singular point. Where no precision helps, or where
the value is not real, NotKnown is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb, ctx
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import ball_of, run

BITS = 192  # relative accuracy of values
MOST_BITS = 12_000
PointAtBits = Callable[[], arb]


class NotKnown(UnsupportedError):
    """A function has no real value that is known to enough digits."""


@dataclass(frozen=True)
class ExactFunction:
    """An expression in one real symbol.

    >>> x = Symbol("x")
    >>> (ExactFunction(x**2, x)(lambda: arb(3)) - 9) == 0
    True
    """

    expr: Expr
    symbol: Symbol

    def __call__(self, point: PointAtBits, bits: int = BITS) -> arb:
        """The value at a point, which is computed at whatever precision is in force.

        Raises NotKnown.
        """
        return value_of(self.expr, self.symbol, point, bits, _real)


def value_of(
    expr: Expr, symbol: Symbol, point: PointAtBits, bits: int, part: Callable[[arb | acb], arb]
) -> arb:
    """A part of the value of an expression at a point, to so many bits.

    Raises NotKnown.
    """
    precision = 2 * bits
    while precision <= MOST_BITS:
        with ctx.workprec(precision):
            value = part(run(expr, {symbol: point()}))
        if _is_narrow(value, bits):
            return value
        precision *= 2
    raise NotKnown(f"{expr} has no real value that is known at {point()}")


def _real(value: arb | acb) -> arb:
    return value if isinstance(value, arb) else arb("nan")


def _is_narrow(value: arb, bits: int) -> bool:
    return value.is_exact() or (value.is_finite() and value.rel_accuracy_bits() >= bits)


def real_ball(number: Expr) -> arb:
    """The ball of a real constant at the precision in force.

    Raises NotKnown for a number that is not real.
    """
    found = ball_of(number)  # type: ignore[arg-type]
    if not isinstance(found, arb):
        raise NotKnown(f"{number} is not real")
    return found
