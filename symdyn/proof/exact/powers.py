"""Exponentials, logarithms and powers.

All powers are exponentials: f^s = exp(s*log f). Exponents are vectors over the rational numbers; a
basis of them grows as they come, with one element of the field for the exponential of each:

    exp(x)  is a free generator;  exp(log p) = p;  exp(log(p)/k) = h  with  h^k = p

If an exponent needs a fraction 1/d of a basis vector, the vector is divided by d and its generator
becomes a power of a new one. A logarithm is split by

    log(p*r) = log p + log r     for p > 0 and any r

into the logarithms of prime numbers, of irreducible factors that are proved not to change sign, of
squares of real factors, and of what remains. The principal branch is meant throughout. At zeros of
p the identity p^s * r^s = (p*r)^s stays true for s > 0; elsewhere there is no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mpoly
from sympy import Rational, exp, factorint, log

from symdyn.proof.exact.algebraic import AlgebraicNumber
from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader
from symdyn.proof.exact.span import coordinates

_MAX_ROOT = 60
_FACTOR_LIMIT = 10**6


@dataclass(frozen=True, eq=False)
class _Vector:
    """A basis vector of exponents, its exponential, and p, k where that is the k-th root of p."""

    exponent: Quotient
    value: Quotient
    radicand: Quotient | None = None
    degree: int = 1


class Powers:
    """The exponents of one translation."""

    def __init__(self, translate: Reader) -> None:
        self._translate = translate
        self._field = translate.field
        self._basis: list[_Vector] = []

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """base^exponent on the principal branch."""
        n = exponent.rational
        if n is not None and n.denominator == 1:
            return base**n.numerator
        if base.is_zero():
            if n is not None and n > 0:
                return self._field.zero
            raise Unwieldy("a power of zero")
        return self.exponential(exponent * self.logarithm(base.renewed()))

    def root(self, base: Quotient, degree: int = 2) -> Quotient:
        """The principal root of an element."""
        return self.power(base, self._field.rational(Fraction(1, degree)))

    def exponential(self, exponent: Quotient) -> Quotient:
        """exp of an element; the imaginary part becomes an angle."""
        real, imaginary = split_imaginary(exponent.renewed())
        found = self._real_exponential(real)
        if imaginary.numerator.is_zero():
            return found
        cosine, sine = self._translate.angles.pair(imaginary)
        return found * (cosine + self._field.i * sine)

    def register(self, exponent: Quotient, value: Quotient) -> None:
        """Take an exponent whose exponential is known into the basis."""
        self._basis.append(_Vector(exponent, value, value))

    def logarithm(self, element: Quotient) -> Quotient:
        """The principal logarithm of an element, split into parts."""
        content, factors = self._factors(element)
        if self._translate.angles.halve_for(factor for factor, _ in factors):
            return self.logarithm(element.renewed())
        found, rest, is_negative = self._field.zero, self._field.one, content < 0
        for factor, multiplicity in factors:
            part, remaining, flips = self._split(factor, multiplicity)
            found, rest, is_negative = found + part, rest * remaining, is_negative ^ flips
        found = found + self._rational_logarithm(abs(content))
        return found + self._remaining_logarithm(rest, is_negative)

    def _factors(self, element: Quotient) -> tuple[Fraction, list[tuple[Quotient, int]]]:
        if element.is_zero():
            raise Unwieldy("the logarithm of zero")
        above, ups = self._field.factors(self._unfolded(element.numerator))
        below, downs = self._field.factors(self._unfolded(element.denominator))
        signed = [(f, m) for f, m in ups] + [(f, -m) for f, m in downs]
        factors = [(self._element(f), m) for f, m in signed]
        is_turned, factors = self._translate.angles.with_sines(factors)
        return -above / below if is_turned else above / below, factors

    def _unfolded(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """x = h^k put for letters x whose root h occurs, so that x + 2h + 1 is seen as a square."""
        for vector in self._basis:
            if vector.radicand is None or vector.degree == 1:
                continue
            letter, root = vector.radicand.letter, vector.value.letter
            if letter is not None and root is not None and letter.power == 0:
                poly = self._field.with_power(poly, letter, root, vector.degree)
        return poly

    def _element(self, poly: fmpq_mpoly) -> Quotient:
        return self._field.quotient(poly, self._field.one.numerator)

    def _split(self, factor: Quotient, multiplicity: int) -> tuple[Quotient, Quotient, bool]:
        """The logarithm of the positive part, the rest, and whether the sign is turned."""
        signs = self._translate.signs(factor)
        zero, one = self._field.zero, self._field.one
        if signs is None:
            return zero, factor**multiplicity, False
        if -1 not in signs:
            return self._piece(factor).scaled(multiplicity), one, False
        if 1 not in signs:
            return self._piece(-factor).scaled(multiplicity), one, multiplicity % 2 == 1
        half, odd = divmod(multiplicity, 2)
        square = self._piece(factor * factor).scaled(half) if half else zero
        return square, factor if odd else one, False

    def _remaining_logarithm(self, rest: Quotient, is_negative: bool) -> Quotient:
        """The logarithm of what has no known sign, or of the sign alone."""
        half_turn = self._field.i * self._translate.pi
        value = -rest if is_negative else rest
        number = value.rational
        if number is not None:
            turn = half_turn if number < 0 else self._field.zero
            return self._rational_logarithm(abs(number)) + turn
        for unit, turn in ((self._field.i, Fraction(1, 2)), (-self._field.i, Fraction(-1, 2))):
            if (value - unit).numerator.is_zero():
                return half_turn.scaled(turn)
        signs = self._translate.signs(value)
        if signs is not None and 1 not in signs:
            return self._piece(-value) + half_turn
        return self._piece(value)

    def _piece(self, element: Quotient) -> Quotient:
        """The logarithm of one element that is not split further."""
        number = element.rational
        if number is not None and number > 0:
            return self._rational_logarithm(number)
        known = self._known_logarithm(element)
        if known is not None:
            return known
        by_mate = self._by_conjugate(element)
        if by_mate is not None:
            return by_mate
        letter = self._field.generator(log(element.expr))
        self._basis.append(_Vector(letter, element, element))
        return letter

    def _by_conjugate(self, element: Quotient) -> Quotient | None:
        """log p = log(p*q) - log q for positive p, q = a + b*Y, a - b*Y with a root Y."""
        roots = {g.index for g in element.generators if g.power > 1}
        if not roots:
            return None
        for vector in tuple(self._basis):
            mate = vector.radicand
            if mate is None or not roots & {g.index for g in mate.generators}:
                continue
            product = (element * mate).renewed()
            if roots & {g.index for g in product.generators} == roots or product.is_zero():
                continue
            signs = [self._translate.signs(e) for e in (element, mate)]
            if all(found is not None and -1 not in found for found in signs):
                return self.logarithm(product) - vector.exponent.scaled(vector.degree)
        return None

    def _known_logarithm(self, element: Quotient) -> Quotient | None:
        for vector in self._basis:
            if vector.radicand is not None and (vector.radicand - element).numerator.is_zero():
                return vector.exponent.scaled(vector.degree)
            if (vector.value - element).numerator.is_zero() and self._translate.is_real(
                vector.exponent
            ):
                return vector.exponent
        return None

    def _rational_logarithm(self, number: Fraction) -> Quotient:
        found = self._field.zero
        for integer, sign in ((number.numerator, 1), (number.denominator, -1)):
            for prime, multiplicity in factorint(integer, limit=_FACTOR_LIMIT).items():
                if prime > 1:
                    found = found + self._prime(int(prime)).scaled(sign * int(multiplicity))
        return found

    def _prime(self, prime: int) -> Quotient:
        element = self._field.rational(prime)
        known = self._known_logarithm(element)
        if known is not None:
            return known
        letter = self._field.generator(log(prime))
        self._basis.append(_Vector(letter, element, element))
        return letter

    def _real_exponential(self, exponent: Quotient) -> Quotient:
        if exponent.numerator.is_zero():
            return self._field.one
        found = coordinates(exponent, [vector.exponent for vector in self._basis])
        if found is None:
            letter = self._field.generator(exp(exponent.expr))
            self._basis.append(_Vector(exponent, letter))
            return letter
        result = self._field.one
        for index, coordinate in enumerate(found):
            if coordinate:
                result = result * self._power_of(index, coordinate)
        return result

    def _power_of(self, index: int, coordinate: Fraction) -> Quotient:
        if coordinate.denominator > 1:
            self._divide(index, coordinate.denominator)
        steps = coordinate * coordinate.denominator
        return self._basis[index].value.renewed() ** steps.numerator

    def _divide(self, index: int, parts: int) -> None:
        """Replace a basis vector by its part, and its exponential by a power."""
        old = self._basis[index]
        degree = old.degree * parts
        if degree > _MAX_ROOT:
            raise Unwieldy(f"a root of degree {degree}")
        exponent = old.exponent.scaled(Fraction(1, parts))
        if old.radicand is None:
            letter = self._field.refinement(self._field.owner(old.value), exp(exponent.expr))
            self._field.bind(old.value, 1, letter**parts)
            self._basis[index] = _Vector(exponent, letter)
            return
        letter = self._root_letter(old, degree)
        if old.degree > 1:
            self._field.bind(old.value, 1, letter**parts)
        self._field.bind(letter, degree, old.radicand.renewed())
        self._basis[index] = _Vector(exponent, letter, old.radicand, degree)

    def _root_letter(self, old: _Vector, degree: int) -> Quotient:
        radicand = old.radicand or old.value
        meaning = radicand.expr ** Rational(1, degree)
        number = self._number(radicand, degree)
        if old.degree == 1:
            return self._field.generator(meaning, number=number)
        return self._field.refinement(self._field.owner(old.value), meaning, number=number)

    def _number(self, radicand: Quotient, degree: int) -> AlgebraicNumber | None:
        above, below = (
            self._field.terms(radicand.numerator),
            self._field.terms(radicand.denominator),
        )
        if above is None or below is None:
            return None
        is_positive = self._translate.signs(radicand) == {1}
        return AlgebraicNumber.root(above, below, degree, is_positive=is_positive)


def split_imaginary(element: Quotient) -> tuple[Quotient, Quotient]:
    """a and b of an element a + b*i in which i occurs in neither (which need not be real).

    >>> from symdyn.proof.exact.field import Field
    >>> from sympy.abc import x
    >>> field = Field(1.0)
    >>> a, b = split_imaginary((field.generator(x) + field.i)**2)
    >>> a.expr, b.expr
    (x**2 - 1, 2*x)
    """
    field = element.field
    if field.lift(element.denominator).degrees()[0] > 0:
        mirror = field.quotient(_mirrored(element, element.denominator), field.one.numerator)
        below = field.quotient(element.denominator, field.one.numerator)
        above = field.quotient(element.numerator, field.one.numerator)
        element = above * mirror / (below * mirror)
    parts: list[dict[tuple[int, ...], fmpq]] = [{}, {}]
    for exponents, coefficient in field.lift(element.numerator).to_dict().items():
        parts[int(exponents[0])][(0, *exponents[1:])] = coefficient
    real, imaginary = (field.from_terms(part) for part in parts)
    return field.quotient(real, element.denominator), field.quotient(imaginary, element.denominator)


def _mirrored(element: Quotient, poly: fmpq_mpoly) -> fmpq_mpoly:
    field = element.field
    return field.from_terms(
        {
            exponents: coefficient if int(exponents[0]) % 2 == 0 else -coefficient
            for exponents, coefficient in field.lift(poly).to_dict().items()
        }
    )
