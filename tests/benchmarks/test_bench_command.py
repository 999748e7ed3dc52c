"""`symdyn bench` from the outside: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import which

import pytest

from symdyn.cli import main
from symdyn.kernels.bench import PEERS, RIVALS

EXPR = ("--expr", "sqrt(x + 1) - sqrt(x)", "--args", "x", "--where", "x >= 0", "--size", "100")
BAR = {"rival": "sympy.lambdify, numpy", "target": 2, "sizes": [100]}
FORMULA = {"formula": "sqrt(x + 1) - sqrt(x)", "args": "x", "where": "x >= 0"}


def run(capsys, *words: str) -> tuple[int, str, str]:
    status = main(["bench", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_short_list_is_timed_unless_all_peers_are_asked_for(capsys):
    status, out, _ = run(capsys, *EXPR)
    assert status == 0 and all(rival.name in out for rival in RIVALS)
    assert "np.copyto" not in out
    status, out, _ = run(capsys, *EXPR, "--peers")
    assert status == 0 and all(peer.name in out for peer in PEERS)
    assert max(map(len, out.splitlines())) <= 80


def test_kernels_for_several_targets_stand_beside_each_other(capsys):
    status, out, _ = run(capsys, *EXPR, "--target", "1", "--target", "4")
    assert status == 0 and "symdyn (target 1)" in out and "symdyn (target 4)" in out


def test_data_and_a_picture_are_written(capsys, tmp_path: Path):
    data, picture = tmp_path / "found.json", tmp_path / "found.svg"
    assert run(capsys, *EXPR, "--json", str(data), "--svg", str(picture))[0] == 0
    found = json.loads(data.read_text())
    assert {row["size"] for row in found["rows"]} == {100} and found["processor"]
    assert picture.read_text().startswith("<svg") and "symdyn" in picture.read_text()
    status, out, _ = run(capsys, *EXPR, "--json", "-")
    assert status == 0 and json.loads(out)["rows"]


@pytest.mark.parametrize(("asked", "status"), [({"within": 1e9}, 0), ({"faster": 1e9}, 1)])
def test_a_bar_that_is_missed_is_the_exit_status(capsys, tmp_path: Path, asked, status: int):
    file = tmp_path / "bars.json"
    file.write_text(json.dumps([{**FORMULA, "bars": [{**BAR, **asked}]}]))
    found, out, _ = run(capsys, "--bars", str(file))
    assert found == status and out.endswith("missed\n" if status else "met\n")
    assert "textbook in Numba" not in out  # no bar names it


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name a kernel"),
        (("--expr", "x + y", "--args", "x"), "there are x, y"),
        (("--expr", "x = 1", "--args", "x"), "more than one ="),
        (("--bars", "nowhere.json"), "nowhere.json"),
        (("nobody::nothing",), "nobody"),
    ],
)
def test_wrong_usage_is_told(capsys, words: tuple[str, ...], told: str):
    status, _, err = run(capsys, *words)
    assert status in (2, 5) and told in err


@pytest.mark.parametrize("words", [("--size", "0"), ("--size", "x"), ("--target", "0")])
def test_numbers_that_are_none_are_refused(capsys, words: tuple[str, ...]):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "a::b", *words])
    assert ended.value.code == 2


@pytest.mark.skipif(which("gcc") is None, reason="gcc is not installed")
def test_an_interrupt_ends_the_command_its_processes_and_their_folders(tmp_path: Path):
    words = ["bench", *EXPR[:-1], "1000000", "--peers"]
    process = subprocess.Popen(
        [sys.executable, "-m", "symdyn", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    due = time.monotonic() + 120
    while not list(tmp_path.glob("symdyn-bench-*/*.so")) and time.monotonic() < due:
        time.sleep(0.05)
    assert list(tmp_path.glob("symdyn-bench-*/*.so"))
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err
    assert list(tmp_path.iterdir()) == []
    assert not list(running(str(tmp_path)))


def running(place: str) -> list[int]:
    """Processes whose command names a place, where the system tells them."""
    files = Path("/proc").glob("[0-9]*/cmdline")
    found: list[int] = []
    for file in files:
        try:
            if place in file.read_text(errors="replace"):
                found.append(int(file.parent.name))
        except OSError:
            continue
    return found


def test_a_result_of_the_library_takes_part_once_for_each_target(capsys):
    words = ("cho2009::arccos(degree=1)", "--size", "100")
    status, out, _ = run(capsys, *words)
    assert status == 0 and [line.split()[0] for line in out.splitlines()].count("symdyn") == 1
    assert "(target" not in out
    status, out, _ = run(capsys, *words, "--target", "2", "--target", "4")
    assert status == 0 and out.count("symdyn (target ") == 2
