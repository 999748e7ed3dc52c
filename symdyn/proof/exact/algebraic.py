"""Zero test of algebraic numbers by a root bound.

An algebraic number a = U/L, with algebraic integers U and L whose conjugates are at most u and l in
absolute value, and U of degree at most D, is either zero or

    |a| >= 1 / (u^(D - 1) * l)

since the norm of U is a nonzero integer. Bounds of this kind for sums, products and roots:
Burnikel, Funke, Mehlhorn, Schirra and Schmitt, "A separation bound for real algebraic
expressions", Algorithmica 55 (2009) 14-28. Here D is the product of the degrees of all roots that
occur. A ball around the value that is smaller than the bound and contains 0 proves a = 0.

Nothing is said where the precision needed is beyond a limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import lcm, log2, prod

from flint import acb, arb, ctx, fmpq

_MAX_BITS = 100_000
_MAX_DEGREE = 4_000


@dataclass(frozen=True, eq=False)
class AlgebraicNumber:
    """A number with its degree over the numbers it is made of, and its bounds.

    `upper` and `lower` are base-2 logarithms of u and l; `below` are the numbers it is made of. For
    a cosine of a multiple of pi/n, `turn` is n: all cosines together lie in one field, whose degree
    is at most the least common multiple of their n.
    """

    degree: int
    upper: float
    lower: float
    value: Callable[[], acb]
    below: tuple[AlgebraicNumber, ...] = ()
    turn: int = 1

    @property
    def parts(self) -> frozenset[AlgebraicNumber]:
        """This number and all that it is made of."""
        return frozenset({self}).union(*(number.parts for number in self.below))

    @staticmethod
    def imaginary_unit() -> AlgebraicNumber:
        """The square root of -1."""
        return AlgebraicNumber(2, 0.0, 0.0, lambda: acb(0, 1))

    @staticmethod
    def cosine(turns: Fraction) -> AlgebraicNumber:
        """cos(pi * turns): half an algebraic integer with conjugates at most 2."""
        angle = fmpq(turns.numerator, turns.denominator)
        value = partial(_cosine, angle)
        return AlgebraicNumber(1, 1.0, 1.0, value, turn=turns.denominator)

    @staticmethod
    def root(radicand: Terms, below: Terms, degree: int, *, is_positive: bool) -> AlgebraicNumber:
        """The principal root of a quotient of two sums; only its sign may be told from outside."""
        (a, b), (c, d) = _bounds(radicand), _bounds(below)
        u, l = a + d, b + c
        if u >= l:
            u, l = (u + (degree - 1) * l) / degree, l
        else:
            u, l = u, ((degree - 1) * u + l) / degree
        numbers = tuple({number for _, powers in (*radicand, *below) for number, _ in powers})

        def value() -> acb:
            base = _value(radicand) / _value(below)
            return acb(base.real.root(degree)) if is_positive else (base.log() / degree).exp()

        return AlgebraicNumber(degree, _up(u), _up(l), value, numbers)


Terms = tuple[tuple[Fraction, tuple[tuple[AlgebraicNumber, int], ...]], ...]


def is_zero_sum(terms: Terms) -> bool:
    """Whether a sum of rational multiples of products of algebraic numbers is proved to be zero.

    >>> i = AlgebraicNumber.imaginary_unit()
    >>> is_zero_sum(((Fraction(1), ((i, 2),)), (Fraction(1), ())))
    True
    >>> is_zero_sum(((Fraction(1), ((i, 1),)), (Fraction(1), ())))
    False
    """
    if not any(powers for _, powers in terms):
        return sum(coefficient for coefficient, _ in terms) == 0
    parts = frozenset().union(*(n.parts for _, powers in terms for n, _ in powers))
    degree = prod(number.degree for number in parts) * lcm(*(number.turn for number in parts))
    if degree > _MAX_DEGREE or _excludes_zero(terms, 128):
        return False
    u, l = _bounds(terms)
    bits = _up((degree - 1) * u + l) + 8
    if bits > _MAX_BITS:
        return False
    precision = int(bits + u) + 64
    with ctx.workprec(precision):
        ball = _value(terms)
        return bool(ball.contains(0) and abs(ball).abs_upper() < arb(2) ** -int(bits))


def _cosine(turns: fmpq) -> acb:
    return acb(arb.cos_pi_fmpq(turns))


def _excludes_zero(terms: Terms, precision: int) -> bool:
    with ctx.workprec(precision):
        return not _value(terms).contains(0)


def _value(terms: Terms) -> acb:
    """A ball around a sum."""
    total = acb(0)
    for coefficient, powers in terms:
        term = acb(fmpq(coefficient.numerator, coefficient.denominator))
        for number, exponent in powers:
            term *= number.value() ** exponent
        total += term
    return total


def _bounds(terms: Terms) -> tuple[float, float]:
    """Base-2 logarithms of the bounds u and l of a sum."""
    pairs = [_monomial_bounds(coefficient, powers) for coefficient, powers in terms]
    lower = sum(l for _, l in pairs)
    largest = max((u + lower - l for u, l in pairs), default=0.0)
    return _up(max(largest, 0.0) + log2(max(len(pairs), 1))), _up(lower)


def _monomial_bounds(
    coefficient: Fraction, powers: tuple[tuple[AlgebraicNumber, int], ...]
) -> tuple[float, float]:
    u = log2(abs(coefficient.numerator)) + sum(n.upper * e for n, e in powers)
    l = log2(coefficient.denominator) + sum(n.lower * e for n, e in powers)
    return u, l


def _up(logarithm: float) -> float:
    """A little more than a logarithm, so that rounding never lowers a bound."""
    return logarithm + 1e-6 * (1 + abs(logarithm))
