"""Rigorous sums and products on balls.

A finite sum is added up. An infinite one is added up to an N beyond which a majorant that falls
(`majorants`) bounds the rest:

    sum over k > N of |f(k)|  <=  integral from N of the majorant

Series that converge like a power of k need too many terms: they raise NotEnclosable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import sympy as sp
from flint import acb, arb, ctx
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import NotEnclosable, add, multiply, run
from symdyn.numerics.majorants import expand
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.regions import integer_value
from symdyn.numerics.tails import NoTail, integral_bound, supremum
from symdyn.numerics.tape import bound_last

MOST_TERMS = 20_000
CUTS = tuple(2**k for k in range(3, 15))
TAIL_BITS = 64


def sum_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of a sum as a step of an expression."""
    return _action(node, add, arb(0))


def product_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of a product as a step of an expression."""
    return _action(node, multiply, arb(1))


def _action(node: Basic, combine: Callable[..., Ball], empty: Ball) -> Callable[..., Any]:
    symbols = bound_last(node)

    def value(*values: Ball) -> Ball:
        point = dict(zip(symbols, values, strict=True))
        return _combined(node, point, combine, empty)

    return value


def _combined(
    node: Basic, point: dict[Symbol, Ball], combine: Callable[..., Ball], empty: Ball
) -> Ball:
    term, *limits = node.args
    index, lower, upper = limits[-1].args
    if len(limits) > 1:
        term = node.func(term, *limits[:-1])
    first = _integer(node, lower, point)
    if upper == sp.oo and isinstance(node, sp.Sum):
        return _infinite(node, term, index, first, point)
    last = _integer(node, upper, point)
    return reduce(combine, _terms(node, term, index, first, last, point), empty)


def _integer(node: Basic, end: Expr, point: Mapping[Symbol, Ball]) -> int:
    value = integer_value(run(end, point)) if end.is_finite is not False else None
    if value is None:
        raise NotEnclosable(node, f"the end {end} is not an integer")
    return value


def _terms(
    node: Basic, term: Expr, index: Symbol, first: int, last: int, point: dict[Symbol, Ball]
) -> list[Ball]:
    if last < first - 1:
        raise NotEnclosable(node, "its upper end lies below its lower end")
    if last - first > MOST_TERMS:
        raise NotEnclosable(node, f"it has more than {MOST_TERMS} terms")
    return [run(term, {**point, index: arb(k)}) for k in range(first, last + 1)]


def _infinite(
    node: Basic, term: Expr, index: Symbol, first: int, point: dict[Symbol, Ball]
) -> Ball:
    wanted = arb(2) ** -(ctx.prec + 10)
    for cut in (c for c in CUTS if c >= first):
        rest = _rest(term, index, cut, point)
        if rest is not None and rest <= wanted:
            total = reduce(add, _terms(node, term, index, first, cut, point), arb(0))
            radius = arb(0, rest.abs_upper())
            return total + (radius if isinstance(total, arb) else acb(radius, radius))
    if not run(term, {**point, index: arb(first)}).is_finite():
        return NOT_FINITE
    raise NotEnclosable(node, "what is left after many terms is not negligible")


def _rest(term: Expr, index: Symbol, cut: int, point: dict[Symbol, Ball]) -> arb | None:
    """Bound of the terms after the cut, if there is a majorant that falls."""
    with ctx.workprec(TAIL_BITS):
        start = arb(cut)
        try:
            tail = expand(term, index, point, start)
        except NoTail:
            return None
        falls = all(supremum(t.power, t.growth, start).is_finite() for t in tail)

        return integral_bound(tail, start) if falls else None
