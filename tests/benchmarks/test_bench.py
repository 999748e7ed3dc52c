"""Kernels beside their rivals: every row has a time and an error, or says why it has none."""

from __future__ import annotations

import math
import os
import time
from dataclasses import replace

import numpy as np
import pytest
from sympy import Function, Heaviside, Symbol, log, sqrt, symbols

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.bench import bench, race, table
from symdyn.kernels.bench.racing import one_core
from symdyn.kernels.bench.rivals import RIVALS, Rival
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.numerics.machine import processor

x, y = symbols("x y", positive=True)
NUMPY, NUMBA = (next(r for r in RIVALS if r.name.endswith(name)) for name in ("numpy", "Numba"))


@pytest.fixture(scope="module")
def root() -> Kernel:
    return kernel(sqrt(x + 1) - sqrt(x), x)


def test_every_contestant_has_a_row_at_every_size(root: Kernel):
    rows = bench(root, (100, 1000))
    names = {"symdyn", *(rival.name for rival in RIVALS)}
    assert {(row.contestant, row.size) for row in rows} == {
        (n, s) for n in names for s in (100, 1000)
    }
    for row in rows:
        assert bool(row.skipped) != (row.nanoseconds is not None and row.nanoseconds > 0)
    assert all(row.ratio == 1.0 for row in rows if row.contestant == "symdyn")


def test_textbook_forms_lose_the_digits_that_the_kernel_keeps(root: Kernel):
    errors = {row.contestant: row.error for row in bench(root, (100,)) if row.error is not None}
    assert errors["symdyn"] <= 2
    assert errors[NUMPY.name] > 1e6 and errors[NUMBA.name] > 1e6


def test_what_is_not_installed_is_skipped_with_its_name(root: Kernel):
    absent = Rival("absent", "no_such_module_anywhere", NUMPY.make)
    (_, row) = bench(root, (10,), rivals=[absent])
    assert row.skipped == "no_such_module_anywhere is not installed" and row.error is None
    assert "skipped: no_such_module_anywhere" in table([row])


def test_what_a_tool_cannot_do_is_skipped_not_raised(root: Kernel):
    with pytest.raises(UnsupportedError):
        NUMBA.function([Function("f")(x)], [x])
    with pytest.raises(UnsupportedError, match="no arrays of real numbers"):
        Rival("text", "numpy", lambda *_: lambda *a: ("text",)).function([x], [x])


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_rivals_compute_the_formula(rival: Rival):
    try:
        made = rival.function([log(x) + y, x * y], [x, y])
    except UnsupportedError as problem:
        pytest.skip(str(problem))
    columns = np.array([1.0, 2.0, 5.0]), np.array([0.5, 0.25, 3.0])
    total, product = made(*columns)
    np.testing.assert_allclose(total, np.log(columns[0]) + columns[1], rtol=1e-14)
    np.testing.assert_allclose(product, columns[0] * columns[1], rtol=1e-14)


def test_a_constant_result_fills_its_column():
    (found,) = NUMPY.function([Heaviside(x + 1)], [x])(np.ones(4))
    assert found.tolist() == [1.0] * 4


def test_names_of_symbols_never_become_code(tmp_path):
    trap = Symbol(f"__import__('pathlib').Path({str(tmp_path / 'sprung')!r}).touch()", real=True)
    for rival in RIVALS:
        try:
            rival.function([trap + 1], [trap])
        except UnsupportedError as problem:
            assert "not installed" in str(problem)
    assert list(tmp_path.iterdir()) == []


def test_a_slower_function_has_the_larger_ratio():
    laps = race({"quick": lambda: None, "slow": lambda: time.sleep(0.01)}, (), rounds=3)
    assert laps["quick"].ratio == 1.0 and laps["slow"].ratio > 10
    assert laps["slow"].seconds >= 0.01


def test_the_time_of_the_processor_leaves_out_what_others_take():
    """A contestant that sleeps gives the processor away, as one that is interrupted does."""
    calls = {"working": lambda: sum(range(100_000)), "sleeping": lambda: time.sleep(0.02)}
    laps = race(calls, (), rounds=3, clock=time.process_time)
    assert laps["sleeping"].seconds < 0.01 and laps["sleeping"].ratio < 1


def test_what_takes_long_is_called_less_often():
    laps = race(
        {"quick": lambda: None, "slow": lambda: time.sleep(0.05)}, (), rounds=9, seconds=0.1
    )
    assert laps["quick"].rounds == 9 > laps["slow"].rounds >= 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores cannot be chosen here")
def test_times_are_those_of_one_core_and_all_cores_come_back():
    before = os.sched_getaffinity(0)
    with pytest.raises(ZeroDivisionError), one_core():
        assert len(os.sched_getaffinity(0)) == 1
        raise ZeroDivisionError
    assert os.sched_getaffinity(0) == before


def test_kernels_of_arrays_are_for_the_race(root: Kernel):
    class OverArrays:
        name = "gate"

        def draw(self) -> None: ...

    with pytest.raises(InputError, match="gate takes arrays; time it with race"):
        bench(OverArrays())


def test_several_results_and_conditions_between_arguments():
    made = kernel((sqrt(x), x - y), (x, y), domain=[y < x])
    rows = bench(made, (50,), rivals=[NUMPY])
    assert [row.contestant for row in rows] == ["symdyn", NUMPY.name]
    assert all(row.error is not None and row.error <= 1 for row in rows)


def test_the_table_names_the_processor_once(root: Kernel):
    text = table(bench(root, (10,), rivals=[NUMPY]))
    assert text.splitlines()[0] == f"{processor()}, one core" and text.count(processor()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_a_kernel_at_full_accuracy_keeps_up_with_numpy(root: Kernel, size: int):
    """Half as much again is allowed: processors with AVX-512 run NumPy's loops faster."""
    rows = bench(replace(root, target=math.inf), (size,), rivals=[NUMPY])
    assert rows[1].ratio is not None and rows[1].ratio >= 1 / 1.5
