"""No mutant of the library survives: every slightly wrong claim is refuted.

Every derivation file of the library is covered as it is. In each claim the stated side gets one
error at a time (`mutations`): a sign, a factor 1 + 1e-9, a shift of 1e-9, another function. By
default some of them (`FEW` for a component, in `PARTS` components), and derivations at their first
parameters; with `-m slow` all, and at all parameters. Such a mutant counts as equivalent only if an
exact test proves it, or 1000 points agree to 100 digits; all others must be refuted. Coordinates
are added to conserved quantities, bounds are moved past the extremum, simulated values by ten
standard errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sympy import Expr, Rational, S, Symbol, sin, sqrt, symbols

from symdyn.calculus.equivariant import inner
from symdyn.calculus.words.polynomials import MatrixWord, identity, trace
from symdyn.errors import DomainError, SymdynError
from symdyn.numerics.precision import evaluate
from symdyn.numerics.simulation import Simulation
from symdyn.proof.collect import Collected, collect
from symdyn.proof.evidence import equalities, judge
from symdyn.proof.points import domain_of, sample_points
from symdyn.proof.record import Claim
from symdyn.proof.statements import (
    AbstractStatement,
    AsymptoticTo,
    Bounded,
    Conserved,
    Equal,
    Solves,
)
from symdyn.proof.verdict import Verdict
from symdyn.proof.workers import Failure, guarded_map
from tests.mutations import SLIGHT, T, mutants, spread

SECONDS = 30  # for one mutant
MOST_PARTS, PARTS = 4, 2  # components of one claim that are mutated: of all, and by default
FEW = 2  # errors of a component, by default
STANDARD_ERRORS = 10

LIBRARY = [item for item in collect() if isinstance(item, Collected)]


@dataclass(frozen=True)
class Mutant:
    """A claim with an error."""

    claim: Claim
    error: str
    statement: AbstractStatement


def cases() -> Iterator[Any]:
    """Derivations with the components that are mutated and the errors of each."""
    seen = set[str]()
    for item in LIBRARY:
        name = item.derivation.id(**item.fixed)
        if item.derivation.name not in seen:
            yield pytest.param(item, PARTS, FEW, id=name)
        seen.add(item.derivation.name)
        yield pytest.param(item, MOST_PARTS, None, id=f"{name}, all", marks=pytest.mark.slow)


@pytest.mark.parametrize(("item", "parts", "errors"), cases())
def test_errors_in_a_claim_are_noticed(item: Collected, parts: int, errors: int | None):
    record = item.derivation.record(**item.fixed)
    tried = [
        mutant
        for claim in record.claims
        if not claim.open
        for mutant in of_claim(claim, parts, errors)
    ]
    assert tried or not record.claims
    answers = judged(tried)
    survivors = [
        f"{record.id} line {tried[k].claim.location.line}, {tried[k].error}: {answer}"
        for k, answer in sorted(answers.items())
        if answer not in ("refuted", "refused", "equivalent")
    ]
    assert not survivors, "\n".join(survivors)
    assert "refuted" in answers.values() or not tried


_known: dict[str, str] = {}


def judged(tried: list[Mutant]) -> dict[int, str]:
    """Verdicts on mutants, each statement judged once however many claims make it."""
    keys = [f"{m.claim.location.file} {m.statement} {m.claim.where}" for m in tried]
    new = {key: mutant for key, mutant in zip(keys, tried, strict=True) if key not in _known}
    for index, answer in guarded_map(verdict, list(new.values()), jobs=2, timeout=SECONDS):
        text = answer.reason if isinstance(answer, Failure) else answer
        _known[list(new)[index]] = text
    return {index: _known[key] for index, key in enumerate(keys)}


def verdict(mutant: Mutant) -> str:
    """Whether a mutant is refuted, equivalent to the claim, or survives."""
    try:
        found = judge(mutant.statement, mutant.claim.where)
        if found.verdict == Verdict.REFUTED:
            return "refuted" if found.counterexample is not None else "refuted without a point"
        if found.verdict == Verdict.PROVED:
            return "equivalent"
        if isinstance(mutant.statement, Equal) and found.verdict.holds:
            again = judge(mutant.statement, mutant.claim.where, digits=100, points=1000, seed=1)
            return "equivalent" if again.verdict.holds else str(again.verdict)
    except DomainError:  # the mutant has no finite value anywhere: nobody can claim it
        return "refused"
    except SymdynError as problem:
        return f"{type(problem).__name__}: {problem}"
    return f"{found.verdict}: {found.evidence[0].detail}"


# The mutants of each kind of statement ---------------------------------------------------------


def of_claim(claim: Claim, parts: int, errors: int | None) -> Iterator[Mutant]:
    """Errors of a claim, one at a time: so many of each component, or all."""
    for error, statement in of_statement(claim, parts, errors):
        yield Mutant(claim, error, statement)


def of_statement(
    claim: Claim, parts: int, errors: int | None
) -> Iterator[tuple[str, AbstractStatement]]:
    statement = claim.statement
    if isinstance(statement, Equal) and isinstance(statement.left, Simulation):
        yield from of_simulation(statement.left, statement.right, claim)
    elif isinstance(statement, Equal):
        for name, left, right in spread(equalities(statement), parts):
            for error, mutant in chosen(tuple(mutants(right)), errors):
                yield f"{name} {error}".strip(), Equal(left, mutant)
    elif isinstance(statement, Solves):
        yield from of_solution(statement, errors)
    elif isinstance(statement, Conserved):
        for error, quantity in with_coordinates(statement, parts):
            yield error, replace(statement, quantity=quantity)
    elif isinstance(statement, Bounded):
        yield from of_bounds(statement, claim)
    elif isinstance(statement, AsymptoticTo):
        yield "times 1 + 1e-9", replace(statement, leading=statement.leading * (1 + SLIGHT))
        yield "times -1", replace(statement, leading=-statement.leading)


def chosen(found: Sequence[T], errors: int | None) -> Sequence[T]:
    """All, or so many from the first to the last: a slight error, and one of structure."""
    return found if errors is None else spread(found, errors)


def of_solution(statement: Solves, errors: int | None) -> Iterator[tuple[str, Solves]]:
    """A curve with an error, in one of its coordinates."""
    for variable, curve in statement.solution.items():
        found = (
            tuple(mutants(curve))
            if isinstance(curve, Expr)
            else (("times 1 + 1e-9", curve * (1 + SLIGHT)),)
        )
        for error, mutant in chosen(found, errors):
            solution = {**dict(statement.solution.items()), variable: mutant}
            yield f"{variable} {error}", replace(statement, solution=solution)


def with_coordinates(statement: Conserved, parts: int) -> Iterator[tuple[str, Expr]]:
    """A conserved quantity with a little of each coordinate added."""
    for variable in spread(tuple(statement.flow), parts):
        coordinate = coordinate_of(variable, statement.quantity)
        yield f"plus 1e-9*{coordinate}", statement.quantity + SLIGHT * coordinate


def coordinate_of(variable: Any, quantity: Any) -> Any:
    """Something of the shape of a quantity that depends on a variable."""
    if isinstance(variable, MatrixWord):
        return trace(variable * variable.T) * identity(quantity.rows)
    return variable if isinstance(variable, Expr) else inner(variable, variable)


def of_bounds(statement: Bounded, claim: Claim) -> Iterator[tuple[str, Bounded]]:
    """Each bound moved past the extremum over many points."""
    domain = domain_of((S(statement.expr),), claim.where)
    values = [
        Rational(str(evaluate(S(statement.expr), point, 30).real))
        for point in sample_points(domain, points=100)
    ]
    if statement.lower is not None:
        yield "lower bound raised", replace(statement, lower=min(values) + SLIGHT)
    if statement.upper is not None:
        yield "upper bound lowered", replace(statement, upper=max(values) - SLIGHT)


def of_simulation(
    simulation: Simulation, expected: Expr, claim: Claim
) -> Iterator[tuple[str, Equal]]:
    """What a simulation is compared with, moved by ten of its standard errors."""
    domain = domain_of((expected, *simulation.symbols), claim.where)
    errors = [
        simulation.deviation(S(expected), point, seed=k).error
        for k, point in enumerate(sample_points(domain, points=simulation.points), start=1)
    ]
    shift = STANDARD_ERRORS * Rational(str(max(errors)))
    yield "plus ten standard errors", Equal(simulation, expected + shift)
    yield "minus ten standard errors", Equal(simulation, expected - shift)


# The mutations themselves ----------------------------------------------------------------------


def test_every_sign_and_every_function_can_be_mutated():
    x, y = symbols("x y", positive=True)
    found = dict(mutants(sin(x) - sqrt(x + y)))
    assert found["sin -> cos"].has(sin) is False
    assert {name for name in found if name.startswith("sign of")}
    assert found["times 1 + 1e-9"] != found["plus 1e-9"]


def test_no_mutant_equals_its_formula():
    x = Symbol("x")
    for formula in (S.Zero, x, x**2 - 1, sin(x)):
        assert all(mutant != formula for _, mutant in mutants(formula))
