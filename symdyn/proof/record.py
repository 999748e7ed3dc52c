"""What a derivation leaves behind: its claims, its premises, its result, and what was judged.

A record is the whole history of a result. Everything that is shown of a derivation (terminal,
LaTeX, HTML, JSON) is a fold over records; no mathematics happens after this point.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from sympy import latex
from sympy.logic.boolalg import Boolean

from symdyn.calculus.obligations import Obligation
from symdyn.calculus.words.rules import Rule
from symdyn.errors import SymdynError
from symdyn.proof.statements import AbstractStatement
from symdyn.proof.verdict import Judgement, Verdict, weakest


@dataclass(frozen=True)
class Location:
    """A line of a file."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.shown_file()}:{self.line}"

    def shown_file(self) -> str:
        """The file relative to the working directory where it lies below it."""
        try:
            return self.file.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return self.file.as_posix()


@dataclass(frozen=True)
class Claim:
    """A statement with its reason, its place, and (once judged) its judgement.

    `premises`, `obligations` and `rests_on` count what had come before it in its derivation: the
    premises called, the obligations that arose, and the earlier claims whose stated side was used.
    """

    statement: AbstractStatement
    because: str
    location: Location
    where: tuple[Boolean | Rule, ...] = ()
    eq: str = ""
    open: bool = False
    premises: int = 0
    obligations: int = 0
    rests_on: tuple[int, ...] = ()
    judgement: Judgement | None = None
    blocked_by: str = ""

    @property
    def derived(self) -> str:
        """The derived side as text."""
        return str(self.statement.derived)

    @property
    def stated(self) -> str:
        """The stated side as text."""
        return str(self.statement.stated)

    @property
    def verdict(self) -> Verdict:
        """UNDECIDED until judged."""
        return Verdict.UNDECIDED if self.judgement is None else self.judgement.verdict


@dataclass(frozen=True)
class Record:
    """The whole history of a result: one run of one derivation.

    >>> record = Record("paper.py::name", "name", "A theorem.", "", Location(Path("paper.py"), 1))
    >>> record.paper, record.closed
    ('paper', True)
    """

    id: str
    name: str
    doc: str
    source: str
    location: Location
    fixed: dict[str, Any] = field(default_factory=dict)
    given: tuple[Boolean | Rule, ...] = ()
    defined: tuple[tuple[str, Any], ...] = ()
    claims: tuple[Claim, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    obligation_judgements: tuple[Judgement, ...] = ()
    facts: tuple[str, ...] = ()
    premises: tuple[Record, ...] = ()
    kernel: tuple[Any, ...] = ()
    result: Any = None
    error: str = ""
    blocked_by: str = ""
    refused: SymdynError | None = field(default=None, compare=False)  # what the error was raised as

    @property
    def verdict(self) -> Verdict:
        """The weakest verdict of the claims; ERROR where the body raised."""
        if self.error:
            return Verdict.ERROR
        if self.blocked_by:
            return Verdict.BLOCKED
        return weakest(claim.verdict for claim in self.claims)

    @property
    def conditions(self) -> tuple[Boolean, ...]:
        """What was given of scalars; rules between matrices are left out."""
        return tuple(c for c in self.given if not isinstance(c, Rule))

    @property
    def closed(self) -> bool:
        """Whether no open claim is left, here or in any premise."""
        return not any(claim.open for claim in self.claims) and all(
            premise.closed for premise in self.premises
        )

    @property
    def paper(self) -> str:
        """The key of the paper: the stem of the file."""
        return self.location.file.stem

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{claim.verdict}</td><td>{escape(claim.derived)}</td>"
            f"<td>{escape(claim.stated)}</td><td>{escape(claim.because)}</td></tr>"
            for claim in self.claims
        )
        return (
            f"<p><b>{escape(self.id)}</b>: {self.verdict}. {escape(self.doc)}</p>"
            f"<table><tr><th>verdict</th><th>derived</th><th>stated</th><th>because</th></tr>"
            f"{rows}</table>"
        )

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex(self.result)}$"
