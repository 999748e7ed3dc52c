"""The time along a hyperbola with s where 2 s is right.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, appendix A, (26), as printed in the text that we read: R is
sqrt(c0^2 + s^2) where sqrt(c0^2 + 4 s^2) is right, and the logarithm has s where 2 s is right.
"""
from sympy import cosh, log, sinh, sqrt, symbols, tanh

from symdyn import claim, derivation, derivative_along, given, gradient_flow

a, b, theta = symbols("a b theta", real=True)      # two weights, the hyperbolic angle
c0, s, tau = symbols("c0 s tau", positive=True)    # imbalance, strength, time constant


@derivation
def hyperbolic_time():
    """dt/dtheta on the way from theta = 0 to the fixed point, by the flow and by (26)."""
    given(0 < theta, c0*sinh(theta) < s)
    on_curve = {a: sqrt(c0)*cosh(theta/2), b: sqrt(c0)*sinh(theta/2)}
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    rate = derivative_along(flow, a*b).subs(on_curve) / (a*b).subs(on_curve).diff(theta)
    R, half = sqrt(c0**2 + s**2), tanh(theta/2)
    time = tau/R*log((R + c0 + s*half)/(R - c0 - s*half))
    return claim(1/rate, time.diff(theta), because="separate variables and integrate", eq="(26)")
