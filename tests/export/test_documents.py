"""Files appear whole, under the names that were asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import symdyn
from symdyn.errors import InputError
from symdyn.export import export, export_all, write_documents
from symdyn.export.starter import starting_file
from symdyn.proof.collect import collect
from tests.export.samples import family, record


def other() -> list:
    return [*family(), record("gate", file=Path("tian2017.py"))]


def test_the_package_and_its_function_may_be_called_alike():
    assert symdyn.export([], "json") == export([], "json")


def test_formats_are_text_or_pages():
    assert export(family(), "latex").startswith("%")
    assert json.loads(export(family(), "json"))["summary"]["claims"] == 3
    assert "index.html" in export(family(), "html")
    assert export(family()[0], "latex").count("begin{symdynresult}") == 1


def test_an_unknown_format_is_refused():
    for call in (lambda: export([], "pdf"), lambda: write_documents([], "pdf", "x")):
        with pytest.raises(InputError, match="'pdf' is no format"):
            call()


def test_nothing_to_show_is_refused_not_written(tmp_path):
    with pytest.raises(InputError, match="no record"):
        write_documents([], "latex", tmp_path / "x.tex")
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_the_suffix_is_a_file_any_other_a_folder(tmp_path):
    names = {
        ("latex", "a.tex"): ["a.tex"],
        ("latex", "b"): ["b/saxe2013.tex", "b/tian2017.tex"],
        ("json", "c.json"): ["c.json"],
        ("json", "d"): ["d/verification.json"],
        ("html", "e"): ["e/index.html", "e/saxe2013.html", "e/tian2017.html"],
    }
    for (form, place), expected in names.items():
        written = write_documents(other(), form, tmp_path / place)
        assert written == [tmp_path / name for name in expected]
        assert all(file.stat().st_size > 0 for file in written)


def test_one_page_holds_one_paper(tmp_path):
    (file,) = write_documents(family(), "html", tmp_path / "saxe.html")
    assert "index.html" not in file.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="2 papers"):
        write_documents(other(), "html", tmp_path / "both.html")


def test_a_fragment_comes_with_its_bibtex_entry(tmp_path):
    tex, bib = write_documents(family(), "latex", tmp_path / "part.tex", fragment=True)
    assert (tex.name, bib.name) == ("part.tex", "saxe2013.bib")
    assert "documentclass" not in tex.read_text(encoding="utf-8")
    assert bib.read_text(encoding="utf-8").startswith("@misc{saxe2013,")


def test_a_dash_is_standard_output(capsys):
    assert write_documents(family(), "json", "-") == []
    assert json.loads(capsys.readouterr().out)["summary"]["claims"] == 3


def test_everything_goes_into_one_folder_and_the_index_is_first(tmp_path):
    written = export_all(other(), tmp_path)
    assert written[0].name == "index.html"
    names = {file.name for file in written}
    assert {"saxe2013.tex", "saxe2013-fragment.tex", "saxe2013.bib", "verification.json"} <= names
    assert {file.name for file in tmp_path.iterdir()} == names


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    (file,) = write_documents(family(), "json", tmp_path / "x.json")
    before = file.read_text()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_documents(family()[:1], "json", tmp_path / "x.json")
    assert file.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.parametrize("name", ["", "a b", "1st", "../x", "class", "é", "a.py", "x" * 200])
def test_a_starting_file_needs_a_bibliography_key(name: str):
    with pytest.raises(InputError, match="bibliography key"):
        starting_file(name)


def test_a_starting_file_shows_every_verb_and_makes_claims(tmp_path):
    file = tmp_path / "author2025.py"
    file.write_text(starting_file("author2025"), encoding="utf-8")
    found = collect(file)
    records = [item.derivation.record(**item.fixed) for item in found]
    assert len(records) == 4 and all(each.claims and not each.error for each in records)
    assert any(each.given for each in records) and any(each.premises for each in records)
    assert any(each.defined for each in records)
    assert max(map(len, file.read_text().splitlines())) <= 100
    assert "author2025" in export(records, "latex")
