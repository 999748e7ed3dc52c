"""First-order error of a step: what it rounds, and how it amplifies the errors of its arguments.

Errors are relative, in units of 2^-53. With the exact values v of a node and c_k of its arguments

    error(v) = rounding(v) + sum_k |d log v / d log c_k| * error(c_k)

A correctly rounded operation rounds by half an ulp, functions of the C library by what is known of
them; below the smallest normal double the rounding grows, beyond the largest it is HOPELESS. Where
v = 0 a relative error has no meaning: it is 0 if nothing that matters is wrong, else HOPELESS.
An exact difference of neighbours (Sterbenz) and a product by a power of two round nothing; nor
does a step whose arguments are exact and whose value is a double.

The order is first: two errors that multiply, and decisions that errors turn over, are not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb

from symdyn.kernels.arithmetic.compensated_source import BINARY, UNARY
from symdyn.kernels.arithmetic.quick_source import LARGEST
from symdyn.kernels.operations import BOOL, I64, OPERATION, PAIR, QUICK
from symdyn.kernels.rewrite.exact import (
    LARGEST_EXPONENT,
    LEAST_EXPONENT,
    Flags,
    Floats,
    Numbers,
)

HOPELESS = 1e300
ALL_WRONG = 2.0**53  # a relative error of 1
HALF_ULP = 0.5
PAIR_ROUNDING = 2.0**-44  # of a step in pair arithmetic, in units of 2^-53
FUNCTION = 0.62  # ulps: of functions that modules bring with them

# Largest errors known, in ulps, of functions that modules bring with them and of those of the C
# library (glibc); half an ulp where nothing is said.
LIBRARY: Mapping[str, float] = {
    **dict.fromkeys((*UNARY, *BINARY), FUNCTION),
    "pow": 0.53, "erf": 1.43, "erfc": 5.19, "gamma": 10.0, "lgamma": 10.0,
}  # fmt: skip
EXACT = ("neg", "abs", "copysign", "min", "max", "select", "sign", "floor", "ceil", "input",
         "mantissa", "high", "rounded")  # fmt: skip
RESIDUAL = ("div", "sqrt", "cbrt", "hypot")  # in pairs: corrected by a remainder of the argument


@dataclass(frozen=True, eq=False)
class Step:
    """The error model of one node at all points, for doubles and for pairs."""

    rounding: Floats
    quick_rounding: Floats
    pair_rounding: Floats
    narrowing: Floats  # half an ulp of the value: a pair that is read as a double
    free_if_exact: Flags  # no rounding where all arguments are exact
    amplification: tuple[Floats, ...]

    @cached_property
    def _may_be_free(self) -> bool:
        return bool(self.free_if_exact.any())

    def error(self, errors: Sequence[Floats], type: str) -> Floats:
        """Error of the value, given those of the arguments as they are read."""
        own = {PAIR: self.pair_rounding, QUICK: self.quick_rounding}.get(type, self.rounding)
        if self._may_be_free:
            exact = self.free_if_exact & np.logical_and.reduce([e == 0 for e in errors])
            own = np.where(exact, 0.0, own)
        total = own.copy()
        with np.errstate(over="ignore"):
            for factor, error in zip(self.amplification, errors, strict=True):
                total += factor * error
        return np.minimum(total, HOPELESS)


def in_ulps(error: Floats, value: Numbers) -> Floats:
    """Relative errors as errors in ulps of the value; 0 where there is none."""
    with np.errstate(invalid="ignore"):
        ulps = error * np.where(value.mantissa == 0, 1.0, np.abs(value.mantissa))
    return np.where(value.defined, ulps, 0.0)


def step(op: str, value: Numbers, args: Sequence[Numbers]) -> Step:
    """The error model of a node with these exact values.

    >>> from symdyn.kernels.rewrite.exact import numbers
    >>> x, y = numbers([arb(1)]), numbers([1 + arb(2)**-10 / 3])
    >>> difference = numbers([y.balls[0] - x.balls[0]])
    >>> bool(step("sub", difference, [y, x]).amplification[0][0] > 2**10)
    True
    """
    with np.errstate(all="ignore"):
        if OPERATION[op].result in (BOOL, I64):
            return _silent(value, args)
        unusable = _unusable(op, value, args)
        own = np.where(unusable, HOPELESS, _rounding(op, value, args))
        pair = np.where(unusable, HOPELESS, _pair_rounding(op, value, args))
        zero = value.mantissa == 0
        factors = [_clean(factor) for factor in _amplification(op, value, args)]
        at_zero = _at_zero(op, args)
        factors = [
            np.where(zero, special, factor) * value.defined
            for special, factor in zip(at_zero, factors, strict=True)
        ]
        free = value.is_double & ~unusable
        quick = np.minimum(own * (LARGEST.get(op, FUNCTION) / FUNCTION), HOPELESS)
        return Step(own, quick, pair, _half_ulp(value), free, tuple(factors))


def _silent(value: Numbers, args: Sequence[Numbers]) -> Step:
    nothing = np.zeros(len(value.mantissa))
    never = np.zeros(len(value.mantissa), dtype=bool)
    return Step(nothing, nothing, nothing, nothing, never, tuple(nothing for _ in args))


def _unusable(op: str, value: Numbers, args: Sequence[Numbers]) -> Flags:
    """Where a double overflows, or an argument that matters has no value though the node has."""
    missing = value.exponent > LARGEST_EXPONENT
    if op == "select":
        chosen = np.where(args[0].mantissa != 0, args[1].defined, args[2].defined)
        return value.defined & (missing | ~args[0].defined | ~chosen)
    for arg in args:
        missing = missing | ~arg.defined
    return value.defined & missing


def _half_ulp(value: Numbers) -> Floats:
    """Half an ulp, relative; at most all of the value, where that is below all doubles."""
    normal = HALF_ULP / np.abs(value.mantissa)
    below = np.exp2(np.minimum(-1022.0 - value.exponent, 60)) / np.abs(value.mantissa)
    size = np.minimum(np.maximum(normal, below), ALL_WRONG)
    return np.where(value.is_double | ~value.defined, 0.0, size)


def _rounding(op: str, value: Numbers, args: Sequence[Numbers]) -> Floats:
    silent = (value.mantissa == 0) | ~value.defined
    if op in EXACT:
        return np.where(silent, 0.0, 0.0)
    half = np.where(value.is_double, HALF_ULP / np.abs(value.mantissa), _half_ulp(value))
    own = np.minimum(half * LIBRARY.get(op, HALF_ULP) / HALF_ULP, ALL_WRONG)
    return np.where(silent | _is_exact(op, value, args), 0.0, own)


def _is_exact(op: str, value: Numbers, args: Sequence[Numbers]) -> Flags:
    """Where the operation rounds nothing, whatever the errors of its arguments."""
    normal = value.exponent >= LEAST_EXPONENT
    if op in ("add", "sub"):
        x, y = args
        opposed = (x.mantissa * y.mantissa < 0) if op == "add" else (x.mantissa * y.mantissa > 0)
        ratio = np.abs(x.mantissa / y.mantissa) * np.exp2(np.clip(x.exponent - y.exponent, -9, 9))
        return opposed & (ratio >= 0.5) & (ratio <= 2)
    if op in ("mul", "div"):
        powers = [np.abs(arg.mantissa) == 0.5 for arg in (args if op == "mul" else args[1:])]
        constant = [power & power.all() for power in powers]
        return normal & np.logical_or.reduce(constant)
    return np.zeros(len(value.mantissa), dtype=bool)


def _pair_rounding(op: str, value: Numbers, args: Sequence[Numbers]) -> Floats:
    """What a pair loses: little, unless its low word is below all doubles."""
    silent = (value.mantissa == 0) | ~value.defined
    if op in EXACT:
        return np.zeros(len(value.mantissa))
    lost = _below(value)
    if op in RESIDUAL:
        lost = lost + _below(args[0])
    if op in ("mul", "div"):
        silent = silent | _is_exact(op, value, args)
    return np.where(silent, 0.0, np.minimum(PAIR_ROUNDING + lost, ALL_WRONG))


def _below(value: Numbers) -> Floats:
    """The smallest double relative to a value, in units."""
    lost = np.exp2(np.minimum(-1022.0 - value.exponent, 60)) / np.abs(value.mantissa)
    return np.where(value.mantissa == 0, 0.0, lost)


def _clean(factor: Floats) -> Floats:
    """Functions that vanish with their argument amplify by 1 where both are below all doubles."""
    return np.minimum(np.abs(np.nan_to_num(factor, nan=1.0, posinf=HOPELESS)), HOPELESS)


def _at_zero(op: str, args: Sequence[Numbers]) -> list[Floats]:
    """What spoils an exact zero: a product only its zero factors, all else any argument."""
    everything = [np.full(len(arg.mantissa), HOPELESS) for arg in args]
    if op == "mul":
        return [np.where(arg.mantissa == 0, HOPELESS, 0.0) for arg in args]
    if op == "div":
        return [everything[0], everything[0] * 0]
    if op == "select":
        return [everything[0] * 0, *_branches(args[0], HOPELESS)]
    return everything


def _branches(condition: Numbers, weight: float) -> list[Floats]:
    taken = condition.mantissa != 0
    return [np.where(taken, weight, 0.0), np.where(taken, 0.0, weight)]


def _ratio(x: Numbers, v: Numbers) -> Floats:
    scale = np.exp2(np.minimum(x.exponent - v.exponent, 1000))
    return np.abs(x.mantissa / v.mantissa) * scale


def _amplification(op: str, value: Numbers, args: Sequence[Numbers]) -> list[Floats]:
    """|d log value / d log argument| for each argument."""
    one = np.ones(len(value.mantissa))
    if op in ("add", "sub"):
        return [_ratio(arg, value) for arg in args]
    if op == "fma":
        exponent = args[0].exponent + args[1].exponent - value.exponent
        product = np.exp2(np.minimum(exponent, 1000))
        product = product * np.abs(args[0].mantissa * args[1].mantissa / value.mantissa)
        return [product, product, _ratio(args[2], value)]
    if op == "select":
        return [0 * one, *_branches(args[0], 1.0)]
    if op in ("min", "max"):
        same = [np.abs(_ratio(arg, value) - 1) < 1e-9 for arg in args]
        return [np.where(hit, 1.0, 0.0) for hit in same]
    if op == "hypot":
        return [_ratio(arg, value) ** 2 for arg in args]
    if op in DERIVATIVES:
        return DERIVATIVES[op](*(arg.real for arg in args), value.real)
    return [one for _ in args]


def _power(x: Floats, y: Floats, v: Floats) -> list[Floats]:
    return [y, y * np.log(np.abs(x))]


def _angle(y: Floats, x: Floats, v: Floats) -> list[Floats]:
    both = 1 / ((x / y + y / x) * v)
    return [both, both]


def _remainder(x: Floats, y: Floats, v: Floats) -> list[Floats]:
    return [x / v, (x - v) / v]


def _gamma(x: Floats, v: Floats) -> list[Floats]:
    return [x * np.array([float(arb(float(t)).digamma()) for t in x])]


def _log_gamma(x: Floats, v: Floats) -> list[Floats]:
    return [_gamma(x, v)[0] / v]


def _fading(factor: Floats, x: Floats) -> Floats:
    """A factor that ends far out, where doubles do not say what it is."""
    return np.where(x > 1000, 0.0, factor)


def _bell(x: Floats, v: Floats) -> list[Floats]:
    return [_fading(2 / np.sqrt(np.pi) * x * np.exp(-x * x) / v, np.abs(x))]


def _complementary(x: Floats, v: Floats) -> list[Floats]:
    """At most 2*x^2 + 1 on the right, where erfc(x) is near exp(-x^2)/(x*sqrt(pi))."""
    exact = np.abs(2 / np.sqrt(np.pi) * x * np.exp(-x * x) / v)
    return [np.where(np.isfinite(exact), np.minimum(2 * x * x + 1, exact), 2 * x * x + 1)]


# d log v / d log x of functions, in their arguments and their value; only the size matters.
DERIVATIVES: Mapping[str, Callable[..., list[Floats]]] = {
    "neg": lambda x, v: [np.ones_like(x)],
    "abs": lambda x, v: [np.ones_like(x)],
    "copysign": lambda x, y, v: [np.ones_like(x), np.zeros_like(x)],
    "floor": lambda x, v: [np.zeros_like(x)],
    "ceil": lambda x, v: [np.zeros_like(x)],
    "sign": lambda x, v: [np.zeros_like(x)],
    "mod": _remainder,
    "sqrt": lambda x, v: [0.5 * np.ones_like(x)],
    "sqrt_cubed": lambda x, v: [1.5 * np.ones_like(x)],
    "cbrt": lambda x, v: [np.ones_like(x) / 3],
    "pow": _power,
    "exp": lambda x, v: [x],
    "log": lambda x, v: [1 / v],
    "expm1": lambda x, v: [np.where(x > 0, x * (1 + 1 / v), _fading(x * np.exp(x) / v, -x))],
    "log1p": lambda x, v: [x / ((1 + x) * v)],
    "tan": lambda x, v: [x * (v + 1 / v)],
    "sin": lambda x, v: [x * np.sqrt(np.maximum(1 - v * v, 0)) / v],
    "cos": lambda x, v: [x * np.sqrt(np.maximum(1 - v * v, 0)) / v],
    "asin": lambda x, v: [x / (np.sqrt(np.maximum(1 - x * x, 0)) * v)],
    "acos": lambda x, v: [x / (np.sqrt(np.maximum(1 - x * x, 0)) * v)],
    "atan": lambda x, v: [1 / ((x + 1 / x) * v)],
    "atan2": _angle,
    "sinh": lambda x, v: [x * np.hypot(1, 1 / v)],
    "cosh": lambda x, v: [x * np.sqrt(np.maximum(1 - 1 / (v * v), 0))],
    "tanh": lambda x, v: [_fading(2 * x / np.sinh(2 * x), np.abs(x))],
    "asinh": lambda x, v: [x / (np.hypot(1, x) * v)],
    "acosh": lambda x, v: [1 / (np.sqrt(np.maximum(1 - 1 / (x * x), 0)) * v)],
    "atanh": lambda x, v: [x / (np.maximum(1 - x * x, 0) * v)],
    "erf": _bell,
    "erfc": _complementary,
    "gamma": _gamma,
    "lgamma": _log_gamma,
}
