"""Pair arithmetic is good to about 2^-100, everywhere that doubles reach.

Errors are relative, in units of 2^-100, against Arb at 500 bits, for arguments that are themselves
pairs: of every size, near the zeros, poles and ends of the function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.definitions import definitions, has_pairs, required
from symdyn.kernels.arithmetic.series import SERIES, constants, two_over_pi
from symdyn.kernels.loading import load

UNIT = 2.0**-100
SMALLEST = 2.0**-950  # below, the low word of a result is subnormal
RNG_SEED = 5
COUNT = 400

HEADER = """import math

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
"""


@dataclass(frozen=True)
class Case:
    """A function, its range, its exact value, and the largest error that it may have."""

    name: str
    low: float
    high: float
    exact: Callable[..., arb]
    bound: float = 0.2


def cube_root(x: arb) -> arb:
    return abs(x).root(3) * x.sgn()


UNARY = (
    Case("sqrt", 1e-200, 1e300, arb.sqrt),
    Case("sqrt_cubed", 1e-150, 1e200, lambda x: x * x.sqrt(), 0.4),
    Case("cbrt", -1e300, 1e300, cube_root, 1.0),
    Case("exp", -600.0, 709.0, arb.exp, 16.0),  # the argument itself is known to 2^-97 at 700
    Case("expm1", -1e4, 709.0, arb.expm1, 16.0),
    Case("log", 1e-300, 1e308, arb.log),
    Case("log1p", -1 + 1e-15, 1e308, arb.log1p),
    Case("sin", -1e300, 1e300, arb.sin),
    Case("cos", -1e300, 1e300, arb.cos),
    Case("tan", -1e300, 1e300, arb.tan, 0.4),
    Case("asin", -1.0, 1.0, arb.asin),
    Case("acos", -1.0, 1.0, arb.acos),
    Case("atan", -1e300, 1e300, arb.atan),
    Case("sinh", -709.0, 709.0, arb.sinh, 32.0),
    Case("cosh", -709.0, 709.0, arb.cosh, 32.0),
    Case("tanh", -700.0, 700.0, arb.tanh, 0.4),
    Case("asinh", -1e300, 1e300, arb.asinh, 0.4),
    Case("acosh", 1.0, 1e300, arb.acosh, 0.4),
    Case("atanh", -1.0, 1.0, arb.atanh, 0.4),
)

BINARY = (
    Case("add_pp", -1e200, 1e200, lambda x, y: x + y),
    Case("sub_pp", -1e200, 1e200, lambda x, y: x - y),
    Case("mul_pp", -1e100, 1e100, lambda x, y: x * y),
    Case("div_pp", -1e100, 1e100, lambda x, y: x / y),
    Case("hypot", -1e300, 1e300, lambda x, y: (x * x + y * y).sqrt()),
    Case("atan2", -1e200, 1e200, lambda y, x: arb.atan2(y, x)),
)

SPECIAL = (0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1e-310, 1.7e308, 1.0, -1.0)


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """All pair functions, each in a loop of its own."""
    parts = [HEADER, *required([f"pair_{case.name}" for case in (*UNARY, *BINARY)])]
    parts += [_loop(case.name, 1) for case in UNARY] + [_loop(case.name, 2) for case in BINARY]
    return load("\n\n\n".join(parts))


def _loop(name: str, arity: int) -> str:
    inputs = ", ".join(f"h{k}, l{k}" for k in range(arity))
    values = ", ".join(f"h{k}[i], l{k}[i]" for k in range(arity))
    return (
        '@njit(error_model="numpy")\n'
        f"def loop_{name}({inputs}, h, l):\n"
        "    for i in range(h.size):\n"
        f"        h[i], l[i] = pair_{name}({values})\n"
    )


def run(module: ModuleType, case: Case, *words: Any) -> tuple[Any, Any]:
    high, low = np.empty(words[0].size), np.empty(words[0].size)
    getattr(module, f"loop_{case.name}")(*words, high, low)
    return high, low


def draw(case: Case, rng: np.random.Generator) -> tuple[Any, Any]:
    """Pairs in the range: of all sizes, near its ends, near 1 and near multiples of pi/2."""
    largest = max(abs(case.low), abs(case.high))
    signs = rng.choice([-1.0, 1.0], COUNT)
    sizes = signs * np.exp2(rng.uniform(-300, math.log2(largest), COUNT))
    moderate = signs * np.exp2(rng.uniform(-30, 10, COUNT))
    ends = [
        end * (1 + sign * np.exp2(rng.uniform(-53, -1, COUNT // 4)))
        for end in (case.low, case.high, 1.0, math.pi / 2, math.pi, 1000 * math.pi)
        for sign in (-1.0, 1.0)
    ]
    x = np.concatenate([sizes, moderate, rng.uniform(-1, 1, COUNT), *ends])
    x = x[(x > case.low) & (x < case.high)]
    return x, x * rng.uniform(-1, 1, x.size) * 2.0**-54


def ball(high: float, low: float) -> arb:
    return arb(float(high)) + arb(float(low))


def worst(case: Case, found: tuple[Any, Any], exact: list[arb]) -> float:
    """Largest relative error, in units of 2^-100, where the result is of ordinary size."""
    largest = 0.0
    for high, low, value in zip(*found, exact, strict=True):
        if SMALLEST < abs(float(value.mid())) < 1e308:
            error = abs(ball(high, low) - value) / abs(value)
            largest = max(largest, float(error.upper()) / UNIT)
    return largest


@pytest.mark.parametrize("case", UNARY, ids=lambda case: case.name)
def test_a_function_of_a_pair_is_a_pair(case: Case, module: ModuleType) -> None:
    with ctx.workprec(1500):
        x = draw(case, np.random.default_rng(RNG_SEED))
        exact = [case.exact(ball(h, l)) for h, l in zip(*x, strict=True)]
        assert worst(case, run(module, case, *x), exact) < case.bound


@pytest.mark.parametrize("case", BINARY, ids=lambda case: case.name)
def test_an_operation_on_pairs_is_a_pair(case: Case, module: ModuleType) -> None:
    rng = np.random.default_rng(RNG_SEED)
    with ctx.workprec(1500):
        ah, al = draw(case, rng)
        order = rng.permutation(ah.size)
        bh, bl = ah[order], al[order]
        near = rng.random(ah.size) < 0.3  # arguments that nearly cancel
        bh = np.where(near, -ah * (1 + rng.integers(-3, 4, ah.size) * 2.0**-52), bh)
        bl = np.where(near, al * rng.uniform(-1, 1, ah.size), bl)
        words = (ah, al, bh, bl)
        exact = [case.exact(ball(a, b), ball(c, d)) for a, b, c, d in zip(*words, strict=True)]
        assert worst(case, run(module, case, *words), exact) < case.bound


@pytest.mark.parametrize("case", UNARY, ids=lambda case: case.name)
def test_special_arguments_give_what_doubles_give(case: Case, module: ModuleType) -> None:
    x = np.array(SPECIAL)
    with np.errstate(all="ignore"):
        names = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
        names |= {"asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh"}
        if case.name == "sqrt_cubed":
            plain = x * np.sqrt(x)
        else:
            plain = getattr(np, names.get(case.name, case.name))(x)
    high, low = run(module, case, x, np.zeros_like(x))
    np.testing.assert_allclose(high, plain, rtol=1e-14, atol=1e-323, equal_nan=True)
    assert np.all((low == 0) | np.isfinite(high))


@pytest.mark.parametrize("name", ["add_pp", "mul_pp", "div_pp"])
def test_overflow_and_nan_pass_through_arithmetic(name: str, module: ModuleType) -> None:
    case = next(case for case in BINARY if case.name == name)
    a, b = (grid.ravel() for grid in np.meshgrid(SPECIAL, SPECIAL))
    plain = {"add_pp": np.add, "mul_pp": np.multiply, "div_pp": np.divide}[name]
    with np.errstate(all="ignore"):
        expected = plain(a, b)
    high, low = run(module, case, a, np.zeros_like(a), b, np.zeros_like(b))
    np.testing.assert_array_equal(high, expected)
    assert np.all(low[~np.isfinite(high)] == 0)


def test_cancellation_leaves_the_low_words(module: ModuleType) -> None:
    case = next(case for case in BINARY if case.name == "sub_pp")
    one, low = np.array([1.0]), np.array([1e-20])
    high, rest = run(module, case, one, low, one, 0 * low)
    assert (high[0], rest[0]) == (1e-20, 0.0)


def test_a_dropped_correction_is_noticed(module: ModuleType) -> None:
    case = UNARY[2]
    x = draw(case, np.random.default_rng(RNG_SEED))
    high, low = run(module, case, *x)
    with ctx.workprec(500):
        exact = [case.exact(ball(h, l)) for h, l in zip(*x, strict=True)]
        assert worst(case, (high, 0 * low), exact) > 2.0**45


def test_only_what_is_used_is_copied() -> None:
    text = "\n".join(required(["pair_mul_ff"]))
    assert "def fma" in text
    assert "exp" not in text
    order = [name for name in definitions() if name in ("settled", "pair_sqrt", "pair_acosh")]
    assert order == ["settled", "pair_sqrt", "pair_acosh"]


def test_functions_without_pairs_are_named() -> None:
    assert has_pairs("atan2")
    assert not has_pairs("erf")
    with pytest.raises(UnsupportedError, match="pair_erf"):
        required(["pair_erf"])


def test_constants_are_sums_of_words_of_what_they_stand_for() -> None:
    values = constants()
    with ctx.workprec(2000):
        half_pi = sum(
            arb(values[f"HALF_PI_{part}"]) for part in ("FIRST", "SECOND", "THIRD", "FOURTH")
        )
        assert abs(half_pi - arb.pi() / 2) < 2.0**-170
        log2 = sum(arb(values[f"LOG2_{part}"]) for part in ("SHORT", "MIDDLE", "REST"))
        assert abs(log2 - arb(2).log()) < 2.0**-140
        for row, found in enumerate(two_over_pi()):
            turns = 2 / arb.pi() * arb(2) ** (32 * row)
            rest = (turns - sum(arb(word) for word in found)) / 4
            assert abs(rest - (rest + 0.5).floor()) < 2.0**-250


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series[0])
def test_series_end_where_they_no_longer_count(series: tuple[str, Any, float]) -> None:
    _, coefficient, radius = series
    assert abs(float(coefficient(30))) * radius**30 < 2.0**-110 * abs(float(coefficient(0)))
