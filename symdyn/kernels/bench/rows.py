"""What a contest found: one row for each contestant at each size, as text and as plain data.

    {"processor", "versions": {name: version},
     "rows": [{"kernel", "contestant", "size", "nanoseconds", "ratio", "error", "skipped"}]}

In plain data a number that is not known is null, and an error that is infinite or nan is text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import shorten, wrap
from typing import Any

from symdyn.numerics.machine import version_of

LIBRARIES = ("symdyn", "sympy", "numpy", "numba", "scipy", "jax", "heyoka")
_WIDTH = 80


@dataclass(frozen=True)
class Row:
    """One contestant at one size; `ratio` is its time over that of the kernel.

    `error` is its largest in units in the last place, None for what computes nothing. Where it was
    skipped, `skipped` says why.
    """

    kernel: str
    contestant: str
    size: int
    processor: str
    nanoseconds: float | None = None
    ratio: float | None = None
    error: float | None = None
    skipped: str = ""


def table(rows: Iterable[Row]) -> str:
    """Rows as text of 80 columns, with the processor above and what was skipped below.

    >>> print(table([Row("f", "symdyn", 10, "a processor", 3.5, 1.0, 0.53)]))
    a processor, one core
    f                               elements  ns each   ratio  max ulps
      symdyn                              10     3.50    1.00      0.53
    """
    listed = list(rows)
    names = dict.fromkeys(row.processor for row in listed)
    lines = [shorten(f"{name}, one core", _WIDTH) for name in names]
    for name in dict.fromkeys(row.kernel for row in listed):
        lines += _part(name, [row for row in listed if row.kernel == name])
    return "\n".join(lines)


def _part(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """The rows of one kernel; a name that is too long for the headline has a line of its own."""
    if len(name) > 30:
        yield shorten(name, _WIDTH)
        name = ""
    yield f"{name:<30}  {'elements':>8}  ns each   ratio  max ulps"
    yield from (_line(row) for row in rows if not row.skipped)
    for contestant, why in dict.fromkeys((row.contestant, row.skipped) for row in rows):
        if why:
            told = f"{contestant}  skipped: {why}"
            yield from wrap(told, _WIDTH, initial_indent="  ", subsequent_indent="      ")


def _line(row: Row) -> str:
    nanoseconds = "" if row.nanoseconds is None else _number(row.nanoseconds)
    ratio = "" if row.ratio is None else _number(row.ratio)
    error = "" if row.error is None else f"{row.error:.3g}"
    start = f"  {row.contestant:<28}  {row.size:>8}  {nanoseconds:>7}  {ratio:>6}  {error:>8}"
    return start.rstrip()


def _number(value: float) -> str:
    """Three digits or more, in six places or fewer up to a million."""
    return f"{value:.2f}" if value < 100 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def bench_data(rows: Sequence[Row]) -> dict[str, Any]:
    """What `symdyn bench --json` writes.

    >>> bench_data([Row("f", "symdyn", 10, "a processor", 3.5, 1.0, math.inf)])["rows"][0]["error"]
    'inf'
    """
    plain = [asdict(row) for row in rows]
    processors = [row.pop("processor") for row in plain]
    for row in plain:
        if row["error"] is not None and not math.isfinite(row["error"]):
            row["error"] = str(row["error"])
    return {
        "processor": next(iter(processors), ""),
        "versions": {name: version_of(name) for name in LIBRARIES},
        "rows": plain,
    }
