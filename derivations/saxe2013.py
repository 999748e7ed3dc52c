"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Expr,
    Matrix,
    Ne,
    Rational,
    S,
    Symbol,
    asinh,
    cosh,
    exp,
    eye,
    hyper,
    log,
    oo,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from symdyn import (
    AsymptoticTo,
    Bounded,
    Conserved,
    Solves,
    claim,
    define,
    derivation,
    derivative_along,
    given,
    gradient_flow,
    solve_separable,
)
from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.flows import Flow
from symdyn.calculus.inversion import solve_for
from symdyn.calculus.riccati import solve_radial_riccati
from symdyn.calculus.spot_check import agree_at_points

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


# Exact solutions of one mode

t = Symbol("t", nonnegative=True)
u, u0, u_f = symbols("u u0 u_f", positive=True)  # learned strength a*b; at t = 0; in the end
a0, b0 = symbols("a0 b0", real=True)  # the weights at t = 0
c0 = Symbol("c0", real=True)  # imbalance a^2 - b^2
eps = Symbol("epsilon", positive=True)


@derivation(kernel=(t, u0, s, tau))
def learning_curve():
    """A balanced mode is learned along a sigmoid."""
    growth = derivative_along(mode_flow(), a * b)
    claim(
        derivative_along(mode_flow(), a - b).subs(b, a),
        0,
        because="the flow maps a = b to itself: their difference stays 0",
    )
    growth = claim(
        growth.subs({b: a}).subs(a, sqrt(u)),
        2 * u * (s - u) / tau,
        because="set b = a and u = a*b",
        eq="(10)",
    )
    curve = solve_separable(growth, u, u0, t)
    return claim(
        curve,
        s * exp(2 * s * t / tau) / (exp(2 * s * t / tau) - 1 + s / u0),
        because="1/u obeys a linear equation",
        eq="(12)",
    )


@derivation
def opposite_weights():
    """Weights of opposite sign decay to the saddle at 0 instead: the sigmoid needs u0 >= 0."""
    flow = mode_flow()
    claim(
        derivative_along(flow, a + b).subs(b, -a),
        0,
        because="the flow maps a = -b to itself: their sum stays 0",
    )
    x = -a * b  # |u|
    growth = claim(
        derivative_along(flow, x).subs(b, -a).subs(a, sqrt(u)),
        -2 * u * (s + u) / tau,
        because="u' = 2 |u| (s - u), where (10) has 2 u (s - u)",
    )
    size = solve_separable(growth, u, u0, t)
    claim(
        AsymptoticTo(size, s * u0 / (s + u0) * exp(-2 * s * t / tau), t),
        because="the line a = -b is the stable manifold of the saddle",
    )
    return claim(
        size,
        s * u0 / ((s + u0) * exp(2 * s * t / tau) - u0),
        because="(12) with s, t and u0 of the other sign",
    )


@derivation(kernel=(u0, u_f, s, tau))
def learning_time():
    """The time in which a balanced mode goes from one strength to another."""
    given((s - u0) * (s - u_f) > 0)
    (time,) = solve_for(t, learning_curve(), u_f)
    return claim(
        time,
        tau / (2 * s) * log(u_f * (s - u0) / (u0 * (s - u_f))),
        because="solve the sigmoid for t",
        eq="(11)",
    )


@derivation
def time_scales():
    """Half of a mode is learned late and steeply: all but a logarithm of its start is 1/s."""
    curve = learning_curve()
    half = claim(
        learning_time().subs(u_f, s / 2),
        tau / (2 * s) * log((s - u0) / u0),
        because="(11) with u_f = s/2",
        where=u0 < s,
    )
    claim(curve.subs(t, half), s / 2, because="the sigmoid is there at that time", where=u0 < s)
    claim(
        curve.diff(t).subs(t, half),
        s**2 / (2 * tau),
        because="u' = 2 u (s - u)/tau is largest at u = s/2",
        where=u0 < s,
    )
    claim(
        learning_time().subs({u0: s / 10, u_f: 9 * s / 10}),
        tau / s * log(9),
        because="from 10 % to 90 %",
    )
    return claim(
        learning_time().subs({u0: eps, u_f: s - eps}),
        tau / s * log((s - eps) / eps),
        because="from a small strength to as little below the full one",
        where=eps < s / 2,
    )


strength = Symbol("s", real=True)  # of either sign, where a formula holds for both
first, last = symbols("u0 u_f", real=True)  # the learned strengths, of either sign as well
P = sqrt(c0**2 + 4 * first**2)  # a^2 + b^2 at t = 0
G = c0**2 / 2 + 2 * strength * first
omega = sqrt(strength**2 + c0**2 / 4)


def divisor_at(x: Expr) -> Expr:
    """The D of `mode` at x = 2 w t, from the strength and the imbalance at t = 0."""
    return 1 + P * sinh(x) / (2 * omega) + G * (cosh(x) - 1) / (2 * omega**2)


@derivation(kernel=(t, a0, b0, strength, tau))
def mode():
    """A mode of any start: (a, b, u, s - u) at time t, for every sign and every imbalance.

    With c = a0^2 - b0^2, w = sqrt(s^2 + c^2/4) and times in units of tau:

        D = 1 + (a0^2 + b0^2) sinh(2 w t)/(2 w) + (c^2/2 + 2 s a0 b0) (cosh(2 w t) - 1)/(2 w^2)
        s - u = (s - a0 b0)/D
    """
    flow = gradient_flow((strength - a * b) ** 2 / 2, (a, b), rate=1 / tau)
    linear = Matrix([[c0 / 2, strength], [strength, -c0 / 2]]) / tau
    weights = Matrix([a, b])
    radial = linear * weights - (weights.T * weights)[0] / (2 * tau) * weights
    claim(
        (flow[a], flow[b]),
        tuple(radial.subs(c0, a**2 - b**2)),
        because="with the imbalance c a constant, the cubic flow is linear but for |(a, b)|^2/2",
    )
    (now_a, now_b), divisor = solve_radial_riccati(linear, eye(2) / tau, (a0, b0), t)
    start = {c0: a0**2 - b0**2}
    now_a, now_b, divisor = (part.subs(start) for part in (now_a, now_b, divisor))
    claim(
        Solves(flow, {a: now_a, b: now_b}, t, {a: a0, b: b0}),
        because="the Riccati solution, where c has its value at t = 0",
    )
    whole = claim(
        divisor,
        divisor_at(2 * omega * t / tau).subs(P, a0**2 + b0**2).subs({first: a0 * b0, **start}),
        because="double angles",
    )
    claim(
        P.subs({first: a0 * b0, **start}),
        a0**2 + b0**2,
        because="a^2 + b^2 follows from a^2 - b^2 and a b",
    )
    rest = claim(
        strength - now_a * now_b,
        (strength - a0 * b0) / whole,
        because="the divisor is what remains of s - u",
    )
    claim(
        now_a**2 + now_b**2,
        tau * whole.diff(t) / whole,
        because="the neural tangent kernel is the logarithmic derivative of the divisor",
    )
    claim(
        (strength - now_a * now_b) ** 2 / 2,
        (strength - a0 * b0) ** 2 / (2 * whole**2),
        because="the loss is half of the squared remainder",
    )
    claim(now_a**2 - now_b**2, a0**2 - b0**2, because="the imbalance is kept")
    return now_a, now_b, now_a * now_b, rest


@derivation
def mode_limits():
    """The mode of any start holds the balanced one and that of strength 0, and converges."""
    given(c0 > 0)
    divisor = divisor_at(2 * omega * t / tau)
    remaining = (strength - first) / divisor
    claim(
        s - remaining.subs(c0, 0).subs({strength: s, first: u0}),
        learning_curve(),
        because="without imbalance P = 2 u0, w = s, G = 2 s u0",
    )
    claim(
        AsymptoticTo(
            divisor, (P * omega + G) * exp(2 * omega * t / tau) / (4 * omega**2), t
        ),
        because="every start that is not balanced approaches s at the rate 2 w",
    )
    claim(
        P**2 * omega**2 - G**2,
        c0**2 * (strength - first) ** 2,
        because="so P w + G > 0, unless the mode is balanced or learned",
    )
    decay = divisor_at(2 * omega * t / tau).subs(c0, 0).subs(first, u0)
    return claim(
        AsymptoticTo(-(strength - u0) / decay + strength, u0 / (1 + 2 * u0 * t / tau), strength, 0),
        because="a mode of strength 0 is forgotten by a power law",
    )


@derivation
def mode_time():
    """The time in which a mode of any imbalance goes from one strength to another.

        t = (1/(2 w)) log((H + sqrt(H^2 + c^2 (s - u0)^2))/(P w + G)),
        H = G + 2 w^2 (u_f - u0)/(s - u_f)
    """
    given((strength - first) * (strength - last) > 0, Ne(c0, 0))
    x = Symbol("x", real=True)
    ratio = (strength - first) / (strength - last)
    roots = solve_for(x, divisor_at(x).rewrite(exp), ratio)
    (time,) = (root for root in roots if agree_at_points(root.subs(last, first), S.Zero))
    H = G + 2 * omega**2 * (last - first) / (strength - last)
    root = sqrt(H**2 + c0**2 * (strength - first) ** 2)
    found = claim(
        time * tau / (2 * omega),
        tau / (2 * omega) * log((H + root) / (P * omega + G)),
        because="the root of a quadratic in exp(2 w t) that gives t = 0 for u_f = u0",
    )
    claim(
        strength - (strength - first) / divisor_at(2 * omega * found / tau),
        last,
        because="at that time the mode has the strength u_f",
    )
    shift = c0 * (strength - first)
    return claim(
        found,
        tau / (2 * omega) * (asinh(H / Abs(shift)) - asinh(G / Abs(shift))),
        because="G^2 + c^2 (s - u0)^2 = P^2 w^2",
    )


theta, theta0, theta_f = symbols("theta theta0 theta_f", real=True)
k = Symbol("k", positive=True)  # |c0|


@derivation
def hyperbolic_form():
    """The hyperbola of an imbalance k > 0 by its hyperbolic angle: theta' = 2 s - k sinh(theta).

    The appendix prints it with s in place of 2 s, and a b = k sinh(theta) in place of
    (k/2) sinh(theta), from the same a = sqrt(k) cosh(theta/2), b = sqrt(k) sinh(theta/2).
    """
    on_curve = {a: sqrt(k) * cosh(theta / 2), b: sqrt(k) * sinh(theta / 2)}
    claim((a**2 - b**2).subs(on_curve), k, because="the imbalance is k on the whole curve")
    product = claim((a * b).subs(on_curve), k / 2 * sinh(theta), because="the double angle")
    squares = claim((a**2 + b**2).subs(on_curve), k * cosh(theta), because="the double angle")
    growth = derivative_along(mode_flow(), a * b)
    claim(
        growth,
        (a**2 + b**2) * (s - a * b) / tau,
        because="the product rule",
    )
    rate = claim(
        squares * (s - product) / (tau * product.diff(theta)),
        (2 * s - k * sinh(theta)) / tau,
        because="the chain rule; corrects (25)",
    )
    primitive = antiderivative(1 / rate, theta)
    claim(
        rate.subs(theta, asinh(2 * s / k)),
        0,
        because="the fixed point a b = s is sinh(theta) = 2 s/k",
    )
    R = sqrt(k**2 + 4 * s**2)
    half = tanh(theta / 2)
    printed = tau / R * log((R + k + 2 * s * half) / (R - k - 2 * s * half))
    claim(
        primitive.diff(theta),
        printed.diff(theta),
        because="both are antiderivatives; corrects (26)",
        where=Ne(k * sinh(theta), 2 * s),
    )
    time = printed.subs(theta, theta_f) - printed.subs(theta, theta0)
    on_time = {
        strength: s, c0: k, first: k / 2 * sinh(theta0), last: k / 2 * sinh(theta_f)
    }  # fmt: skip
    return claim(
        time,
        mode_time().subs(on_time),
        because="the same time by the formula for all signs",
        where=(theta0 < theta_f, k * sinh(theta_f) < 2 * s),
    )
