"""Where a kernel is meant: a closed interval for each argument, and conditions between arguments.

Finite ends belong to the domain, whatever the assumptions of the symbols say of them: there a
kernel takes the limit. Up to 4 units in the last place beyond a finite end an argument counts as
the end, since a computed correlation may be 1 + 2e-16. Farther out, and where a condition fails,
the value is nan. Ends are exact; in doubles an interval ends at its outermost doubles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import Expr, Interval, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from symdyn.errors import DomainError, InputError
from symdyn.kernels.arithmetic.constants import words
from symdyn.proof.domain import Domain

SLACK = 4  # units in the last place beyond a finite end

Given = Mapping[Any, Any] | Iterable[Any] | None


@dataclass(frozen=True)
class Range:
    """A closed interval with exact ends.

    >>> Range(S.Zero, sp.pi).inside
    (0.0, 3.141592653589793)
    """

    lower: Expr = field(default=S.NegativeInfinity)
    upper: Expr = field(default=S.Infinity)

    @property
    def inside(self) -> tuple[float, float]:
        """The outermost doubles of the interval."""
        low, high = words(self.lower, 2), words(self.upper, 2)
        return (
            math.nextafter(low[0], math.inf) if low[1] > 0 else low[0],
            math.nextafter(high[0], -math.inf) if high[1] < 0 else high[0],
        )

    @property
    def accepted(self) -> tuple[float, float]:
        """The outermost doubles that count as the ends."""
        low, high = self.inside
        return _stepped(low, -math.inf), _stepped(high, math.inf)

    def contains(self, value: Expr) -> bool:
        """Whether an exact number lies in the interval."""
        return bool(self.lower <= value) and bool(value <= self.upper)


def _stepped(end: float, towards: float) -> float:
    if math.isinf(end):
        return end
    for _ in range(SLACK):
        end = math.nextafter(end, towards)
    return end


@dataclass(frozen=True)
class Ranges:
    """The domain of a kernel: a range for each argument, and conditions between them.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> str(Ranges.of((x, y), {y: (-1, 1)}, [x < y]))
    '0 <= x < oo, 0 <= y <= 1, x < y'
    """

    args: tuple[Symbol, ...]
    ranges: tuple[Range, ...]
    conditions: tuple[Boolean, ...] = ()

    @staticmethod
    def of(args: Sequence[Symbol], domain: Given = None, given: Iterable[Any] = ()) -> Ranges:
        """From assumptions, `{x: (0, oo)}` or relations, and the conditions of a derivation.

        Raises DomainError where nothing is left, InputError for what is no domain.
        """
        own = _relations(args, domain)
        stray = set[Any]().union(*(c.free_symbols for c in own)) - set(args)
        if stray:
            raise InputError(f"domain of {sorted(map(str, stray))}, which are no arguments")
        reals = {symbol: _real(symbol) for symbol in args}
        stated = Domain.of(reals.values(), [sp.sympify(c).xreplace(reals) for c in (*own, *given)])
        ranges = tuple(_range(stated, reals[symbol]) for symbol in args)
        back = {real: symbol for symbol, real in reals.items()}
        between = tuple(c.xreplace(back) for c in stated.conditions if not _is_interval(c))
        between = tuple(c for c in between if c.free_symbols <= set(args))
        return Ranges(tuple(args), ranges, between)

    def range_of(self, symbol: Symbol) -> Range:
        """The range of one argument."""
        return self.ranges[self.args.index(symbol)]

    def renamed(self, names: Mapping[Symbol, Symbol]) -> Ranges:
        """The same domain of other symbols."""
        args = tuple(names[symbol] for symbol in self.args)
        return Ranges(args, self.ranges, tuple(c.xreplace(names) for c in self.conditions))

    def as_domain(self) -> Domain:
        """The same domain by conditions, for symbols that are real."""
        bounds = [
            bound
            for symbol, part in zip(self.args, self.ranges, strict=True)
            for bound in _between(symbol, (part.lower, part.upper))
        ]
        return Domain.of(self.args, [*bounds, *self.conditions])

    def __str__(self) -> str:
        shown = [_shown(symbol, part) for symbol, part in zip(self.args, self.ranges, strict=True)]
        return ", ".join([text for text in shown if text] + [str(c) for c in self.conditions])


def _shown(symbol: Symbol, part: Range) -> str:
    below = f"{part.lower} <= " if part.lower.is_finite else "-oo < "
    above = f" <= {part.upper}" if part.upper.is_finite else " < oo"
    return f"{below}{symbol}{above}"


def _relations(args: Sequence[Symbol], domain: Given) -> list[Any]:
    if domain is None:
        return []
    if not isinstance(domain, Mapping):
        parts = [domain] if isinstance(domain, Boolean) else list(domain)
        if not all(isinstance(part, Boolean) for part in parts):
            raise InputError(f"domain={domain!r}: write {{x: (0, oo)}} or relations such as x > 0")
        return parts
    named = {str(symbol): symbol for symbol in args}
    found: list[Any] = []
    for key, value in domain.items():
        symbol = key if key in args else named.get(str(key))
        if symbol is None:
            raise InputError(f"domain of {key}: the arguments are {', '.join(named)}")
        found += _between(symbol, value)
    return found


def _between(symbol: Symbol, value: Any) -> list[Any]:
    if isinstance(value, Interval):
        value = (value.start, value.end)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise InputError(f"domain of {symbol}: {value!r} is no pair (lower, upper)")
    lower, upper = (sp.sympify(end) for end in value)
    if not (lower.is_extended_real and upper.is_extended_real) or not lower < upper:
        raise DomainError(f"domain of {symbol}: {lower} < {upper} does not hold")
    real = [sp.Ge(symbol, lower, evaluate=False)] if lower.is_finite else []
    return real + ([sp.Le(symbol, upper, evaluate=False)] if upper.is_finite else [])


def _real(symbol: Symbol) -> Symbol:
    """The same symbol, real: kernels take real numbers only."""
    if symbol.is_extended_real is False:
        raise InputError(f"{symbol} is not real; kernels take real arguments")
    return symbol if symbol.is_extended_real else sp.Dummy(symbol.name, real=True)


def _range(domain: Domain, symbol: Symbol) -> Range:
    if symbol not in domain.symbols:
        return Range()
    interval = domain.interval(symbol)
    return Range(interval.start, interval.end)


def _is_interval(condition: Boolean) -> bool:
    """Whether a condition is in a range already: affine in one symbol."""
    if not isinstance(condition, Relational) or isinstance(condition, (sp.Eq, sp.Ne)):
        return False
    symbols = list(condition.free_symbols)
    side = sp.expand(condition.lhs - condition.rhs)
    return len(symbols) == 1 and side.is_polynomial(*symbols) and sp.degree(side, symbols[0]) == 1


def exact(value: float) -> Expr:
    """The exact SymPy number of a double."""
    if math.isinf(value):
        return S.Infinity if value > 0 else S.NegativeInfinity
    fraction = Fraction(value)
    return sp.Rational(fraction.numerator, fraction.denominator)
