"""Gradients and rates of matrix words against entrywise derivatives."""

from __future__ import annotations

import pytest
from sympy import Matrix, Trace, symbols
from sympy import MatrixSymbol as SympyMatrix

from symdyn.calculus.equivariant import Vector
from symdyn.calculus.flows import Flow, derivative_along, gradient_flow
from symdyn.calculus.words.derivatives import differential, gradient_in
from symdyn.calculus.words.polynomials import MatrixWord, matrix, trace
from symdyn.errors import InputError
from tests.calculus.words.matrices import at, entries

n1, n2, n3 = symbols("n1:4", integer=True, positive=True)
SIZES = {n1: 2, n2: 3, n3: 2}
g, tau = symbols("g tau", positive=True)
W1, W2 = matrix("W1", n2, n1), matrix("W2", n3, n2)
S31 = matrix("S31", n3, n1)
S11 = matrix("S11", n1, n1, symmetric=True)
RESIDUAL = S31 - W2 * W1 * S11
LOSS = trace(S11 * W1.T * W2.T * W2 * W1 - 2 * S31.T * W2 * W1) / 2


def entrywise(loss: MatrixWord, variable: MatrixWord) -> Matrix:
    """Derivatives of the explicit loss in the entries of the explicit matrix."""
    (letter,) = variable.letters
    value = at(loss, SIZES)[0, 0]
    places = entries(letter, SIZES)
    return places.applyfunc(lambda entry: value.diff(entry).expand())


@pytest.mark.parametrize("variable", [W1, W2])
@pytest.mark.parametrize(
    "loss",
    [LOSS, trace(W1 * W1.T) ** 2, trace(W1 * S11 * W1.T) * trace(S31.T * W2 * W1)],
    ids=["quadratic", "quartic", "product of traces"],
)
def test_gradient_is_the_matrix_of_entrywise_derivatives(loss, variable):
    assert at(gradient_in(loss, variable), SIZES) == entrywise(loss, variable)


def test_gradient_in_a_symmetric_matrix_is_symmetric():
    loss = trace(S31.T * W2 * W1 * S11)
    gradient = gradient_in(loss, S11)
    assert gradient == gradient.T
    off_diagonal = at(gradient, SIZES)[0, 1] + at(gradient, SIZES)[1, 0]
    assert (off_diagonal - entrywise(loss, S11)[0, 1]).expand() == 0  # one symbol, two entries


def test_the_silent_zero_of_sympy_is_not_returned():
    """SymPy differentiates a sum of traces to 0; the gradient of the loss is not 0."""
    V1, V2, T = SympyMatrix("W1", 3, 2), SympyMatrix("W2", 2, 3), SympyMatrix("S31", 2, 2)
    theirs = (Trace(V1.T * V2.T * V2 * V1) - Trace(T.T * V2 * V1)).diff(V1)
    assert str(theirs) == "0", "SymPy has learned it: this test has lost its example"
    ours = gradient_in(trace(W1.T * W2.T * W2 * W1) - trace(S31.T * W2 * W1), W1)
    assert ours == 2 * W2.T * W2 * W1 - W2.T * S31
    assert gradient_in(trace(W1.T * W1), W1) + gradient_in(trace(S31.T * W2 * W1), W1) == (
        gradient_in(trace(W1.T * W1) + trace(S31.T * W2 * W1), W1)
    )


def test_symmetry_of_the_data_is_known():
    """SymPy leaves S + S^T in the gradient; a matrix declared symmetric is one."""
    assert gradient_in(trace(W1 * S11 * W1.T), W1) == 2 * W1 * S11
    general = matrix("G", n1, n1)
    assert gradient_in(trace(W1 * general * W1.T), W1) == W1 * general + W1 * general.T


def test_gradient_flow_of_two_layers():
    flow = gradient_flow(LOSS, (W1, W2), rate=1 / tau)
    assert flow[W1] == W2.T * RESIDUAL / tau
    assert flow[W2] == RESIDUAL * W1.T / tau


def test_tied_weights_count_every_occurrence():
    flow = gradient_flow(trace(S11 * W1.T * W1 * W1.T * W1 - 2 * S11 * W1.T * W1) / 2, (W1,))
    square = W1.T * W1
    assert flow[W1] == 2 * W1 * S11 - W1 * (S11 * square + square * S11)


def test_loss_never_increases_along_its_gradient_flow():
    flow = gradient_flow(LOSS, (W1, W2))
    squares = sum((trace(v * v.T) for _, v in flow.items()), 0 * LOSS)
    assert derivative_along(flow, LOSS) == -squares


def test_a_scalar_gain_moves_along_with_the_matrices():
    V1, V2 = matrix("W1", n2, n1), matrix("W2", n2, n1)
    loss = trace((g * V1 - V2) * (g * V1 - V2).T) / 2
    flow = gradient_flow(loss, (g, V1))
    assert flow[g] == trace(V1.T * V2) - g * trace(V1.T * V1)
    assert derivative_along(flow, g**2 - trace(V1.T * V1)) == 0 * loss
    assert derivative_along(flow, g**2 * V2) == 2 * g * flow[g] * V2


def test_differential_changes_one_factor_at_a_time():
    d1, d2 = matrix("dW1", n2, n1), matrix("dW2", n3, n2)
    assert differential(W2 * W1, W1, W2) == d2 * W1 + W2 * d1
    assert differential(trace(W1 * W1.T), W1) == 2 * trace(d1 * W1.T)


def test_what_stands_still_does_not_change():
    flow = Flow({W1: W2.T * S31})
    assert derivative_along(flow, W2 * W1) == W2 * W2.T * S31
    assert derivative_along(flow, W2.T * W2) == 0 * W2.T * W2


def test_matrix_flows_print_compare_and_hash():
    flow = Flow({W1: W2.T * S31})
    assert str(flow) == "dW1/dt = W2.T*S31"
    assert hash(flow) == hash(Flow({W1: W2.T * S31}))
    ((name, left, right),) = flow.components({W1: 0})
    assert (name, left, right) == ("dW1/dt", W2.T * S31, 0 * W1)


def test_what_cannot_be_differentiated_is_refused():
    with pytest.raises(InputError, match="only a scalar has a gradient"):
        gradient_flow(W1 * W1.T, (W1,))
    with pytest.raises(InputError, match="no variable"):
        gradient_flow(LOSS, (W1.T,))
    with pytest.raises(InputError, match="no variable"):
        Flow({W2 * W1: S31})
    with pytest.raises(InputError, match="same shape"):
        Flow({W1: S31})
    with pytest.raises(InputError, match="write the vectors as n x 1 matrices"):
        Flow({W1: W1, Vector("w"): Vector("w")})
    with pytest.raises(InputError, match="no gradient in the vector"):
        gradient_flow(LOSS, (Vector("w"),))
