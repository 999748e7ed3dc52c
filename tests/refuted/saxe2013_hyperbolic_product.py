"""The product of the weights of a hyperbola without its factor 1/2.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, appendix A, as printed in the text that we read: a*b is given as
c0 sinh(theta) for a = sqrt(c0) cosh(theta/2), b = sqrt(c0) sinh(theta/2).
"""
from sympy import cosh, sinh, sqrt, symbols

from symdyn import claim, derivation

theta = symbols("theta", real=True)                # hyperbolic angle
c0 = symbols("c0", positive=True)                  # imbalance a^2 - b^2


@derivation
def hyperbolic_product():
    """The learned strength on the hyperbola."""
    a, b = sqrt(c0)*cosh(theta/2), sqrt(c0)*sinh(theta/2)
    return claim(a*b, c0*sinh(theta), because="the double angle")
