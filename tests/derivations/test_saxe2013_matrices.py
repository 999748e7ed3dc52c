"""The matrix flows of saxe2013 against finite differences and networks in no derivation file."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Matrix, Rational, symbols

from symdyn import Conserved, Equal, Flow, derivative_along, gradient_flow
from symdyn.calculus.words.evaluation import explicit
from symdyn.calculus.words.polynomials import MatrixWord, identity, matrix, trace
from symdyn.proof.evidence import judge
from symdyn.proof.verdict import Verdict

n, k = symbols("n k", integer=True, positive=True)
mu = symbols("mu", positive=True)
SIZES = {"W1": (3, 2), "W2": (2, 3), "W3": (2, 2)}


def numbers(shape: tuple[int, int], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-8, 8, shape) / 8


def test_gradient_flow_agrees_with_finite_differences_of_the_loss():
    """The loss is computed from samples x, y in floating point, and shares nothing with words."""
    W = {name: matrix(name, *shape) for name, shape in SIZES.items()}
    inputs, targets = matrix("Sigma11", 2, 2, symmetric=True), matrix("Sigma31", 2, 2)
    whole = W["W3"] * W["W2"] * W["W1"]
    flow = gradient_flow(trace(inputs * whole.T * whole - 2 * targets.T * whole) / 2, [*W.values()])
    x, y = numbers((2, 9), 1), numbers((2, 9), 2)
    at = {name: numbers(shape, 3 + j) for j, (name, shape) in enumerate(SIZES.items())}

    def loss(weights: dict[str, np.ndarray]) -> float:
        return float(np.sum((y - weights["W3"] @ weights["W2"] @ weights["W1"] @ x) ** 2) / 2)

    exact = {W[name]: Matrix(value.tolist()).applyfunc(Rational) for name, value in at.items()}
    data = {inputs: x @ x.T, targets: y @ x.T}
    exact |= {key: Matrix(value.tolist()).applyfunc(Rational) for key, value in data.items()}
    for name, value in at.items():
        velocity = explicit(flow[W[name]], exact, {})
        for place in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[place] = 1e-5
            slope = loss({**at, name: value + step}) - loss({**at, name: value - step})
            assert float(velocity[place]) == pytest.approx(-slope / 2e-5, rel=1e-7, abs=1e-7)


def verdict(left: MatrixWord, right: MatrixWord) -> Verdict:
    return judge(Equal(left, right)).verdict


def test_a_linear_autoencoder_with_weight_decay():
    """Decoder and encoder become each other's transpose at the rate 2 mu."""
    encoder, decoder = matrix("E", k, n), matrix("D", n, k)
    data = matrix("C", n, n, symmetric=True)
    missing = identity(n) - decoder * encoder
    penalty = mu * (trace(encoder * encoder.T) + trace(decoder * decoder.T))
    flow = gradient_flow((trace(missing * data * missing.T) + penalty) / 2, (encoder, decoder))
    imbalance = encoder * encoder.T - decoder.T * decoder
    assert verdict(derivative_along(flow, imbalance), -2 * mu * imbalance) == Verdict.PROVED
    assert judge(Conserved(imbalance, flow)).verdict == Verdict.REFUTED


def test_three_layers_of_which_two_are_tied():
    """W^T B W: B against the sum over both places at which W stands."""
    W, B = matrix("W", k, n), matrix("B", k, k)
    data, target = matrix("C", n, n, symmetric=True), matrix("T", n, n)
    whole = W.T * B * W
    flow = gradient_flow(trace(data * whole.T * whole - 2 * target.T * whole) / 2, (W, B))
    error = target - whole * data
    assert flow[B] == W * error * W.T
    assert flow[W] == B * W * error.T + B.T * W * error
    law = 2 * trace(B * B.T) - trace(W * W.T)
    assert judge(Conserved(law, flow)).verdict == Verdict.PROVED
    assert judge(Conserved(law - trace(B * B.T), flow)).verdict == Verdict.REFUTED


def test_balancedness_needs_the_gradient_flow():
    W, V = matrix("W", k, n), matrix("V", n, k)
    target = matrix("T", n, n)
    wrong = Flow({W: V.T * (target - V * W), V: 2 * (target - V * W) * W.T})
    assert judge(Conserved(W * W.T - V.T * V, wrong)).verdict == Verdict.REFUTED
