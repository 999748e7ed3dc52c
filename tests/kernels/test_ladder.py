"""The ladder stops at the first rung that meets the target, and says when none does."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy import Expr, cos, exp, log, sqrt, symbols

from symdyn.errors import InputError
from symdyn.kernels.approximate.tables import Table
from symdyn.kernels.backends import arb
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.ladder import RUNGS, Measure, Rung, _Ladder, _Tables, climb
from symdyn.kernels.loading import load
from symdyn.kernels.mask import Mask
from symdyn.kernels.measurement import Errors
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.promotion import in_pairs
from symdyn.numerics.ulps import errors_in_ulps
from symdyn.proof.domain import Domain

x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", real=True)
s, t, u0 = symbols("s t u0", positive=True)


def climbed(expr: Expr, target: float, measure: Measure | None = None) -> Rung:
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

    def measure(program: Program, mask: Mask | None) -> Errors:
        asked.append(program)
        return seen([1.0], [5.0 if len(asked) < 3 else 0.7])

    rung = climbed(sqrt(x + 1) - sqrt(x), 3.0, measure)
    assert rung.number == 3 and rung.measured == 0.7 and len(asked) == 3
    assert rung.tried[1].predicted <= 3.0 < rung.tried[1].error


def test_a_missed_target_is_said_with_what_comes_next() -> None:
    rung = climbed(y - sp.sin(y), 1.0)
    assert not rung.is_met and rung.misses > 0
    assert "misses the target of 1 ulps at" in rung.reason and "no rung meets it" in rung.reason


def seen(points: list[float], errors: list[float]) -> Errors:
    """Errors at points of one argument where all values are 1."""
    return Errors(np.array(points)[:, None], [np.ones(len(points))], np.array(errors))


def test_a_rung_that_fails_beyond_a_mask_is_taken_under_it_before_pairs_are() -> None:
    def measure(program: Program, mask: Mask | None) -> Errors:
        return seen([1.0, 1e200], [1.0, 1.0 if mask else np.inf])

    rung = climbed(sqrt(x + 1) - sqrt(x), 3.0, measure)
    assert (rung.number, rung.below, rung.is_met) == (5, 1, True)
    assert rung.mask is not None and rung.mask.odd.size == 300
    assert "arguments beyond 2^300 or 2^-300 in far arithmetic" in rung.reason
    assert [other.number for other in rung.tried] == [1, 2]


def test_no_mask_is_made_for_what_fails_at_ordinary_inputs() -> None:
    rung = climbed(sqrt(x + 1) - sqrt(x), 3.0, lambda *_: seen([1.0, 1e200], [9.0, 1.0]))
    assert rung.mask is None and not rung.is_met and "worst at 1" in rung.reason


def test_a_function_without_far_arithmetic_gets_no_mask() -> None:
    rung = climbed(sp.erf(x) * x, 2.0, lambda *_: seen([1.0, 1e200], [1.0, np.inf]))
    assert rung.mask is None and rung.misses == 0.5


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


@pytest.mark.parametrize(("target", "is_quick"), [(2.0, True), (1.0, False)])
def test_quick_functions_come_first_where_more_than_an_ulp_is_allowed(
    target: float, is_quick: bool
) -> None:
    rung = climbed(exp(y), target)
    assert (rung.number, rung.program.nodes[-1].type == "quick") == (1, is_quick)
    assert ("quick functions" in rung.reason) == is_quick


def test_quick_functions_that_are_measured_to_miss_are_not_taken() -> None:
    def measure(program: Program, mask: Mask | None) -> Errors:
        error = 3.0 if any(node.type == "quick" for node in program.nodes) else 0.6
        return Errors(np.array([[1.0]]), [np.array([1.0])], np.array([error]))

    rung = climbed(exp(y), 2.0, measure)
    assert (rung.number, rung.program.nodes[-1].type, rung.error) == (1, "f64", 0.6)
    assert [one.error for one in rung.tried] == [3.0]


def test_a_quick_function_takes_the_correction_of_its_argument() -> None:
    expr = exp(-(y**2) / 2)
    rung = climbed(expr, 2.0)
    types = {node.op: node.type for node in rung.program.nodes}
    assert types["exp"] == "quick" and "compensated" in types.values()
    rows = [(float(v),) for v in np.linspace(-20, 20, 900)]
    assert compiled_error(rung, expr, rows) <= 2.0


def with_lookups(program: Program, rows: int) -> Program:
    """A program that takes the same inputs and reads a table of so many rows."""
    graph = Graph(program.inputs)
    column = sp.Tuple(*map(sp.Integer, range(rows)))
    place = 0
    for _ in range(12):
        place = graph.add("entry", place, value=column)
    return graph.program([place])


@pytest.mark.parametrize(("rows", "first"), [(40, "pairs"), (2, "table")])
def test_of_a_table_and_compensated_functions_the_cheaper_is_tried_first(
    rows: int, first: str
) -> None:
    program = build(sp.cbrt(x + 1) - sp.cbrt(x), [x])
    table = Table(with_lookups(program, rows), 0.5)
    assert any(node.op == "entry" for node in table.program.nodes)

    def measure(program: Program, mask: Mask | None) -> Errors:
        wide = any(node.type != "f64" for node in program.nodes)
        return seen([1.0], [0.6 if wide or program is table.program else 9.0])

    rung = climb(program, Domain.of([x]), target=2.0, measure=measure, tables=[table])
    assert rung.name == first


def test_a_long_program_without_hope_is_not_measured_in_doubles() -> None:
    asked: list[Program] = []

    def measure(program: Program, mask: Mask | None) -> Errors:
        asked.append(program)
        return Errors(np.ones((1, 1)), [np.ones(1)], np.zeros(1))

    lost = (exp(y) + 1) ** 2 - exp(2 * y) - 2 * exp(y)  # 1, after everything has cancelled
    long = sum((lost**k * cos(k * y) for k in range(1, 30)), lost)
    program, domain = build(long, [y]), Domain.of([y], [y > 30, y < 40])
    rung = climb(program, domain, target=2.0, measure=measure)
    assert rung.number >= 2 and program not in asked
    short = climb(build(lost, [y]), domain, target=2.0, measure=measure)
    assert (short.number, asked[-1]) == (1, build(lost, [y]))


def test_where_pairs_do_not_do_all_of_them_are_tried() -> None:
    """What misses the target at a few points of a prediction may need more pairs at others."""
    expr = (exp(y) - exp(s)) * (sqrt(y**2 + 1) - s) + y
    args = [s, y]
    program = build(expr, args)
    points = Points(((1.5, 1.5000000001), (1e300, 2.0)), (256, 256))
    rungs = [*_Ladder(program, Domain.of(args), points, 0.5, _Tables(None)).rungs()]
    assert rungs[-1].program == in_pairs(rungs[-1].program)
    assert rungs[-1].number == 3
