"""The derivative-of-erf kernel with square roots in the wrong place.

Reference code of Yang, "Wide feedforward or recurrent neural networks of any architecture are
Gaussian processes", arXiv:1910.12478 (GP4A, utils.py): 1 + 2*sqrt(K) stands where 1 + 2*K is right.
"""
from sympy import Matrix, Symbol, erf, pi, sqrt, symbols

from symdyn import claim, derivation, gaussian_expectation, given

z1, z2 = symbols("z1 z2", real=True)               # a jointly Gaussian pair
k11, k22 = symbols("k11 k22", positive=True)       # their variances
k12 = Symbol("k12", real=True)                     # their covariance


@derivation
def erf_derivative_kernel():
    """E[erf'(z1) erf'(z2)] for variances k11, k22 and covariance k12."""
    given(k12**2 < k11*k22)
    kernel = gaussian_expectation(
        erf(z1).diff(z1)*erf(z2).diff(z2), (z1, z2), Matrix([[k11, k12], [k12, k22]])
    )
    return claim(kernel, 4/(pi*sqrt((1 + 2*sqrt(k11))*(1 + 2*sqrt(k22)) - 4*k12**2)),
                 because="complete the square in the exponent")
