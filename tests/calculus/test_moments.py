"""Gaussian moments against integrals that SymPy knows, and against recursion-free counts."""

from __future__ import annotations

from itertools import product
from math import factorial

import pytest
from sympy import (
    Heaviside,
    Matrix,
    Max,
    N,
    Rational,
    erfc,
    exp,
    expand,
    factorial2,
    oo,
    pi,
    sqrt,
    symbols,
)

from symdyn.calculus.moments import (
    gaussian_moment,
    half_line_moment,
    polynomial_moment,
    radial_moment,
)
from symdyn.errors import DomainError, UnsupportedError
from tests.calculus.gaussian_quadrature import on_line

z = symbols("z", real=True)
p, q = symbols("p q", positive=True)
a, b, c, d = symbols("a b c d", real=True)


@pytest.mark.parametrize("n", range(9))
def test_even_moments_count_pairings(n: int) -> None:
    pairings = 0 if n % 2 else factorial2(n - 1)
    assert gaussian_moment((n,), Matrix([[q]])) == pairings * q ** Rational(n, 2)


def test_four_different_variables_pair_in_three_ways() -> None:
    names = [[symbols(f"s{min(i, j)}{max(i, j)}") for j in range(4)] for i in range(4)]
    s = Matrix(names)
    wanted = s[0, 1] * s[2, 3] + s[0, 2] * s[1, 3] + s[0, 3] * s[1, 2]
    assert expand(gaussian_moment((1, 1, 1, 1), s) - wanted) == 0


@pytest.mark.parametrize(("m", "n"), list(product(range(5), repeat=2)))
def test_moments_of_two_variables_follow_from_independent_ones(m: int, n: int) -> None:
    """z = x, w = c x + sqrt(1 - c^2) y with x, y independent."""
    x, y = symbols("x y")
    t = symbols("t")
    mixed = expand(x**m * (c * x + t * y) ** n)
    wanted = polynomial_moment(mixed, (x, y), Matrix([[1, 0], [0, 1]]))
    found = gaussian_moment((m, n), Matrix([[1, c], [c, 1]]))
    assert expand(wanted.subs(t, sqrt(1 - c**2)) - found) == 0


def test_hermite_polynomials_are_orthogonal() -> None:
    he3, he4 = z**3 - 3 * z, z**4 - 6 * z**2 + 3
    one = Matrix([[1]])
    assert polynomial_moment(he3 * he4, (z,), one) == 0
    assert polynomial_moment(he4**2, (z,), one) == factorial(4)


@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize("threshold", [-1, Rational(1, 2), 3])
def test_half_line_moments_have_the_value_of_their_integral(n: int, threshold: Rational) -> None:
    wanted = on_line(z**n * Heaviside(z - threshold), z, 2, (threshold,))
    assert abs(N(half_line_moment(n, 2, threshold), 20) - wanted) < 1e-15


def test_half_lines_of_opposite_direction_make_the_line() -> None:
    both = half_line_moment(4, q, a) + half_line_moment(4, q, -a)
    missing = both.subs({q: 2, a: Rational(2, 3)})
    assert abs(N(missing) - 12) < 1e-12


def test_real_powers_interpolate_natural_ones() -> None:
    assert half_line_moment(p, q).subs(p, 3) == half_line_moment(3, q)
    assert half_line_moment(0, q) == Rational(1, 2)
    assert half_line_moment(0, 1, 1) == erfc(1 / sqrt(2)) / 2
    assert half_line_moment(1, 1, 1) == exp(-Rational(1, 2)) / sqrt(2 * pi)


def test_real_power_beyond_a_threshold() -> None:
    wanted = on_line(Max(z, 1) ** Rational(3, 2) * Heaviside(z - 1), z, 2, (1,))
    assert abs(N(half_line_moment(Rational(3, 2), 2, 1), 20) - wanted) < 1e-15


def test_radial_moment_of_degree_zero_is_the_probability_of_a_radian() -> None:
    assert radial_moment(0) == 1 / (2 * pi)


@pytest.mark.parametrize("power", [-1, -oo, Rational(-3, 2)])
def test_infinite_moments_are_refused(power: Rational) -> None:
    with pytest.raises(DomainError):
        half_line_moment(power, 1)


def test_powers_of_unknown_sign_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="positive"):
        half_line_moment(a, 1)
    with pytest.raises(UnsupportedError, match="threshold"):
        half_line_moment(Rational(1, 2), 1, a)
