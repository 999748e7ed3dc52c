"""The ladder: ways to compute a function, from the cheapest to the most careful.

    1 plain       the program as it was built
    2 rewritten   in the form that is predicted to lose the fewest digits
    3 pairs       rewritten, with pair arithmetic on the nodes that need it: first compensated,
                  that is with first-order corrections only, then in full
    4 table       generated polynomials and tables
    5 masked      double-double for the few inputs left   (not climbed yet)

`climb` takes the first rung whose error meets the target. Tables are for functions of one variable;
they are faster and more accurate than pairs, so they are tried before them. Errors are measured by
whoever is asked to (`measure`); without that they are predicted, which sees the sample points only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.approximate.tables import Table
from symdyn.kernels.graph import Program
from symdyn.kernels.operations import COMPENSATED, WIDE
from symdyn.kernels.pairs import compensated
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.improvement import forms
from symdyn.kernels.rewrite.prediction import Prediction, agree
from symdyn.kernels.rewrite.promotion import promoted
from symdyn.kernels.rewrite.samples import sample
from symdyn.proof.domain import Domain

RUNGS: tuple[tuple[int, str, str], ...] = (
    (1, "plain", "double arithmetic as written"),
    (2, "rewritten", "double arithmetic in a better form"),
    (3, "pairs", "pair arithmetic on the nodes that need it"),
    (4, "table", "generated polynomials and tables"),
    (5, "masked", "double-double behind a mask"),
)
SMALLEST_TARGET = 0.5  # ulps: a rounded result
STRICTER = 0.5  # of the room above half an ulp, where pairs were predicted to do and did not
POINTS = 160  # for predictions; the rewriting itself sees fewer


@dataclass(frozen=True)
class Rung:
    """One way to compute a function, and the error that it has.

    `predicted` and `measured` are in ulps (`measured` is None where nobody measured); `misses` is
    the share of sample points that are predicted to miss the target. `reason` says why this rung
    was taken; `tried` holds the rungs that were not, in order.
    """

    number: int
    name: str
    program: Program
    predicted: float
    misses: float = 0.0
    measured: float | None = None
    target: float = 2.0
    reason: str = ""
    tried: tuple[Rung, ...] = ()

    @property
    def error(self) -> float:
        """The error that counts: measured, if somebody did."""
        return self.predicted if self.measured is None else self.measured

    @property
    def is_met(self) -> bool:
        """Whether the error is at most the target."""
        return self.error <= self.target


def climb(
    program: Program,
    domain: Domain,
    *,
    target: float = 2.0,
    measure: Callable[[Program], float] | None = None,
    points: Points | None = None,
    tables: Iterable[Table] | None = None,
) -> Rung:
    """The first rung whose error is at most `target` ulps; if there is none, the best one.

    `tables` are candidates for rung 4; if it raises UnsupportedError there are no (more) of them.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x", positive=True)
    >>> rung = climb(build(sqrt(x + 1) - sqrt(x), [x]), Domain.of([x]), target=3)
    >>> rung.number, rung.name, rung.is_met
    (2, 'rewritten', True)

    Raises InputError for a target below half an ulp, DomainError where no double of the domain
    gives the program a value.
    """
    if not target >= SMALLEST_TARGET:
        raise InputError(f"target {target} ulps: no rounded result is nearer than half an ulp")
    points = sample(program, domain, count=POINTS) if points is None else points
    tried: list[Rung] = []
    supply = _Tables(tables)
    for rung in _rungs(program, domain, points, target, supply):
        measured = None if measure is None else measure(rung.program)
        rung = replace(rung, measured=measured)
        if rung.is_met:
            return _taken(rung, tried, supply)
        tried.append(rung)
    best = min(tried, key=lambda rung: (rung.misses, rung.error))
    return _best(best, [rung for rung in tried if rung is not best], supply)


@dataclass
class _Tables:
    """Candidates for rung 4, and why there were no more of them."""

    candidates: Iterable[Table] | None
    refusal: str = ""

    def rungs(self, target: float) -> Iterator[Rung]:
        """They were estimated to meet the target everywhere."""
        try:
            for table in self.candidates or ():
                yield table_rung(table, target)
        except UnsupportedError as reason:
            self.refusal = str(reason)

    @property
    def told(self) -> str:
        """Why there is no table, to be added to a reason."""
        return f"; no table, since {self.refusal}" if self.refusal else ""


def table_rung(table: Table, target: float) -> Rung:
    """The rung of a table, with its estimated error."""
    return Rung(4, RUNGS[3][1], table.program, table.ulps, target=target)


def _rungs(
    program: Program, domain: Domain, points: Points, target: float, supply: _Tables
) -> Iterator[Rung]:
    """The rungs in order, each made when the one before was not enough."""
    yield _rung(1, program, points, target)
    found = forms(program, domain, target=target)
    better, for_pairs = (form if agree(program, form, points) else program for form in found)
    if better != program:
        yield _rung(2, better, points, target)
    yield from supply.rungs(target)
    room, seen = target - SMALLEST_TARGET, {better}
    for share in (1.0, STRICTER, 0.0):
        aim = SMALLEST_TARGET + share * room
        careful = [
            _rung(3, promoted(form, points, target=aim), points, target)
            for form in dict.fromkeys((better, for_pairs))
        ]
        chosen = min(careful, key=lambda rung: (rung.misses, _pairs(rung.program)))
        light = compensated(chosen.program)
        if light not in seen:
            yield replace(chosen, program=light)
        if chosen.program not in seen:
            yield chosen
        seen |= {chosen.program, light}
        if chosen.misses:
            return  # no choice of pairs is better where this one fails


def _pairs(program: Program) -> int:
    return sum(node.type in WIDE for node in program.nodes)


def _rung(number: int, program: Program, points: Points, target: float) -> Rung:
    ulps = Prediction(program, points).ulps().max(axis=0, initial=0.0)
    missed = float((ulps > target).mean())
    worst = float(ulps.max(initial=0.0))
    return Rung(number, RUNGS[number - 1][1], program, worst, missed, target=target)


def _taken(rung: Rung, tried: list[Rung], supply: _Tables) -> Rung:
    reason = f"{_described(rung)} meets the target of {rung.target:g} ulps{supply.told}"
    return replace(rung, reason=reason, tried=tuple(tried))


def _best(rung: Rung, tried: list[Rung], supply: _Tables) -> Rung:
    last, later = (3, "rungs 4 (table) and 5 (masked) come next")
    if supply.candidates is not None:
        last, later = (4, "rung 5 (masked) comes next")
    where = f" at {rung.misses:.1%} of the sample points" if rung.misses else ""
    reason = (
        f"{_described(rung)} misses the target of {rung.target:g} ulps{where}, "
        f"and no rung up to {last} meets it; {later}"
    )
    reason += supply.told
    return replace(rung, reason=reason, tried=tuple(tried))


def _described(rung: Rung) -> str:
    pairs = _pairs(rung.program)
    how = "predicted" if rung.measured is None else "measured"
    light = sum(node.type == COMPENSATED for node in rung.program.nodes)
    what = f" ({pairs} {'pairs, compensated' if light else 'pairs'})" if pairs else ""
    return f"rung {rung.number}, {rung.name}{what}, with {rung.error:.3g} ulps {how},"
