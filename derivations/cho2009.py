"""Arc-cosine kernels: the expected product of two rectified nodes.

Youngmin Cho and Lawrence K. Saul, "Kernel methods for deep learning", Advances in Neural
Information Processing Systems 22, 2009.
"""

from __future__ import annotations

from sympy import (
    Expr,
    Matrix,
    acos,
    atan,
    cos,
    factorial,
    factorial2,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
)

from symdyn import claim, define, derivation, gaussian_expectation, given
from symdyn.calculus.activations import step
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.calculus.obligations import cite
from symdyn.calculus.price import derivative_in_covariance, weak_derivative

c = symbols("c", real=True)  # correlation of the two inputs of the node
z, w = symbols("z w", real=True)  # projections of the two inputs on its weights
theta, psi = symbols("theta psi", real=True)  # angle between the inputs, and one to integrate over
q11, q22 = symbols("q11 q22", positive=True)  # squared lengths of the inputs

DEGREES = ({"degree": 0}, {"degree": 1}, {"degree": 2}, {"degree": 3})

PRINTED = {
    0: (pi - acos(c)) / (2 * pi),
    1: (sqrt(1 - c**2) + c * (pi - acos(c))) / (2 * pi),
    2: (3 * c * sqrt(1 - c**2) + (1 + 2 * c**2) * (pi - acos(c))) / (2 * pi),
    3: ((4 + 11 * c**2) * sqrt(1 - c**2) + (9 * c + 6 * c**3) * (pi - acos(c))) / (2 * pi),
}


def rectified(x: Expr, degree: int) -> Expr:
    """x**degree where x > 0, else 0."""
    return step(x) * x**degree


def node_product(degree: int) -> Expr:
    """Product of the outputs for the two inputs."""
    return rectified(z, degree) * rectified(w, degree)


def dual(degree: int) -> Expr:
    """E[z_+^n w_+^n] for unit variances, by definition."""
    return gaussian_expectation(node_product(degree), (z, w), c)


def printed_angular(degree: int) -> Expr:
    """J_n = (-1)^n sin^(2n+1) (1/sin d/dtheta)^n ((pi - theta)/sin)."""
    value = (pi - theta) / sin(theta)
    for _ in range(degree):
        value = value.diff(theta) / sin(theta)
    return (-1) ** degree * sin(theta) ** (2 * degree + 1) * value


@derivation(kernel=(c,), emit=DEGREES)
def arccos(degree: int = 1):
    """The dual of a rectified power of unit variance is (pi - theta) P + sin(theta) Q."""
    given(-1 <= c, c <= 1)
    define("definition", gaussian_integral(node_product(degree), (z, w), c, polar=True))
    kappa = define("kappa", dual(degree))
    if degree in PRINTED:
        kappa = claim(
            kappa,
            PRINTED[degree],
            because="polar coordinates: a moment of the radius times an arc of length pi - theta",
        )
    claim(
        kappa,
        printed_angular(degree).subs(theta, acos(c)) / (2 * pi),
        because="each factor cos(phi) cos(phi - theta) is a derivative (1/sin d/dtheta)",
        where=(-1 < c, c < 1),
    )
    single = gaussian_expectation(rectified(z, degree), z)
    claim(kappa.subs(c, 0), single**2, because="uncorrelated Gaussians are independent")
    claim(
        kappa.subs(c, 1),
        factorial2(2 * degree - 1) / 2,
        because="equal inputs leave half of the moment of order 2 n",
    )
    claim(kappa.subs(c, -1), 0, because="of two opposite inputs only one is positive")
    claim(
        kappa + (-1) ** degree * kappa.subs(c, -c),
        gaussian_expectation((z * w) ** degree, (z, w), c) / 2,
        because="z -> -z joins two quadrants, which hold half of the whole moment",
    )
    return kappa


@derivation(kernel=(c,), emit=DEGREES)
def arccos_derivative(degree: int = 1):
    """Differentiating in the correlation lowers the degree."""
    kappa = arccos(degree=degree)
    given(-1 < c, c < 1)
    slope = kappa.diff(c)
    if degree == 0:
        slope = claim(
            slope,
            1 / (2 * pi * sqrt(1 - c**2)),
            because="a step has a delta function as its slope; two deltas leave the joint density",
        )
    else:
        slope = claim(
            slope,
            degree**2 * arccos(degree=degree - 1),
            because="the slope of a rectified power is n times the next lower one",
        )
    claim(
        derivative_in_covariance(node_product(degree), (z, w), c, (z, w)),
        slope,
        because="Price: the derivative in the covariance is the expectation of both slopes",
    )
    return slope


@derivation
def homogeneity():
    """Lengths of the inputs come out as powers: the kernel is a function of the angle."""
    given(-1 < c, c < 1)
    cross = c * sqrt(q11) * sqrt(q22)
    covariance = Matrix([[q11, cross], [cross, q22]])
    for degree in (0, 1, 2, 3):
        claim(
            gaussian_expectation(node_product(degree), (z, w), covariance),
            sqrt(q11) ** degree * sqrt(q22) ** degree * arccos(degree=degree),
            because="a rectified power is homogeneous of degree n",
        )
    return covariance


@derivation
def ladder():
    """Three neighbouring degrees are linearly related."""
    given(-1 <= c, c <= 1)
    for degree in (1, 2, 3):
        claim(
            dual(degree + 1),
            (2 * degree + 1) * c * arccos(degree=degree)
            + degree**2 * (1 - c**2) * arccos(degree=degree - 1),
            because="integrate by parts in one of the variables",
        )
    return dual(4)


@derivation
def deep_correlation():
    """One layer of rectifiers, scaled to keep the variance, maps correlations upwards to 1."""
    kappa = arccos(degree=1)
    variance = gaussian_expectation(rectified(z, 1) ** 2, z)
    correlation = define("correlation", kappa / variance)
    claim(
        correlation,
        (sqrt(1 - c**2) + c * (pi - acos(c))) / pi,
        because="the variance of a rectified unit Gaussian, about zero, is 1/2",
    )
    claim(correlation.subs(c, 1), 1, because="equal inputs stay equal")
    claim(
        correlation.diff(c),
        1 - acos(c) / pi,
        because="the derivative is twice the kernel of degree 0",
        where=(-1 < c, c < 1),
    )
    return correlation


@derivation
def single_integral():
    """The kernel is one integral over a quarter of a turn, in the two positive variables' plane.

    J_n = n! sin^(2n+1) times the integral of cos(psi)^n / (1 - cos(theta) cos(psi))^(n+1).
    """
    given(-1 < c, c < 1)
    integrand = define("integrand", 1 / (1 - c * cos(psi)))
    primitive = 2 * atan(sqrt((1 + c) / (1 - c)) * tan(psi / 2)) / sqrt(1 - c**2)
    claim(
        primitive.diff(psi),
        integrand,
        because="differentiate the half-angle substitution back",
        where=(0 <= psi, psi <= pi / 2),
    )
    turn = claim(
        sqrt(1 - c**2) * (primitive.subs(psi, pi / 2) - primitive.subs(psi, 0)),
        pi - acos(c),
        because="tan(pi/4) = 1, and twice the arctangent is the angle pi - theta",
    )
    integral = turn / sqrt(1 - c**2)
    cite("differentiation under the integral sign")
    for degree in (0, 1, 2, 3):
        claim(
            integrand.diff(c, degree),
            factorial(degree) * cos(psi) ** degree / (1 - c * cos(psi)) ** (degree + 1),
            because="each derivative in c brings a factor cos(psi)/(1 - c cos(psi))",
        )
        claim(
            sqrt(1 - c**2) ** (2 * degree + 1) * integral.diff(c, degree) / (2 * pi),
            arccos(degree=degree),
            because="both sides are the same integral over the quadrant, in other coordinates",
        )
    return integral


@derivation
def metric():
    """Degree 1 leaves the input space flat; higher degrees stretch it along the input.

    g = n^2 (2n-3)!! |x|^(2n-2) (I + 2 (n-1) x x^T / |x|^2)
    """
    for degree in (1, 2, 3):
        slope = weak_derivative(rectified(z, degree), z, (z,))
        scale = degree**2 * factorial2(2 * degree - 3) * q11 ** (degree - 1)
        claim(
            gaussian_expectation(2 * slope**2 * z**2 / q11, z, q11),
            (2 * degree - 1) * scale,
            because="along the input the weights are its projection over its length",
        )
        claim(
            gaussian_expectation(2 * slope**2 * w**2, (z, w), Matrix([[q11, 0], [0, 1]])),
            scale,
            because="across the input the weights are independent of its projection",
        )
    return scale
