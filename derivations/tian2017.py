"""Population gradient dynamics of two-layer ReLU networks.

Yuandong Tian, "An analytical formula of population gradient for two-layered ReLU network and its
applications in convergence and critical point analysis", International Conference on Machine
Learning, 2017, arXiv:1703.00560.
"""

from __future__ import annotations

from symdyn.library.cho2009 import arccos
from symdyn.library.cho2009 import c as correlation
from sympy import (
    Expr,
    Integer,
    Integral,
    Matrix,
    Rational,
    S,
    Symbol,
    atan,
    betainc_regularized,
    cos,
    cot,
    erf,
    exp,
    expand,
    gamma,
    nsolve,
    pi,
    sin,
    sqrt,
    symbols,
)
from sympy import hessian as hessian_of

from symdyn import (
    AsymptoticTo,
    Bounded,
    Conserved,
    Flow,
    Solves,
    claim,
    define,
    derivation,
    derivative_along,
    given,
    gradient_flow,
    relu,
    solve_separable,
)
from symdyn.calculus.activations import leaky_relu
from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.equivariant import EquivariantVector, Vector, angle, inner, length, norm
from symdyn.calculus.equivariant_matrix import IDENTITY, EquivariantMatrix, outer
from symdyn.calculus.gaussian_input import expectation, expectation_of_input
from symdyn.calculus.linear_ode import solve_linear
from symdyn.calculus.node_sums import BlockHessian, NodeSum
from symdyn.calculus.nodes import Nodes
from symdyn.calculus.pair_sums import PairSum, expected_quadratic
from symdyn.calculus.polar_invariants import polar
from symdyn.calculus.vector_calculus import gradient as gradient_in
from symdyn.calculus.vector_calculus import hessian as hessian_in

w, w_star = Vector("w"), Vector("w_star")  # a student and a teacher node
e = Vector("e")  # any other direction
r, R = length(w), length(w_star)
theta = angle(w, w_star)
z, y = symbols("z y", real=True)  # projections of the input
student, teacher = symbols("student teacher", real=True)  # outputs of the two networks
K, M = symbols("K M", integer=True, positive=True)  # numbers of nodes
a, a_star = symbols("a a_star", real=True)  # output weights
t = Symbol("t", nonnegative=True)  # time

activation = relu
input_variance = Integer(1)


def population_loss(student: Expr, teacher: Expr) -> Expr:
    """Loss on one input."""
    return (student - teacher) ** 2 / 2


def slope(function: Expr, variable: Symbol) -> Expr:
    """Derivative of an activation."""
    return function.diff(variable)


def pair(one: Vector, two: Vector) -> Expr:
    """E[s(<one, x>) s(<two, x>)] by definition."""
    projections = {z: one, y: two}
    return expectation(activation(z) * activation(y), projections, variance=input_variance)


def single(one: Vector) -> Expr:
    """E[s(<one, x>)^2] by definition."""
    return expectation(activation(z) ** 2, {z: one}, variance=input_variance)


def one_node_loss() -> Expr:
    """Population loss of one student and one teacher."""
    outputs = {student: Nodes(w, S.One), teacher: Nodes(w_star, S.One)}
    members = {nodes: [(nodes.vector, S.One)] for nodes in outputs.values()}
    form = population_loss(student, teacher)
    return expected_quadratic(form, outputs, one=single, two=pair).expanded(members)


# The formulas that the paper prints, for the right-hand sides below.


def printed_pair(one: Vector, two: Vector) -> Expr:
    """|w| |v| (sin theta + (pi - theta) cos theta) / (2 pi)."""
    between = angle(one, two)
    return length(one) * length(two) * (sin(between) + (pi - between) * cos(between)) / (2 * pi)


def printed_force(one: Vector, two: Vector) -> EquivariantVector:
    """((pi - theta) v + |v| sin(theta) w/|w|) / (2 pi)."""
    between = angle(one, two)
    pull = length(two) * sin(between) / length(one)
    return ((pi - between) * two + pull * one) / (2 * pi)


def unit(one: Vector) -> EquivariantVector:
    """w/|w|."""
    return one / length(one)


def normal(one: Vector, two: Vector) -> EquivariantVector:
    """Unit vector orthogonal to the first one, on the side of the second."""
    between = angle(one, two)
    return (unit(two) - cos(between) * unit(one)) / sin(between)


def printed_same(one: Vector, two: Vector) -> EquivariantMatrix:
    """A(w, v) = |v| sin(theta)/(2 pi |w|) (I - e e^T + n n^T)."""
    n = normal(one, two)
    frame = IDENTITY - outer(unit(one), unit(one)) + outer(n, n)
    return length(two) * sin(angle(one, two)) / (2 * pi * length(one)) * frame


def printed_mixed(one: Vector, two: Vector) -> EquivariantMatrix:
    """B(w, v) = ((pi - theta) I + e_v n_v^T + e_w n_w^T) / (2 pi)."""
    swap = outer(unit(two), normal(two, one)) + outer(unit(one), normal(one, two))
    return ((pi - angle(one, two)) * IDENTITY + swap) / (2 * pi)


students, teachers = Nodes(w, K), Nodes(w_star, M)
weighted_students, weighted_teachers = Nodes(w, K, a), Nodes(w_star, M, a_star)


@derivation
def pair_expectation():
    """The expected product of two nodes is the arc-cosine kernel of degree 1."""
    given(theta < pi)
    kernel = define("k", pair(w, w_star))
    claim(
        polar(kernel),
        polar(r * R * arccos(degree=1).subs(correlation, cos(theta))),
        because="both nodes are homogeneous, so that lengths come out of the expectation",
    )
    claim(
        polar(kernel),
        printed_pair(w, w_star),
        because="integrate over the half-planes where both nodes are active, in polar coordinates",
    )
    claim(single(w), inner(w, w) / 2, because="half of the inputs are active")
    return kernel


@derivation(kernel=(e, w))
def gate():
    """Gating an input by two half-spaces leaves a combination of their normals."""
    given(angle(e, w) < pi)
    active = slope(activation(z), z) * slope(activation(y), y) * y
    gated = polar(expectation_of_input(active, {z: e, y: w}, variance=input_variance))
    return claim(
        gated,
        ((pi - angle(e, w)) * w + length(w) * sin(angle(e, w)) * unit(e)) / (2 * pi),
        because="only the part of the input in the span of e and w has a mean",
    )


@derivation(kernel=(students, teachers))
def loss():
    """The population loss is a sum over pairs of nodes."""
    given(theta < pi, angle(w, students.second) < pi, angle(w_star, teachers.second) < pi)
    form = define("loss on one input", population_loss(student, teacher))
    outputs = {student: students, teacher: teachers}
    derived = polar(expected_quadratic(form, outputs, one=single, two=pair))
    return claim(
        derived,
        PairSum(
            ((students, r**2 / 4), (teachers, R**2 / 4)),
            (
                (students, students, printed_pair(w, students.second) / 2),
                (students, teachers, -printed_pair(w, w_star)),
                (teachers, teachers, printed_pair(w_star, teachers.second) / 2),
            ),
        ),
        because="the expectation of the square is taken pair by pair",
    )


@derivation(kernel=(w, w_star))
def single_loss():
    """One node: the loss vanishes with the distance to the teacher."""
    given(theta < pi)
    derived = polar(one_node_loss())
    squared = inner(w - w_star, w - w_star)
    return claim(
        derived,
        polar(squared) / 4 - r * R * (sin(theta) - theta * cos(theta)) / (2 * pi),
        because="the part of the pair term that contains pi completes the square",
    )


@derivation(kernel=(students, teachers))
def gradient():
    """The gradient of the population loss, from the covariance chain rule."""
    derived = polar(loss().gradient(students))
    return claim(
        derived,
        NodeSum(
            students,
            w / 2,
            (
                (students, printed_force(w, students.second)),
                (teachers, -printed_force(w, w_star)),
            ),
        ),
        because="d/dw of k(<w, w>, <w, v>, <v, v>) is 2 k_1 w + k_2 v",
    )


@derivation
def gradient_two_ways():
    """The mean of the gradients on single inputs is the gradient of the mean loss.

    On one input the gradient in w_j is (dloss/dstudent) s'(<w_j, x>) x, and dloss/dstudent is a
    sum over the nodes of both networks: every term is a gating expectation.
    """
    error = population_loss(student, teacher).diff(student)
    active = slope(activation(z), z)
    own = expectation_of_input(active * activation(z), {z: w}, variance=input_variance)
    seen = [
        expectation_of_input(active * activation(y), {z: w, y: other}, variance=input_variance)
        for other in (students.second, w_star)
    ]
    ahead, behind = error.diff(student), error.diff(teacher)
    others = ((students, ahead * seen[0]), (teachers, behind * seen[1]))
    return claim(
        polar(NodeSum(students, ahead * own, others)),
        gradient(),
        because="expectation and derivative can be exchanged: the activation is Lipschitz",
    )


def weighted_loss() -> PairSum:
    """The population loss with output weights."""
    given(theta < pi, angle(w, students.second) < pi, angle(w_star, teachers.second) < pi)
    outputs = {student: weighted_students, teacher: weighted_teachers}
    return expected_quadratic(population_loss(student, teacher), outputs, one=single, two=pair)


@derivation(kernel=(weighted_students, weighted_teachers, a, a_star))
def weighted_gradient():
    """Output weights enter as factors: a_j and a_k stand before each term."""
    ours, theirs = weighted_students, weighted_teachers
    return claim(
        polar(weighted_loss().gradient(ours)),
        NodeSum(
            ours,
            a**2 * w / 2,
            (
                (ours, a * ours.second_weight * printed_force(w, ours.second)),
                (theirs, -a * a_star * printed_force(w, w_star)),
            ),
        ),
        because="the loss is quadratic in the outputs",
    )


@derivation(kernel=(weighted_students, weighted_teachers, a, a_star))
def weighted_hessian():
    """Output weights enter the blocks of the Hessian as they do the gradient."""
    ours, theirs = weighted_students, weighted_teachers
    both = a * ours.second_weight
    same = NodeSum(
        ours,
        a**2 / 2 * IDENTITY,
        (
            (ours, both * printed_same(w, ours.second)),
            (theirs, -a * a_star * printed_same(w, w_star)),
        ),
    )
    return claim(
        polar(weighted_loss().hessian(ours)),
        BlockHessian(same, both * printed_mixed(w, ours.second)),
        because="each pair contributes the second derivatives of its expectation",
    )


@derivation(kernel=(w, w_star))
def single_gradient():
    """One node: the gradient of the population loss in the form that the paper prints."""
    derived = polar(gradient_in(single_loss(), w))
    return claim(
        derived,
        (w - w_star) / 2 + (theta * w_star - R / r * sin(theta) * w) / (2 * pi),
        because="the covariance chain rule",
    )


@derivation
def hessian_blocks():
    """Second derivatives of the pair expectation: a projector and a reflection."""
    kernel = pair_expectation()
    mixed = claim(
        polar(hessian_in(kernel, w, w_star)),
        printed_mixed(w, w_star),
        because="differentiate 2 k_1 w + k_2 v in v",
    )
    reflection = (2 * pi * mixed - (pi - theta) * IDENTITY) / sin(theta)
    claim(
        polar(reflection @ unit(w)),
        unit(w_star),
        because="the reflection exchanges the directions of w and v",
    )
    claim(polar(reflection @ unit(w_star)), unit(w), because="and back")
    return claim(
        polar(hessian_in(kernel, w, w)),
        printed_same(w, w_star),
        because="differentiate 2 k_1 w + k_2 v in w",
    )


@derivation(kernel=(students, teachers))
def hessian():
    """The Hessian of the population loss consists of the blocks of its pairs."""
    derived = polar(loss().hessian(students))
    other = students.second
    same = NodeSum(
        students,
        IDENTITY / 2,
        ((students, printed_same(w, other)), (teachers, -printed_same(w, w_star))),
    )
    return claim(
        derived,
        BlockHessian(same, printed_mixed(w, other)),
        because="each pair contributes the second derivatives of its expectation",
    )


@derivation
def single_spectrum():
    """One node: three eigenvalues, along w, across it in the plane of w and w*, and outside."""
    curvature = hessian_in(single_loss(), w, w)
    outside = Vector("x")
    orthogonal = {inner(w, outside): 0, inner(w_star, outside): 0}
    across = normal(w, w_star)
    ratio = define("(R/r) sin(theta)", R / r * sin(theta))
    claim(polar(curvature @ w), w / 2, because="the loss is quadratic along a ray")
    claim(
        polar(curvature @ across),
        (Rational(1, 2) - ratio / pi) * across,
        because="A(w, w*) is (R/r) sin(theta)/(2 pi) times I - e e^T + n n^T",
    )
    return claim(
        polar((curvature @ outside).subs(orthogonal)),
        (Rational(1, 2) - ratio / (2 * pi)) * outside,
        because="what is orthogonal to w and w* meets the identity alone",
    )


@derivation
def leaky_gradient():
    """A leaky ReLU of any slope mixes the linear network and the ReLU."""
    given(theta < pi)
    a = Symbol("a", real=True)
    product = leaky_relu(z, a) * leaky_relu(y, a)
    kernel = expectation(product, {z: w, y: w_star}, variance=input_variance)
    same = expectation(leaky_relu(z, a) ** 2, {z: w}, variance=input_variance)
    form = population_loss(student, teacher)
    weight, cross = form.diff(student, 2) / 2, form.diff(student, teacher)
    derived = polar(weight * gradient_in(same, w) + cross * gradient_in(kernel, w))
    scale, bend = (1 + a**2) / 2, (1 - a) ** 2 / (2 * pi)
    return claim(
        derived,
        scale * (w - w_star) + bend * (theta * w_star - R / r * sin(theta) * w),
        because="the covariance chain rule; a = 0 is the ReLU, a = 1 the linear network",
    )


@derivation
def erf_gradient():
    """The pair expectation of erf(z/sqrt(2)) and its gradient."""
    given(theta < pi)
    product = erf(z / sqrt(2)) * erf(y / sqrt(2))
    kernel = expectation(product, {z: w, y: w_star}, variance=input_variance)
    q11, q12, q22 = inner(w, w), inner(w, w_star), inner(w_star, w_star)
    volume = sqrt((1 + q11) * (1 + q22) - q12**2)
    claim(
        polar(gradient_in(kernel, w)),
        polar(2 / (pi * volume) * (w_star - q12 / (1 + q11) * w)),
        because="the covariance chain rule",
    )
    return kernel


w_0 = Vector("w_0")  # the student at t = 0
r_0, theta_0 = length(w_0), angle(w_0, w_star)
q, q_0 = symbols("q q_0", positive=True)  # 1/r
c, c_0 = symbols("c c_0", real=True)  # cot(theta)
u, u_0 = symbols("u u_0", positive=True)  # r sin(theta)/(pi - theta)


def first_integral(r: Expr, theta: Expr) -> Expr:
    """The quantity that a trajectory of one node keeps."""
    return ((pi - theta) * R / r - pi * cos(theta)) / sin(theta)


@derivation
def polar_flow():
    """One node: its length and its angle to the teacher move on their own."""
    flow = gradient_flow(single_loss(), (w,))
    longer = claim(
        polar(derivative_along(flow, norm(w))),
        -r / 2 + R / (2 * pi) * ((pi - theta) * cos(theta) + sin(theta)),
        because="|w|' = <w, w'>/|w|",
    )
    turning = claim(
        polar(derivative_along(flow, theta)),
        -R / (2 * pi * r) * (pi - theta) * sin(theta),
        because="the derivative of acos(<w, w*>/(|w| |w*|))",
    )
    return Flow({r: longer, theta: turning})


@derivation
def single_critical_points():
    """One node: the teacher is the only critical point."""
    slopes = single_gradient()
    claim(
        slopes.coefficient(w_star),
        -(pi - theta) / (2 * pi),
        because="w and w* are independent for 0 < theta < pi, and this does not vanish there",
    )
    radial = polar(inner(slopes, unit(w)))
    claim(radial.subs(theta, 0), (r - R) / 2, because="on the ray of w* only w* itself is left")
    return claim(radial.subs(theta, pi), r / 2, because="on the opposite ray w always shrinks")


@derivation
def orbit():
    """One node: along an orbit the inverse length is linear in its own rate of change."""
    given(theta < pi, theta_0 < pi)
    flow = polar_flow()
    rate = (derivative_along(flow, 1 / r) / flow[theta]).subs(r, 1 / q)
    solution = solve_linear(rate, q, q_0, theta, start=theta_0)
    kept = first_integral(1 / q_0, theta_0)
    return claim(
        solution,
        (kept * sin(theta) + pi * cos(theta)) / (R * (pi - theta)),
        because="the integrating factor is (pi - theta)/sin(theta), the rest an integral of csc^2",
    )


@derivation
def single_first_integral():
    """One node: a first integral of the gradient flow."""
    constant = define("C", first_integral(r, theta))
    claim(
        first_integral(1 / orbit(), theta),
        first_integral(1 / q_0, theta_0),
        because="solve the orbit for its constant",
    )
    return claim(Conserved(constant, polar_flow()), because="the constant of the orbit")


@derivation
def angle_in_time():
    """One node: the cotangent of the angle grows exponentially."""
    given(theta < pi, theta_0 < pi)
    flow = polar_flow()
    turning = derivative_along(flow, cot(theta))
    constant = Symbol("C", real=True)
    length_on_orbit = (pi - theta) * R / (constant * sin(theta) + pi * cos(theta))
    claim(first_integral(length_on_orbit, theta), constant, because="solve C for r")
    rate = claim(
        turning.subs(r, length_on_orbit),
        (cot(theta) + constant / pi) / 2,
        because="the angle's rate of change, with r from the first integral",
    )
    solution = solve_linear(rate.subs(cot(theta), c), c, cot(theta_0), t)
    return claim(
        solution.subs(constant, first_integral(r_0, theta_0)),
        cot(theta_0) + (1 - theta_0 / pi) * (exp(t / 2) - 1) * R / (r_0 * sin(theta_0)),
        because="c' = (c + C/pi)/2 is linear, and C has its value at t = 0",
    )


@derivation
def distance_in_time():
    """One node: its distance from the teacher's axis shrinks, but for a function of the angle."""
    flow = polar_flow()
    ratio = r * sin(theta) / (pi - theta)
    rate = claim(derivative_along(flow, ratio), -ratio / 2, because="the product rule")
    return claim(
        solve_separable(rate.subs(r, u * (pi - theta) / sin(theta)), u, u_0, t),
        u_0 * exp(-t / 2),
        because="with u for that ratio, u' = -u/2",
    )


@derivation
def polar_solution():
    """One node: length and angle as functions of time."""
    given(theta < pi, theta_0 < pi)
    angle_now = pi / 2 - atan(angle_in_time())
    started = r_0 * sin(theta_0) / (pi - theta_0)
    length_now = distance_in_time().subs(u_0, started) * (pi - angle_now) / sin(angle_now)
    solution = {r: length_now, theta: angle_now}
    claim(
        Solves(polar_flow(), solution, t, {r: r_0, theta: theta_0}),
        because="0 < theta < pi makes the angle unique",
    )
    return length_now, angle_now


@derivation(kernel=(t, w_0, w_star))
def single_flow():
    """One node: the exact solution of the gradient flow, from every start off the opposite ray.

    w(t) = (pi - theta(t))/(pi - theta_0) e^(-t/2) z(t), where theta(t) is the angle of
    z(t) = w_0 + (1 - theta_0/pi)(e^(t/2) - 1) w* to w*.
    """
    length_now, angle_now = polar_solution()
    outward = length_now * sin(angle_now) / (r_0 * sin(theta_0))
    onward = (length_now * cos(angle_now) - outward * r_0 * cos(theta_0)) / R
    z = w_0 + (1 - theta_0 / pi) * (exp(t / 2) - 1) * w_star
    factor = (pi - angle_now) / (pi - theta_0) * exp(-t / 2)
    solution = claim(
        outward * w_0 + onward * w_star,
        factor * z,
        because="w stays in the plane of w_0 and w*, on the same side of w*",
    )
    claim(
        polar(inner(z, w_star)) / sqrt(polar(inner(z, z) * inner(w_star, w_star))),
        cos(angle_now),
        because="theta(t) is the angle of z(t) to w*",
    )
    claim(solution.subs(t, 0), w_0, because="z(0) = w_0 and theta(0) = theta_0")
    here = {r: length_now, theta: angle_now}
    slopes = single_gradient()
    along_w, along_star = (slopes.coefficient(v).subs(here) for v in (w, w_star))
    claim(
        solution.diff(t),
        -along_w * solution - along_star * w_star,
        because="dw/dt = -gradient of the loss at w(t)",
    )
    return solution


@derivation
def single_convergence():
    """One node: the flow reaches the teacher from every start off the opposite ray."""
    solution = single_flow()
    ahead, behind = solution.coefficient(w_star), solution.coefficient(w_0)
    claim(AsymptoticTo(ahead, 1, t), because="theta(t) -> 0 and e^(-t/2) z -> (1 - theta_0/pi) w*")
    claim(
        AsymptoticTo(behind, exp(-t / 2) * pi / (pi - theta_0), t),
        because="what is left of the start dies out",
    )
    shrinking = polar_flow()[r].subs(theta, pi)
    return claim(
        solve_separable(shrinking.subs(r, u), u, u_0, t),
        u_0 * exp(-t / 2),
        because="on the opposite ray w goes to 0 and never turns",
    )


@derivation
def lyapunov_matrix():
    """One node: the squared distance to the teacher changes by a quadratic form in the lengths."""
    flow = gradient_flow(single_loss(), (w,))
    apart = w - w_star
    change = polar(derivative_along(flow, inner(apart, apart) / 2))
    lengths = Matrix([R, r])
    matrix = (-2 * pi * hessian_of(change, (R, r))).applyfunc(expand)
    claim(
        change,
        -(lengths.T * matrix * lengths)[0] / (4 * pi),
        because="the rate of change is quadratic in the two lengths",
    )
    mixed = -(2 * pi - theta) * cos(theta) - sin(theta)
    return claim(
        matrix,
        Matrix([[sin(2 * theta) + 2 * pi - 2 * theta, mixed], [mixed, 2 * pi]]),
        because="collect R^2, R r and r^2",
    )


@derivation
def lyapunov_angle():
    """One node: at angles below theta_c the distance to the teacher decreases for all lengths.

    The form is positive definite while its determinant is positive, since 2 pi > 0. Near 0 the
    determinant is positive because it is convex with value and slope 0; then it is positive until
    its one zero theta_c, and negative from there to pi.
    """
    determinant = define("determinant", lyapunov_matrix().det())
    steeper, curved = determinant.diff(theta), determinant.diff(theta, 2)
    claim(determinant.subs(theta, 0), 0, because="the form is singular at angle 0")
    claim(steeper.subs(theta, 0), 0, because="and stays so to first order")
    claim(
        Bounded(curved, 0, None, strict=True), because="it is convex near 0", where=theta <= _NEAR
    )
    claim(
        Bounded(determinant, 0, None, strict=True),
        because="it is positive up to 2.3",
        where=(theta >= _NEAR, theta <= _BEFORE),
    )
    claim(
        Bounded(steeper, None, 0, strict=True),
        because="it falls from there to 2.4",
        where=(theta >= _BEFORE, theta <= _AFTER),
    )
    claim(
        Bounded(determinant, None, 0, strict=True),
        because="it is negative from 2.4 on",
        where=theta >= _AFTER,
    )
    root = Rational(str(nsolve(determinant, theta, (_BEFORE + _AFTER) / 2, prec=60)))
    width = Rational(1, 10**45)
    claim(
        Bounded(determinant.subs(theta, root - width), 0, None, strict=True),
        because="it is positive just before theta_c",
    )
    claim(
        Bounded(determinant.subs(theta, root + width), None, 0, strict=True),
        because="and negative just after",
    )
    return define("theta_c", root)


_NEAR, _BEFORE, _AFTER = Rational(1, 20), Rational(23, 10), Rational(12, 5)


dimension = Symbol("d", integer=True, positive=True)
rho = Symbol("rho", positive=True)  # radius of the ball of starts, in units of |w*|
x = Symbol("x", positive=True)  # cosine of the angle between a start and w*


def direction_density(x: Expr, d: Expr) -> Expr:
    """Density of one coordinate of a uniformly distributed unit vector in d dimensions."""
    return gamma(d / 2) / (sqrt(pi) * gamma((d - 1) / 2)) * (1 - x**2) ** ((d - 3) / 2)


def printed_probability(d: Expr) -> Expr:
    """1/2 less a cap, plus a lens: both regularised incomplete beta functions."""
    half = Rational(1, 2)
    cap = betainc_regularized(half, (d - 1) / 2, 0, rho**2 / 4)
    lens = betainc_regularized((d + 1) / 2, (d - 1) / 2, 0, rho**2 / 4)
    return half - cap / 2 + lens / rho**d


@derivation(kernel=(rho,), emit=({}, {"d": 3}, {"d": 50}))
def basin_probability(d: Expr | int = dimension):
    """The chance that a start is closer to the teacher than the origin is, exactly.

    A start w_0, uniform in the ball of radius rho <= 2 around the origin, obeys |w_0 - w*| < |w*|
    if its length is below 2 x |w*|, x being the cosine of its angle to w*. The fraction of starts
    of direction x below a length l is (l/rho)^d, so

        P = integral over x from 0 to 1 of density(x) (min(rho, 2 x)/rho)^d

    which is split where rho = 2 x. For rho > 2 the ball around the teacher lies inside, and the
    probability is rho^-d.
    """
    given(rho <= 2, dimension >= 2)
    density = direction_density(x, dimension)
    claim(
        Integral(density, (x, 0, 1)),
        Rational(1, 2),
        because="half of all directions are on the side of w*",
    )
    missing = antiderivative(density, x)
    reached = antiderivative(density * (2 * x) ** dimension, x)
    edge = {x: rho / 2}
    for integrand, primitive in ((density, missing), (density * (2 * x) ** dimension, reached)):
        claim(
            Integral(integrand, (x, 0, rho / 2)),
            primitive.subs(edge),
            because="the antiderivative is 0 at x = 0",
        )
    derived = Rational(1, 2) - missing.subs(edge) + reached.subs(edge) / rho**dimension
    return claim(
        derived.subs(dimension, d),
        printed_probability(S(d)),
        because="directions with 2 x > rho count fully, the others by (2 x/rho)^d",
    )


@derivation
def basin_bound():
    """The chance is at least (1 - eps)/2 for rho <= eps sqrt(2 pi/(d + 1)).

    Where |w_0 - w*| >= |w*| in the half ball towards w*, the coordinate of w_0 along w* is at most
    rho^2/2: what is lost of one half is less than a slab of this width, over the largest section
    of the ball. In at least 3 dimensions the exact probability says so, too: it loses less than
    the integral of the density of the cosine from 0 to rho/2, and this density is largest at 0.
    """
    given(rho <= 2, dimension >= 3)
    d = dimension
    section, ball = ball_volume(d - 1) * rho ** (d - 1), ball_volume(d) * rho**d
    lost = claim(
        section * (rho**2 / 2) / ball,
        rho / 2 * gamma(d / 2 + 1) / (sqrt(pi) * gamma((d + 1) / 2)),
        because="volumes of balls",
    )
    density = direction_density(x, d)
    claim(
        density.diff(x),
        -(d - 3) * x / (1 - x**2) * density,
        because="the density of the cosine falls away from 0",
        where=x < 1,
    )
    claim(
        density.subs(x, 0) * (rho / 2) / lost,
        (d - 1) / d,
        because="so the slab is larger than what the exact probability loses",
    )
    eps = Symbol("eps", positive=True)
    ratio = lost.subs(rho, eps * sqrt(2 * pi / (d + 1))) / (eps / 2)
    return claim(
        ratio**2,
        gamma(d / 2 + 1) ** 2 / (gamma((d + 1) / 2) * gamma((d + 3) / 2)),
        because="the lost part of eps/2 is at most 1, since the logarithm of Gamma is convex",
    )


def ball_volume(d: Expr) -> Expr:
    """Volume of the unit ball in d dimensions."""
    return pi ** (d / 2) / gamma(d / 2 + 1)
