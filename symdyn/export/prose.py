"""Docstrings and verdicts in words, the same in every document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from inspect import cleandoc

from sympy.logic.boolalg import Boolean

from symdyn.calculus.facts import FACTS, Fact
from symdyn.export.papers import claim_verdict, counts, symbols_in
from symdyn.proof.record import Claim, Record
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Judgement, Verdict, weakest

MEANING = {
    Verdict.PROVED: "an exact method found the difference to be zero, and sample points agree",
    Verdict.ENCLOSED: "at every sample point a ball that certainly holds the difference holds zero",
    Verdict.AGREES: "both sides agree at every sample point, computed at two precisions",
    Verdict.SIMULATED: "a seeded simulation agrees within its standard error",
    Verdict.OPEN: "conjectured; nobody has derived it yet",
    Verdict.UNDECIDED: "no method decided it",
    Verdict.BLOCKED: "it rests on something that does not hold",
    Verdict.REFUTED: "the two sides differ at the point that is shown",
    Verdict.ERROR: "the derivation stopped with an error",
}


@dataclass(frozen=True)
class Block:
    """A paragraph of running text, or indented lines that keep their shape."""

    text: str
    code: bool = False


def blocks(text: str) -> tuple[Block, ...]:
    """A docstring as paragraphs; examples of code (`>>>`) are left out.

    >>> blocks("One\\nline.\\n\\n    a = b")
    (Block(text='One line.', code=False), Block(text='a = b', code=True))
    """
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", cleandoc(text)):
        lines = part.rstrip().split("\n")
        if not part.strip() or lines[0].lstrip().startswith(">>>"):
            continue
        if all(line.startswith((" ", "\t")) for line in lines):
            found.append(Block(cleandoc("\n" + part), code=True))
        else:
            found.extend(_mixed(lines))
    return tuple(found)


def _mixed(lines: Sequence[str]) -> Iterable[Block]:
    """A paragraph in which indented lines follow running text without an empty line between."""
    running: list[str] = []
    shaped: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("    "):
            shaped.append(line.strip())
            continue
        if shaped:
            yield from _paragraph(running)
            yield Block("\n".join(shaped), code=True)
            running, shaped = [], []
        if line:
            running.append(line.strip())
    yield from _paragraph(running)


def _paragraph(lines: Sequence[str]) -> Iterable[Block]:
    if lines:
        yield Block(" ".join(lines))


def reason(claim: Claim) -> str:
    """The reason of a claim as the beginning of a sentence.

    Its first word is capitalised unless it may be a symbol or a name.
    """
    text = claim.because.strip().rstrip(".:")
    first = re.match(r"(?:a|[a-z][a-z-]+)(?= [A-Za-z]|$)", text)
    if first is None:
        return text
    names = {word for symbol in symbols_in(claim) for word in re.findall(r"\w+", symbol.name)}
    return text if first[0] in names else text[:1].upper() + text[1:]


def sides(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Both sides of an equality as text, or the parts of another kind of statement."""
    if isinstance(claim.statement, Equal):
        return (("derived", claim.derived), ("stated", claim.stated))
    parts = {name: value for name, value in vars(claim.statement).items() if value is not None}
    told = ", ".join(f"{name} = {value}" for name, value in parts.items())
    return (("states", f"{type(claim.statement).__name__}: {told}"),)


def evidence_text(claim: Claim) -> str:
    """How the verdict on a claim was reached: method, digits, points."""
    if claim_verdict(claim) == Verdict.BLOCKED:
        return f"rests on {claim.blocked_by}"
    if claim.judgement is None or claim.open:
        return ""
    return judgement_text(claim.judgement)


def judgement_text(judgement: Judgement) -> str:
    """What the deciding method says, with digits and points; the point that refutes."""
    deciding = judgement.deciding
    against = judgement.counterexample
    if against is not None:
        digits = f" ({judgement.digits} digits)" if judgement.digits else ""
        place = ", ".join(f"{name} = {value}" for name, value in against.point.items())
        at = f"at {place}" if place else "everywhere"
        return f"{at}: {against.left} derived, {against.right} stated{digits}"
    told = [deciding.detail or deciding.method] if deciding is not None else []
    if judgement.digits and judgement.points:
        points = "1 point" if judgement.points == 1 else f"{judgement.points} points"
        told.append(f"{judgement.digits} digits at {points}")
    return "; ".join(told)


def summary_text(records: Sequence[Record]) -> str:
    """How many claims a set of records makes, and how they fared."""
    found = {verdict: number for verdict, number in counts(records).items() if number}
    total = sum(len(record.claims) for record in records)
    claims = "1 claim" if total == 1 else f"{total} claims"
    results = "1 result" if len(records) == 1 else f"{len(records)} results"
    shares = ", ".join(f"{n} {_SHARE.get(v, v.lower())}" for v, n in found.items())
    return f"{results} with {claims}" + (f": {shares}" if shares else "")


_SHARE = {Verdict.AGREES: "in agreement", Verdict.ERROR: "in error"}


def obligation_groups(record: Record) -> tuple[tuple[str, int, Verdict], ...]:
    """What the operations of a record owed: reason, how often, and the weakest verdict on it."""
    judgements: Sequence[Judgement | None] = record.obligation_judgements or (None,) * len(
        record.obligations
    )
    groups: dict[str, list[Verdict]] = {}
    for debt, judged in zip(record.obligations, judgements, strict=False):
        verdict = Verdict.UNDECIDED if judged is None else judged.verdict
        groups.setdefault(debt.because, []).append(verdict)
    return tuple((why, len(found), weakest(found)) for why, found in groups.items())


def cited_facts(records: Iterable[Record]) -> tuple[Fact, ...]:
    """The facts on which some records rest, in the order of their table."""
    names = {name for record in records for name in record.facts}
    return tuple(fact for fact in FACTS if fact.name in names)


def own_conditions(claim: Claim, record: Record) -> tuple[Boolean, ...]:
    """Conditions of a claim beyond those that its derivation states for all of it."""
    return tuple(condition for condition in claim.where if condition not in record.given)
