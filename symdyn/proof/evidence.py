"""How a statement is judged: points first, then proofs.

An equality is compared at exact sample points, awkward ones first. One point where the sides differ
refutes it. If all points agree, exact methods try to prove it; a symbolic zero is never trusted
alone, and neither is agreement at points called a proof:

    PROVED    an exact method says zero, and the points agree
    ENCLOSED  Arb balls agree at every point
    AGREES    mpmath agrees at every point, at two precisions (where Arb knows no ball)
    UNDECIDED otherwise, with the reason

To add a method of proof, write `method(difference, domain) -> str` (how it was proved, or an empty
text) in a file of its own, state its soundness there, and name it in PROOFS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

from sympy import Expr, S, Symbol
from sympy.logic.boolalg import Boolean

from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.errors import DomainError, InputError
from symdyn.numerics.simulation import Simulation
from symdyn.proof.asymptotics import asymptotic, resolve_limits
from symdyn.proof.comparison import SLOW, Comparison, Outcome, compare
from symdyn.proof.constancy import constant_zero
from symdyn.proof.covering import cover
from symdyn.proof.differential_equations import initial_value_zero
from symdyn.proof.domain import Domain
from symdyn.proof.matrices.judging import judge_words
from symdyn.proof.normal_form import vanishes
from symdyn.proof.points import domain_of, point_text, sample_points
from symdyn.proof.sign_cases import zero_by_signs
from symdyn.proof.stand_ins import has_undefined, stand_in
from symdyn.proof.statements import (
    AbstractStatement,
    AsymptoticTo,
    Bounded,
    Component,
    Conserved,
    Equal,
    Solves,
)
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict, weakest

Proof = Callable[[Expr, Domain], str]

PROOFS: tuple[tuple[str, Proof], ...] = (
    ("normal form", vanishes),
    ("derivative and one exact value", constant_zero),
    ("cases by sign", zero_by_signs),
    ("differential equation and initial values", initial_value_zero),
)

POINTS = 60
SLOW_POINTS = 6  # where a point costs an integral or a sum: every fourth of the usual ones
SLOW_STRIDE = 4
SLOW_SECONDS = 12.0  # after which a few slow points are enough; the evidence tells their number
ENOUGH = 3
CLOSER_SECONDS = 1.0  # for one point, if more digits are to be looked at


def judge(
    statement: AbstractStatement,
    where: Sequence[Boolean | Rule] = (),
    *,
    digits: int = 50,
    seed: int = 0,
    points: int | None = None,
) -> Judgement:
    """Judge a statement on the domain that its symbols and conditions describe.

    Rules among the conditions tie matrices to each other; they matter to matrix words alone.

    >>> from sympy import sin, cos, symbols
    >>> x = symbols("x", real=True)
    >>> judge(Equal(sin(x)**2, 1 - cos(x)**2)).verdict
    <Verdict.PROVED: 'PROVED'>
    >>> judge(Equal(sin(x)**2, 1 + cos(x)**2)).counterexample.point
    {'x': '0'}

    Raises DomainError where no sample reaches the domain.
    """
    conditions = [condition for condition in where if not isinstance(condition, Rule)]
    if isinstance(statement, Bounded):
        return _single(_bounded(statement, conditions))
    if isinstance(statement, AsymptoticTo):
        return asymptotic(statement, conditions, digits=digits, seed=seed)
    if isinstance(statement, Equal) and isinstance(statement.left, Simulation):
        return _single(_simulated(statement, conditions, seed))
    judgements = [
        judge_words(*part, where, prove, digits=digits, seed=seed, points=points)
        if isinstance(part[1], MatrixWord)
        else _judge_equality(part, conditions, digits, seed, points)
        for part in equalities(statement)
    ]
    return _merged(judgements)


def equalities(statement: AbstractStatement) -> tuple[Component, ...]:
    """The equalities of scalars or matrices to which a statement amounts."""
    if isinstance(statement, Equal):
        return statement.components()
    if isinstance(statement, Conserved):
        return statement.equation().components()
    if isinstance(statement, Solves):
        return tuple(part for equation in statement.equations() for part in equation.components())
    raise InputError(f"{type(statement).__name__} is no equality; its judge is named in `judge`")


def _judge_equality(
    part: Component, where: Sequence[Boolean], digits: int, seed: int, points: int | None
) -> Judgement:
    """Compare at points, then try to prove."""
    name, left, right = part
    left, right, limited = resolve_limits(left, right, where)
    domain, values = domain_of((left, right), where).solved()
    left, right = left.subs(values), right.subs(values)
    seen = _compare_at_samples(name, stand_in(left), stand_in(right), domain, digits, seed, points)
    if seen.verdict == Verdict.REFUTED or limited:
        return Judgement(weakest([seen.verdict, *(e.verdict for e in limited)]), (*limited, seen))
    if seen.points == 0:
        return Judgement(seen.verdict, (seen,))
    proof = prove(left - right, domain)
    if proof is not None:
        return Judgement(Verdict.PROVED, (proof, seen))
    if seen.verdict.holds and has_undefined(left - right):
        seen = replace(seen, verdict=Verdict.UNDECIDED, detail=_ONLY_STAND_INS)
    if seen.verdict == Verdict.ENCLOSED:
        seen = _look_closer(name, left, right, domain, seen, seed) or seen
    return Judgement(seen.verdict, (seen,))


_ONLY_STAND_INS = "holds for the functions tried, but is not proved for every function"


def prove(difference: Expr, domain: Domain) -> Evidence | None:
    """The first exact method that shows a difference to be zero on a domain."""
    for name, method in PROOFS:
        start = perf_counter()
        how = method(difference, domain)
        if how:
            return Evidence(name, Verdict.PROVED, how, perf_counter() - start)
    return None


def _compare_at_samples(
    name: str,
    left: Expr,
    right: Expr,
    domain: Domain,
    digits: int,
    seed: int,
    points: int | None,
) -> Evidence:
    start = perf_counter()
    is_slow = points is None and (left.has(*SLOW) or right.has(*SLOW))
    wanted = SLOW_STRIDE * SLOW_POINTS if is_slow else points or POINTS
    places = list(sample_points(domain, points=wanted, seed=seed, moderate=is_slow))
    agreed, unclear, is_rigorous = 0, "", True
    for point in places[:: SLOW_STRIDE if is_slow else 1]:
        if is_slow and agreed >= ENOUGH and perf_counter() - start > SLOW_SECONDS:
            break
        found = compare(left, right, point, digits)
        if found.outcome == Outcome.DIFFER:
            return _refutation(name, point, found, agreed, digits, perf_counter() - start)
        if found.outcome == Outcome.UNCLEAR:
            unclear = unclear or f"{_shown(point)}: {found.reason}"
        if found.outcome == Outcome.AGREE:
            agreed += 1
            is_rigorous = is_rigorous and found.is_rigorous
    seconds = perf_counter() - start
    method = "Arb enclosure at samples" if is_rigorous else "mpmath at two precisions"
    if not agreed and not unclear:
        raise DomainError(
            f"no sample gives both sides of {left} = {right} a finite value; restrict the domain"
        )
    if unclear:
        return Evidence(method, Verdict.UNDECIDED, f"at {unclear}", seconds, 0, agreed)
    verdict = Verdict.ENCLOSED if is_rigorous else Verdict.AGREES
    return Evidence(method, verdict, f"{agreed} points, {digits} digits", seconds, digits, agreed)


def _look_closer(
    name: str, left: Expr, right: Expr, domain: Domain, seen: Evidence, seed: int
) -> Evidence | None:
    """A refutation by more digits than were asked for, at few points: 1 + 1e-90 is not 1."""
    is_slow = left.has(*SLOW) or right.has(*SLOW)
    if is_slow and seen.seconds > CLOSER_SECONDS * seen.points:
        return None
    points = list(sample_points(domain, points=seen.points, seed=seed, moderate=is_slow))
    points = points[-1 if is_slow else -3 :]
    digits = (2 if is_slow else 10) * seen.digits
    start = perf_counter()
    for point in points:
        found = compare(left, right, point, digits)
        if found.outcome == Outcome.DIFFER:
            return _refutation(
                name, point, found, seen.points, digits, seen.seconds + perf_counter() - start
            )
    return None


def _refutation(
    name: str,
    point: dict[Symbol, Expr],
    found: Comparison,
    agreed: int,
    digits: int,
    seconds: float,
) -> Evidence:
    example = Counterexample(point_text(point), found.left, found.right, found.is_rigorous)
    method = "Arb enclosure at samples" if found.is_rigorous else "mpmath at two precisions"
    detail = f"the sides differ{' in component ' + name if name else ''} at {example}"
    return Evidence(method, Verdict.REFUTED, detail, seconds, digits, agreed + 1, example)


def _shown(point: dict[Symbol, Expr]) -> str:
    return (
        ", ".join(f"{name} = {value}" for name, value in point_text(point).items())
        or "the only point"
    )


def _merged(judgements: Sequence[Judgement]) -> Judgement:
    """The judgement on a conjunction: the weakest verdict, with that part's evidence first."""
    verdict = weakest(judgement.verdict for judgement in judgements)
    ordered = sorted(judgements, key=lambda judgement: -judgement.verdict.rank)
    evidence: dict[tuple[str, Verdict], Evidence] = {}
    for judgement in ordered:
        for e in judgement.evidence:
            evidence.setdefault((e.method, e.verdict), e)
    return Judgement(verdict, tuple(evidence.values()))


def _single(evidence: Evidence) -> Judgement:
    return Judgement(evidence.verdict, (evidence,))


def _bounded(statement: Bounded, where: Sequence[Boolean]) -> Evidence:
    lower, upper = (None if b is None else S(b) for b in (statement.lower, statement.upper))
    expr = S(statement.expr)
    domain = domain_of((side for side in (expr, lower, upper) if side is not None), where)
    sample_points(domain, points=1)  # an empty domain is an error, not a bound that holds
    return cover(expr, lower, upper, domain, strict=statement.strict)


def _simulated(statement: Equal, where: Sequence[Boolean], seed: int) -> Evidence:
    simulation: Simulation = statement.left
    domain = domain_of((statement.right, *simulation.symbols), where)
    start = perf_counter()
    worst, tried = 0.0, 0
    for point in sample_points(domain, points=simulation.points, seed=seed):
        tried += 1
        deviation = simulation.deviation(S(statement.right), point, seed=seed + tried)
        if deviation.standard_errors > simulation.standard_errors:
            example = Counterexample(
                point_text(point),
                f"{deviation.mean} +- {deviation.error}",
                str(deviation.expected),
            )
            detail = f"{deviation.standard_errors:.1f} standard errors apart at {example}"
            seconds = perf_counter() - start
            return Evidence(
                "seeded simulation", Verdict.REFUTED, detail, seconds, 0, tried, example
            )
        worst = max(worst, deviation.standard_errors)
    detail = f"within {worst:.2f} standard errors at {tried} points, {simulation.size} draws each"
    return Evidence(
        "seeded simulation", Verdict.SIMULATED, detail, perf_counter() - start, 0, tried
    )
