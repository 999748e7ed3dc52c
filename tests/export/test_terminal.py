"""What the terminal shows: messages of one form, lines that fit, no markup from authors."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console, RenderableType
from sympy import expand

from symdyn.export.terminal import (
    failure_texts,
    failures,
    judgement_view,
    listing,
    record_view,
    verdict_table,
)
from symdyn.proof.collect import collect
from symdyn.proof.statements import Bounded, Equal
from tests.export.samples import REFUTED, UNDECIDED, a, b, claim, family, record, refuted_record
from tests.export.test_latex import everything


def shown(*things: RenderableType, width: int = 80) -> str:
    out = StringIO()
    console = Console(file=out, width=width, highlight=False)
    for thing in things:
        console.print(thing)
    return out.getvalue()


def test_a_refutation_reads_as_documented():
    (text,) = failure_texts([refuted_record()])
    assert text.split("\n") == [
        "saxe2013.py:38: refuted: set b = a",
        "    derived    2*s*u",
        "    stated     2*u*(s + u)",
        "    at         s = 2.5644, u = 1.3776:   1.40802580147  against  4.67686367469   "
        "(50 digits)",
        "    next       symdyn show saxe2013.py::wrong_curve prints the steps before this one",
    ]


def test_every_failure_says_why_and_what_next():
    undecided = record("slow", claim(Bounded(a, 0, 1), judgement=UNDECIDED))
    (text,) = failure_texts([undecided])
    assert ": undecided: " in text and "no answer within 60 s" in text
    assert "Bounded: expr = a, lower = 0, upper = 1" in text and "--timeout" in text
    (text,) = failure_texts([record("stopped", error="line 3: ValueError: no")])
    assert "saxe2013.py:30: error: stopped" in text and "ValueError: no" in text
    (text,) = failure_texts([record("resting", blocked_by="saxe2013.py::wrong_curve")])
    assert "blocked" in text and "saxe2013.py::wrong_curve" in text


def test_what_holds_says_nothing():
    assert failure_texts(family()) == []


def test_what_failed_in_a_premise_is_told_once():
    wrong = refuted_record()
    resting = [record(name, premises=(wrong,), blocked_by=wrong.id) for name in ("f", "g")]
    assert shown(*failures(resting)).count("refuted") == 1


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_terminal(width: int):
    views = [record_view(each) for each in everything()]
    text = shown(*views, *failures(everything()), verdict_table(everything()), width=width)
    assert max(map(len, text.splitlines())) <= width


def test_brackets_of_authors_are_no_markup():
    text = shown(record_view(record("x", claim(Equal(a, b), "[red]not markup[/red]"))))
    assert "[red]not markup[/red]" in text and "[0]" in text


def test_nothing_is_coloured_in_a_file():
    assert "\x1b" not in shown(verdict_table(everything()), *failures(everything()))


def test_the_table_names_every_result_and_counts_verdicts():
    text = shown(verdict_table([*family(), refuted_record()]))
    for name in ("mode_flow", "imbalance", "learning_curve", "wrong_curve", "REFUTED"):
        assert name in text
    assert "3 PROVED, 1 REFUTED" in text


def test_a_result_is_shown_with_its_steps_reasons_and_evidence():
    text = shown(record_view(family()[2]))
    for part in ("learning_curve", "u0 < s", "rests on", "derived", "stated", "(12)", "50 digits"):
        assert part in text
    assert "an antiderivative of 1/u: proved" in text and "odd functions" in text


def test_a_very_long_side_is_clipped_in_a_message_only():
    wide = expand((a + b + 1) ** 30)
    long = record("long", claim(Equal(wide, a), judgement=REFUTED))
    assert len(failure_texts([long])[0]) < 3000
    assert "characters)" in failure_texts([long])[0]
    assert len(shown(record_view(long))) > 5000


def test_the_list_names_derivations_and_files_that_do_not_import(tmp_path):
    (tmp_path / "good.py").write_text(
        "from symdyn import derivation\n@derivation\ndef f():\n    '''First sentence.'''\n"
    )
    (tmp_path / "bad.py").write_text("from symdyn import derivation\nraise ValueError('no')\n")
    text = shown(listing(collect(tmp_path)))
    assert "good.py::f" in text and "First sentence." in text
    assert "bad.py" in text and "ValueError" in text


def test_a_judgement_is_shown_with_its_evidence():
    text = shown(judgement_view(REFUTED))
    assert text.startswith("REFUTED") and "s = 2.5644" in text and "the sides differ" in text
