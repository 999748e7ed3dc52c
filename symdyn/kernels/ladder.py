"""The ladder: ways to compute a function, from the cheapest to the most careful.

    1 plain       the program as it was built
    2 rewritten   in the form that is predicted to lose the fewest digits
    3 pairs       rewritten, with pair arithmetic on the nodes that need it: first compensated,
                  that is with first-order corrections only, then in full
    4 table       generated polynomials and tables
    5 masked      one of these, and far arithmetic for the few inputs at which it leaves the range
                  of doubles

`climb` takes the first rung whose error meets the target, and is proved to where proofs are asked
for (`prove`); if none is, the first whose measured error does. Tables are for functions of one
variable; they are more accurate than pairs, so they are tried before them, but for compensated
arithmetic that is cheaper: that without elementary functions, and any that clearly costs less than
a table. Rungs 1 to 3 come with quick functions first, where these are predicted to do. A rung that
meets the target under a mask is taken where no cheaper one meets it without.
Errors are measured by whoever is asked to (`measure`); without that they are predicted, which sees
the sample points only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.approximate.tables import Table
from symdyn.kernels.arithmetic.definitions import compensated, quickened
from symdyn.kernels.backends.far import can_be_far
from symdyn.kernels.certify.proof.prove import Proof
from symdyn.kernels.costs import cost
from symdyn.kernels.graph import Program
from symdyn.kernels.mask import SIZES, Mask, Odd, otherwise
from symdyn.kernels.measurement import Errors
from symdyn.kernels.operations import COMPENSATED, QUICK, WIDE
from symdyn.kernels.rewrite.exact import Points
from symdyn.kernels.rewrite.improvement import forms
from symdyn.kernels.rewrite.prediction import Prediction, agree
from symdyn.kernels.rewrite.promotion import in_pairs, promoted
from symdyn.kernels.rewrite.samples import sample
from symdyn.proof.domain import Domain

RUNGS: tuple[tuple[int, str, str], ...] = (
    (1, "plain", "double arithmetic as written"),
    (2, "rewritten", "double arithmetic in a better form"),
    (3, "pairs", "pair arithmetic on the nodes that need it"),
    (4, "table", "generated polynomials and tables"),
    (5, "masked", "far arithmetic behind a mask"),
)
SMALLEST_TARGET = 0.5  # ulps: a rounded result
LARGEST_ROUNDED = 1.0  # ulps: who asks for no more has no quick functions
HOPEFUL = 1.5  # times the target: predictions are of the worst that can come together
STRICTER = 0.5  # of the room above half an ulp, where pairs were predicted to do and did not
CHEAP = ("const", "add", "sub", "mul", "div", "fma", "sqrt", "neg", "abs", "select", "min", "max")
CLEARLY = 1.5  # times as dear a table must be, by a guess, for pairs to be tried before it
FAR = 1000.0  # times the target a prediction is, where it cannot be wrong about the target
MANY = 0.1  # of the points are hopeless: then a rung is
LONG = 60  # operations of a program that takes long to compile and to measure
POINTS = 160  # for predictions; the rewriting itself sees fewer
ENOUGH = 40  # points within a mask, to look at no others


@dataclass(frozen=True)
class Rung:
    """One way to compute a function, and the error that it has.

    `predicted` and `measured` are in ulps (`measured` is None where nobody measured); `misses` is
    the share of points that miss the target, `hopeless` of those that are predicted to miss it by a
    factor of `FAR`, `worst` the worst of them. Under a `mask`, `below` is
    the number of the rung that ordinary inputs take. `reason` says why this rung was taken; `tried`
    holds the rungs that were not, in order.
    """

    number: int
    name: str
    program: Program
    predicted: float
    misses: float = 0.0
    hopeless: float = 0.0
    measured: float | None = None
    target: float = 2.0
    reason: str = ""
    tried: tuple[Rung, ...] = ()
    mask: Mask | None = None
    below: int = 0
    worst: tuple[float, ...] = ()
    proof: Proof | None = None

    def seen(self, errors: Errors) -> Rung:
        """The rung with errors that were measured."""
        missed = errors.misses(self.target)
        worst = errors.worst_point if missed else ()
        return replace(self, measured=errors.worst, misses=missed, worst=worst)

    @property
    def error(self) -> float:
        """The error that counts: measured, if somebody did."""
        return self.predicted if self.measured is None else self.measured

    @property
    def is_met(self) -> bool:
        """Whether the error is at most the target."""
        return self.error <= self.target

    @property
    def is_hopeless(self) -> bool:
        """Whether a long program is predicted to be so far from the target, and so often.

        Then it is not measured, which would take as long as everything else.
        """
        return self.hopeless > MANY and self.program.count() > LONG

    @property
    def beyond(self) -> str:
        """What a mask is for, to be added to a reason."""
        return f"; {_beyond(self.mask.odd)} in far arithmetic" if self.mask else ""

    @property
    def is_proved(self) -> bool:
        """Whether the error is at most the target for every input that is not under a mask."""
        size = self.mask.odd.size if self.mask else None
        return self.proof is not None and self.proof.holds(self.target, size)


Prove = Callable[[Program], Proof]
Measure = Callable[[Program, Mask | None], Errors]


def climb(
    program: Program,
    domain: Domain,
    *,
    target: float = 2.0,
    measure: Measure | None = None,
    points: Points | None = None,
    tables: Iterable[Table] | None = None,
    prove: Prove | None = None,
) -> Rung:
    """The first rung whose error is at most `target` ulps; if there is none, the best one.

    Where there is a `prove`, rungs without a proof come after all that have one. `tables` are
    candidates for rung 4; if it raises UnsupportedError there are no (more) of them.

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
    if measure is not None and can_be_far(program):
        points = _ordinary(points)
    ladder = _Ladder(program, domain, points, target, _Tables(tables))
    tried: list[Rung] = []
    for rung in ladder.rungs():
        met = _first_met(tried)
        if rung.number == 3 and met and not (prove and _is_cheap(rung.program)):
            break  # pairs are dearer than a mask, and what is proved of them is that they are pairs
        if rung.number == 4 and met and not prove and cost(met.program) < cost(rung.program):
            break  # a mask costs ordinary inputs nothing
        rung, masked = ladder.measured(rung, measure, masks=not met)
        for one in (rung, masked):
            if one is not None and one.is_met:
                one = one if prove is None else replace(one, proof=prove(one.program))
                if one.mask is None and (one.is_proved or prove is None):
                    return _taken(one, tried, ladder.supply)
            tried += [one] if one is not None else []
        if rung.number == 3 and masked and masked.is_met:
            break
    found = next((rung for rung in tried if rung.is_met and rung.is_proved), _first_met(tried))
    best = found or min(tried, key=lambda rung: (rung.misses, rung.error))
    others = [rung for rung in tried if rung is not best]
    return (_taken if found else _best)(best, others, ladder.supply)


def _ordinary(points: Points) -> Points:
    """The points within the widest mask, if there are enough of them."""
    least, most = 2.0 ** -SIZES[0], 2.0 ** SIZES[0]
    kept = [
        (row, bits)
        for row, bits in zip(points.rows, points.bits, strict=True)
        if all(x == 0.0 or least <= abs(x) <= most for x in row)
    ]
    return Points.of(kept) if len(kept) >= ENOUGH else points


def _first_met(tried: Iterable[Rung]) -> Rung | None:
    return next((rung for rung in tried if rung.is_met), None)


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


@dataclass
class _Ladder:
    """The rungs of one program, each made when the one before was not enough."""

    program: Program
    domain: Domain
    points: Points
    target: float
    supply: _Tables

    def rungs(self) -> Iterator[Rung]:
        """The rungs in order, without masks; of those in doubles the ones with hope."""
        plain = self._rung(1, self.program)
        if not plain.is_hopeless:
            yield from self._quick_first(plain)
        better, _ = self.forms
        if better != self.program:
            rewritten = self._rung(2, better)
            if not rewritten.is_hopeless:
                yield from self._quick_first(rewritten)
        tables = self.supply.rungs(self.target)
        room, seen = self.target - SMALLEST_TARGET, {better}
        for share in (1.0, STRICTER, 0.0):
            chosen = self._with_pairs(SMALLEST_TARGET + share * room)
            if chosen.misses:  # no choice of pairs is better there, but they may be elsewhere
                yield from tables
                every = self._rung(3, in_pairs(self.forms[1]))
                if every.program.count() <= LONG:
                    yield replace(every, program=compensated(every.program))
                yield every
                return
            light = compensated(chosen.program)
            for table in () if _is_cheap(light) else tables:
                if light not in seen and CLEARLY * cost(light) < cost(table.program):
                    yield from self._quick_first(chosen, light)
                    seen.add(light)
                yield table
            if light not in seen:
                yield from self._quick_first(chosen, light)
            yield from tables
            if chosen.program not in seen:
                yield chosen
            seen |= {chosen.program, light}

    def _quick_first(self, rung: Rung, light: Program | None = None) -> Iterator[Rung]:
        """A rung, its pairs compensated if it has some; with quick functions first, if they do."""
        quick = quickened(rung.program)
        if quick != rung.program and self.target > LARGEST_ROUNDED:
            predicted = self._rung(rung.number, quick)
            if predicted.error <= HOPEFUL * self.target:
                yield replace(predicted, program=compensated(quick) if light else quick)
        yield replace(rung, program=light) if light else rung

    def _with_pairs(self, aim: float) -> Rung:
        """The form with the fewest pairs that are predicted to do."""
        careful = [
            self._rung(3, promoted(form, self.points, target=aim))
            for form in dict.fromkeys(self.forms)
        ]
        return min(careful, key=lambda rung: (rung.misses, _pairs(rung.program)))

    @cached_property
    def forms(self) -> tuple[Program, Program]:
        """The best forms for doubles and for pairs."""
        seen = self.points if len(self.points) < POINTS else None
        found = forms(self.program, self.domain, target=self.target, points=seen)
        better, for_pairs = (
            form if agree(self.program, form, self.points) else self.program for form in found
        )
        return better, for_pairs

    def measured(
        self, rung: Rung, measure: Measure | None, *, masks: bool
    ) -> tuple[Rung, Rung | None]:
        """A rung with its errors; and under a mask, if it meets the target on ordinary inputs."""
        if measure is None:
            return rung, None
        return measured(
            rung, measure, lambda: otherwise(self.forms[1], self.program) if masks else None
        )

    def _rung(self, number: int, program: Program) -> Rung:
        ulps = Prediction(program, self.points).ulps().max(axis=0, initial=0.0)
        missed, far = (float((ulps > much * self.target).mean()) for much in (1.0, FAR))
        worst = float(ulps.max(initial=0.0))
        name = RUNGS[number - 1][1]
        return Rung(number, name, program, worst, missed, far, target=self.target)


def measured(
    rung: Rung, measure: Measure, far: Callable[[], Program | None]
) -> tuple[Rung, Rung | None]:
    """A rung with its errors; and under a mask, if it misses the target on odd inputs alone.

    `far` is the program for these, if they may have one.
    """
    errors = measure(rung.program, None)
    odd = errors.odd(rung.target)
    rung = rung.seen(errors)
    careful = None if rung.is_met or not odd else far()
    if odd is None or careful is None:
        return rung, None
    try:
        mask = Mask(odd, careful)
        errors = measure(rung.program, mask)
    except UnsupportedError:
        return rung, None  # far arithmetic lacks an operation
    masked = replace(rung, number=5, name=RUNGS[4][1], mask=mask, below=rung.number)
    return rung, masked.seen(errors)


def _is_cheap(program: Program) -> bool:
    """Whether compensated arithmetic costs less than a table: it does without functions."""
    return all(
        node.type == COMPENSATED and node.op in CHEAP for node in program.nodes if node.type in WIDE
    )


def _pairs(program: Program) -> int:
    return sum(node.type in WIDE for node in program.nodes)


def _taken(rung: Rung, tried: list[Rung], supply: _Tables) -> Rung:
    reason = f"{_described(rung)} meets the target of {rung.target:g} ulps{supply.told}"
    return replace(rung, reason=reason, tried=tuple(tried))


def _best(rung: Rung, tried: list[Rung], supply: _Tables) -> Rung:
    where = f" at {rung.misses:.1%} of the points" if rung.misses else ""
    reason = (
        f"{_described(rung)} misses the target of {rung.target:g} ulps{where}, and no rung meets it"
    )
    if rung.worst:
        reason += f"; worst at {', '.join(f'{x:.3g}' for x in rung.worst)}"
    reason += supply.told
    return replace(rung, reason=reason, tried=tuple(tried))


def _described(rung: Rung) -> str:
    pairs = _pairs(rung.program)
    how = "predicted" if rung.measured is None else "measured"
    light = sum(node.type == COMPENSATED for node in rung.program.nodes)
    what = [f"{pairs} {'pairs, compensated' if light else 'pairs'}"] if pairs else []
    what += ["quick functions"] if any(n.type == QUICK for n in rung.program.nodes) else []
    if rung.proof:
        proved = f"{rung.proof.ulps:.3g} ulps proved" if rung.is_proved else "not proved"
        what.append(proved)
    if rung.mask:
        what.append(f"{_beyond(rung.mask.odd)} in far arithmetic")
    within = f" ({'; '.join(what)})" if what else ""
    return f"rung {rung.number}, {rung.name}{within}, with {rung.error:.3g} ulps {how},"


def _beyond(odd: Odd) -> str:
    """For which inputs a mask is."""
    far = f"arguments beyond 2^{odd.size} or 2^-{odd.size}"
    return f"{far} and extreme results" if odd.reach else far
