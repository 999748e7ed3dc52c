"""Kernels beside what users would write instead: times as ratios, and errors.

The times are those of arguments as users have them (the certificate's "ordinary" values); the
errors are the largest at points of all strata, the same for every contestant, where textbook forms
lose their digits. A time without an error beside it says little.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.bench.racing import Lap, race
from symdyn.kernels.bench.rivals import RIVALS, Rival
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.certify.strata import strata
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.ulps import summary

__all__ = ["Row", "bench", "race", "table"]

SIZES = (10_000, 1_000_000)
POINTS = 2000


@dataclass(frozen=True)
class Row:
    """One contestant at one size; `ratio` is its time over that of the kernel.

    `error` is its largest in units in the last place. Where it was skipped, `skipped` says why.
    """

    kernel: str
    contestant: str
    size: int
    processor: str
    nanoseconds: float | None = None
    ratio: float | None = None
    error: float | None = None
    skipped: str = ""


def bench(
    kernel: Any, sizes: Sequence[int] = SIZES, *, rivals: Iterable[Rival] = RIVALS
) -> tuple[Row, ...]:
    """Time an elementwise kernel against its rivals, interleaved on one core.

    Raises InputError for kernels of arrays, whose rivals nobody can make from a formula: `race`
    times those against functions that a caller supplies.
    """
    if hasattr(kernel, "draw"):
        raise InputError(f"{kernel.name} takes arrays; time it with race(contestants, arguments)")
    calls: dict[str, Callable[..., Any]] = {"symdyn": kernel}
    skipped: dict[str, str] = {}
    for rival in rivals:
        try:
            calls[rival.name] = rival.function(kernel.results, kernel.args)
        except UnsupportedError as problem:
            skipped[rival.name] = str(problem)
    errors, box = _errors(kernel, calls), Box.of(kernel.domain)
    rows: list[Row] = []
    for size in sizes:
        laps = race(calls, _ordinary(box, size))
        rows += [_row(kernel, name, size, lap, errors[name]) for name, lap in laps.items()]
        rows += [
            Row(kernel.name, name, size, processor(), skipped=why) for name, why in skipped.items()
        ]
    return tuple(rows)


def _row(kernel: Any, name: str, size: int, lap: Lap, error: float) -> Row:
    nanoseconds = lap.seconds / size * 1e9
    return Row(kernel.name, name, size, processor(), nanoseconds, lap.ratio, error)


def _errors(kernel: Any, calls: Mapping[str, Callable[..., Any]]) -> dict[str, float]:
    """The largest errors at points of all strata."""
    box, meter = Box.of(kernel.domain), Meter(kernel)
    found = strata(box, (), POINTS, np.random.default_rng(0))
    points = np.concatenate([stratum.points for stratum in found])
    columns = [np.ascontiguousarray(column) for column in points.T]
    return {name: _largest(meter, points, call(*columns)) for name, call in calls.items()}


def _largest(meter: Meter, points: Doubles, found: Any) -> float:
    results = found if isinstance(found, tuple) else (found,)
    values = [np.asarray(value, np.float64) for value in results]
    return summary(meter.against_closed_form(points, values))[0]


def _ordinary(box: Box, size: int) -> list[Doubles]:
    """Columns of a length, of ordinary values that belong to the domain."""
    rng = np.random.default_rng(1)
    drawn = np.stack([box.ordinary(axis, size, rng) for axis in range(len(box.ends))], axis=1)
    kept = drawn if box.accepts is None else drawn[box.accepts(drawn)]
    kept = np.resize(kept if len(kept) else drawn, drawn.shape)
    return [np.ascontiguousarray(column) for column in kept.T]


def table(rows: Iterable[Row]) -> str:
    """Rows as text, with the processor above.

    >>> print(table([Row("f", "symdyn", 10, "a processor", 3.5, 1.0, 0.53)]))
    a processor, one core
    f                               elements  ns each   ratio  max ulps
      symdyn                              10      3.5    1.00      0.53
    """
    listed = list(rows)
    lines = [f"{name}, one core" for name in dict.fromkeys(row.processor for row in listed)]
    for name in dict.fromkeys(row.kernel for row in listed):
        lines.append(f"{name:<30}  {'elements':>8}  ns each   ratio  max ulps")
        lines += [_line(row) for row in listed if row.kernel == name]
    return "\n".join(lines)


def _line(row: Row) -> str:
    start = f"  {row.contestant:<28}  {row.size:>8}"
    if row.nanoseconds is None or row.ratio is None or row.error is None:
        return f"{start}  skipped: {row.skipped}"
    return f"{start}  {row.nanoseconds:>7.1f}  {row.ratio:>6.2f}  {row.error:>8.3g}"


def processor() -> str:
    """The name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
