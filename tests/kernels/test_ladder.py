"""The ladder stops at the first rung that meets the target, and says when none does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from sympy import Expr, cos, exp, log, sqrt, symbols

from symdyn.errors import InputError
from symdyn.kernels.backends import arb
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Program
from symdyn.kernels.ladder import RUNGS, Rung, climb
from symdyn.kernels.loading import load
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.numerics.ulps import errors_in_ulps
from symdyn.proof.domain import Domain

x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", real=True)
s, t, u0 = symbols("s t u0", positive=True)


def climbed(expr: Expr, target: float, measure: Callable[[Program], float] | None = None) -> Rung:
    args = sorted(expr.free_symbols, key=str)
    return climb(build(expr, args), Domain.of(args), target=target, measure=measure)


def compiled_error(rung: Rung, expr: Expr, rows: list[tuple[float, ...]]) -> float:
    """Largest error in ulps of the compiled program, against balls of the expression itself."""
    args = sorted(expr.free_symbols, key=str)
    exact = build(expr, args)
    kernel = load(module_text(Plan(rung.program, tuple(Range() for _ in args)))).kernel
    values = kernel(*np.array(rows).T)
    return float(
        errors_in_ulps(values, rows, lambda at, bits: arb.evaluate(exact, at, bits)[0]).max()
    )


def test_what_is_good_enough_stays_as_it_is() -> None:
    rung = climbed(x * y + 1, 1e300)
    assert (rung.number, rung.tried) == (1, ())


def test_first_rung_that_meets_the_target_is_taken() -> None:
    expr = sqrt(x + 1) - sqrt(x)
    assert climbed(expr, 3.0).number == 2
    careful = climbed(expr, 1.0)
    assert careful.number == 3 and [rung.number for rung in careful.tried] == [1, 2]
    assert "meets the target of 1 ulps" in careful.reason


def test_measured_errors_overrule_predicted_ones() -> None:
    asked: list[Program] = []

    def measure(program: Program) -> float:
        asked.append(program)
        return 5.0 if len(asked) < 3 else 0.7

    rung = climbed(sqrt(x + 1) - sqrt(x), 3.0, measure)
    assert rung.number == 3 and rung.measured == 0.7 and len(asked) == 3
    assert rung.tried[1].predicted <= 3.0 < rung.tried[1].error


def test_a_missed_target_is_said_with_what_comes_next() -> None:
    rung = climbed(y - sp.sin(y), 1.0)
    assert not rung.is_met and rung.misses > 0
    assert "misses the target" in rung.reason
    assert "rungs 4 (table) and 5 (masked) come next" in rung.reason


def test_rungs_are_numbered_in_order() -> None:
    assert [number for number, _, _ in RUNGS] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("target", [0.4, float("nan"), -1.0])
def test_a_target_below_half_an_ulp_is_refused(target: float) -> None:
    with pytest.raises(InputError, match="half an ulp"):
        climbed(x + 1, target)


def log_spread(low: float, high: float, count: int, seed: int) -> np.ndarray:
    return 10.0 ** np.random.default_rng(seed).uniform(low, high, count)


def test_learning_curve_reaches_one_ulp_from_its_textbook_form() -> None:
    """s -> 0, large t, u0 = 1e-300, and the region where exp(2*s*t) overflows."""
    expr = s / (1 + (s / u0 - 1) * exp(-2 * s * t))
    rung = climbed(expr, 1.0)
    strata = [
        ((-16, -1), (-1, 1), (-3, 0)),
        ((-1, 1), (-1, 1), (-3, 0)),
        ((-1, 1), (1, 4), (-3, 0)),
        ((-1, 1), (-1, 2.3), (-305, -250)),
        ((-300, -200), (0, 300), (-305, 0)),
    ]
    rows = [
        tuple(float(v) for v in row)
        for k, bounds in enumerate(strata)
        for row in zip(
            *(log_spread(*b, 100, 10 * k + j) for j, b in enumerate(bounds)), strict=True
        )
    ]
    assert compiled_error(rung, expr, rows) <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "expr",
    [
        sqrt(x + 1) - sqrt(x),
        1 / (x + 1) - 1 / x,
        (exp(y) - 1) / y,
        log(1 + x) / x,
        (1 - cos(x)) / x**2,
        sqrt(x**2 + s**2),
        sp.cbrt(x + 1) - sp.cbrt(x),
    ],
    ids=str,
)
def test_known_cancellations_end_below_two_ulps(expr: Expr) -> None:
    rung = climbed(expr, 2.0)
    count = len(expr.free_symbols)
    columns = [log_spread(-15, 2, 500, seed) for seed in range(count)]
    rows = [tuple(float(v) for v in row) for row in zip(*columns, strict=True)]
    assert rung.is_met and compiled_error(rung, expr, rows) <= 2.0
