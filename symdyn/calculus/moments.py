"""Moments of centred Gaussian variables: of products, over half-lines, of the radius.

    E[z1 G(z)] = sum_j Cov(z1, z_j) E[dG/dz_j]              (Stein), hence Isserlis' theorem
    E[z^p 1(z > 0)]  = q^(p/2) 2^(p/2 - 1) Gamma((p + 1)/2) / sqrt(pi)          for real p > -1
    E[z^n 1(z > t)]  = (n - 1) q E[z^(n-2) 1(z > t)] + q t^(n-1) g(t)           for integer n >= 2
    int_0^oo r^(p+1) exp(-r^2/2) dr = 2^(p/2) Gamma(p/2 + 1)                    for real p > -2

with z ~ N(0, q) and its density g. Every moment here is exact; powers may be symbols as long as
the assumptions on them show that the moment exists. Non-zero means are not treated: shift first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import (
    Add,
    Expr,
    Integer,
    Matrix,
    S,
    Symbol,
    erfc,
    exp,
    expand,
    gamma,
    pi,
    sqrt,
    sympify,
    uppergamma,
)

from symdyn.calculus.monomials import monomials
from symdyn.calculus.obligations import cite, owe
from symdyn.errors import DomainError, UnsupportedError


def gaussian_moment(powers: Sequence[int], covariance: Matrix) -> Expr:
    """E[z1^n1 z2^n2 ...] of centred Gaussians, by Isserlis' theorem.

    >>> from sympy import Matrix, symbols
    >>> c = symbols("c", real=True)
    >>> gaussian_moment((2, 2), Matrix([[1, c], [c, 1]]))
    2*c**2 + 1
    """
    cite("Isserlis")
    return expand(_isserlis(tuple(int(n) for n in powers), covariance, {}))


def _isserlis(
    powers: tuple[int, ...], covariance: Matrix, known: dict[tuple[int, ...], Expr]
) -> Expr:
    if sum(powers) % 2:
        return S.Zero
    if not any(powers):
        return S.One
    if powers not in known:
        i = next(k for k, n in enumerate(powers) if n)
        rest = _lowered(powers, i)
        known[powers] = expand(
            sum(
                covariance[i, j] * n * _isserlis(_lowered(rest, j), covariance, known)
                for j, n in enumerate(rest)
                if n
            )
        )
    return known[powers]


def _lowered(powers: tuple[int, ...], index: int) -> tuple[int, ...]:
    return tuple(n - (k == index) for k, n in enumerate(powers))


def polynomial_moment(polynomial: Expr, variables: Sequence[Symbol], covariance: Matrix) -> Expr:
    """E[P(z)] for a polynomial P in centred Gaussian variables.

    >>> from sympy import Matrix, symbols
    >>> z, q = symbols("z q")
    >>> polynomial_moment(z**4 - 6*q*z**2 + 3*q**2, (z,), Matrix([[q]]))
    0
    """
    terms = monomials(polynomial, variables)
    return expand(Add(*(c * gaussian_moment(n, covariance) for n, c in terms.items())))


def half_line_moment(power: Expr | int, variance: Expr | int, threshold: Expr | int = 0) -> Expr:
    """E[z^p 1(z > t)] for z ~ N(0, q).

    Real powers need p > -1 and t = 0 or t > 0; integer powers allow any threshold.

    >>> half_line_moment(1, 1)
    sqrt(2)/(2*sqrt(pi))
    >>> half_line_moment(0, 1, 1)
    erfc(sqrt(2)/2)/2

    Raises DomainError where the moment is infinite, UnsupportedError where nothing shows whether.
    """
    p, q, t = sympify(power), sympify(variance), sympify(threshold)
    if t == 0:
        return _half_moment(p, q)
    if isinstance(p, Integer) and p.is_nonnegative:
        return _tail_moment(int(p), q, t)
    if t.is_positive:
        cite("incomplete Gamma function")
        return q ** (p / 2) * 2 ** (p / 2 - 1) * uppergamma((p + 1) / 2, t**2 / (2 * q)) / sqrt(pi)
    raise UnsupportedError(
        f"E[z**({p}) for z > {t}]: a power that is not a natural number needs a threshold that is "
        "0 or known to be positive"
    )


def _half_moment(p: Expr, q: Expr) -> Expr:
    require_power_above(p, -1, "E[z**p for z > 0]")
    cite("half-line moment")
    return q ** (p / 2) * 2 ** (p / 2 - 1) * gamma((p + 1) / 2) / sqrt(pi)


def _tail_moment(n: int, q: Expr, t: Expr) -> Expr:
    """By parts, downwards in the power; owes that its derivative in t is -t^n g(t)."""
    cite("Gaussian tail")
    tail, density = erfc(t / sqrt(2 * q)) / 2, exp(-(t**2) / (2 * q)) / sqrt(2 * pi * q)
    moments = [tail, q * density]
    for k in range(2, n + 1):
        moments.append((k - 1) * q * moments[k - 2] + q * t ** (k - 1) * density)
    _owe_tail(n)
    return moments[n]


def _owe_tail(n: int) -> None:
    x, v = Symbol("x", real=True), Symbol("v", positive=True)
    density = exp(-(x**2) / (2 * v)) / sqrt(2 * pi * v)
    moments = [erfc(x / sqrt(2 * v)) / 2, v * density]
    for k in range(2, n + 1):
        moments.append((k - 1) * v * moments[k - 2] + v * x ** (k - 1) * density)
    owe(
        moments[n].diff(x),
        -(x**n) * density,
        because=f"the moment of z^{n} beyond x falls at the rate of z^{n} times the density",
    )


def radial_moment(power: Expr | int) -> Expr:
    """int_0^oo r^(p+1) exp(-r^2/2) dr / (2 pi): the radius of two independent unit Gaussians.

    >>> radial_moment(2)
    1/pi
    """
    p = sympify(power)
    require_power_above(p, -2, "the radial moment of r**p")
    cite("radial moment")
    return 2 ** (p / 2) * gamma(p / 2 + 1) / (2 * pi)


def require_power_above(power: Expr, bound: int, what: str) -> None:
    """Stop unless `power > bound` is known, since the moment is infinite otherwise."""
    above = (power - bound).is_positive
    if above:
        return
    if above is False:
        raise DomainError(f"{what} is infinite at p = {power}; it needs p > {bound}")
    raise UnsupportedError(
        f"{what} exists for p > {bound} only, and nothing says that {power} is; declare the power "
        "positive, or write it as a bound plus a positive symbol"
    )
