"""All float32 inputs of a kernel are decided: by doubles where these are clear, by balls elsewhere.

Truth is brute force: every input of a small interval in balls, rounded by fractions.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb

from symdyn.errors import InputError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.certificate import rows
from symdyn.kernels.certify.exhaustive import Exhaustive, exhaustive
from symdyn.kernels.certify.modules import EmittedKernel
from symdyn.kernels.certify.near_ties import near_ties, sudden
from symdyn.kernels.certify.references import Expression, on_balls
from symdyn.kernels.certify.single_inputs import blocks, numbers, spans
from symdyn.kernels.certify.single_rounding import nearest_single, rounded
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.ranges import Ranges
from tests.kernels.certify.plain import plain

x = sp.Symbol("x", real=True)
TINY = sp.Rational(1, 2**149)


def at_ends(ball: arb) -> float:
    """The float32 nearest to both ends of a ball."""
    low, high = (
        nearest_single(Fraction(int(m)) * Fraction(2) ** int(e))
        for m, e in (ball.lower().man_exp(), ball.upper().man_exp())
    )
    assert low == high
    return low


def misrounded(expr: sp.Expr, function: Any, low: float, high: float) -> set[float]:
    """By brute force, for an expression that is nowhere on a tie."""
    inputs = np.concatenate(
        [numbers(np.arange(a, b + 1, dtype=np.uint32)) for a, b in spans(low, high)]
    )
    exact = on_balls(Expression(expr, (x,)))
    right = np.array([at_ends(exact([v], 400)) for v in inputs.tolist()])
    with np.errstate(over="ignore"):
        return set(inputs[np.asarray(function(inputs), np.float32).astype(float) != right].tolist())


# --- rounding to single precision


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (Fraction(1) + Fraction(1, 2**24), 1.0),
        (Fraction(1) + Fraction(3, 2**24), 1.0 + 2.0**-22),
        (Fraction(1) + Fraction(1, 2**24) + Fraction(1, 2**200), 1.0 + 2.0**-23),
        (Fraction(2) - Fraction(1, 2**60), 2.0),
        (Fraction(1, 2**150), 0.0),
        (Fraction(3, 2**150), 2.0**-148),
        (Fraction(1, 2**150) + Fraction(1, 2**400), 2.0**-149),
        (Fraction(2**128 - 2**103), np.inf),
        (Fraction(2**128 - 2**103 - 1), float(np.finfo(np.float32).max)),
    ],
)
def test_ties_go_to_even_among_all_numbers_of_single_precision(
    value: Fraction, right: float
) -> None:
    assert nearest_single(value) == right and nearest_single(-value) == -right


def test_doubles_round_as_numpy_rounds_them() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.uniform(-2, 2, 3000) * 2.0 ** rng.integers(-152, 130, 3000)
    with np.errstate(over="ignore"):
        expected = drawn.astype(np.float32)
    assert [nearest_single(Fraction(v)) for v in drawn.tolist()] == expected.astype(float).tolist()


def test_balls_across_a_tie_are_made_narrower_or_left_undecided() -> None:
    third = rounded(lambda bits: arb(1) / 3)
    assert third is not None and third[0] == float(np.float32(1 / 3))
    tie = arb(1) + arb(2) ** -24
    assert rounded(lambda bits: tie) == (1.0, Fraction(2**24 + 1, 2**24))
    assert rounded(lambda bits: tie + arb(0, 2.0**-900)) is None
    above = rounded(lambda bits: tie + arb(2) ** -300 + arb(0, arb(2) ** -bits))
    assert above is not None and above[0] == 1.0 + 2.0**-23


# --- near ties, sudden changes, inputs


def test_doubles_near_ties_are_those_that_a_small_change_rounds_otherwise() -> None:
    rng = np.random.default_rng(1)
    ties = np.concatenate([rng.uniform(1, 2, 500), 2.0 ** rng.uniform(-150, 127, 500)])
    ties = ties.astype(np.float32)
    between = (ties.astype(float) + np.nextafter(ties, np.float32(np.inf)).astype(float)) / 2
    drawn = between * (1 + rng.uniform(-40, 40, 1000) * 2.0**-52)
    few = 12 * np.spacing(drawn)
    changed = (drawn - few).astype(np.float32) != (drawn + few).astype(np.float32)
    wider = 26 * np.spacing(drawn)
    unclear = (drawn - wider).astype(np.float32) != (drawn + wider).astype(np.float32)
    found = np.zeros(1000, bool)
    found[near_ties(drawn, 12)] = True
    assert changed.sum() > 200 and (found >= changed).all() and (found <= unclear).all()


def test_what_is_not_finite_counts_as_near_a_tie() -> None:
    assert near_ties(np.array([1.0, np.nan, np.inf, -np.inf, 0.0, -0.0]), 9).tolist() == [1, 2, 3]


def test_a_step_is_sudden_and_a_smooth_function_is_not() -> None:
    values = np.sin(1 + np.arange(100_000) * 2.0**-23)
    assert not sudden(values, 288.0).size
    values[40_000:40_020] += 2.0**-44
    assert np.abs(sudden(values, 288.0) - 40_010).max() < 14


def test_blocks_hold_every_input_once() -> None:
    low, high = -(2.0**-133), 2.0**-132
    inputs = np.concatenate([numbers(b.patterns[b.before :]) for b in blocks(low, high, 6)])
    assert inputs.tolist() == [
        *(k * 2.0**-149 for k in range(2**17 + 1)),
        *(-k * 2.0**-149 for k in range(2**16 + 1)),
    ]
    assert np.signbit(inputs[inputs == 0]).tolist() == [False, True]


def test_the_ends_of_an_interval_are_its_outermost_inputs() -> None:
    third, pi = 1 / 3, np.pi
    (first, last), *others = spans(third, pi)
    low, high = numbers(np.array([first, last], np.uint32))
    below, above = numbers(np.array([first - 1, last + 1], np.uint32))
    assert not others and below < third < low and high < pi < above
    assert len(spans(-1.0, 1e308)) == 2 and spans(2.0, 1e308)[0][1] == 0x7F7FFFFF
    assert spans(1 + 2.0**-40, 1 + 2.0**-30) == ()


# --- kernels


EXPRESSIONS = {
    "sqrt(x)/3": (sp.sqrt(x) / 3, 1.0, 1.0 + 2.0**-9),
    "overflow": (x**3, 2.0**42.666 - 2.0**32, 2.0**42.667),
    "subnormal results": (x**2 / 3, 2.0**-70, 2.0**-70 * (1 + 2.0**-9)),
    "subnormal inputs": (x / 3, -(2.0**-136), 2.0**-136),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_sweep_finds_what_brute_force_finds(name: str) -> None:
    """With an error of some 2^-33, so that thousandths of all results are wrong."""
    expr, low, high = EXPRESSIONS[name]
    domain = {x: (sp.Rational(low), sp.Rational(high))}
    good, bad = (
        plain(expr, x, domain=domain, computed=c)
        for c in (expr, expr * (1 + sp.Rational(1, 2**33)))
    )
    assert exhaustive(good).misrounded == 0 == len(misrounded(expr, good, low, high))
    found, truth = exhaustive(bad), misrounded(expr, bad, low, high)
    assert found.misrounded == len(truth) and found.undecided == 0
    assert truth or name.startswith("subnormal")
    assert {float.fromhex(one.input) for one in found.worst} <= truth


@cache
def bessel() -> Kernel:
    return kernel(sp.besselj(0, x), x, domain={x: (0, 20)}, target=1)


def emitted(f: Kernel, source: str, *ends: float) -> EmittedKernel:
    """A kernel with another text, meant within some ends."""
    domain = Ranges.of(f.args, {f.args[0]: tuple(map(sp.Rational, ends))}) if ends else f.domain
    kept = (f.name, f.results, f.args, domain, f.limits, f.definition, (), "", "", 1, 1.0)
    return EmittedKernel(source, *kept, f.dtype)  # type: ignore[arg-type]


def moved(text: str, change: float) -> str:
    return repr(float(text) * (1 + change))


def test_a_coefficient_that_is_slightly_wrong_is_found() -> None:
    f = kernel("cho2009::arccos", degree=1)
    coefficient = repr(float(sp.sqrt(2) / (3 * sp.pi)))  # of (1 + c)^(3/2), the leading one
    assert f.source.count(coefficient) == 1
    wrong = f.source.replace(coefficient, moved(coefficient, 2.0**-30))
    assert exhaustive(emitted(f, f.source, 0.25, 0.375)).misrounded <= 3
    found = exhaustive(emitted(f, wrong, 0.25, 0.375))
    assert found.misrounded > 10_000 and found.largest > 1e6
    assert float.fromhex(found.worst[0].result) != float.fromhex(found.worst[0].right)


def test_one_entry_of_a_table_that_is_wrong_is_found() -> None:
    """One row in many holds a part of the inputs; its own results alone are wrong."""
    f = bessel()
    tables = re.findall(r"TABLE_\d+ = np\.array\(\((.*?)\)\)", f.source)
    each = [table.split(", ") for table in tables]
    rows_of = max(each, key=lambda rows: sum(abs(float(entry)) for entry in rows))  # leading terms
    row = rows_of[len(rows_of) // 2]
    wrong = f.source.replace(row, moved(row, 2.0**-18), 1)
    found = exhaustive(emitted(f, wrong, 8, 16))
    assert len(rows_of) > 4 and exhaustive(emitted(f, f.source, 8, 16)).misrounded == 0
    assert found.misrounded > 0 and found.largest > found.bound


def test_a_few_wrong_inputs_among_millions_are_found() -> None:
    """Where values change suddenly an exact value is asked for, in the midst of a block."""
    f = plain(sp.sqrt(x), x, domain={x: (1, 2)})

    class Faulty:
        def __getattr__(self, name: str) -> Any:
            return getattr(f, name)

        def __call__(self, values: np.ndarray) -> np.ndarray:
            first = 1.3 + 2.0**-14
            here = (values > first) & (values < first + 2.0**-15)  # 256 inputs
            return np.where(here, f(values) * (1 + 2.0**-26), f(values))

    found = exhaustive(Faulty())
    assert 20 < found.misrounded < 100 and found.undecided == 0


def test_a_function_on_ties_everywhere_is_undecided_and_says_so() -> None:
    tie = sp.sin(x) ** 2 + sp.cos(x) ** 2 + sp.Rational(1, 2**24)
    f = plain(tie, x, domain={x: (1, sp.Rational(129, 128))}, computed=1 + sp.Rational(1, 2**24))
    found = exhaustive(replace(f, limits=()))
    assert found.near_ties == found.inputs == 2**16 + 1
    assert found.misrounded == 0 and found.undecided >= found.inputs - found.misrounded
    assert "undecided" in str(found)


def test_exact_ties_of_exact_values_are_decided() -> None:
    half = plain(x**2, x, domain={x: (1, sp.Rational(129, 128))})
    found = exhaustive(half)
    assert found.near_ties > 10 and found.misrounded == found.undecided == 0


def test_kernels_of_single_precision_are_looked_at_in_doubles() -> None:
    f = kernel(sp.sqrt(x) / 3, x, domain={x: (1, sp.Rational(17, 16))}, dtype="float32")
    assert exhaustive(f) == exhaustive(emitted(f, f.source))
    assert exhaustive(f).largest < 2


def test_conditions_of_the_domain_leave_inputs_out() -> None:
    f = plain(
        sp.sqrt(x),
        x,
        domain={x: (1, 2)},
        given=[sp.Or(x < sp.Rational(5, 4), x > sp.Rational(7, 4))],
    )
    found = exhaustive(f)
    assert abs(found.inputs - 2**22) < 4 and found.misrounded == found.undecided == 0


def test_kernels_of_several_arguments_are_refused() -> None:
    y = sp.Symbol("y", real=True)
    with pytest.raises(InputError, match="2 arguments"):
        certify(plain(x * y, x, y), float32=True)
    with pytest.raises(InputError, match="arrays"):
        certify(kernel("tian2017::gate"), float32=True)


def test_a_certificate_tells_and_keeps_what_was_found() -> None:
    told: list[tuple[int, int, str]] = []
    f = plain(sp.sqrt(x) / 3, x, domain={x: (1, sp.Rational(65, 64))})
    found = certify(f, points=200, float32=True, progress=lambda *now: told.append(now))
    assert found.float32 is not None and found.float32.inputs == 2**17 + 1
    assert told and Certificate.from_json(found.to_json()) == found
    assert "0 of all 131073 float32 inputs misrounded" in str(found)
    assert "131073" in dict(rows(found))["float32 inputs"]
    assert certify(f, points=200).float32 is None
    wrong = replace(found, float32=Exhaustive(9, 3, 1, 0, 72.0, 2, 0.5, ()))
    assert "1 of all 9 float32 inputs misrounded" in str(wrong)


FULL = [("arccos", degree) for degree in range(4)]
FULL += [("arccos_derivative", degree) for degree in range(4)]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "degree"), FULL)
def test_at_most_three_of_all_float32_correlations_are_misrounded(name: str, degree: int) -> None:
    found = exhaustive(kernel(f"cho2009::{name}", degree=degree))
    assert found.inputs == 2 * (0x3F800000 + 1) and found.undecided == 0
    assert found.misrounded <= 3, found.worst
