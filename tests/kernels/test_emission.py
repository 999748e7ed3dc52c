"""Emitted modules stand alone, are written whole, and survive what happens to files."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
import sympy as sp
from numba import njit
from sympy.codegen.cfunctions import expm1

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import digest, load, stored
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range, Ranges

x, y = sp.symbols("x y", real=True)
ROOT = Path(__file__).resolve().parents[2]


FUNCTION = x * sp.exp(-x)


def plan(expr: sp.Expr = FUNCTION, **options: object) -> Plan:
    return Plan(build(expr, (x,)), (Range(),), **options)  # type: ignore[arg-type]


def paired(expr: sp.Expr) -> Plan:
    program = build(expr, (x,))
    wide = {k: "pair" for k, node in enumerate(program.nodes) if node.args}
    return Plan(program.retyped(wide), (Range(),))


@pytest.mark.parametrize("parallel", [False, True])
def test_a_module_imports_numpy_and_numba_only(parallel: bool) -> None:
    tree = ast.parse(module_text(plan(parallel=parallel)))
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    assert names <= {"math", "numpy", "numba", "numba.extending"}


def test_a_module_works_where_symdyn_is_not(tmp_path: Path) -> None:
    file = tmp_path / "emitted.py"
    file.write_text(module_text(paired(expm1(x))))
    code = """
        import sys
        sys.path.insert(0, sys.argv[1])
        import emitted
        print(emitted.kernel([1e-20, 1.0]).tolist())
        assert not any(name.startswith(("symdyn", "sympy")) for name in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(code), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[1e-20, 1.7182818284590453]"


def test_the_docstring_holds_the_notes_and_a_digest() -> None:
    module = load(module_text(plan(), ['A note with """ and \\ and \n another line, é']))
    assert "A note with ''' and" in module.kernel.__doc__
    assert "Digest of the code: " in module.kernel.__doc__
    assert module.__doc__ == module.kernel.__doc__


def test_the_digest_is_that_of_the_code_not_of_the_notes() -> None:
    one, other = (module_text(plan(), [note]) for note in ("first", "second"))
    line = next(row for row in one.splitlines() if row.startswith("Digest"))
    assert line in other
    assert line not in module_text(plan(sp.sin(x)), ["first"])


def test_emission_repeats_itself_in_another_process() -> None:
    code = """
        import sympy as sp
        from symdyn.kernels.emission import Plan, module_text
        from symdyn.kernels.program import build
        from symdyn.kernels.ranges import Range
        x, y = sp.symbols("x y", real=True)
        f = sp.Max(x, y, 1) + sp.Piecewise((x, (x > 0) & (y > x)), (y, True)) * sp.sin(x + y)
        print(hash("salt"), module_text(Plan(build(f, (x, y)), (Range(), Range()))))
    """
    texts = set[str]()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", textwrap.dedent(code)]
        text = subprocess.run(command, capture_output=True, text=True, env=env).stdout
        texts.add(text.partition(" ")[2])
    assert len(texts) == 1
    assert texts != {""}


def test_a_torn_or_foreign_file_is_written_again(tmp_path: Path) -> None:
    text = module_text(plan())
    file = stored(text, tmp_path)
    assert file.read_text() == text
    for damage in (text[: len(text) // 2], text.replace("exp", "sin"), ""):
        file.write_text(damage)
        assert stored(text, tmp_path) == file
        assert file.read_text() == text


def test_other_text_has_another_name(tmp_path: Path) -> None:
    assert stored("a = 1", tmp_path).name != stored("a = 2", tmp_path).name
    assert digest("a = 1") != digest("a = 2")


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    with pytest.warns(UserWarning, match="SYMDYN_CACHE"):
        assert load(module_text(plan(sp.cos(x))), blocked / "kernels").kernel(0.0) == 1.0


EMITTER = """
    import sys
    from pathlib import Path
    import sympy as sp
    from symdyn.calculus.equivariant import Vector
    from symdyn.kernels.emission import Plan, module_text
    from symdyn.kernels.loading import load, save, stored
    from symdyn.kernels.patterns.pairwise import pairwise_text
    from symdyn.kernels.program import build
    from symdyn.kernels.ranges import Range
    folder, kind, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    x, u, v = sp.Symbol("x", real=True), Vector("u"), Vector("v")
    if kind == "numbers":
        text, point = module_text(Plan(build(sp.sin(x), (x,)), (Range(),)), ["Number 0"]), [0.5]
    else:
        text, point = pairwise_text(v - u, (u, v), notes=["Number 0"]), [[0.5], [0.75]]
    print("ready", flush=True)
    for k in range(count):
        other = text.replace("Number 0", f"Number {k}")
        stored(other, folder)
        save(f"number_{k}", other, {"number": k, "text": other}, folder / "saved")
    print(load(text, folder).kernel(*point).item())
"""
EXPECTED = {"numbers": np.sin(0.5), "vectors": 0.25}
# What becomes of files does not depend on what is in them; vectors take long to compile.
kinds = pytest.mark.parametrize(
    "kind", ["numbers", pytest.param("vectors", marks=pytest.mark.slow)]
)


def start(folder: Path, kind: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(EMITTER), str(folder), kind, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def succeeds(process: subprocess.Popen[str], kind: str) -> None:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert float(out.split()[-1]) == pytest.approx(EXPECTED[kind], rel=1e-15)


def is_sound(folder: Path) -> None:
    """Every file that can be imported or read is whole."""
    texts = {digest(file.read_text())[:24] for file in folder.glob("*.py")}
    assert texts == {file.stem.rpartition("_")[2] for file in folder.glob("*.py")}
    for file in (folder / "saved").glob("*.py"):
        text, known = file.read_text(), file.with_suffix(".json")
        assert digest(text)[:24] in texts  # it was stored before
        if known.exists():  # it is written after the module
            assert json.loads(known.read_text())["text"] == text


def survives(folder: Path, kind: str, moments: int) -> None:
    """Kill processes that write to a folder; at last one of them is left to finish."""
    draw = Random(0)
    for _ in range(moments):
        process = start(folder, kind, 400)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0.0, 1.0))
        process.kill()
        process.communicate()
        is_sound(folder)
    succeeds(start(folder, kind, 400), kind)
    is_sound(folder)
    assert len(list((folder / "saved").glob("*.json"))) == 400


@kinds
def test_two_processes_may_emit_the_same_kernel(tmp_path: Path, kind: str) -> None:
    processes = [start(tmp_path, kind, 20) for _ in range(2)]
    for process in processes:
        succeeds(process, kind)
    is_sound(tmp_path)


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")


@needs_kill
@kinds
def test_a_folder_survives_being_killed(tmp_path: Path, kind: str) -> None:
    survives(tmp_path, kind, moments=2)


@pytest.mark.slow
@needs_kill
@kinds
def test_a_folder_survives_being_killed_at_any_moment(tmp_path: Path, kind: str) -> None:
    survives(tmp_path, kind, moments=20)


def test_a_torn_file_is_seen_by_the_check_above(tmp_path: Path) -> None:
    file = stored(module_text(plan()), tmp_path)
    is_sound(tmp_path)
    file.write_text(file.read_text()[:-10])
    with pytest.raises(AssertionError):
        is_sound(tmp_path)


def test_a_parallel_loop_gives_the_same(tmp_path: Path) -> None:
    values = np.linspace(-3, 3, 1001)
    one, many = (load(module_text(plan(parallel=flag))) for flag in (False, True))
    assert "prange" in module_text(plan(parallel=True))
    np.testing.assert_array_equal(one.kernel(values), many.kernel(values))


def test_single_precision_rounds_the_result() -> None:
    values = np.linspace(-3, 3, 101)
    single = load(module_text(plan(dtype="float32"))).kernel(values)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(
        single, load(module_text(plan())).kernel(values).astype(np.float32)
    )
    with pytest.raises(InputError, match="float64 or float32"):
        module_text(plan(dtype="float16"))


def test_many_results_and_too_many_arguments() -> None:
    many = Plan(build([x + k for k in range(60)], (x,)), (Range(),))
    assert [float(v) for v in load(module_text(many)).kernel(0.5)] == [k + 0.5 for k in range(60)]
    symbols = sp.symbols("a:30", real=True)
    wide = Plan(build(sp.Add(*symbols), symbols), (Range(),) * 30)
    with pytest.raises(UnsupportedError, match="at most 25"):
        module_text(wide)
    with pytest.raises(InputError, match="at least one argument"):
        module_text(Plan(build(sp.pi, ()), ()))


def test_no_flags_that_break_error_free_sums() -> None:
    text = module_text(paired(sp.exp(x) + 1 / x))
    assert "fastmath" not in text
    assert load(text).kernel(1e-3) == float(
        sp.N(sp.exp(sp.Rational(1e-3)) + 1 / sp.Rational(1e-3), 30)
    )


def test_loops_become_vector_code() -> None:
    module = load(module_text(paired(sp.exp(-x) / (1 + x**2))))
    # compiled anew: machine code that comes from the cache has no text
    loop = njit(error_model="numpy")(module.loop.py_func)
    values = np.linspace(0, 1, 100)
    loop(values, np.empty_like(values))
    (assembly,) = loop.inspect_asm().values()
    packed = r"\bv?(mul|fmadd\d+)pd\b" if "x86" in os.uname().machine else r"\bfml[as]\s+v\d+\.2d"
    assert re.search(packed, assembly)


@pytest.mark.parametrize("end", [sp.Rational(1, 3), sp.S.One, sp.S.Zero, sp.pi, -sp.sqrt(2)])
def test_finite_ends_are_closed_and_a_little_more_is_clipped(end: sp.Expr) -> None:
    part = Ranges.of([x], {x: (end, sp.oo)}).range_of(x)
    low, _ = part.inside
    assert sp.Rational(low) >= end
    assert sp.Rational(np.nextafter(low, -np.inf)) < end
    kernel = load(module_text(Plan(build(x, (x,)), (part,)))).kernel
    below = low
    for step in range(1, 6):
        below = np.nextafter(below, -np.inf)
        assert kernel(below) == low if step <= 4 else np.isnan(kernel(below))
