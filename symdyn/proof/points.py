"""The sample points of a statement's domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sympy import Expr, Integer, Interval, Rational, S, Symbol
from sympy.logic.boolalg import Boolean

from symdyn.errors import DomainError
from symdyn.numerics.sampling import Range, sample
from symdyn.proof.domain import Domain, is_real


def domain_of(sides: Iterable[Any], where: Sequence[Boolean]) -> Domain:
    """The domain over the symbols of some expressions."""
    symbols: set[Symbol] = set()
    for side in sides:
        symbols |= getattr(side, "free_symbols", set())
    return Domain.of(symbols, where)


def sample_points(
    domain: Domain, *, points: int, seed: int = 0, moderate: bool = False
) -> Iterable[dict[Symbol, Expr]]:
    """Exact points of a domain, awkward ones first; `moderate` leaves out tiny and huge ones.

    Raises DomainError where no sample reaches the domain.
    """
    ranges = {
        symbol: Range(
            domain.interval(symbol) if is_real(symbol) else Interval(-S.Infinity, S.Infinity),
            is_integer=bool(symbol.is_integer),
            is_complex=not is_real(symbol),
            is_moderate=moderate,
        )
        for symbol in domain.symbols
    }
    found = list(sample(ranges, domain.holds_at, points=points, seed=seed))
    if not found:
        conditions = ", ".join(map(str, domain.conditions)) or "the assumptions on the symbols"
        raise DomainError(
            f"no sample satisfies {conditions}; do the conditions contradict each other?"
        )
    return found


def number_text(value: Expr) -> str:
    """An exact number as it is best read and typed again: decimals where they are short.

    >>> from sympy import Rational
    >>> number_text(Rational(25644, 10000)), number_text(Rational(1, 3)), number_text(S(10)**10)
    ('2.5644', '1/3', '10000000000')
    """
    if isinstance(value, Rational) and not isinstance(value, Integer):
        decimal = Decimal(value.p) / Decimal(value.q)
        text = f"{decimal:f}" if abs(decimal) >= Decimal("1e-4") else f"{decimal:e}"
        if Rational(text) == value and len(text) < 18:
            return text
    return str(value)


def point_text(point: Mapping[Symbol, Expr]) -> dict[str, str]:
    """A point as text, by the names of the symbols."""
    return {str(symbol): number_text(value) for symbol, value in point.items()}
