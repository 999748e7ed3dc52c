"""The limit that memory sets: as many arrays are written as there are results, from arguments.

np.copyto writes to arrays that are there already, which no function that returns new ones can do;
ndarray.copy makes new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symdyn.kernels.bench.rivals.rival import ArrayFunction


def standing(count: int, dtype: str = "float64") -> Callable[[tuple[int, ...]], tuple[Any, ...]]:
    """So many arrays of a shape: the same ones until another shape is asked for."""
    kept: list[Any] = []

    def arrays(shape: tuple[int, ...]) -> tuple[Any, ...]:
        if not kept or kept[0].shape != shape:
            kept[:] = [np.zeros(shape, dtype) for _ in range(count)]
        return tuple(kept)

    return arrays


def by_copyto(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """Copy to arrays that are made when a size is first seen."""
    arrays = standing(len(results))

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        targets = arrays(columns[0].shape)
        for k, target in enumerate(targets):
            np.copyto(target, columns[k % len(args)])
        return targets

    return call


def by_copy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """Copy to new arrays."""
    return lambda *columns: tuple(columns[k % len(args)].copy() for k in range(len(results)))
