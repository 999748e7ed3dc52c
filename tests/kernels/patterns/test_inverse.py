"""The pattern of implicit functions, on equations that are in no derivation, and on one that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Rational, Symbol, exp, log, oo, tanh

from symdyn.kernels.certify.references import Expression, on_balls
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import load
from symdyn.kernels.patterns.inverse import inverse_program
from symdyn.kernels.patterns.knots import STEPS
from symdyn.kernels.program import NotLowerable
from symdyn.kernels.ranges import Ranges
from symdyn.library import saxe2013
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.implicit import inverse
from symdyn.numerics.ulps import errors_in_ulps

ENTRIES = json.loads((Path(__file__).parents[2] / "reference/saxe2013.json").read_text())["entries"]
RNG = np.random.default_rng(6)
MOST = 0.51  # ulps
CURVE = saxe2013.T, saxe2013.u0, saxe2013.s

x, z = Symbol("x", real=True), Symbol("z", real=True)
y = Symbol("y", positive=True)
EVERYWHERE = np.concatenate([RNG.uniform(-9, 9, 60), 10 ** RNG.uniform(-300, 300, 40)])

# An equation, its interval, and values that it takes.
EQUATIONS: dict[str, tuple[Expr, Symbol, tuple[Any, Any], Doubles]] = {
    "x + log(x)": (y + log(y), y, (0, oo), np.append(EVERYWHERE, RNG.uniform(-690, 0, 40))),
    "x*exp(x)": (y * exp(y), y, (0, oo), np.abs(EVERYWHERE)),
    "x + x^3": (x + x**3, x, (-oo, oo), EVERYWHERE),
    "tanh(x)": (tanh(x), x, (-oo, oo), RNG.uniform(-1, 1, 100)),
}


def compiled(expr: Expr, args: tuple[Symbol, ...], steps: int = STEPS) -> Any:
    program = inverse_program([expr], args, steps)
    assert program is not None
    ranges = Ranges.of(args, None, ()).ranges
    return load(module_text(Plan(program, ranges, blocks=False))).kernel


def worst(expr: Expr, args: tuple[Symbol, ...], points: Doubles, steps: int = STEPS) -> float:
    values = compiled(expr, args, steps)(*points.T)
    return float(errors_in_ulps(values, points.tolist(), on_balls(Expression(expr, args))).max())


@pytest.mark.slow
@pytest.mark.parametrize("name", EQUATIONS)
def test_somebody_elses_equation_is_solved_to_the_last_digit(name: str) -> None:
    function, place, interval, values = EQUATIONS[name]
    expr = inverse(function, place, z, interval)
    assert worst(expr, (z,), values[:, None]) < MOST


@pytest.mark.slow
def test_one_step_too_few_is_seen() -> None:
    function, place, interval, values = EQUATIONS["x + x^3"]
    expr = inverse(function, place, z, interval)
    assert worst(expr, (z,), values[:60, None], STEPS - 1) > 2.0


@pytest.mark.slow
def test_another_equation_is_seen() -> None:
    right, wrong = (inverse(y + k * log(y), y, z, (0, oo)) for k in (1, 1 + Rational(1, 2**40)))
    values = compiled(wrong, (z,))(EVERYWHERE)
    errors = errors_in_ulps(values, EVERYWHERE[:, None].tolist(), on_balls(Expression(right, (z,))))
    assert errors.max() > 100.0


def test_nan_and_ends() -> None:
    kernel = compiled(inverse(y + log(y), y, z, (0, oo)), (z,))
    assert np.isnan(kernel(np.nan))
    assert kernel(-np.inf) == 0.0 and kernel(np.inf) == np.inf


def test_equations_with_parameters_are_refused_by_name() -> None:
    with pytest.raises(NotLowerable, match="the parameters z: scale them away"):
        inverse_program([inverse(y + z * log(y), y, z, (0, oo))], (z,))


@pytest.mark.parametrize(
    "entry",
    [e for e in ENTRIES if e["quantity"] == "infinite_depth_u"],
    ids=lambda e: e["inputs"]["u0"],
)
def test_infinite_depth_meets_reference_values(entry: Mapping[str, Any]) -> None:
    given = entry["inputs"]
    point = [float(given[name]) for name in ("T_equals_N_t_over_tau", "u0", "s")]
    value = float(compiled(saxe2013.infinite_depth_curve(), CURVE)(*point))
    assert value == pytest.approx(float(entry["value"]), rel=2e-13)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [6, 7, 8])
def test_infinite_depth_is_right_to_the_last_digit(seed: int) -> None:
    """Below s and above it, at the end of the plateau, at the start, and at rest."""
    rng = np.random.default_rng(seed)
    s, u0 = 10 ** rng.uniform(-3, 3, (2, 80))
    T = np.concatenate([10 ** rng.uniform(-3, 3, 40) / s[:40] ** 2, 1 / (s[40:] * u0[40:])])
    T[:5] = 0.0
    tiny = np.array([[1e12, 1e-12, 1.0], [1.00001e12, 1e-12, 1.0], [9e14, 1e-15, 1.0]])
    expr = saxe2013.infinite_depth_curve()
    assert worst(expr, CURVE, np.concatenate([np.stack([T, u0, s], 1), tiny])) < MOST
    kernel = compiled(expr, CURVE)
    assert kernel(0.0, 0.7, 3.0) == 0.7 and kernel(0.0, 7.0, 3.0) == 7.0
    assert (
        kernel(5.0, 3.0, 3.0) == 3.0 and kernel(1e300, 0.1, 3.0) == kernel(1e300, 9.0, 3.0) == 3.0
    )
