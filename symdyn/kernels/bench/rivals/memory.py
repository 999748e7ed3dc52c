"""The limit that memory sets: as many arrays are written as there are results, from arguments.

np.copyto writes to arrays that are there already, which no function that returns new ones can do;
ndarray.copy makes new ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sympy import Expr, Symbol

from symdyn.kernels.bench.rivals.rival import ArrayFunction


def by_copyto(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """Copy to arrays that are made when a size is first seen."""
    standing: list[np.ndarray] = []

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        if not standing or standing[0].shape != columns[0].shape:
            standing[:] = [np.zeros_like(columns[0]) for _ in results]
        for k, target in enumerate(standing):
            np.copyto(target, columns[k % len(args)])
        return tuple(standing)

    return call


def by_copy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """Copy to new arrays."""
    return lambda *columns: tuple(columns[k % len(args)].copy() for k in range(len(results)))
