"""A vector field as a sum of functions times polynomial vector fields.

    v = (1/D) * sum over k of f_k(x) v_k(x)       f_k products of letters, v_k polynomial

D is a common denominator, the f_k are free of roots that could be removed. If the f_k are linearly
independent over the polynomials, a polynomial is unchanged by v exactly if all v_k leave it
unchanged; `independence` shows that they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

from flint import fmpq, fmpq_mpoly
from sympy import Expr, Symbol

from symdyn.calculus.conservation.fields import PolynomialFields, Root, letters_ring
from symdyn.calculus.conservation.letters import Alphabet, Fraction, product
from symdyn.calculus.monomials import Powers
from symdyn.errors import InputError


@dataclass(frozen=True)
class ClearedField:
    """A vector field times a common denominator: polynomials in the letters of an alphabet."""

    alphabet: Alphabet
    components: tuple[fmpq_mpoly, ...]

    @property
    def function_powers(self) -> tuple[Powers, ...]:
        """Powers of the function letters that occur together, each once."""
        skipped = len(self.alphabet.letters) - len(self.alphabet.functions)
        found = {powers[skipped:] for part in self.components for powers in part.to_dict()}
        return tuple(sorted(found))

    @property
    def degree(self) -> int:
        """The highest total degree in the variables."""
        moving = len(self.alphabet.variables)
        sums = (sum(powers[:moving]) for part in self.components for powers in part.to_dict())
        return max(sums, default=0)


def cleared_field(velocities: Sequence[Expr], variables: Sequence[Symbol]) -> ClearedField:
    """A vector field multiplied by its common denominator, with powers of roots reduced.

    >>> from sympy import sqrt, symbols
    >>> x, y = symbols("x y")
    >>> [str(part) for part in cleared_field((y/sqrt(x), -sqrt(x)), (x, y)).components]
    ['l1', '-l0']

    Raises InputError where a velocity divides by zero, UnsupportedError where it is too large.
    """
    alphabet = Alphabet(variables, velocities)
    fractions = [_defined_fraction(velocity, alphabet) for velocity in velocities]
    common = reduce(_least_common_multiple, (f.denominator for f in fractions))
    tops = [product(f.numerator, common // f.denominator) for f in fractions]
    return ClearedField(alphabet, tuple(_without_roots(tops, alphabet)))


def polynomial_fields(field: ClearedField) -> PolynomialFields:
    """The polynomial vector fields that a field is made of, without common factors.

    >>> from sympy import exp, symbols
    >>> x, y, k = symbols("x y k")
    >>> parts = polynomial_fields(cleared_field((k*y + exp(x), x*exp(x)), (x, y)))
    >>> [[str(part) for part in field] for field in parts.fields]
    [['l1*l2', '0'], ['1', 'l0']]
    """
    alphabet = field.alphabet
    own = len(alphabet.variables) + len(alphabet.constants)
    ring = letters_ring(own)
    parts: defaultdict[Powers, list[dict[Powers, int]]] = defaultdict(
        lambda: [{} for _ in field.components]
    )
    for place, component in enumerate(_coprime(field.components)):
        for powers, coefficient in component.to_dict().items():
            parts[powers[own:]][place][powers[:own]] = int(coefficient.p)
    fields = tuple(tuple(map(ring.from_dict, parts[powers])) for powers in sorted(parts))
    return PolynomialFields(
        alphabet.variables, alphabet.constants, fields, tuple(_constant_roots(alphabet))
    )


def _defined_fraction(velocity: Expr, alphabet: Alphabet) -> Fraction:
    fraction = alphabet.fraction(velocity)
    if _without_roots([fraction.denominator], alphabet)[0].is_zero():
        raise InputError(f"the velocity {velocity} divides by zero")
    return fraction


def _least_common_multiple(one: fmpq_mpoly, two: fmpq_mpoly) -> fmpq_mpoly:
    return product(one, two // one.gcd(two))


def _without_roots(polynomials: list[fmpq_mpoly], alphabet: Alphabet) -> list[fmpq_mpoly]:
    """The polynomials times a common factor, with g^k replaced by what it is for every root g."""
    for place, power, value in alphabet.roots():
        by_quotient = [_by_quotient(p, place, power) for p in polynomials]
        highest = max((q for parts in by_quotient for q in parts), default=0)
        if highest:
            polynomials = [_substituted(parts, highest, value) for parts in by_quotient]
    return polynomials


def _by_quotient(polynomial: fmpq_mpoly, place: int, power: int) -> dict[int, fmpq_mpoly]:
    """The polynomials p_q in p = sum of p_q * g^(power*q), in which g has degree below power."""
    parts: defaultdict[int, dict[Powers, fmpq]] = defaultdict(dict)
    for powers, coefficient in polynomial.to_dict().items():
        quotient, rest = divmod(int(powers[place]), power)
        parts[quotient][(*powers[:place], rest, *powers[place + 1 :])] = coefficient
    ring = polynomial.context()
    return {quotient: ring.from_dict(terms) for quotient, terms in parts.items()}


def _substituted(parts: dict[int, fmpq_mpoly], highest: int, value: Fraction) -> fmpq_mpoly:
    total = value.numerator.context().constant(0)
    for quotient, part in parts.items():
        scale = value.numerator**quotient * value.denominator ** (highest - quotient)
        total += product(part, scale)
    return total


def _coprime(components: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Components with integer coefficients and no common factor."""
    common = reduce(lambda a, b: a.gcd(b), components)
    if common.is_zero():
        return list(components)
    parts = [component // common for component in components]
    numbers = [c for part in parts for c in part.to_dict().values()]
    scale = fmpq(lcm(*(int(c.q) for c in numbers)), gcd(*(int(c.p) for c in numbers)))
    return [part * scale for part in parts]


def _constant_roots(alphabet: Alphabet) -> Iterator[Root]:
    """Roots among the constants, the innermost first."""
    first = len(alphabet.variables)
    last = first + len(alphabet.constants)
    for place, power, value in reversed(list(alphabet.roots())):
        if first <= place < last:
            parts = (value.numerator, value.denominator)
            numbers = [c for part in parts for c in part.to_dict().values()]
            scale = lcm(*(int(c.q) for c in numbers))
            top, bottom = (_sliced(part * scale, first, last) for part in parts)
            yield Root(place - first, power, top, bottom)


def _sliced(polynomial: fmpq_mpoly, first: int, last: int) -> dict[Powers, int]:
    return {powers[first:last]: int(c.p) for powers, c in polynomial.to_dict().items()}
