"""Whether two expressions agree at a few exact points.

A quick look, used to choose between candidates (branches of an inverse function, antiderivatives)
before an obligation is stated. It proves nothing: what is chosen is owed and judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Expr, Rational, Symbol

_ROUNDS = 3
_CLOSE = Rational(1, 10**12)


def agree_at_points(left: Expr, right: Expr, fixed: Mapping[Symbol, Expr] | None = None) -> bool:
    """Whether two expressions have the same value at three points that suit their symbols.

    Points where a side has no finite value count as disagreement. Values of some symbols can be
    fixed, for example the time at which an initial value is looked at.

    >>> x = Symbol("x", real=True)
    >>> agree_at_points(abs(x), x)
    False
    >>> agree_at_points((x + 1)**2, x**2 + 2*x + 1)
    True
    """
    symbols = sorted((left.free_symbols | right.free_symbols) - set(fixed or {}), key=str)
    return all(
        _close(left.subs(fixed or {}).subs(point), right.subs(fixed or {}).subs(point))
        for point in _points(symbols)
    )


def _points(symbols: list[Symbol]) -> Iterator[dict[Symbol, Rational]]:
    for turn in range(_ROUNDS):
        yield {s: _value(s, 3 * turn + place) for place, s in enumerate(symbols)}


def _value(symbol: Symbol, number: int) -> Rational:
    """A moderate value that the assumptions of the symbol allow."""
    if symbol.is_integer:
        return Rational(2 + number % 5)
    size = Rational(3 + 4 * number, 11 + 5 * number)
    if symbol.is_positive or symbol.is_nonnegative:
        return size
    if symbol.is_negative:
        return -size
    return size if number % 2 == 0 else -size


def _close(left: Expr, right: Expr) -> bool:
    gap, scale = (left - right).evalf(25), 1 + abs(right.evalf(25))
    if not (gap.is_number and gap.is_finite and scale.is_finite):
        return False
    return bool(abs(gap) <= _CLOSE * scale)
