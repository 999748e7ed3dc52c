"""The rate of the hyperbolic angle with s where 2 s is right.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, appendix A, (25), as printed in the text that we read: from
a = sqrt(c0) cosh(theta/2), b = sqrt(c0) sinh(theta/2) it gets tau theta' = s - c0 sinh(theta).
"""
from sympy import cosh, sinh, sqrt, symbols

from symdyn import claim, derivation, derivative_along, gradient_flow

a, b, theta = symbols("a b theta", real=True)      # two weights, the hyperbolic angle
c0, s, tau = symbols("c0 s tau", positive=True)    # imbalance, strength, time constant


@derivation
def hyperbolic_rate():
    """The rate of change of theta along the gradient flow of one mode."""
    on_curve = {a: sqrt(c0)*cosh(theta/2), b: sqrt(c0)*sinh(theta/2)}
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    rate = derivative_along(flow, a*b).subs(on_curve) / (a*b).subs(on_curve).diff(theta)
    return claim(tau*rate, s - c0*sinh(theta), because="the chain rule", eq="(25)")
