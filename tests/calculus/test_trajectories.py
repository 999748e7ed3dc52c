"""Flows are followed to where they lead, and what cannot be followed is refused."""

import numpy as np
import pytest
from sympy import Rational, Symbol, cos, exp, sin, symbols

from symdyn import Equal, Flow, Verdict, gradient_flow, simulate
from symdyn.calculus.equivariant import Vector
from symdyn.calculus.words.polynomials import identity, matrix, trace
from symdyn.errors import InputError, UnsupportedError
from symdyn.numerics.simulation import Simulation
from symdyn.proof.evidence import judge

x, y, k, t = symbols("x y k t", positive=True)
W, V, A = matrix("W", 2, 3), matrix("V", 3, 2), matrix("A", 2, 2, symmetric=True)
RANDOM = np.random.default_rng(5)


def test_a_circle_closes():
    found = simulate(Flow({x: y, y: -x}), {x: 1, y: 0}, [0, 1, 50])
    assert np.abs(found[x] - np.cos([0, 1, 50])).max() < 1e-12
    assert np.abs(found[y] + np.sin([0, 1, 50])).max() < 1e-12


def test_a_velocity_that_depends_on_time():
    found = simulate(Flow({x: cos(t) * x, t: 1}), {x: 2, t: 0}, [3.0])
    assert found[x][0] == pytest.approx(2 * np.exp(np.sin(3.0)), rel=1e-11)


@pytest.mark.parametrize("rate", [1e-3, 1.0, 1e3])
def test_a_decay_is_followed_at_any_rate(rate: float):
    found = simulate(Flow({x: -k * x}), {x: 3.0}, [1.0, 7.0], values={k: rate})
    assert np.abs(found[x] - 3 * np.exp(-rate * np.array([1.0, 7.0]))).max() < 1e-11


def test_matrices_and_samples():
    """W' = A W is W(t) = exp(A t) W(0); each sample has a matrix A of its own."""
    root = RANDOM.standard_normal((4, 2, 2))
    symmetric = root + np.swapaxes(root, 1, 2)
    start = RANDOM.standard_normal((2, 3))
    found = simulate(Flow({W: A * W}), {W: start}, [0.0, 0.7], values={A: symmetric})[W]
    assert found.shape == (2, 4, 2, 3)
    lengths, turns = np.linalg.eigh(symmetric)
    grown = turns * np.exp(0.7 * lengths)[:, None, :] @ np.swapaxes(turns, 1, 2)
    assert np.abs(found[1] - grown @ start).max() < 1e-11


def test_traces_and_numbers_that_depend_on_matrices():
    flow = Flow({W: -trace(W * W.T) * W, x: trace(W * W.T) * x})
    found = simulate(flow, {W: np.ones((2, 3)), x: 1.0}, [2.0])
    assert (found[W] ** 2).sum() == pytest.approx(6 / (1 + 2 * 6 * 2.0), rel=1e-11)
    assert found[x][0] == pytest.approx(np.sqrt(1 + 2 * 6 * 2.0), rel=1e-11)


def test_steps_of_gradient_descent_are_what_they_are():
    flow = gradient_flow(trace((W * V - A) * (W * V - A).T) / 2, (W, V))
    w, v, a = RANDOM.standard_normal((2, 3)), RANDOM.standard_normal((3, 2)), np.eye(2)
    found = simulate(flow, {W: w, V: v}, [0.0, 0.125, 0.25], step=0.125, values={A: a})
    for k in range(3):
        assert np.allclose(found[W][k], w, rtol=1e-14, atol=0)
        error = a - w @ v
        w, v = w + 0.125 * error @ v.T, v + 0.125 * w.T @ error


def test_theory_is_told_apart_from_what_is_nearly_it():
    def draw(generator: np.random.Generator, size: int, at: dict[str, float]):
        start = generator.uniform(0.5, 2.0, size)
        found = simulate(Flow({x: -k * x**2}), {x: start}, [at["t"]], values={k: at["k"]})
        return 1 / found[x][0] - 1 / start

    slowing = Simulation("a decay by collisions", draw, (k, t), size=10, accuracy=1e-9)
    assert judge(Equal(slowing, k * t)).verdict == Verdict.SIMULATED
    assert judge(Equal(slowing, k * t * (1 + Rational(1, 10**7)))).verdict == Verdict.REFUTED
    assert judge(Equal(slowing, k * sin(t))).verdict == Verdict.REFUTED


@pytest.mark.parametrize(
    ("flow", "start", "times", "options", "message"),
    [
        (Flow({x: y}), {x: 1}, [1], {}, "values= lacks y"),
        (Flow({W: A * W}), {W: np.ones((2, 3))}, [1], {}, "values= lacks A"),
        (Flow({x: y}), {y: 1}, [1], {}, "start= names y, the flow moves x"),
        (Flow({x: -x}), {x: 1}, [1], {"values": {x: 2}}, "which the flow moves"),
        (Flow({x: -x}), {x: 1}, [2, 1], {}, "ascend from 0"),
        (Flow({x: -x}), {x: 1}, [-1], {}, "ascend from 0"),
        (Flow({x: -x}), {x: 1}, [float("inf")], {}, "are finite"),
        (Flow({x: -x}), {x: float("nan")}, [1], {}, "x is not finite"),
        (Flow({x: -x}), {x: 1}, [0.25], {"step": 0.1}, "no multiple of step"),
        (Flow({x: -x}), {x: 1}, [1], {"step": 0.0}, "a step is positive"),
        (Flow({x: -x}), {x: 1}, [1], {"tolerance": 0.0}, "a tolerance is positive"),
        (Flow({W: A * W}), {W: [1.0]}, [1], {"values": {A: np.eye(2)}}, "last two axes"),
        (Flow({W: A * W}), {W: np.ones((2, 3))}, [1], {"values": {A: np.eye(3)}}, "fit together"),
    ],
)
def test_bad_input_is_named(flow, start, times, options, message):
    with pytest.raises(InputError, match=message):
        simulate(flow, start, times, **options)


def test_what_cannot_be_followed_is_told():
    with pytest.raises(UnsupportedError, match="beyond t = 1"):
        simulate(Flow({x: x**2}), {x: 1.0}, [2.0])
    with pytest.raises(UnsupportedError, match="take smaller ones"):
        simulate(Flow({x: -(x**3)}), {x: 10.0}, [20.0], step=1.0)
    with pytest.raises(UnsupportedError, match="write vectors"):
        simulate(Flow({Vector("w"): -Vector("w")}), {Vector("w"): [1.0]}, [1.0])
    with pytest.raises(UnsupportedError, match="multiple of the identity"):
        simulate(Flow({A: identity(2) - A}), {A: np.eye(2)}, [1.0])


def test_no_times_give_nothing():
    assert simulate(Flow({x: -x}), {x: 1.0}, []) == {}


def test_a_constant_stays():
    z = Symbol("z")
    assert simulate(Flow({z: 0 * z + exp(0) - 1}), {z: 4.0}, [1.0, 9.0])[z].tolist() == [4.0, 4.0]


def test_a_matrix_without_velocity_stays():
    found = simulate(Flow({W: 0 * W, V: W.T}), {W: np.ones((2, 3)), V: np.zeros((3, 2))}, [2.0])
    assert np.array_equal(found[W][0], np.ones((2, 3)))
    assert np.allclose(found[V][0], 2 * np.ones((3, 2)), rtol=1e-14)
