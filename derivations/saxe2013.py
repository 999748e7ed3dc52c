"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from itertools import pairwise

from sympy import Symbol, symbols

from symdyn import Conserved, Flow, claim, derivation, derivative_along, given, gradient_flow
from symdyn.calculus.words.derivatives import gradient_in
from symdyn.calculus.words.polynomials import identity, matrix, trace
from symdyn.calculus.words.rules import Rule, orthonormal, reduced

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
    claim(Conserved(conserved, mode_flow()),
          because="the loss is invariant under a -> k*a, b -> b/k")
    return conserved


# Matrix flows

eta, mu = symbols("eta mu", positive=True)            # step of gradient descent, weight decay
lamda = Symbol("lamda", real=True)                    # imbalance of two layers
N1, N2, N3 = symbols("N1 N2 N3", integer=True, positive=True)  # inputs, hidden units, outputs
Sigma11 = matrix("Sigma11", N1, N1, symmetric=True)   # correlations of the inputs
Sigma31 = matrix("Sigma31", N3, N1)                   # of outputs with inputs
W21, W32 = matrix("W21", N2, N1), matrix("W32", N3, N2)
U33, V11 = matrix("U33", N3, N3), matrix("V11", N1, N1)  # singular vectors of Sigma31
S31 = matrix("S31", N3, N1)                             # its singular values
Wbar21, Wbar32 = matrix("Wbar21", N2, N1), matrix("Wbar32", N3, N2)  # weights in their basis
DEPTHS = range(2, 7)  # numbers of weight matrices at which statements about any depth are judged
FEWER = (2, 3, 5)     # where there are several claims for each


def squared_error(whole, inputs, targets):
    """Half the mean squared error of a linear map, without the part that no weights change."""
    return trace(inputs*whole.T*whole - 2*targets.T*whole) / 2


def layers(depth):
    """Weight matrices of a network, with the products below and above each of them."""
    sizes = symbols(f"N1:{depth + 2}", integer=True, positive=True)
    weights = [matrix(f"W{k + 1}", sizes[k + 1], sizes[k]) for k in range(depth)]
    below, above = [identity(sizes[0])], [identity(sizes[depth])]
    for k in range(depth):
        below.append(weights[k]*below[-1])
        above.insert(0, above[0]*weights[depth - 1 - k])
    return weights, below, above[1:]


def deep_network(depth):
    """Weights, the products below and above each, their product, and data for it to learn."""
    weights, below, above = layers(depth)
    inputs, whole = below[0].rows, below.pop()
    correlations = matrix("Sigma11", inputs, inputs, symmetric=True)
    return weights, below, above, whole, correlations, matrix("Sigma31", whole.rows, inputs)


@derivation
def two_layer_flow() -> Flow:
    """A network of two weight matrices follows the gradient of its squared error."""
    flow = gradient_flow(squared_error(W32*W21, Sigma11, Sigma31), (W21, W32), rate=1/tau)
    error = Sigma31 - W32*W21*Sigma11
    claim(flow[W21], W32.T*error/tau, because="every W21 in the trace is turned to its end",
          eq="(2)")
    claim(flow[W32], error*W21.T/tau, because="every W32 in the trace is turned to its end",
          eq="(2)")
    return flow


@derivation
def mode_basis() -> Flow:
    """In the basis of the singular vectors the data are diagonal; for white inputs none is left."""
    given(orthonormal(U33), orthonormal(V11))
    turned = {W21: Wbar21*V11.T, W32: U33*Wbar32, Sigma31: U33*S31*V11.T, Sigma11: identity(N1)}
    old = two_layer_flow()
    moved = {Wbar21: derivative_along(old, W21*V11), Wbar32: derivative_along(old, U33.T*W32)}
    flow = Flow({new: reduced(v.subs(turned), orthonormal(U33), orthonormal(V11))
                 for new, v in moved.items()})
    error = S31 - Wbar32*Wbar21
    claim(flow, Flow({Wbar21: Wbar32.T*error/tau, Wbar32: error*Wbar21.T/tau}),
          because="U33 and V11 are orthogonal", eq="(4)")
    loss = squared_error(W32*W21, Sigma11, Sigma31).subs(turned)
    claim(loss, trace(error.T*error - S31.T*S31)/2, because="turning keeps the length of errors")
    return flow


SHAPES = ({"inputs": 2, "outputs": 2}, {"inputs": 2, "outputs": 3}, {"inputs": 3, "outputs": 2})


def modes(inputs, outputs):
    """Columns a of Wbar21, rows b of Wbar32, strengths s, and the matrices in terms of them."""
    def unit(name, k, size):
        return matrix(f"{name}{k + 1}", size, 1)

    into, out = range(inputs), range(outputs)
    e, f = [unit("e", k, N1) for k in into], [unit("f", k, N3) for k in out]
    a, b = [unit("a", k, N2) for k in into], [unit("b", k, N2) for k in out]
    s = symbols(f"s1:{min(inputs, outputs) + 1}", positive=True)
    units = [Rule(x[i].T*x[j], int(i == j))
             for x in (e, f) for i in range(len(x)) for j in range(i + 1)]
    parts = {
        Wbar21: sum((a[k]*e[k].T for k in into), 0*Wbar21),
        Wbar32: sum((f[k]*b[k].T for k in out), 0*Wbar32),
        S31: sum((s[k]*f[k]*e[k].T for k in range(len(s))), 0*S31),
    }
    return a, b, s, e, f, parts, units


@derivation(emit=SHAPES)
def mode_competition(inputs=2, outputs=2) -> Flow:
    """Modes cooperate with their own strength and compete with all others."""
    a, b, s, e, f, parts, units = modes(inputs, outputs)
    flow = mode_basis()
    moved_a = [reduced((flow[Wbar21]*e[k]).subs(parts), *units) for k in range(inputs)]
    moved_b = [reduced((f[k].T*flow[Wbar32]).subs(parts), *units).T for k in range(outputs)]
    strength = [s[k] if k < len(s) else 0 for k in range(max(inputs, outputs))]
    for k in range(inputs):
        own = (strength[k] - a[k].T*b[k])*b[k] if k < outputs else 0*a[k]
        others = sum((b[j]*(a[k].T*b[j]) for j in range(outputs) if j != k), 0*a[k])
        claim(moved_a[k], (own - others)/tau, because="Wbar21 has the columns a, Wbar32 the rows b",
              eq="(5)")
    for k in range(outputs):
        own = (strength[k] - a[k].T*b[k])*a[k] if k < inputs else 0*b[k]
        others = sum((a[j]*(b[k].T*a[j]) for j in range(inputs) if j != k), 0*b[k])
        claim(moved_b[k], (own - others)/tau, because="a and b enter alike", eq="(5)")
    return Flow(dict(zip((*a, *b), (*moved_a, *moved_b), strict=True)))


@derivation(emit=SHAPES)
def mode_energy(inputs=2, outputs=2):
    """Modes descend an energy of errors of strengths and overlaps of different modes."""
    a, b, s, _, _, parts, units = modes(inputs, outputs)
    error = S31 - Wbar32*Wbar21
    whole = reduced((trace(error.T*error)/(2*tau)).subs(parts), *units)
    strength = {(k, k): s[k] for k in range(len(s))}
    energy = sum(((strength.get((i, j), 0) - a[i].T*b[j])**2
                  for i in range(inputs) for j in range(outputs)), 0*whole)/(2*tau)
    energy = claim(whole, energy, because="unit vectors are orthonormal", eq="(6)")
    flow = gradient_flow(energy, (*a, *b))
    claim(flow, mode_competition(inputs=inputs, outputs=outputs),
          because="the error is the energy, in other words")
    squares = sum((trace(v.T*v) for _, v in flow.items()), 0*energy)
    claim(derivative_along(flow, energy), -squares, because="a gradient flow goes downhill")
    return energy


@derivation(emit=tuple({"depth": depth} for depth in DEPTHS))
def deep_flow(depth=2) -> Flow:
    """Every weight matrix sees the error through all others."""
    weights, below, above, whole, inputs, targets = deep_network(depth)
    error = targets - whole*inputs
    return claim(gradient_flow(squared_error(whole, inputs, targets), weights, rate=1/tau),
                 Flow({weights[k]: above[k].T*error*below[k].T/tau for k in range(depth)}),
                 because="cyclic turns bring each W to the end of its trace", eq="(13)")


def imbalances(weights):
    """W_l W_l^T - W_{l+1}^T W_{l+1} for every pair of layers."""
    return [w*w.T - v.T*v for w, v in pairwise(weights)]


@derivation
def balancedness():
    """W_l W_l^T - W_{l+1}^T W_{l+1} never changes, whatever the depth and the data."""
    for depth in FEWER:
        flow = deep_flow(depth=depth)
        for law in imbalances(list(flow)):
            claim(Conserved(law, flow),
                  because="the product is invariant under W_l -> K W_l, W_{l+1} -> W_{l+1} K^-1")


@derivation
def balancedness_for_any_loss():
    """Balancedness is a law of the network: only the product of the weights matters to it."""
    for depth in FEWER:
        weights, below, above = layers(depth)
        whole = below.pop()
        slope = matrix("G", *whole.shape)  # gradient of any loss in the product, at any time
        flow = claim(gradient_flow(trace(slope.T*whole), weights),
                     Flow({weights[k]: -above[k].T*slope*below[k].T for k in range(depth)}),
                     because="d loss = tr(G^T dW)")
        for law in imbalances(weights):
            claim(Conserved(law, flow), because="both rates are that along W_l -> K W_l")


@derivation
def end_to_end():
    """The product of all weights moves by a sum over the layers, preconditioned on both sides."""
    for depth in DEPTHS:
        _, below, above, whole, inputs, targets = deep_network(depth)
        error = targets - whole*inputs
        each = (above[k]*above[k].T*error*below[k].T*below[k] for k in range(depth))
        claim(derivative_along(deep_flow(depth=depth), whole), sum(each, 0*whole)/tau,
              because="product rule")


@derivation
def end_to_end_balanced():
    """Balanced weights let the product move by itself, preconditioned by powers of W W^T, W^T W."""
    for depth in (2, 3):
        weights, below, above, whole, *_ = deep_network(depth)
        error = matrix("R", *whole.shape)
        balanced = [Rule(v.T*v, w*w.T) for w, v in pairwise(weights)]
        top, bottom = weights[-1]*weights[-1].T, weights[0].T*weights[0]
        claim(whole*whole.T, top**depth, because="move each inner square outwards", where=balanced)
        claim(whole.T*whole, bottom**depth, because="the same from the other end", where=balanced)
        for k in range(depth):
            claim(above[k]*above[k].T*error*below[k].T*below[k],
                  top**(depth - 1 - k)*error*bottom**k,
                  because="(W W^T)^((n - l)/n) and (W^T W)^((l - 1)/n)", where=balanced)


@derivation
def neural_tangent_kernel():
    """The tangent kernel of a deep linear network is a sum over its layers."""
    for depth in DEPTHS:
        weights, below, above = layers(depth)
        whole = below.pop()
        x, y = (matrix(name, whole.columns, 1) for name in "xy")  # two inputs
        p, q = (matrix(name, whole.rows, 1) for name in "pq")     # two outputs
        slopes = [(gradient_in(p.T*whole*x, w), gradient_in(q.T*whole*y, w)) for w in weights]
        kernel = sum((trace(one.T*two) for one, two in slopes), 0*p.T*p)
        each = ((p.T*above[k]*above[k].T*q)*(x.T*below[k].T*below[k]*y) for k in range(depth))
        claim(kernel, sum(each, 0*kernel), because="gradients of a product are outer products")


@derivation
def riccati():
    """Layers with W2^T W2 - W1 W1^T = lamda I obey a matrix Riccati equation."""
    given(Rule(W32.T*W32, W21*W21.T + lamda*identity(N2)))
    flow = gradient_flow(squared_error(W32*W21, identity(N1), Sigma31), (W21, W32))
    square = {(0, 0): W21.T*W21, (0, 1): W21.T*W32.T, (1, 0): W32*W21, (1, 1): W32*W32.T}
    F = {(0, 0): -lamda/2*identity(N1), (0, 1): Sigma31.T,
         (1, 0): Sigma31, (1, 1): lamda/2*identity(N3)}

    def product(one, two, i, j):
        return one[i, 0]*two[0, j] + one[i, 1]*two[1, j]

    for i, j in square:
        rate = product(F, square, i, j) + product(square, F, i, j) - product(square, square, i, j)
        claim(derivative_along(flow, square[i, j]), rate,
              because="P = Q Q^T with Q = [W21^T; W32] moves by F P + P F - P P")


@derivation
def riccati_solution():
    """P = E Q K Q^T E solves P' = F P + P F - P P, with E = exp(F t) and K = (1 + Q^T J Q)^-1."""
    n, k = symbols("n k", integer=True, positive=True)
    F, E, J = (matrix(name, n, n, symmetric=True) for name in "FEJ")  # J is the integral of E E
    Q, K = matrix("Q", n, k), matrix("K", k, k, symmetric=True)
    inside = identity(k) + Q.T*J*Q
    flow = Flow({E: F*E, J: E*E, K: -K*Q.T*E*E*Q*K})
    claim(derivative_along(flow, inside*K), 0, because="K stays the inverse",
          where=Rule(inside*K, identity(k)))
    P = E*Q*K*Q.T*E
    claim(derivative_along(flow, P), F*P + P*F - P*P, because="exp(F t) commutes with F",
          where=Rule(F*E, E*F))
    return P


@derivation
def weight_decay():
    """Weight decay lets every imbalance fade: C' = -2 mu C."""
    for depth in FEWER:
        flow = deep_flow(depth=depth)
        decaying = Flow({w: v - mu*w for w, v in flow.items()})
        penalty = mu*sum((trace(w*w.T) for w in flow), 0*identity(1))/2
        slowed = gradient_flow(penalty, list(flow))
        claim(decaying, Flow({w: v + slowed[w] for w, v in flow.items()}),
              because="decay is the gradient flow of a penalty")
        for law in imbalances(list(flow)):
            claim(derivative_along(decaying, law), -2*mu*law,
                  because="what the loss does cancels as before")


@derivation
def momentum():
    """With momentum the imbalance is driven by that of the momenta, and turning moments fade."""
    for depth in (2, 3):
        flow = deep_flow(depth=depth)
        moved = [(w, matrix(f"M{k + 1}", *w.shape)) for k, w in enumerate(flow)]
        heavy = Flow({**dict(moved), **{m: flow[w] - mu*m for w, m in moved}})
        for (w, m), (v, p) in pairwise(moved):
            rate = m*w.T + w*m.T - p.T*v - v.T*p
            claim(derivative_along(heavy, w*w.T - v.T*v), rate, because="product rule")
            claim(derivative_along(heavy, rate), 2*(m*m.T - p.T*p) - mu*rate,
                  because="the forces cancel as they do without momentum")
            turning = m*w.T - w*m.T - v.T*p + p.T*v
            claim(derivative_along(heavy, turning), -mu*turning,
                  because="rotations of the hidden units keep the loss")


@derivation
def discrete_drift():
    """A step of gradient descent changes the imbalance by the square of the step alone."""
    for depth in FEWER:
        flow = deep_flow(depth=depth)
        force = [tau*v for _, v in flow.items()]
        step = [w + eta*f for w, f in zip(flow, force, strict=True)]
        drift = zip(imbalances(list(flow)), imbalances(step), pairwise(force), strict=True)
        for before, after, (f, g) in drift:
            claim(after - before, eta**2*(f*f.T - g.T*g),
                  because="terms of first order cancel as they do in the flow")


@derivation
def discrete_steps():
    """One step of gradient descent on a mode, exactly."""
    loss = (s - a*b)**2/2
    error = s - a*b
    up, down = a - eta*loss.diff(a), b - eta*loss.diff(b)
    claim(up**2 - down**2, (a**2 - b**2)*(1 - eta**2*error**2),
          because="a and b trade places in their forces")
    claim(s - up*down, error*(1 - eta*(a**2 + b**2) - eta**2*a*b*error), because="multiply out")
    claim((up*down).subs(a, b), b**2*(1 + eta*(s - b**2))**2, because="a = b stays so")


@derivation
def discrete_product():
    """One step of gradient descent moves the product by a second-order term more than the flow."""
    error = Sigma31 - W32*W21*Sigma11
    first, second = W32.T*error, error*W21.T
    step = (W32 + eta*second)*(W21 + eta*first)
    claim(step, W32*W21 + eta*(W32*W32.T*error + error*W21.T*W21) + eta**2*error*W21.T*W32.T*error,
          because="multiply out")


@derivation
def pretraining_condition():
    """Pretraining on the inputs decouples the modes of the task if two correlations commute."""
    D = matrix("D", N1, N1, symmetric=True)  # correlations of the inputs in the basis V11
    given(orthonormal(U33), orthonormal(V11))
    task = Sigma31.T*Sigma31
    commutator = Sigma11*task - task*Sigma11
    in_basis = (V11.T*commutator*V11).subs({Sigma31: U33*S31*V11.T, Sigma11: V11*D*V11.T})
    claim(in_basis, D*S31.T*S31 - S31.T*S31*D, because="U33 and V11 are orthogonal")
    claim(in_basis, 0, because="diagonal matrices commute", eq="(18)",
          where=Rule(D*S31.T*S31, S31.T*S31*D))


@derivation
def pretraining_flow() -> Flow:
    """An autoencoder learns the correlations of its inputs, each mode at its own pace."""
    Lamda = matrix("Lamda", N1, N1, symmetric=True)  # eigenvalues of the correlations
    decoder, output = matrix("W32", N1, N2), matrix("Wbar32", N1, N2)  # as many outputs as inputs
    given(orthonormal(V11))
    loss = squared_error(decoder*W21, Sigma11, Sigma11)
    old = gradient_flow(loss, (W21, decoder), rate=1/tau)
    turned = {W21: Wbar21*V11.T, decoder: V11*output, Sigma11: V11*Lamda*V11.T}
    flow = Flow({Wbar21: derivative_along(old, W21*V11).subs(turned),
                 output: derivative_along(old, V11.T*decoder).subs(turned)})
    missing = Lamda - output*Wbar21*Lamda
    return claim(flow, Flow({Wbar21: output.T*missing/tau, output: missing*Wbar21.T/tau}),
                 because="inputs and targets have the same correlations")


@derivation
def pretraining_mode():
    """A balanced mode of an autoencoder grows to 1 at the rate of its eigenvalue."""
    growth = derivative_along(gradient_flow(s*(1 - a*b)**2/2, (a, b), rate=1/tau), a*b)
    return claim(growth.subs(b, a), 2*s*a**2*(1 - a**2)/tau,
                 because="strength and variance are both the eigenvalue s")


@derivation
def input_correlations() -> Flow:
    """Inputs with correlations along the modes: each mode is pulled down by its own variance."""
    D = matrix("D", N1, N1, symmetric=True)
    given(orthonormal(U33), orthonormal(V11))
    turned = {W21: Wbar21*V11.T, W32: U33*Wbar32, Sigma31: U33*S31*V11.T, Sigma11: V11*D*V11.T}
    old = two_layer_flow()
    moved = {Wbar21: derivative_along(old, W21*V11), Wbar32: derivative_along(old, U33.T*W32)}
    flow = Flow({new: reduced(v.subs(turned), orthonormal(U33), orthonormal(V11))
                 for new, v in moved.items()})
    error = S31 - Wbar32*Wbar21*D
    claim(flow, Flow({Wbar21: Wbar32.T*error/tau, Wbar32: error*Wbar21.T/tau}),
          because="U33 and V11 are orthogonal", eq="(46)")
    return flow


@derivation
def correlated_mode():
    """A mode whose inputs have the variance d is learned at the same rate, up to s/d."""
    d = Symbol("d", positive=True)  # variance of the inputs along the mode
    flow = gradient_flow(d*(a*b)**2/2 - s*a*b, (a, b), rate=1/tau)
    claim(flow, Flow({a: b*(s - d*a*b)/tau, b: a*(s - d*a*b)/tau}), because="as for d = 1")
    claim(flow[a], (mode_flow()[a]).subs({s: s/d, tau: tau/d}, simultaneous=True),
          because="s and tau shrink together")
    return flow
