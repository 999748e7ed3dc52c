"""The reference library: one module for one paper, whoever asks for it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import symdyn.library as library
from symdyn.proof.collect import load

PAPERS = library.papers()


def test_a_checkout_finds_its_derivations() -> None:
    beside = Path(__file__).resolve().parents[1] / "derivations"
    if not beside.is_dir():
        pytest.skip("not in a checkout")
    assert library.folder() == beside
    assert set(PAPERS) == {file.stem for file in beside.glob("*.py")}


@pytest.mark.parametrize("paper", PAPERS[:2])
@pytest.mark.parametrize("file_first", [True, False])
def test_a_paper_is_one_module_by_name_and_by_file(paper: str, file_first: bool) -> None:
    file = library.folder() / f"{paper}.py"
    by_name, by_file = f"import_module('symdyn.library.{paper}')", f"load(Path({str(file)!r}))"
    first, second = (by_file, by_name) if file_first else (by_name, by_file)
    program = (
        "from importlib import import_module; from pathlib import Path;"
        "from symdyn.proof.collect import load;"
        f"assert {first} is {second}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_file_elsewhere_with_the_name_of_a_paper_is_another_module(tmp_path: Path) -> None:
    if not PAPERS:
        pytest.skip("the library is empty")
    namesake = tmp_path / f"{PAPERS[0]}.py"
    namesake.write_text("mine = True\n")
    assert library.module_name(namesake) == ""
    assert load(namesake) is not import_module(f"symdyn.library.{PAPERS[0]}")
    assert load(namesake).mine


def test_looking_for_the_library_loads_neither_sympy_nor_a_paper() -> None:
    program = (
        "import sys, symdyn.library as l; l.papers();"
        "assert 'sympy' not in sys.modules and 'numba' not in sys.modules;"
        "assert not [m for m in sys.modules if m.startswith('symdyn.library.')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
