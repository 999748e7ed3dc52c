"""Expressions as quotients of polynomials in letters.

A letter is a symbol, a number such as pi, or a function value that is no polynomial in others:

    b^(t/N)   for a power b^e, e = sum of c*t with rational c of common denominator N
              (for t = 1 a root, which obeys letter^N = b)
    i         the imaginary unit, i^2 = -1
    sign(u)   for real u, with sign(u)^2 = 1 wherever u is not zero
    f(u)      for any other function, as it stands

Circular and hyperbolic functions are written by exponentials first; Max, Min, Abs and Heaviside by
signs. Exponents are taken apart, so that exp(x), exp(2*x) and exp(x + y) share letters. Other
equations between letters are not looked for: whether letters are independent of each other is a
question for whoever relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from math import lcm

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import (
    Abs,
    Add,
    E,
    Expr,
    Float,
    Heaviside,
    I,
    Integer,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    exp,
    expand,
    sign,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from symdyn.errors import InputError, UnsupportedError

_MOST_TERMS = 200_000
_MOST_POWER = 400


@dataclass(frozen=True)
class Fraction:
    """A quotient of polynomials in letters."""

    numerator: fmpq_mpoly
    denominator: fmpq_mpoly

    def __add__(self, other: Fraction) -> Fraction:
        common = self.denominator.gcd(other.denominator)
        if common.is_zero():
            return self
        mine, theirs = other.denominator // common, self.denominator // common
        top = product(self.numerator, mine) + product(other.numerator, theirs)
        return Fraction(top, product(self.denominator, mine))

    def __mul__(self, other: Fraction) -> Fraction:
        return Fraction(
            product(self.numerator, other.numerator), product(self.denominator, other.denominator)
        )

    def __pow__(self, power: int) -> Fraction:
        """Negative powers of zero have the denominator 0."""
        top, bottom = (self.numerator, self.denominator)[:: 1 if power >= 0 else -1]
        return Fraction(_power(top, abs(power)), _power(bottom, abs(power)))


def product(one: fmpq_mpoly, two: fmpq_mpoly) -> fmpq_mpoly:
    """The product of two polynomials, if it is not too large; else UnsupportedError."""
    if len(one) * len(two) > _MOST_TERMS:
        raise UnsupportedError(f"a product of more than {_MOST_TERMS} terms is too large to expand")
    return one * two


def _power(base: fmpq_mpoly, power: int) -> fmpq_mpoly:
    if power > _MOST_POWER or len(base) ** min(power, 40) > 2**40:
        raise UnsupportedError(f"the power {power} of a sum of {len(base)} terms is too large")
    found = base.context().constant(1)
    for _ in range(power):
        found = product(found, base)
    return found


class Alphabet:
    """The letters of some expressions: variables, constants free of them, functions of them.

    >>> from sympy import symbols
    >>> x, k = symbols("x k")
    >>> alphabet = Alphabet((x,), [exp(2*x) + k*exp(-x/2)])
    >>> alphabet.constants, alphabet.functions
    ((k,), (exp(x/2),))
    >>> str(alphabet.fraction(exp(2*x) + k*exp(-x/2)).numerator)
    'l1 + l2^5'
    """

    def __init__(self, variables: Sequence[Symbol], exprs: Iterable[Expr]) -> None:
        self._denominators: dict[tuple[Expr, Expr], int] = {}
        self._singles: dict[Expr | tuple[Expr, Expr], None] = {}
        for expr in exprs:
            self._collect(standard(expr))
        moving = set(variables)
        keys = [key for key in self._singles if key not in moving]
        is_function = {key: _is_function(self._meaning(key), moving) for key in keys}
        ordered = (*variables, *sorted(keys, key=lambda key: is_function[key]))
        self.letters: tuple[Expr, ...] = tuple(self._meaning(key) for key in ordered)
        first, last = len(variables), len(ordered) - sum(is_function.values())
        self.variables: tuple[Expr, ...] = self.letters[:first]
        self.constants: tuple[Expr, ...] = self.letters[first:last]
        self.functions: tuple[Expr, ...] = self.letters[last:]
        names = [f"l{i}" for i in range(len(ordered))]
        self.ring: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(names, Ordering.lex)
        self._place = {key: place for place, key in enumerate(ordered)}

    def fraction(self, expr: Expr) -> Fraction:
        """An expression in the letters; its denominator is 0 where it divides by zero."""
        return self._fraction(standard(expr))

    def roots(self) -> Iterator[tuple[int, int, Fraction]]:
        """Places of letters that obey letter^power = value, with both; the innermost come last."""
        for key in reversed(self._singles):
            if key == I or isinstance(key, sign):
                yield self._place[key], 2, self._number(Integer(-1 if key == I else 1))
            if isinstance(key, tuple) and key[1] == 1 and key[0] != E:
                yield self._place[key], self._denominators[key], self._fraction(key[0])

    def _collect(self, expr: Expr) -> None:
        if not isinstance(expr, Expr) or not expr.is_commutative or expr.is_finite is False:
            raise InputError(f"{expr} is no finite commutative expression")
        if isinstance(expr, (Add, Mul)):
            for arg in expr.args:
                self._collect(arg)
        elif isinstance(expr, (Pow, exp)) or expr == E:
            self._collect_power(*expr.as_base_exp())
        elif not isinstance(expr, (Rational, Float)):
            self._singles.setdefault(expr)

    def _collect_power(self, base: Expr, exponent: Expr) -> None:
        for coefficient, kind in _terms(exponent):
            is_rational = kind == 1 and base != E
            if is_rational:
                self._collect(base)
            if not is_rational or coefficient.q > 1:
                old = self._denominators.get((base, kind), 1)
                self._denominators[base, kind] = lcm(old, int(coefficient.q))
                self._singles.setdefault((base, kind))

    def _meaning(self, key: Expr | tuple[Expr, Expr]) -> Expr:
        if isinstance(key, tuple):
            base, kind = key
            return base ** (kind / self._denominators[key])
        return key

    def _fraction(self, expr: Expr) -> Fraction:
        if isinstance(expr, Add):
            return _sum([self._fraction(arg) for arg in expr.args])
        if isinstance(expr, Mul):
            return reduce(Fraction.__mul__, (self._fraction(arg) for arg in expr.args))
        if isinstance(expr, (Pow, exp)) or expr == E:
            return self._fraction_of_power(*expr.as_base_exp())
        if isinstance(expr, (Rational, Float)):
            return self._number(expr)
        return self._letter(expr)

    def _fraction_of_power(self, base: Expr, exponent: Expr) -> Fraction:
        found = self._number(S.One)
        for coefficient, kind in _terms(exponent):
            is_letter = (base, kind) in self._denominators
            part = self._letter((base, kind)) if is_letter else self._fraction(base)
            found *= part ** int(coefficient * self._denominators.get((base, kind), 1))
        return found

    def _letter(self, key: Expr | tuple[Expr, Expr]) -> Fraction:
        return Fraction(self.ring.gen(self._place[key]), self.ring.constant(1))

    def _number(self, value: Expr) -> Fraction:
        exact = Rational(value)
        number = fmpq(int(exact.p), int(exact.q))
        return Fraction(self.ring.constant(number), self.ring.constant(1))


def standard(expr: Expr) -> Expr:
    """The same by exponentials in place of circular functions, by signs in place of pieces.

    >>> from sympy import Max, sinh, symbols
    >>> x = symbols("x", real=True)
    >>> standard(Max(0, x)), standard(sinh(x))
    (x*sign(x)/2 + x/2, exp(x)/2 - exp(-x)/2)
    """
    for kinds, rule in _RULES:
        expr = expr.replace(lambda e, kinds=kinds: isinstance(e, kinds), rule)
    return expr


def _larger(*args: Expr) -> Expr:
    return reduce(lambda a, b: (a + b) / 2 + (a - b) * _sign(a - b) / 2, args)


def _smaller(*args: Expr) -> Expr:
    return -_larger(*(-arg for arg in args))


def _sign(expr: Expr) -> Expr:
    return -sign(-expr) if expr.could_extract_minus_sign() else sign(expr)


_RULES: tuple[tuple[tuple[type[Expr], ...], Callable[[Expr], Expr]], ...] = (
    ((TrigonometricFunction, HyperbolicFunction), lambda e: e.rewrite(exp)),
    ((Max,), lambda e: _larger(*e.args)),
    ((Min,), lambda e: _smaller(*e.args)),
    ((Abs,), lambda e: e.args[0] * _sign(e.args[0])),
    ((Heaviside,), lambda e: (1 + _sign(e.args[0])) / 2),
    ((sign,), lambda e: _sign(e.args[0])),
)


def _is_function(meaning: Expr, variables: set[Symbol]) -> bool:
    return meaning == I or not variables.isdisjoint(meaning.free_symbols)


def _terms(exponent: Expr) -> Iterator[tuple[Rational, Expr]]:
    """A sum of rational numbers times terms without a rational factor."""
    for term in Add.make_args(expand(exponent)):
        coefficient, kind = term.as_coeff_Mul()
        yield Rational(coefficient), kind


def _sum(fractions: list[Fraction]) -> Fraction:
    """Halves first, so that few sums are long."""
    while len(fractions) > 1:
        pairs = zip(fractions[::2], fractions[1::2], strict=False)
        rest = fractions[-1:] if len(fractions) % 2 else []
        fractions = [one + two for one, two in pairs] + rest
    return fractions[0]
