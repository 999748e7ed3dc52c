"""Judge every claim of a set of derivations.

Bodies are run here, one after the other, each under a limit on time; every claim, and every
obligation on which it rests, is then judged in a child process of its own, or looked up. A claim
has the weaker of two verdicts: that its statement holds, and the weakest of its obligations. What
rests on a claim or premise that does not hold is BLOCKED: a wrong claim is refuted once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sympy import srepr
from sympy.logic.boolalg import Boolean

from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.errors import SymdynError
from symdyn.numerics.simulation import Simulation
from symdyn.proof.cache import Cache, cache_folder, judge_digest
from symdyn.proof.collect import BrokenFile, Collected, collect
from symdyn.proof.entries import key_of
from symdyn.proof.evidence import equalities, judge
from symdyn.proof.record import Claim, Location, Record
from symdyn.proof.statements import AbstractStatement, AsymptoticTo, Bounded, Equal
from symdyn.proof.verdict import Evidence, Judgement, Verdict, weakest
from symdyn.proof.workers import Failure, guarded_map

TIMEOUT = 60.0

_BAD = (Verdict.UNDECIDED, Verdict.REFUTED, Verdict.BLOCKED, Verdict.ERROR)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Task:
    """One statement to be judged, however many claims or records make it."""

    key: str
    statement: AbstractStatement
    where: tuple[Boolean | Rule, ...]
    label: str


def verify(
    *targets: str | Path,
    digits: int = 50,
    seed: int = 0,
    jobs: int | None = None,
    timeout: float = TIMEOUT,
    select: str = "",
    fail_fast: bool = False,
    failed_first: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Collect derivations, judge their claims, and return their records.

    Targets are files, folders or ids; without any, the reference library is judged. `select` keeps
    the derivations whose id contains a text. `cache=Cache(None)` looks nothing up on disk.
    `progress(done, total, id)` is called after every statement.

    >>> [record.verdict for record in verify("cho2009::arccos(degree=0)")]
    [<Verdict.PROVED: 'PROVED'>]
    """
    found = [item for item in collect(*targets) if select in _id(item)]
    chosen = [_record(item) for item in found]
    everything = list(_with_premises(chosen))
    cache = Cache(cache_folder()) if cache is None else cache
    stated = {record.id: _stated(record, digits, seed) for record in everything}
    tasks = _tasks(stated.values())
    if failed_first:
        tasks.sort(key=lambda task: cache.failed_last_time(task.label), reverse=True)
    judged = _judge_all(tasks, cache, digits, seed, jobs, timeout, fail_fast, progress)
    done: dict[str, Record] = {}
    for record in everything:
        done[record.id] = _with_judgements(record, stated[record.id], judged, done)
    cache.remember_failures(record.id for record in done.values() if record.verdict in _BAD)
    return [done[record.id] for record in chosen]


def causes(records: Iterable[Record]) -> Iterable[Verdict]:
    """The verdicts that decide how a run ends: those of all claims, and of all they rest on."""
    for record in _with_premises(records):
        if record.error:
            yield Verdict.ERROR
        yield from (claim.verdict for claim in record.claims)


def _id(item: Collected | BrokenFile) -> str:
    if isinstance(item, BrokenFile):
        return item.file.name
    return item.derivation.id(**item.fixed)


def _record(item: Collected | BrokenFile) -> Record:
    if isinstance(item, Collected):
        return item.derivation.record(**item.fixed)
    place = Location(item.file.resolve(), item.line)
    return Record(item.file.name, item.file.stem, "", "", place, error=item.reason)


def _with_premises(records: Iterable[Record]) -> Iterable[Record]:
    """Records with everything they rest on, premises first, each once."""
    seen: dict[str, Record] = {}

    def visit(record: Record) -> None:
        if record.id not in seen:
            for premise in record.premises:
                visit(premise)
            seen[record.id] = record

    for record in records:
        visit(record)
    return seen.values()


@dataclass(frozen=True)
class _Stated:
    """The statements of a record: of its obligations, and of its claims; None for an open one."""

    debts: tuple[_Task, ...]
    claims: tuple[_Task | None, ...]


def _stated(record: Record, digits: int, seed: int) -> _Stated:
    def task(statement: AbstractStatement, where: tuple[Boolean | Rule, ...]) -> _Task:
        return _Task(_key(statement, where, digits, seed), statement, where, record.id)

    return _Stated(
        debts=tuple(
            task(Equal(d.left, d.right), (*d.where, *record.given)) for d in record.obligations
        ),
        claims=tuple(None if c.open else task(c.statement, c.where) for c in record.claims),
    )


def _tasks(stated: Iterable[_Stated]) -> list[_Task]:
    """Every statement once: obligations first, since several claims may rest on one."""
    tasks: dict[str, _Task] = {}
    for one in stated:
        for task in (*one.debts, *one.claims):
            if task is not None:
                tasks.setdefault(task.key, task)
    return list(tasks.values())


def _key(
    statement: AbstractStatement, where: Sequence[Boolean | Rule], digits: int, seed: int
) -> str:
    """Digest of everything that a judgement depends on."""
    parts = [judge_digest(), str(digits), str(seed), *sorted(_srepr(c) for c in where)]
    return key_of([*parts, *_exact_text(statement)])


def _exact_text(statement: AbstractStatement) -> Iterable[str]:
    yield type(statement).__name__
    if isinstance(statement, (Bounded, AsymptoticTo)):
        yield from (_srepr(value) for value in vars(statement).values())
    elif isinstance(statement, Equal) and isinstance(statement.left, Simulation):
        yield from (f"{id(statement.left)}", _srepr(statement.right))
    else:
        for name, left, right in equalities(statement):
            yield from (name, _srepr(left), _srepr(right))


def _srepr(value: Any) -> str:
    if isinstance(value, (MatrixWord, Rule)):
        return value.exact_text()
    return repr(value) if isinstance(value, (int, str)) or value is None else srepr(value)


def _judge_all(
    tasks: Sequence[_Task],
    cache: Cache,
    digits: int,
    seed: int,
    jobs: int | None,
    timeout: float,
    fail_fast: bool,
    progress: Progress | None,
) -> dict[str, Judgement]:
    """Judgements by key: looked up where they are known, made in child processes where not."""
    judged: dict[str, Judgement] = {}
    open_tasks = []
    for task in tasks:
        known = cache.get(task.key)
        if known is None:
            open_tasks.append(task)
        else:
            judged[task.key] = known
    made = guarded_map(
        lambda task: _judge(task, digits, seed),
        open_tasks,
        jobs=jobs or os.cpu_count() or 1,
        timeout=timeout,
    )
    for index, answer in made:
        task = open_tasks[index]
        judged[task.key] = answer if isinstance(answer, Judgement) else _no_answer(answer)
        if judged[task.key].verdict not in (Verdict.UNDECIDED, Verdict.ERROR):
            _keep(cache, task, judged[task.key])
        if progress is not None:
            progress(len(judged), len(tasks), task.label)
        if fail_fast and judged[task.key].verdict in _BAD:
            break
    return judged


def _keep(cache: Cache, task: _Task, judgement: Judgement) -> None:
    """Store what depends on the key alone: a simulation depends on code outside it."""
    if not isinstance(getattr(task.statement, "left", None), Simulation):
        cache.put(task.key, judgement)


def _judge(task: _Task, digits: int, seed: int) -> Judgement:
    try:
        return judge(task.statement, task.where, digits=digits, seed=seed)
    except SymdynError as problem:
        return Judgement(Verdict.ERROR, (Evidence("judge", Verdict.ERROR, str(problem)),))


def _no_answer(failure: Failure) -> Judgement:
    return Judgement(Verdict.UNDECIDED, (Evidence("judge", Verdict.UNDECIDED, failure.reason),))


_SKIPPED = Judgement(
    Verdict.UNDECIDED, (Evidence("judge", Verdict.UNDECIDED, "skipped after the first failure"),)
)


def _with_judgements(
    record: Record, stated: _Stated, judged: dict[str, Judgement], done: dict[str, Record]
) -> Record:
    """The record with a judgement for every claim; `done` holds the premises, already judged."""
    debts = [judged.get(task.key, _SKIPPED) for task in stated.debts]
    premises = [done[premise.id] for premise in record.premises]
    claims: list[Claim] = []
    for claim, task in zip(record.claims, stated.claims, strict=True):
        own = _OPEN if task is None else judged.get(task.key, _SKIPPED)
        owed = _owed(premises[: claim.premises]) + debts[: claim.obligations]
        cause = _cause(claim, claims, premises, record.id)
        claims.append(_settled(claim, own, owed, cause))
    return replace(
        record,
        claims=tuple(claims),
        premises=tuple(premises),
        obligation_judgements=tuple(debts),
        blocked_by=record.blocked_by
        or next((p.id for p in premises if not claims and p.verdict in _BAD), ""),
    )


_OPEN = Judgement(Verdict.OPEN, (Evidence("none", Verdict.OPEN, "conjectured: nobody derived it"),))


def _owed(premises: Iterable[Record]) -> list[Judgement]:
    """The judgements on all obligations of some premises and of what these rest on."""
    return [
        judgement
        for record in _with_premises(premises)
        for judgement in record.obligation_judgements
    ]


def _cause(claim: Claim, earlier: Sequence[Claim], premises: Sequence[Record], own: str) -> str:
    """What blocks a claim: the first premise, or earlier claim, that it rests on and that fails."""
    for premise in premises[: claim.premises]:
        if premise.verdict in _BAD:
            return premise.id
    for index in claim.rests_on:
        if earlier[index].verdict in _BAD:
            return f"{own}[{index}]"
    return ""


def _settled(claim: Claim, own: Judgement, owed: Sequence[Judgement], cause: str) -> Claim:
    if cause:
        blocked = Evidence("premises", Verdict.BLOCKED, f"rests on {cause}, which does not hold")
        return replace(claim, judgement=Judgement(Verdict.BLOCKED, (blocked,)), blocked_by=cause)
    debt = max(owed, key=lambda judgement: judgement.verdict.rank, default=None)
    if claim.open or debt is None or debt.verdict.rank <= own.verdict.rank:
        return replace(claim, judgement=own)
    reason = "an operation on the way owes more: " + "; ".join(e.detail for e in debt.evidence)
    evidence = Evidence("obligation", debt.verdict, reason, counterexample=debt.counterexample)
    verdict = weakest((own.verdict, debt.verdict))
    return replace(claim, judgement=Judgement(verdict, (evidence, *own.evidence)))
