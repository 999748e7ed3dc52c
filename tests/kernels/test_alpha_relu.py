"""Duals of the alpha-ReLU at fractional powers meet values of the expectation by quadrature.

`tests/reference/yang2017.json` has E[psi(z) psi(w)] from the integral over the polar angle, at 110
digits, and E[psi(z)^2] from tanh-sinh quadrature. The dual is their quotient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp, mpf
from sympy import Rational

from symdyn.kernels.kernel import Kernel, kernel

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/yang2017.json").read_text())["entries"]
TOLERANCE = 2e-13
POWERS = {"0.5": "1/2", "0.75": "3/4", "-0.4": "-2/5"}
DUALS = [
    entry
    for entry in ENTRIES
    if entry["quantity"] == "W_psi_alpha" and entry["inputs"]["alpha"] in POWERS
]


@cache
def dual(power: str) -> Kernel:
    made = kernel("yang2017::alpha_relu_J", alpha=Rational(power))
    assert isinstance(made, Kernel)
    return made


def second_moment(power: str) -> mpf:
    """At variance 1, from that at another one: a power is homogeneous."""
    (entry, *_) = (
        e for e in ENTRIES if e["quantity"] == "V_psi_alpha" and e["inputs"]["alpha"] == power
    )
    with mp.workdps(40):
        return mpf(entry["value"]) / mpf(entry["inputs"]["q"]) ** mpf(power)


def computed(entry: Mapping[str, Any]) -> float:
    """The kernel at c, or at 1 + c where that would lose digits."""
    c, power = entry["inputs"]["c"], POWERS[entry["inputs"]["alpha"]]
    if float(c) > -0.99:
        return float(dual(power)(float(c)))
    with mp.workdps(40):
        return float(dual(power)(one_plus_c=float(1 + mpf(c))))


def named(entry: Mapping[str, Any]) -> str:
    return f"alpha {entry['inputs']['alpha']} at c {entry['inputs']['c']}"


def marked(entry: Mapping[str, Any]) -> Any:
    """All but one power take long, and so does the kernel of 1 + c."""
    inputs = entry["inputs"]
    is_long = inputs["alpha"] != "0.5" or float(inputs["c"]) < -0.99
    return pytest.param(entry, marks=[pytest.mark.slow] if is_long else [], id=named(entry))


def test_there_are_values_for_every_power() -> None:
    assert len(DUALS) == 9 and {entry["inputs"]["alpha"] for entry in DUALS} == set(POWERS)


@pytest.mark.parametrize("entry", [marked(entry) for entry in DUALS])
def test_duals_meet_values_by_quadrature(entry: Mapping[str, Any]) -> None:
    with mp.workdps(40):
        wanted = mpf(entry["value"]) / second_moment(entry["inputs"]["alpha"])
        assert abs(mpf(computed(entry)) / wanted - 1) < TOLERANCE


def test_ends_and_bad_input() -> None:
    made = dual("1/2")
    assert float(made(1.0)) == 1.0 and float(made(-1.0)) == 0.0
    assert str(float(made(1.5))) == str(float(made(float("nan")))) == "nan"
