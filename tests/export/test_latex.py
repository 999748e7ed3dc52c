"""Documents and fragments compile with plain pdflatex, whatever authors write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sympy import exp, expand

from symdyn.export.citation import bibtex, heading, read_citation
from symdyn.export.latex import document, fragment
from symdyn.export.papers import papers
from symdyn.library import folder
from symdyn.proof.collect import Collected, collect
from symdyn.proof.statements import AsymptoticTo, Bounded, Conserved, Equal, Solves
from symdyn.proof.verdict import Verdict
from tests.export.samples import UNDECIDED, a, b, claim, family, record, refuted_record, s, t
from tests.export.test_escaping import NASTY
from tests.export.typesetting import needs_pdflatex, pdflatex, whole


def everything():
    """One record of every kind, with texts that are hard to set."""
    wide = expand((a + b + s + t) ** 7)
    statements = [
        Equal(wide, (a + b + s + t) ** 7),
        Equal({a: wide, b: a}, {a: wide, b: a}),
        Equal((a, b), (a, b)),
        Conserved(wide, {a: -b, b: a}),
        Solves({a: -a}, {a: s * exp(-t)}, t, {a: s}),
        Bounded(wide, 0, None),
        Bounded(a, 0, wide, strict=True),
        AsymptoticTo(wide, a**7, a),
    ]
    claims = [claim(st, text) for st, text in zip(statements, NASTY, strict=True)]
    claims += [claim(Equal(a, b), "who knows", open=True), claim(Equal(a, b), judgement=UNDECIDED)]
    nasty = record(
        "nasty_100_%",
        *claims,
        doc="\n\n".join(NASTY) + "\n\n    shaped   code_with % \\signs\n",
        error="ValueError: 100 % {wrong} \\x",
        defined=(("J_%", wide), ("map", {a: b})),
        facts=("no such fact",),
    )
    return [*family(), refuted_record(), nasty]


@needs_pdflatex
def test_document_compiles_without_overfull_lines(tmp_path):
    run = pdflatex(document(papers(everything())), tmp_path)
    assert run.errors == [] and run.undefined == []
    assert max(run.overfull, default=0) <= 5


@needs_pdflatex
def test_fragment_needs_amsmath_and_amssymb_only(tmp_path):
    (paper,) = papers(everything())
    body = fragment(paper)
    assert r"\documentclass" not in body and r"\usepackage" not in body
    run = pdflatex(whole(body + fragment(papers(family())[0]).replace("saxe", "other")), tmp_path)
    assert run.errors == []
    assert max(run.overfull, default=0) <= 5


@needs_pdflatex
def test_several_papers_make_one_document(tmp_path):
    other = Path("tian2017.py")
    records = [*family(), record("gate", claim(Equal(a, a)), file=other, premises=tuple(family()))]
    text = document(papers(records))
    assert text.count(r"\section*{") == 2
    run = pdflatex(text, tmp_path)
    assert run.errors == [] and run.undefined == []


@needs_pdflatex
@pytest.mark.parametrize("file", sorted(folder().glob("*.py")), ids=lambda file: file.stem)
def test_every_paper_of_the_library_compiles(tmp_path, file: Path):
    found = [item for item in collect(file) if isinstance(item, Collected)]
    records = [item.derivation.record(**item.fixed) for item in found]
    run = pdflatex(document(papers(records)), tmp_path)
    assert run.errors == [] and run.undefined == []
    assert max(run.overfull, default=0) <= 5


def test_steps_show_reason_equation_number_and_verdict():
    text = document(papers(family()))
    assert "Steps are infinitesimal:" in text
    assert r"\tag{12}" in text
    told = "both sides are the same polynomial; 50 digits at 40 points"
    assert f"\\symdynverdict{{proved}}{{{told}}}" in text
    assert "u_{0} < s" in text
    assert "an antiderivative of 1/u" in text and "odd functions" in text


def test_premises_are_references_where_they_are_shown():
    text = document(papers(family()))
    assert "This rests on Theorems~" in text
    alone = document(papers(family()[2:]))
    assert r"\ref" not in alone and r"saxe2013.py::mode\char95{}flow" in alone


def test_a_refuted_claim_shows_its_point_and_no_box():
    text = document(papers([refuted_record()]))
    assert "at s = 2.5644, u = 1.3776: 1.40802580147 derived, 4.67686367469 stated" in text
    assert r"\square" not in text
    assert r"\square" in document(papers(family()))


def test_a_result_with_an_open_claim_gets_no_box():
    opened = record("conjecture", claim(Equal(a, b), open=True))
    assert r"\square" not in document(papers([opened]))


def test_documents_are_the_same_twice():
    assert document(papers(everything())) == document(papers(everything()))


def test_a_claim_of_an_unknown_kind_is_shown():
    class Novel(Equal):
        pass

    class Stranger:
        derived, stated = a, b

    text = document(papers([record("new", claim(Stranger()), claim(Novel(a, b)))]))  # type: ignore[arg-type]
    assert "Stranger:" in text


def test_citations_are_read():
    found = read_citation(
        'A. M. Saxe, J. L. McClelland and S. Ganguli, "Exact solutions", arXiv:1312.6120, ',
        "saxe2013",
    )
    assert found.authors == ("A. M. Saxe", "J. L. McClelland", "S. Ganguli")
    assert (found.title, found.arxiv, found.year) == ("Exact solutions", "1312.6120", "2013")
    assert read_citation('Saxe, A. M., and Cho, Y., "X", 2014.', "k").authors == (
        "Saxe, A. M.",
        "Cho, Y.",
    )
    assert read_citation('B, "Y", doi 10.1000/xyz-1.', "b1999").doi == "10.1000/xyz-1"
    assert read_citation('B, "Y".', "b1999").year == "1999"


def test_a_bibtex_entry_is_escaped_and_complete():
    entry = bibtex(heading('T.\n\nPoincaré, "50 % of x_1", 1999.', "key1999").citation)
    assert entry.startswith("@misc{key1999,") and r"Poincar\'{e}" in entry
    assert r"title = {{50 \% of x\_1}}" in entry
    assert entry.count("{") - entry.count(r"\{") == entry.count("}") - entry.count(r"\}")


def test_a_docstring_without_citation_is_no_error():
    assert heading("", "key").title == "key"
    assert "thebibliography" not in document(papers(family()))


def test_verdict_of_a_blocked_claim_is_shown():
    blocked = replace(claim(Equal(a, a)), blocked_by="saxe2013.py::wrong_curve")
    text = document(papers([record("rests", blocked)]))
    assert f"\\symdynverdict{{{Verdict.BLOCKED.lower()}}}" in text
