"""Price's theorem against the derivative of the closed form, and weak derivatives."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    DiracDelta,
    Expr,
    Heaviside,
    Matrix,
    Max,
    N,
    Piecewise,
    Rational,
    cos,
    erf,
    exp,
    sign,
    symbols,
)

from symdyn.calculus.activations import gelu, leaky_relu, relu, step
from symdyn.calculus.gaussian import gaussian_expectation
from symdyn.calculus.price import derivative_in_covariance, weak_derivative
from symdyn.errors import InputError

z, w = symbols("z w", real=True)
q12 = symbols("q12", real=True)
q11, q22 = symbols("q11 q22", positive=True)
COVARIANCE = Matrix([[q11, q12], [q12, q22]])
POINT = {q11: Rational(13, 10), q22: Rational(4, 5), q12: Rational(-2, 5)}
PAIRS = (((z, w), q12), ((z, z), q11), ((w, w), q22))


@pytest.mark.parametrize(
    "f",
    [
        relu(z) ** 2 * relu(w),
        leaky_relu(z, Rational(1, 5)) * leaky_relu(w, Rational(1, 5)),
        sign(z) * Abs(w),
        step(z) * step(w),
        Max(z, w),
        Piecewise((z * w, z > w), (1, True)),
        gelu(z) * gelu(w),
        relu(z) * erf(w),
        exp(z) * cos(w),
    ],
    ids=str,
)
@pytest.mark.parametrize(("pair", "entry"), PAIRS, ids=["covariance", "first", "second"])
def test_expectation_of_derivatives_is_the_derivative(
    f: Expr, pair: tuple[Expr, Expr], entry: Expr
) -> None:
    by_price = derivative_in_covariance(f, (z, w), COVARIANCE, pair)
    directly = gaussian_expectation(f, (z, w), COVARIANCE).diff(entry)
    assert abs(N((by_price - directly).subs(POINT), 30)) < 1e-25


def test_jumps_of_piecewise_functions_have_deltas() -> None:
    f = Piecewise((3, z > 1), (1, True))
    found = weak_derivative(f, z, (z,))
    assert found.has(DiracDelta)
    assert gaussian_expectation(found, z) == 2 * gaussian_expectation(DiracDelta(z - 1), z)


def test_the_slope_of_a_kink_is_a_step() -> None:
    found = weak_derivative(Max(z, 0), z, (z,))
    assert gaussian_expectation(found - Heaviside(z), z) == 0


def test_a_pair_of_foreign_variables_is_refused() -> None:
    with pytest.raises(InputError):
        derivative_in_covariance(z * w, (z, w), None, (z, q11))
