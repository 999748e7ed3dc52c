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
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from numba import get_num_threads, set_num_threads

ROUNDS = 15
SECONDS = 4.0  # for one contestant, after its first call
_SHORTEST = 2e-4  # a shorter call is repeated within a round


@dataclass(frozen=True)
class Lap:
    """The median time of a call in seconds, and its ratio to that of the first contestant."""

    seconds: float
    ratio: float
    rounds: int


def race(
    contestants: Mapping[str, Callable[..., Any]],
    arguments: Sequence[Any],
    *,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> dict[str, Lap]:
    """Times of all contestants, each called with the same arguments.

    >>> laps = race({"once": lambda x: x + 1, "again": lambda x: x + 1}, [1])
    >>> laps["once"].ratio
    1.0
    """
    with one_core():
        repeats = {name: _warmed(call, arguments) for name, call in contestants.items()}
        times: dict[str, list[float]] = {name: [] for name in contestants}
        names = list(contestants)
        for k in range(rounds):
            for name in (*names[k % len(names) :], *names[: k % len(names)]):
                if sum(times[name]) * repeats[name] < seconds:
                    times[name].append(_timed(contestants[name], arguments, repeats[name]))
    first = times[names[0]]
    return {
        name: Lap(median(found), median(_ratios(found, first)), len(found))
        for name, found in times.items()
    }


def _ratios(found: Sequence[float], first: Sequence[float]) -> list[float]:
    """Of the rounds in which both were called."""
    return [mine / other for mine, other in zip(found, first, strict=False)]


def _warmed(call: Callable[..., Any], arguments: Sequence[Any]) -> int:
    """How often to call in a round; the first call, which may compile, does not count."""
    call(*arguments)
    return max(1, int(_SHORTEST / max(_timed(call, arguments, 1), 1e-9)))


def _timed(call: Callable[..., Any], arguments: Sequence[Any], repeats: int) -> float:
    start = perf_counter()
    for _ in range(repeats):
        call(*arguments)
    return (perf_counter() - start) / repeats


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
