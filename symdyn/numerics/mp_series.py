"""Sums and products by mpmath: finite ones added up, infinite ones extrapolated (nsum, nprod)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Basic, Expr, Symbol

from symdyn.numerics.mp_steps import Number, run
from symdyn.numerics.tape import NotEvaluable, bound_last

MOST_TERMS = 100_000


def sum_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of a sum as a step of an expression."""
    return _action(node, "fsum", "nsum")


def product_action(node: Basic) -> Callable[..., Any]:
    """Arithmetic of a product as a step of an expression."""
    return _action(node, "fprod", "nprod")


def _action(node: Basic, finite: str, infinite: str) -> Callable[..., Any]:
    symbols = bound_last(node)
    term, *limits = node.args
    index, lower, upper = limits[-1].args
    if len(limits) > 1:
        term = node.func(term, *limits[:-1])

    def value(mp: Any, *values: Number) -> Number:
        point = dict(zip(symbols, values, strict=True))
        first, last = (_end(node, end, point, mp) for end in (lower, upper))

        def at(k: Number) -> Number:
            return run(term, {**point, index: mp.convert(k)}, mp)

        if mp.isinf(first) or mp.isinf(last):
            return getattr(mp, infinite)(at, [first, last])
        return getattr(mp, finite)(at(k) for k in _range(node, int(first), int(last)))

    return value


def _end(node: Basic, end: Expr, point: dict[Symbol, Number], mp: Any) -> Number:
    value = run(end, point, mp)
    if not mp.isint(value) and not mp.isinf(value):
        raise NotEvaluable(node, f"the end {end} is not an integer")
    return value


def _range(node: Basic, first: int, last: int) -> range:
    if last < first - 1 or last - first > MOST_TERMS:
        raise NotEvaluable(node, f"it has {last - first + 1} terms")
    return range(first, last + 1)
