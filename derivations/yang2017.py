"""Gaussian expectations of activations and of their products.

Greg Yang and Samuel S. Schoenholz, "Mean field residual networks: on the edge of chaos", Advances
in Neural Information Processing Systems 30, 2017 (arXiv:1712.08969).
"""

from __future__ import annotations

from sympy import (
    Abs,
    Expr,
    Function,
    Integral,
    Matrix,
    Ne,
    Poly,
    Rational,
    Sum,
    acos,
    asin,
    besselk,
    cos,
    cosh,
    dirichlet_eta,
    elliptic_e,
    elliptic_k,
    erf,
    exp,
    factorial,
    gamma,
    hermite_prob,
    hyper,
    log,
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
from symdyn.calculus.activations import gelu, leaky_relu, silu, step
from symdyn.calculus.alpha_relu import alpha_relu_dual as dual_of_alpha_relu
from symdyn.calculus.alpha_relu import hypergeometric_dual
from symdyn.calculus.bessel_integrals import integrate_double_exponential
from symdyn.calculus.change_of_variables import change_variables
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.calculus.legendre import ferrers
from symdyn.calculus.price import derivative_in_covariance
from symdyn.calculus.telescoping import find_telescoper
from symdyn.errors import DomainError, InputError

c = symbols("c", real=True)  # correlation of two pre-activations
q = symbols("q", positive=True)  # their variance
z, w = symbols("z w", real=True)  # two pre-activations


@derivation
def relu_V():
    """A rectified Gaussian keeps half of its second moment."""
    return claim(
        gaussian_expectation(relu(z) ** 2, z, q), q / 2, because="relu(z)^2 + relu(-z)^2 = z^2"
    )


# Duals of activations

t, slope = symbols("t a", positive=True)
r = symbols("r", positive=True)  # share of the variance that is no noise
k, m = symbols("k m", integer=True, nonnegative=True)


def second_moment(f: Expr) -> Expr:
    """E[f(z)^2] for variance q."""
    return gaussian_expectation(f**2, z, q)


def product_moment(f: Expr) -> Expr:
    """E[f(z) f(w)] for variances q and correlation c."""
    return gaussian_expectation(f * f.subs(z, w), (z, w), covariance())


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
    for f, degree in ((leaky_relu(z, slope), 1), (relu(z) ** 3, 3)):
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

    For erf, r = 2 q/(1 + 2 q) stands for the variance. Slopes may grow without bound towards c = 1.
    """
    given(0 < c, c < 1, 0 < r, r < 1)
    positive = "a power series in c without negative terms"
    rectified = product_moment(relu(z)).subs(q, 1)
    slope = claim(rectified.diff(c), (pi - acos(c)) / (2 * pi), because="Price's theorem")
    claim(Bounded(slope, 0, Rational(1, 2)), because=positive)
    claim(Bounded(slope.diff(c), 0, None), because=positive)
    dual = claim(
        erf_W().subs(q, r / (2 * (1 - r))), 2 / pi * asin(r * c), because="2 q = (1 + 2 q) r"
    )
    claim(Bounded(dual.diff(c), 0, None), because=positive)
    return claim(Bounded(dual.diff(c, 2), 0, None), because=positive)


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
def tanh_W_far():
    """For large variances the dual of tanh is that of a sign, less a term in 1/q.

    W = 2/pi asin(c) - pi c/(6 q sqrt(1 - c^2)) + O(1/q^2)
    """
    given(-1 < c, c < 1)
    sech2 = (1 - tanh(z) ** 2) * (1 - tanh(w) ** 2)
    slopes = gaussian_integral(sech2, (z, w), covariance()).function
    form = (z**2 - 2 * c * z * w + w**2) / (2 * q * (1 - c**2))
    origin = 1 / (2 * pi * q * sqrt(1 - c**2))
    claim(slopes / sech2, origin * exp(-form), because="Price: W grows with c by q E[tanh' tanh']")
    for bound in (exp(-t) - 1 + t, t**2 / 2 - (exp(-t) - 1 + t)):
        claim(
            Bounded(bound, 0, None),
            because="so that 1 - form errs by at most form^2/2, whose mean is of order 1/q^2",
        )
    weight, spread = (
        claim(
            Integral(z**power * (1 - tanh(z) ** 2), (z, -oo, oo)),
            moment,
            because="twice that of the half-line",
        )
        for power, moment in ((0, 2), (2, pi**2 / 6))
    )
    moments = (weight, 0, spread)
    terms = Poly(origin * (1 - form), z, w).terms()
    mean = sum(factor * moments[i] * moments[j] for (i, j), factor in terms)
    slope = claim(
        q * mean,
        2 / (pi * sqrt(1 - c**2)) - pi / (6 * q * sqrt(1 - c**2) ** 3),
        because="moments of sech^2, of which odd ones vanish",
    )
    dual = 2 / pi * asin(c) - pi * c / (6 * q * sqrt(1 - c**2))
    claim(dual.diff(c), slope, because="antiderivatives of powers of 1 - c^2")
    claim(dual.subs(c, 0), 0, because="tanh is odd")
    return dual


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


# Moments that have no closed form: what is integrated is all there is to say, and has kernels


def covariance() -> Matrix:
    """Of two pre-activations of variance q and correlation c."""
    return Matrix([[q, c * q], [c * q, q]])


def second_integral(f: Expr) -> Expr:
    """E[f(z)^2] for variance q, as an integral."""
    return define("V", gaussian_integral(f**2, z, q))


def product_integral(f: Expr) -> Expr:
    """E[f(z) f(w)] for variances q and correlation c, as an integral."""
    return define("W", gaussian_integral(f * f.subs(z, w), (z, w), covariance()))


@derivation
def densities():
    """The density of a Gaussian spreads like heat; that of two obeys Price's theorem.

    So V' = E[phi'^2 + phi phi''], and dW/dc is q times the dual of the slopes, for every function.
    """
    given(-1 < c, c < 1)
    one, two = (gaussian_integral(1, *law).function for law in ((z, q), ((z, w), covariance())))
    claim(one.diff(q), one.diff(z, 2) / 2, because="the heat equation")
    return claim(two.diff(c), q * two.diff(z, w), because="the same for a covariance of c q")


@derivation(kernel=(q,))
def tanh_V():
    """E[tanh(z)^2] for z ~ N(0, q)."""
    claim(tanh(z) ** 2 + 1 / cosh(z) ** 2, 1, because="so V falls short of 1 by E[sech(z)^2]")
    return second_integral(tanh(z))


@derivation(kernel=(q, c))
def tanh_W():
    """E[tanh(z) tanh(w)] for variances q and correlation c."""
    given(-1 <= c, c <= 1)
    claim(tanh(-z), -tanh(z), because="so W is odd in c")
    return product_integral(tanh(z))


@derivation(kernel=(q,))
def tanh_dV():
    """E[tanh'(z)^2] for z ~ N(0, q)."""
    slope = claim(tanh(z).diff(z), 1 - tanh(z) ** 2, because="the slope of tanh is sech^2")
    return second_integral(slope)


@derivation(kernel=(q, c))
def tanh_dW():
    """E[tanh'(z) tanh'(w)] for variances q and correlation c: the slope of W in the covariance."""
    given(-1 <= c, c <= 1)
    densities()
    slope = claim(tanh(z).diff(z), 1 - tanh(z) ** 2, because="the slope of tanh is sech^2")
    return product_integral(slope)


@derivation
def silu_by_tanh():
    """silu without an exponential that overflows; its odd part is z/2."""
    curve = claim(silu(z), z * (1 + tanh(z / 2)) / 2, because="1/(1 + exp(-z)) by half of z")
    claim(curve - curve.subs(z, -z), z, because="tanh is odd")
    return curve


@derivation(kernel=(q,))
def silu_V():
    """E[silu(z)^2] for z ~ N(0, q)."""
    curve = silu_by_tanh()
    claim(
        curve**2 + curve.subs(z, -z) ** 2,
        z**2 * (1 + tanh(z / 2) ** 2) / 2,
        because="so V lies between q/4 and q/2",
    )
    return second_integral(curve)


@derivation(kernel=(q, c))
def silu_W():
    """E[silu(z) silu(w)] for variances q and correlation c; its odd part in c is c q/4."""
    given(-1 <= c, c <= 1)
    return product_integral(silu_by_tanh())


@derivation(kernel=(q,))
def silu_dV():
    """E[silu'(z)^2] for z ~ N(0, q)."""
    slope = silu_by_tanh().diff(z)
    claim(slope + slope.subs(z, -z), 1, because="the odd part of silu is z/2")
    return second_integral(slope)


@derivation(kernel=(q, c))
def silu_dW():
    """E[silu'(z) silu'(w)] for variances q and correlation c: the slope of W in the covariance."""
    given(-1 <= c, c <= 1)
    densities()
    return product_integral(silu_by_tanh().diff(z))


# The alpha-ReLU and the Bessel link

a = symbols("alpha", real=True)  # power of the rectifier
p = symbols("p", positive=True)  # a power that makes an integral converge
s = symbols("s", positive=True)  # sine of the angle between the inputs
x, y, z1, w1, u = symbols("x y z1 w1 u", positive=True)  # to integrate over
phi, theta, eta = symbols("phi theta eta", positive=True)  # angles
v = symbols("v", real=True)


def alpha_relu(y: Expr, power: Expr) -> Expr:
    """y^power where y > 0, else 0."""
    return step(y) * y**power


@derivation
def alpha_relu_second_moment():
    """The second moment of an alpha-ReLU is a moment of a half-line."""
    given(a > -Rational(1, 2))
    moment = gaussian_expectation(alpha_relu(z, (p - 1) / 2) ** 2, z, q).subs(p, 2 * a + 1)
    scale = define("c_alpha", 2 ** (a - 1) * gamma(a + Rational(1, 2)) / sqrt(pi))
    moment = claim(moment, scale * q**a, because="E[z^(2 alpha)] over half of the line")
    slope = gaussian_expectation((a * alpha_relu(z, (p - 1) / 2)) ** 2, z, q)
    claim(
        slope.subs(p, 2 * a - 1),
        a**2 * (scale * q**a).subs(a, a - 1),
        because="the slope of the alpha-ReLU is alpha times that of one power less",
        where=(a > Rational(1, 2),),
    )
    return moment


over_quadrant = Integral(
    (z1 * w1) ** a * exp(-(z1**2 + w1**2 - 2 * c * z1 * w1) / (2 * s**2)) / (2 * pi * s),
    (z1, 0, oo),
    (w1, 0, oo),
)  # E[psi(z) psi(w)] for correlation c and s^2 = 1 - c^2


def in_hyperbolic_coordinates() -> Integral:
    """The integral over the quadrant, with u = z w and v = log(z/w)."""
    return change_variables(
        over_quadrant,
        {z1: sqrt(u) * exp(v / 2), w1: sqrt(u) * exp(-v / 2)},
        {u: z1 * w1, v: log(z1 / w1)},
        [(v, -oo, oo), (u, 0, oo)],
    )


@derivation
def bessel_link():
    """The dual of the alpha-ReLU is a Laplace transform of x^alpha K_0(x), K_0 the modified one."""
    given(-1 < a, -1 < c, c < 1)
    definition = gaussian_integral(alpha_relu(z, a) * alpha_relu(w, a), (z, w), c)
    define("definition", definition)
    claim(
        definition.function.xreplace({z: z1, w: w1}),
        over_quadrant.function.subs(s, sqrt(1 - c**2)),
        because="where both are positive, the steps are 1; s is the sine of the angle",
    )
    bessel = integrate_double_exponential(in_hyperbolic_coordinates())
    transformed = x**a * exp(c * x) * besselk(0, x)
    rescaled = change_variables(bessel, {u: s**2 * x}, {x: u / s**2}, [(x, 0, oo)])
    integrand = claim(
        2 * pi * rescaled.function.subs(s, sqrt(1 - c**2)),
        sqrt(1 - c**2) ** (2 * a + 1) * transformed,
        because="u = z w, v = log(z/w), of which the integral over v is 2 K_0(u/s^2); u = s^2 x",
    )
    return integrand / transformed * Integral(transformed, *rescaled.limits)


@derivation
def bessel_telescoper():
    """The transform obeys an equation of order two, since its integrand becomes a derivative."""
    given(-1 < a, -1 < c, c < 1)
    integrand = x**a * exp(c * x) * besselk(0, x)
    found = find_telescoper(integrand, x, c)
    y = Function("y")(c)
    leading = found.coefficients[-1]
    claim(
        (found.applied(y) * (1 - c**2) / leading),
        (1 - c**2) * y.diff(c, 2) - (2 * a + 3) * c * y.diff(c) - (a + 1) ** 2 * y,
        because="linear equations for the coefficients and the certificate",
    )
    certificate = claim(
        found.certificate * (1 - c**2) / leading,
        x**a
        * exp(c * x)
        * (x**2 * besselk(0, x).diff(x) - ((a + 1) * x + c * x**2) * besselk(0, x)),
        because="linear equations for the coefficients and the certificate",
    )
    claim(
        (1 - c**2) * integrand.diff(c, 2)
        - (2 * a + 3) * c * integrand.diff(c)
        - (a + 1) ** 2 * integrand,
        certificate.diff(x),
        because="x^2 K_0'' + x K_0' = x^2 K_0; the certificate vanishes at both ends",
    )
    return certificate


@derivation
def angular_integral():
    """The dual of the alpha-ReLU is an integral over one angle, for every real power.

    J = 2^alpha Gamma(alpha + 1) int (cos(phi) cos(phi - theta))^alpha dphi,    c = cos(theta),
    over all phi at which both are positive, and Cho and Saul's form of it.
    """
    given(-1 < a, -1 < c, c < 1)
    hyperbolic = in_hyperbolic_coordinates()
    along_u = 2 * pi * Integral(hyperbolic.function, (u, 0, oo)).subs(s, sqrt(1 - c**2))
    root = sqrt(1 - c**2)
    radial = claim(
        along_u,
        gamma(a + 1) * root ** (2 * a + 1) / (2 * (cosh(v) - c) ** (a + 1)),
        because="Euler's integral of the gamma function",
    )
    rational = change_variables(
        Integral(radial, (v, -oo, oo)), {v: log(y)}, {y: exp(v)}, [(y, 0, oo)]
    )
    scale = 2**a * gamma(a + 1) * root ** (2 * a + 1)
    share = claim(
        rational.function / scale,
        y**a / (y**2 - 2 * c * y + 1) ** (a + 1),
        because="y = exp(v) is the quotient z/w",
    )
    claim(
        scale * Integral(share, (y, 0, oo)),
        hypergeometric_dual(a, c),
        because="both obey one equation of order two, by telescoping, and agree at c = 0",
    )
    quotient = cos(phi) / cos(phi - theta)
    claim(
        (quotient**2 - 2 * cos(theta) * quotient + 1, -quotient.diff(phi)),
        (sin(theta) ** 2 / cos(phi - theta) ** 2, sin(theta) / cos(phi - theta) ** 2),
        because="polar coordinates z = r cos(phi), w = r cos(phi - theta)",
        where=(theta < pi, theta - pi / 2 < phi, phi < pi / 2),
    )
    claim(
        share.subs(y**2 - 2 * c * y + 1, s**2 / w1**2).subs(y, z1 / w1) * s / w1**2,
        (z1 * w1) ** a / s ** (2 * a + 1),
        because="so for the cosines z1 and w1 and the sine s: the integrand over phi",
    )
    quotient = (1 + sin(eta)) / cos(eta)
    return claim(
        share.subs(y, quotient) * quotient.diff(eta),
        cos(eta) ** a / (1 - c * cos(eta)) ** (a + 1) / 2 ** (a + 1),
        because="cos(eta) = 1/cosh(v), and v and -v give the same: Cho and Saul's integrand",
        where=eta < pi / 2,
    )


@derivation
def alpha_relu_dual():
    """The dual of the alpha-ReLU, J = 2 pi W, is one hypergeometric function."""
    dual = bessel_link()
    bessel_telescoper()
    closed = claim(
        dual,
        hypergeometric_dual(a, c),
        because="both obey the equation, and agree with their slopes at c = 0",
    )
    series = gaussian_expectation(alpha_relu(z, p - 1) * alpha_relu(w, p - 1), (z, w), c)
    claim(
        2 * pi * series.subs(p, a + 1),
        closed,
        because="the even and the odd solution, from the power series of exp(c z w)",
    )
    claim(
        sqrt(pi / 2)
        * gamma(a + 1) ** 2
        * (1 - c**2) ** (a / 2 + Rational(1, 4))
        * ferrers(-Rational(1, 2), a + Rational(1, 2), -c),
        closed,
        because="a Legendre function of degree -1/2 and order -alpha - 1/2 at -c",
    )
    claim(
        closed.subs(c, 0),
        2 ** (a - 1) * gamma((a + 1) / 2) ** 2,
        because="uncorrelated inputs: a product of two half-line moments",
    )
    return closed


@derivation
def alpha_relu_identities():
    """Neighbouring powers: the slope lowers alpha, and three are linearly related."""
    dual = alpha_relu_dual()
    lower, higher = dual.subs(a, a - 1), dual.subs(a, a + 1)
    claim(
        (1 - c**2) * dual.diff(c, 2) + (2 * a - 1) * c * dual.diff(c),
        a**2 * dual,
        because="the equation of the transform, for the transform times a power of the sine",
    )
    claim(
        dual.diff(c),
        a**2 * lower,
        because="Price: the slope in the correlation is the dual of the slopes",
        where=(a > 0,),
    )
    claim(
        higher,
        (2 * a + 1) * c * dual + a**2 * (1 - c**2) * lower,
        because="contiguous hypergeometric functions",
        where=(a > 0,),
    )
    return dual


@derivation
def alpha_relu_correlation():
    """Divided by the second moment, the dual is a map of correlations that keeps 1."""
    given(a > -Rational(1, 2))
    moment = alpha_relu_second_moment().subs(q, 1)
    dual = alpha_relu_dual() / (2 * pi * moment)
    claim(dual.subs(c, 1), 1, because="equal inputs: Gauss's value of the series at 1")
    claim(
        dual.diff(c),
        a**2 / (2 * a - 1) * dual.subs(a, a - 1),
        because="the slope lowers alpha, and so do the moments",
        where=(a > Rational(1, 2),),
    )
    return dual


@derivation
def alpha_relu_at_equal_inputs():
    """Near c = 1 the dual is a power series plus (1-c)^(alpha+1/2) times another."""
    half = Rational(1, 2)
    given(a > -half, Ne(a, half), Ne(a, 3 * half))
    correlation = alpha_relu_correlation()
    regular = hyper((half, half), (half - a,), (1 - c) / 2) * ((1 + c) / 2) ** (a + half)
    scale = gamma(a + 1) ** 2 * gamma(-a - half)
    scale = scale / (2 ** (a + half) * pi * gamma(a + half))
    other = hyper((a + 1, a + 1), (a + 3 * half,), (1 - c) / 2)
    other = other * ((1 + c) / 2) ** (a + half)
    claim(
        correlation,
        regular + scale * (1 - c) ** (a + half) * other,
        because="the solutions at the other singular point; values and slopes agree at c = 0",
        where=(a < half,),
    )
    for k in (0, 1):
        claim(
            correlation,
            regular + scale * (1 - c) ** (a + half) * other,
            because="the same between the powers at which logarithms join the two series",
            where=(half + k < a, a < half + k + 1),
        )
    claim(regular.subs(c, 1), 1, because="the series starts with 1")
    claim(
        -regular.diff(c).subs(c, 1),
        -(a**2) / (2 * a - 1),
        because="the first coefficients of the series and of the power",
    )
    claim(other.subs(c, 1), 1, because="the series starts with 1")
    claim(
        scale.subs(a, 1),
        2 * sqrt(2) / (3 * pi),
        because="the rectifier has the term of power 3/2 in 1 - c",
    )
    return scale


@derivation
def alpha_relu_at_opposite_inputs():
    """Near c = -1 the dual vanishes like (1+c)^(alpha+1/2)."""
    dual = alpha_relu_dual()
    half = Rational(1, 2)
    leading = sqrt(pi / 2) * gamma(a + 1) ** 2 / gamma(a + 3 * half)
    series = claim(
        dual / (leading * (1 + c) ** (a + half)),
        hyper((half, half), (a + 3 * half,), (1 + c) / 2),
        because="the hypergeometric function is a power series in 1 + c",
    )
    claim(series.subs(c, -1), 1, because="the series starts with 1")
    claim(
        series.diff(c).subs(c, -1),
        1 / (8 * a + 12),
        because="the second coefficient of the series",
    )
    return leading


@derivation
def alpha_relu_integer():
    """For integer powers the dual is elementary: the arc-cosine kernels."""
    dual = alpha_relu_dual()
    angle = pi - acos(c)
    root = sqrt(1 - c**2)
    printed = (
        angle,
        root + c * angle,
        3 * c * root + (1 + 2 * c**2) * angle,
        (4 + 11 * c**2) * root + (9 * c + 6 * c**3) * angle,
    )
    for n, stated in enumerate(printed):
        claim(dual.subs(a, n), stated, because="2F1(1/2, 1/2; 3/2; y^2) = asin(y)/y")
    return printed[1]


@derivation
def alpha_relu_half_integer():
    """For half-integer powers the dual consists of complete elliptic integrals."""
    dual = alpha_relu_dual()
    m = (1 + c) / 2
    scale = sqrt(2 * pi)
    first, second = elliptic_k(m), elliptic_e(m)
    printed = {
        Rational(-1, 2): scale * first,
        Rational(1, 2): scale * (second - (1 - m) * first),
        Rational(3, 2): scale / 2 * (4 * (2 * m - 1) * second + (1 - m) * (2 - 3 * m) * 2 * first),
    }
    for power, stated in printed.items():
        claim(
            dual.subs(a, power),
            stated,
            because="2F1(1/2, 1/2; 1; m) = 2 K(m)/pi, and contiguous functions",
        )
    return printed[Rational(1, 2)]


# Powers with kernels: elementary forms, complete elliptic integrals, hypergeometric functions
NATURAL = ({"alpha": 1}, {"alpha": 2}, {"alpha": 3})
REAL = (*NATURAL, {"alpha": Rational(-2, 5)}, {"alpha": Rational(1, 2)}, {"alpha": Rational(3, 4)})


def power_above(alpha: Expr | int | str, least: Expr) -> Expr:
    """The power of an alpha-ReLU as an exact number for which a moment is finite."""
    try:
        power = Rational(alpha)
    except TypeError:
        raise InputError(
            f"alpha={alpha}: the power is an exact real number, such as 2 or '3/4'"
        ) from None
    if power <= least:
        raise DomainError(f"alpha={alpha}: the second moment is infinite unless alpha > {least}")
    return power


@derivation(kernel=(q,), emit=REAL)
def alpha_relu_V(alpha: Expr | int | str = 1):
    """E[psi(z)^2] for the alpha-ReLU psi and z ~ N(0, q)."""
    power = power_above(alpha, -Rational(1, 2))
    return claim(
        gaussian_expectation(alpha_relu(z, power) ** 2, z, q),
        alpha_relu_second_moment().subs(a, power),
        because="a moment of half of the line, at this power",
    )


@derivation(kernel=(c,), emit=REAL)
def alpha_relu_J(alpha: Expr | int | str = 1):
    """The dual of the alpha-ReLU, divided by its second moment: a map of correlations."""
    given(-1 <= c, c <= 1)
    power = power_above(alpha, -Rational(1, 2))
    moment = gaussian_expectation(alpha_relu(z, power) ** 2, z)
    correlation = dual_of_alpha_relu(power, c) / (2 * pi * moment)
    claim(
        correlation,
        hypergeometric_dual(power, c) / (2 * pi * moment),
        because="the form that suits this power",
        where=(-1 < c, c < 1),
    )
    return correlation


@derivation(kernel=(c,), emit=NATURAL)
def alpha_relu_one_minus_J(alpha: Expr | int | str = 1):
    """By how much the map of correlations falls short of 1."""
    power = power_above(alpha, -Rational(1, 2))
    short = 1 - alpha_relu_J(alpha=power)
    claim(short.subs(c, 1), 0, because="equal inputs stay equal")
    if power > Rational(1, 2):  # else the slope has no finite value at c = 1
        claim(
            -short.diff(c),
            power**2 / (2 * power - 1) * alpha_relu_J(alpha=power - 1),
            because="the slope lowers alpha, and so do the moments",
            where=(-1 < c, c < 1),
        )
    return short


@derivation(kernel=(q, c), emit=NATURAL)
def alpha_relu_W(alpha: Expr | int | str = 1):
    """E[psi(z) psi(w)] for the alpha-ReLU psi, variances q and correlation c."""
    given(-1 <= c, c <= 1)
    power = power_above(alpha, -Rational(1, 2))
    product = alpha_relu(z, power) * alpha_relu(w, power)
    return claim(
        gaussian_expectation(product, (z, w), covariance()),
        alpha_relu_V(alpha=power) * alpha_relu_J(alpha=power),
        because="a power is homogeneous: the variance comes out of both factors",
        where=(-1 < c, c < 1),
    )
