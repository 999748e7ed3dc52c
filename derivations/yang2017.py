"""Gaussian expectations of activations and of their products.

Greg Yang and Samuel S. Schoenholz, "Mean field residual networks: on the edge of chaos", Advances
in Neural Information Processing Systems 30, 2017 (arXiv:1712.08969).
"""

from __future__ import annotations

from sympy import symbols

from symdyn import claim, derivation, gaussian_expectation, relu

c = symbols("c", real=True)  # correlation of two pre-activations
q = symbols("q", positive=True)  # their variance
z = symbols("z", real=True)  # a pre-activation


@derivation
def relu_V():
    """A rectified Gaussian keeps half of its second moment."""
    return claim(gaussian_expectation(relu(z)**2, z, q), q/2, because="relu(z)^2 + relu(-z)^2 = z^2")
