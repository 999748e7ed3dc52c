"""Places where parts of a formula vanish, or its branch changes, are found to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from symdyn.kernels.certify.box import LARGEST, Box
from symdyn.kernels.certify.seams import MOST, seams
from symdyn.kernels.program import build

x, y = sp.symbols("x y", real=True)


def found(expr: sp.Expr, *ends: tuple[float, float]) -> list[tuple[float, ...]]:
    args = (x, y)[: len(ends)]
    return [s.point for s in seams([build(expr, args)], Box(ends), np.random.default_rng(0))]


@pytest.mark.parametrize(
    ("expr", "place"),
    [
        (sp.cos(x), math.pi / 2),
        (sp.exp(-x) - sp.Rational(1, 3), math.log(3)),
        (1 / (x - sp.Rational(7, 10)), 0.7),
        (sp.Piecewise((x, x < sp.Rational(5, 3)), (x**2, True)), 5 / 3),
        (sp.floor(x) + x, 2.0),
        (sp.sqrt(sp.Abs(x**2 - 2)), math.sqrt(2)),
    ],
)
def test_zero_pole_or_joint_is_found(expr: sp.Expr, place: float) -> None:
    points = [point[0] for point in found(expr, (0.5, 2.5))]
    assert min(abs(point - place) for point in points) <= 2 * math.ulp(place)


def test_seam_between_two_arguments_is_found_on_lines() -> None:
    points = found(1 / (x - y), (0.0, 1.0), (0.0, 1.0))
    assert len(points) >= 6
    assert all(min(abs(a - b), abs(a), abs(b)) <= 2e-16 for a, b in points)


def test_a_formula_without_cancellation_has_no_seams_but_the_ends_of_the_doubles() -> None:
    sizes = {abs(point[0]) for point in found(sp.exp(x), (-LARGEST, LARGEST))}
    assert {size for size in sizes if 2.3e-308 < size < 700} == set()
    assert min(abs(size - 709.78) for size in sizes) < 0.01


def test_a_narrow_range_of_overflow_is_found() -> None:
    points = [point[0] for point in found((sp.exp(x) - 1) / x, (1.0, 1000.0))]
    assert min(abs(point - 709.782712893384) for point in points) < 1e-9


def test_there_are_never_too_many() -> None:
    assert len(found(sp.sin(100 * x) + sp.floor(9 * x), (0.0, 2.0))) <= MOST
