"""Elementary functions of doubles are good to 0.7 ulp, and their corrections to 2^-55.

Errors are against Arb, for arguments of every size, near the zeros, poles and ends of the function.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx
from numba import njit

from symdyn.kernels.arithmetic.compensated_source import BINARY, UNARY
from symdyn.kernels.arithmetic.definitions import compensated, required
from symdyn.kernels.arithmetic.series import TAILS, Tail, economised
from symdyn.kernels.certify.proof.rounding import EXPONENTIAL, LOGARITHM_SIZE
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import load
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.numerics.ulps import errors_in_ulps
from tests.kernels.arithmetic.test_pairs import HEADER

x, y = sp.symbols("x y")
LARGEST = 0.7  # ulps
COUNT = 1500

# Where a result is finite and normal.
RANGES = {
    "cbrt": (-8e307, 8e307), "sin": (-8e307, 8e307), "cos": (-8e307, 8e307), "tan": (-8e307, 8e307),
    "exp": (-708.0, 709.7), "expm1": (-60.0, 709.7), "log": (5e-324, 1.7e308),
    "log1p": (-1 + 2**-53, 1e308), "asin": (-1.0, 1.0), "acos": (-1.0, 1.0),
    "atan": (-1e300, 1e300),
    "sinh": (-709.0, 709.0), "cosh": (-709.0, 709.0), "tanh": (-60.0, 60.0),
    "asinh": (-1e300, 1e300), "acosh": (1.0, 1e300), "atanh": (-1 + 2**-53, 1 - 2**-53),
}  # fmt: skip
SPECIAL = (0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.0, -1.0, 2.0, -2.0, 1e-310)
IN_NUMPY = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
IN_NUMPY |= {"asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh"}
EXACT: dict[str, Callable[..., arb]] = {
    "cbrt": lambda a: abs(a).root(3) * a.sgn(),
    "atan2": arb.atan2,
    "hypot": lambda a, b: (a * a + b * b).sqrt(),
}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """Each function in a loop of its own: rounded, and with its correction."""
    names = [f"{kind}_{name}" for name in (*UNARY, *BINARY) for kind in ("double", "comp")]
    loops = [_loop(name, 2 if name in BINARY else 1) for name in (*UNARY, *BINARY)]
    return load("\n\n\n".join([HEADER, *required(names), *loops]))


def _loop(name: str, arity: int) -> str:
    inputs = ", ".join(f"x{k}" for k in range(arity))
    values = [f"x{k}[i]" for k in range(arity)]
    return (
        '@njit(error_model="numpy")\n'
        f"def loop_{name}({inputs}, y, h, l):\n"
        "    for i in range(y.size):\n"
        f"        y[i] = double_{name}({', '.join(values)})\n"
        f"        h[i], l[i] = comp_{name}({', '.join(f'{value}, 0.0' for value in values)})\n"
    )


def run(module: ModuleType, name: str, *columns: Any) -> tuple[Any, Any, Any]:
    found = np.empty((3, columns[0].size))
    getattr(module, f"loop_{name}")(*columns, *found)
    return found[0], found[1], found[2]


def draw(low: float, high: float) -> Any:
    """Doubles of all sizes in a range, near its ends, and near 1."""
    rng = np.random.default_rng(7)
    signs = rng.choice([-1.0, 1.0], COUNT)
    sizes = signs * 10.0 ** rng.uniform(-320, math.log10(max(abs(low), abs(high))), COUNT)
    near = [end * (1 + sign * 2.0 ** -rng.integers(1, 53, 200))
            for end in (low, high, 0.5, 1.0) for sign in (-1, 1) if abs(end) < 1e308]  # fmt: skip
    points = np.concatenate(
        [rng.uniform(low, high, COUNT), rng.uniform(-3, 3, COUNT), sizes, *near]
    )
    return points[(points >= low) & (points <= high)]


def exact(name: str) -> Callable[[Any, int], arb]:
    function = EXACT.get(name) or getattr(arb, name)

    def at(point: Any, bits: int) -> arb:
        return function(*map(arb, point))

    return at


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_a_double_round_well(name: str, module: ModuleType) -> None:
    points = draw(*RANGES[name])
    errors = errors_in_ulps(run(module, name, points)[0], points[:, None].tolist(), exact(name))
    assert np.nanmax(errors) < LARGEST
    assert np.isfinite(errors).all()


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_doubles_round_well(name: str, module: ModuleType) -> None:
    first = draw(-1e307, 1e307)
    second = np.random.default_rng(8).permutation(first)
    found = run(module, name, first, second)[0]
    errors = errors_in_ulps(found, np.stack([first, second], axis=1).tolist(), exact(name))
    tiny = np.abs(found) < 1e-307  # a subnormal result is rounded twice
    assert np.nanmax(errors[~tiny]) < LARGEST
    assert np.nanmax(errors) <= 1.0


@pytest.mark.parametrize("name", UNARY)
def test_a_correction_adds_digits(name: str, module: ModuleType) -> None:
    points = draw(*RANGES[name])
    _, high, low = run(module, name, points)
    with ctx.workprec(400):
        for at, h, l in zip(points, high, low, strict=True):
            value = exact(name)((float(at),), 400)
            if abs(value) > 1e-250:
                error = abs(arb(float(h)) + arb(float(l)) - value)
                assert error < 2.0**-55 * abs(value), at
                if name == "log":  # what proofs rely on besides
                    assert error < LOGARITHM_SIZE, at
                if name == "exp":
                    assert error < EXPONENTIAL * abs(value), at


@pytest.mark.parametrize("name", UNARY)
def test_special_arguments_give_what_numpy_gives(name: str, module: ModuleType) -> None:
    points = np.array(SPECIAL)
    with np.errstate(all="ignore"):
        wanted = getattr(np, IN_NUMPY.get(name, name))(points)
    found = run(module, name, points)[0]
    np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=0, equal_nan=True)
    number = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(found[number]), np.signbit(wanted[number]))


def test_angles_in_all_quadrants_and_at_infinity(module: ModuleType) -> None:
    ends = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 1.0, -1.0, 1e300, -1e300])
    first, second = (grid.ravel() for grid in np.meshgrid(ends, ends))
    found = run(module, "atan2", first, second)[0]
    np.testing.assert_allclose(found, np.arctan2(first, second), rtol=1e-15, atol=0)


def difference() -> Plan:
    """exp(x) y - x y with all operations compensated."""
    program = build(sp.exp(x) * y - x * y, (x, y))
    wide = {k: "pair" for k, node in enumerate(program.nodes) if node.args}
    return Plan(compensated(program.retyped(wide)), (Range(), Range()))


def test_programs_are_compensated_as_a_whole() -> None:
    kernel = load(module_text(difference())).kernel
    rng = np.random.default_rng(3)
    points = np.stack([rng.uniform(-3, 3, 500), rng.uniform(-5, 5, 500)], axis=1)
    errors = errors_in_ulps(
        kernel(*points.T),
        points.tolist(),
        lambda at, bits: arb(at[0]).exp() * at[1] - arb(at[0]) * at[1],
    )
    assert errors.max() < 0.51


def test_without_its_correction_a_program_loses_digits() -> None:
    text = module_text(difference())
    assert "return s, (a - (s - z)) + (b - z)" in text
    kernel = load(text.replace("return s, (a - (s - z)) + (b - z)", "return s, 0.0")).kernel
    points = np.random.default_rng(3).uniform(0.1, 3, (500, 2))
    errors = errors_in_ulps(
        kernel(*points.T),
        points.tolist(),
        lambda at, bits: arb(at[0]).exp() * at[1] - arb(at[0]) * at[1],
    )
    assert errors.max() > 0.6


def test_an_infinite_part_leaves_the_plain_value() -> None:
    program = build(1 / (1 + sp.exp(x)), (x,))
    wide = {k: "pair" for k, node in enumerate(program.nodes) if node.args}
    kernel = load(module_text(Plan(compensated(program.retyped(wide)), (Range(),)))).kernel
    assert kernel([800.0, np.inf, -800.0, 0.0]).tolist() == [0.0, 0.0, 1.0, 0.5]


@pytest.mark.parametrize("tail", TAILS, ids=lambda tail: tail[0])
def test_shortened_series_stay_near_the_series(tail: Tail) -> None:
    _, coefficient, (low, high) = tail
    short = economised(coefficient, (low, high))
    for at in np.linspace(low, high, 41):
        point = sp.Rational(float(at))
        whole = sum(sp.Rational(*coefficient(k).as_integer_ratio()) * point**k for k in range(90))
        cut = sum(sp.Rational(*c.as_integer_ratio()) * point**k for k, c in enumerate(short))
        assert abs(float(whole - cut)) < 2.0**-57 * abs(float(coefficient(0)))
    assert len(short) < 20


@pytest.mark.parametrize("name", [*UNARY, *BINARY])
def test_a_loop_over_a_function_is_vector_code(name: str, module: ModuleType) -> None:
    """All of its arithmetic on several doubles at once, and no call of a library."""
    values = ", ".join(f"x{k}[i]" for k in range(2 if name in BINARY else 1))
    inputs = values.replace("[i]", "")
    body = f"def loop({inputs}, y):\n    for i in range(y.size):\n        y[i] = f({values})\n"
    space: dict[str, Any] = {"f": getattr(module, f"double_{name}")}
    exec(body, space)
    loop = njit(error_model="numpy")(space["loop"])
    columns = [np.linspace(0.1, 0.9, 64)] * (inputs.count(",") + 2)
    loop(*columns[:-1], np.empty(64))
    (assembly,) = loop.inspect_asm().values()
    x86 = "x86" in os.uname().machine
    packed = r"\bv?(mul|fn?madd\d+|fn?msub\d+)pd\b" if x86 else r"\bfml[as]\s+v\d+\.2d"
    assert len(re.findall(packed, assembly)) >= 3
    assert not re.search(r"\b(cbrt|sin|cos|tan|exp|log|atan2?|hypot)\b", assembly)


HARD = (  # nearest to multiples of pi/2, relative to their size (Muller 2016), and ends of the ways
    6381956970095103.0 * 2.0**797, 5319372648326541.0 * 2.0**-43, 2.0**30, 2.0**30 * (1 + 2**-52),
    math.nextafter(2.0**30, 0), 1.7976931348623157e308, 2.0**1023, math.pi / 2, math.pi,
)  # fmt: skip


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_arguments_near_multiples_of_a_quarter_turn_lose_no_digits(
    name: str, module: ModuleType
) -> None:
    turns = np.unique(np.geomspace(1, 2.0**33, 600).round())
    near = np.concatenate([np.nextafter(turns * (math.pi / 2), end) for end in (0, math.inf)])
    points = np.concatenate([HARD, turns * (math.pi / 2), near])
    rounded, high, low = run(module, name, points)
    errors = errors_in_ulps(rounded, points[:, None].tolist(), exact(name))
    assert errors.max() < LARGEST
    with ctx.workprec(1500):
        for at, h, l in zip(points, high, low, strict=True):
            value = exact(name)((float(at),), 1500)
            assert abs(arb(float(h)) + arb(float(l)) - value) < 2.0**-55 * abs(value), at


@pytest.mark.parametrize("size", [1.0, 1e6, 1e12, 1e25, 1e200])
def test_a_correction_of_the_argument_turns_as_well(size: float, module: ModuleType) -> None:
    text = (
        '@njit(error_model="numpy")\ndef run(x, e, h, l):\n    for i in range(x.size):\n'
        "        h[i], l[i] = comp_sin(x[i], e[i])\n"
    )
    loop = load("\n\n\n".join([HEADER, *required(["comp_sin"]), text])).run
    rng = np.random.default_rng(6)
    points = size * rng.uniform(1, 9, 400)
    words = points, points * rng.uniform(-1, 1, 400) * 2.0**-53
    found = np.empty((2, 400))
    loop(*words, *found)
    with ctx.workprec(1500):
        for at, e, h, l in zip(*words, *found, strict=True):
            value = (arb(float(at)) + arb(float(e))).sin()
            assert abs(arb(float(h)) + arb(float(l)) - value) < 2.0**-50 * abs(value), at


def test_a_quarter_turn_in_two_words_is_not_enough(module: ModuleType) -> None:
    text = "\n\n\n".join([HEADER, *required(["double_sin"]), _loop_of_sine()])
    right = "rl - fma(q, HALF_PI_REST, fma(q, HALF_PI_LOW, -p))"
    assert right in text
    wrong = load(text.replace(right, "rl")).loop
    points = np.arange(1.0, 2.0**24, 30011) * math.pi
    found = np.empty_like(points)
    wrong(points, found)
    assert errors_in_ulps(found, points[:, None].tolist(), exact("sin")).max() > 10 * LARGEST


def _loop_of_sine() -> str:
    return (
        '@njit(error_model="numpy")\ndef loop(x, y):\n    for i in range(y.size):\n'
        "        y[i] = double_sin(x[i])\n"
    )
