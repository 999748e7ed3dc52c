"""How fast a kernel has to be beside which rival: bars, read from a file and compared with rows.

    [{"kernel": "cho2009::arccos(degree=1)",
      "bars": [{"rival": "jax.jit", "target": 1, "sizes": [10000], "faster": 8},
               {"rival": "np.copyto", "target": 4, "sizes": [10000000], "within": 2}]},
     {"formula": "s/(1 + s*t)", "args": "s, t", "where": "s > 0, t > 0", "bars": [...]}]

`faster` is how many times as fast as the rival the kernel has to be at least, `within` how many
times the rival's time it may take at most. A rival that was skipped decides nothing. Beside
np.copyto, which allocates nothing, the kernel is given its `out=`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten, wrap
from typing import Any, Literal

from symdyn.errors import InputError
from symdyn.kernels.bench.contest import TO_OUT
from symdyn.kernels.bench.rivals import PEERS
from symdyn.kernels.bench.rows import Row
from symdyn.kernels.bench.subjects import Formula, Result


@dataclass(frozen=True)
class Bar:
    """What is asked of the kernel for a target beside a rival, at one size.

    Its speed is at least `factor` times that of the rival, or its time at most.
    """

    rival: str
    target: float
    size: int
    factor: float
    kind: Literal["speed", "time"]

    def __str__(self) -> str:
        return f"{self.kind} at {'least' if self.kind == 'speed' else 'most'} {self.factor:g}"

    def holds(self, found: float) -> bool:
        """Whether a speed or time, in units of the rival's, is good enough."""
        return found >= self.factor if self.kind == "speed" else found <= self.factor


@dataclass(frozen=True)
class Goal:
    """A kernel and its bars."""

    subject: Formula | Result
    bars: tuple[Bar, ...]

    @property
    def targets(self) -> list[float]:
        """The targets for which kernels are needed."""
        return sorted({bar.target for bar in self.bars})

    @property
    def rivals(self) -> set[str]:
        """The rivals that are needed."""
        return {bar.rival for bar in self.bars}

    @property
    def sizes(self) -> list[int]:
        """The sizes to measure at."""
        return sorted({bar.size for bar in self.bars})


@dataclass(frozen=True)
class Outcome:
    """A bar and the speed or time that was found; None where it was not measured, and why."""

    bar: Bar
    found: float | None
    skipped: str = ""

    @property
    def missed(self) -> bool:
        """Whether the kernel is too slow."""
        return self.found is not None and not self.bar.holds(self.found)


def read_goals(file: Path) -> list[Goal]:
    """The goals of a file.

    Raises InputError for a file that does not read as one, with the entry that is at fault.
    """
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(f"{file} is no file of bars: {problem}") from None
    if not isinstance(entries, list):
        raise InputError(f"{file} is no file of bars: it holds no list")
    return [_read(entry, file) for entry in entries]


def _read(entry: Any, file: Path) -> Goal:
    try:
        if "kernel" in entry:
            subject = Result(str(entry["kernel"]))
        else:
            subject = Formula(*(str(entry[key]) for key in ("formula", "args", "where")))
        return Goal(subject, tuple(bar for given in entry["bars"] for bar in _bars(given)))
    except (KeyError, TypeError, ValueError) as problem:
        shown = json.dumps(entry)[:200]
        raise InputError(f"{file}: cannot read {shown}: {problem!r}") from None


def _bars(given: Any) -> list[Bar]:
    rival, target = str(given["rival"]), float(given["target"])
    if rival not in {peer.name for peer in PEERS}:
        raise ValueError(f"no rival is called {rival}")
    if ("faster" in given) == ("within" in given):
        raise ValueError("one of faster and within is needed")
    faster = "faster" in given
    factor, kind = float(given["faster" if faster else "within"]), "speed" if faster else "time"
    if not factor > 0:
        raise ValueError(f"{factor} is no positive number")
    return [Bar(rival, target, int(size), factor, kind) for size in given["sizes"]]


def compared(bars: Iterable[Bar], rows: Sequence[Row]) -> list[Outcome]:
    """What rows say of bars; they hold the kernel for every target of the bars."""
    return [_compared(bar, rows) for bar in bars]


def _compared(bar: Bar, rows: Sequence[Row]) -> Outcome:
    way = TO_OUT if bar.rival == "np.copyto" else ""
    names = (f"symdyn (target {bar.target:g})", "symdyn")
    ours = _row(rows, bar.size, *(f"{name}{way}" for name in names))
    theirs = _row(rows, bar.size, bar.rival)
    if ours is None or theirs is None or ours.ratio is None or theirs.ratio is None:
        reasons = [row.skipped for row in (ours, theirs) if row is not None and row.skipped]
        return Outcome(bar, None, next(iter(reasons), "it did not take part"))
    speed = theirs.ratio / ours.ratio
    return Outcome(bar, speed if bar.kind == "speed" else 1 / speed)


def _row(rows: Sequence[Row], size: int, *names: str) -> Row | None:
    return next((row for row in rows if row.size == size and row.contestant in names), None)


def bars_table(name: str, outcomes: Iterable[Outcome]) -> str:
    """Bars as text of 80 columns: what is asked of the kernel, in units of the rival's, and found.

    >>> print(bars_table("f", [Outcome(Bar("jax.jit", 1.0, 10, 8.0, "speed"), 9.5)]))
    f                         target  elements  asked                found
      jax.jit                      1        10  speed at least 8      9.50  met
    """
    headline = f"{'' if len(name) > 24 else name:<24}  target  elements  asked                found"
    return "\n".join([*wrap(name, 80)[: len(name) > 24], headline, *map(_line, outcomes)])


def _line(outcome: Outcome) -> str:
    bar = outcome.bar
    start = f"  {bar.rival:<23} {bar.target:>6g}  {bar.size:>8}  {bar!s:<17}"
    if outcome.found is None:
        return f"{start}  not measured\n      {shorten(outcome.skipped, 74)}"
    return f"{start}  {outcome.found:>7.2f}  {'missed' if outcome.missed else 'met'}"
