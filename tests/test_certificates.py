"""Errors of the kernels on record may only improve, on each platform on which they are on record.

    python -m tests.test_certificates [NAME ...]    writes certificates for this platform

A certificate is written anew after an improvement, or on a new platform; never to hide a loss.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from symdyn.kernels.certify import certify
from symdyn.kernels.certify.stored import keep, stored, worsened
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.numerics.machine import platform_key

FOLDER = Path(__file__).parent / "certificates"
POINTS = 1500

x, s, u0, t = sp.symbols("x s u0 t", positive=True)
y = sp.Symbol("y", real=True)

# Name -> how the kernel is made. Each has a file certificates/<name>.json.
KERNELS: dict[str, Callable[[], Kernel]] = {
    "difference_of_roots": lambda: kernel(sp.sqrt(x + 1) - sp.sqrt(x), x),
    "difference_of_inverses": lambda: kernel(1 / (x + 1) - 1 / x, x, domain={x: (1, 10**9)}),
    "relative_exponential": lambda: kernel((sp.exp(y) - 1) / y, y, domain={y: (-30, 30)}),
    "relative_logarithm": lambda: kernel(sp.log(1 + x) / x, x, domain={x: (0, 10**9)}),
    "learning_curve": lambda: kernel(
        s / (1 + (s / u0 - 1) * sp.exp(-2 * s * t)),
        (t, u0, s),
        domain={t: (0, 10**4), u0: ("1e-3", 10), s: ("1e-3", 10)},
    ),
    "cho2009_arccos_degree_0": lambda: kernel("cho2009::arccos", degree=0, target=1),
    "cho2009_arccos_degree_1": lambda: kernel("cho2009::arccos", degree=1, target=1),
    "cho2009_arccos_degree_2": lambda: kernel("cho2009::arccos", degree=2, target=1),
    "cho2009_arccos_degree_3": lambda: kernel("cho2009::arccos", degree=3, target=1),
    "erf": lambda: kernel(sp.erf(y), y, target=1),
    "erfc": lambda: kernel(sp.erfc(y), y, target=1),
    "scaled_k0": lambda: kernel(sp.exp(x) * sp.besselk(0, x), x, target=1),
    "scaled_k1": lambda: kernel(sp.exp(x) * sp.besselk(1, x), x, target=1),
    "loggamma": lambda: kernel(sp.loggamma(x), x, target=1),
    "saxe2013_mode": lambda: kernel("saxe2013::mode"),
    "saxe2013_mode_time": lambda: kernel("saxe2013::mode_time"),
    "saxe2013_infinite_depth_time": lambda: kernel("saxe2013::infinite_depth_time"),
    "saxe2013_deep_time_n_3": lambda: kernel("saxe2013::deep_time", n=3),
    "saxe2013_depth_time_n_5": lambda: kernel("saxe2013::depth_time", n=5),
    "bessel": lambda: kernel(sp.besselj(0, y), y, domain={y: (0, 20)}, target=1),
}


LONG = ("erfc", "scaled_k0", "scaled_k1", "loggamma")  # half a minute or more to make


@cache
def made(name: str) -> Kernel:
    return KERNELS[name]()


def marked(name: str) -> Any:
    """A kernel, slow where it takes long to make and to measure."""
    is_long = name in LONG or name.startswith("saxe2013")
    return pytest.param(name, marks=[pytest.mark.slow] if is_long else [])


@pytest.mark.parametrize("name", [marked(name) for name in KERNELS])
def test_error_is_not_worse_than_on_record(name: str) -> None:
    before = stored(FOLDER / f"{name}.json")
    assert before, f"no certificate of {name}: python -m tests.test_certificates {name}"
    if platform_key() not in before:
        pytest.skip(f"none on {platform_key()}; on record are {', '.join(before)}")
    assert worsened(made(name), before[platform_key()]) == ()


def test_every_certificate_on_record_has_its_kernel() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(KERNELS)


@dataclass(frozen=True)
class Worse:
    """A kernel with an error of so many units added."""

    kernel: Kernel
    units: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kernel, name)

    def __call__(self, *arguments: Any) -> Any:
        return self.kernel(*arguments) * (1 + self.units * 2.0**-52)


def test_a_kernel_that_became_worse_is_seen() -> None:
    name = "relative_exponential"
    before = stored(FOLDER / f"{name}.json")
    if platform_key() not in before:
        pytest.skip(f"none on {platform_key()}")
    assert worsened(Worse(made(name), 2.0), before[platform_key()]) != ()


if __name__ == "__main__":
    for chosen in sys.argv[1:] or KERNELS:
        found = certify(made(chosen), points=POINTS)
        keep(FOLDER / f"{chosen}.json", found)
        sys.stdout.write(f"{chosen}: {found}\n")
