"""Which function has which enclosure on a half-line.

    expand(expr, u, point, B) encloses expr by terms [C] u^p exp(...) for all u >= B

Rules, for an argument g that is itself enclosed:

    exp(g)             powers in the exponent become growth, bounded parts a ball
    log(g)             log C + p*log u + ...;   log B <= log u <= (log B / B^s) u^s, s >= 1/log B
    f(c + h), h small  Taylor's polynomial with a ball for the last derivative around c
    sin, cos           within [-1, 1] for real g; by exponentials otherwise
    tanh(g)            1 - 2 exp(-2g)/(1 + exp(-2g)) for g > 0, and alike on the other side
    erfc(g)            [0, exp(G^2) erfc(G)] exp(-g^2) for g >= G > 0, as exp(x^2) erfc(x) falls
    K_nu(g)            sqrt(x) exp(x) K_nu(x) is monotone in x > 0 and tends to sqrt(pi/2)
    J_nu(g), Y_nu(g)   x (J^2 + Y^2) is monotone in x > 0 and tends to 2/pi
    I_nu(g), nu >= 0   at most I_0(g), and exp(-x) I_0(x) falls
    g!                 at least (g/e)^g, so 1/g! <= exp(-g (log G - 1)) for g >= G
    |g|, sign, step, max, min, pieces: decided by the sign of what dominates

(Watson, Theory of Bessel Functions, 13.74; DLMF 7.8, 10.18, 10.37, 5.6.) Functions without a rule
raise NoTail.
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
from symdyn.numerics.piecewise import NOT_FINITE, Ball, hull
from symdyn.numerics.tails import (
    NoTail,
    Tail,
    Term,
    add,
    as_ball,
    constant,
    dominant,
    inside_disc,
    is_real,
    monomial,
    multiply,
    raise_to,
    scale,
    scale_growth,
    span,
    supremum,
    touches_slit,
    unit_interval,
)
from symdyn.numerics.tape import NotEvaluable

Rule = Callable[["Far", Tail], Tail]
LOG_POWERS = (
    Fraction(1, 64),
    Fraction(1, 16),
    Fraction(1, 8),
    Fraction(1, 4),
    Fraction(1, 2),
    Fraction(1),
)
LARGEST_LEAST = arb(256)
TAYLOR_ORDER = 3
HOLE = sp.Dummy("z")


def expand(expr: Expr, variable: Symbol, point: Mapping[Symbol, Ball], start: arb) -> Tail:
    """Enclosure of an expression for all values of the variable from `start` on.

    >>> x = Symbol("x")
    >>> [(str(t.power), t.growth) for t in expand(x*sp.exp(-x), x, {}, arb(5))]
    [('1', ((Fraction(1, 1), -1.00000000000000),))]
    """
    return Far(variable, point, start).tail(expr)


class Far:
    """The half-line on which expressions are enclosed."""

    def __init__(self, variable: Symbol, point: Mapping[Symbol, Ball], start: arb) -> None:
        self.variable = variable
        self.point = point
        self.start = start

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

    def number(self, expr: Basic) -> Ball:
        """Ball of an expression without the variable."""
        value = run(expr, self.point)
        if not value.is_finite():
            raise NoTail(f"{expr} has no finite value")
        return value

    def span(self, tail: Tail) -> Ball:
        """Ball of all values."""
        return span(tail, self.start)

    def _product(self, expr: Basic) -> Tail:
        result = constant(arb(1))
        for factor in expr.args:
            result = multiply(result, self.tail(factor))
        return result

    def _power(self, base: Basic, exponent: Basic) -> Tail:
        if base.func in FACTORIALS and exponent.is_Rational and exponent.is_negative:
            g = self.tail(base.args[0] - FACTORIALS[base.func])  # type: ignore[operator]
            if not self.span(g).is_finite():
                return _inverse_factorial(self, g, Fraction(int(exponent.p), int(exponent.q)))  # type: ignore[attr-defined]
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

    def exponential(self, argument: Tail) -> Tail:
        """exp(g)."""
        fast = [t for t in argument if t.growth and not self.span((t,)).is_finite()]
        if fast:
            return self._double_exponential(argument)
        rising = [t for t in argument if t.power > 0 and not t.growth]
        bounded = tuple(t for t in argument if t not in rising)
        factor = self.span(bounded).exp()
        growth = tuple(sorted((t.power, t.coefficient.real) for t in rising))
        if any(isinstance(t.coefficient, acb) for t in rising):
            factor = inside_disc(factor.abs_upper())
        return (Term(factor, Fraction(0), tuple((q, e) for q, e in growth if not e.is_zero())),)

    def _double_exponential(self, argument: Tail) -> Tail:
        """|exp(g)| <= exp(-m u^2) where -Re g / u^2 is at least m."""
        lead = dominant(argument, self.start)
        if not lead.coefficient.real < 0:
            raise NoTail("an exponential of an exponential")
        falling = scale_growth(lead.growth, arb(-1))
        least = 1 / supremum(2 - lead.power, falling, self.start)
        rate = (-lead.coefficient.real * least).lower()
        if not rate > 0:
            raise NoTail("an exponential of an exponential this close in")
        return (Term(inside_disc(arb(1)), Fraction(0), ((Fraction(2), -rate),)),)

    def logarithm(self, argument: Tail) -> Tail:
        """log(g)."""
        lead = dominant(argument, self.start)
        if touches_slit(lead.coefficient):
            raise NoTail("a logarithm whose argument is not seen to keep away from the cut")
        coefficient = lead.coefficient
        real = isinstance(coefficient, arb) and coefficient > 0
        parts = [constant(coefficient.log() if real else acb(coefficient).log())]
        parts += [(Term(e, q),) for q, e in lead.growth]
        if lead.power:
            parts.append(scale(self._log_of_variable(), as_ball(lead.power)))
        return add(*parts)

    def _log_of_variable(self) -> Tail:
        """log B + [0, (log B)/B^s] u^s."""
        log = self.start.log()
        for s in LOG_POWERS:
            if log * as_ball(s) >= 1:
                rise = Term(unit_interval(log / self.start ** as_ball(s)), s)
                return (*constant(log), rise)
        raise NoTail("a logarithm this close in")

    def sign(self, argument: Tail) -> int:
        """Sign that a real function keeps on the half-line; 0 if it is zero."""
        if not argument:
            return 0
        coefficient = dominant(argument, self.start).coefficient
        if not is_real(argument) or isinstance(coefficient, acb):
            raise NoTail("a comparison of complex values")
        if coefficient > 0:
            return 1
        if coefficient < 0:
            return -1
        raise NoTail("a sign is not seen to settle this far out")

    def least(self, argument: Tail) -> arb:
        """Positive lower bound of a positive function, no larger than is useful."""
        if self.sign(argument) <= 0:
            raise NoTail("an argument is not seen to be positive far out")
        inverse = self.span(raise_to(argument, Fraction(-1), self.start))
        if not inverse.is_finite() or not inverse.abs_upper() > 0:
            raise NoTail("an argument is not seen to keep away from zero far out")
        return (1 / inverse.abs_upper()).lower().min(LARGEST_LEAST)

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


def exact_fraction(value: arb) -> Fraction:
    """The rational number that an exact ball is."""
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _oscillation(sign: int) -> Rule:
    """cos (sign 1) and sin (sign -1) of an argument that is not bounded."""

    def rule(far: Far, g: Tail) -> Tail:
        if is_real(g):
            return constant(arb(0, 1))
        turned = scale(g, acb(0, 1))
        pair = far.exponential(turned), far.exponential(scale(turned, arb(-1)))
        half = acb(0.5) if sign == 1 else acb(0, -0.5)
        return scale(add(pair[0], scale(pair[1], arb(sign))), half)

    return rule


def _hyperbolic(sign: int) -> Rule:
    def rule(far: Far, g: Tail) -> Tail:
        pair = far.exponential(g), far.exponential(scale(g, arb(-1)))
        return scale(add(pair[0], scale(pair[1], arb(sign))), arb(0.5))

    return rule


def _inverse(rule: Rule) -> Rule:
    return lambda far, g: raise_to(rule(far, g), Fraction(-1), far.start)


def _tanh(far: Far, g: Tail) -> Tail:
    sign = far.sign(g)
    small = far.exponential(scale(g, arb(-2 * sign)))
    factor = 1 / (1 + far.span(small))
    return scale(add(constant(arb(1)), scale(small, -2 * factor)), arb(sign))


def _odd(rule: Rule) -> Rule:
    """An odd function from its rule for positive arguments."""

    def both(far: Far, g: Tail) -> Tail:
        sign = arb(far.sign(g))
        return scale(rule(far, scale(g, sign)), sign)

    return both


def _erfc_of_positive(far: Far, g: Tail) -> Tail:
    least = far.least(g)
    largest = (least**2).exp() * least.erfc()
    return scale(far.exponential(scale(multiply(g, g), arb(-1))), unit_interval(largest))


def _erf_of_positive(far: Far, g: Tail) -> Tail:
    return add(constant(arb(1)), scale(_erfc_of_positive(far, g), arb(-1)))


def _erfc(far: Far, g: Tail) -> Tail:
    if far.sign(g) > 0:
        return _erfc_of_positive(far, g)
    return add(constant(arb(1)), scale(_odd(_erf_of_positive)(far, g), arb(-1)))


def _atan_of_positive(far: Far, g: Tail) -> Tail:
    inverse = raise_to(g, Fraction(-1), far.start)
    return add(constant(arb.pi() / 2), scale(inverse, -unit_interval(arb(1))))


def _acot(far: Far, g: Tail) -> Tail:
    far.least(scale(g, arb(far.sign(g))))
    return scale(raise_to(g, Fraction(-1), far.start), unit_interval(arb(1)))


def _asinh_of_positive(far: Far, g: Tail) -> Tail:
    """log(g + sqrt(g^2 + 1)) lies between log g and log g + log(1 + sqrt 2) for g >= 1."""
    if not far.least(g) >= 1:
        raise NoTail("asinh this close in")
    return add(far.logarithm(g), constant(unit_interval((1 + arb(2).sqrt()).log())))


def _absolute(far: Far, g: Tail) -> Tail:
    if is_real(g):
        return scale(g, arb(far.sign(g)))
    lead = dominant(g, far.start)
    return (Term(abs(lead.coefficient), lead.power, lead.growth),)


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


def _bessel_k(far: Far, order: Ball, g: Tail) -> Tail:
    if far.span(g).is_finite():
        return _bessel_k_near_zero(far, order, g)
    least = far.least(g)
    if isinstance(order, acb):
        raise NoTail("a Bessel function of complex order")
    near = least.sqrt() * least.exp() * least.bessel_k(order)
    return _times_root(
        far, g, hull((arb.pi() / 2).sqrt(), near), far.exponential(scale(g, arb(-1)))
    )


def _bessel_k_near_zero(far: Far, order: Ball, g: Tail) -> Tail:
    """x^v K_v(x) falls from 2^(v-1) Gamma(v), and K_v grows with |v|."""
    if far.sign(g) <= 0 or isinstance(order, acb) or not order.is_exact():
        raise NoTail("a Bessel function K without a real order and a positive argument")
    at_least = max(abs(exact_fraction(order)), Fraction(1, 16))
    largest = 2 ** (as_ball(at_least) - 1) * as_ball(at_least).gamma()
    return scale(raise_to(g, -at_least, far.start), unit_interval(largest))


def _gamma_near_zero(far: Far, g: Tail) -> Tail:
    """Gamma(g) = Gamma(1 + g)/g."""
    value = (1 + far.span(g)).gamma()
    if not value.is_finite():
        raise NoTail("the gamma function is not seen to be bounded far out")
    return scale(raise_to(g, Fraction(-1), far.start), value)


def _inverse_factorial(far: Far, g: Tail, exponent: Fraction) -> Tail:
    """(g!)^-p <= exp(-p g (log G - 1)) for g >= G."""
    least = far.least(g)
    if not least >= 3:
        raise NoTail("a factorial this close in")
    rate = as_ball(exponent) * (least.log() - 1)
    return scale(far.exponential(scale(g, rate)), unit_interval(arb(1)))


def _times_root(far: Far, g: Tail, factor: Ball, other: Tail) -> Tail:
    root = raise_to(g, Fraction(-1, 2), far.start)
    return scale(multiply(root, other), factor)


def _bessel_jy(far: Far, order: Ball, g: Tail) -> Tail:
    least = far.least(g)
    if isinstance(order, acb):
        raise NoTail("a Bessel function of complex order")
    near = least * (least.bessel_j(order) ** 2 + least.bessel_y(order) ** 2)
    largest = hull(2 / arb.pi(), near).abs_upper().sqrt().abs_upper()
    return _times_root(far, g, arb(0, largest), constant(arb(1)))


def _bessel_i(far: Far, order: Ball, g: Tail) -> Tail:
    least = far.least(g)
    if isinstance(order, acb) or not order >= 0:
        raise NoTail("a Bessel function I of negative order")
    largest = (-least).exp() * least.bessel_i(arb(0))
    return scale(far.exponential(g), unit_interval(largest))


def _expint(far: Far, order: Ball, g: Tail) -> Tail:
    """E_n(x) <= exp(-x)/x for n >= 1."""
    far.least(g)
    if isinstance(order, acb) or not order >= 1:
        raise NoTail("an exponential integral of order below 1")
    falling = multiply(far.exponential(scale(g, arb(-1))), raise_to(g, Fraction(-1), far.start))
    return scale(falling, unit_interval(arb(1)))


def _airy_ai(far: Far, g: Tail) -> Tail:
    """Ai(x) <= exp(-2/3 x^(3/2)) / (2 sqrt(pi) x^(1/4)) for x > 0."""
    far.least(g)
    exponent = scale(raise_to(g, Fraction(3, 2), far.start), arb(-2) / 3)
    root = raise_to(g, Fraction(-1, 4), far.start)
    largest = 1 / (2 * arb.const_sqrt_pi())
    return scale(multiply(root, far.exponential(exponent)), unit_interval(largest))


RULES: dict[type, Rule] = {
    sp.exp: Far.exponential,
    sp.log: Far.logarithm,
    sp.sin: _oscillation(-1),
    sp.cos: _oscillation(1),
    sp.sinh: _hyperbolic(-1),
    sp.cosh: _hyperbolic(1),
    sp.csch: _inverse(_hyperbolic(-1)),
    sp.sech: _inverse(_hyperbolic(1)),
    sp.tanh: _tanh,
    sp.coth: _inverse(_tanh),
    sp.erf: _odd(_erf_of_positive),
    sp.erfc: _erfc,
    sp.atan: _odd(_atan_of_positive),
    sp.acot: _acot,
    sp.asinh: _odd(_asinh_of_positive),
    sp.airyai: _airy_ai,
    sp.gamma: _gamma_near_zero,
    sp.Abs: _absolute,
    sp.sign: lambda far, g: constant(arb(far.sign(g))),
    sp.Si: lambda far, g: constant(arb(0, 2)) if is_real(g) else _no_rule("Si"),
}

ORDERED: dict[type, Callable[[Far, Ball, Tail], Tail]] = {
    sp.besselk: _bessel_k,
    sp.besselj: _bessel_jy,
    sp.bessely: _bessel_jy,
    sp.besseli: _bessel_i,
    sp.expint: _expint,
}

SEVERAL: dict[type, Callable[[Far, Basic], Tail]] = {
    sp.Heaviside: _step,
    sp.Max: _extreme(1),
    sp.Min: _extreme(-1),
}

FACTORIALS: dict[type, int] = {sp.factorial: 0, sp.gamma: 1}
PIECES = (sp.Abs, sp.sign)


def _no_rule(name: str) -> Tail:
    raise NoTail(f"no rule for {name} of complex values far out")
