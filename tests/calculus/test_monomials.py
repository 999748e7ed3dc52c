"""Polynomials are taken apart without touching their coefficients."""

from __future__ import annotations

import pytest
from sympy import Mul, expand, sin, sqrt, symbols

from symdyn.calculus.monomials import monomials
from symdyn.errors import InputError

z, w, a = symbols("z w a")


def test_monomials_add_up_to_the_polynomial() -> None:
    polynomial = (sqrt(a) * z - w * sin(a) + 2) ** 3 * (z + 1)
    found = monomials(polynomial, (z, w))
    total = sum(c * Mul(z**m, w**n) for (m, n), c in found.items())
    assert expand(total - polynomial) == 0


@pytest.mark.parametrize("f", [sin(z), 1 / z, sqrt(w), z**a], ids=str)
def test_what_is_no_polynomial_is_refused(f: object) -> None:
    with pytest.raises(InputError):
        monomials(f, (z, w))  # type: ignore[arg-type]
