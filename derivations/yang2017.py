"""Gaussian expectations of activations and of their products.

Greg Yang and Samuel S. Schoenholz, "Mean field residual networks: on the edge of chaos", Advances
in Neural Information Processing Systems 30, 2017 (arXiv:1712.08969).
"""

from __future__ import annotations

from sympy import (
    Expr,
    Function,
    Integral,
    Matrix,
    Ne,
    Rational,
    acos,
    besselk,
    elliptic_e,
    elliptic_k,
    exp,
    gamma,
    hyper,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from symdyn import claim, define, derivation, gaussian_expectation, given, relu
from symdyn.calculus.activations import step
from symdyn.calculus.alpha_relu import alpha_relu_dual as dual_of_alpha_relu
from symdyn.calculus.alpha_relu import hypergeometric_dual
from symdyn.calculus.bessel_integrals import integrate_double_exponential
from symdyn.calculus.change_of_variables import change_variables
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.calculus.legendre import ferrers
from symdyn.calculus.telescoping import find_telescoper

c = symbols("c", real=True)  # correlation of two pre-activations
q = symbols("q", positive=True)  # their variance
z = symbols("z", real=True)  # a pre-activation


@derivation
def relu_V():
    """A rectified Gaussian keeps half of its second moment."""
    return claim(gaussian_expectation(relu(z)**2, z, q), q/2, because="relu(z)^2 + relu(-z)^2 = z^2")


# The alpha-ReLU and the Bessel link

a = symbols("alpha", real=True)  # power of the rectifier
p = symbols("p", positive=True)  # a power that makes an integral converge
s = symbols("s", positive=True)  # sine of the angle between the inputs
w = symbols("w", real=True)  # the other pre-activation
x, z1, w1, u = symbols("x z1 w1 u", positive=True)  # to integrate over
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


@derivation
def bessel_link():
    """The dual of the alpha-ReLU is a Laplace transform of x^alpha K_0(x), K_0 the modified one."""
    given(-1 < a, -1 < c, c < 1)
    definition = gaussian_integral(alpha_relu(z, a) * alpha_relu(w, a), (z, w), c)
    define("definition", definition)
    density = exp(-(z1**2 + w1**2 - 2 * c * z1 * w1) / (2 * s**2)) / (2 * pi * s)
    claim(
        definition.function.xreplace({z: z1, w: w1}),
        ((z1 * w1) ** a * density).subs(s, sqrt(1 - c**2)),
        because="where both are positive, the steps are 1; s is the sine of the angle",
    )
    quadrant = Integral((z1 * w1) ** a * density, (z1, 0, oo), (w1, 0, oo))
    hyperbolic = change_variables(
        quadrant,
        {z1: sqrt(u) * exp(v / 2), w1: sqrt(u) * exp(-v / 2)},
        {u: z1 * w1, v: log(z1 / w1)},
        [(v, -oo, oo), (u, 0, oo)],
    )
    bessel = integrate_double_exponential(hyperbolic)
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


# Powers with kernels: those whose forms are elementary
NATURAL = ({"alpha": 1}, {"alpha": 2}, {"alpha": 3})
REAL = (*NATURAL, {"alpha": Rational(-2, 5)}, {"alpha": Rational(1, 2)}, {"alpha": Rational(3, 4)})


@derivation(kernel=(q,), emit=REAL)
def alpha_relu_V(alpha: Expr | int | str = 1):
    """E[psi(z)^2] for the alpha-ReLU psi and z ~ N(0, q)."""
    power = Rational(alpha)
    return claim(
        gaussian_expectation(alpha_relu(z, power) ** 2, z, q),
        alpha_relu_second_moment().subs(a, power),
        because="a moment of half of the line, at this power",
    )


@derivation(kernel=(c,), emit=NATURAL)
def alpha_relu_J(alpha: Expr | int | str = 1):
    """The dual of the alpha-ReLU, divided by its second moment: a map of correlations."""
    given(-1 <= c, c <= 1)
    power = Rational(alpha)
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
    power = Rational(alpha)
    short = 1 - alpha_relu_J(alpha=power)
    claim(short.subs(c, 1), 0, because="equal inputs stay equal")
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
    power = Rational(alpha)
    product = alpha_relu(z, power) * alpha_relu(w, power)
    return claim(
        gaussian_expectation(product, (z, w), Matrix([[q, c * q], [c * q, q]])),
        alpha_relu_V(alpha=power) * alpha_relu_J(alpha=power),
        because="a power is homogeneous: the variance comes out of both factors",
        where=(-1 < c, c < 1),
    )
