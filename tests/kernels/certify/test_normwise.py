"""Kernels of arrays are measured by norms, wherever their own points lead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from flint import arb

from symdyn.errors import InputError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.normwise import UNIT, Arrays
from symdyn.kernels.certify.stored import worsened


class Direction:
    """w/|w| for vectors of several lengths: nan at 0."""

    name = "direction"
    target = 4.0
    source = '"""Direction."""\ncode'

    def draw(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]:
        return [(rng.normal(size=1 + k % 4) * 2.0 ** rng.uniform(-700, 700),) for k in range(count)]

    def edges(self) -> Sequence[Arrays]:
        return [(np.zeros(2),), (np.array([3.0, 4.0]),)]

    def reference(self, point: Arrays, bits: int) -> Sequence[arb] | None:
        parts = [arb(x) for x in point[0].tolist()]
        size = sum((x * x for x in parts), arb(0)).sqrt()
        return None if size.is_zero() else [x / size for x in parts]

    def __call__(self, w: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return w / np.float64(math.hypot(*w))


class Naive(Direction):
    """Without scaling: squares overflow and underflow."""

    def __call__(self, w: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return w / np.sqrt(np.sum(w * w))


class Perturbed(Direction):
    """One element of the longest vectors is off by 40 units."""

    def __call__(self, w: np.ndarray) -> np.ndarray:
        found = super().__call__(w)
        if len(found) == 4:
            found[3] += 40 * 2.0**-53
        return found


def certified(kernel: Direction) -> Certificate:
    return certify(kernel, points=60)


def test_a_sound_kernel_has_a_few_units() -> None:
    found = certified(Direction())
    assert found.unit == UNIT and 0.3 < found.error < 4 and found.meets
    assert found.sampled.points == 62 and found.sampled.undecided == 0
    assert [stratum.name for stratum in found.sampled.strata] == ["drawn", "edges"]


def test_overflow_on_the_way_is_infinitely_wrong() -> None:
    assert certified(Naive()).error == math.inf


def test_an_error_in_one_element_counts_relative_to_the_norm() -> None:
    assert 38 < certified(Perturbed()).error < 45


def test_where_nothing_is_defined_the_kernel_must_return_nan() -> None:
    class Zero(Direction):
        def __call__(self, w: np.ndarray) -> np.ndarray:
            return np.nan_to_num(super().__call__(w))

    assert certified(Zero()).error == math.inf


def test_an_exactly_zero_result_must_be_zero() -> None:
    class Difference(Direction):
        def reference(self, point: Arrays, bits: int) -> Sequence[arb]:
            return [arb(0) for _ in point[0]]

        def __call__(self, w: np.ndarray) -> np.ndarray:
            return w - w

    assert certified(Difference()).error == 0.0
    Difference.__call__ = lambda self, w: w * 0.0 + 1e-300  # type: ignore[method-assign]
    assert certified(Difference()).error == math.inf


def test_a_norm_of_its_own_is_the_unit() -> None:
    class Scaled(Perturbed):
        def norm(self, point: Arrays, exact: Sequence[arb]) -> arb:
            return arb(10)

    assert 3.8 < certified(Scaled()).error < 4.5


def test_what_is_allowed_may_depend_on_the_point() -> None:
    class Longer(Perturbed):
        def allowed(self, point: Arrays) -> float:
            return 50.0 if len(point[0]) == 4 else 4.0

    found = certified(Longer())
    assert found.error > 38 and found.meets and found.share is not None and found.share < 0.95
    Longer.allowed = lambda self, point: 50.0 if len(point[0]) == 3 else 4.0  # type: ignore
    wrong = certified(Longer())
    assert wrong.meets is False and wrong.share is not None and wrong.share > 9
    assert Certificate.from_json(wrong.to_json()) == wrong


def test_an_independent_definition_is_used_at_200_points_or_all() -> None:
    class Defined(Direction):
        def definition_at(self, point: Arrays, bits: int) -> Sequence[arb] | None:
            exact = self.reference(point, bits)
            return None if exact is None else [2 * x for x in exact]

    found = certified(Defined())
    closed, definition = found.references
    assert closed.maximum < 4 and definition.maximum > 1e15 and definition.points >= 60


def test_result_and_reference_of_different_lengths_are_refused() -> None:
    class Short(Direction):
        def __call__(self, w: np.ndarray) -> np.ndarray:
            return super().__call__(w)[:1]

    with pytest.raises(InputError, match="exact values"):
        certified(Short())


def test_worst_points_and_json_keep_shapes() -> None:
    found = certified(Perturbed())
    (w,) = found.worst[0].arrays
    assert w.shape == (4,)
    assert Certificate.from_json(found.to_json()) == found
    assert worsened(Perturbed(), found) == ()
    assert worsened(Perturbed(), certified(Direction())) != ()
