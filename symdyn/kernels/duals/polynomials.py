"""Polynomials through values at the Gauss-Legendre nodes."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre

from symdyn.kernels.duals.sums import NODES, ORDER, Doubles

TO_LEGENDRE = np.linalg.inv(legendre.legvander(NODES, ORDER - 1))
_TO_POWERS = np.array([np.pad(legendre.leg2poly(row), (0, ORDER))[:ORDER] for row in np.eye(ORDER)])


def polynomial_through(values: Doubles) -> Doubles:
    """Coefficients of the polynomial with these values at the Gauss-Legendre nodes.

    >>> abs(polynomial_through(NODES**2)).round(12)[:4].tolist()
    [0.0, 0.0, 1.0, 0.0]
    """
    return TO_LEGENDRE @ values @ _TO_POWERS
