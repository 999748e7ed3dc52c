"""The notebooks run as they are printed, and show what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.md"))


def outputs(cell: dict) -> str:
    """Everything that a cell printed or returned, as text."""
    told = [piece.get("text") or piece.get("data", {}) for piece in cell.get("outputs", ())]
    return "\n".join(text if isinstance(text, str) else str(text) for text in told)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    folder = tmp_path_factory.mktemp("notebooks")
    old = {name: os.environ.get(name) for name in ("PYTHONPATH", "SYMDYN_CACHE")}
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), old["PYTHONPATH"]]))
    os.environ["SYMDYN_CACHE"] = str(folder / "cache")
    try:
        return {file.stem: run(file, folder) for file in NOTEBOOKS}
    finally:
        for name, value in old.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run(file: Path, folder: Path) -> list[dict]:
    """The cells of a notebook after it ran in a folder; an exception in a cell is raised here."""
    notebook = jupytext.read(file)
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources=resources
    ).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_a_tour():
    assert "tour" in [file.stem for file in NOTEBOOKS]


def test_the_tour_sees_a_claim_refuted_at_a_point_and_mends_it(executed):
    cells = [outputs(cell) for cell in executed["tour"]]
    refuted = next(k for k, text in enumerate(cells) if "refuted: product rule" in text)
    assert "at   " in cells[refuted] and "against" in cells[refuted]
    assert "(a**2 + b**2)*(-a*b + s)" in cells[refuted + 1]


def test_the_tour_sees_its_own_derivation_refuted_and_proved(executed):
    cells = [outputs(cell) for cell in executed["tour"]]
    refuted = next(k for k, text in enumerate(cells) if text.startswith("REFUTED at"))
    assert "against" in cells[refuted]
    assert "PROVED" in cells[refuted + 1]


def test_the_tour_tells_true_identities_from_false_ones(executed):
    told = next(text for text in map(outputs, executed["tour"]) if "sin(2*x)" in text)
    verdicts = [line.split()[0] for line in told.splitlines() if line]
    assert verdicts[0] == "PROVED" and verdicts[1] == "REFUTED"
    assert not {"REFUTED", "UNDECIDED"} & set(verdicts[2:])


def test_the_tour_shows_documents(executed):
    told = "\n".join(map(outputs, executed["tour"]))
    assert r"\symdynverdict{proved}" in told and "index.html" in told


def test_the_tour_goes_on_to_a_kernel_with_its_certificate_and_saves_it(executed):
    cells = [outputs(cell) for cell in executed["tour"]]
    first = next(k for k, text in enumerate(cells) if "array([" in text)
    assert "nan" not in cells[first] and "nan" in cells[first + 1]
    assert "largest error" in cells[first + 2] and "closed form on balls" in cells[first + 2]
    assert "author2025b_learning_curve" in cells[first + 3]
    assert "Certificate: at most" in cells[first + 3]
    assert "1 drawing" in cells[first + 4]
