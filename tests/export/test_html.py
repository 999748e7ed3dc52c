"""Pages need nothing but themselves, are well formed, and lead where they say."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from symdyn.export.documents import export
from symdyn.export.html import MARKS, badge, site
from symdyn.proof.verdict import Verdict
from tests.export.samples import FILE, family, record, refuted_record
from tests.export.test_latex import everything

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; complains of tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return site(everything())


def test_there_is_a_page_for_each_paper_and_an_index(pages: dict[str, str]):
    assert set(pages) == {"index.html", "saxe2013.html"}


def test_pages_are_well_formed(pages: dict[str, str]):
    for text in pages.values():
        ids = Page(text).values("id")
        assert len(ids) == len(set(ids))


def test_pages_need_neither_scripts_nor_network(pages: dict[str, str]):
    for text in pages.values():
        page = Page(text)
        assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
        assert all(not re.match(r"\w+:", address) for address in page.values("href"))
        assert "url(" not in text and "@import" not in text


def test_every_link_leads_somewhere(pages: dict[str, str]):
    ids = {name: set(Page(text).values("id")) for name, text in pages.items()}
    for name, text in pages.items():
        for address in Page(text).values("href"):
            file, _, anchor = address.partition("#")
            assert (file or name) in pages
            assert not anchor or anchor in ids[file or name]


def test_texts_of_authors_are_escaped():
    nasty = record("x", doc="<script>alert(1)</script> & more", source="a < b & '<b>'")
    text = site([nasty])["saxe2013.html"]
    assert "<script" not in text and "&lt;script&gt;" in text


def test_formulas_are_mathml_and_their_latex_can_be_copied(pages: dict[str, str]):
    page = Page(pages["saxe2013.html"])
    assert page.tags["math"] > 10 and page.tags["mfenced"] == 0
    assert page.tags["textarea"] > 5


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_is_a_word_and_a_sign_not_a_colour_alone(verdict: Verdict):
    text = Page(badge(verdict)).text
    assert str(verdict) in text and text.split()[0] == MARKS[verdict][1]


def test_a_refuted_claim_shows_its_point():
    text = Page(site([refuted_record()])["saxe2013.html"]).text
    assert "s = 2.5644" in text and "1.40802580147" in text and "4.67686367469" in text


def test_the_graph_links_every_result_to_its_place():
    text = site(family())["saxe2013.html"]
    graph = text[text.index("<svg") : text.index("</svg>")]
    for name in ("mode_flow", "imbalance", "learning_curve"):
        assert f'<a href="#{name}">' in graph
    # The curve rests on the flow by way of the imbalance: two lines, not three.
    assert graph.count('class="tip"') == 2


def test_a_premise_in_another_file_is_shown_as_elsewhere():
    first, second, _ = family()
    text = site([second])["saxe2013.html"]
    assert 'elsewhere"' in text and first.id in text
    assert "#mode_flow" not in text


def test_results_of_the_same_name_get_different_anchors():
    text = site([record("f(x)"), record("f[x]"), record("F-x")])["saxe2013.html"]
    ids = Page(text).values("id")
    assert len([i for i in ids if i.lower().startswith("f-x")]) == 3


def test_papers_of_the_same_name_get_different_pages():
    other = record("g", file=FILE.absolute() / ".." / "more" / FILE.name)
    assert set(site([record("f"), other])) == {"index.html", "saxe2013.html", "saxe2013-2.html"}


def test_pages_are_the_same_twice(pages: dict[str, str]):
    assert export(everything(), "html") == pages
