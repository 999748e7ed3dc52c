"""ruff and pyright have nothing to say, and public names are fully annotated."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="the style is that of a checkout"
)
PYRIGHT = ("pyright", "--pythonpath", sys.executable)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """A tool of this environment, which brings its own node and asks nobody for updates."""
    quiet = {"PYTHONPATH": str(ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
    )


def test_ruff_finds_no_fault() -> None:
    done = run("ruff", "check", "--output-format", "concise", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_formatted() -> None:
    done = run("ruff", "format", "--check", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_fit() -> None:
    done = run(*PYRIGHT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_public_names_are_annotated() -> None:
    assert unannotated("symdyn") == []


def unannotated(package: str) -> list[str]:
    """Public names whose type pyright has to guess (what SymPy leaves unknown is not our fault)."""
    done = run(*PYRIGHT, "--verifytypes", package, "--ignoreexternal", "--outputjson")
    symbols = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    return [
        f"{symbol['name']}: {found['message'].splitlines()[0]}"
        for symbol in symbols
        if symbol["isExported"]
        for found in symbol["diagnostics"]
        if re.search(r"missing.*annotation", found["message"])
    ]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("def scaled(x):\n    return x\n", "reportMissingParameterType"),
        ("x: int = 'text'\n", "reportAssignmentType"),
        ("import nowhere_at_all\n", "reportMissingImports"),
        ("from collections.abc import Mapping\nx: Mapping = {}\n", "reportMissingTypeArgument"),
    ],
)
def test_a_fault_of_types_is_seen(tmp_path: Path, source: str, complaint: str) -> None:
    package = tmp_path / "symdyn"
    package.mkdir()
    (package / "faulty.py").write_text(source)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    done = run(*PYRIGHT, "-p", str(tmp_path))
    assert done.returncode == 1 and complaint in done.stdout


def test_a_fault_of_style_is_seen(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.py"
    faulty.write_text("import os\n")
    done = run("ruff", "check", "--config", str(ROOT / "pyproject.toml"), str(faulty))
    assert done.returncode == 1 and "F401" in done.stdout and "D100" in done.stdout
