"""The rule of learning with a loss that is twice its own.

Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
neural networks", arXiv:1312.6120, section 1, as printed in the text that we read: the loss is the
sum of squared errors, but (1) and (9) descend on half of it. Here for one mode.
"""
from sympy import symbols

from symdyn import claim, derivation, gradient_flow

a, b = symbols("a b", real=True)                   # the two weights of a mode
s, tau = symbols("s tau", positive=True)           # strength, time constant


@derivation
def loss_scale():
    """Gradient descent on the squared error of one mode."""
    flow = gradient_flow((s - a*b)**2, (a, b), rate=1/tau)
    return claim(flow[a], b*(s - a*b)/tau, because="descend on the squared error", eq="(1)")
