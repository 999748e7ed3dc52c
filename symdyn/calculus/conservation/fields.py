"""Vector fields whose components are polynomials with integer coefficients.

The letters of the polynomials are the variables that move, then constants. Constants are symbols or
closed expressions such as pi; they count as independent of each other, except that a root g among
them obeys its equation g^k = u: values modulo a prime are chosen so that it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from flint import Ordering, fmpz, fmpz_mpoly, fmpz_mpoly_ctx, nmod_poly
from sympy import Add, Expr, Mul, Pow, isprime, primorial

from symdyn.calculus.monomials import Powers
from symdyn.errors import UnsupportedError

# A prime with remainder 1 for 8 and for all odd primes up to 43, so that every integer made of
# these has a square root modulo PRIME (quadratic reciprocity).
_STEP = 4 * int(primorial(14))
PRIME: int = next(p for p in range(2**62 // _STEP * _STEP + 1, 0, -_STEP) if isprime(p))
_TRIES = 200


@dataclass(frozen=True)
class Root:
    """The constant of a given place is a root: letter^power * denominator = numerator."""

    place: int
    power: int
    numerator: dict[Powers, int]
    denominator: dict[Powers, int]


@dataclass(frozen=True)
class PolynomialFields:
    """Some vector fields on one space: each has one component for every variable.

    Powers in a component are those of the variables, then those of the constants.
    """

    variables: tuple[Expr, ...]
    constants: tuple[Expr, ...]
    fields: tuple[tuple[fmpz_mpoly, ...], ...]
    roots: tuple[Root, ...] = ()

    @property
    def ring(self) -> fmpz_mpoly_ctx:
        """The polynomials in the variables and the constants."""
        return letters_ring(len(self.variables) + len(self.constants))

    def expression(self, polynomial: fmpz_mpoly) -> Expr:
        """A polynomial of the ring as a SymPy expression, expanded."""
        letters = (*self.variables, *self.constants)
        return Add(
            *(
                Mul(int(coefficient), *map(Pow, letters, powers))
                for powers, coefficient in polynomial.to_dict().items()
            )
        )

    def constant_residues(self, seed: int) -> tuple[int, ...]:
        """Random values of the constants modulo PRIME that obey the equations of the roots."""
        random = Random(seed)
        for _ in range(_TRIES):
            values = [random.randrange(1, PRIME) for _ in self.constants]
            if all(_take_root(root, values) for root in self.roots):
                return tuple(values)
        raise UnsupportedError(
            f"no values modulo a prime were found for the roots among {self.constants}; give the "
            "roots names of their own"
        )


def letters_ring(letters: int) -> fmpz_mpoly_ctx:
    """The polynomials with integer coefficients in some letters l0, l1, ..."""
    return fmpz_mpoly_ctx.get([f"l{i}" for i in range(letters)], Ordering.lex)


def _take_root(root: Root, values: list[int]) -> bool:
    """Whether the root exists for the other values; if so it is put in its place."""
    top, bottom = residue(root.numerator, values), residue(root.denominator, values)
    if top == 0 or bottom == 0:
        return False
    equation = [-top * pow(bottom, -1, PRIME) % PRIME, *[0] * (root.power - 1), 1]
    factors = nmod_poly(equation, PRIME).factor()[1]
    linear = [int(factor[0]) for factor, _ in factors if factor.degree() == 1]
    if linear:
        values[root.place] = -linear[0] % PRIME
    return bool(linear)


def residue(polynomial: Mapping[Powers, int | fmpz], values: Sequence[int]) -> int:
    """The value of a polynomial modulo PRIME.

    >>> residue({(2, 0): 3, (0, 1): -1}, (5, 70))
    5
    """
    total = 0
    for powers, coefficient in polynomial.items():
        term = int(coefficient)
        for value, power in zip(values, powers, strict=True):
            term = term * pow(value, power, PRIME) % PRIME
        total += term
    return total % PRIME
