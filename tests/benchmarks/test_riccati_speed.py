"""The matrix Riccati kernel beside an integrator of the layers, at the size that is asked for."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from symdyn import kernel

SIZE, TIMES, LONG = 64, np.linspace(0.0, 20.0, 50), 1000.0
TOLERANCE = 1e-10  # of the integrator
RUNS = 3


def balanced() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Layers of one size, and data with singular values from 0.1 to 1."""
    rng = np.random.default_rng(0)
    turns = [np.linalg.qr(rng.normal(size=(SIZE, SIZE)))[0] for _ in range(5)]
    sizes = rng.uniform(0.01, 0.1, SIZE)
    data = turns[0] * np.linspace(0.1, 1.0, SIZE) @ turns[1]
    return turns[2] * sizes @ turns[3], turns[4] * sizes @ turns[2].T, data


@pytest.mark.slow
def test_it_is_three_times_faster_than_an_integrator_and_exact_in_the_end() -> None:
    integrate = pytest.importorskip("scipy.integrate").solve_ivp
    inner, outer, data = balanced()
    riccati = kernel("saxe2013::riccati")

    def velocity(_: float, state: np.ndarray) -> np.ndarray:
        first, second = state.reshape(2, SIZE, SIZE)
        error = data - second @ first
        return np.concatenate([(second.T @ error).ravel(), (error @ first.T).ravel()])

    start = np.concatenate([inner.ravel(), outer.ravel()])
    ratios, apart = list[float](), np.inf
    for _ in range(RUNS):
        begun = perf_counter()
        ours = riccati(TIMES, inner, outer, data)
        between = perf_counter()
        found = integrate(
            velocity, (0.0, TIMES[-1]), start, "DOP853", TIMES, rtol=TOLERANCE, atol=TOLERANCE
        )
        ratios.append((perf_counter() - between) / (between - begun))
        layers = found.y.T.reshape(-1, 2, SIZE, SIZE)
        apart = np.abs(layers[:, 1] @ layers[:, 0] - ours).max()
    settled = np.linalg.norm(riccati(LONG, inner, outer, data) - data) / np.linalg.norm(data)
    print(f"{np.median(ratios):.1f} times faster; {apart:.1e} apart; {settled:.1e} off in the end")
    assert np.median(ratios) >= 3 and apart < 1e-8 and settled < 1e-12
