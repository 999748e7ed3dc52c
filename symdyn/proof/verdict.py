"""Verdicts, and the evidence that they rest on.

A verdict says how it was reached. What cannot be decided is UNDECIDED, never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn


class Verdict(StrEnum):
    """What the judge says of a statement, strongest first.

    >>> Verdict.PROVED.holds, Verdict.UNDECIDED.holds
    (True, False)
    """

    PROVED = "PROVED"
    ENCLOSED = "ENCLOSED"
    AGREES = "AGREES"
    SIMULATED = "SIMULATED"
    OPEN = "OPEN"
    UNDECIDED = "UNDECIDED"
    BLOCKED = "BLOCKED"
    REFUTED = "REFUTED"
    ERROR = "ERROR"

    @property
    def rank(self) -> int:
        """0 for the strongest verdict; grows as verdicts weaken."""
        return list(Verdict).index(self)

    @property
    def holds(self) -> bool:
        """Whether a statement with this verdict may be built upon."""
        return self in (Verdict.PROVED, Verdict.ENCLOSED, Verdict.AGREES, Verdict.SIMULATED)


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The weakest of some verdicts; PROVED of none.

    >>> weakest([Verdict.PROVED, Verdict.AGREES, Verdict.ENCLOSED])
    <Verdict.AGREES: 'AGREES'>
    """
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PROVED)


@dataclass(frozen=True)
class Counterexample:
    """A point at which the two sides of a statement differ.

    Values are exact or decimal text, so that a point can be printed, stored and typed again.
    """

    point: dict[str, str]
    left: str
    right: str
    rigorous: bool = False

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {value}" for name, value in self.point.items())
        return f"{place or 'everywhere'}:   {self.left}  against  {self.right}"


@dataclass(frozen=True)
class Evidence:
    """What one method found out about a statement."""

    method: str
    verdict: Verdict
    detail: str
    seconds: float = field(default=0.0, compare=False)
    digits: int = 0
    points: int = 0
    counterexample: Counterexample | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict on a statement with all the evidence that led to it.

    A judgement has no truth value: "not refuted" must never be taken for "true".

    >>> Judgement(Verdict.PROVED, (Evidence("normal form", Verdict.PROVED, "", digits=50),)).method
    'normal form'
    """

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a judgement has no truth value; "
            "compare .verdict, for example judgement.verdict == Verdict.PROVED"
        )

    @property
    def counterexample(self) -> Counterexample | None:
        """The point that refutes the statement, if one was found."""
        return next((e.counterexample for e in self.evidence if e.counterexample), None)

    @property
    def deciding(self) -> Evidence | None:
        """The piece of evidence that the verdict stands on."""
        return next((e for e in self.evidence if e.verdict == self.verdict), None)

    @property
    def method(self) -> str:
        """Name of the method that decided, or an empty string."""
        return self.deciding.method if self.deciding else ""

    @property
    def digits(self) -> int:
        """Digits to which the two sides were seen to agree."""
        return max((e.digits for e in self.evidence), default=0)

    @property
    def points(self) -> int:
        """Number of points at which the statement was tested."""
        return max((e.points for e in self.evidence), default=0)

    @property
    def seconds(self) -> float:
        """Time that all the evidence took."""
        return sum(e.seconds for e in self.evidence)
