"""Incomplete beta functions as power series, for parameters that are numbers.

    I_x(a, b) = x^a (1 - x)^b/(a B(a, b)) sum over n of (a + b)_n/(a + 1)_n x^n      x <= 1/2
    I_x(a, b) = 1 - I_{1-x}(b, a)                                                     x >= 1/2

All terms are positive. The sum ends where what is left is below 2^-110 of its first term: from
there on the ratio of two terms is below some q < 1, so the rest is below the next term/(1 - q).
Powers before a series cancel against what surrounds it before anything is computed, so
I_x(a, b)/x^a has no trouble at x = 0. Everything is computed in pairs, since 1 - I_x may be small.

For an integer b there is a finite sum for all x, x^a times the sum over j < b of
(a)_j/j! (1 - x)^j. Parameters that are no rational numbers, or need more than 400 terms, are not
treated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sympy import (
    Dummy,
    Expr,
    Rational,
    S,
    Symbol,
    beta,
    betainc_regularized,
    expand_mul,
    factor,
    factorial,
    gamma,
    gammasimp,
    rf,
)

from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import F64, PAIR
from symdyn.kernels.patterns.cores import widened
from symdyn.kernels.program import build

HALF = Rational(1, 2)
REST = Fraction(1, 2**110)
TINY = Rational(1, 2**56)
MOST_TERMS = 400


def beta_program(expr: Expr, args: Sequence[Symbol]) -> Program | None:
    """The program of an expression with incomplete beta functions of one argument, else None.

    >>> x = Symbol("x", positive=True)
    >>> beta_program(betainc_regularized(2, HALF, 0, x), [x]).count("select")
    1
    """
    calls = sorted(expr.atoms(betainc_regularized), key=str)
    arguments = {call.args[3] for call in calls}
    if len(arguments) != 1 or not all(_is_series(call) for call in calls):
        return None
    (x,) = arguments
    y = factor(1 - x)
    graph = Graph(tuple(args))
    if all(call.args[1].is_Integer for call in calls):
        sums = {call: _finite(call.args[0], call.args[1], x, y) for call in calls}
        value = _value(graph, expr, {call: part.value for call, part in sums.items()}, sums)
        return graph.program([value]).pruned()
    low = {call: _infinite(call.args[0], call.args[1], x, y) for call in calls}
    high = {call: _infinite(call.args[1], call.args[0], y, x) for call in calls}
    below = _value(graph, expr, {call: part.value for call, part in low.items()}, low)
    above = _value(graph, expr, {call: 1 - part.value for call, part in high.items()}, high)
    (place,) = graph.include(build(x, args), range(len(args)))
    first = graph.add("le", place, graph.constant(HALF))
    return graph.program([graph.add("select", first, below, above, type=PAIR)]).pruned()


@dataclass(frozen=True)
class _Sum:
    """A factor, and a symbol for the sum of powers of z that it multiplies."""

    factor: Expr
    symbol: Symbol
    z: Expr
    coefficients: tuple[Expr, ...]
    largest: Expr  # of z where the sum is used

    @property
    def value(self) -> Expr:
        return self.factor * self.symbol

    def enter(self, graph: Graph) -> int:
        """The node of the sum, by Horner's rule; in doubles where terms are below 2^-53."""
        (z,) = graph.include(widened(build(self.z, graph.inputs)), range(len(graph.inputs)))
        *others, last = (graph.constant(c) for c in self.coefficients)
        for n, coefficient in reversed(list(enumerate(others))):
            product = graph.add("mul", last, z, type=self._type(n + 1))
            last = graph.add("add", product, coefficient, type=self._type(n))
        return last

    def _type(self, n: int) -> str:
        return F64 if self.coefficients[n] * self.largest**n < TINY else PAIR


def _finite(a: Expr, b: Expr, x: Expr, y: Expr) -> _Sum:
    terms = tuple(rf(a, j) / factorial(j) for j in range(int(b)))
    return _Sum(x**a, Dummy("sum", positive=True), y, terms, S.One)


def _infinite(a: Expr, b: Expr, x: Expr, y: Expr) -> _Sum:
    front = gammasimp((1 / (a * beta(a, b))).rewrite(gamma)) * x**a * y**b
    return _Sum(front, Dummy("sum", positive=True), x, tuple(_coefficients(a, b)), HALF)


def _value(graph: Graph, expr: Expr, values: Mapping[Expr, Expr], sums: Mapping[Expr, _Sum]) -> int:
    """The node of an expression in which calls have these values."""
    flat = expand_mul(expr.xreplace(dict(values)))
    arguments = [*graph.inputs, *(part.symbol for part in sums.values())]
    places = [*range(len(graph.inputs)), *(part.enter(graph) for part in sums.values())]
    return graph.include(widened(build(flat, arguments)), places)[0]


def _is_series(call: Expr) -> bool:
    a, b, start, _ = call.args
    numbers = all(p.is_Rational and p.is_positive for p in (a, b))
    return (
        numbers
        and start == 0
        and max(map(len, (_coefficients(a, b), _coefficients(b, a)))) < MOST_TERMS
    )


def _coefficients(a: Expr, b: Expr) -> list[Expr]:
    """Of the sum, up to where the rest is below 2^-110 at x = 1/2, or to the most terms."""
    p, q = (Fraction(int(s.p), int(s.q)) for s in (a + b, a + 1))
    found, size, exact = list[Expr](), Fraction(1), Fraction(1)
    for n in range(MOST_TERMS):
        found.append(Rational(exact))
        step = (p + n) / (q + n)
        later = max(step, Fraction(1)) / 2  # bounds the ratio of all later terms
        exact, size = exact * step, size * step / 2
        if later < 1 and size / (1 - later) < REST:
            break
    return found
