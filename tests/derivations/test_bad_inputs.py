"""What the papers on linear networks and on Gaussian expectations do not allow is answered clearly.

A parameter that is fixed, or a symbol, outside of its domain: DomainError with the condition. What
is no such object at all: InputError. Elements of arrays: nan, which `tests/kernels/test_inputs.py`
asks of every kernel, and `tests/kernels/duals` of duals. What is never reached takes for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sympy import (
    Abs,
    DiracDelta,
    Heaviside,
    I,
    Matrix,
    Rational,
    S,
    Symbol,
    exp,
    eye,
    log,
    nan,
    oo,
    sin,
    sqrt,
    symbols,
    tan,
)

from symdyn import dual_activation, gaussian_expectation, kernel, relu
from symdyn.calculus.activations import step
from symdyn.calculus.alpha_relu import alpha_relu_dual
from symdyn.calculus.riccati import solve_radial_riccati
from symdyn.calculus.words.evaluation import explicit
from symdyn.calculus.words.polynomials import matrix, trace
from symdyn.errors import DomainError, InputError, UnsupportedError
from symdyn.library import saxe2013, yang2017

z, w = symbols("z w", real=True)
q = Symbol("q", positive=True)
HALF = Rational(1, 2)
SECONDS = 60  # none of them may hang

POWERS_TOO_LOW = (-HALF, "-1/2", Rational(-3, 4), -1, -3)
NO_POWERS = (I, "x", oo, nan, Symbol("a"), None)
NO_DEPTHS = (0, -1, HALF, 1.5, I, oo, nan, "x", Symbol("m"), None)


def second(f: Any, variance: Any = q) -> Any:
    return gaussian_expectation(f**2, z, variance)


def product(f: Any, correlation: Any) -> Any:
    return gaussian_expectation(f * f.subs(z, w), (z, w), correlation)


# Powers at which moments diverge ----------------------------------------------------------------


@pytest.mark.parametrize("alpha", POWERS_TOO_LOW, ids=str)
@pytest.mark.parametrize("name", ["V", "J", "one_minus_J", "W"])
def test_a_power_without_a_second_moment_names_the_condition(name: str, alpha: Any):
    with pytest.raises(DomainError, match="alpha > -1/2"):
        getattr(yang2017, f"alpha_relu_{name}")(alpha=alpha)


@pytest.mark.parametrize("alpha", NO_POWERS, ids=str)
@pytest.mark.parametrize("name", ["V", "W"])
def test_what_is_no_exact_number_is_no_power(name: str, alpha: Any):
    with pytest.raises(InputError, match="exact real number"):
        getattr(yang2017, f"alpha_relu_{name}")(alpha=alpha)


@pytest.mark.parametrize("alpha", [-HALF, -1])
def test_no_kernel_is_made_where_the_moment_is_infinite(alpha: Any):
    with pytest.raises(DomainError, match="alpha > -1/2"):
        kernel("yang2017::alpha_relu_V", alpha=alpha)


@pytest.mark.parametrize("alpha", ["1/2", "-2/5", "7/3"])
def test_powers_above_have_all_four(alpha: str):
    for name in ("V", "J", "one_minus_J", "W"):
        assert getattr(yang2017, f"alpha_relu_{name}")(alpha=alpha) is not None


# Expectations -----------------------------------------------------------------------------------

EXPECTATIONS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "negative variance": (lambda: second(relu(z), -1), DomainError, "not negative"),
    "negative symbol": (
        lambda: second(relu(z), Symbol("n", negative=True)), DomainError, "not negative",
    ),
    "complex variance": (lambda: second(relu(z), I), DomainError, "real and finite"),
    "no variance": (lambda: second(relu(z), nan), DomainError, "real and finite"),
    "infinite variance": (lambda: second(relu(z), oo), DomainError, "real and finite"),
    "correlation above 1": (lambda: product(relu(z), 2), DomainError, r"lie in \[-1, 1\]"),
    "correlation below -1": (
        lambda: product(sin(z), -3 * HALF), DomainError, r"lie in \[-1, 1\]",
    ),
    "complex correlation": (lambda: product(sin(z), I), DomainError, "real and finite"),
    "dual above 1": (lambda: alpha_relu_dual(HALF / 2, 2), DomainError, r"lies in \[-1, 1\]"),
    "dual of a complex correlation": (
        lambda: alpha_relu_dual(1, I), DomainError, r"lies in \[-1, 1\]",
    ),
    "steep power": (lambda: second(step(z) * z ** (-3 * HALF / 2)), DomainError, "it needs p > -1"),
    "a square too fast": (lambda: second(exp(z**2 / 2), 1), DomainError, r"2\*a\*q < 1"),
    "a square that may be too fast": (
        lambda: second(exp(z**2 / 2)), UnsupportedError, "nothing says that the expectation",
    ),
    "a fourth power": (lambda: second(exp(z**4)), UnsupportedError, "degree 1 or 2"),
    "a pole": (lambda: second(1 / Abs(z) ** HALF), DomainError, "it needs p > -1"),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_an_expectation_that_is_none_is_refused(name: str):
    attempt, error, told = EXPECTATIONS[name]
    begun = time.perf_counter()
    with pytest.raises(error, match=told):
        attempt()
    assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize(
    ("phi", "told"),
    [
        (exp(z**4), "faster than z"),
        (Heaviside(z) / sqrt(Abs(z)), "too steep"),
        (1 / (z - 1), "pole at z = 1"),
        (tan(z), "too steep"),
        (DiracDelta(z), "delta function"),
        (log(z), "not real"),
        (exp(I * z), "complex"),
    ],
    ids=str,
)
def test_an_activation_that_is_none_is_refused(phi: Any, told: str):
    with pytest.raises(DomainError, match=told):
        dual_activation(phi)


# Linear networks --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", NO_DEPTHS, ids=str)
@pytest.mark.parametrize("name", ["deep_flow", "deep_time", "depth_time", "elementary_deep_time"])
def test_a_number_of_weights_that_is_none_names_the_condition(name: str, n: Any):
    with pytest.raises(DomainError, match="whole number of at least 1"):
        getattr(saxe2013, name)(n=n)


@pytest.mark.parametrize("depth", [0, -2, HALF, "x"], ids=str)
@pytest.mark.parametrize("name", ["deep_matrix_flow"])
def test_a_depth_that_is_none_names_the_condition(name: str, depth: Any):
    with pytest.raises(DomainError, match="whole number of at least 1"):
        getattr(saxe2013, name)(depth=depth)


def test_an_elementary_form_is_that_of_a_number():
    with pytest.raises(InputError, match="give one"):
        saxe2013.elementary_deep_time(n=saxe2013.depth)


def test_no_kernel_is_made_of_half_a_layer():
    with pytest.raises(DomainError, match="whole number of at least 1"):
        kernel("saxe2013::deep_time", n=HALF)


A, B = matrix("A", 2, 3), matrix("B", 2, 3)
SIGMA, G = matrix("Sigma11", 2, 2, symmetric=True), matrix("G", 2, 2)
SHAPES: dict[str, tuple[Callable[[], Any], str]] = {
    "product": (lambda: A * B, r"A \(2 x 3\) by B \(2 x 3\)"),
    "sum": (lambda: A + B.T, "cannot add 3 x 2 to 2 x 3"),
    "trace": (lambda: trace(A), "only a square matrix"),
    "symmetric and not square": (lambda: matrix("S", 2, 3, symmetric=True), "must be square"),
    "a symmetric matrix replaced": (lambda: (SIGMA * A).subs({SIGMA: G}), "which is not"),
    "a value that is not symmetric": (
        lambda: explicit(SIGMA * SIGMA, {SIGMA: Matrix([[1, 2], [0, 1]])}, {}),
        "symmetric, but its value is not",
    ),
    "a flow and its form": (
        lambda: solve_radial_riccati(eye(2), eye(3), (1, 2), Symbol("t")), "must be 2 x 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_that_do_not_fit_are_refused(name: str):
    attempt, told = SHAPES[name]
    with pytest.raises(InputError, match=told):
        attempt()


NEVER = {"u0": -1, "u_f": 1, "s": 0, "c0": 0}
TIMES = (
    (NEVER, oo),
    ({**NEVER, "c0": 1}, oo),  # a mode without strength tends to 0
    ({**NEVER, "u_f": 0}, oo),
    ({**NEVER, "u_f": -HALF}, HALF),  # it decays by a power law
    ({**NEVER, "u_f": -2}, -HALF / 2),  # and was there before
    ({**NEVER, "u0": 0, "u_f": 0}, 0),
    ({"u0": 1, "u_f": 3, "s": 2, "c0": 1}, oo),  # beyond the strength
    ({"u0": 1, "u_f": 2, "s": 2, "c0": 1}, oo),  # at the strength, in the limit only
    ({"u0": -1, "u_f": 1, "s": 2, "c0": 0}, oo),  # on the line that ends in the saddle
)


@pytest.mark.parametrize(("places", "expected"), TIMES, ids=str)
def test_times_without_strength_or_arrival_are_documented_values(places: Any, expected: Any):
    time = saxe2013.mode_time()
    found = time.subs({x: S(places.get(x.name, 1)) for x in time.free_symbols})
    assert found == expected


def test_a_mode_without_strength_starts_below_zero_and_fades():
    at = {"a0": 1, "b0": -1, "s": 0, "tau": 1, "t": 2}
    *_, u, rest = (
        part.subs({x: S(at[x.name]) for x in part.free_symbols}) for part in saxe2013.mode()
    )
    assert u == -rest == -Rational(1, 5)
