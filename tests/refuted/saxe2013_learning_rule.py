"""The learning rule as the gradient of a sum of squares without the factor 1/2.

Saxe, McClelland and Ganguli, arXiv:1312.6120, section 1, as printed in the text we read: the loss
is the sum of |y - W32 W21 x|^2, and the batch rule (1) is said to be gradient descent on it. It is
gradient descent on half of that sum.
"""
from sympy import symbols

from symdyn import claim, derivation, gradient_flow
from symdyn.calculus.words.polynomials import matrix, trace

rate = symbols("lamda", positive=True)                         # learning rate
N1, N2, N3 = symbols("N1 N2 N3", integer=True, positive=True)  # inputs, hidden units, outputs
Sigma11 = matrix("Sigma11", N1, N1, symmetric=True)            # correlations of the inputs
Sigma31 = matrix("Sigma31", N3, N1)                            # of outputs with inputs
W21, W32 = matrix("W21", N2, N1), matrix("W32", N3, N2)


@derivation
def batch_rule():
    """The change of W21 in one step of gradient descent."""
    whole = W32*W21
    loss = trace(Sigma11*whole.T*whole - 2*Sigma31.T*whole)    # up to a constant
    flow = gradient_flow(loss, (W21, W32), rate=rate)
    return claim(flow[W21], rate*W32.T*(Sigma31 - W32*W21*Sigma11), because="chain rule", eq="(1)")
