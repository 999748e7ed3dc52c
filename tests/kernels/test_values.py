"""Curves of a kernel are its values, where it has some, at settings that show much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import S, atan, exp, log, symbols

from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.limits import with_conditions
from symdyn.kernels.profiles import Profile, profile
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges
from symdyn.kernels.values import PLACES, Curves, curves

x, y = symbols("x y", positive=True)
r, c = symbols("r c", real=True)


def shown(what: Any, *args: Any, **domain: Any) -> Curves:
    found = curves(straight(what, *args, **domain))
    assert found is not None
    return found


def straight(what: Any, *args: Any, **domain: Any) -> Kernel:
    """A kernel as it is written: no ladder is climbed for curves."""
    parts = what if isinstance(what, tuple) else (what,)
    where = Ranges.of(args, **domain)
    return Kernel("f", parts, args, where, with_conditions(build(parts, args), where.conditions))


def test_a_function_of_one_argument_is_one_curve_of_its_values():
    f = straight(atan(r), r)
    found = curves(f)
    assert found is not None and found.argument == "r" and len(found.places) == PLACES
    (curve,) = found.curves
    assert curve.label == "" and list(curve.values) == f(found.places).tolist()
    assert min(found.places) == -max(found.places)


def test_a_correlation_is_the_argument_wherever_it_stands():
    for args in ((x, c), (c, x)):
        found = shown(x * c, *args, domain={c: (-1, 1)})
        assert (found.argument, found.places[0], found.places[-1]) == ("c", -1.0, 1.0)
        assert [curve.label for curve in found.curves] == ["x = 0.25", "x = 1", "x = 4"]
        assert [curve.values[-1] for curve in found.curves] == [0.25, 1.0, 4.0]


def test_without_a_bounded_argument_the_first_one_is_shown():
    assert shown(exp(-x) * r, x, r).argument == "x"


@pytest.mark.parametrize(
    ("ends", "places"),
    [((3, S.Infinity), (3, 15)), ((-S.Infinity, 2), (-6, 2)), ((0, 10), (0, 10))],
)
def test_places_begin_at_a_finite_end(ends: tuple[Any, Any], places: tuple[float, float]):
    found = shown(r**2, r, domain={r: ends})
    assert (found.places[0], found.places[-1]) == places


def test_where_conditions_fail_nothing_is_shown():
    found = shown(log(y) - log(x), x, y, domain=[x < y])
    assert [curve.label for curve in found.curves] == ["y = 1", "y = 4"]  # of 0.25 little is seen
    for curve in found.curves:
        end = float(curve.label.removeprefix("y = ")) * (1 + 1e-12)
        values = zip(found.places, curve.values, strict=True)
        assert all(np.isnan(value) == (place > end) for place, value in values)


def test_settings_at_which_nothing_happens_are_not_chosen():
    """At a = b, three settings of nine, the function is constant."""
    a, b = symbols("a b", positive=True)
    found = shown((a - b) * exp(-x), x, a, b)
    assert len(found.curves) == 3
    assert all(max(curve.values) != min(curve.values) for curve in found.curves)


def test_each_result_has_its_curve():
    found = shown((x, -x), x)
    assert [curve.label for curve in found.curves] == ["[0]", "[1]"]
    first, second = (np.array(curve.values) for curve in found.curves)
    assert (first == -second).all()


def test_without_a_finite_value_there_are_no_curves():
    assert curves(straight(log(-1 - r**2), r)) is None


def test_a_profile_has_the_curves_of_its_kernel_and_a_wrong_one_has_others():
    good = kernel(x / (1 + x), x)
    wrong = replace(good, program=build(x / (2 + x), [x]))
    assert profile(good).curves == curves(good) != curves(wrong)
    assert Profile("f", "ulp", None, "", ()).curves is None
