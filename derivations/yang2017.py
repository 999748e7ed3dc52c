"""Gaussian expectations of activations and of their products.

Greg Yang and Samuel S. Schoenholz, "Mean field residual networks: on the edge of chaos", Advances
in Neural Information Processing Systems 30, 2017 (arXiv:1712.08969).
"""

from __future__ import annotations

from sympy import (
    Abs,
    Expr,
    Integral,
    Matrix,
    Rational,
    Sum,
    acos,
    asin,
    cos,
    dirichlet_eta,
    erf,
    exp,
    factorial,
    hermite_prob,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symdyn import (
    AsymptoticTo,
    Bounded,
    claim,
    define,
    derivation,
    gaussian_expectation,
    given,
    relu,
)
from symdyn.calculus.activations import gelu, leaky_relu
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.calculus.price import derivative_in_covariance

c = symbols("c", real=True)  # correlation of two pre-activations
q = symbols("q", positive=True)  # their variance
z = symbols("z", real=True)  # a pre-activation


@derivation
def relu_V():
    """A rectified Gaussian keeps half of its second moment."""
    return claim(
        gaussian_expectation(relu(z) ** 2, z, q), q / 2, because="relu(z)^2 + relu(-z)^2 = z^2"
    )


# Duals of activations

w = symbols("w", real=True)  # the other pre-activation
t, a = symbols("t a", positive=True)
r = symbols("r", positive=True)  # share of the variance that is no noise
k, m = symbols("k m", integer=True, nonnegative=True)


def second_moment(f: Expr) -> Expr:
    """E[f(z)^2] for variance q."""
    return gaussian_expectation(f**2, z, q)


def product_moment(f: Expr) -> Expr:
    """E[f(z) f(w)] for variances q and correlation c."""
    return gaussian_expectation(f * f.subs(z, w), (z, w), Matrix([[q, c * q], [c * q, q]]))


def breadth(scale: Expr | int) -> Expr:
    """sqrt((1 + s q)^2 - (c s q)^2), by factors that do not overflow."""
    return sqrt(1 + scale * q * (1 - c)) * sqrt(1 + scale * q * (1 + c))


@derivation(kernel=(q,))
def erf_V():
    """The second moment of erf is an arcsine."""
    return claim(
        second_moment(erf(z)),
        2 / pi * asin(2 * q / (1 + 2 * q)),
        because="erf is the mean sign of z plus noise of variance 1/2; two signs agree by an angle",
    )


@derivation(kernel=(q, c))
def erf_W():
    """The dual of erf is an arcsine of the correlation with noise."""
    given(-1 <= c, c <= 1)
    return claim(
        product_moment(erf(z)),
        2 / pi * asin(2 * c * q / (1 + 2 * q)),
        because="erf is the mean sign of z plus noise of variance 1/2; two signs agree by an angle",
    )


@derivation(kernel=(q,))
def erf_dV():
    """The slope of erf is a Gaussian, and so is its square."""
    return claim(
        second_moment(erf(z).diff(z)),
        4 / (pi * sqrt(1 + 4 * q)),
        because="complete the square in the exponent",
    )


@derivation(kernel=(q, c))
def erf_dW():
    """The dual of the slope of erf is a determinant."""
    given(-1 <= c, c <= 1)
    dual = claim(
        product_moment(erf(z).diff(z)),
        4 / (pi * sqrt((1 + 2 * q) ** 2 - 4 * (c * q) ** 2)),
        because="complete the square in the exponent",
    )
    return claim(dual, 4 / (pi * breadth(2)), because="a difference of squares")


@derivation(kernel=(q,))
def gelu_V():
    """The second moment of z Phi(z)."""
    return claim(
        second_moment(gelu(z)),
        q / 4 + q / (2 * pi) * (asin(q / (1 + q)) + 2 * q / ((1 + q) * sqrt(1 + 2 * q))),
        because="Stein's lemma removes the factors z",
    )


@derivation(kernel=(q, c))
def gelu_W():
    """The dual of z Phi(z)."""
    given(-1 <= c, c <= 1)
    size = (1 + q) ** 2 - (c * q) ** 2
    dual = claim(
        product_moment(gelu(z)),
        c * q / 4
        + c * q * asin(c * q / (1 + q)) / (2 * pi)
        + ((c * q) ** 2 + q**2 * size) / (2 * pi * (1 + q) ** 2 * sqrt(size)),
        because="Stein's lemma removes the factors z",
    )
    angular = c * (pi / 2 + asin(c * q / (1 + q)))
    rational = q * (1 + c**2 + q * (1 - c) * (1 + c)) / ((1 + q) * breadth(1))
    return claim(dual, q / (2 * pi) * (angular + rational), because="divide by (1 + q)^2")


@derivation(kernel=(q,))
def gelu_dV():
    """The second moment of the slope of z Phi(z)."""
    return claim(
        second_moment(gelu(z).diff(z)),
        (pi / 2 + asin(q / (1 + q))) / (2 * pi)
        + q * (3 + 5 * q) / (2 * pi * (1 + q) * sqrt(1 + 2 * q) ** 3),
        because="the slope is Phi(z) + z times the density",
    )


@derivation(kernel=(q, c))
def gelu_dW():
    """The dual of the slope of z Phi(z)."""
    given(-1 <= c, c <= 1)
    return claim(
        product_moment(gelu(z).diff(z)),
        (
            pi / 2
            + asin(c * q / (1 + q))
            + c * q / breadth(1) ** 3
            + 2 * c * q / ((1 + q) * breadth(1))
        )
        / (2 * pi),
        because="the slope is Phi(z) + z times the density",
    )


@derivation(kernel=(q,))
def sin_V():
    """The second moment of a sine."""
    return claim(second_moment(sin(z)), (1 - exp(-2 * q)) / 2, because="E cos(2 z) = exp(-2 q)")


@derivation(kernel=(q, c))
def sin_W():
    """The dual of a sine: sums and differences of two Gaussians are Gaussian."""
    given(-1 <= c, c <= 1)
    return claim(
        product_moment(sin(z)),
        (exp(-q * (1 - c)) - exp(-q * (1 + c))) / 2,
        because="sin z sin w = (cos(z - w) - cos(z + w))/2",
    )


@derivation(kernel=(q,))
def sin_dV():
    """The second moment of a cosine."""
    return claim(
        second_moment(sin(z).diff(z)), (1 + exp(-2 * q)) / 2, because="E cos(2 z) = exp(-2 q)"
    )


@derivation(kernel=(q, c))
def sin_dW():
    """The dual of a cosine."""
    given(-1 <= c, c <= 1)
    return claim(
        product_moment(sin(z).diff(z)),
        (exp(-q * (1 - c)) + exp(-q * (1 + c))) / 2,
        because="cos z cos w = (cos(z - w) + cos(z + w))/2",
    )


@derivation
def price():
    """The slope of a dual in the covariance is the dual of the slope, kinks and jumps included."""
    given(-1 < c, c < 1)
    for dual, slope in ((erf_W(), erf_dW()), (gelu_W(), gelu_dW()), (sin_W(), sin_dW())):
        claim(dual.diff(c) / q, slope, because="Price's theorem, with c q as the covariance")
    rectified = define("W of relu", product_moment(relu(z)))
    slope = claim(
        rectified.diff(c) / q,
        derivative_in_covariance(
            relu(z) * relu(w), (z, w), Matrix([[q, c * q], [c * q, q]]), (z, w)
        ),
        because="the slope of relu is a step",
    )
    return claim(
        slope.diff(c) / q,
        1 / (2 * pi * sqrt(q**2 - (c * q) ** 2)),
        because="the slope of a step is a delta function: the joint density at the origin",
    )


@derivation
def heat_equation():
    """The second moment grows in the variance by E[phi'^2 + phi phi'']."""
    for f, moment in ((erf(z), erf_V()), (gelu(z), gelu_V()), (sin(z), sin_V())):
        rate = gaussian_expectation(f.diff(z) ** 2 + f * f.diff(z, 2), z, q)
        growth = claim(moment.diff(q), rate, because="the density solves d/dq = (1/2) d^2/dz^2")
    return growth


@derivation
def ends():
    """At c = 1 the dual is the second moment, at c = 0 the square of the mean."""
    for f, moment, dual in (
        (erf(z), erf_V(), erf_W()),
        (gelu(z), gelu_V(), gelu_W()),
        (sin(z), sin_V(), sin_W()),
        (relu(z), relu_V(), product_moment(relu(z))),
    ):
        claim(dual.subs(c, 1), moment, because="equal variables: c = 1 is a fixed point of W/V")
        claim(
            dual.subs(c, 0),
            gaussian_expectation(f, z, q) ** 2,
            because="independent variables: c = 0 is a fixed point of W/V for odd functions",
        )
    return moment


@derivation
def parity():
    """Duals of odd functions are odd in c, duals of even functions even."""
    given(-1 < c, c < 1)
    for odd in (erf_W(), sin_W()):
        claim(odd.subs(c, -c), -odd, because="turn the sign of one variable")
    for f in (Abs(z), cos(z), exp(-(z**2))):
        even = product_moment(f)
        dual = claim(even.subs(c, -c), even, because="turn the sign of one variable")
    return dual


@derivation
def homogeneity():
    """A function of degree n has moments of degree n in the variance."""
    given(-1 < c, c < 1)
    for f, degree in ((leaky_relu(z, a), 1), (relu(z) ** 3, 3)):
        dual = define(f"W of {f}", product_moment(f))
        scaled = claim(
            dual, q**degree * dual.subs(q, 1), because="z/sqrt(q) has variance 1: f(r z) = r^n f(z)"
        )
    return scaled


@derivation
def mehler():
    """The dual is a power series in c, whose coefficients are squares of Hermite coefficients."""
    given(-1 < c, c < 1)
    for f, dual in ((erf(z), erf_W()), (gelu(z), gelu_W())):
        for order in range(5):
            mean = gaussian_expectation(f.diff(z, order), z, q)
            projected = gaussian_expectation(f * hermite_prob(order, z / sqrt(q)), z, q)
            claim(projected, sqrt(q) ** order * mean, because="integrate by parts, n times")
            claim(
                dual.diff(c, order).subs(c, 0),
                projected**2,
                because="Price's theorem n times, then independence: n! times the coefficient",
            )
    coefficient = sqrt(q) ** k * exp(q / 2)
    for order in range(4):
        claim(
            gaussian_expectation(exp(z) * hermite_prob(order, z / sqrt(q)), z, q),
            coefficient.subs(k, order),
            because="every derivative of exp is exp",
        )
    return claim(
        Sum(coefficient**2 * c**k / factorial(k), (k, 0, oo)),
        product_moment(exp(z)),
        because="Mehler's expansion of exp",
    )


@derivation
def convexity():
    """Coefficients of c^n are squares, so duals grow and bend upwards for positive c.

    Bounds are stated where slopes are finite: c < 9/10 for relu, variances below 9/2 for erf.
    """
    given(0 < c, c < 1, 0 < r, r < Rational(9, 10))
    positive = "a power series in c without negative terms"
    rectified = product_moment(relu(z)).subs(q, 1)
    slope = claim(rectified.diff(c), (pi - acos(c)) / (2 * pi), because="Price's theorem")
    claim(Bounded(slope, 0, Rational(1, 2)), because=positive)
    claim(Bounded(slope.diff(c), 0, 1), because=positive, where=(c < Rational(9, 10),))
    dual = claim(
        erf_W().subs(q, r / (2 * (1 - r))), 2 / pi * asin(r * c), because="2 q = (1 + 2 q) r"
    )
    claim(Bounded(dual.diff(c), 0, 2), because=positive)
    return claim(Bounded(dual.diff(c, 2), 0, 8), because=positive)


@derivation
def tanh_moments():
    """Moments of sech^2 are values of the eta function."""
    decay = 4 * (-1) ** (k + 1) * k * exp(-2 * k * t)
    claim(
        Sum(decay, (k, 1, oo)),
        1 - tanh(t) ** 2,
        because="a geometric series, differentiated",
    )
    for order in (1, 2, 4):
        moment = claim(
            Integral(t**order * (1 - tanh(t) ** 2), (t, 0, oo)),
            4 * factorial(order) / 2 ** (order + 1) * dirichlet_eta(order),
            because="term by term: m!/(2 k)^(m+1)",
        )
    return moment


@derivation
def tanh_V_far():
    """For large variances tanh is a sign but for a strip around zero."""
    tanh_moments()
    deficit = define("1 - V", gaussian_integral(1 - tanh(z) ** 2, z, q))
    leading = sqrt(2 / pi) / sqrt(q)
    claim(AsymptoticTo(deficit, leading, q, oo), because="the moment of order 0 of sech^2 is 2")
    return claim(
        AsymptoticTo(deficit - leading, -(pi**2) / 24 * sqrt(2 / pi) / sqrt(q) ** 3, q, oo),
        because="the moment of order 2 of sech^2 is 2 pi^2/12",
    )


@derivation
def tanh_V_near():
    """For small variances tanh is z - z^3/3 + 2 z^5/15."""
    series = define("tanh", z - z**3 / 3 + 2 * z**5 / 15)
    claim(
        gaussian_expectation((series**2).series(z, 0, 8).removeO(), z, q),
        q - 2 * q**2 + 17 * q**3 / 3,
        because="moments 1, 3, 15 of a Gaussian",
    )
    moment = gaussian_integral(tanh(z) ** 2, z, q)
    claim(AsymptoticTo(moment, q, q, 0), because="tanh z = z + O(z^3)")
    return claim(
        AsymptoticTo(moment - q, -2 * q**2, q, 0), because="tanh^2 z = z^2 - 2 z^4/3 + ..."
    )
