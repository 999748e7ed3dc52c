"""The number of layers where that of weight matrices is meant.

Saxe, McClelland and Ganguli, arXiv:1312.6120, (16), (17) and (42), as printed in the text we read:
a deep mode grows at the rate N_l. There are N_l - 1 matrices between N_l layers; the two agree in
the limit only, and differ by 1 % for a hundred layers.
"""
from sympy import Symbol, symbols

from symdyn import Flow, claim, derivation, derivative_along, gradient_flow

a = Symbol("a", positive=True)                     # each of the equal weights
x = Symbol("x", real=True)                         # one of them, told apart
s, tau = symbols("s tau", positive=True)           # strength, time constant
layers = Symbol("N_l", integer=True, positive=True)


@derivation
def number_of_layers():
    """The growth of the strength u = a^n of a mode with n weights."""
    n = layers - 1
    flow = gradient_flow((s - x*a**(n - 1))**2 / 2, (x,), rate=1/tau)
    growth = derivative_along(Flow({a: flow[x].subs(x, a)}), a**n)
    claim(growth, layers*a**(2*n - 2)*(s - a**n)/tau, because="one factor for each layer",
          eq="(16)", where=layers >= 3)
