"""S-transforms against moments that are counted, and against finite matrices."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, Symbol, binomial, expand, series, symbols

from symdyn.calculus.free_products import (
    free_product,
    moments_of,
    s_transform,
    spectral_argument,
)
from symdyn.errors import InputError

z, B = symbols("z B")
n = Symbol("n", positive=True)
CATALAN = (1, 2, 5, 14, 42)
UNIFORM = tuple(Rational(1, k + 1) for k in range(1, 6))  # moments of the interval from 0 to 1


@pytest.mark.parametrize("moments", [CATALAN, UNIFORM, (3, 10, 40, 200, 1001)], ids=str)
def test_moments_come_back(moments: tuple):
    assert moments_of(s_transform(moments, z), z, len(moments)) == moments


def test_a_factor_of_one_changes_nothing():
    one = s_transform((1, 1, 1, 1), z)
    assert one == 1
    assert moments_of(free_product(s_transform(CATALAN[:4], z), one), z, 4) == CATALAN[:4]


def test_scaling_a_factor_scales_its_moments():
    scaled = s_transform(tuple(n**k * m for k, m in enumerate(CATALAN[:4], 1)), z)
    assert expand(scaled - s_transform(CATALAN[:4], z) / n) == 0


def test_the_second_moment_of_a_product_adds_variances():
    """For means 1: var = var_1 + var_2."""
    first, second = symbols("v1 v2")
    whole = free_product(s_transform((1, 1 + first), z), s_transform((1, 1 + second), z))
    assert expand(moments_of(whole, z, 2)[1] - (1 + first + second)) == 0


def test_the_spectral_argument_inverts_the_series_of_moments():
    """B = 1 + sum of m_k/x^k at x(B), to the order of the series."""
    moments = moments_of((1 + z) ** -3, z, 6)
    w = 1 / spectral_argument((1 + z) ** -3, z, 1 + z)
    again = sum(m * w**k for k, m in enumerate(moments, 1))
    assert expand(series(again, z, 0, 7).removeO()) == z


def test_products_of_matrices_have_these_moments():
    """Diagonal times Gaussian: two different laws, at a size where 1/N is small."""
    rng = np.random.default_rng(3)
    size = 700
    scales = np.sqrt((np.arange(size) + 0.5) / size)
    whole = scales[:, None] * rng.standard_normal((size, size)) / size**0.5
    squares = np.linalg.svd(whole, compute_uv=False) ** 2
    expected = moments_of(free_product(s_transform(UNIFORM[:3], z), 1 / (1 + z)), z, 3)
    for k, moment in enumerate(expected, 1):
        assert np.mean(squares**k) == pytest.approx(float(moment), rel=0.02)
    wrong = moments_of(free_product(s_transform(UNIFORM[:3], z), 1 / (1 + z) ** 2), z, 3)
    assert np.mean(squares**2) != pytest.approx(float(wrong[1]), rel=0.2)


def test_fuss_catalan_numbers_count_more_with_depth():
    for depth in (1, 2, 3):
        found = moments_of((1 + z) ** -depth, z, 5)
        counted = (binomial(depth * k + k, k) / (depth * k + 1) for k in range(1, 6))
        assert found == tuple(counted)


def test_what_has_no_transform_is_refused():
    with pytest.raises(InputError, match="not 0"):
        s_transform((0, 1), z)
    with pytest.raises(InputError, match="not 0"):
        s_transform((), z)
    with pytest.raises(InputError, match="no power series"):
        moments_of(z, z, 2)
