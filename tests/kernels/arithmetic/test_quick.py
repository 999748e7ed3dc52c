"""Quick functions are good to about an ulp; inside their domains all functions keep their bits."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from flint import arb

from symdyn.kernels.arithmetic.definitions import required
from symdyn.kernels.arithmetic.inside import CONDITIONS, INSIDE, condition
from symdyn.kernels.arithmetic.quick_source import LARGEST, NAMES
from symdyn.kernels.loading import load
from symdyn.numerics.ulps import errors_in_ulps
from tests.kernels.arithmetic.test_compensated import RANGES, SPECIAL, draw, exact
from tests.kernels.arithmetic.test_pairs import HEADER

ROUNDING = 0.5  # ulps: where a correction is added


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """A loop for each function: its values, those of its form for inside, and where that counts."""
    names = [*CONDITIONS, *(f"{name}{INSIDE}" for name in CONDITIONS)]
    return load("\n\n\n".join([HEADER, *required(names), *map(_loop, CONDITIONS)]))


def _loop(name: str) -> str:
    given = "x[i], l[i]" if takes_pairs(name) else "x[i]"
    end = ", :]" if name.startswith("comp_") else ", 0]"
    return (
        '@njit(error_model="numpy")\n'
        f"def loop_{name}(x, l, all, inside, counts):\n"
        "    for i in range(x.size):\n"
        f"        all[i{end} = {name}({given})\n"
        f"        inside[i{end} = {name}{INSIDE}({given})\n"
        f"        counts[i] = {condition(name, 'x[i]')}\n"
    )


def takes_pairs(name: str) -> bool:
    return name.startswith("comp_") or name.endswith("_p")


def run(module: ModuleType, name: str, points: Any, rest: Any = 0.0) -> tuple[Any, Any, Any]:
    """Values, those of the form for inside (with their low words), and whether that counts."""
    words = 2 if name.startswith("comp_") else 1
    found, counts = np.empty((2, points.size, words)), np.empty(points.size, bool)
    rests = np.broadcast_to(np.float64(rest), points.shape).copy()
    getattr(module, f"loop_{name}")(points, rests, *found, counts)
    return *(found if words == 2 else found[..., 0]), counts


def points_of(name: str) -> Any:
    return draw(*RANGES[name.split("_")[1]])


@pytest.mark.parametrize("name", NAMES)
def test_quick_functions_are_as_good_as_they_say(name: str, module: ModuleType) -> None:
    points = draw(*RANGES[name])
    found, _, _ = run(module, f"quick_{name}", points)
    errors = errors_in_ulps(found, points[:, None].tolist(), exact(name))
    assert np.isfinite(errors).all()
    assert LARGEST[name] - 0.2 < errors.max() <= LARGEST[name]


@pytest.mark.parametrize("name", NAMES)
def test_quick_functions_take_a_correction_of_their_argument(name: str, module: ModuleType) -> None:
    points = draw(*RANGES[name])
    points = points[(np.abs(points) > 1e-280) & (np.abs(points) < 600)]
    rest = np.spacing(points) * np.random.default_rng(3).uniform(-0.5, 0.5, points.size)
    found, _, _ = run(module, f"quick_{name}_p", points, rest)
    pairs = np.stack([points, rest], axis=1)
    errors = errors_in_ulps(found, pairs.tolist(), lambda at, bits: exact(name)((at[0],), bits))
    wanted = errors_in_ulps(
        found, pairs.tolist(), lambda at, bits: exact(name)((arb(at[0]) + arb(at[1]),), bits)
    )
    assert wanted.max() <= LARGEST[name] + ROUNDING
    assert errors.max() > wanted.max() + 0.1


@pytest.mark.parametrize("name", CONDITIONS)
def test_inside_its_domain_a_function_keeps_its_bits(name: str, module: ModuleType) -> None:
    far = -np.geomspace(690, 1e300, 300)
    points = np.concatenate([points_of(name), np.array(SPECIAL), far])
    rest = 0.3 * np.spacing(points) if takes_pairs(name) else 0.0
    every, inside, counts = run(module, name, points, rest)
    assert counts.mean() > 0.3
    np.testing.assert_array_equal(every[counts].view(np.int64), inside[counts].view(np.int64))


@pytest.mark.parametrize("name", CONDITIONS)
def test_outside_the_form_for_inside_would_be_wrong(name: str, module: ModuleType) -> None:
    if "tanh" in name:
        points = np.array([400.0, 1e300, math.inf])
    else:
        points = np.array([*SPECIAL, 1e4, -1e4, -3.0, -730.0])
    every, inside, counts = run(module, name, points)
    with np.errstate(all="ignore"):
        wrong = (every != inside) & ~(np.isnan(every) & np.isnan(inside))
    assert wrong[~counts].any()


@pytest.mark.parametrize("name", NAMES)
def test_special_arguments_give_what_numpy_gives(name: str, module: ModuleType) -> None:
    points = np.array(SPECIAL)
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(points)
    for form in (f"quick_{name}", f"quick_{name}_p"):
        found, _, _ = run(module, form, points)
        np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=0, equal_nan=True)
        number = ~np.isnan(wanted)
        np.testing.assert_array_equal(np.signbit(found[number]), np.signbit(wanted[number]))
