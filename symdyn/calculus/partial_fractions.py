"""Antiderivatives of x^m/(a + b x^n) by real partial fractions over the roots of unity.

With r the positive number of r^n = |a/b| and y = x/r the denominator is a (1 - y^n) or a (1 + y^n).
Its roots zeta = e^{i phi} are simple, the residue of y^m/(1 -+ y^n) there is -+ zeta^{m+1-n}/n, and
every pair of conjugate roots gives

    cos((m+1) phi) log(y^2 - 2 y cos(phi) + 1) - 2 sin((m+1) phi) atan((y - cos(phi))/sin(phi))

times -1/n for 1 - y^n, and 1/n times -1 to the power 1 (the root's n-th power) for 1 + y^n. Real
roots give logarithms alone. Nothing is left out, whatever the signs of a and b are told to be; the
logarithm of the root 1 is written log(1 - y), real below it.
"""

from __future__ import annotations

from sympy import Expr, Integer, Poly, S, Symbol, atan, cos, log, pi, sin


def binomial_fraction(m: int, n: int, a: Expr, b: Expr, x: Symbol) -> Expr:
    """An antiderivative of x^m/(a + b x^n), for whole numbers 0 <= m < n.

    >>> from sympy import symbols
    >>> x, s = symbols("x s", positive=True)
    >>> binomial_fraction(1, 2, s, -S.One, x)
    -log(1 - x/sqrt(s))/2 - log(1 + x/sqrt(s))/2
    """
    ratio = b / a
    falls = bool(ratio.is_negative)
    size = (-ratio if falls else ratio) ** (S.One / n)
    y = size * x
    terms = (_pair(k, m, n, y, falls) for k in range(n))
    return sum(terms, S.Zero) / (a * n * size ** (m + 1))


def binomial_parts(denominator: Expr, x: Symbol) -> tuple[int, Expr, Expr] | None:
    """n, a, b of a denominator a + b x^n with n of 3 or more, or None for any other.

    >>> x = Symbol("x")
    >>> binomial_parts(5 - x**3, x)
    (3, 5, -1)
    """
    polynomial = Poly(denominator, x)
    terms = polynomial.terms()
    if polynomial.degree() < 3 or len(terms) != 2 or terms[1][0] != (0,):
        return None
    return polynomial.degree(), terms[1][1], terms[0][1]


def _pair(k: int, m: int, n: int, y: Expr, falls: bool) -> Expr:
    """What the roots of angles phi and -phi give together, in their first place."""
    phi = pi * Integer(2 * k if falls else 2 * k + 1) / n
    if phi > pi:
        return S.Zero
    sign = S.NegativeOne
    if phi in (0, pi):
        return sign * cos((m + 1) * phi) * log(1 - y * cos(phi))
    c, weight = cos(phi), cos((m + 1) * phi)
    turning = 2 * sin((m + 1) * phi) * atan((y - c) / sin(phi))
    return sign * (weight * log(y**2 - 2 * c * y + 1) - turning)
