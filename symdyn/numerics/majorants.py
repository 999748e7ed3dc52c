"""Enclosures of expressions on half-lines.

    expand(expr, u, point, B) encloses expr by terms [C] u^p exp(...) for all u >= B

Sums, products and powers follow the arithmetic of `tails`. For a function of an argument g that is
itself enclosed there are two ways: if g stays in a ball around its limit c,

    f(c + h) = f(c) + f_1(c) h + f_2(c) h^2/2 + [f_3] h^3/6        f holomorphic on the ball

and otherwise the rules of `majorant_rules`. |g|, steps, maxima and pieces are decided by the sign
of what dominates. Functions without a rule raise NoTail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

import sympy as sp
from flint import acb, arb
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import NotEnclosable, run
from symdyn.numerics.functions import TABLE
from symdyn.numerics.half_line import HalfLine, exact_fraction
from symdyn.numerics.majorant_rules import ORDERED, RULES, inverse_factorial
from symdyn.numerics.piecewise import NOT_FINITE, Ball
from symdyn.numerics.tails import (
    NoTail,
    Tail,
    Term,
    add,
    constant,
    dominant,
    monomial,
    multiply,
    raise_to,
    scale,
    scale_growth,
    unit_interval,
)
from symdyn.numerics.tape import NotEvaluable

TAYLOR_ORDER = 3
HOLE = sp.Dummy("z")


def expand(expr: Expr, variable: Symbol, point: Mapping[Symbol, Ball], start: arb) -> Tail:
    """Enclosure of an expression for all values of the variable from `start` on.

    >>> x = Symbol("x")
    >>> [(str(t.power), t.growth) for t in expand(x*sp.exp(-x), x, {}, arb(5))]
    [('1', ((Fraction(1, 1), -1.00000000000000),))]
    """
    return Far(variable, point, start).tail(expr)


class Far(HalfLine):
    """The half-line, with the enclosures of expressions."""

    def tail(self, expr: Basic) -> Tail:
        """Enclosure of an expression."""
        if self.variable not in expr.free_symbols:
            return constant(self.number(expr))
        if expr == self.variable:
            return monomial(Fraction(1))
        if isinstance(expr, sp.Add):
            return add(*(self.tail(arg) for arg in expr.args))
        if isinstance(expr, sp.Mul):
            return self._product(expr)
        if isinstance(expr, sp.Pow):
            return self._power(*expr.args)
        return self._function(expr)

    def _product(self, expr: Basic) -> Tail:
        result = constant(arb(1))
        for factor in expr.args:
            result = multiply(result, self.tail(factor))
        return result

    def _power(self, base: Basic, exponent: Basic) -> Tail:
        if base.func in FACTORIALS and exponent.is_Rational and exponent.is_negative:
            g = self.tail(base.args[0] - FACTORIALS[base.func])  # type: ignore[operator]
            if not self.span(g).is_finite():
                return inverse_factorial(self, g, Fraction(int(exponent.p), int(exponent.q)))  # type: ignore[attr-defined]
        if self.variable not in exponent.free_symbols:
            return self._fixed_power(self.tail(base), exponent)
        if base == sp.E:
            return self.exponential(self.tail(exponent))
        return self.exponential(multiply(self.tail(exponent), self.logarithm(self.tail(base))))

    def _fixed_power(self, base: Tail, exponent: Basic) -> Tail:
        if isinstance(exponent, sp.Rational):
            return raise_to(base, Fraction(int(exponent.p), int(exponent.q)), self.start)
        value = self.number(exponent)
        if isinstance(value, acb):
            return self.exponential(scale(self.logarithm(base), value))
        if value.is_exact():
            return raise_to(base, exact_fraction(value), self.start)
        return self._inexact_power(base, value)

    def _inexact_power(self, base: Tail, exponent: arb) -> Tail:
        """u^e is enclosed by [0, 1] u^(upper end of e)."""
        lead = dominant(base, self.start)
        if not lead.coefficient.real > 0 or lead.power < 0:
            raise NoTail("a power with a rounded exponent")
        upper = exact_fraction(exponent.upper())
        coefficient = acb(lead.coefficient).pow(acb(exponent)) * unit_interval(arb(1))
        return (Term(coefficient, lead.power * upper, scale_growth(lead.growth, exponent)),)

    def _function(self, expr: Basic) -> Tail:
        if isinstance(expr, sp.Piecewise):
            return self._pieces(expr)
        if expr.func in SEVERAL:
            return SEVERAL[expr.func](self, expr)
        if any(self.variable in arg.free_symbols for arg in expr.args[:-1]):
            raise NoTail(f"no rule for {expr.func.__name__} far out")
        argument = self.tail(expr.args[-1])
        if expr.func not in PIECES and self.span(argument).is_finite():
            found = self._bounded(expr, argument)
            if self.span(found).is_finite():
                return found
        if expr.func in ORDERED:
            return ORDERED[expr.func](self, self.number(expr.args[0]), argument)
        if expr.func in RULES:
            return RULES[expr.func](self, argument)
        raise NoTail(f"no rule for {expr.func.__name__} far out")

    def _bounded(self, expr: Basic, argument: Tail) -> Tail:
        """f(c + h) = f(c) + f'(c) h + ... for an argument that stays in a ball."""
        limit = tuple(t for t in argument if t.power == 0 and not t.growth)
        rest = tuple(t for t in argument if t not in limit)
        region = self.span(argument)
        if not rest or not self._is_smooth(expr, region):
            return constant(self._at(expr, 0, region))
        order = TAYLOR_ORDER if len(rest) <= 2 else 1
        terms = [constant(self._at(expr, k, self.span(limit))) for k in range(order)]
        terms.append(constant(self._at(expr, order, region)))
        if not all(self.span(term).is_finite() for term in terms):
            return constant(self._at(expr, 0, region))
        return self._polynomial(terms, rest)

    def _polynomial(self, coefficients: list[Tail], h: Tail) -> Tail:
        total, power = coefficients[0], constant(arb(1))
        for k, coefficient in enumerate(coefficients[1:], start=1):
            power = scale(multiply(power, h), arb(1) / k)
            total = add(total, multiply(coefficient, power))
        return total

    def _at(self, expr: Basic, order: int, argument: Ball) -> Ball:
        """Ball of a derivative of a function at (or all over) an argument."""
        try:
            form = _derivative(expr.func(*expr.args[:-1], HOLE), order)
            return run(form, {**self.point, HOLE: argument})
        except (NotEnclosable, NotEvaluable):
            return NOT_FINITE

    def _is_smooth(self, expr: Basic, region: Ball) -> bool:
        """Whether a function is certainly holomorphic on a ball."""
        entry = TABLE.get(expr.func)
        if entry is None or entry.extension is not None:
            return False
        fixed = [acb(self.number(arg)) for arg in expr.args[:-1]]
        return entry.holomorphic is None or entry.holomorphic(*fixed, acb(region))

    def _pieces(self, expr: Basic) -> Tail:
        for branch, condition in expr.args:  # type: ignore[misc]
            if self.holds(condition):
                return self.tail(branch)
        raise NoTail("no piece holds far out")

    def holds(self, condition: Basic) -> bool:
        """Whether a condition holds on the whole half-line (or fails on it)."""
        if condition in (sp.true, sp.false):
            return condition == sp.true
        if isinstance(condition, sp.Not):
            return not self.holds(condition.args[0])
        if isinstance(condition, (sp.And, sp.Or)):
            combine = all if isinstance(condition, sp.And) else any
            return combine([self.holds(part) for part in condition.args])
        if not isinstance(condition, sp.core.relational.Relational):
            raise NoTail("a condition that is not a comparison")
        sign = self.sign(self.tail(condition.lhs - condition.rhs))
        return bool(condition.func(sign, 0))


@lru_cache(maxsize=1024)
def _derivative(form: Expr, order: int) -> Expr:
    return form.diff(HOLE, order)


def _step(far: Far, expr: Basic) -> Tail:
    sign = far.sign(far.tail(expr.args[0]))
    return constant(far.number(expr.args[1]) if sign == 0 else arb(int(sign > 0)))


def _extreme(sign: int) -> Callable[[Far, Basic], Tail]:
    def rule(far: Far, expr: Basic) -> Tail:
        best, *others = (far.tail(arg) for arg in expr.args)
        for other in others:
            if far.sign(add(other, scale(best, arb(-1)))) * sign > 0:
                best = other
        return best

    return rule


SEVERAL: dict[type, Callable[[Far, Basic], Tail]] = {
    sp.Heaviside: _step,
    sp.Max: _extreme(1),
    sp.Min: _extreme(-1),
}

FACTORIALS: dict[type, int] = {sp.factorial: 0, sp.gamma: 1}
PIECES = (sp.Abs, sp.sign)
