"""Results on single modes meet values that were computed by routes without their closed forms.

`tests/reference/saxe2013.json` holds an entry for each value: Taylor series of the flow, quadrature
of the slowness, bisection. Every one of a single mode is met to 30 digits, at starts of either
sign, without strength, almost balanced, in the far past of the saddle and for 100 000 layers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import pytest
from sympy import Expr, Rational

from symdyn.library import saxe2013
from symdyn.numerics.precision import evaluate

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/saxe2013.json").read_text())["entries"]
TOLERANCE = mpmath.mpf(10) ** -30
NAMES = {
    "two_layer_a": 0,
    "two_layer_b": 1,
    "two_layer_u": 2,
    "two_layer_residual_s_minus_u": 3,
}


def at(expr: Expr, values: Mapping[str, str]) -> Any:
    """An expression at exact numbers, given by the names of its symbols."""
    return evaluate(expr, {x: Rational(values[x.name]) for x in expr.free_symbols}, 70)


@cache
def modes() -> tuple[Expr, ...]:
    return saxe2013.mode()


def mode(entry: Mapping[str, Any]) -> Any:
    return at(modes()[NAMES[entry["quantity"]]], entry["inputs"])


def ends(given: Mapping[str, str]) -> dict[str, str]:
    return {"u0": given["u0"], "u_f": given["uf"], "s": given["s"], "tau": "1"}


def mode_time(entry: Mapping[str, Any]) -> Any:
    given = entry["inputs"]
    return at(saxe2013.mode_time(), {**ends(given), "c0": given["c0"]})


def deep_time(entry: Mapping[str, Any]) -> Any:
    given = entry["inputs"]
    return at(saxe2013.deep_time(n=int(given["n_weights"])), ends(given))


def deep_curve(entry: Mapping[str, Any]) -> Any:
    """The time to the strength that is given, where the time is given."""
    given = entry["inputs"]
    reached = {"u0": given["u0"], "u_f": entry["value"], "s": given["s"], "tau": "1"}
    return at(saxe2013.deep_time(n=int(given["n_weights"])), reached)


def infinite_time(entry: Mapping[str, Any]) -> Any:
    return at(saxe2013.infinite_depth_time(), ends(entry["inputs"]))


def infinite_curve(entry: Mapping[str, Any]) -> Any:
    given = entry["inputs"]
    values = {"u0": given["u0"], "s": given["s"], "T": given["T_equals_N_t_over_tau"]}
    return at(saxe2013.infinite_depth_curve(), values)


def depth_time(entry: Mapping[str, Any]) -> Any:
    given = entry["inputs"]
    values = {"v0": given["v0"], "v_f": given["vf"], "u0": given["v0"], "u_f": given["vf"]}
    return at(saxe2013.depth_time(n=int(given["n_weights"])), values)


ROUTES = {
    **dict.fromkeys(NAMES, mode),
    "two_layer_time": mode_time,
    "deep_time": deep_time,
    "deep_u": deep_curve,
    "deep_time_infinite_depth_times_N": infinite_time,
    "infinite_depth_u": infinite_curve,
    "depth_time_T_n": depth_time,
}


def test_all_quantities_are_compared() -> None:
    matrices = {"matrix_product_W2W1"}  # tests/kernels/patterns/test_riccati.py
    assert {entry["quantity"] for entry in ENTRIES} == set(ROUTES) | matrices


@pytest.mark.parametrize("quantity", ROUTES)
def test_results_meet_reference_values(quantity: str) -> None:
    entries = [entry for entry in ENTRIES if entry["quantity"] == quantity]
    for entry in entries:
        known = entry["inputs"]["t"] if quantity == "deep_u" else entry["value"]
        found = ROUTES[quantity](entry)
        with mpmath.workdps(60):
            gap = abs(mpmath.mpf(found) - mpmath.mpf(known))
            assert gap <= TOLERANCE * abs(mpmath.mpf(known)), entry
