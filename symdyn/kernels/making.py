"""Kernels of judged results: made and measured in parallel, each in a process of its own.

What is known already is looked up (see `finished`). Every kernel is kept as soon as it is finished,
by the process that made it: a run that is interrupted or killed goes on from there. A result that
does not hold gets no kernel, and is told with the reason, like one that cannot be compiled. A
result that holds for every value of a parameter has kernels for single values; that it has none of
its own is told, and is no failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from symdyn.errors import ResourceError, SymdynError
from symdyn.kernels.finished import FinishedKernel, Refusal, finished, key, recall, remember
from symdyn.kernels.origin import name_of, needed, open_parameters, refuse_unfounded
from symdyn.proof.record import Record
from symdyn.proof.workers import Failure, guarded_map

SECONDS = 900.0  # for one kernel: to compile rungs and to measure the last
MEMORY = 8 * 2**30  # bytes of address space: compiler and libraries take much, and use little of it
TARGET = 2.0  # units in the last place

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Task:
    """A record of which a kernel is to be made, and where it is to be kept."""

    record: Record
    key: str
    target: float


def make_kernels(
    records: Iterable[Record],
    *,
    jobs: int | None = None,
    target: float = TARGET,
    anew: bool = False,
    progress: Progress | None = None,
) -> list[FinishedKernel | Refusal]:
    """Kernels of those records that declare one, in their order, or why there is none.

    `jobs` kernels are made at a time (one per core); `anew` looks nothing up. `progress(done,
    total, id)` is called after every kernel that had to be made.

    >>> from symdyn.proof.verify import verify
    >>> [made.certificate.meets for made in make_kernels(verify("cho2009::arccos(degree=0)"))]
    [True]
    """
    chosen = {record.id: record for record in records if record.kernel}
    made: dict[str, FinishedKernel | Refusal] = {}
    tasks: list[_Task] = []
    for record in chosen.values():
        found = _known(record, target, anew)
        if isinstance(found, _Task):
            tasks.append(found)
        else:
            made[record.id] = found
    answers = guarded_map(
        _make, tasks, jobs=jobs or os.cpu_count() or 1, timeout=SECONDS, memory=MEMORY
    )
    for index, answer in answers:
        record = tasks[index].record
        made[record.id] = _no_answer(record, answer) if isinstance(answer, Failure) else answer
        if progress is not None:
            progress(len(made), len(chosen), record.id)
    return [made[name] for name in chosen]


def _known(record: Record, target: float, anew: bool) -> FinishedKernel | Refusal | _Task:
    """What need not be made, because it is known or cannot be; else the task of making it."""
    try:
        refuse_unfounded(record)
        if open_parameters(record):
            return Refusal(record.id, name_of(record), needed(record), 0)
        place = key(record, target)
    except SymdynError as problem:
        return _refusal(record, problem)
    found = None if anew else recall(place)
    return _Task(record, place, target) if found is None else found


def _make(task: _Task) -> FinishedKernel | Refusal:
    from symdyn.kernels.kernel import kernel_of  # where it is needed: numba takes long to import

    try:
        found: FinishedKernel | Refusal = finished(kernel_of(task.record, target=task.target))
    except SymdynError as problem:
        found = _refusal(task.record, problem)
    remember(task.key, found)
    return found


def _refusal(record: Record, problem: SymdynError) -> Refusal:
    told = str(problem) if record.id in str(problem) else f"{record.id}: {problem}"
    return Refusal(record.id, name_of(record), told, problem.exit_status)


def _no_answer(record: Record, failure: Failure) -> Refusal:
    told = f"{record.id}: {failure.reason}"
    return Refusal(record.id, name_of(record), told, ResourceError.exit_status)
