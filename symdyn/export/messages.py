"""What is said of a claim that does not hold: where, what, at which point, and what to do next.

derivations/saxe2013.py:38: refuted: set b = a, which imbalance() keeps, and u = a*b
    derived    2*s*u/tau - 2*u**2/tau
    stated     2*u*(s + u)/tau
    at         s = 2.56, tau = 2.32, u = 1.38:   1.41  against  4.68   (50 digits)
    next       symdyn show saxe2013.py::learning_curve prints the steps before this one
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symdyn.export.papers import claim_verdict, stopped
from symdyn.export.prose import sides
from symdyn.proof.record import Claim, Record
from symdyn.proof.verdict import Judgement, Verdict

LABEL = 11
_LONGEST = 1500


@dataclass(frozen=True)
class Message:
    """A headline and labelled lines below it."""

    verdict: Verdict
    headline: str
    lines: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        below = (f"    {label:<{LABEL}}{text}" for label, text in self.lines)
        return "\n".join([self.headline, *below])


def messages(record: Record) -> Iterable[Message]:
    """One message for every claim of a record that fails, and one if its body stopped."""
    for claim in record.claims:
        if claim_verdict(claim) in _TOLD:
            yield _TOLD[claim_verdict(claim)](claim, record)
    if stopped(record):
        yield _stopped(record)


def _refuted(claim: Claim, record: Record) -> Message:
    digits = 0 if claim.judgement is None else claim.judgement.digits
    point = None if claim.judgement is None else claim.judgement.counterexample
    exact = f"   ({digits} digits)" if digits else ""
    at = (("at", f"{point}{exact}"),) if point else _reasons(claim.judgement)
    return _message(claim, (*_sides(claim), *at, _steps_before(record)))


def _undecided(claim: Claim, record: Record) -> Message:
    more = ("next", f"symdyn verify '{record.id}' --timeout 600 gives it more time")
    return _message(claim, (*_sides(claim), *_reasons(claim.judgement), more))


def _blocked(claim: Claim, record: Record) -> Message:
    cause = ("rests on", f"{claim.blocked_by}, which does not hold")
    return _message(claim, (cause,))


def _failed(claim: Claim, record: Record) -> Message:
    return _message(claim, (*_sides(claim), *_reasons(claim.judgement), _steps_before(record)))


_TOLD = {
    Verdict.REFUTED: _refuted,
    Verdict.UNDECIDED: _undecided,
    Verdict.BLOCKED: _blocked,
    Verdict.ERROR: _failed,
}


def _message(claim: Claim, lines: tuple[tuple[str, str], ...]) -> Message:
    verdict = claim_verdict(claim)
    headline = f"{claim.location}: {verdict.lower()}: {claim.because}"
    return Message(verdict, headline, lines)


def _stopped(record: Record) -> Message:
    place = f"{record.location}: {record.verdict.lower()}: {record.name}"
    if record.error:
        return Message(record.verdict, place, (("reason", record.error),))
    cause = ("rests on", f"{record.blocked_by}, which does not hold")
    return Message(record.verdict, place, (cause,))


def _sides(claim: Claim) -> tuple[tuple[str, str], ...]:
    return tuple((label, _clipped(text)) for label, text in sides(claim))


def _reasons(judgement: Judgement | None) -> tuple[tuple[str, str], ...]:
    if judgement is None:
        return (("reason", "not judged yet"),)
    told = [piece.detail for piece in judgement.evidence if piece.verdict == judgement.verdict]
    return tuple(("reason", detail) for detail in told if detail)


def _steps_before(record: Record) -> tuple[str, str]:
    quoted = f"'{record.id}'" if "(" in record.id else record.id
    return ("next", f"symdyn show {quoted} prints the steps before this one")


def _clipped(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]} ... ({len(text)} characters)"
