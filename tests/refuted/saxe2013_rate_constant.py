"""A learning time proportional to the constant of the rate, not to its inverse.

Saxe, McClelland and Ganguli, arXiv:1312.6120, (43) and (44), as printed in the text we read: with
rates c/lambda_1, lambda_1 the largest curvature, the times of two and of very many weights differ
by c s/epsilon. Faster learning takes less time: they differ by 1/c times as much.
"""
from sympy import oo, symbols

from symdyn import claim, derivation, given
from symdyn.library import saxe2013

c = symbols("c", positive=True)                    # learning rate times the largest curvature
n, z = saxe2013.depth, saxe2013.z                  # number of weights, u/s


@derivation
def rate_constant():
    """What very many weights cost in time, per unit of z: in all, 1/z on the way from z to 1."""
    given(z < 1)
    growth = c*saxe2013.optimal_rates()
    return claim(1/growth.subs(n, oo) - 1/growth.subs(n, 2), -(c/z).diff(z),
                 because="both times are proportional to c, it is said", eq="(44)")
