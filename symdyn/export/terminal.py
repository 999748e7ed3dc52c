"""Records on the terminal: tables of verdicts, one result in full, what failed and where.

Everything is made of rich's objects, so that lines fit the terminal and colours appear only there;
no text of an author is read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from symdyn.export.messages import LABEL, Message, messages
from symdyn.export.papers import claim_verdict, counts, papers, with_premises
from symdyn.export.prose import blocks, evidence_text, obligation_groups, own_conditions, sides
from symdyn.kernels.finished import FinishedKernel, Refusal
from symdyn.proof.collect import BrokenFile, Collected
from symdyn.proof.record import Claim, Record
from symdyn.proof.verdict import Judgement, Verdict

COLOURS = {
    Verdict.PROVED: "green",
    Verdict.ENCLOSED: "green",
    Verdict.AGREES: "green",
    Verdict.SIMULATED: "green",
    Verdict.OPEN: "yellow",
    Verdict.UNDECIDED: "yellow",
    Verdict.BLOCKED: "yellow",
    Verdict.REFUTED: "bold red",
    Verdict.ERROR: "bold red",
}


class _Lines:
    """A headline and labelled lines, wrapped so that every line fits and texts stay aligned."""

    def __init__(self, headline: Text | None, lines: Iterable[tuple[str, str]]) -> None:
        self.headline = headline
        self.lines = tuple(lines)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.headline is not None:
            yield self.headline
        indent = 4 + LABEL
        for label, text in self.lines:
            told = wrap(text, max(options.max_width - indent, 20), drop_whitespace=True) or [""]
            for k, line in enumerate(told):
                shown = f"    {label if k == 0 else '':<{LABEL}}{line}"
                yield Text(shown.rstrip(), no_wrap=True)


def failure_texts(records: Iterable[Record]) -> list[str]:
    """What is said of every claim of some records that does not hold, as plain text."""
    return [str(message) for record in records for message in messages(record)]


def failures(records: Iterable[Record]) -> list[RenderableType]:
    """The same for the terminal, with what failed in premises that are not among the records."""
    return [_told(m) for record in with_premises(records) for m in messages(record)]


def _told(message: Message) -> RenderableType:
    return _Lines(Text(message.headline, style=COLOURS[message.verdict]), message.lines)


def verdict_table(records: Sequence[Record]) -> RenderableType:
    """One line for every result, below the name of its file, and a summary."""
    parts: list[RenderableType] = []
    for paper in papers(records):
        parts.append(Text(paper.records[0].location.shown_file(), style="bold"))
        parts.append(_results(paper.records))
    return Group(*parts, _summary(records))


def _results(records: Sequence[Record]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=2)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, min_width=9)
    for record in records:
        number = len(record.claims)
        claims = Text("1 claim " if number == 1 else f"{number} claims")
        name = Text(record.id.partition("::")[2] or record.name)
        table.add_row("", name, claims, _verdict(record.verdict))
    return table


def _verdict(verdict: Verdict) -> Text:
    return Text(str(verdict), style=COLOURS[verdict])


def _summary(records: Sequence[Record]) -> Text:
    text = Text()
    for verdict, number in counts(records).items():
        if number:
            text.append(", " if text else "").append(f"{number} {verdict}", COLOURS[verdict])
    seconds = sum(
        claim.judgement.seconds
        for record in records
        for claim in record.claims
        if claim.judgement is not None
    )
    return text.append(f"   ({seconds:.1f} s of judging)") if text else Text("no claims")


def kernel_table(made: Sequence[FinishedKernel | Refusal]) -> RenderableType:
    """One line for every kernel: its largest error and whether that meets its target."""
    if not made:
        return Text()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=2)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, min_width=9)
    refused: list[tuple[str, str]] = []
    for one in made:
        if isinstance(one, Refusal):
            refused.append(("no kernel", one.reason))
            continue
        error = f"{one.certificate.error:.3g} {one.certificate.unit.partition(' of ')[0]}"
        table.add_row("", Text(one.name), Text(error), _target(one))
    return Group(Text("kernels", style="bold"), table, _Lines(None, refused))


def _target(kernel: FinishedKernel) -> Text:
    target = kernel.certificate.subject.target
    if target is None:
        return Text("measured")
    met = bool(kernel.certificate.meets)
    more = "+" if kernel.certificate.subject.allowance else ""  # in full with the certificate
    shown = f"{'meets' if met else 'misses'} {target:g}{more}"
    return Text(shown, style=COLOURS[Verdict.PROVED if met else Verdict.UNDECIDED])


def listing(found: Iterable[Collected | BrokenFile]) -> RenderableType:
    """Ids with the first sentence of what they state."""
    parts: list[RenderableType] = []
    for item in found:
        if isinstance(item, BrokenFile):
            parts.append(Text(f"{item.file.name}: {item.reason}", style=COLOURS[Verdict.ERROR]))
            continue
        parts.append(Text(item.derivation.id(**item.fixed), style="bold"))
        told = blocks(item.derivation.__doc__ or "")
        parts.extend(_indented(block.text) for block in told[:1])
    return Group(*parts)


def record_view(record: Record) -> RenderableType:
    """A result with its conditions, steps, reasons and evidence."""
    head = Text(record.id, style="bold").append("   ").append_text(_verdict(record.verdict))
    parts: list[RenderableType] = [head, Text(str(record.location), style="dim")]
    parts += [_indented(block.text) for block in blocks(record.doc)]
    parts.append(_Lines(None, _setting(record)))
    for k, claim in enumerate(record.claims):
        parts += [Text(), _step(k, claim, record)]
    parts += [Text(), _Lines(None, _ending(record))]
    return Group(*parts)


def _indented(text: str) -> RenderableType:
    return _Paragraph(text)


class _Paragraph:
    """Text wrapped to the terminal with an indent."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n"):
            for part in wrap(line, max(options.max_width - 4, 20)) or [""]:
                yield Text(f"    {part}", no_wrap=True)


def _setting(record: Record) -> list[tuple[str, str]]:
    lines = [("given", str(condition)) for condition in record.given]
    lines += [("rests on", premise.id) for premise in record.premises]
    return lines + [("define", f"{name} = {value}") for name, value in record.defined]


def _step(k: int, claim: Claim, record: Record) -> RenderableType:
    head = Text(f"[{k}] ").append(claim.because)
    if claim.eq:
        head.append(f"   {claim.eq}", "dim")
    lines = [("where", str(condition)) for condition in own_conditions(claim, record)]
    lines += sides(claim)
    lines.append((claim_verdict(claim).lower(), evidence_text(claim)))
    return _Lines(head, lines)


def _ending(record: Record) -> list[tuple[str, str]]:
    lines = [
        ("owed", f"{why}: {verdict.lower()}" + (f" ({number} times)" if number > 1 else ""))
        for why, number, verdict in obligation_groups(record)
    ]
    lines += [("fact", name) for name in record.facts]
    if record.error:
        lines.append(("error", record.error))
    return lines + ([("result", str(record.result))] if record.result is not None else [])


def judgement_view(judgement: Judgement) -> RenderableType:
    """A verdict with all its evidence."""
    lines = [
        (piece.verdict.lower(), f"{piece.method}: {piece.detail}") for piece in judgement.evidence
    ]
    point = judgement.counterexample
    if point is not None:
        lines.append(("at", f"{point}   ({judgement.digits} digits)"))
    return _Lines(_verdict(judgement.verdict), lines)
