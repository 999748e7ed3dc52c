"""Signs of a polynomial over a box, by the signs of its coefficients.

A polynomial has one sign on a box if, after each variable is mapped onto the positive half-line by

    x = low + t,    x = high - t,    x = (low + high*t)/(1 + t)        0 < t < oo

all its coefficients have that sign. It is nowhere zero if on each face of the box that belongs to
it a term survives. Bounds may be rational multiples of pi, which then counts as one more variable,
between rational bounds. A variable without bounds is taken on either side of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Expr, Poly, Rational, S

from symdyn.proof.signs.ranges import Range, Signs

_ANY = frozenset({-1, 0, 1})
_MAX_FACES = 800


def box_signs(poly: Poly, ranges: Sequence[Range]) -> Signs:
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
    ends = [end for image in images for end in (image.origin, image.slope)]
    constants: list[Expr] = [S.Pi] if any(end.has(S.Pi) for end in ends) else []
    if any(not end.is_Rational and not end.has(S.Pi) for end in ends):
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


def _affine(expr: Expr, letters: dict[Expr, fmpq_mpoly], context: fmpq_mpoly_ctx) -> fmpq_mpoly:
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
    return all(any(_is_left(m, face, degrees) for m in monomials) for face in product(*faces))


def _is_left(monomial: tuple[int, ...], face: Sequence[str], degrees: Sequence[int]) -> bool:
    return all(
        where == "inside" or e == (0 if where == "zero" else d)
        for e, where, d in zip(monomial, face, degrees, strict=True)
    )
