"""W of tanh at a common variance beside 25-point Gauss-Hermite quadrature, also compiled."""

from __future__ import annotations

from math import sqrt, tanh
from time import perf_counter

import numpy as np
import pytest
from flint import arb
from numba import njit
from sympy import symbols
from sympy import tanh as symbolic_tanh

from symdyn import dual_activation
from symdyn.kernels.duals.definition import Definition

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(25)
WEIGHTS = WEIGHTS / np.sqrt(2 * np.pi)


@njit
def gauss_hermite(q: float, c: np.ndarray, out: np.ndarray) -> None:
    """What others offer: a rule of 25 by 25 nodes for each correlation."""
    outer = np.empty(25)
    for i in range(25):
        outer[i] = WEIGHTS[i] * tanh(sqrt(q) * NODES[i])
    for k in range(c.size):
        total, sine = 0.0, sqrt(1 - c[k] * c[k])
        for i in range(25):
            inner = 0.0
            for j in range(25):
                inner += WEIGHTS[j] * tanh(sqrt(q) * (c[k] * NODES[i] + sine * NODES[j]))
            total += outer[i] * inner
        out[k] = total


@pytest.mark.slow
def test_common_variances_are_100_times_faster_and_a_million_times_more_accurate() -> None:
    q, c = 1.0, np.random.default_rng(0).uniform(-1, 1, 100_000)
    few = c[:2000]
    found, rule = dual_activation(symbolic_tanh(symbols("z", real=True))), np.empty(few.size)
    values = found.W(q, c)  # makes the table
    gauss_hermite(q, few, rule)
    ratios = []
    for _ in range(5):
        start = perf_counter()
        found.W(q, c)
        between = perf_counter()
        gauss_hermite(q, few, rule)
        end = perf_counter()
        ratios.append((end - between) / few.size / ((between - start) / c.size))
    definition = Definition(found._moments)
    exact = [float(definition.product(arb(q), arb(q), arb(x))) for x in few[:30] if abs(x) < 0.9]
    chosen = [k for k in range(30) if abs(few[k]) < 0.9]
    ours, theirs = (max(abs(a[chosen] - exact) / np.abs(exact)) for a in (values, rule))
    print(f"{max(ratios):.0f} times faster; worst errors {ours:.1e} and {theirs:.1e}")
    assert ours < 2e-13 and theirs > 1e6 * ours
    assert max(ratios) > 100
