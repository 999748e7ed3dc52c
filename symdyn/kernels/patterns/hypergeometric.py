"""Hypergeometric functions 2F1(1, b; b + 1; z) as two series, for rational b > 0 and 0 <= z < 1.

    2F1 = sum over k of b/(b + k) z^k                                                  z <= 1/2
    2F1 = b z^-b (log(z/(1 - z)) - psi(b) - gamma + R(log z))                          z >= 1/2

z^b 2F1/b is the integral of w^(b - 1)/(1 - w) from 0 to z. With w = e^y its integrand is
1/(1 - e^y), which gives the logarithm, and (e^(b y) - 1)/(1 - e^y), which is regular at y = 0:

    R(x) = - sum over k > 0 of (B_k(b) - B_k)/k! x^k/k,        Bernoulli polynomials, |x| < 2 pi

Both sums end where the rest is below 2^-110 of the value. Everything is computed in pairs, and
1 - z from the argument itself, so that z = u/s has no trouble near u = s.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import (
    Dummy,
    EulerGamma,
    Expr,
    Rational,
    S,
    Symbol,
    bernoulli,
    digamma,
    exp,
    factor,
    factorial,
    hyper,
    log,
    together,
)
from sympy.codegen.cfunctions import expm1, log1p

from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import F64, PAIR
from symdyn.kernels.patterns.cores import widened
from symdyn.kernels.program import build

LOW_TERMS, HIGH_TERMS = 110, 44  # (1/2)^110; (log(2)/(2 pi))^44 is 2^-140
HALF = Rational(1, 2)
LOG_TWO = Rational(7, 10)  # and a little more
TINY = Rational(1, 2**60)


def hypergeometric_program(results: Sequence[Expr], args: Sequence[Symbol]) -> Program | None:
    """The program of expressions in which all hypergeometric functions are of this kind, else None.

    >>> z = Symbol("z", positive=True)
    >>> hypergeometric_program([hyper((1, HALF), (1 + HALF,), z)], [z]).count("select")
    1
    """
    calls = sorted(set[Expr]().union(*(expr.atoms(hyper) for expr in results)), key=str)
    if not calls or not all(map(_is_known, calls)):
        return None
    graph = Graph(tuple(args))
    names = {call: Dummy("value", positive=True) for call in calls}
    places = [*range(len(args)), *(_enter(graph, call) for call in calls)]
    flat = [_in_exponentials(expr.xreplace(names)) for expr in results]
    outer = widened(build(flat, [*args, *names.values()]))
    return graph.program(graph.include(outer, places)).pruned()


def _is_known(call: Expr) -> bool:
    if len(call.ap) != 2 or len(call.bq) != 1 or S.One not in call.ap:
        return False
    b = call.bq[0] - 1
    return b in call.ap and b.is_Rational and b.is_positive


def _in_exponentials(expr: Expr) -> Expr:
    """Powers with broken exponents by logarithms, which have pair arithmetic.

    (1 + x)^p - 1 becomes expm1(p log1p(x)): of the power alone too little is left for small x.
    """
    return expr.replace(_is_gain, _gain).replace(
        _is_broken, lambda part: exp(part.exp * log(part.base))
    )


def _is_broken(part: Expr) -> bool:
    return bool(part.is_Pow and part.exp.is_Rational and not part.exp.is_Integer)


def _is_gain(part: Expr) -> bool:
    if not part.is_Add or len(part.args) != 2 or S.NegativeOne not in part.args:
        return False
    power = part + 1
    return _is_broken(power) and power.base.is_Add and S.One in power.base.args


def _gain(part: Expr) -> Expr:
    power = part + 1
    return expm1(power.exp * log1p(power.base - 1))


def _enter(graph: Graph, call: Expr) -> int:
    """The node of one function."""
    b, z = call.bq[0] - 1, call.argument
    low = _horner(graph, [b / (b + k) for k in range(LOW_TERMS)], _node(graph, z), HALF)
    x, y = Dummy("x"), Dummy("y")
    logarithm = _node(graph, log(z))
    series = [S.Zero, *(_coefficient(b, k) for k in range(1, HIGH_TERMS))]
    regular = _horner(graph, series, logarithm, LOG_TWO)
    constant = -digamma(b) - EulerGamma
    value = b * exp(-b * x) * (x - log(factor(together(1 - z))) + constant + y)
    inputs = [*range(len(graph.inputs)), logarithm, regular]
    (high,) = graph.include(widened(build(value, [*graph.inputs, x, y])), inputs)
    is_low = graph.add("le", _node(graph, z), graph.constant(HALF))
    return graph.add("select", is_low, low, high, type=PAIR)


def _coefficient(b: Expr, k: int) -> Expr:
    return -(bernoulli(k, b) - bernoulli(k, S.Zero)) / factorial(k) / k


def _node(graph: Graph, expr: Expr) -> int:
    (place,) = graph.include(widened(build(expr, graph.inputs)), range(len(graph.inputs)))
    return place


def _horner(graph: Graph, coefficients: Sequence[Expr], z: int, largest: Rational) -> int:
    """The sum of powers of z, |z| <= largest; in doubles where terms are below 2^-60."""
    *others, last = (graph.constant(c) for c in coefficients)
    for k, coefficient in reversed(list(enumerate(others))):
        after, here = (
            F64 if abs(coefficients[j]) * largest**j < TINY else PAIR for j in (k + 1, k)
        )
        product = graph.add("mul", last, z, type=after)
        last = graph.add("add", product, coefficient, type=here if k else PAIR)
    return last
