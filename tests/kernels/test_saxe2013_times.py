"""Times of deep modes, computed as their kernels do, meet values by quadrature for every depth.

The ladder, which takes minutes for each depth, is left out: what is compiled here is the program
that kernels have at ordinary inputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from sympy import Expr, Symbol

from symdyn import kernel
from symdyn.errors import DomainError
from symdyn.kernels.certify.references import Expression, on_balls
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.loading import load
from symdyn.kernels.lowering import series_program
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges
from symdyn.library import saxe2013

ENTRIES = json.loads((Path(__file__).parents[1] / "reference/saxe2013.json").read_text())["entries"]
TOLERANCE = 2e-13
DIGITS = 60

STRENGTHS = saxe2013.u0, saxe2013.u_f, saxe2013.s, saxe2013.tau
NAMES = {"u0": "u0", "u_f": "uf", "s": "s", "tau": "tau", "v0": "v0", "v_f": "vf"}


def deep_time(given: Mapping[str, str]) -> tuple[Expr, tuple[Symbol, ...]]:
    return saxe2013.deep_time(n=int(given["n_weights"])), STRENGTHS


def infinite_depth_time(given: Mapping[str, str]) -> tuple[Expr, tuple[Symbol, ...]]:
    return saxe2013.infinite_depth_time(), STRENGTHS[:3]


def depth_time(given: Mapping[str, str]) -> tuple[Expr, tuple[Symbol, ...]]:
    ends = saxe2013.v0, saxe2013.v_f
    found = saxe2013.depth_time(n=int(given["n_weights"]))
    return found.subs(dict(zip(STRENGTHS, ends, strict=False))), ends


ROUTES = {
    "deep_time": deep_time,
    "deep_time_infinite_depth_times_N": infinite_depth_time,
    "depth_time_T_n": depth_time,
}


def compiled(expr: Expr, args: Sequence[Symbol]) -> Any:
    program = series_program([expr], args) or build(expr, args)
    ranges = Ranges.of(args, None, ()).ranges
    return load(module_text(Plan(program, ranges, blocks=False))).kernel


@pytest.mark.slow  # half a minute to compile each
@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e["quantity"] in ROUTES], ids=lambda e: str(e["inputs"])
)
def test_times_meet_reference_values(entry: Mapping[str, Any]) -> None:
    expr, args = ROUTES[entry["quantity"]](entry["inputs"])
    point = [float(entry["inputs"][NAMES[arg.name]]) for arg in args]
    value = float(compiled(expr, args)(*point))
    exact = on_balls(Expression(expr, tuple(args)))(point, 800).mid().str(DIGITS, radius=False)
    with mpmath.workdps(DIGITS):
        known, rounded = mpmath.mpf(entry["value"]), mpmath.mpf(exact)
        room = TOLERANCE * abs(known)
        assert abs(value - rounded) <= room
        assert abs(value - known) <= room + abs(rounded - known)
        assert abs(value * (1 + 1e-12) - rounded) > room


@pytest.mark.slow
def test_a_strength_that_is_never_reached_takes_for_ever_and_the_past_is_negative() -> None:
    for expr, args in (deep_time({"n_weights": "3"}), infinite_depth_time({})):
        time = compiled(expr, args)
        more = [1.0] * (len(args) - 2)
        assert time(0.5, 1.0, *more) == time(0.5, 2.0, *more) == time(2.0, 0.5, *more) == np.inf
        assert time(0.5, 0.5, *more) == time(3.0, 3.0, *more) == 0.0
        for near, far in ((0.9, 0.1), (1.1, 9.0)):
            assert time(far, near, *more) == -time(near, far, *more) > 0.0


@pytest.mark.slow
def test_nothing_is_lost_above_a_small_strength() -> None:
    """What is left of the logarithm and of the powers is 1/(2 u_f^2) - 1/(2 u0^2)."""
    expr, args = infinite_depth_time({})
    assert compiled(expr, args)(2.0, 1.0, 1e-12) == pytest.approx(0.375, rel=1e-12)


@pytest.mark.parametrize("n", [0, -1, "1/2"])
@pytest.mark.parametrize("name", ["deep_time", "depth_time"])
def test_no_kernel_is_made_of_less_than_a_layer(name: str, n: Any) -> None:
    with pytest.raises(DomainError, match="whole number of at least 1"):
        kernel(f"saxe2013::{name}", n=n)
