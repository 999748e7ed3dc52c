"""Whether SymPy read a typed identity rightly.

SymPy rewrites an expression while it is built (sqrt(x**2) becomes Abs(x) for a real x), and takes
derivatives by its own rules. Neither is proved, so both are compared with what was typed:

    sides         the side as typed and the side as SymPy has it, at sample points
    integrals     the integrands at points between the limits, where the limits are the same
    derivatives   central differences of the function typed, at sample points, to 8 digits

Agreement leaves the verdict as it is. A difference makes it UNDECIDED, whatever else was found.
A derivative that no point could confirm leaves AGREES at best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import comb
from typing import Any

from mpmath import MPContext
from sympy import Dummy, Expr, Integral, Limit, Rational, S, Symbol, Tuple
from sympy.logic.boolalg import Boolean

from symdyn.errors import DomainError, SymdynError
from symdyn.numerics.precision import evaluate
from symdyn.proof.comparison import Outcome, compare
from symdyn.proof.parse import Differentiation, Identity
from symdyn.proof.points import domain_of, sample_points
from symdyn.proof.verdict import Counterexample, Evidence, Verdict

_POINTS = 8
_GENERIC = 24  # points among which the last ones are away from edges and kinks
_DIGITS = 30
_STEP = Rational(1, 10**_DIGITS)
_AGREEMENT = Rational(1, 10**8)


def confirm(identity: Identity, *, seed: int = 0) -> tuple[Evidence, ...]:
    """The doubts that remain about the reading of an identity; none where all was confirmed."""
    sides = zip(identity.typed, (identity.left, identity.right), strict=True)
    doubts = [_confirm_side(typed, side, identity.conditions, seed) for typed, side in sides]
    doubts += [
        _confirm_derivative(found, identity.conditions, seed) for found in identity.differentiations
    ]
    return tuple(doubt for doubt in doubts if doubt is not None)


def _confirm_side(typed: Expr, side: Expr, where: Sequence[Boolean], seed: int) -> Evidence | None:
    if typed == side or typed.has(Limit):
        return None
    if _agrees_in_parts(typed, side, where, seed):
        return None
    for point in _points((typed, side), where, _POINTS, seed):
        found = compare(typed, side, point, _DIGITS)
        if found.outcome == Outcome.DIFFER:
            example = Counterexample(_text(point), found.left, found.right, found.is_rigorous)
            return _doubt(f"SymPy rewrote {typed} as {side}, but they differ at {example}")
    return None


def _agrees_in_parts(typed: Expr, side: Expr, where: Sequence[Boolean], seed: int) -> bool:
    """Whether integrands agree at points, and what is done with the integrals does too."""
    pairs = _pairs(typed, side)
    for mine, other, limits in _parts(typed, side, pairs):
        try:
            points = _points((mine, other), (*where, *_between(limits)), _POINTS, seed)
        except DomainError:  # limits in descending order have nothing between them
            return False
        outcomes = [compare(mine, other, point, _DIGITS).outcome for point in points]
        if Outcome.AGREE not in outcomes or Outcome.DIFFER in outcomes:
            return False
    return bool(pairs)


def _parts(
    typed: Expr, side: Expr, pairs: Sequence[tuple[Integral, Integral]]
) -> Iterator[tuple[Expr, Expr, tuple[Tuple, ...]]]:
    """Integrands with their limits, and the two expressions with letters for the integrals."""
    for mine, other in pairs:
        if mine.function != other.function:
            yield mine.function, other.function, mine.limits
    letters = [Dummy("integral") for _ in pairs]
    before, after = (
        expr.xreplace({pair[i]: letter for pair, letter in zip(pairs, letters, strict=True)})
        for i, expr in enumerate((typed, side))
    )
    if before != after:
        yield before, after, ()


def _pairs(typed: Expr, side: Expr) -> list[tuple[Integral, Integral]]:
    """The integrals of two expressions, paired by limits that occur once, or nothing.

    A value of an integral is dear, and need not be compared where the integrands are.
    """
    found = [{node.limits: node for node in expr.atoms(Integral)} for expr in (typed, side)]
    mine, other = found
    numbers = {len(expr.atoms(Integral)) for expr in (typed, side)} | {len(mine), len(other)}
    is_plain = all(not node.function.has(Integral) for nodes in found for node in nodes.values())
    is_definite = all(len(limit) == 3 for limits in mine for limit in limits)
    if len(numbers) > 1 or mine.keys() != other.keys() or not (is_plain and is_definite):
        return []
    return [(node, other[limits]) for limits, node in mine.items()]


def _between(limits: Sequence[Tuple]) -> list[Boolean]:
    """Conditions that put variables of integration between their limits."""
    bounds = [(v, low, high) for v, low, high in limits]
    found = [v > low for v, low, _ in bounds if not low.is_infinite]
    return found + [v < high for v, _, high in bounds if not high.is_infinite]


def _confirm_derivative(
    found: Differentiation, where: Sequence[Boolean], seed: int
) -> Evidence | None:
    confirmed = 0
    for point in _points((found.typed, found.result), where, _GENERIC, seed)[-_POINTS:]:
        agrees = _agrees(found, point)
        if agrees is False:
            return _doubt(
                f"SymPy says that {found.typed} is {found.result}, "
                f"but differences say otherwise at {_text(point)}"
            )
        confirmed += agrees is True
    if confirmed:
        return None
    detail = f"SymPy's derivative of {found.typed.args[0]} was not confirmed by differences"
    return Evidence("central differences", Verdict.AGREES, detail)


def _points(
    sides: Sequence[Expr], where: Sequence[Boolean], points: int, seed: int
) -> list[dict[Symbol, Expr]]:
    return list(islice(sample_points(domain_of(sides, where), points=points, seed=seed), points))


def _agrees(found: Differentiation, point: dict[Symbol, Expr]) -> bool | None:
    """Whether differences confirm a derivative at a point; None where there is no value."""
    mp: Any = MPContext()
    mp.dps = 2 * _DIGITS
    try:
        exact = mp.convert(evaluate(found.result, point, _DIGITS))
        steps = list(_differences(found.typed, point))
        digits = _DIGITS * (1 + _order(found.typed))
        terms = [mp.convert(evaluate(found.typed.args[0], p, digits)) * w for p, w in steps]
    except SymdynError:
        return None
    quotient = mp.fsum(terms)
    if not (mp.isfinite(exact) and mp.isfinite(quotient)):
        return None
    scale = max(abs(exact), abs(quotient), abs(mp.fsum(terms, absolute=True)) * mp.mpf(10) ** -30)
    return bool(abs(exact - quotient) <= scale * mp.mpf(_AGREEMENT.p) / _AGREEMENT.q)


def _order(typed: Expr) -> int:
    return sum(int(count) for _, count in typed.args[1:])


def _differences(
    typed: Expr, point: dict[Symbol, Expr]
) -> Iterator[tuple[dict[Symbol, Expr], Any]]:
    """Points around a point, with the weights that make a central difference of them."""
    stencil: list[tuple[dict[Symbol, Expr], Any]] = [(dict(point), S.One)]
    for variable, count in typed.args[1:]:
        order, step = int(count), _STEP * max(abs(point[variable]), S(1) / 1024)
        stencil = [
            (
                {**place, variable: place[variable] + (Rational(order, 2) - k) * step},
                weight * (-1) ** k * comb(order, k) / step**order,
            )
            for place, weight in stencil
            for k in range(order + 1)
        ]
    yield from ((place, weight) for place, weight in stencil)


def _text(point: dict[Symbol, Expr]) -> dict[str, str]:
    return {str(symbol): str(value) for symbol, value in point.items()}


def _doubt(detail: str) -> Evidence:
    return Evidence("the reading of the text", Verdict.UNDECIDED, detail)
