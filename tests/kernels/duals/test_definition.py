"""The definition of duals in high precision, at the ends of the correlation."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb
from sympy import Expr, Max, Rational, Symbol, exp, tanh

from symdyn.kernels.duals.definition import Definition
from symdyn.kernels.duals.moments import Moments
from symdyn.kernels.duals.pieces import Pieces, kinks_of
from symdyn.numerics.balls import enclose

z = Symbol("z", real=True)
F = (tanh(z), z * (1 + tanh(z)), Max(z - Rational(1, 2), 0) * exp(-z))


def definition(f: Expr) -> Definition:
    return Definition(Moments(Pieces(f, z, kinks_of(f, z)), 0))


@pytest.mark.parametrize("f", F)
@pytest.mark.parametrize("way", [1, -1])
def test_perfect_correlation_is_an_integral_over_one_variable(f: Expr, way: int) -> None:
    found = definition(f).product(arb(2), arb(2), arb(way))
    density = exp(-(z**2) / 4) / sp.sqrt(4 * sp.pi)
    exact = enclose(sp.Integral(f * f.subs(z, way * z) * density, (z, -sp.oo, sp.oo)), {}, 120)
    assert abs(found - exact) <= 1e-30 * abs(exact) + arb("1e-32")
    assert not abs(found * (1 + arb("1e-20")) - exact) <= 1e-30 * abs(exact) or exact == 0


def test_it_is_the_limit_of_what_comes_before() -> None:
    d = definition(F[1])
    for way in (1, -1):
        near = d.product(arb(2), arb(2), arb(way * (1 - 1e-13)))
        assert abs(near - d.product(arb(2), arb(2), arb(way))) < 1e-11
