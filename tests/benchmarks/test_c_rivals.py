"""C beside kernels: it computes the formula, and neither it nor its process leaves anything behind.

What a compiler is needed for is skipped where there is none.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from sympy import Function, I, Integer, Sum, Symbol, besselj, exp, log, pi, sqrt, symbols

from symdyn.errors import UnsupportedError
from symdyn.kernels.bench import bench, table
from symdyn.kernels.bench.rivals import PEERS, Rival
from symdyn.kernels.bench.rivals.c_library import FAST, STRICT
from symdyn.kernels.bench.rivals.c_process import CProcess
from symdyn.kernels.bench.rivals.c_text import c_text
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.numerics.machine import lost_subnormals

needs_gcc = pytest.mark.skipif(which("gcc") is None, reason="gcc is not installed")
x, y = symbols("x0 x1", real=True)
C = [peer for peer in PEERS if peer.program == "gcc"]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def growth() -> Kernel:
    t = Symbol("t", positive=True)
    return kernel(exp(t), t, domain={t: (0, 1)})


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


# The text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x;system", "x){}//", 'a"b', "exp", "main", "x0\nint y"])
def test_no_name_but_those_of_the_loop_becomes_code(name: str):
    with pytest.raises(UnsupportedError, match="C has no"):
        c_text([x + Symbol(name, real=True)], [x])


@pytest.mark.parametrize("expr", [besselj(0, x), Function('f";')(x), Sum(x**y, (y, 0, 3)), I * x])
def test_what_c_cannot_write_is_refused(expr):
    with pytest.raises(UnsupportedError, match="C has no"):
        c_text([expr], [x])


@needs_gcc
@pytest.mark.parametrize("rival", C, ids=lambda rival: rival.name)
def test_hostile_symbols_are_renamed_before_they_are_printed(rival: Rival, folders: Path):
    sprung = folders / "sprung"
    trap = Symbol(f'0; system("touch {sprung}"); //', real=True)
    (found,) = rival.function([trap + 1], [trap])(np.array([1.0, 2.0]))
    assert found.tolist() == [2.0, 3.0] and not sprung.exists()


# What it computes --------------------------------------------------------------------------------


@needs_gcc
@pytest.mark.parametrize("flags", [STRICT, FAST], ids=["strict", "fast"])
def test_columns_and_results_keep_their_places(flags):
    made = CProcess([x - 2 * y, pi * x, Integer(3)], [x, y], flags)
    difference, multiple, constant = made(np.array([1.0, 5.0]), np.array([0.5, 7.0]))
    made.close()
    np.testing.assert_allclose(difference, [0.0, -9.0])
    np.testing.assert_allclose(multiple, [np.pi, 5 * np.pi], rtol=1e-15)
    assert constant.tolist() == [3.0, 3.0]


@needs_gcc
@pytest.mark.skipif(sys.platform != "linux", reason="libmvec is a library of glibc")
def test_the_fast_loop_calls_the_vector_functions_of_libmvec():
    made = CProcess([exp(x)], [x], FAST)
    if os.uname().machine == "x86_64" and "glibc" in os.confstr("CS_GNU_LIBC_VERSION"):
        assert b"_ZGV" in (made.folder / "loop.so").read_bytes()
    made.close()


@needs_gcc
def test_rivals_are_right_and_one_that_computes_something_else_shows_it(growth: Kernel):
    wrong = Rival("wrong", "numpy", lambda results, args: CProcess([log(x + 2)], args, STRICT))
    rows = bench(growth, (100,), rivals=[*C, wrong])
    errors = {row.contestant: row.error for row in rows}
    assert len(errors) == 4 and errors["wrong"] > 1e12
    assert all(errors[rival.name] <= 5 for rival in C)


@needs_gcc
def test_the_time_of_a_call_is_told_and_longer_columns_take_longer():
    made = CProcess([exp(x) / (1 + exp(2 * x))], [x], STRICT)
    short, long = (made.timed([np.linspace(0.1, 1, n)], 20) for n in (100, 100_000))
    made.close()
    assert 0 < short < long


# What it leaves behind ---------------------------------------------------------------------------


@needs_gcc
def test_this_process_keeps_subnormal_numbers(growth: Kernel):
    rows = bench(growth, (100,), rivals=C)
    assert all(row.error is not None for row in rows)
    assert lost_subnormals() == ()


@needs_gcc
def test_processes_and_folders_end_with_the_contest(folders: Path, growth: Kernel):
    seen: list[CProcess] = []

    def watched(results, args) -> CProcess:
        seen.append(CProcess(results, args, FAST))
        return seen[0]

    bench(growth, (100,), rivals=[Rival("C", "numpy", watched)])
    assert seen[0].process is not None and seen[0].process.poll() is not None
    assert list(folders.iterdir()) == []


@needs_gcc
def test_they_end_when_nobody_holds_them(folders: Path):
    made = CProcess([x], [x], STRICT)
    assert made.process is not None
    process = made.process
    assert process.poll() is None and list(folders.iterdir())
    del made
    gc.collect()
    assert process.poll() is not None and list(folders.iterdir()) == []


@needs_gcc
def test_text_that_does_not_compile_leaves_no_folder(folders: Path):
    with pytest.raises(UnsupportedError, match="gcc: "):
        CProcess([x], [x], ["--no-such-option"])
    assert list(folders.iterdir()) == []


@needs_gcc
def test_a_process_that_dies_is_skipped_with_a_reason(growth: Kernel):
    class Dying(CProcess):
        def timed(self, arguments, repeats):
            os.kill(self.process.pid, signal.SIGKILL)
            return super().timed(arguments, repeats)

    dying = Rival("dying", "numpy", lambda results, args: Dying(results, args, STRICT))
    rows = bench(growth, (100, 200), rivals=[dying, C[0]])
    found = {(row.contestant, row.size): row.skipped for row in rows}
    assert found["dying", 100] == found["dying", 200] == "its process ended with status -9"
    assert found[C[0].name, 200] == "" and "dying  skipped: its process ended" in table(rows)


@needs_gcc
def test_a_process_that_dies_before_errors_are_known_is_skipped(growth: Kernel):
    class Dying(CProcess):
        calls = 0

        def __call__(self, *columns):
            self.calls += 1
            if self.calls == 2:  # the first is the trial
                self.process.kill()
                self.process.wait()  # so that nobody reads what is written next
            return super().__call__(*columns)

    dying = Rival("dying", "numpy", lambda results, args: Dying(results, args, STRICT))
    (_, row) = bench(growth, (100,), rivals=[dying])
    assert row.error is None and "its process ended" in row.skipped


INTERRUPTED = """
import sys, time
from sympy import Symbol, exp
from symdyn.kernels.bench.rivals.c_process import CProcess
from symdyn.kernels.bench.rivals.c_library import FAST
x = Symbol("x0", real=True)
made = CProcess([exp(x)], [x], FAST)
print(made.process.pid, flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(130)
"""


@needs_gcc
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_no_process_is_left_when_this_one_is_ended(end: signal.Signals, tmp_path: Path):
    parent = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.send_signal(end)
    parent.wait(60)
    parent.stdout.close()
    due = time.monotonic() + 20
    while alive(child) and time.monotonic() < due:
        time.sleep(0.05)
    assert not alive(child)
    assert end == signal.SIGKILL or list(tmp_path.iterdir()) == []


def test_without_a_compiler_c_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for rival in C:
        with pytest.raises(UnsupportedError, match="gcc is not installed"):
            rival.function([sqrt(x)], [x])
