"""What a kernel promises for nan, infinity, zero, subnormal numbers and beyond its domain."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import sympy as sp

from symdyn.kernels.certify import certify
from symdyn.kernels.certify.certificate import SpecialInput
from symdyn.kernels.certify.modules import EmittedKernel
from tests.kernels.certify.plain import plain

x = sp.Symbol("x", real=True)
c = sp.Symbol("c", real=True)


class Faulty:
    """A kernel that returns something else where it is told."""

    def __init__(self, kernel: EmittedKernel, place: Any, value: float) -> None:
        self.kernel, self.place, self.value = kernel, place, value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kernel, name)

    def __call__(self, values: np.ndarray) -> np.ndarray:
        return np.where(self.place(values), self.value, self.kernel(values))


def table(kernel: Any) -> dict[str, SpecialInput]:
    return {row.input: row for row in certify(kernel, points=200).special_inputs}


def worst(kernel: Any) -> float:
    return max(row.error for row in table(kernel).values() if row.error is not None)


ROOT = plain(sp.sqrt(1 - c**2), c, domain={c: (-1, 1)})
SLOPE = plain(sp.atan(x) / x, x)


def test_table_of_a_bounded_domain() -> None:
    rows = table(ROOT)
    assert rows["nan"].result == rows["inf"].result == ("nan",)
    assert rows["upper end"].result == rows["4 ulp beyond the upper end"].result == ("0x0.0p+0",)
    assert rows["5 ulp beyond the upper end"].expected == "nan"
    assert rows["0"].error == rows["-0"].error == 0.0
    assert worst(ROOT) <= 0.5


def test_limits_are_promised_at_infinity_and_at_removable_singularities() -> None:
    rows = table(SLOPE)
    assert rows["inf"].expected == "limit" and rows["inf"].result == ("0x0.0p+0",)
    assert rows["0"].result == ("0x1.0000000000000p+0",) and rows["least subnormal"].error == 0.0


def test_nothing_is_promised_where_there_is_no_limit() -> None:
    rows = table(plain(sp.sin(x), x))
    assert rows["inf"].expected == "not promised" and rows["inf"].error is None


def test_each_promise_can_be_broken() -> None:
    end = math.nextafter(1.0, 2.0)
    broken = (
        (ROOT, np.isnan, 0.0),
        (ROOT, lambda v: v > 1 + 1e-14, 0.0),
        (ROOT, lambda v: (v >= end) & (v <= 1 + 1e-15), math.nan),
        (ROOT, lambda v: v == 0, 1.5),
        (SLOPE, np.isposinf, math.nan),
        (SLOPE, lambda v: v == 5e-324, 0.0),
    )
    for kernel, place, value in broken:
        assert (
            certify(Faulty(kernel, place, value), points=200).error == math.inf
            or worst(Faulty(kernel, place, value)) > 1e15
        )
