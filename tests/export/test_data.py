"""JSON of the documented shape."""

from __future__ import annotations

import json
from dataclasses import replace

from symdyn.export.data import judgement_data, verification_data
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict
from tests.export.samples import PROVED, REFUTED, a, b, claim, family, record, refuted_record

CLAIM = set(
    "id derivation verdict method digits points seconds derived stated because file line "
    "counterexample".split()
)


def test_a_claim_has_the_documented_fields():
    (entry,) = verification_data([refuted_record()])["claims"]
    assert set(entry) == CLAIM
    assert entry["id"] == "saxe2013.py::wrong_curve[0]"
    assert entry["derivation"] == "saxe2013.py::wrong_curve"
    assert (entry["verdict"], entry["digits"], entry["points"]) == ("REFUTED", 50, 3)
    assert (entry["file"], entry["line"]) == ("saxe2013.py", 38)
    assert entry["counterexample"] == {
        "point": {"s": "2.5644", "u": "1.3776"},
        "left": "1.40802580147",
        "right": "4.67686367469",
    }


def test_the_summary_counts_every_verdict():
    summary = verification_data([*family(), refuted_record()])["summary"]
    assert set(summary) == {"claims", "seconds"} | {str(verdict) for verdict in Verdict}
    assert (summary["claims"], summary["PROVED"], summary["REFUTED"]) == (4, 3, 1)
    assert summary["seconds"] == 2.75


def test_a_body_that_raised_is_an_error_and_not_silent():
    stopped = record("stopped", claim(Equal(a, a)), error="line 3: ValueError: no")
    data = verification_data([stopped])
    assert [entry["verdict"] for entry in data["claims"]] == ["PROVED", "ERROR"]
    assert data["claims"][1]["id"] == "saxe2013.py::stopped[1]"
    assert "ValueError" in data["claims"][1]["because"]
    assert data["summary"]["ERROR"] == 1 and data["summary"]["claims"] == 2


def test_open_and_blocked_claims_are_told_apart():
    conjecture = claim(Equal(a, b), open=True, judgement=None)
    blocked = replace(claim(Equal(a, b)), blocked_by="saxe2013.py::wrong_curve")
    data = verification_data([record("both", conjecture, blocked)])
    assert [entry["verdict"] for entry in data["claims"]] == ["OPEN", "BLOCKED"]


def test_the_same_records_give_the_same_json():
    assert json.dumps(verification_data(family())) == json.dumps(verification_data(family()))


def test_a_judgement_shows_all_its_evidence():
    assert judgement_data(REFUTED)["counterexample"]["left"] == "1.40802580147"
    proved = judgement_data(PROVED)
    assert proved["counterexample"] is None and len(proved["evidence"]) == 2
    assert (proved["method"], proved["digits"], proved["points"]) == ("normal form", 50, 40)
