"""Signs of rational expressions in parts with known ranges, under polynomial conditions.

An expression is split into irreducible factors, polynomials in its parts. The sign of a factor
comes from what a condition says of it, from the number of its real roots, from its coefficients
over the box of the ranges (see coefficients), from its discriminant, or from a condition g > 0 in
which a symbol x is linear, g = k*x + m, by putting x = (d - m)/k with d > 0.

The parts are taken to be independent of each other, which can only lose, not err.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import QQ, Dummy, Expr, Poly, Pow, Rational, S, fraction, together
from sympy.polys.polyerrors import BasePolynomialError

from symdyn.proof.signs.coefficients import box_signs
from symdyn.proof.signs.ranges import Inequality, Range, Signs

_ANY = frozenset({-1, 0, 1})
_NONZERO = frozenset({-1, 1})
_MAX_TERMS = 400
_MAX_DEGREE = 24
_MAX_ELIMINATED = 16  # terms of a polynomial that is rearranged


RangeOf = Callable[[Expr], Range | None]


def polynomial_signs(
    expr: Expr, range_of: RangeOf, conditions: Sequence[Inequality], *, eliminations: int = 2
) -> Signs:
    """Signs that a real expression may have where its parts stay in their ranges.

    >>> from sympy.abc import x, y
    >>> def unit(part): return Range(S.Zero, S.One)
    >>> sorted(polynomial_signs(1 - x*y, unit, ()))
    [0, 1]
    """
    numerator, denominator = fraction(together(expr))
    above, below = _as_poly(numerator), _as_poly(denominator)
    if above is None or below is None:
        return _ANY
    signs = _poly_signs(above, range_of, conditions, eliminations)
    under = _poly_signs(below, range_of, conditions, eliminations) & _NONZERO
    return frozenset(a * b for a in signs for b in under)


def _as_poly(expr: Expr) -> Poly | None:
    if expr.is_Rational:
        return Poly(expr, Dummy(), domain=QQ)
    if any(power.exp.is_Rational and abs(power.exp) > _MAX_DEGREE for power in expr.atoms(Pow)):
        return None
    try:
        poly = Poly(expr, domain=QQ) if expr.free_symbols else Poly(expr, *_parts(expr), domain=QQ)
    except BasePolynomialError:
        return None
    small = len(poly.terms()) <= _MAX_TERMS and poly.total_degree() <= _MAX_DEGREE
    return poly if small else None


def _parts(expr: Expr) -> list[Expr]:
    return [atom for atom in expr.atoms() if not atom.is_Rational] or [Dummy()]


def _poly_signs(
    poly: Poly, range_of: RangeOf, conditions: Sequence[Inequality], depth: int
) -> Signs:
    found = _by_conditions_alone(poly, conditions)
    if len(found) == 1:
        return found
    content, factors = _factors(poly)
    by_factors = frozenset({_sign(content)})
    for factor, multiplicity in factors:
        signs = _factor_signs(factor, range_of, conditions, depth)
        if multiplicity % 2 == 0:
            signs = frozenset(s * s for s in signs)
        by_factors = frozenset(a * b for a in by_factors for b in signs)
    return found & by_factors


def _factors(poly: Poly) -> tuple[Expr, list[tuple[Poly, int]]]:
    """A rational number and irreducible factors with their multiplicities."""
    context = fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(poly.gens))], Ordering.lex)
    terms = {m: fmpq(int(c.p), int(c.q)) for m, c in poly.terms()}
    content, factors = context.from_dict(terms).factor()
    content = fmpq(content)
    return Rational(int(content.p), int(content.q)), [
        (_from_flint(factor, poly.gens), int(multiplicity)) for factor, multiplicity in factors
    ]


def _from_flint(poly: fmpq_mpoly, gens: Sequence[Expr]) -> Poly:
    terms = {
        tuple(int(e) for e in monomial): Rational(int(c.p), int(c.q))
        for monomial, c in poly.to_dict().items()
    }
    return Poly.from_dict(terms, *gens, domain=QQ)


def _factor_signs(
    poly: Poly, range_of: RangeOf, conditions: Sequence[Inequality], depth: int
) -> Signs:
    poly = poly.exclude() if len(poly.gens) > 1 else poly
    ranges = [range_of(part) for part in poly.gens]
    if any(bounds is None for bounds in ranges):
        return _ANY
    known = [bounds for bounds in ranges if bounds is not None]
    found = _by_conditions_alone(poly, conditions)
    for attempt in (_by_root_count, box_signs):
        if len(found) > 1:
            found &= attempt(poly, known)
    if len(found) > 1 and depth and len(poly.terms()) <= _MAX_ELIMINATED:
        found &= _by_discriminant(poly, range_of, conditions, depth)
    if len(found) > 1 and depth and len(poly.terms()) <= _MAX_ELIMINATED:
        found &= _by_elimination(poly, range_of, conditions, depth)
    return found


def _by_conditions_alone(poly: Poly, conditions: Sequence[Inequality]) -> Signs:
    """Whether the polynomial is, up to a number, what a condition speaks of."""
    found = _ANY
    for condition in conditions:
        ratio = _constant_ratio(poly, condition.positive)
        if ratio is not None:
            sign = 1 if ratio > 0 else -1
            allowed = {">": {sign}, ">=": {0, sign}, "!=": {-1, 1}}[condition.relation]
            found &= frozenset(allowed)
    return found


def _constant_ratio(poly: Poly, expr: Expr) -> Rational | None:
    try:
        other = Poly(expr, *poly.gens, domain=QQ)
    except BasePolynomialError:
        return None
    if other.is_zero or other.monic() != poly.monic():
        return None
    return poly.LC() / other.LC()


def _by_root_count(poly: Poly, ranges: Sequence[Range]) -> Signs:
    """A polynomial in one letter within rational bounds, by Sturm's theorem."""
    if len(ranges) != 1:
        return _ANY
    low, high = ranges[0].low, ranges[0].high
    if not all(end.is_Rational or end.is_infinite for end in (low, high)):
        return _ANY
    inf, sup = (None if end.is_infinite else end for end in (low, high))
    roots = poly.count_roots(inf, sup)
    edges = {edge for edge in (inf, sup) if edge is not None and poly.eval(edge) == 0}
    if roots > len(edges):
        return _ANY
    inside = poly.eval(_between(low, high))
    sign = _sign(inside)
    is_reached = any(
        edge in edges and not is_open
        for edge, is_open in ((inf, ranges[0].low_open), (sup, ranges[0].high_open))
    )
    if low == high or sign == 0:
        return frozenset({sign})
    return frozenset({sign, 0} if is_reached else {sign})


def _between(low: Expr, high: Expr) -> Expr:
    if low.is_infinite:
        return S.Zero if high.is_infinite else high - 1
    return low + 1 if high.is_infinite else (low + high) / 2


def _by_discriminant(
    poly: Poly, range_of: RangeOf, conditions: Sequence[Inequality], depth: int
) -> Signs:
    """A quadratic without real roots has the sign of its leading coefficient."""
    for gen in poly.gens:
        if poly.degree(gen) != 2 or len(poly.gens) == 1:
            continue
        c0, c1, c2 = _coefficients(poly, gen)
        lead = _poly_signs(c2, range_of, conditions, 0)
        if lead not in ({1}, {-1}):
            continue
        gap = _poly_signs(4 * c2 * c0 - c1**2, range_of, conditions, depth - 1)
        if -1 not in gap:
            return lead | (gap & {0})
    return _ANY


def _coefficients(poly: Poly, gen: Expr) -> tuple[Poly, Poly, Poly]:
    """Those of the powers 0, 1, 2 of one generator, as polynomials in the others."""
    index = poly.gens.index(gen)
    others = (*poly.gens[:index], *poly.gens[index + 1 :])
    parts: list[dict[tuple[int, ...], Expr]] = [{}, {}, {}]
    for exponents, coefficient in poly.terms():
        key = (*exponents[:index], *exponents[index + 1 :])
        parts[exponents[index]][key] = coefficient
    low, middle, high = (Poly.from_dict(part, *others, domain=QQ) for part in parts)
    return low, middle, high


def _by_elimination(
    poly: Poly, range_of: RangeOf, conditions: Sequence[Inequality], depth: int
) -> Signs:
    """Put x = (d - m)/k for a condition k*x + m = d > 0."""
    found = _ANY
    for index, condition in enumerate(conditions):
        if condition.relation == "!=" or not condition.positive.free_symbols & poly.free_symbols:
            continue
        others = (*conditions[:index], *conditions[index + 1 :])
        symbols = condition.positive.free_symbols
        for symbol in sorted(symbols & set(poly.gens) if len(symbols) > 1 else (), key=str):
            found &= _eliminated(poly, condition, symbol, range_of, others, depth)
            if len(found) == 1:
                return found
    return found


def _eliminated(
    poly: Poly,
    condition: Inequality,
    symbol: Expr,
    range_of: RangeOf,
    others: Sequence[Inequality],
    depth: int,
) -> Signs:
    above, below = fraction(together(condition.positive))
    g = _as_poly(above)
    under = _as_poly(below)
    if g is None or under is None or g.degree(symbol) != 1 or symbol in below.free_symbols:
        return _ANY
    if _poly_signs(under, range_of, (), 0) != {1}:
        return _ANY
    slope = g.as_expr().expand().coeff(symbol, 1)
    k = _as_poly(slope)
    if k is None:
        return _ANY
    sign = _poly_signs(k, range_of, (), 0)
    if len(sign) != 1 or 0 in sign:
        return _ANY
    slack = Dummy("d", real=True)
    value = (slack - (above.expand() - (slope * symbol).expand())) / slope
    degree = poly.degree(symbol)
    numerator = _as_poly(together(poly.as_expr().subs(symbol, value) * slope**degree).expand())
    if numerator is None:
        return _ANY
    bounds = Range(S.Zero, S.Infinity, low_open=condition.relation == ">")
    found = _poly_signs(
        numerator, lambda part: bounds if part == slack else range_of(part), others, depth - 1
    )
    scale = next(iter(sign)) ** degree
    return frozenset(scale * s for s in found)


def _sign(number: Expr) -> int:
    """The sign of a rational number."""
    return 0 if number == 0 else 1 if number > 0 else -1
