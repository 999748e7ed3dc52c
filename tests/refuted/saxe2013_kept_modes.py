"""Which mode a bottleneck keeps, when the inputs are correlated.

Saxe, McClelland and Ganguli, arXiv:1312.6120, appendix E, as printed in the text we read: the final
map is the best approximation of Sigma31 Sigma11^-1 of rank N2, which keeps the largest s/d. The
loss falls by s^2/(2 d) for a mode of strength s and input variance d, so the largest s^2/d is kept.
"""
from sympy import symbols

from symdyn import Bounded, claim, derivation, given

s1, s2 = symbols("s1 s2", positive=True)  # strengths of two modes
d1, d2 = symbols("d1 d2", positive=True)  # variances of the inputs along them
w = symbols("w", real=True)               # what is learned of the one mode that is kept


@derivation
def kept_mode():
    """One hidden unit learns one of two modes; the loss at its minimum, less the loss at zero."""
    given(s1/d1 > s2/d2)

    def best(s, d):
        loss = d*w**2/2 - s*w
        return loss.subs(w, s/d)

    claim(Bounded(best(s1, d1) - best(s2, d2), None, 0), because="the larger s/d is kept")
