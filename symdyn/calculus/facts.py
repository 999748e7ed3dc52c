"""Definitions and cited theorems on which proofs rest.

What is PROVED is proved relative to these statements, and a record names those that it used. Each
has its conditions, where it is found, and an instance `example`: an equality that holds at every
point of its domain and that the tests enclose. Nothing is derived here; what can be derived from
these statements does not belong to them.

DLMF is the Digital Library of Mathematical Functions, https://dlmf.nist.gov.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Derivative,
    Expr,
    Heaviside,
    Integral,
    Max,
    S,
    Symbol,
    asin,
    besselk,
    cos,
    erf,
    erfc,
    exp,
    gamma,
    hyper,
    oo,
    pi,
    sin,
    sqrt,
    uppergamma,
)
from sympy.logic.boolalg import Boolean

Example = tuple[Expr, Expr, tuple[Boolean, ...]]


@dataclass(frozen=True)
class Fact:
    """A statement that is used and not proved here."""

    name: str
    statement: str
    source: str
    conditions: str
    example: Example | None = None


_x, _y = Symbol("x", real=True), Symbol("y", real=True)
_t, _k = Symbol("t", real=True), Symbol("k", real=True)
_c = Symbol("c", real=True)
_p, _q = Symbol("p", positive=True), Symbol("q", positive=True)
_CORRELATION = (_c > -1, _c < 1)


def _density(x: Expr, variance: Expr | int = 1) -> Expr:
    return exp(-(x**2) / (2 * variance)) / sqrt(2 * pi * variance)


def _mean(f: Expr, variance: Expr | int = 1, start: Expr = -oo, end: Expr = oo) -> Expr:
    return Integral(f * _density(_x, variance), (_x, start, end))


_SLACK = sqrt(1 - _c**2)  # w = c z + slack * independent noise
_RELU_OF_W = (  # E[max(w, 0) | z = x]
    _c * _x * erfc(-_c * _x / (sqrt(2) * _SLACK)) / 2
    + _SLACK * exp(-(_c**2) * _x**2 / (2 * _SLACK**2)) / sqrt(2 * pi)
)

FACTS: tuple[Fact, ...] = (
    Fact(
        "cells of smoothness",
        "Max, Min, Abs, sign, Heaviside and order relations take one smooth form on each side of "
        "the line where the form that decides them vanishes; lines have measure zero.",
        "definitions",
        "the Gaussian law is not degenerate",
        (Max(_x, 0) - Max(-_x, 0), _x * Heaviside(_x) + _x * Heaviside(-_x), ()),
    ),
    Fact(
        "independence",
        "The expectation of a product of functions of independent variables is the product of "
        "their expectations; uncorrelated jointly Gaussian variables are independent.",
        "Feller, An Introduction to Probability Theory, vol. 2, V and III.6",
        "the expectations exist",
    ),
    Fact(
        "odd functions",
        "The expectation of an odd function of centred Gaussian variables is zero.",
        "symmetry of the density",
        "the expectation exists",
        (_mean(_x * exp(-(_x**2))), 0 * _x, ()),
    ),
    Fact(
        "polar coordinates",
        "For unit Gaussians u = r cos(phi), v = r cos(phi - delta), where cos(delta) is their "
        "correlation, E[f(u, v)] is the integral of f r exp(-r^2/2)/(2 pi) over r > 0 and one "
        "period of phi.",
        "change of variables; Cho and Saul 2009, appendix",
        "0 < delta < pi",
        (
            Integral(_density(_x) * erfc(-_c * _x / sqrt(2 * (1 - _c**2))) / 2, (_x, 0, oo)),
            (pi / 2 + asin(_c)) / (2 * pi),
            _CORRELATION,
        ),
    ),
    Fact(
        "radial moment",
        "The integral of r^(p+1) exp(-r^2/2) over r > 0 is 2^(p/2) Gamma(p/2 + 1).",
        "DLMF 5.9.1 with t = r^2/2",
        "p > -2",
        (
            Integral(_x ** (_p + 1) * exp(-(_x**2) / 2), (_x, 0, oo)),
            2 ** (_p / 2) * gamma(_p / 2 + 1),
            (),
        ),
    ),
    Fact(
        "half-line moment",
        "For z ~ N(0, q), E[z^p 1(z > 0)] = q^(p/2) 2^(p/2 - 1) Gamma((p + 1)/2) / sqrt(pi).",
        "DLMF 5.9.1 with t = z^2/(2 q)",
        "p > -1",
        (
            _mean(_x**_p, _q, start=0),
            _q ** (_p / 2) * 2 ** (_p / 2 - 1) * gamma((_p + 1) / 2) / sqrt(pi),
            (),
        ),
    ),
    Fact(
        "Gaussian tail",
        "E[z^n 1(z > t)] is the function of t that has -t^n times the density as its derivative "
        "and tends to 0 as t goes to infinity; for complex t by analytic continuation.",
        "fundamental theorem of calculus; DLMF 7.2.2",
        "n is a natural number",
        (_mean(_x, start=_t), _density(_t), ()),
    ),
    Fact(
        "incomplete Gamma function",
        "For z ~ N(0, q) and t > 0, E[z^p 1(z > t)] = q^(p/2) 2^(p/2 - 1) "
        "Gamma((p + 1)/2, t^2/(2 q)) / sqrt(pi).",
        "DLMF 8.2.2 with substitution z^2/(2 q)",
        "t > 0",
        (
            _mean(_x**_p, start=_q),
            2 ** (_p / 2 - 1) * uppergamma((_p + 1) / 2, _q**2 / 2) / sqrt(pi),
            (),
        ),
    ),
    Fact(
        "Isserlis",
        "A moment of centred Gaussians is the sum over all pairings of the factors of the products "
        "of their covariances.",
        "Isserlis 1918, Biometrika 12",
        "jointly Gaussian, centred",
        (_mean((_x * (_c * _x + 1)) ** 2), 3 * _c**2 + 1, ()),
    ),
    Fact(
        "asymptotic freeness",
        "For independent large square matrices whose laws are invariant under rotations from both "
        "sides, the S-transform of the squared singular values of their product is the product of "
        "their S-transforms.",
        "Voiculescu 1991, Inventiones 104; Nica and Speicher, Lectures on the Combinatorics of "
        "Free Probability, 18.14",
        "in the limit of large matrices, where all moments converge",
    ),
    Fact(
        "Stein",
        "E[z1 G(z)] = sum over j of Cov(z1, z_j) E[dG/dz_j]; jumps of G count as delta functions.",
        "Stein 1981, Annals of Statistics 9; integration by parts",
        "centred Gaussians; G and its derivatives of less than Gaussian growth",
        (_mean(_x * sin(_k * _x), _q), _q * _k * _mean(cos(_k * _x), _q), ()),
    ),
    Fact(
        "conditional Gaussian",
        "Given forms u of centred Gaussians z, z - Cov(z, u) Cov(u)^-1 u is Gaussian and "
        "independent of u; E[delta(u - s) G] is the density of u at s times E[G given u = s].",
        "Feller, An Introduction to Probability Theory, vol. 2, III.6",
        "the covariance of u is not degenerate",
    ),
    Fact(
        "completing the square",
        "E[exp(b.z + z.A.z) G(z)] = det(I - 2 A S)^(-1/2) exp(b.T.b/2) E'[G(z + T b)], where S is "
        "the covariance and T = S (I - 2 A S)^-1 that of the new law; for complex b, and complex A "
        "in one variable, by analytic continuation.",
        "change of variables",
        "S^-1 - 2 Re(A) positive definite",
        (_mean(exp(_k * _x - _q * _x**2)), exp(_k**2 / (2 + 4 * _q)) / sqrt(1 + 2 * _q), ()),
    ),
    Fact(
        "sigmoid of a Gaussian",
        "erf(f/sqrt(2 v)) is the mean of sign(f + noise) over noise ~ N(0, v); so for f ~ N(b, q) "
        "the mean of erf(f/sqrt(2 v)) is erf(b/sqrt(2 (q + v))).",
        "DLMF 7.2.1; sums of independent Gaussians",
        "v >= 0",
        (_mean(erf((_x + _k) / sqrt(2 * _q))), erf(_k / sqrt(2 * (1 + _q))), ()),
    ),
    Fact(
        "Price",
        "d E[F(z)] / d Cov(z_i, z_j) = E[d^2 F/(dz_i dz_j)] for i != j, half of that for i = j, "
        "with weak derivatives.",
        "Price 1958, IRE Transactions on Information Theory 4",
        "F of less than Gaussian growth, covariance not degenerate",
        (
            _mean(erf(_c * _x / sqrt(2 * (1 - _c**2))) * (2 * Heaviside(_x) - 1)),
            2 / pi * asin(_c),
            _CORRELATION,
        ),
    ),
    Fact(
        "differentiation under the integral sign",
        "d/dc of the integral of f(x, c) over an interval is the integral of df/dc.",
        "dominated convergence",
        "df/dc is continuous in both variables on a closed bounded interval",
        (
            Integral(_x * exp(_c * _x), (_x, 0, 1)),
            Derivative((exp(_c) - 1) / _c, _c),
            (_c > 0,),
        ),
    ),
    Fact(
        "change of variables",
        "The integral of f over A is that of f(X(y)) |det dX/dy| over B, for X from B onto A.",
        "Rudin, Real and Complex Analysis, theorem 7.26",
        "X is smooth and has a smooth inverse; f is not negative or integrable",
        (
            Integral(2 * _x * exp(-(_x**2) - _q * _x**4), (_x, 0, oo)),
            Integral(exp(-_x - _q * _x**2), (_x, 0, oo)),
            (),
        ),
    ),
    Fact(
        "integral of the Bessel function K",
        "The integral of exp(n v - a e^v - b e^-v) over the real line is "
        "2 (b/a)^(n/2) K_n(2 sqrt(a b)).",
        "DLMF 10.32.9, 10.32.10 with t = e^v",
        "a, b > 0",
        (
            Integral(exp(-_q * (exp(_x) + exp(-_x)) / 2), (_x, -oo, oo)),
            2 * besselk(0, _q),
            (),
        ),
    ),
    Fact(
        "quadrant moments of real powers",
        "The power series of exp(rho u v) under the integral, and Euler's transformation of the "
        "two hypergeometric functions that it sums to, give E[u^m v^n] over u, v > 0.",
        "monotone convergence; DLMF 15.8.1",
        "m, n > -1 and |rho| < 1",
        (
            _mean(_x**_p * _RELU_OF_W, start=0),
            2 ** ((_p - 3) / 2)
            / pi
            * (
                gamma((_p + 1) / 2) * hyper((-_p / 2, -S.Half), (S.Half,), _c**2)
                + _c * sqrt(pi) * gamma(_p / 2 + 1)
            ),
            _CORRELATION,
        ),
    ),
)


def fact(name: str) -> Fact:
    """The fact of a name.

    >>> fact("Isserlis").source
    'Isserlis 1918, Biometrika 12'
    """
    return next(entry for entry in FACTS if entry.name == name)
