"""Formulas that Python computes, by sympy.lambdify: one number at a time, or one array."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import sympy as sp
from sympy import Expr, Symbol

from symdyn.kernels.bench.rivals.rival import ArrayFunction, whole_arrays


def by_element(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """With math, in a loop of Python; what it raises becomes nan."""
    plain = sp.lambdify(args, list(results), modules="math", cse=True)

    def one(*point: float) -> Sequence[float]:
        try:
            return plain(*point)
        except (ArithmeticError, ValueError):
            return [math.nan] * len(results)

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        rows = [one(*point) for point in zip(*(c.tolist() for c in columns), strict=True)]
        return tuple(np.array(rows, np.float64).T)

    return call


def by_numpy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """With the functions of NumPy."""
    return whole_arrays(sp.lambdify(args, list(results), modules="numpy", cse=True))


def by_scipy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """With the special functions of SciPy."""
    return whole_arrays(sp.lambdify(args, list(results), modules=["scipy", "numpy"], cse=True))
