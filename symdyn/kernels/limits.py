"""Values at points where a formula has none: removable singularities, and ends of the domain.

sin(x)/x has no value at 0, sqrt(x + 1) - sqrt(x) none at oo; their limits are 1 and 0. For each
argument the candidates are the ends of its range, infinity, and the doubles at which a denominator,
or the argument of a logarithm, vanishes. Where the formula has no finite value for any value of the
other arguments, its limit from within the range is taken (from both sides, if both are within), a
formula in the other arguments or +oo or -oo. A limit is used only where numbers of 60 digits near
the point approach it.

This finds singularities in one argument at a time; one on a curve between arguments stays, and so
does one at which other arguments decide between branches of the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from time import monotonic
from typing import Any

import mpmath
import sympy as sp
from sympy import Basic, Expr, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import words
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.program import build, distinct
from symdyn.kernels.ranges import Range, Ranges
from symdyn.numerics.balls import enclose
from symdyn.numerics.precision import evaluate
from symdyn.proof.deadline import deadline

SECONDS = 4.0  # for one limit
TOGETHER = 6.0  # for all of a kernel, those at infinity last
STEPS = (30, 60, 90)  # binary digits between the point and the numbers that approach it
PROBES = (sp.Rational(5, 7), sp.Rational(11, 9), sp.Rational(2, 13))


@dataclass(frozen=True)
class Limit:
    """The value of one output where one argument has a given value."""

    output: int
    symbol: Symbol
    point: Expr
    value: Expr


def limits(exprs: Sequence[Expr], domain: Ranges) -> tuple[Limit, ...]:
    """The limits at all points where an expression has no value and its limit is known.

    >>> x = Symbol("x")
    >>> [(found.point, found.value) for found in limits([sp.sin(x) / x], Ranges.of([x]))]
    [(0, 1), (oo, 0), (-oo, 0)]
    """
    places = [
        (k, symbol, point)
        for k, expr in enumerate(exprs)
        for symbol, part in zip(domain.args, domain.ranges, strict=True)
        if symbol in expr.free_symbols
        for point in _candidates(expr, symbol, part)
        if _is_undefined(expr, symbol, point, domain)
    ]
    end = monotonic() + TOGETHER
    values = {
        place: tuple(_value(exprs[place[0]], *place[1:], domain, end))
        for place in sorted(places, key=lambda place: bool(place[2].is_infinite))
    }
    return tuple(Limit(*place, value) for place in places for value in values[place])


Lower = Callable[[Expr, tuple[Symbol, ...]], Program]


def with_limits(program: Program, found: Sequence[Limit], lower: Lower = build) -> Program:
    """The program that takes these values at these points; `lower` makes programs of values."""
    graph = Graph(program.inputs)
    inputs = tuple(range(len(program.inputs)))
    outputs = list(graph.include(program, inputs))
    for limit in found:
        place = graph.add("eq", program.inputs.index(limit.symbol), graph.constant(limit.point))
        (value,) = graph.include(lower(limit.value, program.inputs), inputs)
        outputs[limit.output] = graph.add("select", place, value, outputs[limit.output])
    return graph.program(outputs).pruned()


def with_conditions(program: Program, conditions: Iterable[Any]) -> Program:
    """The program whose outputs are nan where a condition fails (weakly read: ends belong)."""
    graph = Graph(program.inputs)
    inputs = tuple(range(len(program.inputs)))
    outputs = graph.include(program, inputs)
    for condition in conditions:
        one = sp.Piecewise((S.One, _closed(condition)), (S.NaN, True))
        (test,) = graph.include(build(one, program.inputs), inputs)
        holds = graph.add("eq", test, graph.constant(S.One))
        undefined = graph.constant(S.NaN)
        outputs = tuple(graph.add("select", holds, value, undefined) for value in outputs)
    return graph.program(outputs).pruned()


def _closed(condition: Any) -> Any:
    weak = {sp.StrictLessThan: sp.LessThan, sp.StrictGreaterThan: sp.GreaterThan}
    return weak.get(type(condition), condition.func)(*condition.args, evaluate=False)


def _candidates(expr: Expr, symbol: Symbol, part: Range) -> Iterable[Expr]:
    """Ends and zeros of denominators that a double can hit."""
    found = [*sorted(_zeros(expr, symbol), key=sp.default_sort_key), part.upper, part.lower]
    for point in dict.fromkeys(found):
        if part.contains(point) and (point.is_infinite or words(point, 2)[1] == 0.0):
            yield point


def _zeros(expr: Expr, symbol: Symbol) -> set[Expr]:
    """Numbers at which something vanishes that must not, whatever the other arguments are."""
    found: set[Expr] = {S.Zero}
    for part in dict.fromkeys(_vanishing(expr)):
        if symbol in part.free_symbols and part.is_polynomial(symbol):
            roots = sp.roots(_shared_factor(part, symbol), multiple=False)
            found |= {root for root in roots if root.is_real}
    return found


def _shared_factor(part: Expr, symbol: Symbol) -> sp.Poly:
    """What divides a polynomial for every value of its other symbols: its roots are numbers."""
    others = [other for other in sp.Poly(part).gens if other.free_symbols - {symbol}]
    factors = sp.Poly(part, *others).coeffs() if others else [part]
    return sp.Poly(reduce(sp.gcd, factors), symbol)


def _vanishing(expr: Expr) -> Iterable[Expr]:
    """What must not be zero: bases of negative powers, arguments of logarithms."""
    for node in distinct([expr]):
        if isinstance(node, sp.Pow) and node.exp.is_negative:
            yield from sp.Mul.make_args(sp.factor_terms(node.base))
        elif isinstance(node, sp.log):
            yield node.args[0]
        elif isinstance(node, (sp.atanh, sp.acosh)):
            yield from (1 - node.args[0], 1 + node.args[0])


def _is_undefined(expr: Expr, symbol: Symbol, point: Expr, domain: Ranges) -> bool:
    """Whether the expression has no finite value there, whatever the other arguments are."""
    try:
        return not any(_has_value(expr, {**o, symbol: point}) for o in _probes(symbol, domain))
    except UnsupportedError:
        return False


def _has_value(expr: Expr, at: dict[Symbol, Expr]) -> bool:
    """Balls call sin(oo)/oo zero, where arithmetic that rounds finds nan: both must be finite."""
    return bool(enclose(expr, at, 200).is_finite() and mpmath.isfinite(evaluate(expr, at, 15)))


def _probes(symbol: Symbol, domain: Ranges) -> Iterable[dict[Symbol, Expr]]:
    """Some interior points of the other arguments, of both signs where an argument has both."""
    for shift in range(2 * len(PROBES)):
        yield {
            other: _interior(part, PROBES[(shift + k) % len(PROBES)], shift >> k % 3 & 1)
            for k, (other, part) in enumerate(zip(domain.args, domain.ranges, strict=True))
            if other != symbol
        }


def _interior(part: Range, probe: Expr, below: int) -> Expr:
    if part.lower.is_finite and part.upper.is_finite:
        share = probe / 2
        return sp.nsimplify(sp.N(part.lower + share * (part.upper - part.lower), 30), rational=True)
    if part.lower.is_finite:
        return sp.Rational(words(part.lower, 1)[0]) + probe
    if part.upper.is_finite:
        return sp.Rational(words(part.upper, 1)[0]) - probe
    return -probe if below else probe


def _value(expr: Expr, symbol: Symbol, point: Expr, domain: Ranges, end: float) -> Iterable[Expr]:
    """The limit at a point, if it is found before a time."""
    for near in _one_branch(expr, symbol, point, domain):
        left = min(SECONDS, end - monotonic())
        if left > 0:
            yield from _limit(near, symbol, point, domain, left)


def _one_branch(expr: Expr, symbol: Symbol, point: Expr, domain: Ranges) -> Iterable[Expr]:
    """The expression with the branches that it takes near a point: none where others decide."""
    places = [
        {**others, symbol: _beside(point, step * side)}
        for others in _probes(symbol, domain)
        for side in _sides(point, domain.range_of(symbol))
        for step in STEPS
    ]
    taken: dict[Basic, Basic] = {}
    for relation in {test for part in expr.atoms(sp.Piecewise) for test in _relations(part)}:
        truths = {relation.xreplace(place) for place in places}
        if len(truths) != 1 or not isinstance(truth := truths.pop(), BooleanAtom):
            return
        taken[relation] = truth
    yield expr.xreplace(taken)


def _relations(part: sp.Piecewise) -> set[Basic]:
    return set[Basic]().union(*(test.atoms(Relational) for _, test in part.args))


def _sides(point: Expr, part: Range) -> list[int]:
    """From which sides a point can be approached within a range: 1 from above, -1 from below."""
    return [side for side, inside in ((1, point < part.upper), (-1, part.lower < point)) if inside]


def _limit(
    expr: Expr, symbol: Symbol, point: Expr, domain: Ranges, seconds: float
) -> Iterable[Expr]:
    """The limit from within the domain: none where it is unknown or the sides disagree."""
    stand_ins = {s: _stand_in(s, r) for s, r in zip(domain.args, domain.ranges, strict=True)}
    values = {
        _one_sided(expr.xreplace(stand_ins), stand_ins[symbol], point, side, seconds)
        for side in _sides(point, domain.range_of(symbol))
    }
    if len(values) != 1 or None in values:
        return
    value = values.pop()
    back = {stand_in: s for s, stand_in in stand_ins.items()}
    value = value.xreplace(back)  # type: ignore[union-attr]
    if value.free_symbols <= set(domain.args) - {symbol} and _is_approached(
        expr, symbol, point, value, domain
    ):
        yield value


def _stand_in(symbol: Symbol, part: Range) -> Symbol:
    if part.lower.is_nonnegative:
        return sp.Dummy(symbol.name, positive=True)
    if part.upper.is_nonpositive:
        return sp.Dummy(symbol.name, negative=True)
    return sp.Dummy(symbol.name, real=True)


def _one_sided(expr: Expr, symbol: Symbol, point: Expr, side: int, seconds: float) -> Expr | None:
    try:
        with deadline(seconds):
            value = sp.limit(expr, symbol, point, "+" if side > 0 else "-")
    except Exception:  # SymPy's limits raise whatever they meet; then the point stays without one
        return None
    if value.has(sp.Limit, sp.AccumBounds, sp.nan, sp.zoo) or value.is_extended_real is False:
        return None
    return value


def _is_approached(expr: Expr, symbol: Symbol, point: Expr, value: Expr, domain: Ranges) -> bool:
    """Whether numbers nearer and nearer to the point come nearer and nearer to the limit."""
    return all(
        _comes_near(
            [_distance(expr, value, {**others, symbol: _beside(point, s * side)}) for s in STEPS]
        )
        for others in _probes(symbol, domain)
        for side in _sides(point, domain.range_of(symbol))
    )


def _beside(point: Expr, step: int) -> Expr:
    digits = abs(step)
    if point.is_infinite:
        return sp.Integer(2) ** digits * (1 if point is S.Infinity else -1)
    return point + sp.sign(step) * sp.Integer(2) ** -digits


def _distance(expr: Expr, value: Expr, at: dict[Symbol, Expr]) -> Any:
    """|f - limit|, or 1/|f| with the sign of the limit where that is infinite."""
    near = evaluate(expr, at, 120)
    if value.is_infinite:
        return 1 / near if value is S.Infinity else -1 / near
    return abs(near - evaluate(value, at, 120))


def _comes_near(distances: list[Any]) -> bool:
    try:
        return all(0 <= d < 0.5 for d in distances) and all(
            later <= earlier for earlier, later in pairwise(distances)
        )
    except TypeError:
        return False
