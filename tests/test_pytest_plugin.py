"""Derivations as pytest items."""

import pytest

pytest_plugins = ["pytester"]

PAPER = '''"""A paper."""
from sympy import symbols

from symdyn import claim, derivation

x = symbols("x", positive=True)


@derivation
def right():
    """Right."""
    claim(x + x, 2*x, because="add")


@derivation
def wrong():
    """Wrong."""
    claim(x + x, 3*x, because="add wrongly")
'''


@pytest.fixture
def paper(pytester, monkeypatch):
    monkeypatch.setenv("SYMDYN_CACHE", str(pytester.path / "cache"))
    folder = pytester.mkdir("derivations")
    (folder / "paper.py").write_text(PAPER)
    (pytester.path / "elsewhere.py").write_text(PAPER)
    return pytester


def run(pytester, *arguments):
    options = [] if _is_installed() else ["-p", "symdyn.pytest_plugin"]
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options, *arguments)


def _is_installed():
    from importlib.metadata import entry_points

    return any(point.value == "symdyn.pytest_plugin" for point in entry_points(group="pytest11"))


def test_a_derivation_is_an_item(paper):
    result = run(paper)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*paper.py:18: refuted: add wrongly*", "*at *x = *against*"])


def test_verbose_shows_the_claims_within_the_item(paper):
    run(paper, "-v", "derivations/paper.py::right").stdout.fnmatch_lines(["*PROVED*add*"])


def test_a_file_named_on_the_command_line_is_collected_wherever_it_is(paper):
    run(paper, "elsewhere.py").assert_outcomes(passed=1, failed=1)


def test_other_files_are_left_alone(paper):
    (paper.path / "script.py").write_text("raise SystemExit('must not run')\n")
    run(paper).assert_outcomes(passed=1, failed=1)


def test_a_file_that_does_not_import_is_a_collection_error(paper):
    (paper.path / "derivations" / "broken.py").write_text("from symdyn import nonsense\n")
    result = run(paper)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*broken.py:1: *nonsense*"])


def test_selection_by_name_judges_only_that(paper):
    run(paper, "-k", "right").assert_outcomes(passed=1, deselected=1)


def test_derivations_are_judged_in_several_processes(paper):
    pytest.importorskip("xdist")
    result = run(paper, "-n", "2", "-v", "--dist", "load")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*paper.py:18: refuted: add wrongly*"])
    result.stdout.fnmatch_lines(["*PROVED*add*"])
