"""Results are written where the caller asks for them, whatever that memory is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

from symdyn.kernels.kernel import Kernel, kernel

x, c = sp.symbols("x c", real=True)
VALUES = np.linspace(-3, 3, 1201)


@pytest.fixture(scope="module")
def one() -> Kernel:
    """With blocks that are computed again where a value is special."""
    return kernel(sp.exp(x), x)


@pytest.fixture(scope="module")
def two() -> Kernel:
    """Two results of one argument."""
    return kernel((sp.exp(x), x + 1), x)


def strided(shape: tuple[int, ...]) -> Any:
    steps = (slice(None, None, 2) for _ in shape)
    return np.empty(tuple(2 * size for size in shape))[(..., *steps)]


@pytest.mark.parametrize("memory", [np.empty, strided, lambda shape: np.empty(shape, order="F")])
@pytest.mark.parametrize("shape", [(1201,), (1, 1201), (), (0,)])
def test_results_are_written_where_they_are_wanted(
    one: Kernel, memory: Any, shape: tuple[int, ...]
) -> None:
    given = VALUES[: int(np.prod(shape))].reshape(shape)
    place = memory(shape)
    assert one(given, out=place) is place
    np.testing.assert_array_equal(place, one(given))


def test_an_argument_may_be_overwritten(one: Kernel) -> None:
    values = VALUES.copy()
    values[[5, 700]] = [0.0, 1e4]  # blocks that are computed twice
    wanted = one(values)
    one(values, out=values)
    np.testing.assert_array_equal(values, wanted)
    parts = np.concatenate([VALUES, VALUES])
    wanted = one(parts[1:])
    one(parts[1:], out=parts[:-1])
    np.testing.assert_array_equal(parts[:-1], wanted)


def test_several_results_go_to_several_arrays(two: Kernel) -> None:
    first, second = np.empty((2, VALUES.size))
    found = two(VALUES, out=(first, second))
    assert found[0] is first and found[1] is second
    np.testing.assert_array_equal(first, np.array(two(VALUES)[0]))
    np.testing.assert_array_equal(second, VALUES + 1)


def test_a_distance_from_an_end_has_a_place_as_well() -> None:
    f = kernel(sp.sqrt(1 - c**2), c, domain={c: (-1, 1)})
    gaps, place = np.linspace(0, 1, 9), np.empty(9)
    f(one_minus_c=gaps, out=place)
    np.testing.assert_array_equal(place, f(one_minus_c=gaps))


@pytest.mark.parametrize(
    ("out", "error", "message"),
    [
        (np.empty(3), ValueError, r"shape \(1201,\)"),
        (np.empty(1201, np.float32), TypeError, "float64"),
        ([0.0] * 1201, TypeError, "float64"),
        ((np.empty(1201), np.empty(1201)), TypeError, "1 array"),
        (np.broadcast_to(0.0, 1201), ValueError, "written"),
    ],
    ids=["short", "single", "list", "two", "read-only"],
)
def test_a_place_that_does_not_fit_is_refused(
    one: Kernel, out: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        one(VALUES, out=out)


def test_one_array_for_two_results_is_refused_or_right(two: Kernel) -> None:
    """Two names of one memory: what comes last stays, as with assignments."""
    place = np.empty(VALUES.size)
    two(VALUES, out=(place, place))
    np.testing.assert_array_equal(place, VALUES + 1)
