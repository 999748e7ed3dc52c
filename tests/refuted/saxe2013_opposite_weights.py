"""The sigmoid of a balanced mode for weights of opposite sign.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, (10) to (12), as printed in the text that we read: the equation
tau u' = 2 u (s - u) is given for modes without imbalance, a^2 = b^2. It holds for a = b alone; for
a = -b there is 2 |u| in place of 2 u, and the mode decays.
"""
from sympy import Symbol, symbols

from symdyn import claim, derivation, derivative_along, gradient_flow

a, b = symbols("a b", real=True)                   # two weights
u = Symbol("u", negative=True)                     # their product, for a = -b
s, tau = symbols("s tau", positive=True)           # strength, time constant


@derivation
def opposite_weights():
    """The rate of change of the learned strength for a = -b."""
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    growth = derivative_along(flow, a*b).subs(b, -a).subs(a**2, -u)
    return claim(growth, 2*u*(s - u)/tau, because="the mode is balanced", eq="(10)")
