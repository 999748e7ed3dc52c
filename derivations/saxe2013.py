"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    LambertW,
    Limit,
    Matrix,
    Ne,
    Or,
    Piecewise,
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
from sympy.logic.boolalg import Boolean, true

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
from symdyn.errors import InputError

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


def heavy_half(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr, Expr]:
    """(w, p, q, D e^(-x)) of a start (m, w) with |m| >= |w|: sums of positive terms.

    In the eigenvectors (p, s)/sqrt(q) and (-s, p)/sqrt(q) of the linear flow, with p = w + c/2 and
    q = 2 w p, the start has the components (p m + s w)/sqrt(q) and (p w - s m)/sqrt(q).
    """
    imbalance = (m - w) * (m + w)
    rate = sqrt(strength**2 + imbalance**2 / 4)
    p = rate + imbalance / 2
    decay = exp(-2 * rate * t / tau)
    clock = (1 - decay) / (2 * rate)
    grown, shrunk = p * m + strength * w, p * w - strength * m
    return p, decay, clock, decay + clock * (grown**2 + shrunk**2 * decay) / (2 * rate * p)


def stable_mode(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr]:
    """(m(t), w(t), (s - u)/(s - u0)) of a start with |m| >= |w|; nothing cancels that need not."""
    p, decay, clock, divisor = heavy_half(m, w)
    larger = (m * (decay + clock * p) + strength * w * clock) / sqrt(divisor)
    smaller = (w * (decay + clock * strength**2 / p) + strength * m * clock) / sqrt(divisor)
    return larger, smaller, decay / divisor


def standing_mode(m: Expr, w: Expr) -> tuple[Expr, Expr, Expr]:
    """The same where s = 0 and |m| = |w|: the linear flow stands still."""
    divisor = 1 + (m**2 + w**2) * t / tau
    return m / sqrt(divisor), w / sqrt(divisor), 1 / divisor


@derivation
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
    standing = Limit(divisor_at(2 * s * t / tau).subs({c0: 0, strength: s, first: u0}), s, 0)
    claim(
        standing,
        1 + 2 * u0 * t / tau,
        because="sinh(x) is x to first order, and G is of the order of w",
    )
    m, w = (Piecewise((x, heavy), (y, True)) for x, y in ((a0, b0), (b0, a0)))
    still = And(Eq(strength, 0), Eq(a0**2, b0**2))
    larger, smaller, remains = (
        Piecewise((there, still), (here, True))
        for there, here in zip(standing_mode(m, w), stable_mode(m, w), strict=True)
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


@derivation
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
        (oo, And(crosses, Ne(first, last))),
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


depth = Symbol("n", integer=True, positive=True)  # number of weight matrices
z = Symbol("z", positive=True)  # u/s
x = Symbol("x", real=True)  # one weight among equal others


@derivation
def deep_flow(n: Expr | int = depth):
    """A mode of n equal weights a grows as u' = n u^(2 - 2/n) (s - u)/tau, with u = a^n."""
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
    slowness = claim(
        (1 / deep_flow()).subs(depth, n).subs(u, w**n) * (w**n).diff(w),
        tau / (w ** (n - 1) * (s - w**n)),
        because="the flow of one weight",
        where=w**n < s,
    )
    return antiderivative(slowness, w).subs(w, u ** Rational(1, n))


def with_depth(expr: Expr, n: Expr | int) -> Expr:
    """An expression for a number n of weight matrices, or for any."""
    if S(n).is_number and not (S(n).is_Integer and n >= 1):
        raise InputError(f"n={n}: the number of weight matrices is a whole number of at least 1")
    return expr.subs(depth, n)


def deep_stretch(start: Expr, end: Expr, n: Expr | int) -> Expr:
    """The time of a deep mode from one strength to another, both on one side of s."""
    below = hypergeometric_time(end, S(n)) - hypergeometric_time(start, S(n))
    above = time_from_above(s / end, S(n)) - time_from_above(s / start, S(n))
    return Piecewise((below, start < s), (above, True))


DEPTHS = ({}, {"n": 1}, {"n": 2}, {"n": 3})


@derivation(emit=DEPTHS)
def deep_time(n: Expr | int = depth):
    """The time in which a mode of n weights goes from one strength to another."""
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


@derivation
def infinite_depth_time():
    """The time in units of tau/n, for very many weights, from one strength to another."""
    rate = claim(
        Limit(deep_flow() * tau / depth, depth, oo),
        u**2 * (s - u),
        because="u^(2 - 2/n) tends to u^2",
        eq="(16)",
    )
    primitive = antiderivative(1 / rate, u)
    same_side = on_one_side(u0, u_f, s)
    time = claim(
        primitive.subs(u, u_f) - primitive.subs(u, u0),
        log(u_f * (s - u0) / (u0 * (s - u_f))) / s**2 + 1 / (s * u0) - 1 / (s * u_f),
        because="partial fractions",
        eq="(17)",
        where=same_side,
    )
    return Piecewise((time, same_side), (oo, True))


def depth_integral(v: Expr, n: Expr) -> Expr:
    """An antiderivative of 1/(v^(2 - 2/n) (1 - v))."""
    grown = n / 2 * v ** (2 / n) * hyper((1, 2 / n), (1 + 2 / n,), v)
    return grown - v ** (2 / n - 1) / (1 - 2 / n)


v0, v_f = symbols("v0 v_f", positive=True)  # u/s at t = 0 and in the end


@derivation(kernel=(v0, v_f), emit=({}, {"n": 5}))
def depth_time(n: Expr | int = depth):
    """T_n: the time from v0 s to v_f s in units in which the learning rate is best for depth n."""
    given(v0 < 1, v_f < 1)
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
    return passed.subs(u, v_f) - passed.subs(u, v0)


T = Symbol("T", nonnegative=True)  # time in units of tau/n
y, y0 = symbols("y y0", real=True)  # s/u - 1


@derivation
def infinite_depth_curve():
    """The strength after a time T, in units of tau/n, for very many weights: Lambert's function."""
    rate = u**2 * (s - u)
    growth = claim(
        ((s / u - 1).diff(u) * rate).subs(u, s / (1 + y)),
        -(s**2) * y / (1 + y),
        because="y = s/u - 1",
        where=y > -1,
    )
    given(y0 > -1)
    solution = claim(
        solve_separable(growth, y, y0, T),
        LambertW(y0 * exp(y0 - s**2 * T)),
        because="y + log(y) falls at the rate s^2",
    )
    curve = s / (1 + solution.subs(y0, s / u0 - 1))
    claim(curve.diff(T), curve**2 * (s - curve), because="the curve obeys the flow")
    claim(curve.subs(T, 0), u0, because="W(y0 e^y0) = y0 for y0 > -1")
    return curve


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
