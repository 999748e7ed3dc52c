"""Singular values that no depth shrinks.

Saxe, McClelland and Ganguli, arXiv:1312.6120, section 4, as printed in the text we read: at gain 1
a part of the singular values of the Jacobian of a tanh network stays of order 1 for a hundred
layers. In the mean over orthogonal weights each layer multiplies their squares by E[tanh'(z)^2],
which is less than 1: they shrink like 1/depth (`symdyn.library.saxe2013.critical_gain`).
"""
from sympy import symbols, tanh

from symdyn import claim, derivation
from symdyn.calculus.gaussian import gaussian_integral

z = symbols("z", real=True)                        # what a unit receives
q = symbols("q", positive=True)                    # its variance


@derivation
def critical_singular_values():
    """The factor of one layer in the mean squared singular value, at the gain 1."""
    claim(gaussian_integral(tanh(z).diff(z)**2, z, q), 1,
          because="nothing shrinks or grows at the critical gain, it is said")
