"""Ranges: an interval that contains a value on the whole domain, and whether it may be 0.

    x > 0  gives  1 + x in [1, oo),   sqrt(x) in [0, oo) and not 0

Bounds are doubles, rounded outwards. A range holds wherever the value exists. It knows nothing of
how values depend on one another, so x - x may be anything; what is proved by other means can be
intersected with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nextafter

from sympy import Expr

from symdyn.kernels.arithmetic.constants import words


@dataclass(frozen=True)
class Range:
    """An interval with doubles as ends; `zero` says whether 0 may be met."""

    low: float = -inf
    high: float = inf
    zero: bool = True

    @staticmethod
    def of(low: float, high: float, *, zero: bool = True) -> Range:
        """The interval, its ends rounded outwards by two steps; an end that is 0 is exact."""
        low = -inf if isnan(low) else _outwards(low, -inf)
        high = inf if isnan(high) else _outwards(high, inf)
        return Range(low, high, zero and low <= 0 <= high)

    def holds(self, relation: str) -> bool:
        """Whether all values are > 0, >= 0 or != 0.

        >>> Range(0.0, 1.0, zero=False).holds(">"), Range(0.0, 1.0).holds(">")
        (True, False)
        """
        if relation == "!=":
            return not self.zero
        return self.low >= 0 and (relation == ">=" or not self.zero)

    def meet(self, other: Range) -> Range:
        """What lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Range(low, high, self.zero and other.zero and low <= 0 <= high)

    def join(self, other: Range) -> Range:
        """The hull of both."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Range(low, high, self.zero or other.zero)


ANY = Range()


def _outwards(x: float, to: float) -> float:
    if x == 0:
        return x
    beyond = nextafter(nextafter(x, to), to)
    return 0.0 if (x > 0) != (beyond > 0) else beyond


def range_of(op: str, value: int | Expr | None, args: Sequence[Range], *, same: bool) -> Range:
    """Range of an operation; `same` says that both its arguments are one value."""
    if op == "const":
        return _constant(value)  # type: ignore[arg-type]
    if op == "mul" and same:
        size = _modulus(args[0])
        return Range.of(_times(size.low, size.low), _times(size.high, size.high), zero=size.zero)
    if op in _RISING:
        return _rising(_RISING[op], args[0], zero=op in _FREE or (op in _ODD and args[0].zero))
    return _OTHERS[op](*args) if op in _OTHERS else ANY


def _constant(value: Expr) -> Range:
    if not value.is_extended_real:
        return ANY
    (double,) = words(value, 1)
    return Range(nextafter(double, -inf), nextafter(double, inf), zero=False) if (
        value != 0
    ) else Range(0.0, 0.0)  # fmt: skip


def _rising(function: Callable[[float], float], x: Range, *, zero: bool) -> Range:
    return Range.of(_at(function, x.low, -inf), _at(function, x.high, inf), zero=zero)


def _at(function: Callable[[float], float], x: float, otherwise: float) -> float:
    try:
        return function(x)
    except (ValueError, OverflowError):
        return otherwise


def _add(x: Range, y: Range) -> Range:
    one_sided = (x.low >= 0 and y.low >= 0) or (x.high <= 0 and y.high <= 0)
    zero = (x.zero and y.zero) if one_sided else True
    return Range.of(x.low + y.low, x.high + y.high, zero=zero)


def _negated(x: Range) -> Range:
    return Range(-x.high, -x.low, x.zero)


def _product(x: Range, y: Range) -> Range:
    ends = [_times(a, b) for a in (x.low, x.high) for b in (y.low, y.high)]
    return Range.of(min(ends), max(ends), zero=x.zero or y.zero)


def _times(a: float, b: float) -> float:
    if a == 0 or b == 0:
        return 0.0
    return a * b or math.copysign(math.ulp(0.0), a) * math.copysign(1.0, b)


def _quotient(x: Range, y: Range) -> Range:
    """A quotient exists only where the divisor is not 0."""
    if y.low < 0 < y.high:
        return Range(-inf, inf, x.zero)
    below = [1 / y.low if y.low else inf, 1 / y.high if y.high else -inf]
    reciprocal = Range.of(min(below), max(below), zero=False)
    return _product(x, reciprocal)


def _modulus(x: Range) -> Range:
    low = 0.0 if x.low <= 0 <= x.high else min(abs(x.low), abs(x.high))
    return Range(low, max(abs(x.low), abs(x.high)), x.zero)


def _bell(x: Range) -> Range:
    return _rising(math.cosh, _modulus(x), zero=False)


def _norm(x: Range, y: Range) -> Range:
    return Range.of(0.0, math.hypot(max(abs(x.low), abs(x.high)), max(abs(y.low), abs(y.high))),
                    zero=x.zero and y.zero)  # fmt: skip


def _power(x: Range, y: Range) -> Range:
    return Range(0.0, inf, x.zero) if x.low >= 0 else ANY


# Values that vanish only with their argument; values that vanish elsewhere, or may.
_ODD = ("sqrt", "sqrt_cubed", "cbrt", "expm1", "log1p", "sinh", "tanh", "asin", "atan", "asinh",
        "atanh", "erf")  # fmt: skip
_FREE = ("log", "acosh")

_RISING: Mapping[str, Callable[[float], float]] = {
    "sqrt": lambda x: math.sqrt(max(x, 0.0)),
    "sqrt_cubed": lambda x: max(x, 0.0) ** 1.5 if x < 1e200 else inf,
    "cbrt": math.cbrt,
    "exp": lambda x: 0.0 if x < -700 else math.exp(x),
    "expm1": math.expm1,
    "log": lambda x: math.log(x) if x > 0 else -inf,
    "log1p": lambda x: math.log1p(x) if x > -1 else -inf,
    "sinh": math.sinh,
    "tanh": math.tanh,
    "asin": lambda x: math.asin(max(-1.0, min(1.0, x))),
    "atan": math.atan,
    "asinh": math.asinh,
    "acosh": lambda x: math.acosh(max(1.0, x)),
    "atanh": lambda x: math.atanh(x) if abs(x) < 1 else math.copysign(inf, x),
    "erf": math.erf,
}

_OTHERS: Mapping[str, Callable[..., Range]] = {
    "add": _add,
    "sub": lambda x, y: _add(x, _negated(y)),
    "neg": _negated,
    "mul": _product,
    "div": _quotient,
    "fma": lambda x, y, z: _add(_product(x, y), z),
    "abs": _modulus,
    "cosh": _bell,
    "hypot": _norm,
    "pow": _power,
    "sin": lambda x: Range(-1.0, 1.0),
    "cos": lambda x: Range(-1.0, 1.0),
    "acos": lambda x: Range(0.0, 3.2),
    "erfc": lambda x: Range(0.0, 2.0, zero=False),
    "min": lambda x, y: Range(min(x.low, y.low), min(x.high, y.high), x.zero or y.zero),
    "max": lambda x, y: Range(max(x.low, y.low), max(x.high, y.high), x.zero or y.zero),
    "select": lambda c, x, y: x.join(y),
}
