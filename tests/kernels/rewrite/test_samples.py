"""Sample points reach every size and stay in the domain."""

from __future__ import annotations

import pytest
import sympy as sp

from symdyn.errors import DomainError
from symdyn.kernels.program import build
from symdyn.kernels.rewrite.samples import sample
from symdyn.proof.domain import Domain

x, y = sp.symbols("x y", real=True)


def test_points_satisfy_conditions_between_symbols() -> None:
    domain = Domain.of([x, y], [x > 0, y > x, y < 2 * x])
    points = sample(build(x * y, [x, y]), domain, count=40)
    assert len(points) == 40 and all(0 < p < q < 2 * p for p, q in points.rows)


def test_points_are_small_large_and_near_edges() -> None:
    domain = Domain.of([x], [x >= 0, x < 1])
    near = [p for (p,) in sample(build(x + 1, [x]), domain, count=200).rows]
    assert min(p for p in near if p) < 1e-40 and 1 > max(near) > 1 - 1e-9 and 0 in near
    wide = [p for (p,) in sample(build(x + 1, [x]), Domain.of([x]), count=200).rows]
    assert max(wide) > 1e100 and min(wide) < -1e100


def test_precision_decides_the_value() -> None:
    points = sample(build((1 - sp.cos(x)) / x**2, [x]), Domain.of([x]), count=60)
    tiny = [bits for (p,), bits in zip(points.rows, points.bits, strict=True) if abs(p) < 1e-200]
    assert tiny and min(tiny) > 1000


def test_points_without_a_value_in_range_are_left_out() -> None:
    assert all(p < 710 for (p,) in sample(build(sp.exp(x), [x]), Domain.of([x]), count=60).rows)


def test_a_domain_that_no_double_reaches_is_refused() -> None:
    with pytest.raises(DomainError, match="no double"):
        sample(build(sp.sqrt(x), [x]), Domain.of([x], [x < -1, x > -2]), count=5)
