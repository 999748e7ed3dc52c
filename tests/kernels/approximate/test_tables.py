"""Generated polynomials reach the target, for expressions that stand in no other file."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy as sp
from numba import njit
from sympy import Expr, acos, besselj, besselk, cos, erf, erfc, exp, log, pi, sqrt

from symdyn.errors import UnsupportedError
from symdyn.kernels.approximate.tables import tables
from symdyn.kernels.backends import arb as balls
from symdyn.kernels.backends import latex
from symdyn.kernels.backends import mpmath as decimal
from symdyn.kernels.certify.references import Expression, on_balls
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.kernel import kernel
from symdyn.kernels.loading import load
from symdyn.kernels.lowering import lowered
from symdyn.kernels.operations import WIDE
from symdyn.kernels.program import NotLowerable
from symdyn.kernels.ranges import Range, Ranges
from symdyn.numerics.ulps import errors_in_ulps

x = sp.Symbol("x", real=True)
SEMI = sqrt(1 - x**2) + x * (pi - acos(x))

FUNCTIONS: tuple[tuple[Expr, Expr, Expr], ...] = (
    (SEMI, -1, 1),
    (SEMI * sp.Rational(81, 100) + x / 10, -1, 1),  # has a zero inside
    (log(1 + x) / x, sp.Rational(-1, 2), 1),
    ((exp(x) - 1 - x) / x**2, -1, 1),
    (sqrt(1 - x**2) * acos(x), -1, 1),
    (erf(x) / x, 0, sp.oo),
    ((1 - cos(x)) / x**2, -1, 1),
    (besselj(0, x), 0, 20),
    (sqrt(x + 1) - sqrt(x), 0, sp.oo),
    (exp(x**2) * erfc(x), 0, sp.oo),
    (log(sp.cosh(x)), -4, 4),
    (x / (exp(x) - 1), -1, 1),
    (sp.cbrt(x) * exp(-x), 0, 2),
    (1 / sqrt(1 - x**2), -1, 1),
    (acos(x / sp.pi), -3, sp.pi),  # an end that is no double
)


def points(low: float, high: float) -> np.ndarray:
    """Even, and at all distances from both ends and from 0."""
    draw = np.random.default_rng(3)
    low, high = max(low, -50.0), min(high, 50.0)
    near = 2.0 ** draw.uniform(-70, 0, (3, 60))
    found = np.concatenate([draw.uniform(low, high, 300), low + near[0], high - near[1], near[2]])
    return np.unique(found[(found > low) & (found < high) & (found != 0)])


@pytest.mark.parametrize(("expr", "low", "high"), FUNCTIONS, ids=lambda part: str(part))
def test_the_first_table_has_an_error_below_one_ulp(expr: Expr, low: Expr, high: Expr) -> None:
    part = Range(sp.S(low), sp.S(high))
    found = next(tables(expr, x, part, 1.0))
    text = module_text(Plan(found.program, (part,)))
    at = points(float(low), float(high))
    exact = on_balls(Expression(expr, (x,)))
    errors = errors_in_ulps(load(text).kernel(at), [[p] for p in at.tolist()], exact)
    assert not np.isnan(errors).any()
    assert errors.max() <= 1.0, f"at {at[errors.argmax()]!r}"
    assert len(text) < 64 * 1024


def test_a_loose_target_needs_no_pairs() -> None:
    part = Range(-sp.S.One, sp.S.One)
    found = next(tables(SEMI, x, part, 4.0))
    assert not any(node.type in WIDE for node in found.program.nodes)
    assert any(node.type in WIDE for node in next(tables(SEMI, x, part, 1.0)).program.nodes)
    at = points(-1.0, 1.0)
    values = load(module_text(Plan(found.program, (part,)))).kernel(at)
    exact = on_balls(Expression(SEMI, (x,)))
    assert 1 < errors_in_ulps(values, [[p] for p in at.tolist()], exact).max() <= 4


def test_powers_and_a_half_need_no_division() -> None:
    program = next(tables(SEMI, x, Range(-sp.S.One, sp.S.One), 1.0)).program
    assert program.count("sqrt_cubed") == 1
    assert program.count("div") == program.count("sqrt") == 0


def test_all_back_ends_agree_on_a_table() -> None:
    """Digits beyond those of doubles are those of the polynomial, the same everywhere."""
    program = next(tables(SEMI, x, Range(-sp.S.One, sp.S.One), 1.0)).program
    for at in (-0.75, -0.25, 0.3, 0.9):
        (ball,) = balls.evaluate(program, [at], 200)
        (number,) = decimal.evaluate(program, [at], 50)
        assert abs(float(ball.mid()) - float(number)) < 1e-30
        assert abs(ball - on_balls(Expression(SEMI, (x,)))([at], 200)) < 2.0**-50


@pytest.mark.parametrize("expr", [SEMI, (exp(x) - 1 - x) / x**2, 1 / sqrt(1 - x**2)], ids=str)
def test_loops_become_vector_code(expr: Expr) -> None:
    part = Range(-sp.S.One, sp.S.One)
    module = load(module_text(Plan(next(tables(expr, x, part, 1.0)).program, (part,))))
    loop = njit(error_model="numpy")(module.loop.py_func)
    loop(np.zeros(8), np.zeros(8))
    (code,) = loop.inspect_asm().values()
    if "fma" not in code and "fmla" not in code:
        pytest.skip("no fused instructions on this machine")
    assert re.search(r"vfn?m[a-z0-9]+pd|fmla\s+v\d+\.2d", code)


def test_the_ladder_takes_a_table_where_plain_forms_miss() -> None:
    found = lowered([SEMI / 3], Ranges.of([x], {x: (-1, 1)}), 1.0)
    assert found.rung == 4 and found.reached <= 1
    assert "rung 4, table" in found.remark and "meets the target" in found.remark


def test_what_is_no_operation_becomes_a_table() -> None:
    bessel = kernel(besselj(0, x), x, domain={x: (0, 20)}, target=1)
    assert bessel.rung == 4
    assert (
        abs(float(bessel(2.404825557695773)) - -1.176691651530894e-16 * 0.5191474972894669) < 1e-31
    )


def test_where_there_is_no_table_the_ladder_says_why() -> None:
    with pytest.raises(NotLowerable, match="no power of the distance from 0"):
        kernel(x * exp(x) * besselk(0, x) ** 2, x, domain={x: (0, 1)})
    found = lowered([(exp(x) - 1) * log(x) ** 2], Ranges.of([x], {x: (0, sp.oo)}), 0.6)
    assert found.rung != 4 and "no table, since" in found.remark


def test_a_table_that_would_be_too_large_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="no polynomials with less than"):
        next(tables(exp(-x) * (2 + cos(40 * x)), x, Range(sp.S.Zero, sp.Integer(16)), 1.0))


def test_values_that_take_too_long_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symdyn.kernels.approximate.tables.SECONDS", 0.001)
    with pytest.raises(UnsupportedError, match="take more than"):
        next(tables(besselj(1, x) + x, x, Range(sp.S.Zero, sp.Integer(20)), 1.0))


def test_values_that_are_slow_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debye function: each value is an integral on balls."""
    monkeypatch.setattr("symdyn.kernels.approximate.tables.SLOW", 1e-6)
    x, t = sp.symbols("x t", positive=True)
    debye = sp.Integral(t / (exp(t) - 1), (t, 0, x)) / x
    with pytest.raises(NotLowerable, match=r"each of its values takes .* s, and a table needs"):
        kernel(debye, x, domain={x: (0, 10)}, target=1)


@pytest.mark.slow
def test_an_antiderivative_has_a_proved_table() -> None:
    """A Debye function, whose integrand is a quotient of zeros at 0."""
    x, t = sp.symbols("x t", positive=True)
    debye = kernel(sp.Integral(t / (exp(t) - 1), (t, 0, x)) / x, x, domain={x: (0, 2)}, target=1)
    assert debye.proof is not None and debye.proof.holds
    assert float(debye(0.0)) == 1.0
    assert float(debye(1.0)) == pytest.approx(0.7775046341122483, rel=1e-15)


def test_documents_show_a_table() -> None:
    found = next(tables(SEMI, x, Range(-sp.S.One, sp.S.One), 1.0))
    assert "\\begin{cases}" in latex.text(found.program)
