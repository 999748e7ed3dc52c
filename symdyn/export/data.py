"""Verdicts as plain data, ready for JSON.

    {"claims": [{"id", "derivation", "verdict", "method", "digits", "points", "seconds", "derived",
                 "stated", "because", "file", "line", "counterexample": null or {...}}],
     "summary": {"claims", one number for each verdict, "seconds"}}

A derivation whose body stopped early is listed once more, in place of the claim that it did not
reach, so that the verdicts add up to the number of claims. Same records, same data, times aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from symdyn.export.papers import claim_verdict, stopped
from symdyn.proof.record import Claim, Record
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict


def verification_data(records: Iterable[Record]) -> dict[str, Any]:
    """What `symdyn verify --json` writes.

    >>> verification_data([])["summary"]["claims"]
    0
    """
    claims = [entry for record in records for entry in _entries(record)]
    return {"claims": claims, "summary": _summary(claims)}


def judgement_data(judgement: Judgement) -> dict[str, Any]:
    """What `symdyn check --json` writes."""
    return {
        "verdict": str(judgement.verdict),
        "method": judgement.method,
        "digits": judgement.digits,
        "points": judgement.points,
        "seconds": round(judgement.seconds, 3),
        "counterexample": _point(judgement.counterexample),
        "evidence": [_evidence(piece) for piece in judgement.evidence],
    }


def _entries(record: Record) -> Iterable[dict[str, Any]]:
    for k, claim in enumerate(record.claims):
        yield _entry(record, k, claim)
    if stopped(record):
        yield _stopped_entry(record)


def _entry(record: Record, k: int, claim: Claim) -> dict[str, Any]:
    judgement = claim.judgement
    return {
        "id": f"{record.id}[{k}]",
        "derivation": record.id,
        "verdict": str(claim_verdict(claim)),
        "method": "" if judgement is None else judgement.method,
        "digits": 0 if judgement is None else judgement.digits,
        "points": 0 if judgement is None else judgement.points,
        "seconds": 0.0 if judgement is None else round(judgement.seconds, 3),
        "derived": claim.derived,
        "stated": claim.stated,
        "because": claim.because,
        "file": claim.location.shown_file(),
        "line": claim.location.line,
        "counterexample": None if judgement is None else _point(judgement.counterexample),
    }


def _stopped_entry(record: Record) -> dict[str, Any]:
    return {
        "id": f"{record.id}[{len(record.claims)}]",
        "derivation": record.id,
        "verdict": str(record.verdict),
        "method": "",
        "digits": 0,
        "points": 0,
        "seconds": 0.0,
        "derived": "",
        "stated": "",
        "because": record.error or f"rests on {record.blocked_by}",
        "file": record.location.shown_file(),
        "line": record.location.line,
        "counterexample": None,
    }


def _summary(claims: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = Counter(claim["verdict"] for claim in claims)
    verdicts = {str(verdict): found[str(verdict)] for verdict in _ORDER}
    seconds = round(sum(claim["seconds"] for claim in claims), 3)
    return {"claims": len(claims), **verdicts, "seconds": seconds}


_ORDER = (
    Verdict.PROVED,
    Verdict.ENCLOSED,
    Verdict.AGREES,
    Verdict.SIMULATED,
    Verdict.UNDECIDED,
    Verdict.REFUTED,
    Verdict.BLOCKED,
    Verdict.OPEN,
    Verdict.ERROR,
)


def _point(found: Counterexample | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"point": dict(found.point), "left": found.left, "right": found.right}


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "method": piece.method,
        "verdict": str(piece.verdict),
        "detail": piece.detail,
        "digits": piece.digits,
        "points": piece.points,
        "seconds": round(piece.seconds, 3),
    }
