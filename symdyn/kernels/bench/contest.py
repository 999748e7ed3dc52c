"""A kernel against its rivals: all errors first, then all times, size by size.

Times are those of the processor, so that other programs on the machine count as little as possible,
and threads that a rival starts beside the one core count in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from time import process_time
from typing import Any

import numpy as np

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.bench.racing import ROUNDS, SECONDS, Lap, race
from symdyn.kernels.bench.rivals import RIVALS, Rival
from symdyn.kernels.bench.rivals.memory import standing
from symdyn.kernels.bench.rows import Row
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.environment import refuse_flush_to_zero
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.certify.strata import strata
from symdyn.kernels.kernel import TARGET
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.machine import processor
from symdyn.numerics.ulps import summary

SIZES = (10_000, 1_000_000)
POINTS = 2000
TO_OUT = ", to out="  # after the name of a kernel
_DRAWN = 1_000_000  # longer columns repeat these values

Progress = Callable[[int, int, str], None]


def bench(
    kernel: Any,
    sizes: Sequence[int] = SIZES,
    *,
    rivals: Iterable[Rival] = RIVALS,
    others: Sequence[Any] = (),
    progress: Progress | None = None,
) -> tuple[Row, ...]:
    """Time an elementwise kernel against its rivals, interleaved on one core.

    `others` are kernels of the same function for other targets, which take part. Contestants that
    would take more than a few seconds for one call are skipped at that size.

    Raises InputError for kernels of arrays, whose rivals nobody can make from a formula: `race`
    times those against functions that a caller supplies. Raises ResourceError where a rival made
    this process flush subnormal numbers to zero, so that errors cannot be measured.
    """
    if hasattr(kernel, "draw"):
        raise InputError(f"{kernel.name} takes arrays; time it with race(contestants, arguments)")
    listed = list(rivals)
    told = _Told(progress, len(listed) + 1 + len(sizes) * ROUNDS)
    with ExitStack() as stack:
        contest = _Contest(kernel, Box.of(kernel.domain))
        for one in (kernel, *others):
            label = _label(one, alone=not others)
            contest.calls[label] = one
            if any(not rival.computes for rival in listed):
                contest.calls[f"{label}{TO_OUT}"] = to_out(one)
        for rival in listed:
            told.next(f"making {rival.name}")
            contest.enter(rival, stack)
        told.next("measuring errors")
        contest.measure()
        return tuple(row for size in sizes for row in contest.rows(size, told))


def _label(kernel: Any, *, alone: bool) -> str:
    plain = alone and kernel.target == TARGET
    return "symdyn" if plain else f"symdyn (target {kernel.target:g})"


def to_out(kernel: Any) -> Callable[..., Any]:
    """The kernel, with results written to arrays that are made when a size is first seen."""
    arrays = standing(len(kernel.results), kernel.dtype)

    def call(*columns: Doubles) -> Any:
        return kernel(*columns, out=arrays(columns[0].shape))

    return call


@dataclass
class _Told:
    """How far it has come, for whoever watches."""

    progress: Progress | None
    total: int
    done: int = 0

    def next(self, label: str) -> None:
        if self.progress is not None:
            self.progress(self.done, self.total, label)
        self.done += 1


@dataclass
class _Contest:
    """Who takes part, with errors and the last times; who does not, and why."""

    kernel: Any
    box: Box
    calls: dict[str, Callable[..., Any]] = field(default_factory=dict[str, Callable[..., Any]])
    skipped: dict[str, str] = field(default_factory=dict[str, str])
    idle: set[str] = field(default_factory=set[str])
    errors: dict[str, float] = field(default_factory=dict[str, float])
    each: dict[str, float] = field(default_factory=dict[str, float])  # seconds for an element

    def enter(self, rival: Rival, stack: ExitStack) -> None:
        """Let a rival take part, if its tool can make the function."""
        try:
            made = rival.function(self.kernel.results, self.kernel.args)
        except UnsupportedError as problem:
            self.skipped[rival.name] = str(problem)
            return
        if callable(close := getattr(made, "close", None)):
            stack.callback(close)
        self.calls[rival.name] = made
        if not rival.computes:
            self.idle.add(rival.name)

    def measure(self) -> None:
        """The largest errors at points of all strata."""
        refuse_flush_to_zero()
        meter = Meter(self.kernel)
        found = strata(self.box, (), POINTS, np.random.default_rng(0))
        points = np.concatenate([stratum.points for stratum in found])
        columns = [np.ascontiguousarray(column) for column in points.T]
        for name in [name for name in self.calls if name not in self.idle]:
            try:
                self.errors[name] = _largest(meter, points, self.calls[name](*columns))
            except UnsupportedError as problem:
                self.drop(name, str(problem))

    def drop(self, name: str, why: str) -> None:
        """Who cannot go on is skipped from here."""
        del self.calls[name]
        self.skipped[name] = why

    def rows(self, size: int, told: _Told) -> Iterator[Row]:
        """Times of one size, beside errors."""
        slow = {n: s * size for n, s in self.each.items() if s * size > SECONDS and n in self.calls}
        racing = {name: call for name, call in self.calls.items() if name not in slow}
        label = f"{self.kernel.name}, {size} elements"
        arguments = _ordinary(self.box, size)
        laps = race(racing, arguments, clock=process_time, after_round=lambda: told.next(label))
        for name, lap in laps.items():
            if lap.lost:
                self.drop(name, lap.lost)
            else:
                self.each[name] = lap.seconds / size
                yield self._row(name, size, lap)
        for name, seconds in slow.items():
            yield self._skip(name, size, f"{seconds:.0f} s a call with {size} elements")
        for name, why in self.skipped.items():
            yield self._skip(name, size, why)

    def _row(self, name: str, size: int, lap: Lap) -> Row:
        row = self._skip(name, size, "")
        nanoseconds = lap.seconds / size * 1e9
        return replace(row, nanoseconds=nanoseconds, ratio=lap.ratio, error=self.errors.get(name))

    def _skip(self, name: str, size: int, why: str) -> Row:
        return Row(self.kernel.name, name, size, processor(), skipped=why)


def _largest(meter: Meter, points: Doubles, found: Any) -> float:
    results = found if isinstance(found, tuple) else (found,)
    values = [np.asarray(value, np.float64) for value in results]
    return summary(meter.against_closed_form(points, values))[0]


def _ordinary(box: Box, size: int) -> list[Doubles]:
    """Columns of a length, of ordinary values that belong to the domain."""
    rng = np.random.default_rng(1)
    count = min(size, _DRAWN)
    drawn = np.stack([box.ordinary(axis, count, rng) for axis in range(len(box.ends))], axis=1)
    kept = drawn if box.accepts is None else drawn[box.accepts(drawn)]
    kept = kept if len(kept) else drawn
    return [np.resize(column, size) for column in kept.T]
