"""Limits: an exact one from SymPy, confirmed by values on the way there.

SymPy's limits are sometimes silently wrong, so none is taken alone. The expression is evaluated at
points that approach the limit geometrically, x = a + 2^-k or x = 2^k with k = 8, 16, ..., 256:

    confirmed   the distance to the limit shrinks by a steady factor at every doubling of k
    contradicted   the distance settles at a value other than 0

    AsymptoticTo   PROVED by an exact limit 1 of the ratio that is confirmed; AGREES where only the
                   values say so; REFUTED where they settle at another ratio
    Limit(...)     inside an equality: replaced by SymPy's value if that is confirmed (AGREES)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from time import perf_counter

from flint import arb, ctx
from sympy import Expr, Limit, Pow, Rational, S, Symbol
from sympy import limit as sympy_limit
from sympy.logic.boolalg import Boolean

from symdyn.errors import UnsupportedError
from symdyn.numerics.balls import enclose
from symdyn.proof.deadline import deadline
from symdyn.proof.domain import Domain
from symdyn.proof.points import point_text, sample_points
from symdyn.proof.statements import AsymptoticTo
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict

_STEPS = (8, 16, 32, 64, 128, 256)
_SHRINKS = 0.8  # at every doubling of k; 1/k shrinks by 0.5, powers of x much faster
_SETTLES = 1e-3
_DIGITS = 60
_PARAMETER_POINTS = 5
_EXACT_SECONDS = 10.0


class Approach(Enum):
    """What the values on the way to a limit say."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNCLEAR = "unclear"


def asymptotic(
    statement: AsymptoticTo, where: Sequence[Boolean], *, digits: int, seed: int
) -> Judgement:
    """Judge that the ratio of an expression to its leading term tends to 1."""
    ratio, variable, at = (
        S(statement.expr) / S(statement.leading),
        statement.variable,
        S(statement.at),
    )
    start = perf_counter()
    tried = 0
    for point in _parameters(ratio, variable, where, seed):
        tried += 1
        found, place, value = approach(ratio, S.One, variable, at, _side(at, variable), point)
        if found == Approach.CONTRADICTED:
            shown = point_text(point) | {str(variable): place}
            example = Counterexample(shown, f"ratio {value}", "1")
            detail = f"the ratio settles at {value} as {variable} -> {at}"
            seconds = perf_counter() - start
            return _single(Evidence("values", Verdict.REFUTED, detail, seconds, 0, tried, example))
        if found == Approach.UNCLEAR:
            detail = f"the ratio does not settle as {variable} -> {at}"
            seconds = perf_counter() - start
            return _single(Evidence("values", Verdict.UNDECIDED, detail, seconds, 0, tried))
    seconds = perf_counter() - start
    detail = f"the ratio tends to 1 at {tried} choices of the other symbols"
    seen = Evidence("values on the way to the limit", Verdict.AGREES, detail, seconds, 0, tried)
    start = perf_counter()
    if _exact_limit(ratio, variable, at, _side(at, variable)) == 1:
        proof = Evidence(
            "exact limit", Verdict.PROVED, "the ratio has limit 1", perf_counter() - start
        )
        return Judgement(Verdict.PROVED, (proof, seen))
    return _single(seen)


def resolve_limits(
    left: Expr, right: Expr, where: Sequence[Boolean], seed: int = 0
) -> tuple[Expr, Expr, tuple[Evidence, ...]]:
    """Both sides with every limit replaced by its value, and what that value rests on."""
    evidence = []
    for node in sorted(left.atoms(Limit) | right.atoms(Limit), key=str):
        value, found = _resolved(node, where, seed)
        evidence.append(found)
        left, right = left.xreplace({node: value}), right.xreplace({node: value})
    return left, right, tuple(evidence)


def approach(
    expr: Expr, value: Expr, variable: Symbol, at: Expr, side: str, point: Mapping[Symbol, Expr]
) -> tuple[Approach, str, str]:
    """Whether values on the way to `at` tend to `value`; with the last place and value seen."""
    distances: list[arb] = []
    place, seen = "", ""
    for step in _STEPS:
        here = _near(at, side, step)
        found = _value(expr, {**point, variable: here})
        wanted = _value(value, point) if value.is_finite else None
        if found is None:
            break
        place, seen = _power_text(at, side, step), found.str(12, radius=False)
        with ctx.workprec(4 * _DIGITS):
            distances.append(1 / abs(found) if wanted is None else abs(found - wanted))
    return _trend(distances), place, seen


def _trend(distances: Sequence[arb]) -> Approach:
    if len(distances) < 3:
        return Approach.UNCLEAR
    if all(later.contains(0) for later in distances[-2:]):
        return Approach.CONFIRMED
    last, before = (float(d.abs_upper().log()) if d > 0 else -1e9 for d in reversed(distances[-2:]))
    if abs(last - before) < _SETTLES and last > -_DIGITS * 1.5:
        return Approach.CONTRADICTED
    pairs = zip(distances[-3:], distances[-2:], strict=False)
    if all(bool(later <= earlier * _SHRINKS) or later.contains(0) for earlier, later in pairs):
        return Approach.CONFIRMED
    return Approach.UNCLEAR


def _value(expr: Expr, point: Mapping[Symbol, Expr]) -> arb | None:
    """A real value to about 60 digits, at growing precision; None where there is none."""
    for bits in (256, 512, 1024, 2048, 4096):
        ball = enclose(expr, point, bits)
        if not ball.is_finite() or not ball.imag.contains(0):
            continue
        if ball.real.rel_accuracy_bits() > 3 * _DIGITS or ball.real.is_exact():
            return ball.real
    return None


def _near(at: Expr, side: str, step: int) -> Expr:
    if at is S.Infinity or at is S.NegativeInfinity:
        return Pow(2, step) * (1 if at is S.Infinity else -1)
    return at + Rational(1, 2**step) * (-1 if side == "-" else 1)


def _power_text(at: Expr, side: str, step: int) -> str:
    if at is S.Infinity or at is S.NegativeInfinity:
        return f"{'-' if at is S.NegativeInfinity else ''}2**{step}"
    return f"{at} {'-' if side == '-' else '+'} 2**-{step}"


def _side(at: Expr, variable: Symbol) -> str:
    """The side from which a variable can approach."""
    return "-" if at.is_finite and (variable < at) == True else "+"  # noqa: E712


def _parameters(
    expr: Expr, variable: Symbol, where: Sequence[Boolean], seed: int
) -> Iterator[Mapping[Symbol, Expr]]:
    others = expr.free_symbols - {variable}
    conditions = [c for c in where if variable not in c.free_symbols]
    yield from sample_points(Domain.of(others, conditions), points=_PARAMETER_POINTS, seed=seed)


def _exact_limit(expr: Expr, variable: Symbol, at: Expr, side: str) -> Expr | None:
    try:
        with deadline(_EXACT_SECONDS):
            found = sympy_limit(expr, variable, at, side if at.is_finite else "+")
    except Exception:  # a computer algebra system that fails has merely not helped
        return None
    return None if found.has(Limit) or found is S.NaN else found


def _resolved(node: Limit, where: Sequence[Boolean], seed: int) -> tuple[Expr, Evidence]:
    expr, variable, at, direction = node.args
    start = perf_counter()
    sides = ("+", "-") if str(direction) == "+-" and at.is_finite else (str(direction),)
    values = {_exact_limit(expr, variable, at, side) for side in sides}
    value = next(iter(values))
    if len(values) > 1 or value is None:
        return node, Evidence("limit", Verdict.UNDECIDED, f"no exact value found for {node}")
    try:
        for point in _parameters(expr, variable, where, seed):
            for side in sides:
                found, place, seen = approach(expr, value, variable, at, side, point)
                if found != Approach.CONFIRMED:
                    detail = (
                        f"{node}: values do not confirm {value}; {seen} at {variable} = {place}"
                    )
                    return node, Evidence("limit", Verdict.UNDECIDED, detail)
    except UnsupportedError as problem:
        return node, Evidence("limit", Verdict.UNDECIDED, str(problem))
    detail = f"{node} = {value}, confirmed by values on the way"
    return value, Evidence("limit", Verdict.AGREES, detail, perf_counter() - start)


def _single(evidence: Evidence) -> Judgement:
    return Judgement(evidence.verdict, (evidence,))
