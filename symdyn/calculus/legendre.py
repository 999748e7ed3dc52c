"""Legendre functions on the cut -1 < x < 1, as hypergeometric functions.

    P_n^-m(x) = ((1 - x)/(1 + x))^(m/2) 2F1(-n, n + 1; 1 + m; (1 - x)/2) / gamma(1 + m)

(DLMF 14.3.1): the solution of Legendre's equation that is ((1 - x)/2)^(m/2)/gamma(1 + m) at x = 1.
"""

from __future__ import annotations

from sympy import Expr, gamma, hyper, sympify


def ferrers(degree: Expr | int, order: Expr | int, x: Expr | int) -> Expr:
    """P_n^-m(x), Ferrers' function of the first kind of degree n and order -m.

    >>> from sympy import hyperexpand, symbols
    >>> x = symbols("x")
    >>> hyperexpand(ferrers(2, 0, x)).expand()
    3*x**2/2 - 1/2

    Source: DLMF 14.3.1. The order must not be a negative integer.
    """
    n, m, at = sympify(degree), sympify(order), sympify(x)
    scale = ((1 - at) / (1 + at)) ** (m / 2) / gamma(1 + m)
    return scale * hyper((-n, n + 1), (1 + m,), (1 - at) / 2)
