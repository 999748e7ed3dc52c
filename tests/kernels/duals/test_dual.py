"""Duals of activations: numbers against values from elsewhere, closed forms against numbers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from sympy import (
    Abs,
    Expr,
    Heaviside,
    I,
    Max,
    Piecewise,
    Rational,
    Symbol,
    cos,
    erf,
    exp,
    hermite,
    log,
    sin,
    sqrt,
    symbols,
    tan,
    tanh,
)

from symdyn import dual_activation
from symdyn.calculus.activations import gelu, silu, softplus
from symdyn.errors import DomainError, InputError
from symdyn.kernels.duals.dual import Dual, Route

z = symbols("z", real=True)

# 75 digits by a trapezoidal rule on balls, in one and two variables
KNOWN = [
    (tanh(z), "V", (0.25,), 0.17351614343237185095),
    (tanh(z), "V", (1e-12,), 9.99999999998e-13),
    (tanh(z), "V", (1e6,), 0.99920211576731372516),
    (tanh(z), "dV", (4.0,), 0.25595044322520891239),
    (tanh(z), "dV", (1e6,), 0.00053192295477144597),
    (tanh(z), "W", (0.01, 0.5), 0.00490250311387128756),
    (tanh(z), "W", (1.0, -0.5), -0.18632441320344808611),
    (tanh(z), "W", (25.0, 0.5), 0.32180181364722701968),
    (tanh(z), "dW", (1.0, 0.5), 0.38474702844103890153),
    (silu(z), "V", (25.0,), 12.2933798204970819532),
    (silu(z), "dV", (1e-6,), 0.25000024999975000029),
    (silu(z), "W", (1.0, 0.5), 0.18316966308815954082),
    (gelu(z), "W", (1.0, 0.5), 0.22729491502199153502),
    (gelu(z), "dW", (1.0, 0.5), 0.34226724245944310547),
]


@cache
def dual(phi: Expr) -> Dual:
    return dual_activation(phi)


@pytest.mark.parametrize(("phi", "name", "arguments", "known"), KNOWN)
def test_numbers_have_14_digits(
    phi: Expr, name: str, arguments: tuple[float, ...], known: float
) -> None:
    assert getattr(dual(phi), name)(*arguments) == pytest.approx(known, rel=1e-14)


def test_nothing_is_lost_at_either_end() -> None:
    """One-sided functions vanish like (1 + c)^(3/2), which needs 1 + c to all its digits."""
    gap = np.array([1e-300, 1e-12, 1e-3])
    numbers = dual(Max(z, 0)).W(2.0, one_plus_c=gap)
    angle = 2 * np.arcsin(np.sqrt(gap / 2))  # pi - theta
    wanted = 2 * (np.sin(angle) - angle * np.cos(angle)) / (2 * np.pi)
    assert numbers[2] == pytest.approx(wanted[2], rel=1e-12)
    assert numbers[:2] == pytest.approx(2 * (2 * gap[:2]) ** 1.5 / (6 * np.pi), rel=1e-11)
    near = dual(silu(z)).W(1.0, one_minus_c=1e-12)
    assert near == pytest.approx(0.35577551981697267388, rel=1e-14)


@pytest.mark.parametrize(
    "phi",
    [
        erf(z),
        gelu(z),
        sin(3 * z + 1),
        exp(z),
        Heaviside(z),
        Max(z, -z / 3),
        hermite(3, z),
        Piecewise((z ** Rational(7, 3), z > 0), (0, True)),
    ],
    ids=str,
)
def test_closed_forms_are_found_and_are_the_numbers(phi: Expr) -> None:
    found = dual(phi)
    assert found.route == Route.CLOSED
    at = {found.q_symbol: Rational(17, 10), found.c_symbol: Rational(-7, 10)}
    for name in ("V", "W", "dV", "dW"):
        form = getattr(found, f"{name}_expr")
        if form is None:
            assert name == "dV" and phi == Heaviside(z)
            continue
        number = getattr(found, name)(*([1.7] if name.endswith("V") else [1.7, -0.7]))
        assert number == pytest.approx(float(form.subs(at).evalf(25)), rel=1e-13)


def test_what_has_no_closed_form_says_so() -> None:
    found = dual(tanh(z))
    assert found.route == Route.QUADRATURE
    assert found.W_expr is None
    assert "tanh" in found.missing["W"]
    assert "no closed W" in repr(found)
    shifted = dual(Max(z - 1, 0))
    assert shifted.route == Route.CLOSED_V
    form = shifted.V_expr
    assert form is not None
    assert shifted.V(1.0) == pytest.approx(float(form.subs(shifted.q_symbol, 1)), 1e-13)


def test_a_wrong_closed_form_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    from symdyn.kernels.duals import closed_forms

    right = closed_forms.gaussian_expectation
    off = 1 + Rational(1, 10**25)
    monkeypatch.setattr(closed_forms, "gaussian_expectation", lambda *a: off * right(*a))
    found = dual_activation(sin(z))
    assert found.V_expr is None and found.W_expr is None
    assert "but the integral is" in found.missing["W"]


def test_the_slope_of_w_is_dw() -> None:
    """Price's theorem, by central differences, for a function with a kink and one without."""
    for phi in (softplus(z), Max(tanh(z), 0)):
        h = 1e-5
        c = np.array([-0.9, -0.3, 0.2, 0.8])
        slope = (dual(phi).W(1.5, c + h) - dual(phi).W(1.5, c - h)) / (2 * h)
        assert dual(phi).dW(1.5, c) * 1.5 == pytest.approx(slope, rel=1e-7)


def test_tables_and_single_numbers_agree() -> None:
    """Many correlations of one variance go through polynomials in c."""
    c = np.concatenate([np.linspace(-1, 1, 2001), -1 + np.logspace(-15, -3, 50)])
    for phi in (tanh(z), Max(tanh(z), 0)):
        many, few = dual(phi).W(3.0, c), dual(phi).W(3.0, c[::41])
        assert many[::41] == pytest.approx(few, rel=1e-13, abs=0)


def test_different_variances() -> None:
    """E[sin(z) sin(w)] = exp(-(q + q2)/2) sinh(cov)."""
    q, q2, c = 0.7, 2.5, np.array([-0.8, 0.3, 0.95])
    wanted = np.exp(-(q + q2) / 2) * np.sinh(c * np.sqrt(q * q2))
    assert dual(sin(z)).W(q, c, q2=q2) == pytest.approx(wanted, rel=1e-13)
    assert dual(sin(z)).W(q2, c, q2=q) == pytest.approx(wanted, rel=1e-13)


def test_arrays_broadcast_and_nan_is_what_is_outside() -> None:
    found = dual(tanh(z))
    q = np.array([[1.0], [-1.0], [np.nan], [0.0]])
    c = np.array([0.5, 1.1, 1 + 2.0**-52])
    values = found.W(q, c)
    assert values.shape == (4, 3)
    assert np.isnan(values[1:3]).all() and np.isnan(values[:, 1]).all()
    assert values[0, 2] == pytest.approx(found.V(1.0), rel=1e-14) and values[3, 0] == 0
    assert isinstance(found.V(1), float) and found.V(np.float32(1)) == found.V(1.0)
    assert found.V([]).shape == (0,)
    for wrong in (1j, "a", None):
        with pytest.raises(TypeError):
            found.V(wrong)


def test_a_correlation_is_given_once() -> None:
    for given in ({}, {"c": 0.1, "one_plus_c": 1.1}, {"one_minus_c": 1.0, "one_plus_c": 1.0}):
        with pytest.raises(TypeError, match="exactly one"):
            dual(tanh(z)).W(1.0, **given)


@pytest.mark.parametrize(
    ("phi", "error", "told"),
    [
        (exp(z**4), DomainError, "faster than z"),
        (exp(exp(z)), DomainError, "faster than z"),
        (1 / z, DomainError, "pole at z = 0"),
        (tan(z), DomainError, "pole at z = "),
        (Abs(z) ** Rational(-1, 2), DomainError, "pole at z = 0"),
        (sqrt(z), DomainError, "not real at z = -"),
        (log(z), DomainError, "not real at z = -"),
        (I * z, DomainError, "complex"),
        (z * Symbol("a"), InputError, "one symbol"),
        (Symbol("z", positive=True), InputError, "declare it"),
        ("tanh(z)", InputError, "not 'tanh"),
    ],
    ids=str,
)
def test_what_is_no_activation_is_refused(phi: object, error: type, told: str) -> None:
    with pytest.raises(error, match=told):
        dual_activation(phi)  # type: ignore[arg-type]


def test_poles_that_are_square_integrable_are_none() -> None:
    """E[|z|^(-1/2)] and E[log^2|z|] are finite, and have values."""
    assert dual(Abs(z) ** Rational(-1, 4)).V(1.0) == pytest.approx(1.7200799746, rel=1e-9)
    gamma_, pi_ = np.euler_gamma, np.pi
    wanted = ((gamma_ + np.log(2)) ** 2 + pi_**2 / 2) / 4
    assert dual(log(Abs(z))).V(1.0) == pytest.approx(wanted, rel=1e-13)


def test_a_jump_has_an_infinite_slope() -> None:
    found = dual(Heaviside(z) * cos(z) + tanh(z))
    assert found.dV(1.0) == np.inf and np.isnan(found.dV(-1.0))
    h = 1e-5
    slope = (found.W(1.0, 0.6 + h) - found.W(1.0, 0.6 - h)) / (2 * h)
    assert found.dW(1.0, 0.6) == pytest.approx(slope, rel=1e-7)
    assert found.dW(1.0, 1.0) == np.inf


def test_a_large_growth_is_followed() -> None:
    """E[exp(2 z)] = exp(2 q) has its weight at z = 2 q, far out."""
    assert dual(exp(z)).V(50.0) == pytest.approx(np.exp(100.0), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("phi", [tanh(z), silu(z), softplus(z)], ids=str)
def test_the_certificate_is_below_the_bar(phi: Expr) -> None:
    certificate = dual(phi).certificate
    assert certificate.second < 1e-14 and certificate.product < 2e-13
    assert certificate.points > 60
