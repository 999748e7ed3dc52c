"""The Bessel function of the alpha-ReLU's dual, read as Y_0.

Yang and Schoenholz, "Mean field residual networks: on the edge of chaos", arXiv:1712.08969, speak
of "the zeroth Bessel function of the second kind", which is Y_0 in most books; what the dual needs
is the modified function of the second kind, K_0.
"""
from sympy import Symbol, bessely, exp, sqrt

from symdyn import claim, derivation, given
from symdyn.calculus.alpha_relu import alpha_relu_dual
from symdyn.calculus.telescoping import find_telescoper

c = Symbol("c", real=True)                         # correlation of the two inputs
x = Symbol("x", positive=True)                     # to integrate over


@derivation
def rectifier_as_transform_of_y0():
    """J_1/sin(theta)^3 obeys the equation of the integral of x exp(c x) Y_0(x) in c."""
    given(-1 < c, c < 0)
    equation = find_telescoper(x*exp(c*x)*bessely(0, x), x, c)
    transform = alpha_relu_dual(1, c)/sqrt(1 - c**2)**3
    return claim(equation.applied(transform), 0,
                 because="the integrand becomes a derivative of what vanishes at both ends")
