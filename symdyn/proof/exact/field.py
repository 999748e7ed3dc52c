"""Quotients of polynomials in generators, reduced modulo the relations between them.

A generator stands for an expression (a symbol, a root, a sine, a value of a special function). It
may be bound by one relation of the form

    g^k = R        R a quotient of polynomials in generators of a lower level

which holds at every point where the expressions have values; k = 1 eliminates g. A polynomial is
reduced by replacing g^k by R, highest level first. So a numerator that reduces to zero belongs to
an expression that is zero wherever it is defined. The converse is not claimed: where the relations
do not generate a prime ideal, some zeros stay unseen.

Generators are added while an expression is read; polynomials are lifted to the larger ring when
they are next used. Sizes are limited: what outgrows them raises Unwieldy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import prod
from time import monotonic

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Add, Expr, Mul, Pow, Rational, S

from symdyn.errors import UnsupportedError
from symdyn.proof.exact.algebraic import AlgebraicNumber, Terms, is_zero_sum

_ROOM = 8  # generators by which the ring grows at a time
_MAX_PRODUCT = 400_000  # terms of a product before like ones are collected
_MAX_GCD = 4_000  # terms up to which common divisors are cancelled
_MAX_POWER = 400
_SHOWN_SIZE = 30  # operations of an expression that is spelt out in a proof


class Unwieldy(UnsupportedError):
    """An exact computation that outgrew its limits; nothing is proved by it."""


@dataclass(eq=False)
class Generator:
    """A letter of the ring, what it stands for, and the relation g^power = value, if any."""

    index: int
    meaning: Expr
    level: tuple[int, int]
    power: int = 0
    value: Quotient | None = None
    number: AlgebraicNumber | None = None


@dataclass(frozen=True, eq=False)
class Quotient:
    """An element of a field: numerator over denominator, both reduced."""

    field: Field
    numerator: fmpq_mpoly
    denominator: fmpq_mpoly

    def __add__(self, other: Quotient) -> Quotient:
        field = self.field
        a, b = field.lift(self.numerator), field.lift(self.denominator)
        c, d = field.lift(other.numerator), field.lift(other.denominator)
        if b == d:
            return field.quotient(a + c, b)
        return field.quotient(field.product(a, d) + field.product(c, b), field.product(b, d))

    def __neg__(self) -> Quotient:
        return Quotient(self.field, -self.numerator, self.denominator)

    def __sub__(self, other: Quotient) -> Quotient:
        return self + -other

    def __mul__(self, other: Quotient) -> Quotient:
        field = self.field
        a, b = field.lift(self.numerator), field.lift(self.denominator)
        c, d = field.lift(other.numerator), field.lift(other.denominator)
        return field.quotient(field.product(a, c), field.product(b, d))

    def __truediv__(self, other: Quotient) -> Quotient:
        return self * other.inverse()

    def __pow__(self, n: int) -> Quotient:
        if abs(n) > _MAX_POWER:
            raise Unwieldy(f"the power {n} is beyond {_MAX_POWER}")
        base = self if n >= 0 else self.inverse()
        result = self.field.one
        for bit in f"{abs(n):b}" if n else "":
            result = result * result
            if bit == "1":
                result = result * base
        return result

    def scaled(self, factor: Fraction | int) -> Quotient:
        """The quotient times a rational number."""
        return Quotient(self.field, self.numerator * _fmpq(factor), self.denominator)

    def inverse(self) -> Quotient:
        """One over the quotient; Unwieldy where it is zero."""
        if self.is_zero():
            raise Unwieldy("division by an expression that is zero")
        return self.field.quotient(self.denominator, self.numerator)

    def is_zero(self) -> bool:
        """Whether the quotient was proved to be zero."""
        return self.field.is_zero(self.field.lift(self.numerator))

    def is_equal(self, other: Quotient) -> bool:
        """Whether two quotients were proved to be equal."""
        return (self - other).is_zero()

    def renewed(self) -> Quotient:
        """The same element, reduced by the relations that hold now."""
        return self.field.quotient(self.numerator, self.denominator)

    @property
    def rational(self) -> Fraction | None:
        """The value, where the quotient is a rational number in lowest terms."""
        if not (self.numerator.is_constant() and self.denominator.is_constant()):
            return None
        if self.numerator.is_zero():
            return Fraction(0)
        value = self.numerator.leading_coefficient() / self.denominator.leading_coefficient()
        return Fraction(int(value.p), int(value.q))

    @property
    def generators(self) -> tuple[Generator, ...]:
        """The generators that occur, in the order of their making."""
        field = self.field
        degrees = zip(
            field.lift(self.numerator).degrees(),
            field.lift(self.denominator).degrees(),
            strict=True,
        )
        return tuple(field.generators[i] for i, (a, b) in enumerate(degrees) if a > 0 or b > 0)

    @property
    def letter(self) -> Generator | None:
        """The generator, where the quotient is nothing else."""
        found = self.generators
        if len(found) != 1 or len(self.numerator) != 1 or not self.denominator.is_constant():
            return None
        is_bare = self.numerator.total_degree() == 1 and self.numerator.leading_coefficient() == 1
        return found[0] if is_bare else None

    @property
    def expr(self) -> Expr:
        """The quotient as a SymPy expression."""
        return self.field.meaning(self.numerator) / self.field.meaning(self.denominator)


class Field:
    """Quotients of polynomials with rational coefficients in a growing list of generators."""

    def __init__(self, seconds: float) -> None:
        self.generators: list[Generator] = []
        self.used: dict[str | Generator, None] = {}
        self._deadline = monotonic() + seconds
        self._context = fmpq_mpoly_ctx.get([f"g{i}" for i in range(_ROOM)], Ordering.lex)
        self.one: Quotient = self.rational(1)
        self.zero: Quotient = self.rational(0)
        self.i: Quotient = self.generator(S.ImaginaryUnit, number=AlgebraicNumber.imaginary_unit())
        self.bind(self.i, 2, self.rational(-1))

    def rational(self, value: Fraction | int) -> Quotient:
        """A rational number as an element of the field."""
        return Quotient(self, self._context.constant(_fmpq(value)), self._context.constant(1))

    def generator(
        self,
        meaning: Expr,
        *,
        number: AlgebraicNumber | None = None,
        level: tuple[int, int] | None = None,
    ) -> Quotient:
        """A new generator; a level is given only where it refines an older one."""
        index = len(self.generators)
        self.generators.append(Generator(index, meaning, level or (index, 0), number=number))
        if index >= self._context.nvars():
            names = [f"g{i}" for i in range(index + _ROOM)]
            self._context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        return Quotient(self, self._context.gen(index), self._context.constant(1))

    def refinement(
        self, old: Generator, meaning: Expr, *, number: AlgebraicNumber | None = None
    ) -> Quotient:
        """A new generator at the level of an old one, which is to be expressed by it."""
        return self.generator(meaning, number=number, level=(old.level[0], old.level[1] - 1))

    def bind(self, generator: Quotient, power: int, value: Quotient) -> None:
        """Set the relation generator^power = value."""
        bound = self.owner(generator)
        bound.power, bound.value = power, value

    def owner(self, generator: Quotient) -> Generator:
        """The record of a quotient that is a bare generator."""
        return generator.generators[0]

    def from_terms(self, terms: Mapping[tuple[int, ...], fmpq]) -> fmpq_mpoly:
        """A polynomial from its exponents and coefficients."""
        return self._context.from_dict(dict(terms))

    def lift(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """A polynomial in the present ring."""
        if poly.context() is self._context:
            return poly
        return poly.project_to_context(self._context)

    def product(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        """The product of two polynomials of reasonable size."""
        if len(a) * len(b) > _MAX_PRODUCT:
            raise Unwieldy(f"a product of polynomials with {len(a)} and {len(b)} terms")
        if monotonic() > self._deadline:
            raise Unwieldy("the time for an exact proof is over")
        return a * b

    def quotient(self, numerator: fmpq_mpoly, denominator: fmpq_mpoly) -> Quotient:
        """A reduced quotient in lowest terms; Unwieldy where the denominator is zero."""
        numerator, denominator = self._reduced_pair(self.lift(numerator), self.lift(denominator))
        if denominator.is_zero():
            raise Unwieldy("division by an expression that is zero")
        if numerator.is_zero():
            return Quotient(self, numerator, self._context.constant(1))
        if not denominator.is_constant() and len(numerator) + len(denominator) <= _MAX_GCD:
            divisor = numerator.gcd(denominator)
            if not divisor.is_constant():
                numerator, denominator = numerator / divisor, denominator / divisor
        scale = denominator.leading_coefficient()
        return Quotient(self, numerator / scale, denominator / scale)

    def is_zero(self, poly: fmpq_mpoly) -> bool:
        """Whether all coefficients are zero, as rational or as algebraic numbers."""
        if poly.is_zero():
            return True
        if not self._has_numbers(poly):
            return False
        sums: dict[tuple[int, ...], list[tuple[Fraction, tuple[tuple[AlgebraicNumber, int], ...]]]]
        sums = {}
        for exponents, coefficient in poly.to_dict().items():
            free, bound = self._split_monomial(exponents)
            value = Fraction(int(coefficient.p), int(coefficient.q))
            sums.setdefault(free, []).append((value, bound))
        if not all(is_zero_sum(tuple(terms)) for terms in sums.values()):
            return False
        self.used.setdefault("root bounds of algebraic numbers")
        return True

    def terms(self, poly: fmpq_mpoly) -> Terms | None:
        """A polynomial in algebraic numbers as a sum of their products; None where it is not."""
        found = []
        for exponents, coefficient in self.lift(poly).to_dict().items():
            free, bound = self._split_monomial(exponents)
            if any(free):
                return None
            found.append((Fraction(int(coefficient.p), int(coefficient.q)), bound))
        return tuple(found)

    def meaning(self, poly: fmpq_mpoly) -> Expr:
        """A polynomial as a SymPy expression."""
        terms = []
        for exponents, coefficient in poly.to_dict().items():
            powers = [self.generators[i].meaning ** int(e) for i, e in enumerate(exponents) if e]
            terms.append(Mul(Rational(int(coefficient.p), int(coefficient.q)), *powers))
        return Add(*terms)

    def factors(self, poly: fmpq_mpoly) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """A rational number and irreducible polynomials with their multiplicities."""
        poly = self.lift(poly)
        if len(poly) > _MAX_GCD // 8:
            return Fraction(1), [(poly, 1)]
        content, factors = poly.factor()
        content = fmpq(content)
        return Fraction(int(content.p), int(content.q)), [(f, int(m)) for f, m in factors]

    def with_power(
        self, poly: fmpq_mpoly, letter: Generator, root: Generator, power: int
    ) -> fmpq_mpoly:
        """root^power put for a letter in a polynomial in which the root occurs."""
        poly = self.lift(poly)
        degrees = poly.degrees()
        if degrees[root.index] <= 0 or degrees[letter.index] <= 0:
            return poly
        terms: dict[tuple[int, ...], fmpq] = {}
        for exponents, coefficient in poly.to_dict().items():
            new = [int(e) for e in exponents]
            new[root.index] += power * new[letter.index]
            new[letter.index] = 0
            terms[tuple(new)] = terms.get(tuple(new), fmpq(0)) + coefficient
        return self._context.from_dict(terms)

    def _has_numbers(self, poly: fmpq_mpoly) -> bool:
        return any(d > 0 and self.generators[i].number for i, d in enumerate(poly.degrees()))

    def _split_monomial(
        self, exponents: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[tuple[AlgebraicNumber, int], ...]]:
        """The exponents of free generators, and the powers of algebraic numbers."""
        free, bound = [], []
        for generator, exponent in zip(self.generators, exponents, strict=False):
            if generator.number is None:
                free.append(int(exponent))
            elif exponent:
                bound.append((generator.number, int(exponent)))
        return tuple(free), tuple(bound)

    def _reduced_pair(self, a: fmpq_mpoly, b: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Numerator and denominator modulo the relations, without roots as factors below."""
        while True:
            a, below = self._reduced(a)
            b, above = self._reduced(b)
            a, b = self.product(a, above), self.product(b, below)
            root = self._root_content(b)
            if root is not None:
                a, b = self.product(a, root), self.product(b, root)
            elif above.is_constant() and below.is_constant():
                return a, b

    def _root_content(self, poly: fmpq_mpoly) -> fmpq_mpoly | None:
        """What makes the monomial factor of a polynomial free of roots."""
        if poly.is_zero() or poly.is_constant():
            return None
        content = next(iter(poly.term_content().monoms()))
        missing = [
            self._context.gen(g.index) ** (g.power - int(e) % g.power)
            for g, e in zip(self.generators, content, strict=False)
            if e and g.power > 1
        ]
        return prod(missing, start=self._context.constant(1)) if missing else None

    def _reduced(self, poly: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """A polynomial modulo the relations, as numerator and denominator."""
        below = self._context.constant(1)
        while (generator := self._reducible(poly)) is not None:
            poly, factor = self._substituted(poly, generator)
            below = self.product(below, factor)
        return poly, below

    def _reducible(self, poly: fmpq_mpoly) -> Generator | None:
        """The generator to be replaced next: eliminated ones first, then the highest level."""
        degrees = poly.degrees()
        due = [g for g in self.generators if g.power and degrees[g.index] >= g.power]
        return max(due, key=lambda g: (g.power == 1, g.level), default=None)

    def _substituted(self, poly: fmpq_mpoly, generator: Generator) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Replace generator^power by its value; the second result is the common denominator."""
        above, below = self._value(generator)
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            times, rest = divmod(int(exponents[generator.index]), generator.power)
            key = (*exponents[: generator.index], rest, *exponents[generator.index + 1 :])
            parts.setdefault(times, {})[key] = coefficient
        most = max(parts)
        ups, downs = self._powers(above, most), self._powers(below, most)
        terms = [
            self.product(self._context.from_dict(part), self.product(ups[q], downs[most - q]))
            for q, part in parts.items()
        ]
        self._remember(generator)
        return reduce(lambda a, b: a + b, terms), downs[most]

    def _value(self, generator: Generator) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        if generator.value is None:
            raise Unwieldy(f"{generator.meaning} has no relation")
        return self.lift(generator.value.numerator), self.lift(generator.value.denominator)

    def _powers(self, base: fmpq_mpoly, most: int) -> list[fmpq_mpoly]:
        found = [self._context.constant(1)]
        for _ in range(most):
            found.append(self.product(found[-1], base))
        return found

    def _remember(self, generator: Generator) -> None:
        """Note a relation for the text of the proof; an elimination is only a change of letter."""
        if generator.power > 1:
            self.used.setdefault(generator)

    def told(self, most: int) -> str:
        """The relations and rules that were used, the first few of them spelt out."""
        shown = [
            u if isinstance(u, str) else _relation(u, f"Y{k}")
            for k, u in enumerate(list(self.used)[:most], start=1)
        ]
        more = len(self.used) - most
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _relation(generator: Generator, letter: str) -> str:
    """The relation of a generator as text; a root is called by a letter."""
    meaning, value = generator.meaning, generator.value
    base = meaning.base if isinstance(meaning, Pow) else None
    if base is not None and meaning.exp == Rational(1, generator.power):
        return f"{letter}^{generator.power} = {_text(base)}"
    left = _text(meaning)
    return f"{left}^{generator.power} = {_text(value.expr) if value is not None else '?'}"


def _text(expr: Expr) -> str:
    return str(expr).replace("**", "^") if expr.count_ops() <= _SHOWN_SIZE else "..."


def _fmpq(value: Fraction | int) -> fmpq:
    fraction = Fraction(value)
    return fmpq(fraction.numerator, fraction.denominator)
