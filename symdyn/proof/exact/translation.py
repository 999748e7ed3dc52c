"""From a SymPy expression to an element of a field, one rule per function.

Every rule replaces an expression by another that has the same value wherever both have one, for all
values that the symbols may take on the domain. A function without a rule becomes a generator; two
such generators are the same where the function is and the arguments are proved to be equal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import (
    Add,
    Catalan,
    Derivative,
    EulerGamma,
    Expr,
    Float,
    Function,
    GoldenRatio,
    Integral,
    Limit,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    Tuple,
    pi,
)

from symdyn.proof.domain import Domain
from symdyn.proof.exact.angles import Angles
from symdyn.proof.exact.bessel import BESSEL_RULES
from symdyn.proof.exact.circular import CIRCULAR_RULES
from symdyn.proof.exact.field import Field, Quotient, Unwieldy
from symdyn.proof.exact.gammas import GAMMA_RULES
from symdyn.proof.exact.hyperbolic import HYPERBOLIC_RULES
from symdyn.proof.exact.hypergeometric import HYPERGEOMETRIC_RULES
from symdyn.proof.exact.integrals import INTEGRAL_RULES
from symdyn.proof.exact.inverses import INVERSE_RULES
from symdyn.proof.exact.pieces import PIECE_RULES
from symdyn.proof.exact.powers import Powers
from symdyn.proof.signs import signs_on
from symdyn.proof.signs.ranges import Signs

_OPAQUE = (Integral, Sum, Product, Limit, Derivative, Piecewise)
_MAX_NODES = 20_000


class Translation:
    """Reads expressions on one domain into one field."""

    def __init__(self, domain: Domain, seconds: float) -> None:
        self.domain = domain
        self.field: Field = Field(seconds)
        self.pi: Quotient = self.field.generator(pi)
        self.powers: Powers = Powers(self)
        self.angles: Angles = Angles(self)
        self.seen: dict[object, list[tuple[tuple[Quotient, ...], Quotient]]] = {}
        self.limits: dict[Expr, tuple[tuple[Symbol, Expr, Expr], ...]] = {}
        self._known: dict[Expr, Quotient] = {S.ImaginaryUnit: self.field.i, pi: self.pi}
        self._nodes = 0

    def __call__(self, expr: Expr) -> Quotient:
        """The element of the field that an expression stands for.

        >>> from sympy.abc import x
        >>> translate = Translation(Domain((x,)), seconds=1.0)
        >>> translate((x**2 - 1)/(x - 1)).is_equal(translate(x + 1))
        True
        """
        if expr not in self._known:
            self._nodes += 1
            if self._nodes > _MAX_NODES:
                raise Unwieldy("the expression is too large for an exact proof")
            self._known[expr] = self._translated(expr)
        return self._known[expr].renewed()

    def signs(self, element: Quotient | Expr) -> Signs | None:
        """Signs that an element may have on the domain; None where it may be no real number."""
        expr = element.expr if isinstance(element, Quotient) else element
        return signs_on(expr, self.domain)

    def is_real(self, element: Quotient | Expr) -> bool:
        """Whether an element is proved to be real."""
        return self.signs(element) is not None

    def note(self, rule: str) -> None:
        """Remember a rule for the text of the proof."""
        self.field.used.setdefault(rule)

    def opaque(self, expr: Expr) -> Quotient:
        """The generator of a function value about which nothing is known but its arguments."""
        if isinstance(expr, Function):
            arguments = [part for a in expr.args for part in (a if isinstance(a, Tuple) else (a,))]
            shape = tuple(len(a) if isinstance(a, Tuple) else -1 for a in expr.args)
            if all(isinstance(argument, Expr) for argument in arguments):
                values = tuple(self(argument) for argument in arguments)
                return self.value_of((expr.func, shape), values, expr)
        if not isinstance(expr, (*_OPAQUE, Function)):
            raise Unwieldy(f"{type(expr).__name__} has no exact translation")
        return self.value_of(expr, (), expr)

    def value_of(self, key: object, arguments: tuple[Quotient, ...], meaning: Expr) -> Quotient:
        """The generator of a function at arguments: an old one where the arguments are equal."""
        return self.find(key, arguments) or self.remember(
            key, arguments, self.field.generator(meaning)
        )

    def find(self, key: object, arguments: tuple[Quotient, ...]) -> Quotient | None:
        """What a function is known to be at arguments."""
        for known, value in self.seen.get(key, ()):
            if all(a.is_equal(b) for a, b in zip(arguments, known, strict=True)):
                return value.renewed()
        return None

    def remember(self, key: object, arguments: tuple[Quotient, ...], value: Quotient) -> Quotient:
        """Remember what a function is at arguments."""
        self.seen.setdefault(key, []).append((arguments, value))
        return value

    def _translated(self, expr: Expr) -> Quotient:
        if not isinstance(expr, Expr) or not expr.is_commutative:
            raise Unwieldy(f"{expr} is no commutative expression")
        for kind, rule in RULES:
            if isinstance(expr, kind):
                return rule(self, expr)
        return self.opaque(expr)


def _rational(translate: Translation, expr: Expr) -> Quotient:
    return translate.field.rational(Fraction(int(expr.p), int(expr.q)))


def _float(translate: Translation, expr: Expr) -> Quotient:
    if not expr.is_finite:
        raise Unwieldy(f"{expr} is no number")
    return translate(Rational(expr))


def _letter(translate: Translation, expr: Expr) -> Quotient:
    return translate.field.generator(expr)


def _golden(translate: Translation, expr: Expr) -> Quotient:
    return translate(expr.expand(func=True))


def _sum(translate: Translation, expr: Expr) -> Quotient:
    parts = [translate(term) for term in expr.args]
    return sum(parts[1:], parts[0])


def _product(translate: Translation, expr: Expr) -> Quotient:
    found = translate.field.one
    for factor in expr.args:
        found = found * translate(factor)
    return found


def _power(translate: Translation, expr: Expr) -> Quotient:
    base, exponent = expr.args
    if exponent.is_Integer:
        return translate(base).renewed() ** int(exponent)
    return translate.powers.power(translate(base), translate(exponent))


def _derivative(translate: Translation, expr: Derivative) -> Quotient:
    value = expr.expr.diff(*expr.variable_count)
    return translate(value) if not isinstance(value, Derivative) else translate.opaque(value)


Rule = Callable[[Translation, Expr], Quotient]
RULES: tuple[tuple[type[Expr], Rule], ...] = (
    (Rational, _rational),
    (Float, _float),
    (Symbol, _letter),
    (Add, _sum),
    (Mul, _product),
    (type(S.Exp1), lambda translate, expr: translate.powers.exponential(translate(S.One))),
    *HYPERBOLIC_RULES,
    (Pow, _power),
    *CIRCULAR_RULES,
    *INVERSE_RULES,
    *PIECE_RULES,
    *GAMMA_RULES,
    *BESSEL_RULES,
    *HYPERGEOMETRIC_RULES,
    *INTEGRAL_RULES,
    (Derivative, _derivative),
    (type(GoldenRatio), _golden),
    (type(EulerGamma), _letter),
    (type(Catalan), _letter),
)
