"""The sample points of a statement's domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Expr, Interval, S, Symbol
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


def sample_points(domain: Domain, *, points: int, seed: int = 0) -> Iterable[dict[Symbol, Expr]]:
    """Exact points of a domain, awkward ones first.

    Raises DomainError where no sample reaches the domain.
    """
    ranges = {
        symbol: Range(
            domain.interval(symbol) if is_real(symbol) else Interval(-S.Infinity, S.Infinity),
            is_integer=bool(symbol.is_integer),
            is_complex=not is_real(symbol),
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
