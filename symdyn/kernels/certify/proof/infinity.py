"""Functions of what grows beyond all bounds, by their expansions with a bound of what is left out.

    erfc(z)       exp(-z^2)/(z sqrt(pi)) sum of (-1)^k (1/2)_k z^-2k
    K_n(z)        exp(-z) sqrt(pi/(2 z)) sum of a_k(n) z^-k
    log Gamma(z)  (z - 1/2) log(z) - z + log(2 pi)/2 + sum of B_2k/(2k (2k-1)) z^(1-2k)

Cut off, each is wrong by a share between 0 and 1 of the first term that is left out: for z > 0, and
for K_n from as many terms on as n - 1/2 (DLMF 7.12(i), 10.40(ii), 5.11(ii)). Beside minus infinity

    erfc(-z) = 2 - erfc(z),  erf(z) = 1 - erfc(z) = -erf(-z)
    tanh(z) = (1 - e)/(1 + e),  e = exp(-2 z)

    2F1(a, b; c; -1/w)
        w^a Gamma(b-a) Gamma(c)/(Gamma(b) Gamma(c-a)) 2F1(a, a-c+1; a-b+1; -w), and the same with a
        and b exchanged (DLMF 15.8.2); for b = a it is w^a (R(w) + log(w) S(w)) (DLMF 15.8.8),
        S = -Gamma(c)/(Gamma(a) Gamma(c-a)) 2F1(a, a-c+1; 1; -w)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count, islice
from typing import Any

import sympy as sp
from flint import arb
from sympy import Basic, gamma, hyper

from symdyn.kernels.certify.proof.branched import logarithm, total
from symdyn.kernels.certify.proof.holomorphic import VARIABLE, holomorphic
from symdyn.kernels.certify.proof.models import Model, NotEnclosed
from symdyn.kernels.certify.proof.scaled import exponential
from symdyn.numerics.ball_steps import ball_of

MOST_TERMS = 60
NEAREST = {sp.erfc: 9, sp.besselk: 48}  # arguments for which the least term is below 2^-110
HALF = Fraction(1, 2)


def is_far(expr: Basic, inner: Any) -> bool:
    """Whether an argument is unbounded at t = 0, or so large that expansions do."""
    if not isinstance(inner, Model) or inner.is_zero:
        return False
    if inner.stripped().power < 0:
        return True
    return expr.func in NEAREST and bool(inner.value > NEAREST[expr.func])


def far(expr: Basic, inner: Any) -> Any:
    """A function of one that grows.

    Raises NotEnclosed where nothing is known of it.
    """
    plain = inner.stripped()
    known = FAR if plain.unit > 0 else BELOW if plain.unit < 0 else {}
    if expr.func not in known:
        raise NotEnclosed("a function of what grows beyond all bounds")
    return known[expr.func](expr, plain)


def _complementary_error(_: Basic, z: Model) -> Any:
    w = z.inverse()

    def coefficients() -> Iterator[arb]:
        c = arb(1)
        for k in count():
            yield c
            c = -c * (2 * k + 1) / 2

    series = _enveloped(coefficients(), w * w, 1)
    return exponential(-(z * z)) * (series * w * (1 / arb.pi().sqrt()))


def _modified_bessel(expr: Basic, z: Model) -> Any:
    order = expr.args[0]
    if not order.is_Rational:
        raise NotEnclosed("a Bessel function of an order that is no fraction")
    square = 4 * order**2

    def coefficients() -> Iterator[arb]:
        c = sp.Integer(1)
        for k in count():
            yield arb(int(c.p)) / int(c.q)
            c = c * (square - (2 * k + 1) ** 2) / (8 * (k + 1))

    w = z.inverse()
    series = _enveloped(coefficients(), w, int(sp.ceiling(abs(order))) + 1)
    return exponential(-z) * (series * (w * (arb.pi() / 2)).raised(HALF))


def _log_gamma(_: Basic, z: Model) -> Any:
    w = z.inverse()

    def coefficients() -> Iterator[arb]:
        for k in count(1):
            c = sp.bernoulli(2 * k) / (2 * k * (2 * k - 1))
            yield arb(int(c.p)) / int(c.q)

    series = _enveloped(coefficients(), w * w, 1) * w
    return logarithm(z) * (z - arb(0.5)) + (series - z + (2 * arb.pi()).log() / 2)


def _enveloped(coefficients: Iterator[arb], u: Model, least: int) -> Model:
    """A series that stops at its smallest term, of which a share from 0 to 1 is left out."""
    terms = list(islice(coefficients, MOST_TERMS))
    top = u.value.abs_upper()
    sizes = [abs(c) * top**k for k, c in enumerate(terms)]
    last = min(
        range(least, len(terms)), key=lambda k: float(sizes[k].log().mid()) if sizes[k] else 0
    )
    found = Model.constant(terms[last] * arb(0.5, 0.5), u.reach, u.order)
    for c in reversed(terms[:last]):
        found = found * u + c
    return found


def _hypergeometric(expr: Any, z: Model) -> Any:
    """Beside minus infinity."""
    if len(expr.ap) != 2 or len(expr.bq) != 1:
        raise NotEnclosed("a hypergeometric function of more parameters beside infinity")
    (a, b), (c,), w = expr.ap, expr.bq, -z.inverse()
    if not all(value.is_Rational for value in (a, b, c)):
        raise NotEnclosed("a hypergeometric function whose parameters are no fractions")
    if a == b:
        second = -gamma(c) / (gamma(a) * gamma(c - a)) * hyper((a, a - c + 1), (1,), -VARIABLE)
        regular = hyper((a, b), (c,), -1 / VARIABLE) * VARIABLE ** (-a)
        regular -= sp.log(VARIABLE) * second
        log_part = logarithm(w) * w.composed(holomorphic(second, 1.0))
        whole = log_part + w.composed(holomorphic(regular, 1.0))
        return whole * w.raised(_fraction(a))
    if (a - b).is_integer:
        raise NotEnclosed("a hypergeometric function with a - b a whole number beside infinity")
    return total(_one_of_two(a, b, c, w), _one_of_two(b, a, c, w))


def _one_of_two(a: Any, b: Any, c: Any, w: Model) -> Any:
    scale = gamma(b - a) * gamma(c) / (gamma(b) * gamma(c - a))
    inner = w.composed(holomorphic(hyper((a, a - c + 1), (a - b + 1,), -VARIABLE), 1.0))
    return inner * w.raised(_fraction(a)) * _real(scale)


def _real(value: Any) -> arb:
    found = ball_of(value)
    if not isinstance(found, arb):
        raise NotEnclosed(f"{value} is not real")
    return found


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _hyperbolic_tangent(_: Basic, z: Model) -> Model:
    e = exponential(-2 * z).bounded()
    return (1 - e) / (1 + e)


FAR: dict[Any, Callable[[Any, Model], Any]] = {
    sp.erfc: _complementary_error,
    sp.erf: lambda expr, z: 1 - _complementary_error(expr, z),
    sp.besselk: _modified_bessel,
    sp.loggamma: _log_gamma,
    sp.tanh: _hyperbolic_tangent,
}

BELOW: dict[Any, Callable[[Any, Model], Any]] = {
    sp.erfc: lambda expr, z: 2 - _complementary_error(expr, -z),
    sp.erf: lambda expr, z: _complementary_error(expr, -z) - 1,
    sp.tanh: lambda expr, z: -_hyperbolic_tangent(expr, -z),
    sp.hyper: _hypergeometric,
}
