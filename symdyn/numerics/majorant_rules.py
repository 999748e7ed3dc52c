"""Which function of one argument has which enclosure far out.

    sin, cos           within [-1, 1] for a real argument g; by exponentials otherwise
    tanh(g)            1 - 2 exp(-2g)/(1 + exp(-2g)) for g > 0, and alike on the other side
    erfc(g)            [0, exp(G^2) erfc(G)] exp(-g^2) for g >= G > 0, as exp(x^2) erfc(x) falls
    K_nu(g)            sqrt(x) exp(x) K_nu(x) is monotone in x > 0 and tends to sqrt(pi/2)
    J_nu(g), Y_nu(g)   x (J^2 + Y^2) is monotone in x > 0 and tends to 2/pi
    I_nu(g), nu >= 0   at most I_0(g), and exp(-x) I_0(x) falls
    g!                 at least (g/e)^g, so 1/g! <= exp(-g (log G - 1)) for g >= G

(Watson, Theory of Bessel Functions, 13.74; DLMF 5.6, 7.8, 10.18, 10.37.)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp
from flint import acb, arb

from symdyn.numerics.half_line import HalfLine, exact_fraction
from symdyn.numerics.piecewise import Ball, hull
from symdyn.numerics.tails import (
    NoTail,
    Tail,
    Term,
    add,
    as_ball,
    constant,
    dominant,
    is_real,
    multiply,
    raise_to,
    scale,
    unit_interval,
)

Rule = Callable[[HalfLine, Tail], Tail]


def _oscillation(sign: int) -> Rule:
    """cos (sign 1) and sin (sign -1) of an argument that is not bounded."""

    def rule(far: HalfLine, g: Tail) -> Tail:
        if is_real(g):
            return constant(arb(0, 1))
        turned = scale(g, acb(0, 1))
        pair = far.exponential(turned), far.exponential(scale(turned, arb(-1)))
        half = acb(0.5) if sign == 1 else acb(0, -0.5)
        return scale(add(pair[0], scale(pair[1], arb(sign))), half)

    return rule


def _hyperbolic(sign: int) -> Rule:
    def rule(far: HalfLine, g: Tail) -> Tail:
        pair = far.exponential(g), far.exponential(scale(g, arb(-1)))
        return scale(add(pair[0], scale(pair[1], arb(sign))), arb(0.5))

    return rule


def _inverse(rule: Rule) -> Rule:
    return lambda far, g: raise_to(rule(far, g), Fraction(-1), far.start)


def _tanh(far: HalfLine, g: Tail) -> Tail:
    sign = far.sign(g)
    small = far.exponential(scale(g, arb(-2 * sign)))
    factor = 1 / (1 + far.span(small))
    return scale(add(constant(arb(1)), scale(small, -2 * factor)), arb(sign))


def _odd(rule: Rule) -> Rule:
    """An odd function from its rule for positive arguments."""

    def both(far: HalfLine, g: Tail) -> Tail:
        sign = arb(far.sign(g))
        return scale(rule(far, scale(g, sign)), sign)

    return both


def _erfc_of_positive(far: HalfLine, g: Tail) -> Tail:
    least = far.least(g)
    largest = (least**2).exp() * least.erfc()
    return scale(far.exponential(scale(multiply(g, g), arb(-1))), unit_interval(largest))


def _erf_of_positive(far: HalfLine, g: Tail) -> Tail:
    return add(constant(arb(1)), scale(_erfc_of_positive(far, g), arb(-1)))


def _erfc(far: HalfLine, g: Tail) -> Tail:
    if far.sign(g) > 0:
        return _erfc_of_positive(far, g)
    return add(constant(arb(1)), scale(_odd(_erf_of_positive)(far, g), arb(-1)))


def _atan_of_positive(far: HalfLine, g: Tail) -> Tail:
    inverse = raise_to(g, Fraction(-1), far.start)
    return add(constant(arb.pi() / 2), scale(inverse, -unit_interval(arb(1))))


def _acot(far: HalfLine, g: Tail) -> Tail:
    far.least(scale(g, arb(far.sign(g))))
    return scale(raise_to(g, Fraction(-1), far.start), unit_interval(arb(1)))


def _asinh_of_positive(far: HalfLine, g: Tail) -> Tail:
    """log(g + sqrt(g^2 + 1)) lies between log g and log g + log(1 + sqrt 2) for g >= 1."""
    if not far.least(g) >= 1:
        raise NoTail("asinh this close in")
    return add(far.logarithm(g), constant(unit_interval((1 + arb(2).sqrt()).log())))


def _absolute(far: HalfLine, g: Tail) -> Tail:
    if is_real(g):
        return scale(g, arb(far.sign(g)))
    lead = dominant(g, far.start)
    return (Term(abs(lead.coefficient), lead.power, lead.growth),)


def _bessel_k(far: HalfLine, order: Ball, g: Tail) -> Tail:
    if far.span(g).is_finite():
        return _bessel_k_near_zero(far, order, g)
    least = far.least(g)
    if isinstance(order, acb):
        raise NoTail("a Bessel function of complex order")
    near = least.sqrt() * least.exp() * least.bessel_k(order)
    return _times_root(
        far, g, hull((arb.pi() / 2).sqrt(), near), far.exponential(scale(g, arb(-1)))
    )


def _bessel_k_near_zero(far: HalfLine, order: Ball, g: Tail) -> Tail:
    """x^v K_v(x) falls from 2^(v-1) Gamma(v), and K_v grows with |v|."""
    if far.sign(g) <= 0 or isinstance(order, acb) or not order.is_exact():
        raise NoTail("a Bessel function K without a real order and a positive argument")
    at_least = max(abs(exact_fraction(order)), Fraction(1, 16))
    largest = 2 ** (as_ball(at_least) - 1) * as_ball(at_least).gamma()
    return scale(raise_to(g, -at_least, far.start), unit_interval(largest))


def _gamma_near_zero(far: HalfLine, g: Tail) -> Tail:
    """Gamma(g) = Gamma(1 + g)/g."""
    value = (1 + far.span(g)).gamma()
    if not value.is_finite():
        raise NoTail("the gamma function is not seen to be bounded far out")
    return scale(raise_to(g, Fraction(-1), far.start), value)


def inverse_factorial(far: HalfLine, g: Tail, exponent: Fraction) -> Tail:
    """(g!)^-p <= exp(-p g (log G - 1)) for g >= G."""
    least = far.least(g)
    if not least >= 3:
        raise NoTail("a factorial this close in")
    rate = as_ball(exponent) * (least.log() - 1)
    return scale(far.exponential(scale(g, rate)), unit_interval(arb(1)))


def _times_root(far: HalfLine, g: Tail, factor: Ball, other: Tail) -> Tail:
    root = raise_to(g, Fraction(-1, 2), far.start)
    return scale(multiply(root, other), factor)


def _bessel_jy(far: HalfLine, order: Ball, g: Tail) -> Tail:
    least = far.least(g)
    if isinstance(order, acb):
        raise NoTail("a Bessel function of complex order")
    near = least * (least.bessel_j(order) ** 2 + least.bessel_y(order) ** 2)
    largest = hull(2 / arb.pi(), near).abs_upper().sqrt().abs_upper()
    return _times_root(far, g, arb(0, largest), constant(arb(1)))


def _bessel_i(far: HalfLine, order: Ball, g: Tail) -> Tail:
    least = far.least(g)
    if isinstance(order, acb) or not order >= 0:
        raise NoTail("a Bessel function I of negative order")
    largest = (-least).exp() * least.bessel_i(arb(0))
    return scale(far.exponential(g), unit_interval(largest))


def _expint(far: HalfLine, order: Ball, g: Tail) -> Tail:
    """E_n(x) <= exp(-x)/x for n >= 1."""
    far.least(g)
    if isinstance(order, acb) or not order >= 1:
        raise NoTail("an exponential integral of order below 1")
    falling = multiply(far.exponential(scale(g, arb(-1))), raise_to(g, Fraction(-1), far.start))
    return scale(falling, unit_interval(arb(1)))


def _airy_ai(far: HalfLine, g: Tail) -> Tail:
    """Ai(x) <= exp(-2/3 x^(3/2)) / (2 sqrt(pi) x^(1/4)) for x > 0."""
    far.least(g)
    exponent = scale(raise_to(g, Fraction(3, 2), far.start), arb(-2) / 3)
    root = raise_to(g, Fraction(-1, 4), far.start)
    largest = 1 / (2 * arb.const_sqrt_pi())
    return scale(multiply(root, far.exponential(exponent)), unit_interval(largest))


RULES: dict[type, Rule] = {
    sp.exp: HalfLine.exponential,
    sp.log: HalfLine.logarithm,
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

ORDERED: dict[type, Callable[[HalfLine, Ball, Tail], Tail]] = {
    sp.besselk: _bessel_k,
    sp.besselj: _bessel_jy,
    sp.bessely: _bessel_jy,
    sp.besseli: _bessel_i,
    sp.expint: _expint,
}


def _no_rule(name: str) -> Tail:
    raise NoTail(f"no rule for {name} of complex values far out")
