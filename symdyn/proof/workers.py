"""Run tasks in parallel child processes, each with a limit on time and memory.

Every task gets a process of its own, forked from this one: what it needs is already in memory, and
what it breaks breaks nothing else. A task that exceeds a limit, or crashes, yields a Failure with
the reason; the others go on. Children end with their parent: the kernel limits their processor
time, so that nothing is left running even if this process is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import resource
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Generic, TypeVar

from symdyn.proof.deadline import deadline

T = TypeVar("T")
R = TypeVar("R")

MEMORY = 4 * 2**30  # bytes of address space for one task
_SPARE_SECONDS = 2.0  # between the deadline inside a task and its end from outside


@dataclass(frozen=True)
class Failure:
    """Why a task has no result."""

    reason: str


@dataclass
class _Running(Generic[T]):
    index: int
    process: BaseProcess
    pipe: Connection
    due: float


def guarded_map(
    task: Callable[[T], R],
    items: Sequence[T],
    *,
    jobs: int,
    timeout: float,
    memory: int = MEMORY,
) -> Iterator[tuple[int, R | Failure]]:
    """Yield (index, result or Failure) for every item, in the order of completion.

    >>> sorted(guarded_map(lambda n: n * n, [1, 2, 3], jobs=2, timeout=30))
    [(0, 1), (1, 4), (2, 9)]
    """
    waiting = list(enumerate(items))[::-1]
    running: list[_Running[T]] = []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(_start(task, *waiting.pop(), timeout, memory))
            wait([child.pipe for child in running], timeout=_until_due(running))
            for child in [c for c in running if c.pipe.poll() or monotonic() > c.due]:
                running.remove(child)
                yield child.index, _finish(child, timeout)
    finally:
        for child in running:
            _end(child)


def _start(task: Callable[[T], R], index: int, item: T, timeout: float, memory: int) -> _Running[T]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_child, args=(task, item, theirs, timeout, memory), daemon=True
    )
    with warnings.catch_warnings():
        # Python warns of forking beside threads (a notebook has some); the child starts none and
        # waits for none.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    return _Running(index, process, ours, monotonic() + timeout + _SPARE_SECONDS)


def _child(task: Callable[[T], R], item: T, pipe: Connection, timeout: float, memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(timeout + 2 * _SPARE_SECONDS) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        with deadline(timeout):
            answer: R | Failure = task(item)
    except TimeoutError:
        answer = Failure(f"not decided within {timeout:g} s")
    except MemoryError:
        answer = Failure(f"needs more than {memory / 2**30:.1f} GiB of memory")
    except RecursionError:
        answer = Failure("the expression is nested too deeply")
    except Exception as problem:  # a library may raise anything; that decides nothing
        answer = Failure(f"{type(problem).__name__}: {problem}")
    try:
        pipe.send_bytes(pickle.dumps(answer))
    except (OSError, MemoryError):  # nobody listens any more, or the answer does not fit
        os._exit(1)
    os._exit(0)


def _until_due(running: Sequence[_Running[T]]) -> float:
    return max(0.0, min(child.due for child in running) - monotonic()) + 0.01


def _finish(child: _Running[T], timeout: float) -> R | Failure:  # type: ignore[type-var]
    try:
        if child.pipe.poll():
            return pickle.loads(child.pipe.recv_bytes())
        return Failure(f"not decided within {timeout:g} s")
    except (EOFError, OSError):
        child.process.join(1)
        return Failure(f"its process ended with status {child.process.exitcode}")
    finally:
        _end(child)


def _end(child: _Running[T]) -> None:
    if child.process.is_alive():
        child.process.kill()
    child.process.join()
    child.pipe.close()
