"""Times of functions of the same arguments, measured in turn on one core.

Each round calls every contestant once, in an order that changes, so that whatever slows the machine
down slows all of them. What is told is the median of the times, and the median over the rounds of
the ratio to the first contestant: ratios of neighbours in time are steadier than times.

A contestant that takes long is called in fewer rounds, at least in one. Nothing else that runs on
the machine is kept away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import nan
from statistics import median
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

from numba import get_num_threads, set_num_threads

from symdyn.errors import UnsupportedError

ROUNDS = 15
SECONDS = 4.0  # for one contestant, after its first call
_SHORTEST = 1e-3  # a shorter call is repeated within a round

Clock = Callable[[], float]


@runtime_checkable
class TimesItself(Protocol):
    """A contestant that runs elsewhere and tells the seconds of a call there."""

    def timed(self, arguments: Sequence[Any], repeats: int) -> float: ...


@dataclass(frozen=True)
class Lap:
    """The median time of a call in seconds, and its ratio to that of the first contestant.

    Where a contestant gave up, both are nan and `lost` says why.
    """

    seconds: float
    ratio: float
    rounds: int
    lost: str = ""


def race(
    contestants: Mapping[str, Callable[..., Any]],
    arguments: Sequence[Any],
    *,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    clock: Clock = perf_counter,
    after_round: Callable[[], None] = lambda: None,
) -> dict[str, Lap]:
    """Times of all contestants, each called with the same arguments.

    >>> laps = race({"once": lambda x: x + 1, "again": lambda x: x + 1}, [1])
    >>> laps["once"].ratio
    1.0

    One that raises UnsupportedError or MemoryError is out of the race. With `clock=process_time`
    the processor's time counts, of all threads, and not the time that other programs take.
    """
    runners = [_Runner(call, clock) for call in contestants.values()]
    with one_core():
        for runner in runners:
            runner.warm(arguments)
        for k in range(rounds):
            for runner in (*runners[k % len(runners) :], *runners[: k % len(runners)]):
                if sum(runner.times) * runner.repeats < seconds:
                    runner.run(arguments)
            after_round()
    return {
        name: runner.lap(runners[0].times)
        for name, runner in zip(contestants, runners, strict=True)
    }


@dataclass
class _Runner:
    """A contestant, how often it is called in a round, and its times so far."""

    call: Callable[..., Any]
    clock: Clock
    repeats: int = 1
    times: list[float] = field(default_factory=list[float])
    lost: str = ""

    def warm(self, arguments: Sequence[Any]) -> None:
        """Find how often to call in a round; the first call, which may compile, does not count."""
        self.run(arguments)
        self.run(arguments)
        if not self.lost:
            self.repeats = max(1, int(_SHORTEST / max(self.times[-1], 1e-9)))
        self.times.clear()

    def run(self, arguments: Sequence[Any]) -> None:
        """Add one time, unless it has given up."""
        if self.lost:
            return
        try:
            self.times.append(self._timed(arguments))
        except (UnsupportedError, MemoryError) as problem:
            self.lost = str(problem) or "it needs more memory than there is"

    def _timed(self, arguments: Sequence[Any]) -> float:
        if isinstance(self.call, TimesItself):
            return self.call.timed(arguments, self.repeats)
        if self.repeats > 1:  # once for the caches, which hold what another contestant left
            self.call(*arguments)
        start = self.clock()
        for _ in range(self.repeats):
            self.call(*arguments)
        return (self.clock() - start) / self.repeats

    def lap(self, first: Sequence[float]) -> Lap:
        """What is told of it; ratios are those of the rounds in which both were called."""
        if self.lost or not first:
            return Lap(nan, nan, 0, self.lost or "nothing to compare it with")
        ratios = [mine / other for mine, other in zip(self.times, first, strict=False)]
        return Lap(median(self.times), median(ratios), len(self.times))


@contextmanager
def one_core() -> Iterator[None]:
    """Stay on one core, and let Numba use one thread; both are as before afterwards."""
    threads = get_num_threads()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
    try:
        set_num_threads(1)
        if cores:
            os.sched_setaffinity(0, {max(cores)})
        yield
    finally:
        set_num_threads(threads)
        if cores:
            os.sched_setaffinity(0, cores)
