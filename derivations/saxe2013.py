"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import combinations, pairwise
from itertools import product as choices

import numpy as np
from sympy import (
    Abs,
    And,
    BlockMatrix,
    Eq,
    Expr,
    Integer,
    Integral,
    Limit,
    Matrix,
    Ne,
    Or,
    Piecewise,
    Poly,
    Rational,
    S,
    Symbol,
    asinh,
    binomial,
    chebyshevt,
    chebyshevu,
    cos,
    cosh,
    cot,
    exp,
    expand,
    eye,
    hyper,
    log,
    oo,
    pi,
    roots,
    series,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)
from sympy.logic.boolalg import Boolean, true

from symdyn import (
    AsymptoticTo,
    Bounded,
    Conserved,
    Equal,
    Flow,
    Solves,
    claim,
    conservation_laws,
    define,
    derivation,
    derivative_along,
    first_integrals,
    gaussian_expectation,
    given,
    gradient_flow,
    simulate,
    solve_separable,
)
from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.conservation.laws import ConservationLaws
from symdyn.calculus.free_products import (
    free_product,
    moments_of,
    s_transform,
    spectral_argument,
)
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.calculus.inversion import solve_for
from symdyn.calculus.riccati import solve_radial_riccati
from symdyn.calculus.spot_check import agree_at_points
from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.calculus.words.derivatives import gradient_in
from symdyn.calculus.words.gaussian import gaussian_mean
from symdyn.calculus.words.polynomials import MatrixWord, identity, matrix, trace
from symdyn.calculus.words.rules import Rule, orthonormal, reduced
from symdyn.errors import DomainError, InputError
from symdyn.numerics.implicit import inverse
from symdyn.numerics.simulation import Simulation

a, b = symbols("a b", real=True)  # the two weights of one mode
s, tau = symbols("s tau", positive=True)  # strength of the mode, time constant


@derivation
def mode_flow() -> Flow:
    """A mode of strength s trains its two weights by gradient descent."""
    flow = gradient_flow((s - a * b) ** 2 / 2, (a, b), rate=1 / tau)
    claim(flow[a], b * (s - a * b) / tau, because="steps are infinitesimal")
    claim(flow[b], a * (s - a * b) / tau, because="a and b enter alike")
    return flow


@derivation
def imbalance():
    """The difference of the squared weights never changes."""
    conserved = a**2 - b**2
    claim(
        Conserved(conserved, mode_flow()),
        because="the loss is invariant under a -> k*a, b -> b/k",
    )
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


def on_one_side(value: Expr, other: Expr, of: Expr) -> Boolean:
    """Whether two strengths are both below or both above a third: then one leads to the other."""
    return Or(And(value < of, other < of), And(value > of, other > of))


def both_ways(time: Callable[[Expr, Expr], Expr], start: Expr, end: Expr, s: Expr) -> Expr:
    """A time that is written for the way towards s; the way back takes as much, less than 0.

    It is infinite where an end is never reached, neither later nor earlier.
    """
    ahead = Or(And(start < end, end < s), And(start > end, end > s))
    return Piecewise(
        (S.Zero, Eq(start, end)),
        (time(start, end), ahead),
        (-time(end, start), on_one_side(start, end, s)),
        (oo, True),
    )


@derivation(kernel=(u0, u_f, s, tau))
def learning_time():
    """The time in which a balanced mode goes from one strength to another, if it ever does."""
    (time,) = solve_for(t, learning_curve(), u_f)
    time = claim(
        time,
        tau / (2 * s) * log(u_f * (s - u0) / (u0 * (s - u_f))),
        because="solve the sigmoid for t",
        eq="(11)",
        where=on_one_side(u0, u_f, s),
    )

    def stable(start: Expr, end: Expr) -> Expr:
        return tau / (2 * s) * log(1 + s * (end - start) / (start * (s - end)))

    claim(
        stable(u0, u_f),
        time,
        because="nothing is lost where both strengths nearly agree",
        where=on_one_side(u0, u_f, s),
    )
    claim(
        -stable(u_f, u0),
        time,
        because="and back",
        where=on_one_side(u0, u_f, s),
    )
    return both_ways(stable, u0, u_f, s)


@derivation
def time_scales():
    """Half of a mode is learned late and steeply: all but a logarithm of its start is 1/s."""
    curve = learning_curve()
    time = learning_time()
    half = claim(
        time.subs(u_f, s / 2),
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
        time.subs({u0: s / 10, u_f: 9 * s / 10}),
        tau / s * log(9),
        because="from 10 % to 90 %",
    )
    return claim(
        time.subs({u0: eps, u_f: s - eps}),
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


@derivation
def uniform_solution():
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


major, minor = symbols("m w", real=True)  # the weights at t = 0, the larger one first


def stable_mode(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr]:
    """(m(t), w(t), (s - u)/(s - u0)) of a start with |m| >= |w|; nothing cancels that need not.

    In the eigenvectors (p, s)/sqrt(q) and (-s, p)/sqrt(q) of the linear flow, with p = w + c/2 and
    q = 2 w p, the start has the components (p m + s w)/sqrt(q) and (p w - s m)/sqrt(q).
    """
    imbalance = (m - w) * (m + w)
    rate = sqrt(strength**2 + imbalance**2 / 4)
    p = rate + imbalance / 2
    decay = exp(-2 * rate * t / tau)
    clock = (1 - decay) / (2 * rate)
    grown, shrunk = p * m + strength * w, p * w - strength * m  # the first has the sign of m
    divisor = decay + clock * (grown**2 + shrunk**2 * decay) / (2 * rate * p)
    larger = (m * decay + clock * grown) / sqrt(divisor)
    smaller = (w * decay + clock * grown * strength / p) / sqrt(divisor)
    return larger, smaller, decay / divisor


def dying_mode(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr]:
    """The same where |m| = |w| and s m w < 0: nothing grows."""
    rate = Abs(strength)
    divisor = 1 + (m**2 + w**2) * (1 - exp(-2 * rate * t / tau)) / (2 * rate)
    shrunk = exp(-rate * t / tau) / sqrt(divisor)
    return m * shrunk, w * shrunk, 1 / divisor


def standing_mode(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr]:
    """The same where s = 0 and |m| = |w|: the linear flow stands still."""
    divisor = 1 + (m**2 + w**2) * t / tau
    return m / sqrt(divisor), w / sqrt(divisor), 1 / divisor


@derivation(kernel=(t, a0, b0, strength, tau))
def mode():
    """The solution in a form that has no large terms: (a, b, u, s - u) at time t.

    With decay = e^(-2 w t), clock = (1 - decay)/(2 w) and the larger weight at the start first.
    """
    now_a, now_b, _, rest = uniform_solution()
    larger, smaller, remains = stable_mode(a0, b0)
    heavy = a0**2 > b0**2
    claim(
        larger,
        now_a,
        because="divide by e^(w t)",
        where=heavy,
    )
    claim(
        smaller,
        now_b,
        because="divide by e^(w t)",
        where=heavy,
    )
    claim(
        remains * (strength - a0 * b0),
        rest,
        because="the components along the eigenvectors have squares (P + G/w)/2 and (P - G/w)/2",
        where=heavy,
    )
    claim(
        (now_a, rest),
        tuple(part.subs({a0: b0, b0: a0}, simultaneous=True) for part in (now_b, rest)),
        because="the flow does not tell a from b: with |a0| < |b0| they change places",
    )
    claim(
        (larger.subs(b0, a0), remains.subs(b0, a0)),
        (now_a.subs(b0, a0), rest.subs(b0, a0) / (strength - a0**2)),
        because="the larger one may be either where both are equal",
        where=Ne(strength, 0),
    )
    for weight in (a0, -a0):
        claim(
            dying_mode(a0, weight),
            tuple(
                part.subs(b0, weight) for part in (now_a, now_b, rest / (strength - a0 * b0))
            ),
            because="on the line of the saddle only the shrinking direction is left",
            where=strength * weight * a0 < 0,
        )
    standing = Limit(divisor_at(2 * s * t / tau).subs({c0: 0, strength: s, first: u0}), s, 0)
    claim(
        standing,
        1 + 2 * u0 * t / tau,
        because="sinh(x) is x to first order, and G is of the order of w",
    )
    m, w = (Piecewise((x, heavy), (y, True)) for x, y in ((a0, b0), (b0, a0)))
    even = Eq(a0**2, b0**2)
    still, dying = And(even, Eq(strength, 0)), And(even, strength * a0 * b0 < 0)
    larger, smaller, remains = (
        Piecewise((there, still), (down, dying), (here, True))
        for there, down, here in zip(
            *(form(m, w) for form in (standing_mode, dying_mode, stable_mode)), strict=True
        )
    )
    a_now, b_now = (
        Piecewise((x, heavy), (y, True)) for x, y in ((larger, smaller), (smaller, larger))
    )
    return a_now, b_now, larger * smaller, (strength - a0 * b0) * remains


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
        AsymptoticTo(divisor, (P * omega + G) * exp(2 * omega * t / tau) / (4 * omega**2), t),
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
def uniform_time():
    """The time in which a mode of any imbalance goes from one strength to another.

    t = (1/(2 w)) log((H + sqrt(H^2 + c^2 (s - u0)^2))/(P w + G)),
    H = G + 2 w^2 (u_f - u0)/(s - u_f)
    """
    passing = And(on_one_side(first, last, strength), Ne(c0, 0))
    *_, remaining = uniform_solution()
    x = Symbol("x", real=True)
    ratio = (strength - first) / (strength - last)
    claim(
        remaining,
        ((strength - first) / divisor_at(2 * omega * t / tau))
        .subs(P, a0**2 + b0**2)
        .subs({first: a0 * b0, c0: a0**2 - b0**2}),
        because="what is left of s - u is (s - u0)/D, and D = (s - u0)/(s - u_f) in the end",
    )
    roots = solve_for(x, divisor_at(x).rewrite(exp), ratio)
    (time,) = (root for root in roots if agree_at_points(root.subs(last, first), S.Zero))
    H = G + 2 * omega**2 * (last - first) / (strength - last)
    root = sqrt(H**2 + c0**2 * (strength - first) ** 2)
    found = claim(
        time * tau / (2 * omega),
        tau / (2 * omega) * log((H + root) / (P * omega + G)),
        because="the root of a quadratic in exp(2 w t) that gives t = 0 for u_f = u0",
        where=passing,
    )
    claim(
        strength - (strength - first) / divisor_at(2 * omega * found / tau),
        last,
        because="at that time the mode has the strength u_f",
        where=passing,
    )
    shift = c0 * (strength - first)
    return claim(
        found,
        tau / (2 * omega) * (asinh(H / Abs(shift)) - asinh(G / Abs(shift))),
        because="G^2 + c^2 (s - u0)^2 = P^2 w^2",
        where=passing,
    )


def stable_mode_time(start: Expr, end: Expr) -> Expr:
    """The time of a mode from one strength to another, by terms of one sign for the way ahead."""
    s, w = strength, omega
    P_start, P_end = (P.subs(first, value) for value in (start, end))
    G_start, G_end = (G.subs(first, value) for value in (start, end))
    ratio = (s - start) / (s - end)
    forwards = (P_end * w + G_end) / (P_start * w + G_start)
    backwards = (P_start * w - G_start) / (P_end * w - G_end) / ratio**2
    late = (P_end * w + G_end) * (P_start * w - G_start) / (c0 * (s - start)) ** 2
    early = (c0 * (s - end)) ** 2 / ((P_end * w - G_end) * (P_start * w + G_start))
    grown = Piecewise(
        (forwards, And(G_start >= 0, G_end >= 0)),
        (late, G_end >= 0),
        (early, G_start >= 0),
        (backwards, True),
    )
    excess = 2 * w * (end - start) * (ratio * grown + 1) / ((s - end) * (ratio * P_end + P_start))
    return tau / (2 * w) * log(1 + excess)


@derivation(kernel=(first, last, strength, c0, tau))
def mode_time():
    """The time in a form without cancellation; infinite where an end is never reached.

    With N = P w + G at both ends, e^(2 w t) = (s - u0)/(s - u_f) N_f/N_0, and where G < 0 N is
    c^2 (s - u)^2/(P w - G).
    """
    time = uniform_time()
    passing = And(on_one_side(first, last, strength), Ne(c0, 0))
    G_end, P_end = G.subs(first, last), P.subs(first, last)
    claim(
        exp(2 * omega * time / tau),
        (strength - first) / (strength - last) * (P_end * omega + G_end) / (P * omega + G),
        because="H = G_f (s - u0)/(s - u_f)",
        where=passing,
    )
    claim(
        stable_mode_time(first, last),
        time,
        because="(P w + G)(P w - G) = c^2 (s - u)^2 at both ends",
        where=passing,
    )
    claim(
        stable_mode_time(u0, u_f).subs(c0, 0).subs(strength, s),
        learning_time(),
        because="a mode without imbalance is a balanced one",
        where=And(u0 < u_f, u_f < s),
    )
    forgotten = claim(
        solve_for(t, u0 / (1 + 2 * u0 * t / tau), u_f)[0],
        tau / 2 * (1 / u_f - 1 / u0),
        because="a mode of strength 0 decays by a power law",
    )
    still = forgotten.subs({u0: Abs(first), u_f: Abs(last)})
    crosses = And(Eq(c0, 0), first * last <= 0)  # u = 0, where a balanced mode stops
    return Piecewise(
        (S.Zero, Eq(first, last)),
        (oo, crosses),
        (still, And(Eq(strength, 0), Eq(c0, 0))),
        (both_ways(stable_mode_time, first, last, strength), True),
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
        uniform_time().subs(on_time),
        because="the same time by the formula for all signs",
        where=(theta0 < theta_f, k * sinh(theta_f) < 2 * s),
    )


@derivation
def hyperbola_in_riccati():
    """A hyperbola solves the matrix Riccati equation whose blocks hold the imbalance.

    With Q = (a, b) and P = Q Q^T. The appendix says that hyperbolas come from no such equation;
    they come from none whose diagonal is 0.
    """
    square = Matrix([a, b]) * Matrix([[a, b]])
    flow = mode_flow()
    rate = tau * square.applyfunc(lambda entry: derivative_along(flow, entry))
    on_curve = {a: sqrt(k) * cosh(theta / 2), b: sqrt(k) * sinh(theta / 2)}

    def riccati_rate(imbalance: Expr | int) -> Matrix:
        linear = Matrix([[imbalance / 2, s], [s, -imbalance / 2]])
        return linear * square + square * linear - square * square

    claim(
        (rate - riccati_rate(S.Zero)).subs(on_curve),
        (k * Matrix([[a**2, 0], [0, -(b**2)]])).subs(on_curve),
        because="without imbalance in the equation this much is missing",
    )
    return claim(
        rate.subs(on_curve),
        riccati_rate(k).subs(on_curve),
        because="P' = F P + P F - P P with lamda = b^2 - a^2 = -k",
    )


@derivation(emit=({"modes": 2}, {"modes": 3}))
def fixed_points(modes: int = 2):
    """Any set of modes may be active at a fixed point; only the strongest ones stay so.

    At a fixed point M^T (S - M) = (S - M) M^T = 0 for the product M of both layers. For different
    strengths M is diagonal, with 0 or s in each place: as many families as there are sets of at
    most N2 modes.
    """
    whole, flow = Wbar32 * Wbar21, mode_basis()
    claim(
        (Wbar21.T * flow[Wbar21], flow[Wbar32] * Wbar32.T),
        (whole.T * (S31 - whole) / tau, (S31 - whole) * whole.T / tau),
        because="each layer sees the error through the other",
    )
    strengths = symbols(f"s1:{modes + 1}", positive=True)
    M = Matrix(modes, modes, symbols(f"m1:{modes + 1}(1:{modes + 1})", real=True))
    error = Matrix.diag(*strengths) - M
    left, right = M.T * error, error * M.T
    for i, j in combinations(range(modes), 2):
        skew = Matrix([(x - x.T)[i, j] for x in (left, right)])
        claim(
            skew.jacobian([M[i, j], M[j, i]]).det(),
            strengths[j] ** 2 - strengths[i] ** 2,
            because="M^T S and S M^T are symmetric: M is diagonal, unless strengths agree",
        )
    diagonal = {M[i, j]: 0 for i in range(modes) for j in range(modes) if i != j}
    rests = [sorted(roots(left[k, k].subs(diagonal), M[k, k]), key=str) for k in range(modes)]
    claim(tuple(rests), tuple((S.Zero, x) for x in strengths), because="m (s - m) = 0")
    active = [sum(value != 0 for value in values) for values in choices(*rests)]
    for hidden in range(1, modes + 1):
        claim(
            Integer(sum(rank <= hidden for rank in active)),
            sum((binomial(modes, rank) for rank in range(hidden + 1)), S.Zero),
            because="M has at most the rank N2; full activity is the last term alone",
        )
    return tuple(rests)


@derivation
def stable_modes():
    """A mode at rest is taken over by every stronger one, and by no weaker one.

    One hidden unit has learned the mode (x, y) of strength r; another mode (a, b) competes for it.
    """
    x, y = symbols("x y", positive=True)
    r = x * y
    error = Matrix.diag(r, s) - Matrix([y, b]) * Matrix([[x, a]])
    flow = gradient_flow((error.T * error).trace() / 2, (a, b), rate=1 / tau)
    linear = Matrix([flow[a], flow[b]]).jacobian([a, b]).subs({a: 0, b: 0})
    claim(
        linear.trace(),
        -(x**2 + y**2) / tau,
        because="both weights are pulled down by the overlap",
    )
    claim(
        linear.det(),
        (r**2 - s**2) / tau**2,
        because="a saddle for s > r, a minimum for s < r",
    )
    alone = mode_flow()
    curvature = -Matrix([alone[a], alone[b]]).jacobian([a, b])
    claim(
        curvature.subs({a: 0, b: 0}),
        Matrix([[0, -s], [-s, 0]]) / tau,
        because="the origin is a saddle, with the eigenvalues s and -s",
    )
    learned = curvature.subs(a, s / b)
    return claim(
        (learned.det(), learned.trace()),
        (0, ((s / b) ** 2 + b**2) / tau),
        because="where a b = s the eigenvalues are 0, along the valley, and a^2 + b^2",
        where=Ne(b, 0),
    )


depth = Symbol("n", integer=True, positive=True)  # number of weight matrices
z = Symbol("z", positive=True)  # u/s
x = Symbol("x", real=True)  # one weight among equal others


def number_of_weights(n: object) -> Expr:
    """The number of weight matrices: a whole number of at least 1, or a symbol for any."""
    number = S(n) if isinstance(n, (int, float, Expr)) else S.NaN
    if not (number.is_integer and number.is_positive):
        raise DomainError(
            f"n={n}: the number of weight matrices is a whole number of at least 1, or a symbol "
            "declared integer=True, positive=True"
        )
    return number


@derivation
def deep_flow(n: Expr | int = depth):
    """A mode of n equal weights a grows as u' = n u^(2 - 2/n) (s - u)/tau, with u = a^n."""
    n = number_of_weights(n)
    given(a > 0)
    flow = gradient_flow((s - x * a ** (n - 1)) ** 2 / 2, (x,), rate=1 / tau)
    velocity = claim(
        flow[x].subs(x, a),
        a ** (n - 1) * (s - a**n) / tau,
        because="each weight moves by the product of the others, so that equal weights stay equal",
        eq="(14)",
    )
    growth = derivative_along(Flow({a: velocity}), a**n)
    return claim(
        growth.subs(a, u ** (S.One / n)),
        n * u ** (2 - S(2) / n) * (s - u) / tau,
        because="u = a^n",
        eq="(15)",
    )


def hypergeometric_time(u: Expr, n: Expr) -> Expr:
    """Time that has passed when a deep mode has the strength u < s, but for a constant."""
    grown = u ** (2 / n) / (2 * s) * hyper((1, 2 / n), (1 + 2 / n,), u / s)
    return tau / s * (grown - u ** (2 / n - 1) / (n - 2))


@derivation
def hypergeometric_deep_time():
    """The time in which a mode of n weights goes from one strength below s to another."""
    given(u < s, Ne(depth, 2))
    n, growth = depth, deep_flow()
    parts = u ** (2 / n - 2) * tau / (n * s), u ** (2 / n - 1) * tau / (n * s * (s - u))
    claim(1 / growth, sum(parts), because="split 1/(u (s - u)) into partial fractions")
    passed = sum(antiderivative(part, u) for part in parts)
    return claim(
        passed,
        hypergeometric_time(u, n),
        because="a power, and a binomial integral",
    )


def time_from_above(z: Expr, n: Expr) -> Expr:
    """Time that has passed when a deep mode has the strength s/z > s, but for a constant."""
    series = hyper((1, 2 - 2 / n), (3 - 2 / n,), z)
    return tau * s ** (2 / n - 2) / (2 * n - 2) * z ** (2 - 2 / n) * series


@derivation
def deep_time_from_above():
    """The same for strengths above s, which decrease: a series in z = s/u."""
    given(z < 1, depth > 1)
    n, growth = depth, deep_flow()
    slowness = claim(
        (1 / growth).subs(u, s / z) * (s / z).diff(z),
        tau * s ** (2 / n - 2) / n * z ** (1 - 2 / n) / (1 - z),
        because="u = s/z",
    )
    return claim(
        antiderivative(slowness, z),
        time_from_above(z, n),
        because="a binomial integral",
    )


@derivation
def elementary_deep_time(n: int = 3):
    """For a number n of weights the time is made of logarithms and arc tangents."""
    w = Symbol("w", positive=True)  # u = w^n
    n = number_of_weights(n)
    if not n.is_Integer:
        raise InputError(f"n={n}: the elementary form is that of one whole number; give one")
    slowness = claim(
        (1 / deep_flow()).subs(depth, n).subs(u, w**n) * (w**n).diff(w),
        tau / (w ** (n - 1) * (s - w**n)),
        because="the flow of one weight",
        where=w**n < s,
    )
    return antiderivative(slowness, w).subs(w, u ** Rational(1, n))


def with_depth(expr: Expr, n: Expr | int) -> Expr:
    """An expression for a number n of weight matrices, or for any."""
    return expr.subs(depth, number_of_weights(n))


def deep_stretch(start: Expr, end: Expr, n: Expr | int) -> Expr:
    """The time of a deep mode from one strength to another, both on one side of s."""
    below = hypergeometric_time(end, S(n)) - hypergeometric_time(start, S(n))
    above = time_from_above(s / end, S(n)) - time_from_above(s / start, S(n))
    return Piecewise((below, start < s), (above, True))


DEPTHS = ({}, {"n": 1}, {"n": 2}, {"n": 3})


@derivation(kernel=(u0, u_f, s, tau), emit=DEPTHS)
def deep_time(n: Expr | int = depth):
    """The time in which a mode of n weights goes from one strength to another."""
    n = number_of_weights(n)
    one_side = on_one_side(u0, u_f, s)
    if n == 1:
        primitive = antiderivative(1 / with_depth(deep_flow(), n), u)
        claim(
            primitive.subs(u, u_f) - primitive.subs(u, u0),
            tau * log((s - u0) / (s - u_f)),
            because="a single layer learns exponentially",
            where=one_side,
        )
        return both_ways(lambda start, end: tau * log(1 + (end - start) / (s - end)), u0, u_f, s)
    if n == 2:
        claim(
            with_depth(deep_flow(), n),
            2 * u * (s - u) / tau,
            because="two layers are a balanced mode",
        )
        return learning_time()
    below, above = hypergeometric_deep_time(), deep_time_from_above()
    many = where_deep(n)
    claim(
        (with_depth(below, n).subs(u, u_f), with_depth(above, n).subs(z, s / u_f)),
        (hypergeometric_time(u_f, S(n)), time_from_above(s / u_f, S(n))),
        because="antiderivatives of the slowness below s and above it",
        where=many,
    )
    return Piecewise((S.Zero, Eq(u0, u_f)), (deep_stretch(u0, u_f, n), one_side), (oo, True))


def where_deep(n: Expr | int) -> Boolean:
    """At least three weights, where n is not told."""
    return depth >= 3 if n == depth else true


@derivation
def depth_integrals():
    """What depth does to the time that a mode takes, in units in which the rates are best.

    T_n is the integral of dv/(v^(2 - 2/n) (1 - v)), from v0 to v_f, with v = u/s.
    """
    given(z < 1)
    n = depth
    integrand = define("integrand", z ** (2 / n - 2) / (1 - z))
    claim(
        (s * z).diff(z) / deep_flow().subs(u, s * z),
        tau / (n * s ** (2 - 2 / n)) * integrand,
        because="u = s v: the strength only sets the unit of time",
    )
    claim(
        Bounded(integrand.diff(n), 0, None, strict=True),
        because="every integrand grows with depth, and so does T_n",
    )
    shallow, infinite = integrand.subs(n, 2), 1 / (z**2 * (1 - z))
    claim(
        AsymptoticTo(infinite - integrand, -2 * log(z) / (n * z**2 * (1 - z)), n),
        because="the rest of depth dies out like 1/n",
    )
    T_2 = claim(
        antiderivative(shallow, z).diff(z), log(z / (1 - z)).diff(z), because="partial fractions"
    )
    claim(
        infinite - T_2,
        (-1 / z).diff(z),
        because="infinite depth costs 1/v0 - 1/v_f more than two weights",
    )
    return integrand


@derivation(kernel=(u0, u_f, s))
def infinite_depth_time():
    """The time in units of tau/n, for very many weights, from one strength to another."""
    rate = claim(
        Limit(deep_flow() * tau / depth, depth, oo),
        u**2 * (s - u),
        because="u^(2 - 2/n) tends to u^2",
        eq="(16)",
    )
    primitive = antiderivative(1 / rate, u)
    time = claim(
        primitive.subs(u, u_f) - primitive.subs(u, u0),
        log(u_f * (s - u0) / (u0 * (s - u_f))) / s**2 + 1 / (s * u0) - 1 / (s * u_f),
        because="partial fractions",
        eq="(17)",
        where=on_one_side(u0, u_f, s),
    )
    below = log(1 + s * (u_f - u0) / (u0 * (s - u_f))) / s**2 + (u_f - u0) / (s * u0 * u_f)
    claim(
        below,
        time,
        because="both terms grow with the distance",
        where=And(u0 < s, u_f < s),
    )
    passed = z**2 / (2 * s**2) * hyper((1, 2), (3,), z)
    claim(
        passed.diff(z),
        (1 / rate).subs(u, s / z) * (s / z).diff(z),
        because="u = s/z, where the terms cancel: -log(1 - z) - z",
        where=z < 1,
    )
    above = passed.subs(z, s / u_f) - passed.subs(z, s / u0)
    claim(
        above,
        time,
        because="z = s/u falls as the strength grows",
        where=And(u0 > s, u_f > s),
    )

    def stable(start: Expr, end: Expr) -> Expr:
        ends = {u0: start, u_f: end}
        parts = (part.subs(ends, simultaneous=True) for part in (below, above))
        return Piecewise((next(parts), start < s), (next(parts), True))

    return both_ways(stable, u0, u_f, s)


@derivation
def number_of_layers():
    """The rate of a deep mode counts weight matrices, N_l - 1 of them between N_l layers."""
    layers = Symbol("N_l", integer=True, positive=True)
    given(layers >= 3)
    growth = deep_flow().subs(depth, layers - 1)
    claim(
        AsymptoticTo(growth, layers * u**2 * (s - u) / tau, layers),
        because="(16) has N_l, which is right for infinitely many",
    )
    return claim(
        growth / (layers * u ** (2 - 2 / (layers - 1)) * (s - u) / tau),
        1 - 1 / layers,
        because="N_l in place of N_l - 1 is 1 % too fast for a hundred layers",
        where=Ne(u, s),
    )


def depth_part(v: Expr, n: Expr) -> Expr:
    """An antiderivative of v^(2/n - 1)/(1 - v)."""
    return n / 2 * v ** (2 / n) * hyper((1, 2 / n), (1 + 2 / n,), v)


def depth_integral(v: Expr, n: Expr) -> Expr:
    """An antiderivative of 1/(v^(2 - 2/n) (1 - v))."""
    return depth_part(v, n) - v ** (2 / n - 1) / (1 - 2 / n)


v0, v_f = symbols("v0 v_f", positive=True)  # u/s at t = 0 and in the end


@derivation(kernel=(v0, v_f), emit=({}, {"n": 5}))
def depth_time(n: Expr | int = depth):
    """T_n: the time from v0 s to v_f s in units in which the learning rate is best for depth n."""
    given(v0 < 1, v_f < 1)
    n = number_of_weights(n)
    integrand = with_depth(depth_integrals(), n)
    claim(
        n * with_depth(deep_flow(), n).subs({u: z, s: 1, tau: 1}) * integrand,
        n**2,
        because="T_n is n times the time of a mode of strength 1",
        where=z < 1,
    )
    if n == 2:
        return learning_time().subs({u0: v0, u_f: v_f, s: 1, tau: 2})
    passed = claim(
        hypergeometric_deep_time().subs({s: 1, tau: depth}).subs(depth, n),
        depth_integral(u, S(n)),
        because="the same antiderivative, in units of tau/n",
        where=And(u < 1, where_deep(n)),
    )
    time = passed.subs(u, v_f) - passed.subs(u, v0)
    grown = depth_part(v_f, S(n)) - depth_part(v0, S(n))
    power = S(2) / n - 1
    gained = v0**power * ((1 + (v_f - v0) / v0) ** power - 1)
    shrunk = Piecewise((gained, v_f > v0 / 2), (v_f**power - v0**power, True))
    stable = grown - shrunk / (1 - S(2) / n)
    claim(
        stable,
        time,
        because="v_f is v0 (1 + (v_f - v0)/v0): powers of both cancel where they nearly agree",
        where=where_deep(n),
    )
    return Piecewise((S.Zero, Eq(v0, v_f)), (stable, True))


T = Symbol("T", nonnegative=True)  # time in units of tau/n
y, y0 = symbols("y y0", positive=True)  # (s - u)/u below s
p, p0 = symbols("p p0", positive=True)  # (u - s)/s above it


@derivation(kernel=(T, u0, s))
def infinite_depth_curve():
    """The strength after a time T, in units of tau/n, for very many weights.

    Below s it is u = s/(1 + y) with y + log(y) = y0 + log(y0) - s^2 T, Wright's function; above it
    u = s (1 + p) with A(p) = A(p0) + s^2 T, where A(p) = log(1 + 1/p) - 1/(1 + p).
    """
    rate = u**2 * (s - u)
    below = claim(
        ((s / u - 1).diff(u) * rate).subs(u, s / (1 + y)),
        -(s**2) * y / (1 + y),
        because="y = s/u - 1",
    )
    age = define("age below", y + log(y))
    claim(age.diff(y) * below, -(s**2), because="y + log(y) falls at the rate s^2")
    above = claim(
        ((u / s - 1).diff(u) * rate).subs(u, s * (1 + p)),
        -(s**2) * p * (1 + p) ** 2,
        because="p = u/s - 1",
    )
    rise = log(1 + 1 / p) - 1 / (1 + p)
    slope = claim(rise.diff(p), -1 / (p * (1 + p) ** 2), because="a slope that does not cancel")
    series = z**2 / 2 * hyper((1, 2), (3,), z)
    far = claim(
        rise.subs(p, 1 / z - 1), -log(1 - z) - z, because="z = s/u, small far above s", where=z < 1
    )
    claim(series.diff(z), far.diff(z), because="a form that does not cancel there", where=z < 1)
    claim(series.subs(z, 0), far.subs(z, 0), because="both are 0 far out")
    series = series.subs(z, 1 / (1 + p))
    rise = define("age above", Piecewise((series, p > 1), (rise, True)))
    claim(slope * above, s**2, because="it grows at the rate s^2")
    Y = inverse(age, y, age.subs(y, y0) - s**2 * T, (0, oo))
    P = inverse(rise, p, rise.subs(p, p0) + s**2 * T, (0, oo), slope=slope)
    claim(Y.diff(T), below.subs(y, Y), because="the rule for inverse functions")
    claim(P.diff(T), above.subs(p, P), because="the rule for inverse functions")
    claim((Y.subs(T, 0), P.subs(T, 0)), (y0, p0), because="both start where they should")
    weak, strong = s / (1 + Y.subs(y0, (s - u0) / u0)), s * (1 + P.subs(p0, (u0 - s) / s))
    for curve, where in ((weak, u0 < s), (strong, u0 > s)):
        claim(
            curve.diff(T),
            curve**2 * (s - curve),
            because="the curve obeys the flow",
            where=where,
        )
    return Piecewise((s, Eq(u0, s)), (weak, u0 < s), (strong, True))


@derivation
def optimal_rates():
    """The curvature where all weights are equal, and the learning rates that it allows.

    The Hessian has the eigenvector of ones, and n - 1 others of one eigenvalue.
    """
    given(a > 0, depth > 1)
    n = depth
    x1, x2 = symbols("x1 x2", real=True)
    flow = gradient_flow((s - x1 * x2 * a ** (n - 2)) ** 2 / 2, (x1, x2), rate=1 / tau)
    same, mixed = (-flow[x1].diff(x).subs({x1: a, x2: a}) for x in (x1, x2))
    largest = claim(
        same + (n - 1) * mixed,
        ((2 * n - 1) * a ** (2 * n - 2) - (n - 1) * s * a ** (n - 2)) / tau,
        because="a matrix with equal diagonal and equal other entries",
    )
    claim(
        same - mixed,
        a ** (n - 2) * (s - a**n) / tau,
        because="the other eigenvalue, which (37) leaves out",
    )
    claim(
        largest.diff(a),
        a ** (n - 3) * ((2 * n - 1) * (2 * n - 2) * a**n - (n - 1) * (n - 2) * s) / tau,
        because="it has one zero, a minimum: the largest value is at an end",
    )
    best = claim(
        largest.subs(a, s ** (1 / n)),
        n * s ** (2 - 2 / n) / tau,
        because="the curvature is largest where the mode is learned",
        eq="(41)",
    )
    passing = (deep_flow().subs(u, s * z) / s) / best
    return claim(
        passing,
        z ** (2 - 2 / n) * (1 - z),
        because="with the rate 1/lambda_1 depth is left in T_n alone",
        eq="(44)",
    )


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
LAYERS = range(2, 7)  # numbers of weight matrices at which statements about any depth are judged
FEWER = (2, 3, 5)     # where there are several claims for each


def squared_error(whole, inputs, targets):
    """Half the mean squared error of a linear map, without the part that no weights change."""
    return trace(inputs*whole.T*whole - 2*targets.T*whole) / 2


def layers(depth):
    """Weight matrices of a network, with the products below and above each of them."""
    if not number_of_weights(depth).is_Integer:
        raise InputError(f"depth={depth}: words are written for one whole number; give one")
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


@derivation(emit=tuple({"depth": depth} for depth in LAYERS))
def deep_matrix_flow(depth=2) -> Flow:
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
        flow = deep_matrix_flow(depth=depth)
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
    for depth in LAYERS:
        _, below, above, whole, inputs, targets = deep_network(depth)
        error = targets - whole*inputs
        each = (above[k]*above[k].T*error*below[k].T*below[k] for k in range(depth))
        claim(derivative_along(deep_matrix_flow(depth=depth), whole), sum(each, 0*whole)/tau,
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
    for depth in LAYERS:
        weights, below, above = layers(depth)
        whole = below.pop()
        x, y = (matrix(name, whole.columns, 1) for name in "xy")  # two inputs
        p, q = (matrix(name, whole.rows, 1) for name in "pq")     # two outputs
        slopes = [(gradient_in(p.T*whole*x, w), gradient_in(q.T*whole*y, w)) for w in weights]
        kernel = sum((trace(one.T*two) for one, two in slopes), 0*p.T*p)
        each = ((p.T*above[k]*above[k].T*q)*(x.T*below[k].T*below[k]*y) for k in range(depth))
        claim(kernel, sum(each, 0*kernel), because="gradients of a product are outer products")


@derivation(kernel=(t, W21, W32, Sigma31))
def riccati():
    """Layers with W2^T W2 - W1 W1^T = lamda I obey a matrix Riccati equation."""
    excess = W32.T*W32 - W21*W21.T
    given(Rule(excess, lamda*identity(N2)))
    flow = gradient_flow(squared_error(W32*W21, identity(N1), Sigma31), (W21, W32))
    whole = BalancedRiccati(
        moves=tuple(flow.items()),
        factors=(W21.T, W32),
        drive=((-lamda/2*identity(N1), Sigma31.T), (Sigma31, lamda/2*identity(N3))),
        excess=excess,
        parameter=lamda,
        wanted=(1, 0),
    )
    for i, j in whole.places():
        claim(derivative_along(flow, whole.square(i, j)), whole.rate(i, j),
              because="P = Q Q^T with Q = [W21^T; W32] moves by F P + P F - P P")
    riccati_solution()  # where P goes from any start; kernels rest on it
    return whole


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
        flow = deep_matrix_flow(depth=depth)
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
        flow = deep_matrix_flow(depth=depth)
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
        flow = deep_matrix_flow(depth=depth)
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


# Conservation laws
#
# What all flows of a network keep, whatever the data and the loss (S. Marcotte, R. Gribonval and
# G. Peyre, "Abide by the law and follow the flow", 2023), what one flow keeps, and what becomes of
# it under weight decay, momentum and finite steps (G. Gidel, F. Bach and S. Lacoste-Julien,
# "Implicit regularization of discrete gradient dynamics in linear neural networks", 2019).

gamma, grown = symbols("gamma z", positive=True)  # friction; what grows as it or weight decay fades
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


def entries_of_imbalance(matrices: list[Matrix]) -> tuple[Expr, ...]:
    """Entries of W W^T - V^T V, for neighbouring layers W and V, on and above the diagonal."""
    differences = [inner * inner.T - outer.T * outer for inner, outer in pairwise(matrices)]
    return tuple(d[i, j] for d in differences for i in range(d.rows) for j in range(i, d.rows))


@derivation
def two_layer_laws():
    """Two layers keep W1 W1^T - W2^T W2; areas too, if there is one input and one output."""
    matrices = weights(2, 3, 2)
    claim(
        laws_of(matrices).laws,
        entries_of_imbalance(matrices),
        because="W2 W1 = (W2 G^-1)(G W1), and symmetric generators of G give laws",
    )
    (a1, a2), (b1, b2) = matrices = weights(1, 2, 1)
    kept = {*entries_of_imbalance(matrices), a1*b2 - a2*b1}
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
    claim(laws.laws, entries_of_imbalance(matrices),
          because="neighbouring layers are a two-layer network")
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
    timed = Flow({**dict(decay.items()), grown: 2*mu*z})
    claim(Conserved(grown*(a**2 - b**2), timed), because="z grows as the imbalance shrinks")
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
    timed = Flow({**moving, **damped, grown: gamma*z})
    claim(
        Conserved(grown*(a1*v2 - a2*v1 + b1*w2 - b2*w1), timed),
        because="a -> a + k J a, b -> b + k J b with the quarter turn J leaves the loss as it is",
    )
    claim(
        Conserved(grown*(a1*w2 - a2*w1 + b1*v2 - b2*v1), timed),
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
    before = Matrix(entries_of_imbalance(matrices))
    claim(
        Matrix(entries_of_imbalance(after)) - before,
        eta**2 * Matrix(entries_of_imbalance(forces)),
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


# Simulations
#
# Networks of small matrices in random bases, followed numerically: each draw is one network, whose
# data mix all modes and whose weights hide them.

ACCURACY = 1e-9  # relative error of one simulation, by its steps
NETWORKS, UNITS = 20, 3  # how many are drawn, and how wide each layer is


def random_bases(generator, count):
    """Orthogonal matrices between the units of each layer and the modes."""
    return [np.linalg.qr(generator.standard_normal((NETWORKS, UNITS, UNITS)))[0]
            for _ in range(count)]


def first_mode(whole, bases):
    """The strength of the first mode in the product of all layers."""
    above, below = bases[-1][:, :, 0], bases[0][:, :, 0]
    return np.einsum("ki,kij,kj->k", above, whole, below)


def simulated_mode(generator, starts, strengths, time, time_constant=1.0):
    """Strengths at some time of the first mode of networks with such weights of each mode.

    `starts` has a row for each layer and a column for each mode.
    """
    weights, *_, correlations, targets = deep_network(len(starts))
    bases = random_bases(generator, len(starts) + 1)
    turned = [np.swapaxes(basis, 1, 2) for basis in bases]
    start = {w: above * row @ below
             for w, row, below, above in zip(weights, starts, turned, bases[1:], strict=False)}
    data = {correlations: np.eye(UNITS), targets: bases[-1] * strengths @ turned[0]}
    found = simulate(deep_matrix_flow(depth=len(starts)), start, [time],
                     values={**data, tau: time_constant})
    return first_mode(reduce(lambda whole, w: found[w][0] @ whole, weights, np.eye(UNITS)), bases)


def others(generator, first):
    """Numbers of all modes: the first that is given, the others like it."""
    return np.array([first, *(first * generator.uniform(0.3, 3.0, UNITS - 1))])


@derivation
def simulated_curve():
    """Networks of two layers, descending on all modes at once, learn one as the curve says."""
    def draw(generator, size, at):
        starts = np.sqrt(others(generator, at["u0"]))
        return simulated_mode(generator, [starts, starts], others(generator, at["s"]), at["t"],
                              at["tau"])

    simulation = Simulation("two layers in random bases, both weights balanced", draw,
                            (t, u0, s, tau), size=NETWORKS, accuracy=ACCURACY)
    claim(Equal(simulation, learning_curve()), because="modes do not meet")


@derivation
def simulated_imbalance():
    """Networks of two layers whose layers differ in size learn a mode by the uniform solution."""
    def draw(generator, size, at):
        starts = [others(generator, at["a0"]), others(generator, at["b0"])]
        return simulated_mode(generator, starts, others(generator, at["s"]), at["t"], at["tau"])

    simulation = Simulation("two layers in random bases, weights of any sizes", draw,
                            (t, a0, b0, s, tau), size=NETWORKS, accuracy=ACCURACY)
    claim(Equal(simulation, mode()[2].subs(strength, s)), because="modes do not meet")


@derivation
def simulated_depth():
    """Networks of three layers reach a strength in the time that was derived for it."""
    time = deep_time(n=3)

    def draw(generator, size, at):
        point = {u0: Rational(at["u0"]), u_f: Rational(at["u_f"]), s: Rational(at["s"]), tau: 1}
        starts = others(generator, at["u0"]) ** (1 / 3)
        return simulated_mode(generator, [starts]*3, others(generator, at["s"]),
                              float(time.subs(point)))

    simulation = Simulation("three layers in random bases, all weights balanced", draw,
                            (u0, u_f, s), size=NETWORKS, accuracy=ACCURACY)
    claim(Equal(simulation, u_f), because="modes do not meet", where=(u0 < u_f, u_f < s))


# Random weights
#
# Gains and singular values of networks as they are initialised. Of the theory of tanh networks here
# is only what the claims about single depths need.

phi, psi = symbols("phi psi", real=True)  # direction of a column; of a fixed axis
received = Symbol("z", real=True)  # what a unit receives
q, q0 = symbols("q q0", positive=True)  # its variance; in the first layer
gain = Symbol("g", positive=True)  # standard deviation of weights, times the root of the width


@derivation
def critical_gain():
    """At gain 1 the mean squared singular value of a tanh network falls like 1/depth.

    A layer with orthogonal weights multiplies it by E[tanh'(z)^2], and takes the variance q of z to
    E[tanh(z)^2]. The paper has singular values of order 1 for a hundred layers: that holds of their
    spread around the mean, not of the mean.
    """
    curve = tanh(received).series(received, 0, 6).removeO()
    after = claim(
        gaussian_expectation((curve**2).series(received, 0, 6).removeO(), received, q),
        q - 2 * q**2,
        because="moments 1 and 3 of a Gaussian",
    )
    factor = claim(
        gaussian_expectation((curve.diff(received) ** 2).series(received, 0, 4).removeO(),
                             received, q),
        1 - 2 * q,
        because="tanh' = 1 - z^2 + ...",
    )
    claim(
        AsymptoticTo(1 / after - 1 / q, 2, q, 0),
        because="1/q grows by 2 in each layer",
    )
    claim(
        AsymptoticTo(log(factor), -2 * q, q, 0),
        because="so the mean square falls by the share by which q does",
    )
    mean = Symbol("M", positive=True)
    layer = Flow({q: after - q, mean: (factor - 1) * mean})
    claim(
        Conserved(mean / q, layer),
        because="both fall by the share 2 q per layer",
    )
    variance = solve_separable(layer[q], q, q0, t)
    return claim(
        AsymptoticTo(variance / q0, 1 / (2 * q0 * t), t),
        because="the mean square is q/q0 after t layers, which forgets q0 but for its constant",
    )


@derivation(kernel=(q,))
def tanh_variance():
    """E[tanh(z)^2] for z ~ N(0, q): a layer of gain g takes the variance q to g^2 times it."""
    claim(
        AsymptoticTo(tanh(received), received, received, 0), because="so for small q it is near q"
    )
    return define("V", gaussian_integral(tanh(received) ** 2, received, q))


@derivation(kernel=(q, gain))
def tanh_slope():
    """g^2 E[sech(z)^4]: by how much a layer of gain g multiplies squared gradients."""
    slope = claim(
        tanh(received).diff(received),
        1 - tanh(received) ** 2,
        because="the slope of tanh is sech^2",
    )
    return gain**2 * define("E[tanh'^2]", gaussian_integral(slope**2, received, q))


@derivation
def uniform_orthogonal():
    """Columns of Q, of a QR decomposition by reflections, are uniform once R has positive diagonal.

    Shown for the first column of matrices with two rows, along any axis. Q as it comes has a first
    entry that is never positive.
    """
    x, axis = Matrix([cos(phi), sin(phi)]), Matrix([cos(psi), sin(psi)])

    def mean(right: Expr, left: Expr) -> Expr:
        """Over all directions, of what stands where x_1 is positive, and where it is negative."""
        halves = right, left.subs(phi, phi + pi)
        primitives = [antiderivative(expand(half), phi) for half in halves]
        ends = (F.subs(phi, pi / 2) - F.subs(phi, -pi / 2) for F in primitives)
        return sum(ends, S.Zero) / (2 * pi)

    reflected = [-way * x for way in (1, -1)]  # onto the first axis, away from x: nothing cancels
    claim(
        mean(*(column.dot(axis) for column in reflected)),
        -2 * cos(psi) / pi,
        because="the sign that is chosen never lets the first entry be positive",
    )
    diagonal = claim(
        [column.dot(x) for column in reflected],
        [-1, 1],
        because="the first entry of R = Q^T X",
    )
    uniform = [r * column for r, column in zip(diagonal, reflected, strict=True)]
    claim(uniform, [x, x], because="both signs are the same")
    return claim(
        mean(*(column.dot(axis) for column in uniform)),
        0,
        because="the law of x is the same after any rotation",
    )


varphi = Symbol("varphi", positive=True)  # argument of x times the mean resolvent
zeta = Symbol("z", positive=True)  # argument of S-transforms
size = Symbol("N", integer=True, positive=True)  # rows and columns of square weights


def random_product(depth: int) -> tuple[MatrixWord, dict[MatrixWord, Expr]]:
    """A product of square Gaussian weights whose entries have the variance 1/N."""
    weights = [matrix(f"W{k + 1}", size, size) for k in range(depth)]
    return reduce(lambda inner, outer: outer * inner, weights), dict.fromkeys(weights, 1 / size)


@derivation
def orthogonal_products():
    """All singular values of a product of orthogonal weights are 1."""
    for depth in FEWER:
        whole, weights = random_product(depth)
        claim(whole.T * whole, identity(size), because="the inner squares are 1, one by one",
              where=[orthonormal(W) for W in weights])


@derivation
def gaussian_products():
    """Gaussian weights keep lengths in the mean, and spread singular values more in each layer."""
    v = matrix("v", size, 1)
    for depth in FEWER:
        whole, variances = random_product(depth)
        claim(gaussian_mean(v.T * whole.T * whole * v, variances), v.T * v,
              because="E[W^T W] = 1, one layer after the other")
    for depth, order in ((1, 2), (1, 3), (1, 4), (2, 2), (2, 3), (3, 2), (3, 3)):
        whole, variances = random_product(depth)
        mean = gaussian_mean(trace((whole * whole.T) ** order), variances)
        ((_, value),) = mean.terms
        claim(Poly(expand(value / size), 1 / size).eval(0),
              binomial(depth * order + order, order) / Integer(depth * order + 1),
              because="the leading term in 1/N, of the pairings without crossings")


@derivation
def fuss_catalan_numbers():
    """The squared singular values of n large Gaussian factors have Fuss-Catalan numbers as moments.

    Their mean square is n + 1 times the squared mean: the variance grows with depth.
    """
    n = depth
    transform = s_transform((1, 2, 5, 14), zeta)
    claim(
        transform,
        series(1 / (1 + zeta), zeta, 0, 4).removeO(),
        because="the Catalan numbers, moments of one factor",
    )
    whole = free_product((1 + zeta) ** (-n))
    for order, moment in enumerate(moments_of(whole, zeta, 4), start=1):
        claim(
            moment,
            binomial(n * order + order, order) / (n * order + 1),
            because="Lagrange's inversion: coefficients of (1 + z)^((n + 1) k)",
        )
    return whole


@derivation
def fuss_catalan_law():
    """The density of squared singular values x of n large Gaussian factors: (x, density).

    x(phi) = sin((n + 1) phi)^(n + 1)/(sin(phi) sin(n phi)^n), 0 < phi < pi/(n + 1)
    """
    n = depth
    given(varphi < pi / (n + 1))
    upper, lower, base = sin((n + 1) * varphi), sin(n * varphi), sin(varphi)
    r = upper / lower
    B = Symbol("B", positive=True)
    claim(
        spectral_argument(fuss_catalan_numbers(), zeta, B),
        B ** (n + 1) / (B - 1),
        because="B^(n + 1) - x B + x = 0",
        where=B > 1,
    )
    claim(
        (r * cos(varphi) - 1, r * base),
        (base / lower * cos((n + 1) * varphi), base / lower * upper),
        because="B = r e^(i phi): B^(n + 1) and B - 1 have one direction, so that x is real",
    )
    squared = claim(
        r ** (n + 1) / (base / lower),
        upper ** (n + 1) / (base * lower**n),
        because="the quotient of their lengths",
    )
    density = claim(
        r * base / (pi * squared),
        base**2 * lower ** (n - 1) / (pi * upper**n),
        because="-Im(B/x)/pi",
    )
    claim(
        squared.diff(varphi) / squared,
        -((n * cot(n * varphi) - cot(varphi)) ** 2 + (n + 1) ** 2) * base * lower / upper,
        because="a negative slope: x falls from its upper edge to 0",
    )
    for factors in FEWER:
        largest = Rational((factors + 1) ** (factors + 1), factors**factors)
        claim(
            AsymptoticTo(squared.subs(n, factors), largest, varphi, 0),
            because="the upper edge (n + 1)^(n + 1)/n^n",
        )
        claim(
            (density ** (n + 1) * squared**n).subs(n, factors),
            (base ** (n + 2) / (pi ** (n + 1) * lower)).subs(n, factors),
            because="near 0 the density is sin(pi/(n + 1))/pi times x^(-n/(n + 1))",
        )
    return squared, density


@derivation
def marchenko_pastur():
    """One factor: the density of squared singular values is sqrt(x (4 - x))/(2 pi x)."""
    given(varphi < pi / 2)
    squared, density = (part.subs(depth, 1) for part in fuss_catalan_law())
    claim(squared, 4 * cos(varphi) ** 2, because="double angle")
    x = squared
    claim((2 * pi * x * density) ** 2, x * (4 - x), because="sin^2 = 1 - cos^2")


@derivation
def fuss_catalan_moments():
    """The density has the mass 1 and the moments that it was made from."""
    squared, density = fuss_catalan_law()
    c = cos(varphi)
    for n in (1, 2, 5):
        above, below = chebyshevu(n, c), chebyshevu(n - 1, c)
        place = claim(
            squared.subs(depth, n),
            above ** (n + 1) / below**n,
            because="sin((n + 1) phi) = sin(phi) U_n(cos(phi))",
            where=varphi < pi / (n + 1),
        )
        share = claim(
            -(density * squared.diff(varphi)).subs(depth, n),
            ((n * chebyshevt(n, c) / below - c) ** 2 + (n + 1) ** 2 * sin(varphi) ** 2) / pi,
            because="what lies in a piece of phi",
            where=varphi < pi / (n + 1),
        )
        for order in (0, 1, 2):
            claim(
                Integral(share * place**order, (varphi, 0, pi / (n + 1))),
                binomial(n * order + order, order) / Integer(n * order + 1),
                because="quadrature",
            )
