"""Kernels stand with their records; without kernels documents are what they were."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sympy import sqrt, symbols

from symdyn.errors import InputError
from symdyn.export import export, export_all
from symdyn.export.kernels import LISTING_WIDTH, listing
from symdyn.kernels.kernel import Kernel, kernel
from tests.export.samples import family, refuted_record
from tests.export.test_html import Page
from tests.export.typesetting import needs_pdflatex, pdflatex, whole

x = symbols("x", positive=True)
NASTY = r"\end{verbatim} <script>alert(1)</script> é 100 % _ # & " + 40 * "long"


@pytest.fixture(scope="module")
def root() -> Kernel:
    """A kernel as if it were made of a record, with a title that no document may trip over."""
    made = kernel(sqrt(x + 1) - sqrt(x), x)
    return replace(made, id=family()[2].id, verdict="PROVED", title=NASTY)


def test_without_kernels_nothing_changes(tmp_path):
    assert export(family(), "html", kernels=()) == export(family(), "html")
    text = export(family(), "latex")
    assert (
        "symdynrow" not in text and "Sources of the kernels" not in text and "verbatim" not in text
    )
    assert 'class="kernel"' not in export(family(), "html")["saxe2013.html"]


def test_a_kernel_is_shown_with_its_record(root: Kernel):
    text = export(family(), "html", kernels=[root])["saxe2013.html"]
    article = text[text.index('id="learning_curve"') :]
    article = article[: article.index("</article>")]
    for shown in (
        'class="kernel"',
        'class="curves"',
        'class="dots"',
        "meets its target of 2",
        "largest error",
    ):
        assert shown in article
    assert text.count('class="kernel"') == 1


def test_pages_with_kernels_are_well_formed_without_scripts_and_the_same_twice(root: Kernel):
    pages = export(family(), "html", kernels=[root])
    page = Page(pages["saxe2013.html"])
    assert not {"script", "link", "img"} & set(page.tags)
    assert root.source in page.text
    assert export(family(), "html", kernels=[root]) == pages


def test_in_latex_sources_stand_at_the_end_and_fragments_have_none(root: Kernel, tmp_path):
    files = {f.name: f.read_text("utf-8") for f in export_all(family(), tmp_path, kernels=[root])}
    whole_document, part = files["saxe2013.tex"], files["saxe2013-fragment.tex"]
    for text in (whole_document, part):
        assert text.count(r"\begin{picture}") == 1 and "largest error" in text
    assert whole_document.rindex("proved") < whole_document.index("Sources of the kernels")
    assert "def kernel" in whole_document and "def kernel" not in part


def test_a_result_that_does_not_hold_says_that_it_has_no_kernel():
    good, wrong = family()[2], refuted_record()
    assert "no kernel" not in export([replace(good, kernel=(x,))], "html")["saxe2013.html"]
    for form in ("html", "latex"):
        shown = export([replace(wrong, kernel=(x,))], form)
        text = shown if isinstance(shown, str) else "".join(shown.values())
        assert "REFUTED: no kernel is made of it" in text
        plain = export([wrong], form)
        assert "no kernel" not in (plain if isinstance(plain, str) else "".join(plain.values()))


def test_a_missed_target_is_said(root: Kernel):
    missed = replace(root, target=0.5000001)
    page = Page(export(family(), "html", kernels=[missed])["saxe2013.html"])
    assert "✗ misses its target of 0.5" in page.text
    assert "It misses its target of 0.5" in export(family(), "latex", kernels=[missed])


def test_a_kernel_of_no_record_is_refused(root: Kernel):
    with pytest.raises(InputError, match=r"elsewhere.py::g, which is not shown"):
        export(family(), "html", kernels=[replace(root, id="elsewhere.py::g")])


def test_all_formats_show_kernels(root: Kernel, tmp_path):
    files = {file.name: file.read_text("utf-8") for file in export_all(family(), tmp_path)}
    shown = {
        file.name: file.read_text("utf-8")
        for file in export_all(family(), tmp_path, kernels=iter([root]))
    }
    changed = {name for name in files if files[name] != shown[name]}
    assert changed == {"saxe2013.html", "saxe2013.tex", "saxe2013-fragment.tex"}


def test_listings_are_narrow_ascii_and_keep_every_word(root: Kernel):
    lines = listing(root.source).splitlines()
    assert max(map(len, lines)) <= LISTING_WIDTH and all(line.isascii() for line in lines)
    assert not any(r"\end{verbatim}" in line for line in lines)
    kept = re.sub(r"\s", "", root.source.replace("é", r"\xe9"))
    assert re.sub(r"\s", "", "".join(lines)) == kept


@pytest.mark.parametrize("line", ["x" * 200, " " * 200 + "x", "a, " * 70, " " * 60 + "b" * 90])
def test_any_line_is_broken(line: str):
    parts = listing(line).splitlines()
    assert max(map(len, parts)) <= LISTING_WIDTH
    assert "".join("".join(parts).split()) == "".join(line.split())


@needs_pdflatex
def test_documents_and_fragments_with_kernels_compile(root: Kernel, tmp_path):
    files = export_all(family(), tmp_path, kernels=[root])
    texts = {file.name: file.read_text("utf-8") for file in files}
    document = pdflatex(texts["saxe2013.tex"], tmp_path, "document")
    assert document.errors == [] and document.overfull == [] and document.undefined == []
    fragment = pdflatex(whole(r"\input{saxe2013-fragment.tex}"), tmp_path, "fragment")
    assert fragment.errors == []
