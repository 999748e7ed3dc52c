"""The wheel is complete: it judges a derivation of its library where nothing else is."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="a wheel is built from a checkout"
)
GIVEN_BY_THEIR_CALLER = {"pytest"}  # the plugin is loaded by pytest alone


def run(*command: object, cwd: Path) -> str:
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("symdyn-*.whl"))


def environment(folder: Path) -> Path:
    """The Python of an environment in which nothing is installed."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    return folder / "bin" / "python"


def install(python: Path, *what: object) -> None:
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", *what, cwd=python.parent)


def lend_dependencies(python: Path) -> None:
    """Let an environment see the packages installed here; symdyn itself is a checkout here."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", where, cwd=python.parent).strip())
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))


def judges_a_derivation_of_its_library(python: Path, empty: Path) -> None:
    place = run(python, "-c", "import symdyn; print(symdyn.__file__)", cwd=empty).strip()
    assert Path(place).is_relative_to(python.parents[1])
    symdyn = python.parent / "symdyn"
    listed = run(symdyn, "list", cwd=empty)
    found = re.search(r"cho2009(\.py)?::\w+(\([^)]*\))?", listed)
    assert found, listed
    run(symdyn, "verify", found[0], "--no-cache", "--json", "out.json", cwd=empty)
    judged = json.loads((empty / "out.json").read_text())
    assert judged["summary"]["claims"] > 0 == judged["summary"]["REFUTED"]
    assert all(claim["id"].startswith("cho2009.py::") for claim in judged["claims"])


def test_the_wheel_judges_its_library_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "environment")
    install(python, "--no-deps", "--no-index", wheel)
    lend_dependencies(python)
    (tmp_path / "empty").mkdir()
    judges_a_derivation_of_its_library(python, tmp_path / "empty")


@pytest.mark.slow
def test_the_wheel_with_what_it_declares_judges_its_library(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "environment")
    install(python, wheel)
    (tmp_path / "empty").mkdir()
    judges_a_derivation_of_its_library(python, tmp_path / "empty")


def test_the_wheel_holds_the_package_and_the_library(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "symdyn").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    library = {
        f"symdyn/library/derivations/{file.name}" for file in (ROOT / "derivations").glob("*.py")
    }
    inside = {name for name in held if ".dist-info/" not in name}
    assert inside == package | library
    assert any(name.endswith("/licenses/LICENSE") for name in held)


def imported(folder: Path) -> Iterator[str]:
    """The top-level packages that the sources of a folder import, wherever they do so."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["bench"]]
    declared = {re.split(r"[^\w.-]", line)[0].lower() for line in lines}
    foreign = {
        name
        for folder in ("symdyn", "derivations")
        for name in imported(ROOT / folder)
        if name not in sys.stdlib_module_names and name not in {"symdyn", *GIVEN_BY_THEIR_CALLER}
    }
    distributions = packages_distributions()
    undeclared = {
        name
        for name in foreign
        if not declared & {found.lower() for found in distributions.get(name, (name,))}
    }
    assert not undeclared
