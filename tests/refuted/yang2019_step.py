"""The kernel of sign stated for the 0/1 step.

Reference code of Yang, "Wide feedforward or recurrent neural networks of any architecture are
Gaussian processes", arXiv:1910.12478 (GP4A, utils.py): 2/pi*asin(rho) is E[sign(z1) sign(z2)];
the step has 1/4 + asin(rho)/(2*pi).
"""
from sympy import Symbol, asin, pi, symbols

from symdyn import claim, derivation, gaussian_expectation, given
from symdyn.calculus.activations import step

z1, z2 = symbols("z1 z2", real=True)               # a jointly Gaussian pair of variance 1
rho = Symbol("rho", real=True)                     # their correlation


@derivation
def step_kernel():
    """E[step(z1) step(z2)] for unit variances and correlation rho."""
    given(-1 < rho, rho < 1)
    kernel = gaussian_expectation(step(z1)*step(z2), (z1, z2), rho)
    return claim(kernel, 2*asin(rho)/pi, because="the share of the plane where both are positive")
