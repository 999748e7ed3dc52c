"""A product of functions of one argument each is computed factor by factor."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import Symbol, elliptic_k, sqrt

from symdyn.kernels.kernel import kernel
from symdyn.kernels.program import NotLowerable

q = Symbol("q", positive=True)
m = Symbol("m", nonnegative=True)


def test_a_table_times_a_power() -> None:
    found = kernel(3 * sqrt(q) * elliptic_k(m), (q, m), domain={m: (0, 1)})
    assert found.reached is not None and found.reached <= 2
    drawn = np.random.default_rng(2)
    for x, y in zip(10 ** drawn.uniform(-9, 9, 20), drawn.uniform(0, 1, 20), strict=True):
        with mpmath.workdps(30):
            wanted = 3 * mpmath.sqrt(x) * mpmath.ellipk(mpmath.mpf(y))
            assert abs(mpmath.mpf(float(found(x, y))) / wanted - 1) < 2.0**-51


def test_what_is_no_such_product_is_refused() -> None:
    with pytest.raises(NotLowerable):
        kernel(sqrt(q) + elliptic_k(m), (q, m), domain={m: (0, 1)})
