"""An unbalanced mode and the Riccati equation of balanced layers.

Saxe, McClelland and Ganguli, arXiv:1312.6120, appendix A, as printed in the text we read: solutions
on hyperbolas do not arise from a matrix Riccati equation. That is so of the equation without
imbalance, which is judged here; with the imbalance in it, it has them
(`symdyn.library.saxe2013.hyperbola_in_riccati`).
"""
from sympy import Matrix, cosh, sinh, sqrt, symbols

from symdyn import claim, derivation, derivative_along, gradient_flow

a, b, theta = symbols("a b theta", real=True)      # two weights, the hyperbolic angle
c0, s = symbols("c0 s", positive=True)             # imbalance, strength


@derivation
def hyperbola_in_balanced_riccati():
    """The rate of Q Q^T on a hyperbola, with Q = (a, b)."""
    square = Matrix([a, b])*Matrix([[a, b]])
    flow = gradient_flow((s - a*b)**2 / 2, (a, b))
    rate = square.applyfunc(lambda entry: derivative_along(flow, entry))
    F = Matrix([[0, s], [s, 0]])
    on_curve = {a: sqrt(c0)*cosh(theta/2), b: sqrt(c0)*sinh(theta/2)}
    claim(rate.subs(on_curve), (F*square + square*F - square*square).subs(on_curve),
          because="P' = F P + P F - P P with the block off the diagonal alone")
