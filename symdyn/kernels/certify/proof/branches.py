"""Functions at points where they are not holomorphic, as two that are.

    2F1(a, b; c; z) at z = 1, w = 1 - z, m = c - a - b (DLMF 15.8.4 and 15.8.10):
        Gamma(c) Gamma(m)/(Gamma(c-a) Gamma(c-b)) 2F1(a, b; 1-m; w)
            + w^m Gamma(c) Gamma(-m)/(Gamma(a) Gamma(b)) 2F1(c-a, c-b; 1+m; w)
        for whole m >= 0:  R(w) + log(w) S(w),
        S = -(-w)^m Gamma(c)/(Gamma(a) Gamma(b) m!) 2F1(a+m, b+m; 1+m; w)
    K_n(z) at z = 0 (DLMF 10.31.1):  z^-n R(z) - (-1)^n log(z) I_n(z),  n = 0, 1, ...
    log Gamma(z) at z = 0:           log Gamma(1 + z) - log(z)

R is the difference of the function and its logarithmic part, times z^n, which is known to have no
branch for |w| < 1, and all z.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy import Expr, besseli, gamma, hyper, log, loggamma

from symdyn.kernels.certify.proof.holomorphic import VARIABLE


@dataclass(frozen=True)
class Logarithmic:
    """w^-pole R(w) + log(w) w^zero S(w), with w an expression, R and S in VARIABLE."""

    variable: Expr
    zero: int
    regular: Expr
    second: Expr
    radius: float
    pole: int = 0


def branch(expr: Expr, at: Expr) -> Expr | Logarithmic | None:
    """Another way to write a function of z near a point; `at` is 0 or 1."""
    if isinstance(expr, (sp.elliptic_k, sp.elliptic_e)) and at == 1 and len(expr.args) == 1:
        return expr.rewrite(hyper)
    if isinstance(expr, hyper) and at == 1 and len(expr.ap) == 2 and len(expr.bq) == 1:
        return _hypergeometric(expr)
    if isinstance(expr, sp.besselk) and at == 0 and abs(expr.args[0]).is_Integer:
        n = abs(int(expr.args[0]))
        second = -((-1) ** n) * besseli(n, VARIABLE)
        regular = (sp.besselk(n, VARIABLE) - log(VARIABLE) * second) * VARIABLE**n
        return Logarithmic(expr.args[1], 0, regular, second, float("inf"), n)
    if isinstance(expr, loggamma) and at == 0:
        return loggamma(1 + expr.args[0]) - log(expr.args[0])
    return None


def _hypergeometric(expr: hyper) -> Expr | Logarithmic | None:
    (a, b), (c,), w = expr.ap, expr.bq, sp.expand(1 - expr.argument)
    m = c - a - b
    if not all(value.is_Rational for value in (a, b, c)):
        return None
    if not m.is_Integer:
        first = gamma(c) * gamma(m) / (gamma(c - a) * gamma(c - b)) * hyper((a, b), (1 - m,), w)
        scale = gamma(c) * gamma(-m) / (gamma(a) * gamma(b))
        return first + scale * w**m * hyper((c - a, c - b), (1 + m,), w)
    if m < 0:
        return None
    scale = -((-1) ** m) * gamma(c) / (gamma(a) * gamma(b) * sp.factorial(m))
    second = scale * hyper((a + m, b + m), (1 + m,), VARIABLE)
    regular = hyper((a, b), (c,), 1 - VARIABLE) - log(VARIABLE) * VARIABLE**m * second
    return Logarithmic(w, int(m), regular, second, 1.0)
