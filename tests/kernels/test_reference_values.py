"""Kernels of the library meet values that were computed by routes without their closed forms.

`tests/reference/tian2017.json` holds an entry for each value: the quantity, its inputs and value in
decimal digits, and how it was computed (quadrature over angles and radii split at kinks, line
integrals, extrapolated integration of the flow, nested quadrature). Every entry that a kernel
covers is met to 2e-13 relative to the largest element of the value. Inputs that are no doubles are
rounded, which moves the value by less.

Entries without a kernel are listed, so that none is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symdyn.kernels.kernel import kernel

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/tian2017.json").read_text())["entries"]
TOLERANCE = 2e-13

Inputs = Mapping[str, Any]


@cache
def made(name: str, **fixed: Any) -> Any:
    return kernel(f"tian2017::{name}", **fixed)


def doubles(value: Any) -> np.ndarray:
    """Nested lists of decimal digits, correctly rounded."""
    if isinstance(value, list):
        return np.array([doubles(part) for part in value])
    return np.float64(value)


def gate(given: Inputs) -> Any:
    return made("gate")(doubles(given["e"]), doubles(given["w"]))


def single_gradient(given: Inputs) -> Any:
    w, w_star = doubles(given["w"]), doubles(given["w_star"])
    found = made("single_gradient")(w, w_star)
    assert np.allclose(made("gradient")(w[None], w_star[None])[0], found, rtol=TOLERANCE)
    return found


def single_loss(given: Inputs) -> Any:
    w, w_star = doubles(given["w"]), doubles(given["w_star"])
    found = made("single_loss")(w, w_star)
    assert np.isclose(made("loss")(w[None], w_star[None]), found, rtol=TOLERANCE)
    return found


def gradient(given: Inputs) -> Any:
    return made("gradient", accurate=True)(doubles(given["W"]), doubles(given["W_star"]))


def loss(given: Inputs) -> Any:
    return made("loss", accurate=True)(doubles(given["W"]), doubles(given["W_star"]))


def basis(w: np.ndarray, v: np.ndarray) -> np.ndarray:
    """In three dimensions: w/|w|, the unit vector orthogonal to it towards v, the third."""
    along = w / np.hypot(*w)
    across = np.array([-along[1], along[0]]) * np.sign(along[0] * v[1] - along[1] * v[0])
    return np.array([[*along, 0.0], [*across, 0.0], [0.0, 0.0, 1.0]])


def block_at_a_node(given: Inputs) -> Any:
    """A from a^2/2 - a a* A, the Hessian of one student, where a^2 is nothing beside a a* = 1."""
    w, v = doubles(given["w"]), doubles(given["v"])
    hessian = made("weighted_hessian", accurate=True)
    found = hessian([[*w, 0.0]], [[*v, 0.0]], [2.0**-100], [2.0**100])
    parts = -basis(w, v) @ found[0, :, 0, :] @ basis(w, v).T
    return [parts[1, 1], parts[2, 2]]


def block_between_nodes(given: Inputs) -> Any:
    w, v = doubles(given["w"]), doubles(given["v"])
    hessian, ones = made("weighted_hessian", accurate=True), np.ones(2)
    found = hessian([[*w, 0.0], [*v, 0.0]], [[1.0, 1.0, 1.0]], ones, ones[:1])
    parts = basis(w, v) @ found[0, :, 1, :] @ basis(w, v).T
    return [parts[0, 0], parts[0, 1], parts[1, 1], parts[2, 2]]


def symmetric_gradient(given: Inputs) -> Any:
    """Of students x w*_j + y (sum of the other w*), orthonormal teachers: on w*_j, on another."""
    count, x, y = int(given["K"]), float(given["x"]), float(given["y"])
    students = (x - y) * np.eye(count) + y
    students[np.diag_indices(count)] = x
    return made("gradient", accurate=True)(students, np.eye(count))[0, :2]


def single_flow(given: Inputs) -> Any:
    return made("single_flow")(float(given["t"]), doubles(given["w0"]), [1.0, 0.0])


def basin_probability(given: Inputs) -> Any:
    return made("basin_probability", d=int(given["d"]))(float(given["r/|w*|"]))


# The start of a quantity's name -> what computes it.
KERNELS: dict[str, Callable[[Inputs], Any]] = {
    "E[F(e,w)]/N": gate,
    "grad J/N, K=1": single_gradient,
    "J/N, K=1": single_loss,
    "grad J/N, general K": gradient,
    "J/N, general K": loss,
    "Hessian A(w,v)": block_at_a_node,
    "Hessian B(w,v)": block_between_nodes,
    "2-D reduced gradient": symmetric_gradient,
    "K=1 gradient flow": single_flow,
    "P(|w0-w*|<|w*|)": basin_probability,
}
WITHOUT = (
    "[L_12,L_21]",  # separation of teachers
    "saddle x_s",  # a constant
    "kappa_alpha",  # powers of rectifiers that are no whole numbers
    "I2=E[erf",  # error functions as activations
)


def place(entry: Mapping[str, Any]) -> str | None:
    return next((name for name in KERNELS if entry["quantity"].startswith(name)), None)


COVERED = [entry for entry in ENTRIES if place(entry)]


def test_every_entry_has_a_kernel_or_is_said_to_have_none() -> None:
    left = [entry["quantity"] for entry in ENTRIES if not place(entry)]
    assert all(quantity.startswith(WITHOUT) for quantity in left)
    assert {place(entry) for entry in COVERED} == set(KERNELS) and len(COVERED) >= 34


def error(found: Any, entry: Mapping[str, Any]) -> float:
    """Relative to the largest element of the value, which is 0 only where all are."""
    value = doubles(entry["value"])
    size = np.max(np.abs(value))
    return float(np.max(np.abs(found - value)) / (size or 1.0))


def long(entry: Mapping[str, Any]) -> list[pytest.MarkDecorator]:
    """A kernel that takes long to make; the same one of fewer dimensions is quick."""
    many = place(entry) == "P(|w0-w*|<|w*|)" and int(entry["inputs"]["d"]) > 10
    return [pytest.mark.slow] if many else []


@pytest.mark.parametrize(
    "entry",
    [pytest.param(e, id=f"{place(e)} {k}", marks=long(e)) for k, e in enumerate(COVERED)],
)
def test_kernels_meet_reference_values(entry: Mapping[str, Any]) -> None:
    found = KERNELS[place(entry) or ""](entry["inputs"])
    assert error(found, entry) <= TOLERANCE
    assert error(np.asarray(found) * (1 + 1e-12) + 1e-300, entry) > TOLERANCE or not np.any(found)


def test_the_gradient_vanishes_at_the_saddle() -> None:
    for entry in ENTRIES:
        if entry["quantity"].startswith("saddle"):
            x = entry["value"]
            found = symmetric_gradient({"K": entry["inputs"]["K"], "x": x, "y": x})
            assert np.max(np.abs(found)) <= TOLERANCE
