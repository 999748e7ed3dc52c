"""Signs of polynomials over boxes, and under polynomial conditions.

An expression is split into irreducible factors, polynomials in parts with known ranges. A factor
has one sign on a box if, after each variable is mapped onto the positive half-line by

    x = low + t,    x = high - t,    x = (low + high*t)/(1 + t)        0 < t < oo

all its coefficients have that sign (the bounds may themselves be constants such as pi, which then
count as variables within rational bounds). It is nowhere zero if on each face of the box a term
survives. A condition g > 0 in which a symbol x is linear, g = k*x + m, is used by putting
x = (d - m)/k with d > 0. A quadratic a*x^2 + b*x + c with a > 0 is positive where 4*a*c > b^2.
A polynomial in one symbol with rational bounds is decided by counting its real roots.

The parts are taken to be independent of each other, which can only lose, not err.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import (
    QQ,
    Abs,
    Dummy,
    Expr,
    Interval,
    Ne,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    fraction,
    real_roots,
    together,
)
from sympy.core.relational import Eq, Relational
from sympy.logic.boolalg import Boolean
from sympy.polys.polyerrors import BasePolynomialError

Signs = frozenset[int]

_ANY = frozenset({-1, 0, 1})
_NONZERO = frozenset({-1, 1})
_MAX_TERMS = 400
_MAX_DEGREE = 24
_MAX_FACES = 800
_MAX_ELIMINATED = 16  # terms of a polynomial that is rearranged


@dataclass(frozen=True)
class Range:
    """The values that a part may take; an open end is not taken."""

    low: Expr
    high: Expr
    low_open: bool = False
    high_open: bool = False

    def restricted(self, signs: Signs) -> Range:
        """The part of a range that has given signs."""
        low, low_open, high, high_open = self.low, self.low_open, self.high, self.high_open
        if -1 not in signs and not (low > 0) == True:  # noqa: E712
            low, low_open = S.Zero, 0 not in signs
        if 1 not in signs and not (high < 0) == True:  # noqa: E712
            high, high_open = S.Zero, 0 not in signs
        return Range(low, high, low_open, high_open)

    def restricted_by_log(self, signs: Signs | None) -> Range:
        """The range of an exponential whose exponent has given signs."""
        if signs is not None and -1 not in signs:
            return Range(S.One, S.Infinity, low_open=0 not in signs)
        if signs is not None and 1 not in signs:
            return Range(S.Zero, S.One, low_open=True, high_open=0 not in signs)
        return self

    def without_zero_edge(self) -> Range:
        """The same range with an end at zero left out."""
        return Range(
            self.low, self.high, self.low_open or self.low == 0, self.high_open or self.high == 0
        )


@dataclass(frozen=True)
class Inequality:
    """positive > 0, or >= 0, or != 0."""

    positive: Expr
    relation: str  # ">", ">=" or "!="

    def interval(self, symbol: Symbol) -> Interval:
        """An interval that contains the values of a symbol which satisfy a condition on it alone."""
        everything = Interval(-S.Infinity, S.Infinity)
        if self.positive.free_symbols != {symbol} or self.relation == "!=":
            return everything
        poly = _rational_poly(self.positive, symbol)
        if poly is None or not 1 <= poly.degree() <= 2:
            return everything
        roots = real_roots(poly)
        is_open = self.relation == ">"
        if poly.degree() == 1:
            if poly.LC() > 0:
                return Interval(roots[0], S.Infinity, left_open=is_open)
            return Interval(-S.Infinity, roots[0], right_open=is_open)
        if poly.LC() < 0 and len(set(roots)) == 2:
            return Interval(min(roots), max(roots), is_open, is_open)
        return everything


RangeOf = Callable[[Expr], Range | None]


def inequalities(conditions: Iterable[Boolean]) -> tuple[Inequality, ...]:
    """The conditions that are inequalities, with bounds on absolute values split in two."""
    found: list[Inequality] = []
    for condition in conditions:
        if isinstance(condition, Ne):
            found.append(Inequality(condition.lhs - condition.rhs, "!="))
        elif isinstance(condition, Relational) and not isinstance(condition, Eq):
            relation = ">" if condition.rel_op in ("<", ">") else ">="
            found += [Inequality(e, relation) for e in _sides(condition.gts, condition.lts)]
    return tuple(found)


def _sides(greater: Expr, smaller: Expr) -> list[Expr]:
    if isinstance(smaller, Abs) and smaller.args[0].is_extended_real:
        return [greater - smaller.args[0], greater + smaller.args[0]]
    return [greater - smaller]


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


def _rational_poly(expr: Expr, symbol: Symbol) -> Poly | None:
    try:
        return Poly(expr, symbol, domain=QQ)
    except BasePolynomialError:
        return None


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
    for attempt in (_by_root_count, _by_coefficients):
        if len(found) > 1:
            found &= attempt(poly, known)
    if len(found) > 1 and len(poly.terms()) <= _MAX_ELIMINATED:
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


def _by_coefficients(poly: Poly, ranges: Sequence[Range]) -> Signs:
    """All coefficients of one sign, in each orthant of the letters without bounds."""
    halves = [_halves(bounds) for bounds in ranges]
    if 2 ** sum(len(half) - 1 for half in halves) > 16:
        return _ANY
    found: Signs = frozenset()
    for choice in product(*halves):
        found |= _in_orthant(poly, choice)
        if len(found) == 3:
            return _ANY
    return found


def _halves(bounds: Range) -> list[Range]:
    if bounds.low.is_infinite and bounds.high.is_infinite:
        return [Range(S.Zero, S.Infinity), Range(-S.Infinity, S.Zero)]
    return [bounds]


@dataclass(frozen=True)
class _Image:
    """What a letter becomes: (origin + slope*t)/(1 + bent*t), and which ends of t are taken."""

    origin: Expr
    slope: Expr
    bent: bool
    takes_zero: bool
    takes_infinity: bool


def _image(bounds: Range, part: Expr) -> _Image:
    if part == S.Pi:
        return _Image(S.Pi, S.Zero, False, False, False)
    if bounds.high.is_infinite:
        return _Image(bounds.low, S.One, False, not bounds.low_open, False)
    if bounds.low.is_infinite:
        return _Image(bounds.high, S.NegativeOne, False, not bounds.high_open, False)
    return _Image(bounds.low, bounds.high, True, not bounds.low_open, not bounds.high_open)


def _in_orthant(poly: Poly, ranges: Sequence[Range]) -> Signs:
    images = [_image(bounds, part) for bounds, part in zip(ranges, poly.gens, strict=True)]
    constants = sorted(
        set().union(*(_constants(e) for image in images for e in (image.origin, image.slope))), key=str
    )
    if any(not e.is_Rational and not e.has(S.Pi) for i in images for e in (i.origin, i.slope)):
        return _ANY
    names = [f"t{i}" for i in range(len(images))] + [f"c{i}" for i in range(len(constants))]
    context = fmpq_mpoly_ctx.get(names, Ordering.lex)
    letters = dict(zip(constants, context.gens()[len(images) :], strict=True))
    mapped = _mapped(poly, images, context, letters)
    degrees = [poly.degree(g) for g in poly.gens]
    if constants:
        index = len(images)
        degrees.append(int(mapped.degrees()[index]))
        mapped = _pi_mapped(mapped, context, index)
        images.append(_image(_PI_RANGE, S.One))
    return _sign_of_terms(mapped, images, degrees)


_PI_RANGE = Range(
    Rational(31415926535897932384626433, 10**25), Rational(31415926535897932384626434, 10**25)
)


def _constants(expr: Expr) -> set[Expr]:
    return {S.Pi} if expr.has(S.Pi) else set()


def _mapped(
    poly: Poly, images: Sequence[_Image], context: fmpq_mpoly_ctx, letters: dict[Expr, fmpq_mpoly]
) -> fmpq_mpoly:
    """The polynomial in the letters t, times the powers of 1 + t that clear denominators."""
    gens = context.gens()
    numerators = [
        _affine(image.origin, letters, context) + _affine(image.slope, letters, context) * t
        for image, t in zip(images, gens, strict=False)
    ]
    denominators = [1 + t if image.bent else None for image, t in zip(images, gens, strict=False)]
    degrees = [poly.degree(g) for g in poly.gens]
    total = context.constant(0)
    for exponents, coefficient in poly.terms():
        term = context.constant(fmpq(int(coefficient.p), int(coefficient.q)))
        for up, down, e, d in zip(numerators, denominators, exponents, degrees, strict=True):
            term *= up**e if down is None else up**e * down ** (d - e)
        total += term
    return total


def _affine(
    expr: Expr, letters: dict[Expr, fmpq_mpoly], context: fmpq_mpoly_ctx
) -> fmpq_mpoly:
    slope = expr.coeff(S.Pi)
    rest = expr - slope * S.Pi
    found = context.constant(fmpq(int(rest.p), int(rest.q)))
    return found if slope == 0 else found + letters[S.Pi] * fmpq(int(slope.p), int(slope.q))


def _pi_mapped(poly: fmpq_mpoly, context: fmpq_mpoly_ctx, index: int) -> fmpq_mpoly:
    """The letter of pi mapped onto the half-line from its rational bounds."""
    degree = int(poly.degrees()[index])
    low, high = (fmpq(int(e.p), int(e.q)) for e in (_PI_RANGE.low, _PI_RANGE.high))
    t = context.gen(index)
    total = context.constant(0)
    for exponents, coefficient in poly.to_dict().items():
        e = int(exponents[index])
        rest = context.from_dict({(*exponents[:index], 0): coefficient})
        total += rest * (low + high * t) ** e * (1 + t) ** (degree - e)
    return total


def _sign_of_terms(poly: fmpq_mpoly, images: Sequence[_Image], degrees: Sequence[int]) -> Signs:
    if poly.is_zero():
        return frozenset({0})
    coefficients = poly.coeffs()
    if all(c > 0 for c in coefficients):
        sign = 1
    elif all(c < 0 for c in coefficients):
        sign = -1
    else:
        return _ANY
    monomials = [tuple(int(e) for e in m) for m in poly.monoms()]
    return frozenset({sign} if _survives(monomials, images, degrees) else {sign, 0})


def _survives(
    monomials: Sequence[tuple[int, ...]], images: Sequence[_Image], degrees: Sequence[int]
) -> bool:
    """Whether on each face of the box that is taken, a term is left."""
    faces = [
        ["inside"] + ["zero"] * image.takes_zero + ["infinity"] * (image.takes_infinity and d > 0)
        for image, d in zip(images, degrees, strict=True)
    ]
    count = 1
    for choices in faces:
        count *= len(choices)
    if count > _MAX_FACES:
        return False
    return all(
        any(_is_left(m, face, degrees) for m in monomials) for face in product(*faces)
    )


def _is_left(monomial: tuple[int, ...], face: Sequence[str], degrees: Sequence[int]) -> bool:
    return all(
        where == "inside" or e == (0 if where == "zero" else d)
        for e, where, d in zip(monomial, face, degrees, strict=True)
    )


def _by_discriminant(
    poly: Poly, range_of: RangeOf, conditions: Sequence[Inequality], depth: int
) -> Signs:
    """A quadratic without real roots has the sign of its leading coefficient."""
    for gen in poly.gens:
        if poly.degree(gen) != 2 or len(poly.gens) == 1:
            continue
        c2, c1, c0 = (poly.as_expr().coeff(gen, k) if k else None for k in (2, 1, 0))
        c0 = poly.eval(gen, 0)
        c0 = c0.as_expr() if isinstance(c0, Poly) else c0
        lead, gap = (_as_poly(S(e).expand()) for e in (c2, 4 * c2 * c0 - c1**2))
        if lead is None or gap is None:
            continue
        if _poly_signs(lead, range_of, conditions, 0) not in ({1}, {-1}):
            continue
        gap_signs = _poly_signs(gap, range_of, conditions, depth - 1 if depth else 0)
        if -1 not in gap_signs:
            zero = gap_signs & {0}
            return _poly_signs(lead, range_of, conditions, 0) | zero
    return _ANY


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
