"""What functions do far out: enclosures by powers and exponentials, valid on a whole half-line.

For all u >= B (B >= 1) a function is enclosed by a sum of terms

    [C] * u^p * exp(sum_q [e_q] * u^q)         q > 0

where [C] is a complex ball and [e_q] are real balls. Sums and products are exact term by term, so
that equal terms cancel; quotients and roots factor out the term that dominates the others on the
half-line and enclose what is left by a ball. Two estimates follow. With t the largest q, and

    -d = t*e_t + sum over positive q*e_q of q*e_q*B^(q-t) + max(p, 0)*B^(-t)  < 0,

the logarithmic derivative of u^p exp(...) is at most -d*u^(t-1) for u >= B. So it decreases, and

    integral from B of u^p exp(...) du  <=  B^(p+1-t) exp(...at B) / d   (p+1-t for p in d)
    integral from B of u^p du            =  B^(p+1) / (-p-1)                for p < -1.

This module holds the arithmetic; which function has which enclosure is told in `majorants`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, fmpq

from symdyn.errors import UnsupportedError
from symdyn.numerics.piecewise import Ball
from symdyn.numerics.powers import power

Growth = tuple[tuple[Fraction, arb], ...]
INFINITE = arb.pos_inf()
MOST_TERMS = 200


class NoTail(UnsupportedError):
    """No enclosure on a half-line is known (or none this close in)."""


@dataclass(frozen=True)
class Term:
    """[C] * u^p * exp(sum of [e_q] * u^q)."""

    coefficient: Ball
    power: Fraction
    growth: Growth = ()


Tail = tuple[Term, ...]


def as_ball(x: Fraction) -> arb:
    """Ball of a rational number."""
    return arb(fmpq(x.numerator, x.denominator))


def unit_interval(upper: arb) -> arb:
    """The ball [0, upper]."""
    return arb(0, upper.abs_upper()).nonnegative_part()


def constant(value: Ball) -> Tail:
    """A function that does not change."""
    return () if value.is_zero() else (Term(value, Fraction(0)),)


def monomial(exponent: Fraction) -> Tail:
    """u^p."""
    return (Term(arb(1), exponent),)


def add(*tails: Tail) -> Tail:
    """Sum; terms of the same kind are united, and vanish if they cancel exactly."""
    united: dict[tuple[Fraction, str], Term] = {}
    for term in (term for tail in tails for term in tail):
        key = (term.power, _growth_key(term))
        old = united.get(key)
        united[key] = Term(old.coefficient + term.coefficient, *_kind(term)) if old else term
    kept = tuple(term for term in united.values() if not term.coefficient.is_zero())
    if len(kept) > MOST_TERMS:
        raise NoTail(f"an enclosure on a half-line needs more than {MOST_TERMS} terms")
    return kept


def _kind(term: Term) -> tuple[Fraction, Growth]:
    return term.power, term.growth


def _growth_key(term: Term) -> str:
    """Equal only for growths that are exactly equal: a ball may stand for a changing value."""
    if not all(e.is_exact() for _, e in term.growth):
        return str(id(term))
    return ";".join(f"{q}:{e.repr()}" for q, e in term.growth)


def multiply(left: Tail, right: Tail) -> Tail:
    """Product, term by term."""
    return add(*((_times(a, b),) for a in left for b in right))


def _times(a: Term, b: Term) -> Term:
    growth = add_growth(a.growth, b.growth)
    return Term(_product(a.coefficient, b.coefficient), a.power + b.power, growth)


def _product(a: Ball, b: Ball) -> Ball:
    """Product of balls; 1 and -1 lose nothing, so that a ball ending at 0 keeps its end."""
    for one, other in ((a, b), (b, a)):
        if one == 1:
            return other
        if one == -1:
            return -other
    return a * b


def add_growth(*growths: Growth) -> Growth:
    """Growth of a product."""
    total: dict[Fraction, arb] = {}
    for q, e in (pair for growth in growths for pair in growth):
        total[q] = total[q] + e if q in total else e
    return tuple(sorted((q, e) for q, e in total.items() if not e.is_zero()))


def scale_growth(growth: Growth, factor: arb) -> Growth:
    """Growth of a power."""
    return tuple((q, e * factor) for q, e in growth)


def scale(tail: Tail, factor: Ball) -> Tail:
    """Multiple of a function."""
    return multiply(constant(factor), tail)


def decay(exponent: Fraction, growth: Growth, start: arb) -> arb:
    """The number d of the module's docstring; not finite without a decaying exponential."""
    if not growth:
        return arb.nan()
    top, rate = growth[-1]
    slope = as_ball(top) * rate
    for q, e in growth[:-1]:
        slope += as_ball(q) * e.max(arb(0)) * start ** as_ball(q - top)
    return -(slope + max(as_ball(exponent), arb(0)) * start ** as_ball(-top))


def value_at(exponent: Fraction, growth: Growth, start: arb) -> arb:
    """u^p exp(...) at u = B."""
    total = sum((e * start ** as_ball(q) for q, e in growth), arb(0))
    return start ** as_ball(exponent) * total.exp()


def supremum(exponent: Fraction, growth: Growth, start: arb) -> arb:
    """Upper bound of u^p exp(...) over u >= B; infinite if it is not seen to decrease."""
    if not growth:
        return start ** as_ball(exponent) if exponent <= 0 else INFINITE
    falls = decay(exponent, growth, start) >= 0
    return value_at(exponent, growth, start).abs_upper() if falls else INFINITE


def integral_bound(tail: Tail, start: arb) -> arb:
    """Upper bound of the integral of |f| from B to infinity; infinite if none is seen."""
    return sum((_term_integral(term, start) for term in tail), arb(0))


def _term_integral(term: Term, start: arb) -> arb:
    size = term.coefficient.abs_upper()
    if not term.growth:
        if term.power >= -1:
            return INFINITE
        return size * start ** as_ball(term.power + 1) / as_ball(-term.power - 1)
    shifted = term.power + 1 - term.growth[-1][0]
    rate = decay(shifted, term.growth, start)
    return size * value_at(shifted, term.growth, start) / rate if rate > 0 else INFINITE


def span(tail: Tail, start: arb) -> Ball:
    """Ball that contains all values on the half-line; not finite if none is seen."""
    total: Ball = arb(0)
    for term in tail:
        if term.power == 0 and not term.growth:
            total = total + term.coefficient
        else:
            total = total + term.coefficient * unit_interval(supremum(*_kind(term), start))
    return total


def is_real(tail: Tail) -> bool:
    """Whether all values are certainly real."""
    return all(isinstance(term.coefficient, arb) for term in tail)


def dominant(tail: Tail, start: arb) -> Term:
    """One term that encloses the whole sum, away from zero."""
    if len(tail) == 1:
        return tail[0]
    for term in _largest_first(tail):
        factor = _relative_to(term, tail, start)
        if factor.is_finite() and not factor.contains(0):
            return Term(factor * term.coefficient, term.power, term.growth)
    raise NoTail("no term is seen to dominate the sum this far out")


def _largest_first(tail: Tail) -> Iterable[Term]:
    def size(term: Term) -> tuple[list[tuple[Fraction, float]], Fraction]:
        up = [(q, float(e.mid())) for q, e in reversed(term.growth)]
        return [(q if e > 0 else -q, e) for q, e in up[:1]] or [(Fraction(0), 0.0)], term.power

    return sorted(tail, key=size, reverse=True)


def _relative_to(lead: Term, tail: Tail, start: arb) -> Ball:
    """Ball of the sum divided by one of its terms."""
    if lead.coefficient.contains(0):
        return arb.nan()
    total: Ball = arb(1)
    opposite = scale_growth(lead.growth, arb(-1))
    for term in (term for term in tail if term is not lead):
        growth = add_growth(term.growth, opposite)
        size = supremum(term.power - lead.power, growth, start)
        total = total + term.coefficient / lead.coefficient * unit_interval(size)
    return total


def raise_to(tail: Tail, exponent: Fraction, start: arb) -> Tail:
    """Rational power on the principal branch."""
    if not tail:
        if exponent > 0:
            return ()
        raise NoTail("a power of zero with an exponent that is not positive")
    whole = exponent.denominator == 1
    if whole and 0 <= exponent <= (64 if len(tail) == 1 else 12):
        result = constant(arb(1))
        for _ in range(int(exponent)):
            result = multiply(result, tail)
        return result
    lead = dominant(tail, start)
    if not whole and touches_slit(lead.coefficient):
        raise NoTail("a root whose argument is not seen to keep away from the branch cut")
    coefficient = power(lead.coefficient, as_ball(exponent))
    growth = scale_growth(lead.growth, as_ball(exponent))
    return (Term(coefficient, lead.power * exponent, growth),)


def touches_slit(value: Ball) -> bool:
    """Whether a ball touches (-oo, 0]; exact negative real numbers are on one side of it."""
    if isinstance(value, arb):
        return value.contains(0)
    return not (bool(value.real > 0) or not value.imag.contains(0))


def inside_disc(radius: arb) -> acb:
    """Ball of all complex numbers up to some size."""
    size = radius.abs_upper()
    return acb(arb(0, size), arb(0, size))
