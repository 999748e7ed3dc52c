"""The energy of a deep mode without its square.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, (27), as printed in the text that we read: E is given as
(s - product of the weights)/(2 tau), whose gradient is not the flow of the mode.
"""
from sympy import Symbol, symbols

from symdyn import claim, derivation, gradient_flow

a = Symbol("a", positive=True)                     # each of n equal weights
x = Symbol("x", real=True)                         # one of them, told apart
s, tau = symbols("s tau", positive=True)           # strength, time constant
n = Symbol("n", integer=True, positive=True)       # number of weight matrices


@derivation
def deep_energy():
    """The flow of the loss, and steepest descent on the energy."""
    flow = gradient_flow((s - x*a**(n - 1))**2 / 2, (x,), rate=1/tau)
    energy = (s - x*a**(n - 1)) / (2*tau)
    return claim(flow[x], -energy.diff(x), because="steepest descent on the energy", eq="(27)")
