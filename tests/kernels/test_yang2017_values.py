"""Kernels of moments and duals meet values that were computed by other routes.

`tests/reference/yang2017.json` has V and W of activations and of their slopes by quadrature to 40
digits. Kernels meet them to 2e-13, relative; c beside 1 is given as 1 - c, beside -1 as 1 + c.
Duals of the alpha-ReLU at fractional powers are in `test_alpha_relu`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp, mpf
from sympy import symbols, tanh

from symdyn.calculus.gaussian import gaussian_integral
from symdyn.kernels.kernel import kernel

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/yang2017.json").read_text())["entries"]
TOLERANCE = 2e-13
PLAIN = [
    entry
    for entry in ENTRIES
    if entry["quantity"].startswith(("V_", "W_")) and "alpha" not in entry["inputs"]
]


@cache
def made(name: str) -> Any:
    return kernel(f"yang2017::{name}")


def name_of(entry: Mapping[str, Any]) -> str:
    """`V_tanhdot` is `tanh_dV`."""
    kind, function = entry["quantity"].split("_", 1)
    slope = "d" if function.endswith("dot") else ""
    return f"{function.removesuffix('dot')}_{slope}{kind}"


def computed(f: Any, entry: Mapping[str, Any], **more: float) -> float:
    """The kernel at the point of an entry."""
    inputs = entry["inputs"]
    arguments = [float(inputs["q"])]
    if "c" in inputs:
        with mp.workdps(40):
            below, above = float(1 - mpf(inputs["c"])), float(1 + mpf(inputs["c"]))
        if below < 1e-3:
            return float(f(*arguments, one_minus_c=below))
        if above < 1e-3:
            return float(f(*arguments, one_plus_c=above))
        arguments.append(float(inputs["c"]))
    return float(f(*arguments, *more.values()))


def marked(entry: Mapping[str, Any]) -> Any:
    """Kernels of closed forms of two arguments, and those of 1 - c, take minutes to make."""
    name = name_of(entry)
    is_long = name.startswith("gelu") or ("W" in name and name.startswith(("erf", "sin")))
    marks = [pytest.mark.slow] if is_long else []
    return pytest.param(entry, marks=marks, id=f"{entry['quantity']} {entry['inputs']}")


def error(found: float, entry: Mapping[str, Any]) -> float:
    with mp.workdps(40):
        return float(abs(mpf(found) / mpf(entry["value"]) - 1))


def test_there_are_values_of_every_activation() -> None:
    assert len(PLAIN) == 38
    assert {name_of(entry).split("_")[0] for entry in PLAIN} == {
        "erf",
        "gelu",
        "silu",
        "sin",
        "tanh",
    }


@pytest.mark.parametrize("entry", [marked(entry) for entry in PLAIN])
def test_kernels_meet_values_by_quadrature(entry: Mapping[str, Any]) -> None:
    found = computed(made(name_of(entry)), entry)
    assert error(found, entry) < TOLERANCE
    assert error(found * (1 + 3e-13), entry) > TOLERANCE / 2


def test_the_curvature_of_tanh_is_a_mean() -> None:
    """E[tanh tanh''], an expectation of a function that is no square."""
    z, q = symbols("z", real=True), symbols("q", positive=True)
    curvature = kernel(gaussian_integral(tanh(z) * tanh(z).diff(z, 2), z, q), q)
    entries = [entry for entry in ENTRIES if entry["quantity"] == "E_phi_phiddot_tanh"]
    assert len(entries) == 4
    for entry in entries:
        assert error(computed(curvature, entry), entry) < TOLERANCE


def test_fixed_points_of_tanh_networks() -> None:
    """q = s_w^2 V(q) + s_b^2, and the slope of gradients there, by the kernels of saxe2013."""
    variance, slope = (kernel(f"saxe2013::tanh_{name}") for name in ("variance", "slope"))
    known = {(e["quantity"], e["inputs"].get("sw2")): e for e in ENTRIES}
    for weights, bias in (("0.8", 0.05), ("4", 0.3)):
        q = float(known["vanilla_qstar", weights]["value"])
        assert float(weights) * variance(q) + bias == pytest.approx(q, rel=1e-14)
        chi = float(known["vanilla_chi1", weights]["value"])
        assert slope(q, float(weights) ** 0.5) == pytest.approx(chi, rel=1e-14)
