"""Orthogonal matrices from the QR decomposition as it comes.

Saxe, McClelland and Ganguli, arXiv:1312.6120, appendix C, as printed in the text we read: the
factor Q of a Gaussian matrix is a uniformly random orthogonal matrix. Reflections turn its first
column x into the first axis, so that Q has the first column -sign(x_1) x/|x|, whose first entry is
never positive. Uniform are the columns times the signs of the diagonal of R (F. Mezzadri, "How to
generate random matrices from the classical compact groups", Notices of the AMS 54, 2007).
"""
from sympy import Integral, Matrix, cos, pi, sign, sin, symbols

from symdyn import claim, derivation

phi, turn = symbols("phi psi", real=True)          # direction of the first column; of a fixed axis


@derivation
def first_column():
    """The mean of the first column of Q along an axis, for matrices of two rows."""
    x, axis = Matrix([cos(phi), sin(phi)]), Matrix([cos(turn), sin(turn)])
    column = -sign(x[0])*x
    mean = Integral(column.dot(axis)/(2*pi), (phi, -pi, pi))
    return claim(mean, 0, because="a uniform law is the same after any rotation, it is said")
