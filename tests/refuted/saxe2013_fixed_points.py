"""The condition of full activity as a condition of every fixed point.

Saxe, McClelland and Ganguli, arXiv:1312.6120, section 1.2, as printed in the text we read: at every
fixed point a . b = s for each mode that the hidden units have room for. A mode may also rest at 0:
any set of active modes gives fixed points, the origin among them.
"""
from sympy import roots, symbols

from symdyn import claim, derivation, gradient_flow

a, b = symbols("a b", real=True)                   # the two weights of a mode
s, tau = symbols("s tau", positive=True)           # strength, time constant


@derivation
def fixed_points():
    """Every strength a b at which a balanced mode rests."""
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    for weight in sorted(roots(flow[a].subs(b, a), a), key=str):
        claim(weight**2, s, because="necessary at a fixed point, it is said")
