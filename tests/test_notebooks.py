"""The notebooks run as they are printed, and show what they say."""

from __future__ import annotations

import os
import re
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
    assert "2 drawings" in cells[first + 4]


def drawings(cells: list[dict]) -> list[str]:
    """The charts that the cells show."""
    shown = (piece.get("data", {}) for cell in cells for piece in cell.get("outputs", ()))
    return [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]


def numbers(text: str, pattern: str) -> list[float]:
    return [float(found) for found in re.findall(pattern, text)]


def test_linear_networks_learn_as_the_theory_says(executed):
    cells = executed["saxe2013"]
    told = "\n".join(map(outputs, cells))
    (gap,) = numbers(told, r"largest gap between theory and simulation: ([\d.]+)")
    assert gap < 0.01
    assert len(drawings(cells)) == 4
    assert all("nan" not in drawn for drawn in drawings(cells))


def test_time_against_depth_is_that_of_simulated_descent(executed):
    told = "\n".join(map(outputs, executed["saxe2013"]))
    theory = dict(re.findall(r"(\d+): ([\d.]+)", re.findall(r"\{2: .*?\}", told)[0]))
    (orthogonal,) = re.findall(r"'orthogonal': array\(\[(.*?)\]\)", told)
    measured = [float(x) for x in orthogonal.split(",")]
    wanted = [float(theory[n]) for n in ("2", "3", "4")]
    assert measured[:3] == pytest.approx(wanted, rel=0.1)
    (gaussian,) = re.findall(r"'Gaussian': array\(\[(.*?)\]\)", told)
    assert float(gaussian.split(",")[2]) > 1.5 * measured[2]


def test_singular_values_of_products_have_fuss_catalan_moments(executed):
    told = "\n".join(map(outputs, executed["saxe2013"]))
    pairs = re.findall(r"n = (\d): second moment ([\d.]+), theory", told)
    assert [n for n, _ in pairs] == ["1", "2", "5"]
    assert all(float(moment) == pytest.approx(int(n) + 1, rel=0.1) for n, moment in pairs)


def test_the_laws_of_a_network_come_with_their_certificate(executed):
    told = "\n".join(map(outputs, executed["saxe2013"]))
    assert "(2, 2, 2): 3 laws of degree <= 2; complete" in told
    assert re.search(r"\(1, 2, 2, 1\):\s+6 laws of degree <= 2; not shown to be complete", told)


def test_a_dual_is_shown_with_its_derivation_curves_and_gram_matrix(executed):
    cells = executed["yang2017_duals"]
    told = "\n".join(map(outputs, cells))
    assert told.startswith("closed form") and "quadrature: [ 0.18632441" in told
    assert len(drawings(cells)) == 3
    assert "PROVED" in told and "2 drawings" in told
    assert numbers(told, r"at most ([\d.]+) ulp")[0] <= 4
    assert numbers(told, r"smallest eigenvalue: (-?[\d.]+)")[0] > 0
    assert numbers(told, r"largest gap: ([\d.]+)")[0] < 0.01
