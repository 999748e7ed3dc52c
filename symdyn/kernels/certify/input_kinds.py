"""Kinds of input that a kernel takes or refuses, as rows of the table of special inputs.

What is no contiguous array of doubles is computed as one: 0-d and empty arrays, every other element
of an array, whole numbers, single precision, arrays that cannot be written to. So the promise is
the same bits as for an array of those doubles. Complex numbers and objects are a TypeError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.certificate import SpecialInput
from symdyn.kernels.certify.measuring import Elementwise
from symdyn.numerics.doubles import Doubles

COUNT = 37  # elements: vectors, and a remainder


def _strided(x: Doubles) -> Doubles:
    return np.repeat(x, 2)[::2]


def _read_only(x: Doubles) -> Doubles:
    locked = x.copy()
    locked.flags.writeable = False
    return locked


def _whole(x: Doubles) -> Any:
    return np.clip(np.rint(x), -(2.0**31), 2.0**31).astype(np.int64)


def _single(x: Doubles) -> Any:
    with np.errstate(over="ignore", under="ignore"):
        return x.astype(np.float32)


TAKEN: tuple[tuple[str, Callable[[Doubles], Any]], ...] = (
    ("0-d array", lambda x: x[0]),
    ("empty array", lambda x: x[:0]),
    ("strided array", _strided),
    ("read-only array", _read_only),
    ("whole numbers", _whole),
    ("single precision", _single),
)
REFUSED: tuple[tuple[str, type], ...] = (("complex numbers", complex), ("objects", object))


def input_kinds(kernel: Elementwise, box: Box) -> tuple[SpecialInput, ...]:
    """One row for each kind, of all arguments at once."""
    rng = np.random.default_rng(0)
    columns = [box.ordinary(axis, COUNT, rng) for axis in range(len(box.ends))]
    names = ", ".join(map(str, kernel.args))
    rows = [_taken(kernel, [change(x) for x in columns], name) for name, change in TAKEN]
    rows += [_refused(kernel, [x.astype(kind) for x in columns], name) for name, kind in REFUSED]
    return tuple(
        SpecialInput(names, kind, (), (told,), expected, 0.0 if kept else math.inf)
        for kind, told, expected, kept in rows
    )


def _taken(kernel: Elementwise, given: Sequence[Any], kind: str) -> tuple[str, str, str, bool]:
    plain = [np.array(x, np.float64).reshape(-1) for x in given]
    try:
        expected, found = _results(kernel(*plain)), _results(kernel(*given))
    except (TypeError, ValueError) as problem:
        return kind, type(problem).__name__, "the same bits", False
    shape = np.shape(given[0])
    kept = all(
        f.shape == shape and f.dtype == e.dtype and np.array_equal(f.reshape(-1), e, equal_nan=True)
        for f, e in zip(found, expected, strict=True)
    )
    return kind, "the same bits" if kept else "other bits", "the same bits", kept


def _refused(kernel: Elementwise, given: Sequence[Any], kind: str) -> tuple[str, str, str, bool]:
    try:
        kernel(*given)
    except TypeError:
        return kind, "TypeError", "TypeError", True
    except ValueError:
        return kind, "ValueError", "TypeError", False
    return kind, "a result", "TypeError", False


def _results(found: Any) -> list[np.ndarray]:
    return [np.asarray(value) for value in (found if isinstance(found, tuple) else (found,))]
