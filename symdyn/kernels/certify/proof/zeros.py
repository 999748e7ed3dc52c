"""Zeros of a function between two doubles, to many digits.

A zero is no double as a rule. Beside it the function is a power series in the distance from a
rational number that is so near that no double can tell it from the zero.
"""

from __future__ import annotations

from flint import arb
from sympy import Expr, Rational, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.reparametrise.exact_function import ExactFunction

DIGITS = 300  # binary, of the distance


def zero_between(expr: Expr, symbol: Symbol, low: float, high: float) -> Rational | None:
    """A number next to the zero of a function, if it has different signs at two doubles.

    >>> from sympy import cos, pi
    >>> x = Symbol("x")
    >>> bool(abs(zero_between(cos(x), x, 1.0, 2.0) - pi / 2) < Rational(1, 10**80))
    True
    """
    function = ExactFunction(expr, symbol)
    ends = [Rational(*x.as_integer_ratio()) for x in (low, high)]
    signs = [_sign(function, end) for end in ends]
    if 0 in signs or signs[0] == signs[1]:
        return None
    for _ in range(DIGITS):
        middle = (ends[0] + ends[1]) / 2
        ends[_sign(function, middle) != signs[0]] = middle
    return ends[0]


def _sign(function: ExactFunction, at: Rational) -> int:
    try:
        value = function(lambda: arb(int(at.p)) / int(at.q), 4)
    except UnsupportedError:
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0
