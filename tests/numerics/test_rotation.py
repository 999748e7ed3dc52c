"""Oscillating integrals are turned into decaying ones only where Cauchy's theorem allows it."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb
from sympy import (
    E,
    EulerGamma,
    I,
    Integer,
    Integral,
    Rational,
    Symbol,
    cos,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
)

from symdyn.numerics.balls import enclose
from symdyn.numerics.rotation import turned

u = Symbol("u", positive=True)
x, a = sp.symbols("x a", real=True)
BITS = 200

KNOWN = (
    (sin(x) / x, 0, pi / 2),  # Dirichlet
    (sin(x) ** 2 / x**2, 0, pi / 2),
    (sin(x) ** 3 / x**3, 0, 3 * pi / 8),
    (cos(x**2), 0, sqrt(pi / 8)),  # Fresnel
    (sin(x**3) / x, 0, pi / 6),
    (cos(x) / (1 + x**2), 0, pi / (2 * E)),  # Laplace
    (x * sin(x) / (1 + x**2), 0, pi / (2 * E)),
    (sin(x) / sqrt(x), 0, sqrt(pi / 2)),
    (log(x) * sin(x) / x, 0, -EulerGamma * pi / 2),
    (sin(x) * cos(x) / x, 0, pi / 4),
    (cos(x) / x, 1, -sp.Ci(1)),
    (exp(I * x) / x, 1, sp.expint(1, -I)),
)


@pytest.mark.parametrize(("integrand", "start", "value"), KNOWN, ids=[str(k[0]) for k in KNOWN])
def test_known_integral_is_enclosed_to_fifty_digits(integrand, start, value):
    ball = enclose(Integral(integrand, (x, start, oo)), {}, BITS)
    exact = enclose(value, {}, BITS)
    assert ball.overlaps(exact)
    assert abs(ball - exact).abs_upper() < arb(10) ** -50


def test_neighbouring_value_is_excluded():
    ball = enclose(Integral(sin(x) / x, (x, 0, oo)), {}, BITS)
    assert not ball.overlaps(enclose(pi / 2 + Rational(1, 10**40), {}, BITS))


@pytest.mark.parametrize("rate", [-2, Rational(1, 3), 5])
def test_the_sign_of_the_frequency_chooses_the_side(rate):
    ball = enclose(
        Integral(sin(a * x) / x, (x, 0, oo)),
        {a: Integer(rate) if rate == int(rate) else rate},
        BITS,
    )
    assert ball.overlaps(enclose(sp.sign(rate) * pi / 2, {}, BITS))


@pytest.mark.parametrize(
    "integrand",
    [
        u * sin(u),  # grows
        cos(u),  # does not fall
        sin(u) * u ** Rational(1, 10),
        cos(u) / (2 + cos(u)),  # poles without end
        sp.tan(u) / u,
        sin(u) * sin(u**2),  # two kinds of waves
        sin(u) / log(u),  # a pole on the path
        sin(u) / sqrt(1 + u**2),  # branch points are not looked for
        exp(-u) * sin(u),  # decays as it is
        1 / u**2,
    ],
)
def test_what_cannot_be_turned_is_left_alone(integrand):
    assert turned(integrand, u, Integer(1), {}) is None


def test_the_path_starts_beyond_the_poles():
    found = turned(cos(u) / (u**2 + 100), u, Integer(1), {})
    assert found is not None
    (ordinary,) = [part for part in found.atoms(Integral) if part.limits[0][1] == 1]
    assert ordinary.limits[0][2] > 10


def test_far_poles_are_left_alone():
    assert turned(cos(u) / (u**2 + 10**8), u, Integer(1), {}) is None
