"""The set-up script: made once, taken up again after any interruption, one line when it cannot."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    not (ROOT / "dev.py").exists(), reason="dev.py belongs to a checkout"
)

# Stands in for uv: it keeps a diary of its calls, "installs" a symdyn and a pytest that print
# their arguments, and misbehaves as the file `mischief` says.
FAKE_UV = """#!{python}
import os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
what = "project" if "-e" in sys.argv else "packages"
with open(here / "diary", "a") as diary:
    diary.write(what + "\\n")
mischief = here / "mischief"
plan = mischief.read_text().split() if mischief.exists() else []
if plan[:1] == [what]:
    mischief.unlink()
    if plan[1] == "fail":
        sys.exit(2)
    if plan[1] == "sleep":
        time.sleep(1)
    else:
        os.kill(os.getppid(), signal.Signals[plan[1]])
        time.sleep(0.3)
        sys.exit(1)
bin = pathlib.Path(sys.argv[4]).parent
site = next(bin.parent.glob("lib/python*/site-packages"))
for program in (bin / "symdyn", site / "pytest.py"):
    program.write_text(
        "import os, sys; print(os.path.basename(sys.argv[0]), *sys.argv[1:]); sys.exit(7)"
    )
"""


class Checkout:
    """A copy of the set-up script beside files of its own, and a stand-in for uv."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder / "checkout", folder / "tools"
        self.folder.mkdir()
        self.tools.mkdir()
        shutil.copy(ROOT / "dev.py", self.folder)
        (self.folder / "pyproject.toml").write_text("[project]\nname = 'symdyn'\n")
        (self.folder / "requirements.lock").write_text("sympy==1.14.0 --hash=sha256:00\n")

    def with_uv(self) -> Checkout:
        program = self.tools / "uv"
        program.write_text(FAKE_UV.format(python=sys.executable))
        program.chmod(0o755)
        return self

    def mischief(self, *plan: str) -> None:
        (self.tools / "mischief").write_text(" ".join(plan))

    def diary(self) -> list[str]:
        written = self.tools / "diary"
        lines = written.read_text().split() if written.exists() else []
        written.unlink(missing_ok=True)
        return lines

    def start(self, *words: str) -> subprocess.Popen[str]:
        offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
        return subprocess.Popen(
            [sys.executable, str(self.folder / "dev.py"), *words],
            env={**os.environ, "PATH": str(self.tools), **offline},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever starts the tests in the background has the interrupt ignored from there on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_set_up_happens_once_and_the_exit_status_is_that_of_the_command(checkout: Checkout) -> None:
    checkout.with_uv()
    assert checkout.run("build", "-o", "x")[:2] == (7, "symdyn build -o x\n")
    assert checkout.diary() == ["packages", "project"]
    assert checkout.run("test", "-k", "y") == (7, "pytest.py -k y\n", "")
    assert checkout.diary() == []


def test_a_changed_project_keeps_the_packages_and_a_changed_lock_does_not(
    checkout: Checkout,
) -> None:
    checkout.with_uv().run("list")
    checkout.diary()
    (checkout.folder / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    checkout.run("list")
    assert checkout.diary() == ["project"]
    (checkout.folder / "requirements.lock").write_text("sympy==1.13.0 --hash=sha256:00\n")
    checkout.run("list")
    assert checkout.diary() == ["packages", "project"]


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize(
    ("step", "again"), [("packages", ["packages", "project"]), ("project", ["project"])]
)
def test_an_interrupted_set_up_is_taken_up_again(
    checkout: Checkout, step: str, again: list[str], signal: str
) -> None:
    checkout.with_uv().mischief(step, signal)
    status, out, err = checkout.run("list")
    assert status != 7 and not out and "Traceback" not in err
    if signal == "SIGINT":
        assert status == 130
    checkout.diary()
    assert checkout.run("list")[:2] == (7, "symdyn list\n")
    assert checkout.diary() == again


def test_what_an_interrupted_set_up_left_behind_is_cleared_away(checkout: Checkout) -> None:
    checkout.with_uv().mischief("packages", "SIGKILL")
    checkout.run("list")
    half = checkout.folder / ".venv" / "half-installed"
    half.touch()
    checkout.run("list")
    assert not half.exists()


def test_concurrent_runs_set_up_once(checkout: Checkout) -> None:
    checkout.with_uv().mischief("packages", "sleep")
    first = checkout.start("list")
    time.sleep(0.3)
    others = [checkout.start("list") for _ in range(2)]
    for process in (first, *others):
        assert process.communicate(timeout=120)[0] == "symdyn list\n"
    assert checkout.diary() == ["packages", "project"]


@pytest.mark.parametrize("step", ["packages", "project"])
def test_where_uv_fails_pip_is_asked(checkout: Checkout, step: str) -> None:
    checkout.with_uv().mischief(step, "fail")
    status, out, err = checkout.run("list")
    log = (checkout.folder / ".venv.log").read_text()
    assert (status, out) == (4, "")
    assert "dev.py: cannot install" in err
    assert f"$ {checkout.tools / 'uv'} pip install" in log
    assert re.search(r"^\$ .*-m pip .*install ", log, re.MULTILINE)


def test_without_a_package_index_one_line_says_so(checkout: Checkout) -> None:
    status, out, err = checkout.run("build")
    assert (status, out) == (4, "")
    assert len(err.splitlines()) == 1
    assert "No matching distribution found for sympy" in err and "reachable" in err
    assert checkout.run("build")[0] == 4, "a failed set-up must not pass for a finished one"


def test_a_place_that_cannot_be_written_is_one_line(checkout: Checkout) -> None:
    (checkout.folder / ".venv").write_text("in the way")
    (checkout.folder / ".venv.lock").mkdir()
    status, _, err = checkout.run("build")
    assert status == 4 and len(err.splitlines()) == 1 and "cannot set up" in err


def test_an_old_python_is_told_in_one_line(checkout: Checkout) -> None:
    script = checkout.folder / "dev.py"
    pretend = (
        "import runpy, sys; sys.version_info = (3, 6, 15); sys.argv[1:] = ['build'];"
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 4 and len(done.stderr.splitlines()) == 1
    assert "Python 3.6.15" in done.stderr and "python3.11" in done.stderr


def test_an_old_python_can_read_the_script() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 6))
    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not futures, "annotations as strings came with 3.7, generic aliases with 3.9"


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text())
    names = {
        a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    assert names <= sys.stdlib_module_names


def test_the_lock_pins_what_the_project_needs_and_names_no_machine() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {
        re.split(r"[^\w.-]", requirement)[0]
        for requirement in (*project["dependencies"], *extras["test"], *extras["notebooks"])
    } - {"symdyn"}
    pinned = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    assert needed <= pinned
    assert not re.search(r"://|file:|--index|--find-links|(^|\s)/", lock)
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.slow
def test_a_fresh_clone_sets_itself_up(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    done = subprocess.run([sys.executable, "dev.py", "--version"], cwd=clone, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert not (clone / ".venv.log").exists()
