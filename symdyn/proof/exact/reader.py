"""What the rules for single functions may ask of the translation that they serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from sympy import Expr, Symbol

from symdyn.proof.domain import Domain
from symdyn.proof.exact.field import Field, Quotient
from symdyn.proof.signs.ranges import Signs

Pair = tuple[Quotient, Quotient]
Factors = list[tuple[Quotient, int]]


class Exponents(Protocol):
    """Exponentials, logarithms and powers of elements (see powers)."""

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """base^exponent on the principal branch."""
        ...

    def root(self, base: Quotient, degree: int = 2) -> Quotient:
        """The principal root."""
        ...

    def exponential(self, exponent: Quotient) -> Quotient:
        """exp of an element."""
        ...

    def logarithm(self, element: Quotient) -> Quotient:
        """The principal logarithm."""
        ...

    def register(self, exponent: Quotient, value: Quotient) -> None:
        """Take note of an exponent whose exponential is known."""
        ...


class Circles(Protocol):
    """Cosines and sines of elements (see angles)."""

    def pair(self, angle: Quotient) -> Pair:
        """Cosine and sine."""
        ...

    def expect(
        self, letter: Quotient, pair: Callable[[], Pair], halved: Callable[[], Pair] | None = None
    ) -> None:
        """Take note of an angle whose cosine and sine are known."""
        ...

    def angle_of_cosine(self, cosine: Quotient) -> Quotient | None:
        """A known angle with a given cosine."""
        ...

    def with_sines(self, factors: Factors) -> tuple[bool, Factors]:
        """Factors with (1 - C)*(1 + C) replaced by S^2, and whether that turned the sign."""
        ...

    def halve_for(self, factors: Iterable[Quotient]) -> bool:
        """Halve an angle of which 1 - C or 1 + C is a factor."""
        ...


Limits = tuple[tuple[Symbol, Expr, Expr], ...]


class Reader(Protocol):
    """Reads expressions on one domain into one field (see translation)."""

    domain: Domain
    field: Field
    pi: Quotient
    seen: dict[object, list[tuple[tuple[Quotient, ...], Quotient]]]
    limits: dict[Expr, Limits]

    @property
    def powers(self) -> Exponents:
        """The exponents that have occurred."""
        ...

    @property
    def angles(self) -> Circles:
        """The angles that have occurred."""
        ...

    def __call__(self, expr: Expr) -> Quotient:
        """The element that an expression stands for."""
        ...

    def signs(self, element: Quotient | Expr) -> Signs | None:
        """Signs that an element may have; None where it may be no real number."""
        ...

    def is_real(self, element: Quotient | Expr) -> bool:
        """Whether an element is proved to be real."""
        ...

    def note(self, rule: str) -> None:
        """Remember a rule for the text of the proof."""
        ...

    def opaque(self, expr: Expr) -> Quotient:
        """A generator for an expression about which nothing is known but its arguments."""
        ...

    def value_of(self, key: object, arguments: tuple[Quotient, ...], meaning: Expr) -> Quotient:
        """The generator of a function at arguments."""
        ...

    def find(self, key: object, arguments: tuple[Quotient, ...]) -> Quotient | None:
        """What a function is known to be at arguments."""
        ...

    def remember(self, key: object, arguments: tuple[Quotient, ...], value: Quotient) -> Quotient:
        """Remember what a function is at arguments."""
        ...
