"""Bars say how fast a kernel has to be; a kernel that is too slow misses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symdyn.errors import InputError
from symdyn.kernels.bench import Row
from symdyn.kernels.bench.bars import Bar, bars_table, compared, read_goals
from symdyn.kernels.bench.contest import TO_OUT
from symdyn.kernels.bench.subjects import Formula, Result, elementwise

BARS = Path(__file__).with_name("bars.json")


def rows(ours: float, theirs: float, name: str = "jax.jit", skipped: str = "") -> list[Row]:
    found = None if skipped else theirs
    return [
        Row("f", "symdyn (target 1)", 10, "p", ours, 1.0, 0.6),
        Row("f", name, 10, "p", found, found and theirs / ours, 1.0, skipped=skipped),
    ]


def test_the_bars_of_the_project_can_be_read_and_name_what_there_is():
    goals = read_goals(BARS)
    assert {type(goal.subject) for goal in goals} == {Formula, Result}
    assert sum(len(goal.bars) for goal in goals) == 25
    ids = [goal.subject.id for goal in goals if isinstance(goal.subject, Result)]
    assert all(f"cho2009.py::{name.partition('::')[2]}" in elementwise() for name in ids)


@pytest.mark.parametrize(("theirs", "missed"), [(8.0, False), (7.9, True)])
def test_a_kernel_that_is_too_slow_misses_a_bar_of_speed(theirs: float, missed: bool):
    (outcome,) = compared([Bar("jax.jit", 1.0, 10, 8.0, "speed")], rows(1.0, theirs))
    assert outcome.missed is missed and outcome.found == theirs
    assert bars_table("f", [outcome]).endswith("missed" if missed else "met")


@pytest.mark.parametrize(("ours", "missed"), [(1.4, False), (1.5, True)])
def test_a_kernel_that_takes_too_long_misses_a_bar_of_time(ours: float, missed: bool):
    (outcome,) = compared([Bar("jax.jit", 1.0, 10, 1.45, "time")], rows(ours, 1.0))
    assert outcome.missed is missed and outcome.found == pytest.approx(ours)


def test_a_rival_that_was_skipped_decides_nothing_and_is_told():
    bar = Bar("jax.jit", 1.0, 10, 8.0, "speed")
    (outcome,) = compared([bar], rows(1.0, 1.0, skipped="jax is not installed"))
    assert not outcome.missed and "jax is not installed" in bars_table("f", [outcome])
    (absent,) = compared([bar], rows(1.0, 1.0)[:1])
    assert not absent.missed and absent.skipped == "it did not take part"


def test_the_ratio_is_to_the_kernel_for_the_target_of_the_bar():
    found = [*rows(2.0, 8.0), Row("f", "symdyn (target 4)", 10, "p", 1.0, 0.5, 3.0)]
    bars = [Bar("jax.jit", target, 10, 5.0, "speed") for target in (1.0, 4.0)]
    assert [outcome.found for outcome in compared(bars, found)] == [4.0, 8.0]


def test_beside_a_copy_to_standing_memory_the_kernel_has_its_out():
    bar = Bar("np.copyto", 1.0, 10, 2.0, "time")
    found = [*rows(3.0, 1.0, "np.copyto"), Row("f", f"symdyn{TO_OUT}", 10, "p", 1.8, 0.6, 1.0)]
    (outcome,) = compared([bar], found)
    assert outcome.found == pytest.approx(1.8) and not outcome.missed
    (without,) = compared([bar], found[:2])
    assert without.skipped


@pytest.mark.parametrize("found", [0.001, 123456.0])
def test_a_line_of_the_table_has_at_most_80_columns(found: float):
    bars = [Bar("sympy.lambdify, numpy", 1e6, 10**7, 1.45, kind) for kind in ("speed", "time")]
    outcomes = compared(bars, rows(1.0, found, "sympy.lambdify, numpy"))
    assert max(map(len, bars_table("name " * 40, outcomes).splitlines())) <= 80


@pytest.mark.parametrize(
    "change",
    [
        {"rival": "nobody"},
        {"target": "x"},
        {"faster": -1},
        {"faster": None},
        {"within": 2},
        {"sizes": 10},
    ],
    ids=str,
)
def test_a_bar_that_cannot_be_read_is_told_with_its_file(change: dict, tmp_path: Path):
    bar = {"rival": "jax.jit", "target": 1, "sizes": [10], "faster": 8, **change}
    file = tmp_path / "bars.json"
    file.write_text(json.dumps([{"kernel": "a::b", "bars": [bar]}]))
    with pytest.raises(InputError, match=r"bars\.json: cannot read"):
        read_goals(file)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"formula": "x"}]', '[{"kernel": "a"}]'])
def test_a_file_that_holds_no_bars_is_told(text: str, tmp_path: Path):
    file = tmp_path / "bars.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"bars\.json"):
        read_goals(file)


def test_a_formula_becomes_a_kernel_with_its_arguments_in_order():
    (made,) = Formula("x - 2*y", "y, x", "y < x").kernels([2.0])
    assert float(made(1.0, 5.0)) == 3.0 and made.name == "x - 2*y"


@pytest.mark.parametrize("args", ["", "x", "x, y, z", "x, x, y", "__import__"])
def test_arguments_that_do_not_fit_the_formula_are_told(args: str):
    with pytest.raises(InputError, match="there are x, y"):
        Formula("x - y", args).kernels([2.0])


@pytest.mark.parametrize("text", ["", "x = 1", "x) = (1", "__import__('os')", "x.real", "f(x)"])
def test_text_that_is_no_formula_is_refused(text: str):
    with pytest.raises(InputError):
        Formula(text, "x").kernels([2.0])
