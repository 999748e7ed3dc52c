"""Every kernel of the library takes the same inputs in the same way.

Scalars, 0-d, empty and strided arrays, integers, short floats and arrays that cannot be written to
are computed in doubles; nan gives nan; infinite, subnormal and huge arguments do no harm; complex
numbers and objects are a TypeError, shapes that do not fit a ValueError. The kernels are those that
the library declares: a new one is tested by being there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from inspect import signature
from typing import Any

import numpy as np
import pytest
from sympy import Symbol

from symdyn.calculus.equivariant import Vector
from symdyn.kernels.duals.expectation_kernel import ExpectationKernel
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.kernels.origin import open_parameters
from symdyn.kernels.patterns.riccati import RiccatiKernel
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.proof.collect import Collected, collect

D = 3  # dimension of vectors
COUNTS = (2, 3)  # nodes of the first population, and of the others


def declared() -> list[Collected]:
    """All kernels of the library, at the parameters that they declare."""
    return [item for item in collect() if isinstance(item, Collected) and item.derivation.kernel]


def is_open(item: Collected) -> bool:
    """Whether a parameter is a symbol by default and not fixed (no derivation runs to tell)."""
    parameters = signature(item.derivation.function).parameters
    return any(
        isinstance(parameter.default, Symbol) and name not in item.fixed
        for name, parameter in parameters.items()
    )


PRESENT = [item for item in declared() if not is_open(item)]
NAMES = [item.derivation.id(**item.fixed) for item in PRESENT]
ANY = math.inf  # a target that the first rung meets
FEW = 2  # arguments: with more, targets take long to meet
LONG = (  # even to compile
    "mode",
    "mode_time",
    "deep_time",
    "depth_time",
    "infinite_depth_time",
    "infinite_depth_curve",
)


def cases() -> list[Any]:
    """Each kernel at its own target; in the default run one of each paper, and the others by their
    first rung, which does the same with its inputs. Further parameters are for slow runs.
    """
    found, papers, derivations = list[Any](), set[Any](), set[Any]()
    for item, name in zip(PRESENT, NAMES, strict=True):
        paper, derivation = item.derivation.file, (item.derivation.file, item.derivation.name)
        is_long = item.derivation.name in LONG
        is_first = paper not in papers and len(item.derivation.kernel) <= FEW and not is_long
        marks = () if is_first else pytest.mark.slow
        found.append(pytest.param((name, None), id=name, marks=marks))
        if not is_first and derivation not in derivations:
            slow = pytest.mark.slow if is_long else ()
            found.append(pytest.param((name, ANY), id=f"{name}, first rung", marks=slow))
        papers |= {paper} if is_first else set()
        derivations.add(derivation)
    return found


@cache
def made(name: str, target: float | None = None) -> Kernel | VectorKernel:
    return kernel(name, target=target)


@pytest.fixture(params=cases())
def f(request: pytest.FixtureRequest) -> Kernel | VectorKernel:
    return made(*request.param)


def arguments(f: Kernel | VectorKernel) -> list[np.ndarray]:
    """Ordinary arguments: numbers of 1/2, vectors and nodes in general position, output weights.

    All are whole numbers and halves, so that short floats hold them.
    """
    if isinstance(f, (Kernel, ExpectationKernel)):
        return [np.array(0.5) for _ in f.args]
    if isinstance(f, RiccatiKernel):
        layer = 0.5 * np.eye(2, D)
        return [np.array(0.5), layer, layer.T.copy(), np.full((D, D), 1.5)]
    rng = np.random.default_rng(0)
    counts = dict(zip((p.vector for p in f.layout.populations), COUNTS, strict=False))
    found: list[np.ndarray] = []
    for argument in f.args:
        if isinstance(argument, Vector):
            found.append(rng.integers(1, 9, size=D) * 0.5)
        elif not isinstance(argument, Symbol):
            found.append(rng.integers(1, 9, size=(counts[argument.vector], D)) * 0.5)
        elif argument in f.layout.weights:
            owner = f.layout.populations[f.layout.weights.index(argument)]
            found.append(rng.integers(1, 9, size=counts[owner.vector]) * 0.5)
        else:
            found.append(np.array(0.5))
    return found


def results(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def same(f: Kernel | VectorKernel, given: Sequence[Any], plain: Sequence[Any]) -> None:
    """Both calls give the same doubles."""
    for found, expected in zip(results(f(*given)), results(f(*plain)), strict=True):
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)


def each_place(given: Sequence[Any], change: Any) -> list[list[Any]]:
    """The arguments with one of them changed, in turn."""
    return [
        [change(x) if k == place else x for k, x in enumerate(given)] for place in range(len(given))
    ]


def free_places(f: Kernel | VectorKernel, given: Sequence[Any], change: Any) -> list[list[Any]]:
    """The same for arguments that need not fit to each other: layers must be balanced."""
    changed = each_place(given, change)
    return [changed[0], changed[3]] if isinstance(f, RiccatiKernel) else changed


def stacked(x: np.ndarray, *shape: int) -> np.ndarray:
    return np.broadcast_to(x, (*shape, *x.shape))


def test_ordinary_arguments_give_finite_doubles(f: Kernel | VectorKernel) -> None:
    given = arguments(f)
    before = [x.copy() for x in given]
    for value in results(f(*given)):
        assert value.dtype == np.float64 and np.isfinite(value).all()
    for x, y in zip(given, before, strict=True):
        np.testing.assert_array_equal(x, y)


def test_numbers_and_lists_are_arrays(f: Kernel | VectorKernel) -> None:
    given = arguments(f)
    same(f, [x.tolist() for x in given], given)
    if all(x.ndim == 0 for x in given):
        assert all(isinstance(value, np.float64) for value in results(f(*given)))


def test_leading_axes_broadcast_and_may_be_empty(f: Kernel | VectorKernel) -> None:
    given = arguments(f)
    single = results(f(*given))
    for shape in ((), (1,), (4,), (2, 3), (0,), (3, 0)):
        whole = results(f(*(stacked(x, *shape) for x in given)))
        for found, expected in zip(whole, single, strict=True):
            assert found.shape == (*shape, *np.shape(expected))
            np.testing.assert_array_equal(found, np.broadcast_to(expected, found.shape))
    if len(given) > 1:
        one = [stacked(given[0], 4, 1), *(stacked(x, 1, 5) for x in given[1:])]
        assert results(f(*one))[0].shape[:2] == (4, 5)


LAYOUTS = {
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "reversed": lambda x: np.flip(x).copy()[(slice(None, None, -1),) * x.ndim],
    "fortran": lambda x: x.copy(order="F"),
    "transposed": lambda x: x.T.copy().T,
    "swapped bytes": lambda x: x.astype(">f8"),
    "unaligned": lambda x: (
        np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(np.float64).reshape(x.shape)
    ),
    "single": lambda x: x.astype(np.float32),
    "half": lambda x: x.astype(np.float16),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_and_short_floats_are_taken(f: Kernel | VectorKernel, layout: str) -> None:
    given = arguments(f)
    same(f, [LAYOUTS[layout](x) for x in given], given)
    rows = [stacked(x, 3).copy() for x in given]
    same(f, [LAYOUTS[layout](x) for x in rows], rows)


@pytest.mark.parametrize("kind", ["int64", "int8", "uint32", "bool"])
def test_integers_are_computed_in_doubles(f: Kernel | VectorKernel, kind: str) -> None:
    given = [np.ceil(x).astype(kind) for x in arguments(f)]
    same(f, given, [x.astype(float) for x in given])


def test_read_only_arrays_are_taken(f: Kernel | VectorKernel) -> None:
    given = arguments(f)
    locked = [x.copy() for x in given]
    for x in locked:
        x.flags.writeable = False
    same(f, locked, given)


def with_one(x: np.ndarray, value: float) -> np.ndarray:
    changed = x.astype(float)
    changed.flat[0] = value
    return changed


def at_first_node(value: Any) -> Any:
    """What depends on every argument: the first row of a vector, or block of a matrix."""
    return value[0, :, 0] if np.ndim(value) == 4 else value[0] if np.ndim(value) == 2 else value


def test_nan_in_any_argument_gives_nan(f: Kernel | VectorKernel) -> None:
    for given in each_place(arguments(f), lambda x: with_one(x, np.nan)):
        for value in results(f(*given)):
            assert np.isnan(at_first_node(value)).all()


@pytest.mark.parametrize("extreme", [np.inf, -np.inf, 5e-324, -5e-324, 1e308, -1e308, 0.0, -0.0])
def test_extreme_numbers_do_no_harm(f: Kernel | VectorKernel, extreme: float) -> None:
    """No exception, no warning, and results beside an extreme one are untouched."""
    plain = arguments(f)
    expected = results(f(*plain))
    for given in free_places(f, plain, lambda x: with_one(x, extreme)):
        both = [np.stack([x, y]) for x, y in zip(plain, given, strict=True)]
        with np.errstate(all="raise"):
            found = results(f(*both))
        for value, right in zip(found, expected, strict=True):
            np.testing.assert_array_equal(value[0], right)


def test_numbers_outside_the_domain_give_nan_without_a_warning(f: Kernel | VectorKernel) -> None:
    plain = arguments(f)
    for symbol, part in zip(f.domain.args, f.domain.ranges, strict=True):
        place = f.args.index(symbol)
        for end, outward in ((part.inside[0], -1.0), (part.inside[1], 1.0)):
            if np.isfinite(end):
                given = [x if k != place else np.array(end + outward) for k, x in enumerate(plain)]
                with np.errstate(all="raise"):
                    assert all(np.isnan(value).all() for value in results(f(*given)))


NOT_REAL = {
    "complex": lambda x: x.astype(complex),
    "object": lambda x: x.astype(object),
    "text": lambda x: x.astype(str),
    "none": lambda x: None,
    "dates": lambda x: x.astype("datetime64[D]"),
    "symbol": lambda x: Symbol("x"),
}


@pytest.mark.parametrize("kind", NOT_REAL)
def test_what_is_not_real_is_a_type_error(f: Kernel | VectorKernel, kind: str) -> None:
    for place, given in enumerate(each_place(arguments(f), NOT_REAL[kind]), 1):
        with pytest.raises(TypeError, match=f"argument {place} holds"):
            f(*given)


def test_wrong_shapes_and_numbers_of_arguments(f: Kernel | VectorKernel) -> None:
    given = arguments(f)
    with pytest.raises(TypeError, match="needed"):
        f(*given, given[0])
    with pytest.raises(TypeError, match="needed"):
        f(*given[:-1])
    if len(given) > 1:
        with pytest.raises(ValueError, match=r"broadcast|axis|axes"):
            f(stacked(given[0], 3), *(stacked(x, 4) for x in given[1:]))
    for k, x in enumerate(given):
        if x.ndim:
            for wrong in (x[..., 0], np.append(x, x, axis=-1)):
                with pytest.raises(ValueError, match=r"axis|axes"):
                    f(*given[:k], wrong, *given[k + 1 :])


@pytest.mark.slow
def test_a_hundred_million_numbers_are_as_many_small_arrays() -> None:
    """Needs 1.6 GB; the values of 2^20 numbers stand again and again, and then a remainder."""
    f, size = made("cho2009.py::arccos(degree=1)"), 100_000_000
    few = np.random.default_rng(0).uniform(-1, 1, 2**20)
    found = f(np.resize(few, size))
    assert found.shape == (size,) and found.dtype == np.float64
    expected = f(few)
    for start in range(0, size, len(few)):
        part = found[start : start + len(few)]
        assert np.array_equal(part, expected[: len(part)])


def test_every_kernel_of_the_library_is_here() -> None:
    names = set(NAMES)
    for degree in range(4):
        assert f"cho2009.py::arccos(degree={degree})" in names
        assert f"cho2009.py::arccos_derivative(degree={degree})" in names
    for name in ("gate", "loss", "gradient", "hessian", "single_flow", "weighted_gradient"):
        assert f"tian2017.py::{name}" in names
    assert "tian2017.py::basin_probability(d=50)" in names


def test_only_kernels_with_open_parameters_are_not_here() -> None:
    for item in declared():
        assert is_open(item) == bool(open_parameters(item.derivation.record(**item.fixed)))
