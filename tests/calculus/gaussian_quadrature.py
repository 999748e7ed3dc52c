"""Gaussian expectations by quadrature in mpmath: the definition, for comparison only.

One variable: the integral over the line, split at given points. Two variables: polar coordinates,
with the angle split where z, w, z + w or z - w vanish, so that every piece is smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import mpmath as mp
from numpy.polynomial.legendre import leggauss
from sympy import Expr, Symbol, lambdify

DIGITS = 20
_NAMES = {
    "Heaviside": lambda x, _=0: mp.mpf(x > 0),
    "Max": max,
    "Min": min,
    "sign": mp.sign,
}


def on_line(f: Expr, z: Symbol, variance: object = 1, kinks: Sequence[object] = (0,)) -> mp.mpf:
    """E[f(z)] for z ~ N(0, variance)."""
    with mp.workdps(DIGITS + 5):
        q = mp.mpf(variance)
        value = lambdify(z, f, modules=[_NAMES, "mpmath"])
        far = 14 * mp.sqrt(q)
        points = sorted({mp.mpf(x) for x in (-far, -far / 4, *kinks, far / 4, far)})
        total = mp.quad(lambda x: value(x) * mp.exp(-x * x / (2 * q)), points)
        return total / mp.sqrt(2 * mp.pi * q)


def in_plane(
    f: Expr,
    variables: tuple[Symbol, Symbol],
    correlation: float,
    variances: tuple[float, float] = (1, 1),
) -> mp.mpf:
    """E[f(z, w)] for a correlation and variances; good to 13 digits or more."""
    with mp.workdps(DIGITS):
        a, b = (mp.sqrt(mp.mpf(q)) for q in variances)
        theta = mp.acos(mp.mpf(correlation))
        value = lambdify(variables, f, modules=[_NAMES, "mpmath"])

        def along(phi: mp.mpf) -> mp.mpf:
            x, y = a * mp.cos(phi), b * mp.cos(phi - theta)
            return _gauss(lambda r: value(r * x, r * y) * r * mp.exp(-r * r / 2), [0, 4, 12], 28)

        return _gauss(along, _angles(a, b, theta), 14) / (2 * mp.pi)


def _gauss(f: Callable[[mp.mpf], mp.mpf], points: Sequence[mp.mpf], order: int) -> mp.mpf:
    """Gauss-Legendre quadrature with a fixed number of nodes in each piece."""
    total = mp.mpf(0)
    for start, end in pairwise(points):
        half, middle = (end - start) / mp.mpf(2), (end + start) / mp.mpf(2)
        total += half * mp.fsum(
            w * f(middle + half * x) for x, w in zip(*leggauss(order), strict=True)
        )
    return total


def _angles(a: mp.mpf, b: mp.mpf, theta: mp.mpf) -> list[mp.mpf]:
    """Directions in which a linear form changes sign, over one period."""
    edges = set()
    for s, t in ((1, 0), (0, 1), (1, 1), (1, -1)):
        normal = mp.atan2(t * b * mp.sin(theta), s * a + t * b * mp.cos(theta))
        edges.update({_wrapped(normal - mp.pi / 2), _wrapped(normal + mp.pi / 2)})
    ordered = sorted(edges)
    return [*ordered, ordered[0] + 2 * mp.pi]


def _wrapped(phi: mp.mpf) -> mp.mpf:
    return phi - 2 * mp.pi * mp.floor(phi / (2 * mp.pi))
