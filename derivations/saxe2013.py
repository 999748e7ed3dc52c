"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

from sympy import BlockMatrix, Expr, Integer, Matrix, Symbol, eye, symbols

from symdyn import (
    Conserved,
    claim,
    conservation_laws,
    derivation,
    derivative_along,
    first_integrals,
    gradient_flow,
)
from symdyn.calculus.conservation.laws import ConservationLaws
from symdyn.calculus.flows import Flow

a, b = symbols("a b", real=True)  # the two weights of one mode
s, tau = symbols("s tau", positive=True)  # strength of the mode, time constant


@derivation
def mode_flow() -> Flow:
    """A mode of strength s trains its two weights by gradient descent."""
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    claim(flow[a], b*(s - a*b)/tau, because="steps are infinitesimal")
    claim(flow[b], a*(s - a*b)/tau, because="a and b enter alike")
    return flow


@derivation
def imbalance():
    """The difference of the squared weights never changes."""
    conserved = a**2 - b**2
    claim(Conserved(conserved, mode_flow()), because="the loss is invariant under a -> k*a, b -> b/k")
    return conserved


# Conservation laws
#
# What all flows of a network keep, whatever the data and the loss (S. Marcotte, R. Gribonval and
# G. Peyre, "Abide by the law and follow the flow", 2023), what one flow keeps, and what becomes of
# it under weight decay, momentum and finite steps (G. Gidel, F. Bach and S. Lacoste-Julien,
# "Implicit regularization of discrete gradient dynamics in linear neural networks", 2019).

mu, gamma, z = symbols("mu gamma z", positive=True)  # weight decay, friction, their growth in time
eta = symbols("eta", positive=True)  # step of gradient descent
TWO_LAYERS = (  # widths of input, hidden and output layer
    (1, 1, 1),
    (1, 2, 1),
    (1, 3, 1),
    (1, 4, 2),
    (2, 1, 2),
    (2, 2, 2),
    (2, 3, 2),
    (2, 4, 1),
    (2, 5, 2),
    (3, 2, 2),
    (3, 3, 3),
)


def weights(*widths: int) -> list[Matrix]:
    """Weight matrices of a network whose layers have the given widths, the first layer first."""
    return [
        Matrix(rows, columns, lambda i, j, layer=layer: Symbol(f"w{layer}_{i}{j}", real=True))
        for layer, (columns, rows) in enumerate(pairwise(widths), 1)
    ]


def laws_of(matrices: list[Matrix]) -> ConservationLaws:
    """The laws of degree 2 of the product of some weight matrices."""
    product = reduce(lambda inner, outer: outer * inner, matrices)
    return conservation_laws(product, [entry for matrix in matrices for entry in matrix])


def balancedness(matrices: list[Matrix]) -> tuple[Expr, ...]:
    """Entries of W W^T - V^T V, for neighbouring layers W and V, on and above the diagonal."""
    differences = [inner * inner.T - outer.T * outer for inner, outer in pairwise(matrices)]
    return tuple(d[i, j] for d in differences for i in range(d.rows) for j in range(i, d.rows))


@derivation
def two_layer_laws():
    """Two layers keep W1 W1^T - W2^T W2; areas too, if there is one input and one output."""
    matrices = weights(2, 3, 2)
    claim(
        laws_of(matrices).laws,
        balancedness(matrices),
        because="W2 W1 = (W2 G^-1)(G W1), and symmetric generators of G give laws",
    )
    (a1, a2), (b1, b2) = matrices = weights(1, 2, 1)
    kept = {*balancedness(matrices), a1*b2 - a2*b1}
    claim(
        tuple(sorted(laws_of(matrices).laws, key=str)),
        tuple(sorted(kept, key=str)),
        because="a + b grows as a - b shrinks, so products of one of each are kept",
    )


@derivation
def two_layer_certificate():
    """Independent laws and the rank of the Lie algebra of gradients add up to all parameters."""
    found = [laws_of(weights(*widths)) for widths in TWO_LAYERS]
    sizes = [(r, inputs + outputs) for inputs, r, outputs in TWO_LAYERS]
    claim(
        tuple(Integer(laws.independent) for laws in found),
        tuple(Integer(r*(r + 1)//2 if r <= n else n*r - n*(n - 1)//2) for r, n in sizes),
        because="so(inputs, outputs) turns r vectors in n dimensions; their products are kept",
    )
    claim(
        tuple(Integer(laws.lie_rank + laws.independent) for laws in found),
        tuple(Integer(r*n) for r, n in sizes),
        because="a law is constant on the orbits, so no further one exists",
    )


@derivation
def deep_laws():
    """Deeper networks keep balancedness of neighbouring layers, and nothing else."""
    matrices = weights(2, 2, 2, 2)
    laws = laws_of(matrices)
    claim(laws.laws, balancedness(matrices), because="neighbouring layers are a two-layer network")
    claim(
        Integer(laws.independent + laws.lie_rank),
        Integer(len(laws.parameters)),
        because="the Lie algebra reaches all that the laws allow",
    )


@derivation
def missing_law():
    """With one input, one output and wide layers between, one law is no polynomial of degree 2."""
    for widths in ((1, 2, 2, 1), (1, 3, 2, 1)):
        laws = laws_of(weights(*widths))
        claim(Integer(laws.lie_rank), Integer(1), because="there is one gradient field only")
        claim(
            Integer(len(laws.parameters) - laws.lie_rank - laws.independent),
            Integer(1),
            because="one field leaves all but one function unchanged nearby, and one is not found",
        )


@derivation
def flow_integrals():
    """One flow may keep more than its network: here a weight that its loss does not look at."""
    c = symbols("c", real=True)
    network, parameters = Matrix([a*b, c]), (a, b, c)
    claim(
        conservation_laws(network, parameters).laws,
        (a**2 - b**2,),
        because="for some loss every other quantity changes",
    )
    flow = gradient_flow((s - a*b)**2 / 2, parameters)
    claim(first_integrals(flow), (c, a**2 - b**2), because="the loss is free of c")
    claim(Conserved(c, flow), because="its gradient has no component on c")


@derivation
def imbalance_with_weight_decay():
    """Weight decay shrinks the imbalance at the rate 2 mu; times exp(2 mu t) it is kept."""
    decay = gradient_flow((s - a*b)**2 / 2 + mu*(a**2 + b**2) / 2, (a, b))
    claim(
        derivative_along(decay, imbalance()),
        -2*mu*(a**2 - b**2),
        because="the decay scales a and b alike",
    )
    timed = Flow({**dict(decay.items()), z: 2*mu*z})
    claim(Conserved(z*(a**2 - b**2), timed), because="z grows as the imbalance shrinks")
    claim(
        Integer(len(first_integrals(timed, degree=3))),
        Integer(1),
        because="no other polynomial of degree 3 is kept",
    )


@derivation
def momentum_integrals():
    """Under momentum an angular momentum of the hidden units takes the place of the imbalance."""
    a1, a2, b1, b2, *velocities = symbols("a1 a2 b1 b2 v1 v2 w1 w2", real=True)
    loss = (s - a1*b1 - a2*b2)**2 / 2
    downhill = gradient_flow(loss, (a1, a2, b1, b2))
    v1, v2, w1, w2 = velocities
    moving = dict(zip(downhill, velocities, strict=True))
    damped = {v: downhill[x] - gamma*v for x, v in moving.items()}
    timed = Flow({**moving, **damped, z: gamma*z})
    claim(
        Conserved(z*(a1*v2 - a2*v1 + b1*w2 - b2*w1), timed),
        because="a -> a + k J a, b -> b + k J b with the quarter turn J leaves the loss as it is",
    )
    claim(
        Conserved(z*(a1*w2 - a2*w1 + b1*v2 - b2*v1), timed),
        because="so does a -> a + k J b, b -> b + k J a",
    )
    claim(
        Integer(len(first_integrals(timed, degree=3))),
        Integer(2),
        because="no other polynomial of degree 3 is kept",
    )
    squares = a1**2 - b1**2
    claim(
        derivative_along(Flow({**moving, **damped}), squares),
        2*(a1*v1 - b1*w1),
        because="a weight moves with its velocity, whatever the gradient",
    )


@derivation
def discrete_imbalance():
    """Steps of size eta shrink the imbalance by the factor 1 - eta^2 (s - a b)^2."""
    error = s - a*b
    flow = gradient_flow(error**2 / 2, (a, b))
    after = {x: x + eta*flow[x] for x in (a, b)}
    stepped = imbalance().subs(after, simultaneous=True)
    claim(
        stepped,
        (a**2 - b**2) * (1 - eta**2 * (s - a*b)**2),
        because="the terms linear in eta are the flow, which keeps it",
    )
    claim(
        error.subs(after, simultaneous=True),
        (s - a*b) * (1 - eta*(a**2 + b**2) - eta**2 * a*b*(s - a*b)),
        because="a b grows by eta (a^2 + b^2) and eta^2 a b per unit of error",
    )
    claim(
        (after[a]*after[b]).subs(b, a),
        a**2 * (1 + eta*(s - a**2))**2,
        because="balanced weights stay balanced",
    )
    backward = error**2 / 2 + eta*sum(v**2 for _, v in flow.items()) / 4
    claim(
        derivative_along(gradient_flow(backward, (a, b)), imbalance()),
        -eta * (s - a*b)**2 * (a**2 - b**2),
        because="descent follows the flow of loss + eta |gradient|^2 / 4 to second order",
    )


@derivation
def discrete_balancedness():
    """A step of descent changes W1 W1^T - W2^T W2 by eta^2 times that of the gradients."""
    matrices = weights(1, 2, 1)
    x, y = symbols("x y", real=True)
    error = y - (matrices[1] * matrices[0])[0] * x
    loss = error**2 / 2
    forces = [-matrix.applyfunc(loss.diff) for matrix in matrices]
    after = [matrix + eta*force for matrix, force in zip(matrices, forces, strict=True)]
    before = Matrix(balancedness(matrices))
    claim(
        Matrix(balancedness(after)) - before,
        eta**2 * Matrix(balancedness(forces)),
        because="W1 f1^T = f2^T W2, since both are W1 x e W2 with the input x and the error e",
    )


@derivation
def riccati_in_coordinates():
    """One hidden unit is balanced up to a number: Q = (w1, w2) obeys Q' = F Q - Q Q^T Q / 2."""
    inner, outer = weights(1, 1, 2)
    target = Matrix(2, 1, symbols("s1:3", real=True))
    error = target - outer*inner
    flow = gradient_flow((error.T * error).trace() / 2, (*inner, *outer))
    excess = (outer.T * outer - inner * inner.T)[0]
    claim(Conserved(excess, flow), because="it is the balancedness of one hidden unit")
    whole = Matrix([*inner, *outer])
    drive = Matrix(BlockMatrix([[-excess*eye(1)/2, target.T], [target, excess*eye(2)/2]]))
    claim(
        Matrix([flow[x] for x in whole]),
        drive*whole - whole*whole.T*whole/2,
        because="(|w2|^2 + |w1|^2) / 2 -+ excess / 2 is the square of one layer alone",
    )


@derivation
def end_to_end_in_coordinates():
    """The product of two layers moves by their two neural tangent kernels."""
    inner, outer = weights(2, 2, 1)
    target = Matrix(1, 2, symbols("s1:3", real=True))
    error = target - outer*inner
    flow = gradient_flow((error * error.T)[0] / 2, (*inner, *outer))
    claim(
        (outer*inner).applyfunc(lambda entry: derivative_along(flow, entry)),
        outer*outer.T*error + error*inner.T*inner,
        because="each layer descends on the error seen through the other",
    )
    claim(
        (a**2 + b**2)**2,
        imbalance()**2 + 4*(a*b)**2,
        because="so the kernel of one mode is a function of its strength and its imbalance",
    )
