"""What the normal form proves, and what it must never prove."""

from __future__ import annotations

import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    E,
    Expr,
    Function,
    Heaviside,
    I,
    Integral,
    LambertW,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    acos,
    acosh,
    asec,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besseli,
    besselj,
    besselk,
    bessely,
    beta,
    binomial,
    conjugate,
    cos,
    cosh,
    cot,
    diff,
    erf,
    erfc,
    exp,
    factorial,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    rf,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)
from sympy.logic.boolalg import Boolean

from symdyn.numerics.balls import enclose
from symdyn.proof.domain import Domain
from symdyn.proof.normal_form import vanishes

a, b, c, x, y, t, th = symbols("a b c x y t theta", real=True)
p, q, r, R, s, tau, u0 = symbols("p q r R s tau u0", positive=True)
q11, q12, q22 = symbols("q11 q12 q22", real=True)
n = symbols("n", integer=True, nonnegative=True)
z, w = symbols("z w")
f = Function("f")

Case = tuple[Expr, Expr, tuple[Boolean, ...]]

UNIT = (c > -1, c < 1)
ANGLE = (th > 0, th < pi)
COVARIANCE = (q11 > 0, q22 > 0, q12**2 < q11 * q22)
WAVE = sqrt(1 - c**2)
KAPPA = {
    0: (pi - acos(c)) / (2 * pi),
    1: (WAVE + (pi - acos(c)) * c) / (2 * pi),
    2: (3 * c * WAVE + (pi - acos(c)) * (1 + 2 * c**2)) / (2 * pi),
}
CORRELATION = q12 / sqrt(q11 * q22)
KERNEL = (sqrt(q11 * q22 - q12**2) + (pi - acos(CORRELATION)) * q12) / (2 * pi)
SIGMOID = s / (1 + (s / u0 - 1) * exp(-2 * s * t / tau))
INTEGRAL_OF_FLOW = ((pi - th) * R / r - pi * cos(th)) / sin(th)
RADIAL = -r / 2 + R / (2 * pi) * ((pi - th) * cos(th) + sin(th))
TURNING = -R / (2 * pi * r) * (pi - th) * sin(th)


def case(left: object, right: object, *conditions: Boolean) -> Case:
    return S(left), S(right), conditions


RATIONAL = (
    case((x**3 - y**3) / (x - y), x**2 + x * y + y**2),
    case(1 / (x * (x + 1)), 1 / x - 1 / (x + 1)),
    case(
        (x + y) ** 10 - (x - y) ** 10, ((x + y) ** 5 - (x - y) ** 5) * ((x + y) ** 5 + (x - y) ** 5)
    ),
    case(f(x + y) * f(2 * x), f((x**2 - y**2) / (x - y)) * f(x + x)),
    case((z + I) * (z - I), z**2 + 1),
    case(1 / (1 + I * x), (1 - I * x) / (1 + x**2)),
)
ROOTS = (
    case(sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2)),
    case(sqrt(5 + 2 * sqrt(6)), sqrt(2) + sqrt(3)),
    case((sqrt(5) + 2) ** Rational(1, 3) - (sqrt(5) - 2) ** Rational(1, 3), 1),
    case(1 / (1 + sqrt(2) + sqrt(3)), (2 + sqrt(2) - sqrt(6)) / 4),
    case(sqrt(a * b), sqrt(a) * sqrt(b), a > 0, b > 0),
    case(sqrt(x**2 - 2 * x + 1), 1 - x, x < 1),
    case(sqrt(x + 1 + 2 * sqrt(x)), 1 + sqrt(x), x > 0),
    case(sqrt(x**2 * y**2), Abs(x) * Abs(y)),
    case(x * sqrt(1 + 1 / x**2), sqrt(1 + x**2), x > 0),
    case((p**3 * q**6) ** Rational(1, 3), p * q**2),
    case(sqrt(1 - c**2), sqrt(1 - c) * sqrt(1 + c), *UNIT),
    case(sqrt(-p), I * sqrt(p)),
    case((-8) ** Rational(1, 3), 1 + I * sqrt(3)),
    case(p**a * p**b, p ** (a + b)),
    case((p * q) ** a, p**a * q**a),
    case((p**a) ** b, p ** (a * b)),
    case(p ** (a + 2), p**2 * p**a),
    case(diff(p**a, p), a * p ** (a - 1)),
    case(2 ** (x + 3), 8 * 2**x),
    case(sqrt(q11 * q22 - q12**2) / sqrt(q11 * q22), sqrt(1 - q12**2 / (q11 * q22)), *COVARIANCE),
)
EXPONENTIALS = (
    case(exp(x + y / 2) ** 2, exp(2 * x) * exp(y)),
    case(exp(1 / x - 1 / (x + 1)), exp(1 / (x * (x + 1)))),
    case(E ** (2 * log(p) + x), p**2 * exp(x)),
    case(cosh(x) ** 2 - sinh(x) ** 2, 1),
    case(tanh(2 * x), 2 * tanh(x) / (1 + tanh(x) ** 2)),
    case(1 / (1 + exp(-x)), (1 + tanh(x / 2)) / 2),
    case(cosh(3 * x), 4 * cosh(x) ** 3 - 3 * cosh(x)),
    case(asinh(sinh(x)), x),
    case(cosh(asinh(x)), sqrt(1 + x**2)),
    case(atanh(tanh(x)), x),
    case(acosh(p + 1), log(p + 1 + sqrt(p**2 + 2 * p))),
    case(log(p**2 - 1), log(p - 1) + log(p + 1), p > 1),
    case(log(exp(x) * p), x + log(p)),
    case(log(12), 2 * log(2) + log(3)),
    case(log(-p), log(p) + I * pi),
    case(exp(I * z), cos(z) + I * sin(z)),
    case(cos(I * x), cosh(x)),
    case(sin(x + I * y), sin(x) * cosh(y) + I * cos(x) * sinh(y)),
    case(exp(LambertW(p)), p / LambertW(p)),
    case(diff(LambertW(p), p), exp(-LambertW(p)) / (1 + LambertW(p))),
)
CIRCULAR = (
    case(sin(x + y), sin(x) * cos(y) + cos(x) * sin(y)),
    case(tan(x + pi / 4), (1 + tan(x)) / (1 - tan(x))),
    case(cos(5 * x), 16 * cos(x) ** 5 - 20 * cos(x) ** 3 + 5 * cos(x)),
    case(tan(x / 2), sin(x) / (1 + cos(x))),
    case(cot(x) - tan(x), 2 * cot(2 * x)),
    case(cos(pi / 7) - cos(2 * pi / 7) + cos(3 * pi / 7), Rational(1, 2)),
    case(tan(3 * pi / 11) + 4 * sin(2 * pi / 11), sqrt(11)),
    case(cos(pi / 5), (1 + sqrt(5)) / 4),
    case(cos(x) + cos(x + 2 * pi / 3) + cos(x + 4 * pi / 3), 0),
    case(sqrt(sin(t) ** 2), sin(t), t >= 0, t <= pi),
    case(sqrt(1 - cos(t)), sqrt(2) * sin(t / 2), t >= 0, t <= pi),
    case(sqrt((1 - sin(t)) * (1 + sin(t))), cos(t), t > -pi / 2, t < pi / 2),
    case(sin(2 * acos(x)), 2 * x * sqrt(1 - x**2)),
    case(cos(3 * acos(x)), 4 * x**3 - 3 * x),
    case(cos(acos(c) / 2), sqrt((1 + c) / 2), *UNIT),
    case(sin(asin(x) - acos(y)), x * y - sqrt(1 - x**2) * sqrt(1 - y**2)),
    case(asin(x), pi / 2 - acos(x)),
    case(acos(-x), pi - acos(x)),
    case(acos(cos(t)), t, t >= 0, t <= pi),
    case(asin(sin(t)), pi - t, t >= pi / 2, t <= 3 * pi / 2),
    case(acos(cos(t)), 2 * pi - t, t >= pi, t <= 2 * pi),
    case(atan(tan(t)), t - pi, t > pi / 2, t < 3 * pi / 2),
    case(acos(-sin(t)), t + pi / 2, t >= -pi / 2, t <= pi / 2),
    case(atan(tan(t)), t, t > -pi / 2, t < pi / 2),
    case(cos(atan(x)), 1 / sqrt(1 + x**2)),
    case(tan(2 * atan(x)), 2 * x / (1 - x**2)),
    case(atan(p) + atan(1 / p), pi / 2),
    case(asec(p + 1), acos(1 / (p + 1))),
    case(sin(atan2(y, x)), y / sqrt(x**2 + y**2), x > 0),
    case(atan2(y, x), atan(y / x) + pi, x < 0, y > 0),
)
SPECIAL = (
    case(gamma(z + 3) / gamma(z), z * (z + 1) * (z + 2)),
    case(gamma(z) * gamma(1 - z), pi / sin(pi * z)),
    case(gamma(2 * x), 2 ** (2 * x - 1) * gamma(x) * gamma(x + S.Half) / sqrt(pi)),
    case(factorial(n + 2), (n + 2) * (n + 1) * factorial(n)),
    case(binomial(n + 1, 3), binomial(n, 3) + binomial(n, 2)),
    case(rf(p, 3), p * (p + 1) * (p + 2)),
    case(beta(p, q + 1) + beta(p + 1, q), beta(p, q)),
    case(polygamma(0, p + 2), polygamma(0, p) + 1 / p + 1 / (p + 1)),
    case(besselj(3, x), (8 / x**2 - 1) * besselj(1, x) - 4 / x * besselj(0, x)),
    case(diff(besselj(a, p), p), (besselj(a - 1, p) - besselj(a + 1, p)) / 2),
    case(besselj(a + 1, p) * bessely(a, p) - besselj(a, p) * bessely(a + 1, p), 2 / (pi * p)),
    case(besseli(0, x) * besselk(1, x) + besseli(1, x) * besselk(0, x), 1 / x),
    case(besselk(Rational(3, 2), p), sqrt(pi / (2 * p)) * exp(-p) * (1 + 1 / p)),
    case(
        besselj(Rational(5, 2), p), sqrt(2 / (pi * p)) * ((3 / p**2 - 1) * sin(p) - 3 * cos(p) / p)
    ),
    case(besselj(-2, x), besselj(2, x)),
    case(besselk(-a, p), besselk(a, p)),
    case(besselk(0, (x**2 - 1) / (x - 1)), besselk(0, x + 1)),
    case(erfc(-x), 1 + erf(x)),
    case(diff(erf(x / sqrt(2)), x), sqrt(2 / pi) * exp(-(x**2) / 2)),
    case(
        Integral((1 + y * x) * exp(-(x**2)), (x, 0, oo)),
        Integral(exp(-(t**2)), (t, 0, oo)) + y * Integral(t * exp(-(t**2)), (t, 0, oo)),
    ),
    case(Integral(cos(x + y), (x, 0, 1)), Integral(cos(x) * cos(y) - sin(x) * sin(y), (x, 0, 1))),
)
PIECES = (
    case(Max(x, 0), (x + Abs(x)) / 2),
    case(Max(x, y) + Min(x, y), x + y),
    case(Max(p, -q), p),
    case(Heaviside(x) + Heaviside(-x), 1),
    case(Abs(p - q), p - q, q < p),
    case(sign(s - u0), 1, u0 < s),
    case(conjugate(x + I * y), x - I * y),
    case(Piecewise((x, x > 0), (-x, True)), x, x > 1),
)
PAPERS = (
    case(diff(KAPPA[1], c), KAPPA[0], *UNIT),
    case(diff(KAPPA[2], c, 2), 4 * KAPPA[0], *UNIT),
    case(diff(KAPPA[1], c, 2), 1 / (2 * pi * WAVE), *UNIT),
    case(KAPPA[1] - KAPPA[1].subs(c, -c), c / 2, *UNIT),
    case(diff(KERNEL, q12), (pi - acos(CORRELATION)) / (2 * pi), *COVARIANCE),
    case(diff(KERNEL, q11), sqrt(q11 * q22 - q12**2) / (4 * pi * q11), *COVARIANCE),
    case(diff(KERNEL, q12, q11), diff(KERNEL, q11, q12), *COVARIANCE),
    case(diff(KERNEL, q12, 2), 1 / (2 * pi * sqrt(q11 * q22 - q12**2)), *COVARIANCE),
    case(diff(INTEGRAL_OF_FLOW, r) * RADIAL + diff(INTEGRAL_OF_FLOW, th) * TURNING, 0, *ANGLE),
    case(
        diff(log(r * sin(th) / (pi - th)), r) * RADIAL
        + diff(log(r * sin(th) / (pi - th)), th) * TURNING,
        -S.Half,
        *ANGLE,
    ),
    case(diff(SIGMOID, t), 2 * SIGMOID * (s - SIGMOID) / tau, u0 < s),
    case(SIGMOID.subs(t, 0), u0),
    case(
        asin(q12 / sqrt((1 + q11) * (1 + q22))).diff(q12),
        1 / sqrt((1 + q11) * (1 + q22) - q12**2),
        *COVARIANCE,
    ),
)
INTEGRALS = (
    case(Integral(x**2 * exp(-(x**2) / (2 * s**2)), (x, -oo, oo)), sqrt(2 * pi) * s**3),
    case(Integral(Max(x, 0) * exp(-(x**2) / 2), (x, -oo, oo)), 1),
    case(Integral(x ** (p - 1) * exp(-s * x), (x, 0, oo)), gamma(p) / s**p),
    case(
        Integral((1 - x**2) ** (p - S.Half), (x, 0, 1)),
        sqrt(pi) * gamma(p + S.Half) / gamma(p + 1) / 2,
    ),
    case(Integral(sqrt(1 - x**2), (x, 0, 1)), pi / 4),
    case(Integral(x**a, (x, 0, 1)), 1 / (a + 1), a > -1),
)
TRUE = (*RATIONAL, *ROOTS, *EXPONENTIALS, *CIRCULAR, *SPECIAL, *PIECES, *INTEGRALS, *PAPERS)

FALSE = (
    case(sqrt(x**2), x),
    case(sqrt(z**2), z),
    case(sqrt(z * w), sqrt(z) * sqrt(w)),
    case(sqrt(a * b), sqrt(a) * sqrt(b)),
    case(sqrt(x - 1) * sqrt(x + 1), sqrt(x**2 - 1)),
    case(log(x * y), log(x) + log(y)),
    case(log(z**2), 2 * log(z)),
    case(log(exp(z)), z),
    case((p**z) ** w, p ** (z * w)),
    case((z**a) ** b, z ** (a * b)),
    case((-8) ** Rational(1, 3), -2),
    case(acos(cos(x)), x),
    case(acos(cos(t)), t, t >= 0, t <= 2 * pi),
    case(atan(tan(x)), x),
    case(asin(sin(x)), x),
    case(atan(x) + atan(1 / x), pi / 2),
    case(atan(x) + atan(y), atan((x + y) / (1 - x * y))),
    case(sqrt(1 - cos(t) ** 2), sin(t)),
    case(sqrt(1 - cos(t)), sqrt(2) * sin(t / 2)),
    case(sqrt(1 - cos(t)), sqrt(2) * sin(t / 2), t >= 0, t <= 3 * pi),
    case(acosh(x), log(x + sqrt(x**2 - 1))),
    case(atan2(y, x), atan(y / x)),
    case(atan2(y, x), atan(y / x) + pi, x < 0),
    case(x * (1 + Rational(1, 10**40)), x),
    case(sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2) + Rational(1, 10**60)),
    case(cos(pi / 7), Rational(90096886790241912623610231950745, 10**32)),
    case(sin(x) ** 2 - cos(x) ** 2, 1),
    case(sin(x + y), sin(x) * cos(y) - cos(x) * sin(y)),
    case(Heaviside(x) ** 2, Heaviside(x)),
    case(sign(x) ** 2, 1),
    case(sign(s - u0), 1),
    case(Abs(z) ** 2, z**2),
    case(conjugate(z), z),
    case(Max(x, 0), x),
    case(gamma(x + 1), gamma(x)),
    case(gamma(z) * gamma(1 - z), pi / sin(2 * pi * z)),
    case(factorial(n), factorial(n + 1) / n),
    case(besselj(2, x), besselj(0, x) - 2 / x * besselj(1, x)),
    case(besselj(-1, x), besselj(1, x)),
    case(besselj(-a, p), besselj(a, p)),
    case(besseli(-a, p), besseli(a, p)),
    case(asin(sin(t)), pi - t, t >= 0, t <= 3 * pi / 2),
    case(besselk(0, x), besselk(0, x + 1)),
    case(Integral(exp(-(x**2)), (x, 0, 1)), Integral(exp(-(x**2)), (x, 0, 2))),
    case(f(x), f(-x)),
    case(Integral(exp(-a * x), (x, 0, oo)), 1 / a),
    case(Integral(x**a, (x, 0, 1)), 1 / (a + 1)),
    case(Integral(exp(-x) * sign(x - 1), (x, 0, oo)), -1),
    case(Integral(exp(-(x**2) / 2), (x, -oo, oo)), sqrt(2 * pi) * (1 + Rational(1, 10**40))),
    case(Integral(exp(-x) * Abs(x - 1) / (x - 1), (x, 0, oo)), 1),
    case(diff(KAPPA[1], c), -KAPPA[0], *UNIT),
    case(KAPPA[1], KAPPA[1].subs(c, -c), *UNIT),
    case(diff(SIGMOID, t), 2 * SIGMOID * (s + SIGMOID) / tau),
    case(erfc(-x), 1 - erf(x)),
    case(Piecewise((x, x > 0), (-x, True)), x),
)


def how(left: Expr, right: Expr, conditions: tuple[Boolean, ...]) -> str:
    symbols_ = left.free_symbols | right.free_symbols
    return vanishes(left - right, Domain.of(symbols_, conditions))


@pytest.mark.parametrize(("left", "right", "conditions"), TRUE, ids=str)
def test_true_identity_is_proved(left: Expr, right: Expr, conditions: tuple[Boolean, ...]) -> None:
    assert how(left, right, conditions)


@pytest.mark.parametrize(("left", "right", "conditions"), FALSE, ids=str)
def test_false_or_only_sometimes_true_identity_is_not_proved(
    left: Expr, right: Expr, conditions: tuple[Boolean, ...]
) -> None:
    assert how(left, right, conditions) == ""


def test_proof_names_the_relations_it_rests_on() -> None:
    assert "modulo Y1^2 = 1 - c^2" in how(*case(sin(2 * acos(c)), 2 * c * WAVE))
    assert how(*case((x**2 - 1) / (x - 1), x + 1)) == "rational normal form"
    assert how(S(x), S(x), ()) == "identical expressions"


def test_expression_that_outgrows_the_limits_is_not_proved() -> None:
    letters = symbols("l0:12")
    grown = sum(letters) ** 40 - (sum(letters) + 1) ** 40
    assert vanishes(grown, Domain(letters), seconds=2) == ""


def test_division_by_a_hidden_zero_proves_nothing() -> None:
    zero = sin(x) ** 2 + cos(x) ** 2 - 1
    assert how(*case(1 / zero, 1 / zero + 1)) == ""


# Rewritings that hold on some branches only: whatever the proof lets pass must be true at points.
RASH = (
    lambda u: (sqrt(u**2), u),
    lambda u: (log(u**2), 2 * log(u)),
    lambda u: (acos(cos(u)), u),
    lambda u: (asin(sin(u)), u),
    lambda u: (atan(tan(u)), u),
    lambda u: (sqrt(u**2 - 1), sqrt(u - 1) * sqrt(u + 1)),
    lambda u: (sqrt(1 - cos(u)), sqrt(2) * sin(u / 2)),
    lambda u: (atan(u) + atan(1 / u), pi / 2),
    lambda u: ((u**3) ** Rational(1, 3), u),
    lambda u: (acosh(u), log(u + sqrt(u**2 - 1))),
    lambda u: (2 * acos(u), acos(2 * u**2 - 1)),
    lambda u: (Abs(u), u),
    lambda u: (atan2(u, x), atan(u / x)),
    lambda u: (exp(u), exp(u) * (1 + Rational(1, 10**40))),
    lambda u: (sqrt(u * x), sqrt(u) * sqrt(x)),
    lambda u: (sin(2 * u), 2 * sin(u)),
)
DOMAINS: tuple[tuple[Boolean, ...], ...] = (
    (),
    (x > 0,),
    (x < 0,),
    (x > -1, x < 1),
    (x >= 0, x <= pi),
    (x > 1,),
    (x > 0, y > 0),
    (y < x,),
)
LEAVES = st.sampled_from([x, y, S(2), S(-1), Rational(1, 3), pi])


def _grow(children: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    unary = st.sampled_from(
        [sin, cos, exp, sqrt, Abs, atan, lambda u: u**2, lambda u: -u, lambda u: 1 + u**2]
    )
    binary = st.sampled_from([lambda u, v: u + v, lambda u, v: u * v, lambda u, v: u - v])
    return st.one_of(
        st.builds(lambda g, u: g(u), unary, children),
        st.builds(lambda g, u, v: g(u, v), binary, children, children),
    )


TREES = st.recursive(LEAVES, _grow, max_leaves=4)


@settings(max_examples=150, deadline=None)
@given(
    tree=TREES,
    rash=st.sampled_from(RASH),
    domain=st.sampled_from(DOMAINS),
    places=st.lists(
        st.tuples(st.fractions(-6, 6, max_denominator=50), st.fractions(-6, 6, max_denominator=50)),
        min_size=3,
        max_size=6,
    ),
)
def test_whatever_is_proved_is_zero_at_points(tree, rash, domain, places) -> None:
    left, right = rash(tree)
    if not vanishes(left - right, Domain((x, y), domain), seconds=3):
        return
    for place in places:
        point = {x: Rational(str(place[0])), y: Rational(str(place[1]))}
        if all(condition.subs(point) == True for condition in domain):  # noqa: E712
            assert _may_be_zero(left - right, point)


def _may_be_zero(expr: Expr, point: dict[Symbol, Expr]) -> bool:
    """Whether a ball at 200 bits contains zero, or the expression has no value there."""
    ball = enclose(expr, point, 200)
    with ctx.workprec(200):
        return not ball.is_finite() or bool(ball.contains(0))
