"""Closed Gaussian expectations against the integral that defines them, and what is refused."""

from __future__ import annotations

import mpmath as mp
import pytest
from sympy import (
    Abs,
    And,
    DiracDelta,
    Dummy,
    Expr,
    Function,
    Heaviside,
    Integral,
    Matrix,
    Max,
    Min,
    N,
    Piecewise,
    Rational,
    acos,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    gamma,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symdyn.calculus.activations import gelu, leaky_relu, relu, step
from symdyn.calculus.gaussian import gaussian_expectation, gaussian_integral
from symdyn.calculus.obligations import gathering
from symdyn.errors import DomainError, InputError, UnsupportedError
from symdyn.numerics.balls import enclose
from tests.calculus.gaussian_quadrature import in_plane, on_line

z, w = symbols("z w", real=True)
c, k = symbols("c k", real=True)
a, b, q = symbols("a b q", positive=True)
q11, q22 = symbols("q11 q22", positive=True)
q12 = symbols("q12", real=True)
alpha, beta = symbols("alpha beta", positive=True)
UNEQUAL = Matrix([[q11, q12], [q12, q22]])
THIRD = Rational(1, 3)


def close(closed: Expr, quadrature: mp.mpf, digits: int = 12) -> bool:
    value = mp.mpmathify(N(closed, 25))
    return abs(value - quadrature) <= mp.mpf(10) ** -digits * max(1, abs(quadrature))


TWO_VARIABLES = (
    relu(z) ** 2 * step(w),
    z**3 * relu(w),
    leaky_relu(z, THIRD) * leaky_relu(w, THIRD),
    leaky_relu(z, -THIRD) ** 2 * relu(w),
    Abs(z) * Abs(w),
    sign(z) * sign(w),
    sign(z) * Abs(w) * w,
    Max(z, w),
    Max(z, w) ** 2 * step(z),
    Min(z, w, 0),
    relu(z + w) * relu(z - w),
    relu(z) * relu(w) * relu(z - w),
    relu(Abs(z) - Abs(w)),
    relu(z * w),
    Piecewise((z, z > 0), (w**2, True)),
    Piecewise((1, And(z > w, z > -w)), (z, z + w > 0), (0, True)),
    Heaviside(-z) * Heaviside(w) * (z - w) ** 2,
    erf(z) * erf(w),
    z * erf(z) * w * erf(w / 2),
    erf(z) * step(w) * z,
    erf(z + w) * sign(w),
    gelu(z) * gelu(w),
    gelu(z) * relu(w),
    gelu(z) * (1 + z**2) * w**3,
    cos(z) * cos(w / 2),
    sin(z + 1) * w,
    exp(z / 2) * w**2,
    exp(-(z**2)) * cos(w),
    exp(-(z**2) - w**2 / 3) * relu(w) * relu(z),
    exp(-(z**2) / 2) * erf(w) * z,
    cosh(z / 2) * sin(w) * z,
    erfc(z) * w,
)


@pytest.mark.parametrize("f", TWO_VARIABLES, ids=str)
def test_functions_of_two_variables_have_the_value_of_their_integral(f: Expr) -> None:
    closed = gaussian_expectation(f, (z, w), UNEQUAL)
    p, v, rho = Rational(6, 5), Rational(7, 10), Rational(-2, 5)
    value = closed.subs({q11: p, q22: v, q12: rho * sqrt(p * v)})
    assert close(value, in_plane(f, (z, w), -0.4, (1.2, 0.7)), digits=11)


@pytest.mark.parametrize("f", TWO_VARIABLES[:8], ids=str)
def test_unit_variances_need_the_correlation_alone(f: Expr) -> None:
    closed = gaussian_expectation(f, (z, w), c)
    assert close(closed.subs(c, Rational(7, 10)), in_plane(f, (z, w), 0.7))


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("j", range(2))
@pytest.mark.parametrize("l", range(2))
@pytest.mark.parametrize("jumps", range(2))
def test_products_of_powers_kinks_and_jumps(i: int, j: int, l: int, jumps: int) -> None:
    f = z**i * relu(z) ** j * step(w) ** jumps * w**l
    closed = gaussian_expectation(f, (z, w), c).subs(c, Rational(3, 5))
    assert close(closed, in_plane(f, (z, w), 0.6), digits=11)


ONE_VARIABLE = (
    (relu(z), (0,)),
    (relu(z - THIRD), (1 / mp.mpf(3),)),
    (relu(THIRD - z) ** 3, (1 / mp.mpf(3),)),
    (exp(-(z**2)) * z**2, (0,)),
    (Abs(z) ** Rational(3, 2), (0,)),
    (Max(0, Min(1, z)), (0, 1)),
    (relu(Abs(z) - 1), (-1, 1)),
    (relu(z**2 - 1) * z**2, (-1, 1)),
    (Piecewise((z**2, z < -1), (1, z < 1), (z, True)), (-1, 1)),
    (z * sin(2 * z), (0,)),
    (sin(z) * step(z), (0,)),
    (cos(z) * relu(z - 1), (1,)),
    (erf(z) ** 2, (0,)),
    (erf(z - 1) * z, (0,)),
    (gelu(z) ** 2, (0,)),
    (cos(z**2), (0,)),
    (sqrt(z) * step(z - 1), (1,)),
    (2**z * relu(-z), (0,)),
    (exp(z) * erf(z + 1), (0,)),
    (step(z) * step(1 - z) * sqrt(z), (0, 1)),
)


@pytest.mark.parametrize(("f", "kinks"), ONE_VARIABLE, ids=lambda value: str(value))
def test_functions_of_one_variable_have_the_value_of_their_integral(
    f: Expr, kinks: tuple[object, ...]
) -> None:
    variance = Rational(4, 5)
    wanted = on_line(f, z, mp.mpf(4) / 5, kinks)
    assert close(gaussian_expectation(f, z, variance), wanted)
    assert not gaussian_expectation(f, z, variance).has(Dummy)


def test_slope_of_a_leaky_relu_may_be_a_symbol() -> None:
    value = gaussian_expectation(leaky_relu(z, k) * leaky_relu(w, k), (z, w), c)
    assert expand(value.subs(k, 1) - c) == 0
    fixed = gaussian_expectation(leaky_relu(z, -3) * leaky_relu(w, -3), (z, w), c)
    assert expand(value.subs(k, -3) - fixed) == 0


def test_real_powers_agree_with_natural_ones() -> None:
    real = gaussian_expectation(relu(z) ** alpha * relu(w) ** beta, (z, w), c)
    for m, n in ((1, 1), (2, 1), (3, 2)):
        natural = gaussian_expectation(relu(z) ** m * relu(w) ** n, (z, w), c)
        point = {alpha: m, beta: n, c: Rational(-1, 3)}
        assert abs(N((real - natural).subs(point), 30)) < 1e-25


def test_real_powers_of_two_variables_have_the_value_of_their_integral() -> None:
    f = relu(z) ** Rational(5, 2) * relu(w) ** Rational(7, 2)
    closed = gaussian_expectation(f, (z, w), Rational(1, 2))
    assert close(closed, in_plane(f, (z, w), 0.5), digits=6)  # end points limit the quadrature


def test_moment_of_a_real_power_is_a_gamma_function() -> None:
    found = gaussian_expectation(relu(z) ** alpha, z, q)
    wanted = 2 ** (alpha / 2 - 1) * q ** (alpha / 2) * gamma((alpha + 1) / 2) / sqrt(pi)
    assert (found / wanted).subs({alpha: Rational(5, 3), q: 3}).evalf(30) == pytest.approx(1)


def test_expectation_is_linear_and_constants_keep_their_value() -> None:
    assert gaussian_expectation(k, (z, w), c) == k
    assert gaussian_expectation(0, z) == 0
    total = gaussian_expectation(k * relu(z) + 2 * z * w, (z, w), c)
    parts = k * gaussian_expectation(relu(z), z) + 2 * gaussian_expectation(z * w, (z, w), c)
    assert expand(total - parts) == 0


def test_coefficients_of_two_kinks_may_have_any_sign() -> None:
    f = relu(z + k * w) * relu(z)
    for slope in (-2, 3):
        value = gaussian_expectation(f, (z, w), c).subs(k, slope)
        fixed = gaussian_expectation(f.subs(k, slope), (z, w), c)
        assert abs(N((value - fixed).subs(c, Rational(-1, 3)), 30)) < 1e-25


def test_uncorrelated_variables_factorise_even_with_biases() -> None:
    joint = gaussian_expectation(relu(z - a) * step(w - b), (z, w), 0)
    alone = gaussian_expectation(relu(z - a), z) * gaussian_expectation(step(w - b), w)
    assert expand(joint - alone) == 0


def test_perfect_correlation_is_one_variable() -> None:
    assert gaussian_expectation(relu(z) * relu(w), (z, w), 1) == Rational(1, 2)
    assert gaussian_expectation(relu(z) * relu(w), (z, w), -1) == 0
    assert gaussian_expectation(relu(z - w), (z, w), 1) == 0
    assert gaussian_expectation(Abs(z) + 1, z, 0) == 1


def test_homogeneity_scales_the_standard_deviations_out() -> None:
    f = relu(z) ** 2 * relu(w)
    value = gaussian_expectation(f, (z, w), Matrix([[q, c * q], [c * q, q]]))
    assert expand(value - q ** Rational(3, 2) * gaussian_expectation(f, (z, w), c)) == 0


def test_order_of_the_variables_does_not_matter() -> None:
    f = relu(z) ** 2 * gelu(w)
    turned = gaussian_expectation(f, (w, z), Matrix([[q22, q12], [q12, q11]]))
    point = {q11: 2, q22: 3, q12: -1}
    straight = gaussian_expectation(f, (z, w), UNEQUAL)
    assert abs(N((straight - turned).subs(point), 30)) < 1e-25


def test_three_variables_with_at_most_two_kinks() -> None:
    y = symbols("y", real=True)
    covariance = Matrix([[1, c, k], [c, 1, 0], [k, 0, 1]])
    value = gaussian_expectation(y**2 * relu(z) * step(w), (z, w, y), covariance)
    regressed = gaussian_expectation(z**2 * relu(z) * step(w), (z, w), c)
    assert value.has(acos) is regressed.has(acos)
    with pytest.raises(UnsupportedError, match="orthant"):
        gaussian_expectation(relu(y) * relu(z) * relu(w), (z, w, y), covariance)


def test_delta_functions_condition() -> None:
    density = gaussian_expectation(DiracDelta(z) * DiracDelta(w), (z, w), c)
    assert density == 1 / (2 * pi * sqrt(1 - c**2))
    slope = gaussian_expectation(DiracDelta(z, 1) * z, z, q)
    assert slope == -1 / sqrt(2 * pi * q)
    shifted = gaussian_expectation(DiracDelta(z - 1) * cos(z), z)
    assert shifted == exp(-Rational(1, 2)) * cos(1) / sqrt(2 * pi)


def test_symbolic_exponents_complete_the_square() -> None:
    assert gaussian_expectation(exp(a * z), z, q) == exp(a**2 * q / 2)
    assert gaussian_expectation(exp(-a * z**2), z, q) == 1 / sqrt(2 * a * q + 1)
    waves = gaussian_expectation(cos(a * z) * cos(b * w), (z, w), c)
    wanted = exp(-(a**2 + b**2) / 2) * cosh(a * b * c)
    assert expand(waves - wanted.rewrite(exp)) == 0


def test_results_are_the_same_in_every_run_and_do_not_touch_symbols_of_the_author() -> None:
    theta, phi, r = symbols("theta phi r", positive=True)
    f = theta * relu(z) * relu(w) + phi * r * z**2
    first, second = (gaussian_expectation(f, (z, w), c) for _ in range(2))
    assert str(first) == str(second)
    assert first.free_symbols == {theta, phi, r, c}


def test_variables_without_assumptions_are_taken_to_be_real() -> None:
    x = symbols("x")
    assert gaussian_expectation(Abs(x), x) == sqrt(2) / sqrt(pi)


@pytest.mark.parametrize(
    "f",
    [
        tanh(z),
        relu(z) * tanh(w),
        relu(z - 1) * relu(w),
        sqrt(z),
        1 / (1 + z**2),
        exp(z**3),
        exp(k * z**2),
        relu(z - k) * step(1 - z),
        relu(z + k * w) * relu(z) * relu(w),
        relu(exp(z) - 2),
        relu(z**2 + w),
        erf(z - 1) * erf(w),
        erf(z) ** 2 * erf(w) ** 2,
        Heaviside(z) * DiracDelta(z),
        DiracDelta(z**2 - 1),
        DiracDelta(z, 1) * Abs(z),
        Function("f")(z),
        Piecewise((1, z > 0)),
        Piecewise((z, k > 0), (relu(z), True)),
        relu(z) ** k,
    ],
    ids=str,
)
def test_what_no_route_can_do_is_refused(f: Expr) -> None:
    with pytest.raises(UnsupportedError):
        gaussian_expectation(f, (z, w), c)


def test_infinite_expectations_are_refused() -> None:
    with pytest.raises(DomainError):
        gaussian_expectation(exp(z**2), z)
    with pytest.raises(DomainError):
        gaussian_expectation(step(z) / z, z)


def test_a_gaussian_variable_must_not_be_declared_positive() -> None:
    x = symbols("x", positive=True)
    with pytest.raises(InputError, match="positive"):
        gaussian_expectation(Max(x, 0), x)


@pytest.mark.parametrize("covariance", [2, -2, Matrix([[1, 2], [2, 1]]), Matrix([[-1, 0], [0, 1]])])
def test_impossible_covariances_are_refused(covariance: object) -> None:
    with pytest.raises(DomainError):
        gaussian_expectation(z * w, (z, w), covariance)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [
        (z, (z, z), c),
        (z, (), None),
        (z, (z, w), Matrix([[1, 0], [1, 1]])),
        (z, (z, w), Matrix([[1]])),
        (z, (z, w), z),
        (z, z, Matrix([[1, 0], [0, 1]])),
        (z > 0, z, None),
    ],
    ids=str,
)
def test_arguments_that_make_no_sense_are_refused(arguments: tuple[object, ...]) -> None:
    with pytest.raises(InputError):
        gaussian_expectation(*arguments)  # type: ignore[arg-type]


def test_the_integral_is_the_definition_and_is_not_evaluated() -> None:
    integral = gaussian_integral(z * w, (z, w), c)
    assert isinstance(integral, Integral)
    assert [tuple(limit) for limit in integral.limits] == [(w, -oo, oo), (z, -oo, oo)]
    assert integral.subs(c, 0).doit() == 0


def test_the_polar_integral_is_the_same_integral() -> None:
    polar = gaussian_integral(z * w, (z, w), Matrix([[q11, q12], [q12, q22]]), polar=True)
    assert expand(polar.doit(), trig=True) == q12


def test_obligations_and_facts_are_stated() -> None:
    with gathering() as debts:
        gaussian_expectation(relu(z) * relu(w), (z, w), c)
    assert "polar coordinates" in debts.facts
    assert any("differentiated back" in o.because for o in debts.obligations)


def test_every_obligation_is_true() -> None:
    with gathering() as debts:
        gaussian_expectation(relu(z) ** 2 * relu(w), (z, w), c)
        gaussian_expectation(relu(z - 1) ** 3, z)
        gaussian_expectation(erf(z) * erf(w) * exp(-(z**2)), (z, w), Rational(1, 3))
    assert len(debts.obligations) > 4
    for obligation in debts.obligations:
        names = sorted((obligation.left - obligation.right).free_symbols, key=str)
        point = {name: Rational(3 + i, 5) for i, name in enumerate(names)}
        point |= {name: 2 for name in names if name.name in ("v",)}
        assert abs(N((obligation.left - obligation.right).subs(point), 20)) < 1e-15, obligation


@pytest.mark.parametrize("f", [relu(z) ** 2 * step(w), relu(z) * relu(w) ** 3, abs(z) * sign(w)])
def test_a_homogeneous_definition_is_a_radial_times_an_angular_integral(f: Expr) -> None:
    definition = gaussian_integral(f, (z, w), c, polar=True)
    assert len(definition.atoms(Integral)) == 2
    value = gaussian_expectation(f, (z, w), c)
    for place in (Rational(1, 3), Rational(-9, 10)):
        difference = enclose(definition - value, {c: place}, 200)
        assert difference.contains(0) and abs(difference).abs_upper() < 1e-40
