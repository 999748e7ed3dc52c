"""Gradient flows and derivatives along flows, of scalars and of vectors."""

from __future__ import annotations

import pickle

import pytest
from sympy import cos, exp, expand, latex, sin, symbols

from symdyn.calculus.equivariant import Vector, angle, inner, length, norm
from symdyn.calculus.flows import Flow, derivative_along, gradient_flow
from symdyn.calculus.polar_invariants import polar
from symdyn.errors import InputError

x, y, k, t = symbols("x y k t", real=True)
W, V = Vector("w"), Vector("v")


def test_gradient_flow_of_a_quartic_loss():
    flow = gradient_flow((x**4 + k * x**2 * y**2) / 4, (x, y), rate=2)
    assert expand(flow[x] + 2 * x**3 + k * x * y**2) == 0
    assert expand(flow[y] + k * x**2 * y) == 0


def test_loss_never_increases_along_its_gradient_flow():
    loss = (1 - x * y) ** 2 + sin(x)
    flow = gradient_flow(loss, (x, y))
    squares = loss.diff(x) ** 2 + loss.diff(y) ** 2
    assert expand(derivative_along(flow, loss) + squares) == 0


def test_hidden_layer_norms_differ_by_a_constant():
    flow = gradient_flow((1 - x * y) ** 2 / 2, (x, y))
    assert derivative_along(flow, x**2 - y**2) == 0
    assert derivative_along(flow, x**2 + y**2) != 0


def test_rotation_conserves_the_radius_but_not_the_coordinates():
    flow = Flow({x: y, y: -x})
    assert derivative_along(flow, x**2 + y**2) == 0
    assert derivative_along(flow, x) == y


def test_time_is_a_variable_of_speed_one():
    flow = Flow({x: -x, t: 1})
    assert derivative_along(flow, x * exp(t)) == 0


def test_vector_flow_towards_a_point():
    apart = W - V
    flow = gradient_flow(inner(apart, apart) / 2, (W,))
    assert expand(derivative_along(flow, inner(apart, apart)) + 2 * inner(apart, apart)) == 0
    assert derivative_along(flow, inner(V, V)) == 0


def test_length_and_angle_move_along_a_vector_flow():
    flow = Flow({W: V})
    assert polar(derivative_along(flow, norm(W))) == length(V) * cos(angle(W, V))
    turning = polar(derivative_along(flow, angle(W, V)))
    assert turning == -length(V) * sin(angle(W, V)) / length(W)


def test_a_flow_of_lengths_and_angles_is_a_scalar_flow():
    flow = Flow({length(W): -length(W)})
    assert derivative_along(flow, length(W) ** 2 * length(V)) == -2 * length(W) ** 2 * length(V)


def test_rates_are_written_with_inner_products_alone():
    flow = Flow({W: length(W) * V})
    assert derivative_along(flow, length(W) ** 2) == 2 * norm(W) * inner(V, W)


def test_two_vectors_that_move_together():
    flow = Flow({W: V, V: -W})
    assert derivative_along(flow, inner(W, W) + inner(V, V)) == 0
    assert derivative_along(flow, inner(W, V)) == inner(V, V) - inner(W, W)


def test_flows_are_compared_velocity_by_velocity():
    one, two = Flow({x: y, W: 2 * W}), Flow({x: y + 1, W: 2 * W})
    different = [name for name, left, right in one.components(two) if left != right]
    assert different == ["dx/dt"]
    with pytest.raises(InputError, match="moves"):
        one.components({x: y})


def test_flows_hash_print_and_pickle():
    flow = Flow({x: y, W: -W})
    assert hash(flow) == hash(Flow({x: y, W: -W}))
    assert pickle.loads(pickle.dumps(flow)) == flow
    assert str(flow) == "dx/dt = y, dw/dt = (-1) w"
    assert latex(Flow({x: -y})) == r"\dot{x} = - y"


def test_what_cannot_move_is_refused():
    with pytest.raises(InputError, match="move its vectors instead"):
        Flow({inner(W, V): x})
    with pytest.raises(InputError, match="symbols to expressions"):
        Flow({x + y: 1})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="not a vector"):
        Flow({W: x})
    with pytest.raises(InputError, match="at least one variable"):
        gradient_flow(x, ())
