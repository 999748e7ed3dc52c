"""Moments over a quadrant: two derivations that share nothing agree with each other."""

from __future__ import annotations

from itertools import product

import pytest
from sympy import Matrix, N, Rational, asin, diff, expand, pi, symbols

from symdyn.calculus.moments import gaussian_moment
from symdyn.calculus.quadrant import quadrant_moment
from symdyn.errors import UnsupportedError

c = symbols("c", real=True)
m, n = symbols("m n", positive=True)


@pytest.mark.parametrize("powers", list(product(range(5), repeat=2)))
def test_polar_coordinates_and_series_agree(powers: tuple[int, int]) -> None:
    point = {m: powers[0], n: powers[1], c: Rational(-7, 10)}
    polar = quadrant_moment(*powers, c)
    series = quadrant_moment(m, n, c)
    assert abs(N((polar - series).subs(point), 30)) < 1e-25


def test_probability_of_a_quadrant_is_sheppards() -> None:
    found = quadrant_moment(0, 0, c) - (pi / 2 + asin(c)) / (2 * pi)
    assert found.subs(c, 0) == 0
    assert expand(diff(found, c)) == 0


@pytest.mark.parametrize("k", range(1, 5))
def test_derivative_lowers_the_degree(k: int) -> None:
    gap = diff(quadrant_moment(k, k, c), c) - k**2 * quadrant_moment(k - 1, k - 1, c)
    assert abs(N(gap.subs(c, Rational(3, 8)), 30)) < 1e-25


@pytest.mark.parametrize("powers", [(1, 1), (2, 2), (3, 1), (2, 4)])
def test_opposite_quadrants_add_up_to_half_a_moment(powers: tuple[int, int]) -> None:
    """u -> -u turns the quadrant u < 0, v > 0 into the quadrant with correlation -c."""
    both = quadrant_moment(*powers, c) + (-1) ** powers[0] * quadrant_moment(*powers, -c)
    full = gaussian_moment(powers, Matrix([[1, c], [c, 1]]))
    assert expand(2 * both - full) == 0


def test_independent_variables_factorise() -> None:
    assert quadrant_moment(2, 2, 0) == Rational(1, 4)


def test_powers_that_may_be_below_minus_one_are_refused() -> None:
    with pytest.raises(UnsupportedError):
        quadrant_moment(symbols("k", real=True), 1, c)
