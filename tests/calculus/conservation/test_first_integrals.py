"""Integrals of one flow: what is found is kept, and what is kept is found.

The truth about what is kept is a derivative that vanishes, judged like any claim; the truth about
how much is kept is a theorem of mechanics, or a rank of random floating-point values.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import prod

import numpy as np
import pytest
from sympy import (
    Abs,
    Function,
    Matrix,
    Max,
    Rational,
    diff,
    erf,
    exp,
    expand,
    lambdify,
    log,
    mathieus,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symdyn import Conserved, Flow, first_integrals, gradient_flow
from symdyn.calculus.equivariant import Vector, inner
from symdyn.errors import InputError, UnsupportedError
from symdyn.proof.evidence import judge
from symdyn.proof.verdict import Verdict

a, b, c, s, w, x, y, z = symbols("a b c s w x y z", real=True)
p, q, r = symbols("p q r", positive=True)
PLANE = (x, y, *symbols("px py", real=True))
DISTANCE = sqrt(x**2 + y**2)


def newton(potential, places, momenta, friction=0):
    """Motion in a potential, slowed down by friction."""
    moving = zip(places, momenta, strict=True)
    forces = [-diff(potential, place) - friction * m for place, m in moving]
    return Flow(dict(zip((*places, *momenta), (*momenta, *forces), strict=True)))


KEPLER = newton(-p / DISTANCE, PLANE[:2], PLANE[2:])
EULER_TOP = Flow({x: (q - r) * y * z / p, y: (r - p) * x * z / q, z: (p - q) * x * y / r})
TODA = newton(exp(x - y), PLANE[:2], PLANE[2:])
FLOWS = {
    "mode of a linear network": (gradient_flow((s - a * b) ** 2 / 2, (a, b)), 4, (a**2 - b**2,)),
    "harmonic oscillator": (Flow({x: y, y: -(w**2) * x}), 3, (w**2 * x**2 + y**2,)),
    "Kepler": (KEPLER, 2, (x * PLANE[3] - y * PLANE[2],)),
    "two particles of the Toda lattice": (TODA, 1, (PLANE[2] + PLANE[3],)),
    "predator and prey": (Flow({x: x * (p - q * y), y: y * (r * x - s)}), 4, ()),
    "pendulum": (Flow({x: y, y: -sin(x)}), 3, ()),
    "damped oscillator": (Flow({x: y, y: -x - w * y}), 3, ()),
    "logistic loss": (gradient_flow(log(1 + exp(-s * a * b)), (a, b)), 2, (a**2 - b**2,)),
    "saturated output": (gradient_flow((tanh(a * b) - s) ** 2, (a, b)), 2, (a**2 - b**2,)),
    "probit output": (gradient_flow((erf(a * b) - s) ** 2, (a, b)), 2, (a**2 - b**2,)),
    "one rectified unit": (
        gradient_flow((Max(0, a * x) * b - s) ** 2, (a, b)),
        2,
        (a**2 - b**2,),
    ),
    "symbolic power": (Flow({p: q * p**w, q: -(p ** (w + 1))}), 2, (p**2 + q**2,)),
    "no motion": (Flow({x: 0, y: 0, z: x}), 2, (x, y)),
    "three factors": (
        gradient_flow((s - a * b * c) ** 2 / 2, (a, b, c)),
        2,
        (a**2 - c**2, b**2 - c**2),
    ),
}


@pytest.mark.parametrize("name", FLOWS)
def test_what_is_known_to_be_kept_is_found_and_nothing_else(name):
    flow, degree, kept = FLOWS[name]
    assert first_integrals(flow, degree) == tuple(map(expand, kept))


@pytest.mark.parametrize("name", [name for name, (_, _, kept) in FLOWS.items() if kept])
def test_what_is_found_is_proved_to_be_conserved(name):
    flow, degree, _ = FLOWS[name]
    for quantity in first_integrals(flow, degree):
        assert judge(Conserved(quantity, flow)).verdict == Verdict.PROVED


def test_a_free_top_keeps_energy_and_angular_momentum():
    energy, momentum = p * x**2 + q * y**2 + r * z**2, p**2 * x**2 + q**2 * y**2 + r**2 * z**2
    assert set(first_integrals(EULER_TOP, 4)) == {energy, momentum}


def heavy_top(inertia, weight):
    """A top with moments of inertia and a vector from its fixed point to its weight."""
    spin, down = Matrix(symbols("w1:4")), Matrix(symbols("g1:4"))
    momentum = Matrix([i * w for i, w in zip(inertia, spin, strict=True)])
    torque = momentum.cross(spin) + Matrix(weight).cross(down)
    turned = [t / i for t, i in zip(torque, inertia, strict=True)]
    flow = Flow(dict(zip((*spin, *down), (*turned, *down.cross(spin)), strict=True)))
    energy = momentum.dot(spin) - 2 * down.dot(Matrix(weight))
    return flow, spin, down, {expand(q) for q in (energy, momentum.dot(down), down.dot(down))}


def test_a_heavy_top_keeps_a_fourth_quantity_where_lagrange_found_it():
    flow, spin, _, _ = heavy_top((p, p, q), (0, 0, s))
    found = first_integrals(flow, 3)
    assert len(found) == 4 and found[0] == spin[2]


def test_a_heavy_top_keeps_a_fourth_quantity_where_kovalevskaya_found_it():
    flow, (w1, w2, _), (g1, g2, _), always = heavy_top((2, 2, 1), (c, 0, 0))
    square = expand((w1**2 - w2**2 + c * g1) ** 2 + (2 * w1 * w2 + c * g2) ** 2)
    assert judge(Conserved(square, flow)).verdict == Verdict.PROVED
    found = first_integrals(flow, 4)
    assert len(found) == 4 and all(q in found for q in always)


def test_other_heavy_tops_keep_three():
    flow, _, _, always = heavy_top((2, 3, 1), (c, 0, 0))
    assert set(first_integrals(flow, 4)) == always


def test_planar_hamiltonian_flow_keeps_its_energy_alone():
    energy = x**3 * y - 2 * y**2 + 5 * x
    assert first_integrals(Flow({x: diff(energy, y), y: -diff(energy, x)}), 8) == (energy,)


def test_flow_along_two_surfaces_keeps_both():
    one, two = x**2 + y * z, y**3 - x
    velocity = Matrix([one.diff(v) for v in (x, y, z)]).cross(
        Matrix([two.diff(v) for v in (x, y, z)])
    )
    assert first_integrals(Flow(dict(zip((x, y, z), velocity, strict=True))), 3) == (one, two)


def test_friction_destroys_what_a_symmetry_kept_unless_time_comes_in():
    places, momenta = symbols("a1:3 b1:3"), symbols("c1:3 d1:3")
    loss = (s - sum(u * v for u, v in zip(places[:2], places[2:], strict=True))) ** 2
    free, damped = newton(loss, places, momenta), newton(loss, places, momenta, friction=w)
    turning = first_integrals(free)
    assert len(turning) == 2 and first_integrals(damped) == ()
    timed = Flow({**dict(damped.items()), z: w * z})
    assert set(first_integrals(timed, 3)) == {expand(z * kept) for kept in turning}


def test_weight_decay_shrinks_the_imbalance_at_a_known_rate():
    decay = gradient_flow((s - a * b) ** 2 / 2 + w * (a**2 + b**2) / 2, (a, b))
    assert first_integrals(decay, 4) == ()
    timed = Flow({**dict(decay.items()), z: 2 * w * z})
    assert first_integrals(timed, 3) == (a**2 * z - b**2 * z,)


def test_any_loss_of_the_product_keeps_the_difference_of_squares():
    loss = Function("f")
    assert first_integrals(gradient_flow(loss(a * b), (a, b))) == (a**2 - b**2,)
    assert first_integrals(gradient_flow(loss(a * b, a), (a, b))) == ()


def test_rectified_units_are_balanced_one_by_one():
    weights = symbols("a1:5 b1:3", real=True)
    *inner, out, other = weights
    data = ((1, 2), (-1, 3))
    outputs = [
        out * Max(0, inner[0] * t + inner[1]) + other * Max(0, inner[2] * t + inner[3])
        for t, _ in data
    ]
    targets = [target for _, target in data]
    loss = sum((one - two) ** 2 for one, two in zip(outputs, targets, strict=True)) / 2
    kept = (inner[0] ** 2 + inner[1] ** 2 - out**2, inner[2] ** 2 + inner[3] ** 2 - other**2)
    assert first_integrals(gradient_flow(loss, weights)) == kept


def test_absolute_value_breaks_the_energy_of_the_oscillator():
    assert first_integrals(Flow({x: y, y: -Abs(x)}), 4) == ()


def test_vectors_are_balanced_by_their_lengths():
    """A hidden unit: its input weights and its output weight, for any number of inputs."""
    u, v, w = map(Vector, "uvw")
    loss = (s - a * inner(u, w) - b * inner(v, w)) ** 2 / 2
    found = first_integrals(gradient_flow(loss, (a, b, u, v)), 1)
    assert found == ()
    found = first_integrals(gradient_flow(loss, (a, b, u, v)))
    assert {a**2 - inner(u, u), b**2 - inner(v, v), a * b - inner(u, v)} <= set(found)
    flow = gradient_flow(loss, (a, b, u, v))
    assert all(judge(Conserved(kept, flow)).verdict == Verdict.PROVED for kept in found)


def test_motion_on_a_line_keeps_what_is_across():
    """w' = f(<w, v>) v: w moves along v, so that the part of w across v keeps its length."""
    v, w = map(Vector, "vw")
    flow = Flow({w: sin(inner(v, w)) * v})
    across = inner(v, w) ** 2 - inner(v, v) * inner(w, w)
    assert first_integrals(flow) == (across,)


def test_integral_follows_a_linear_change_of_variables():
    u, v = symbols("u v")
    (kept,) = first_integrals(Flow({x: y, y: -3 * x}))
    old = {x: u + v, y: u + 2 * v}  # so that u = 2x - y, v = y - x
    moved = Flow({u: 2 * old[y] + 3 * old[x], v: -3 * old[x] - old[y]})
    (found,) = first_integrals(moved)
    assert found == expand(kept.subs(old, simultaneous=True))


FIELDS = (
    {x: y * z, y: -x * z, z: x * y - y * x},
    {x: y, y: -x, z: 0},
    {x: y, y: z, z: 0},
    {x: x * y, y: -(y**2), z: x},
    {x: x, y: 2 * y, z: -3 * z},
    {x: y**2 - z, y: z * x, z: 1 + x},
)


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_as_many_integrals_as_random_values_allow(field):
    degree = 3
    generators = first_integrals(Flow(field), degree)
    assert dimension(generators, degree) == kept_dimension(field, degree)


def dimension(generators, degree):
    """Dimension of the polynomials in the generators, of total degree up to a degree."""
    sizes = [max(map(sum, g.as_poly(x, y, z).monoms())) for g in generators]
    products = [
        prod(generators[k] for k in chosen)
        for count in range(1, degree + 1)
        for chosen in combinations_with_replacement(range(len(generators)), count)
        if sum(sizes[k] for k in chosen) <= degree
    ]
    return float_rank(products) if products else 0


def kept_dimension(field, degree):
    """Monomials less the rank of their derivatives along the field, at random points."""
    powers = combinations_with_replacement((1, x, y, z), degree)
    monomials = {prod(chosen) for chosen in powers} - {1}
    rates = [sum(diff(m, v) * rate for v, rate in field.items()) for m in monomials]
    return len(monomials) - float_rank(rates)


def float_rank(functions):
    points = np.random.default_rng(0).uniform(-1, 1, (3, 60))
    values = np.stack([np.zeros(60) + lambdify((x, y, z), f)(*points) for f in functions])
    return np.linalg.matrix_rank(values, tol=1e-8)


def test_numbers_are_read_exactly():
    assert first_integrals(Flow({x: 0.5 * y, y: -x})) == (2 * x**2 + y**2,)


def test_coefficients_may_be_roots_of_parameters():
    assert first_integrals(Flow({x: sqrt(p) * y, y: -p * x})) == (p * x**2 + sqrt(p) * y**2,)


@pytest.mark.parametrize("number", [2, 3, 5, 7, 42, Rational(43, 6)], ids=str)
def test_square_roots_of_small_numbers_are_constants(number):
    root = sqrt(number)
    found = first_integrals(Flow({x: (x + root) * y, y: -(x + root) * 2 * x}))
    assert found == (2 * x**2 + y**2,)
    assert len(first_integrals(Flow({x: root * y, y: -x}))) == 1


@pytest.mark.parametrize("square", [2, 1 + p], ids=str)
def test_the_equation_of_a_root_among_the_constants_is_used(square):
    root = sqrt(square)
    flow = Flow({x: root * x + y, y: square * x + root * y})
    (kept,) = first_integrals(flow, 1)
    assert expand(kept - (root * x - y)) == 0


def test_an_integral_that_needs_another_equation_is_not_missed_in_silence():
    ratio = symbols("m", real=True) / symbols("n", real=True)
    flow = Flow({x: sqrt(ratio) * x + y, y: ratio * x + sqrt(ratio) * y})
    assert judge(Conserved(sqrt(ratio) * x - y, flow)).verdict == Verdict.PROVED
    with pytest.raises(UnsupportedError, match="equation between the constants"):
        first_integrals(flow, 1)


def test_functions_that_obey_an_unseen_equation_are_refused():
    flow = Flow({p: q * log(p * q), q: -p * (log(p) + log(q))})
    with pytest.raises(UnsupportedError, match=r"cannot show that .*log.* are independent"):
        first_integrals(flow)
    with pytest.raises(UnsupportedError, match="no rigorous evaluation"):
        first_integrals(Flow({x: y * mathieus(1, x, x), y: log(x)}))


@pytest.mark.parametrize(
    ("flow", "degree", "error", "message"),
    [
        (Flow({x: y}), 0, InputError, "degree = 0"),
        (Flow({x: y}), "2", InputError, "degree = 2"),
        (Flow({x: y / (x - x)}), 2, InputError, "finite"),
        (Flow({x: y / (x * (y + 1) - x * y - x)}), 2, InputError, "divides by zero"),
        (Flow({}), 2, InputError, "moves nothing"),
        (Flow(dict.fromkeys(symbols("x1:31"), 0)), 4, UnsupportedError, "46375 monomials.*6000"),
        (Flow({x: (x + y) ** 3000}), 2, UnsupportedError, "too large"),
    ],
    ids=lambda case: str(case)[:30],
)
def test_what_cannot_be_used_is_refused_with_the_reason(flow, degree, error, message):
    with pytest.raises(error, match=message):
        first_integrals(flow, degree)
