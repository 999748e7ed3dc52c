"""Every entry of the table: Arb against mpmath at real and complex points, and SymPy's branches."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb
from sympy import I, Rational, Symbol

from symdyn.numerics.balls import enclose
from symdyn.numerics.functions import ENTRIES, TABLE
from symdyn.numerics.precision import evaluate

DIGITS = 60
BITS = 260

X = Symbol("x")
Z = sp.symbols("z:4")

REAL = (Rational(1, 3), Rational(-7, 5), Rational(5, 2), Rational(-13, 4))
COMPLEX = (Rational(1, 3) + I / 2, Rational(-7, 5) + 2 * I / 3, Rational(5, 2) - 3 * I / 4)
ON_CUTS = (sp.Integer(2), sp.Integer(-2), 2 * I, -2 * I, I / 2, -I / 2, Rational(1, 2))
POINTS = REAL + COMPLEX + ON_CUTS
ORDERS = (sp.Integer(0), sp.Integer(2), Rational(1, 3), Rational(-3, 2))

UNARY = tuple(
    e.function
    for e in ENTRIES
    if e.function
    in (
        sp.exp,
        sp.log,
        sp.LambertW,
        sp.sin,
        sp.cos,
        sp.tan,
        sp.cot,
        sp.sec,
        sp.csc,
        sp.sinc,
        sp.asin,
        sp.acos,
        sp.atan,
        sp.acot,
        sp.asec,
        sp.acsc,
        sp.sinh,
        sp.cosh,
        sp.tanh,
        sp.coth,
        sp.sech,
        sp.csch,
        sp.asinh,
        sp.acosh,
        sp.atanh,
        sp.acoth,
        sp.asech,
        sp.acsch,
        sp.Abs,
        sp.sign,
        sp.arg,
        sp.re,
        sp.im,
        sp.conjugate,
        sp.erf,
        sp.erfc,
        sp.erfi,
        sp.fresnels,
        sp.fresnelc,
        sp.Ei,
        sp.li,
        sp.Li,
        sp.Si,
        sp.Ci,
        sp.Shi,
        sp.Chi,
        sp.gamma,
        sp.loggamma,
        sp.digamma,
        sp.factorial,
        sp.factorial2,
        sp.catalan,
        sp.harmonic,
        sp.fibonacci,
        sp.lucas,
        sp.zeta,
        sp.dirichlet_eta,
        sp.airyai,
        sp.airybi,
        sp.airyaiprime,
        sp.airybiprime,
        sp.elliptic_k,
        sp.elliptic_e,
        sp.floor,
        sp.ceiling,
    )
)
REAL_UNARY = (sp.frac, sp.erfinv, sp.erfcinv)
WITH_ORDER = (
    sp.besselj,
    sp.bessely,
    sp.besseli,
    sp.besselk,
    sp.hankel1,
    sp.hankel2,
    sp.jn,
    sp.yn,
    sp.expint,
    sp.uppergamma,
    sp.lowergamma,
    sp.legendre,
    sp.hermite,
    sp.hermite_prob,
    sp.chebyshevt,
    sp.chebyshevu,
    sp.laguerre,
)
THIRD = Rational(1, 3)
OTHERS = (
    (sp.atan2, ((1, 2), (1, -2), (-1, -2), (0, -1), (-1, 0), (1 + I, 2))),
    (sp.Heaviside, ((1, Rational(1, 2)), (-1, 0), (0, Rational(1, 2)), (0, 1))),
    (sp.Max, ((1, 2), (2, 1, THIRD))),
    (sp.Min, ((1, 2), (2, 1, THIRD))),
    (sp.Mod, ((7, 3), (-7, 3), (Rational(7, 2), Rational(2, 3)), (7, -3))),
    (
        sp.polylog,
        ((2, Rational(1, 3)), (2, -7), (2, 3), (0, 1 + I), (THIRD, Rational(1, 2)), (3, I)),
    ),
    (sp.erf2, ((THIRD, 2), (I, 1 - I))),
    (sp.polygamma, ((0, THIRD), (1, Rational(5, 2)), (2, 1 + I), (3, Rational(-1, 2)))),
    (sp.binomial, ((5, 2), (THIRD, 2), (THIRD, Rational(1, 5)), (-3, 2), (7, -1))),
    (sp.beta, ((THIRD, 2), (1 + I, THIRD))),
    (sp.betainc, ((THIRD, 2, 0, Rational(1, 2)), (2, 3, Rational(1, 4), Rational(3, 4)))),
    (sp.betainc_regularized, ((THIRD, 2, 0, Rational(1, 2)),)),
    (sp.RisingFactorial, ((THIRD, 3), (THIRD, Rational(1, 2)), (-2, 3))),
    (sp.FallingFactorial, ((THIRD, 3), (THIRD, Rational(1, 2)), (4, 2))),
    (sp.harmonic, ((Rational(7, 2), 1), (5, 2), (THIRD, 3))),
    (sp.zeta, ((3, THIRD), (Rational(1, 2), 2), (-1, THIRD))),
    (sp.lerchphi, ((THIRD, 2, Rational(1, 2)), (Rational(1, 2) + I / 3, 3, 2))),
    (sp.stieltjes, ((0, 1), (2, 1), (1, THIRD))),
    (sp.elliptic_f, ((THIRD, Rational(1, 2)), (2, Rational(1, 2)), (1 + I, -1), (4, THIRD))),
    (sp.elliptic_e, ((THIRD, Rational(1, 2)), (2, Rational(1, 2)), (1 + I, -1))),
    (sp.elliptic_pi, ((THIRD, Rational(1, 2)), (-1, THIRD), (THIRD, 1, Rational(1, 2)))),
    (sp.LambertW, ((2, -1), (Rational(-1, 5), -1), (1 + I, 2), (-3, 1))),
    (sp.assoc_legendre, ((3, 1, THIRD), (2, 2, -THIRD), (3, 2, THIRD + I), (2, 1, 2))),
    (sp.assoc_laguerre, ((3, THIRD, 2), (Rational(1, 2), 1, THIRD))),
    (sp.gegenbauer, ((3, THIRD, 2), (2, Rational(3, 2), I))),
    (sp.jacobi, ((3, THIRD, 1, 2), (2, 1, Rational(1, 2), I))),
)
HYPER = (
    ((), (THIRD,), 2),
    ((THIRD,), (Rational(3, 2),), -5),
    ((1, THIRD), (Rational(5, 2),), Rational(1, 2)),
    ((1, THIRD), (Rational(5, 2),), -7),
    ((1, THIRD), (Rational(5, 2),), 3),
    ((1, THIRD), (Rational(5, 2),), 2 + I),
    ((1, 1, THIRD), (2, Rational(5, 2)), Rational(1, 4)),
    ((THIRD,), (), Rational(1, 2)),
    ((Rational(1, 2), 1), (Rational(3, 2), THIRD), -4),
)


def agree(function: type, args: tuple[object, ...]) -> None:
    """The ball contains mpmath's value within mpmath's error, and is narrow."""
    symbols = Z[: len(args)]
    expr = function(*symbols)
    check(expr, dict(zip(symbols, map(sp.sympify, args), strict=True)))


def check(expr: sp.Expr, point: dict[Symbol, object]) -> None:
    ball = enclose(expr, point, BITS)
    value = evaluate(expr, point, DIGITS)
    assert ball.is_finite() == bool(mpmath.isfinite(value)), (expr, point, ball, value)
    if not ball.is_finite():
        return
    with mpmath.workdps(DIGITS + 15):
        centre = evaluate(expr, {**point}, DIGITS)
        middle = mpmath.mpc(_mid(ball.real), _mid(ball.imag))
        scale = max(abs(centre), mpmath.mpf(10) ** -20)
        assert abs(middle - centre) <= scale * mpmath.mpf(10) ** (2 - DIGITS), (expr, point)
    if mpmath.im(value) == 0 and not isinstance(value, mpmath.mpc):
        assert ball.imag.contains(0)


def _mid(x: arb) -> mpmath.mpf:
    mantissa, exponent = x.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
def test_arb_and_mpmath_agree_on_functions_of_one_number(function: type) -> None:
    for point in POINTS:
        check(function(X, evaluate=False), {X: point})


@pytest.mark.parametrize("function", REAL_UNARY, ids=lambda f: f.__name__)
def test_arb_and_mpmath_agree_on_functions_of_a_real_number(function: type) -> None:
    for point in (Rational(1, 3), Rational(1, 7), Rational(3, 4)):
        check(function(X, evaluate=False), {X: point})


@pytest.mark.parametrize("function", WITH_ORDER, ids=lambda f: f.__name__)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_arb_and_mpmath_agree_on_functions_with_an_order(function: type, order: sp.Expr) -> None:
    for point in POINTS:
        check(function(Z[0], X, evaluate=False), {Z[0]: order, X: point})


@pytest.mark.parametrize("function, places", OTHERS, ids=lambda v: getattr(v, "__name__", ""))
def test_arb_and_mpmath_agree_on_functions_of_several_numbers(
    function: type, places: tuple[tuple[object, ...], ...]
) -> None:
    for args in places:
        agree(function, args)


@pytest.mark.parametrize("upper, lower, z", HYPER, ids=str)
def test_arb_and_mpmath_agree_on_hypergeometric_functions(
    upper: tuple[object, ...], lower: tuple[object, ...], z: object
) -> None:
    check(sp.hyper(upper, lower, X), {X: sp.sympify(z)})


def test_every_entry_with_balls_is_tested() -> None:
    tested = {*UNARY, *REAL_UNARY, *WITH_ORDER, *(f for f, _ in OTHERS), sp.hyper}
    assert {e.function for e in ENTRIES if e.ball is not None} == tested


def test_no_function_stands_twice_in_the_table() -> None:
    assert len(TABLE) == len(ENTRIES)
