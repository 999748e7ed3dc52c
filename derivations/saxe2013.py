"""Learning in deep linear networks: flows, conservation laws, exact solutions.

Andrew M. Saxe, James L. McClelland and Surya Ganguli, "Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks", arXiv:1312.6120, 2013.
"""

from __future__ import annotations

from sympy import symbols

from symdyn import Conserved, claim, derivation, gradient_flow
from symdyn.calculus.flows import Flow

a, b = symbols("a b", real=True)  # the two weights of one mode
s, tau = symbols("s tau", positive=True)  # strength of the mode, time constant


@derivation
def mode_flow() -> Flow:
    """A mode of strength s trains its two weights by gradient descent."""
    flow = gradient_flow((s - a*b)**2 / 2, (a, b), rate=1/tau)
    claim(flow[a], b*(s - a*b)/tau, because="steps are infinitesimal")
    claim(flow[b], a*(s - a*b)/tau, because="a and b enter alike")
    return flow


@derivation
def imbalance():
    """The difference of the squared weights never changes."""
    conserved = a**2 - b**2
    claim(Conserved(conserved, mode_flow()), because="the loss is invariant under a -> k*a, b -> b/k")
    return conserved
