"""Far arithmetic overflows nowhere; a mask sends the inputs to it that need it, and no others."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy import cbrt
from sympy.codegen.cfunctions import expm1, hypot, log1p

from symdyn.errors import UnsupportedError
from symdyn.kernels.backends import arb, far
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.kernel import kernel
from symdyn.kernels.loading import load
from symdyn.kernels.mask import Mask, Odd, otherwise
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.numerics.ulps import errors_in_ulps

x, y = sp.symbols("x y", positive=True)
r = sp.Symbol("r", real=True)
COUNT = 400

# What far arithmetic is asked for, in forms without cancellation.
EXPRESSIONS = (
    -1 / (x * (x + 1)),
    expm1(r) / r,
    log1p(x) / x,
    y**2 / (x + hypot(x, y)),
    sp.exp(-x) * (1 + sp.exp(-y)),
    sp.log(x) * x,
    1 / (1 + sp.exp(-r)),
    sp.sinh(r) / r + sp.cosh(r),
    sp.asinh(r) * sp.atan(r) * sp.tanh(r),
    sp.atan2(x, y) / x,
    cbrt(x) ** 2,
    x**sp.pi,
    sp.Max(x, y) / sp.Min(x, y),
    sp.sin(r) / r,
    sp.acosh(2 + x**2),
    sp.Piecewise((x**3, x < y), (y / 3, True)),
    sp.sign(r) * abs(r) ** sp.Rational(5, 2),
)


ARGUMENTS = (r, x, y)


@pytest.fixture(scope="module")
def found() -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Points of all sizes, and all expressions there by the careful core alone.

    Under a mask of size -1 everything but 0 is odd.
    """
    program = build(EXPRESSIONS, ARGUMENTS)
    positive = Range(sp.S.Zero, sp.oo)
    plan = Plan(program, (Range(), positive, positive), mask=Mask(Odd(-1), program))
    rng = np.random.default_rng(4)
    points = 10.0 ** rng.uniform(-320, 308, (COUNT, 3))
    points[: COUNT // 2] = 10.0 ** rng.uniform(-3, 3, (COUNT // 2, 3))
    points[:, 0] *= rng.choice([-1, 1], COUNT)
    return points, load(module_text(plan)).kernel(*points.T)


@pytest.mark.parametrize("place", range(len(EXPRESSIONS)), ids=lambda k: str(EXPRESSIONS[k]))
def test_far_arithmetic_rounds_once_from_end_to_end_of_the_doubles(
    place: int, found: tuple[np.ndarray, tuple[np.ndarray, ...]]
) -> None:
    program = build(EXPRESSIONS[place], ARGUMENTS)
    points, values = found
    errors = errors_in_ulps(
        values[place], points.tolist(), lambda p, bits: arb.evaluate(program, p, bits)[0]
    )
    assert np.nanmax(errors) <= 0.501
    assert not np.isnan(errors).all()


def test_far_arithmetic_needs_its_exponents() -> None:
    program = build(-1 / (x * (x + 1)), (x,))
    text = module_text(Plan(program, (Range(sp.S.Zero, sp.oo),), mask=Mask(Odd(-1), program)))
    broken = text.replace("return far(h, l, an + bn)", "return far(h, l, an)")
    assert broken != text
    assert load(broken).kernel(1e-200) != load(text).kernel(1e-200) == -1e200


def test_what_far_arithmetic_lacks_is_named() -> None:
    with pytest.raises(UnsupportedError, match="no erf"):
        far.printed(build(sp.erf(x), (x,)))


EVERYWHERE = Odd(100, ((0.0, np.inf), (0.0, np.inf)))


@pytest.mark.parametrize(
    "odd", [Odd(100), Odd(40, ((1e-3, 2.0), (1.0, 1e9))), Odd(9, (), True), EVERYWHERE]
)
def test_text_and_numpy_agree_on_what_is_odd(odd: Odd) -> None:
    values = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -3.0, 1e40, 1e-40, 5e-324, 1e305, -1e-305]
    grid = np.array(np.meshgrid(values, values, values)).reshape(3, -1).T
    text = odd.text(["x0", "x1"], ["y0"]).replace("(not ", "np.logical_not(")
    scope = {"np": np, "x0": grid[:, 0], "x1": grid[:, 1], "y0": grid[:, 2]}
    found = eval(text, scope)
    np.testing.assert_array_equal(found, odd(grid[:, :2], [grid[:, 2]]))
    assert 0 < found.sum() < len(grid)


def test_results_are_odd_only_where_such_results_were_wrong() -> None:
    points = np.array([[710.0], [750.0], [1e6], [3.0]])
    values = [np.array([np.inf, np.inf, np.inf, 1.0])]
    odd = Odd.of(100, points, values, np.array([True, False, False, False]))
    assert odd(points, values).tolist() == [True, True, False, False]
    assert Odd.of(100, points, values, np.zeros(4, bool)).reach == ()


def test_of_several_arguments_all_such_results_are_odd() -> None:
    points = np.array([[710.0, 1.0], [1.0, 750.0], [3.0, 1.0]])
    values = [np.array([np.inf, 0.0, 1.0])]
    odd = Odd.of(100, points, values, np.array([True, False, False]))
    assert odd(points, values).tolist() == [True, True, False]


def test_the_second_program_is_for_where_the_first_has_no_value() -> None:
    both = otherwise(build(x / x, (x,)), build(1 + x, (x,)))
    found = load(module_text(Plan(both, (Range(),)))).kernel([0.0, 2.0])
    assert found.tolist() == [1.0, 1.0]


@pytest.mark.slow
def test_a_kernel_is_accurate_where_its_intermediate_values_overflow() -> None:
    s, t, u0 = sp.symbols("s t u0", positive=True)
    curve = kernel(s / (1 + (s / u0 - 1) * sp.exp(-2 * s * t)), (s, t, u0))
    assert curve.rung == 5 and curve.mask is not None
    found = curve([1e-303, 3.0, 1e300], [1e-53, 1e300, 1e-305], [1e25, 1e-300, 1e-10])
    assert found.tolist() == [float(f"{v:.17g}") for v in found] and np.isfinite(found).all()
    assert curve.certificate.error <= 2
    scalar = [curve.scalar(a, b, c) for a, b, c in [(1e-303, 1e-53, 1e25), (3.0, 1e300, 1e-300)]]
    assert scalar == found[:2].tolist()


def test_ordinary_inputs_never_enter_far_arithmetic() -> None:
    program = build(sp.exp(-x), (x,))
    wrong = build(sp.exp(-x) + 1, (x,))
    made = load(module_text(Plan(program, (Range(),), mask=Mask(Odd(100), wrong)))).kernel
    assert made([0.5, 0.0, 600.0]).tolist() == [np.exp(-0.5), 1.0, np.exp(-600.0)]
    assert made([1e-40]).tolist() == [2.0]
