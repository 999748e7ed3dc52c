"""The basis of the inputs applied from the wrong side.

Saxe, McClelland and Ganguli, arXiv:1312.6120, section 3, as printed in the text we read:
pretraining helps if V11 Sigma11 V11^T is diagonal. The columns of V11 are the modes, so it is
V11^T Sigma11 V11 that is diagonal.
"""
from sympy import symbols

from symdyn import claim, derivation, given
from symdyn.calculus.words.polynomials import matrix
from symdyn.calculus.words.rules import orthonormal

N1 = symbols("N1", integer=True, positive=True)  # inputs
V11 = matrix("V11", N1, N1)                      # singular vectors of the task, as columns
D = matrix("D", N1, N1, symmetric=True)          # variances of the inputs along them


@derivation
def input_basis():
    """Inputs whose correlations have the modes of the task as eigenvectors."""
    given(orthonormal(V11))
    Sigma11 = V11*D*V11.T
    return claim(V11*Sigma11*V11.T, D, because="V11 is orthogonal")
