"""Laws of networks: known ones, how many there are, and when that is proved."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random
from time import process_time

import pytest
from sympy import Matrix, Symbol, exp, expand, prod, sqrt, symbols, trace

from symdyn import conservation_laws, first_integrals, gradient_flow
from symdyn.errors import InputError, UnsupportedError

a, b, c, k, s, x, y = symbols("a b c k s x y")
TWO_LAYERS = (
    (1, 1, 1),
    (2, 1, 2),
    (2, 2, 2),
    (1, 2, 1),
    (1, 3, 1),
    (2, 3, 2),
    (2, 5, 2),
    (3, 2, 2),
    (2, 4, 1),
    (1, 4, 2),
    (3, 3, 3),
)
SECONDS = 5  # for the laws and certificates of all of them


def weights(*widths):
    """Weight matrices of a network with layers of the given widths."""
    shapes = zip(widths[1:], widths, strict=False)
    return [
        Matrix(rows, columns, lambda i, j, layer=layer: Symbol(f"w{layer}_{i}{j}"))
        for layer, (rows, columns) in enumerate(shapes, 1)
    ]


def entries(*matrices):
    return [entry for matrix in matrices for entry in matrix]


def network(matrices):
    return prod(reversed(matrices[1:]), start=Matrix.eye(matrices[-1].rows)) * matrices[0]


def balancedness(matrices):
    """Upper triangles of W W^T - V^T V for neighbouring layers."""
    differences = [one * one.T - two.T * two for one, two in pairwise(matrices)]
    return [d[i, j] for d in differences for i in range(d.rows) for j in range(i, d.rows)]


@pytest.fixture(scope="module")
def two_layers():
    made = {widths: weights(*widths) for widths in TWO_LAYERS}
    start = process_time()
    found = {w: (m, conservation_laws(network(m), entries(*m))) for w, m in made.items()}
    assert process_time() - start < SECONDS
    return found


@pytest.mark.parametrize("widths", TWO_LAYERS, ids=str)
def test_laws_of_two_layers_are_all_found(two_layers, widths):
    """The pseudo-orthogonal group of an r-frame in N dimensions has so many invariants."""
    inputs, r, outputs = widths
    n = inputs + outputs
    count = r * (r + 1) // 2 if r <= n else n * r - n * (n - 1) // 2
    _, found = two_layers[widths]
    assert found.complete
    assert (found.independent, found.lie_rank) == (count, n * r - count)


@pytest.mark.parametrize("widths", [w for w in TWO_LAYERS if w[0] + w[2] > 2 or w[1] == 1], ids=str)
def test_laws_of_two_layers_are_the_entries_of_balancedness(two_layers, widths):
    matrices, found = two_layers[widths]
    assert found.laws == tuple(balancedness(matrices))


def test_a_single_direction_of_gradients_keeps_areas_too(two_layers):
    """One input and one output: (a1, b1) and (a2, b2) are turned alike, so areas are kept."""
    (first, second), found = two_layers[1, 2, 1]
    area = first[0] * second[1] - first[1] * second[0]
    assert set(found.laws) == {*balancedness([first, second]), area}


@pytest.mark.parametrize("widths", [(2, 2, 2, 2), (2, 2, 2, 2, 1), (2, 3, 2, 2)], ids=str)
def test_laws_of_deep_networks_are_balancedness_of_neighbours(widths):
    matrices = weights(*widths)
    found = conservation_laws(network(matrices), entries(*matrices))
    assert found.complete and found.laws == tuple(balancedness(matrices))


@pytest.mark.parametrize(
    ("widths", "degree"), [((1, 2, 2, 1), 2), ((1, 2, 2, 1), 4), ((1, 3, 2, 1), 2)]
)
def test_where_a_law_is_missing_it_is_said(widths, degree):
    """One gradient field on n parameters has n - 1 local invariants."""
    matrices = weights(*widths)
    found = conservation_laws(network(matrices), entries(*matrices), degree=degree)
    assert found.lie_rank == 1
    assert found.independent == len(found.parameters) - 2
    assert not found.complete
    assert "not shown to be complete" in str(found) and "up to 1 more" in str(found)


FRAME, OTHER = Matrix(2, 2, symbols("a1:5")), Matrix(2, 2, symbols("b1:5"))
ROW, BIAS = Matrix([symbols("c1:3")]), Matrix(symbols("p1:3"))
INPUT = Matrix([x, y])
HIDDEN = FRAME * INPUT
FACTORS = symbols("u1:3 v1:3 w1:3")
NETWORKS = {
    "tied weights W V W": (
        FRAME * OTHER * FRAME,
        (FRAME, OTHER),
        {trace(FRAME.T * FRAME - 2 * OTHER.T * OTHER)},
    ),
    "tied weights W^T V W": (
        FRAME.T * OTHER * FRAME,
        (FRAME, OTHER),
        {(FRAME * FRAME.T - OTHER.T * OTHER - OTHER * OTHER.T)[i] for i in (0, 1, 3)},
    ),
    "tied autoencoder": (FRAME.T * FRAME, (FRAME,), set()),
    "quadratic activation": (
        ROW * HIDDEN.multiply_elementwise(HIDDEN),
        (FRAME, ROW),
        {(FRAME * FRAME.T)[i, i] - 2 * ROW[i] ** 2 for i in range(2)},
    ),
    "biases": (
        ROW * (HIDDEN + BIAS),
        (FRAME, ROW, BIAS),
        {(FRAME * FRAME.T - ROW.T * ROW + BIAS * BIAS.T)[i] for i in (0, 1, 3)},
    ),
    "tensor factorisation": (
        [u * v * w for u, v, w in product(FACTORS[:2], FACTORS[2:4], FACTORS[4:])],
        (Matrix(FACTORS),),
        {
            FACTORS[0] ** 2 + FACTORS[1] ** 2 - FACTORS[4] ** 2 - FACTORS[5] ** 2,
            FACTORS[2] ** 2 + FACTORS[3] ** 2 - FACTORS[4] ** 2 - FACTORS[5] ** 2,
        },
    ),
    "one linear unit": (a * x + b, (Matrix([a, b]),), set()),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_laws_of_other_networks(name):
    phi, matrices, laws = NETWORKS[name]
    found = conservation_laws(phi, entries(*matrices))
    assert set(found.laws) == set(map(expand, laws))
    assert found.complete


@pytest.mark.parametrize("name", NETWORKS)
def test_laws_hold_for_any_loss_of_the_outputs(name):
    phi, matrices, _ = NETWORKS[name]
    outputs = list(phi) if isinstance(phi, (Matrix, list)) else [phi]
    random, parameters = Random(3), entries(*matrices)
    data = [{x: random.randint(-5, 5), y: random.randint(-5, 5)} for _ in range(2)]
    loss = sum(
        random.randint(1, 9) * (output.subs(point) - random.randint(-9, 9)) ** power
        for power, point in zip((1, 4), data, strict=True)
        for output in outputs
    )
    here = {parameter: random.randint(-9, 9) for parameter in parameters}
    velocity = {p: v.subs(here) for p, v in gradient_flow(loss, parameters).items()}
    assert any(velocity.values())
    for law in conservation_laws(phi, parameters).laws:
        assert sum(law.diff(p).subs(here) * v for p, v in velocity.items()) == 0


def test_one_flow_may_keep_more_than_its_network():
    """A loss that does not look at one of the outputs leaves its weight alone."""
    parameters = (a, b, c)
    kept = conservation_laws(Matrix([a * b, c]), parameters)
    assert kept.laws == (a**2 - b**2,) and kept.complete
    assert set(first_integrals(gradient_flow((a * b - s) ** 2, parameters))) == {*kept.laws, c}


def test_one_flow_may_keep_no_more_than_its_network():
    parameters = (a, b, c)
    kept = conservation_laws(Matrix([a * b, a * c]), parameters)
    assert kept.laws == (a**2 - b**2 - c**2,) and kept.complete
    one_target = gradient_flow(((a * b - s) ** 2 + (a * c) ** 2) / 2, parameters)
    assert first_integrals(one_target) == kept.laws


def test_a_fixed_constant_allows_what_an_input_forbids():
    assert conservation_laws(a + k * b, (a, b)).laws == ()
    assert conservation_laws(a + k * b, (a, b), constants=(k,)).laws == (k * a - b,)
    assert conservation_laws(a + sqrt(k) * b, (a, b), degree=1, constants=(k,)).laws == (
        sqrt(k) * a - b,
    )


def test_other_functions_of_the_inputs_are_a_matter_of_the_flow():
    with pytest.raises(InputError, match="no polynomial in its parameters and inputs"):
        conservation_laws(a * b * exp(x), (a, b))
    loss = (a * b * exp(x) - s) ** 2
    assert first_integrals(gradient_flow(loss, (a, b))) == (a**2 - b**2,)


MANY = symbols("a1:60")


@pytest.mark.parametrize(
    ("phi", "parameters", "options", "error", "message"),
    [
        (exp(a * b), (a, b), {}, InputError, "no polynomial"),
        (a / b, (a, b), {}, InputError, "no polynomial"),
        (sqrt(a) * b, (a, b), {}, InputError, "no polynomial"),
        (a * b, (a, c), {}, InputError, "c is no symbol of phi, which has a, b"),
        (a * b, (a, a), {}, InputError, "a is named twice"),
        (a * b * k, (a, k), {"constants": (k,)}, InputError, "k is named twice"),
        (a * b, (), {}, InputError, "at least one parameter"),
        (a * b, (a, b), {"degree": 0}, InputError, "degree = 0"),
        (
            Matrix(symbols("a1:60")),
            symbols("a1:60"),
            {"degree": 3},
            UnsupportedError,
            "37819 monomials",
        ),
        (["a", None], (a,), {}, InputError, "no expression"),
    ],
    ids=lambda case: str(case)[:20],
)
def test_what_cannot_be_used_is_refused_with_the_reason(phi, parameters, options, error, message):
    with pytest.raises(error, match=message):
        conservation_laws(phi, parameters, **options)
