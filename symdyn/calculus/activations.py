"""Activation functions: definition, parity, degree of homogeneity.

An entry is all it takes to add one. Nothing about expectations is written here: duals are derived
from the definition. Values at a jump do not matter to any expectation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import (
    Abs,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Piecewise,
    Symbol,
    cos,
    erf,
    exp,
    log,
    sign,
    sin,
    sqrt,
    sympify,
    tanh,
)

from symdyn.errors import InputError


def relu(z: Expr | int) -> Expr:
    """The positive part of z.

    >>> relu(-3), relu(2)
    (0, 2)
    """
    return Max(sympify(z), 0)


def step(z: Expr | int) -> Expr:
    """1 where z > 0, else 0: the derivative of relu.

    >>> step(2), step(-2)
    (1, 0)
    """
    return Heaviside(sympify(z))


def leaky_relu(z: Expr | int, slope: Expr | int) -> Expr:
    """z where z > 0, else slope*z.

    >>> from sympy import Rational
    >>> leaky_relu(-4, Rational(1, 2))
    -2
    """
    return Max(sympify(z), 0) + slope * Min(sympify(z), 0)


def alpha_relu(z: Expr | int, alpha: Expr | int) -> Expr:
    """z**alpha where z > 0, else 0.

    >>> alpha_relu(3, 2), alpha_relu(-3, 2)
    (9, 0)
    """
    z = sympify(z)
    return Piecewise((z**alpha, z > 0), (0, True))


def gelu(z: Expr | int) -> Expr:
    """z times the probability that a unit Gaussian is below z.

    >>> gelu(0)
    0
    """
    z = sympify(z)
    return z * (1 + erf(z / sqrt(2))) / 2


def silu(z: Expr | int) -> Expr:
    """z times the logistic function of z.

    >>> silu(0)
    0
    """
    z = sympify(z)
    return z / (1 + exp(-z))


def softplus(z: Expr | int) -> Expr:
    """log(1 + exp(z)).

    >>> softplus(0)
    log(2)
    """
    return log(1 + exp(sympify(z)))


@dataclass(frozen=True)
class Activation:
    """A function of one variable; degree is k where f(a*z) = a**k f(z) for a > 0, else None."""

    name: str
    function: Callable[[Expr], Expr]
    parity: str = ""
    degree: Expr | None = None

    def __call__(self, z: Expr | int) -> Expr:
        return self.function(sympify(z))


_ALPHA, _SLOPE = Symbol("alpha", positive=True), Symbol("slope", real=True)

ACTIVATIONS: tuple[Activation, ...] = (
    Activation("linear", lambda z: z, "odd", Integer(1)),
    Activation("relu", relu, "", Integer(1)),
    Activation("step", step, "", Integer(0)),
    Activation("leaky_relu", lambda z: leaky_relu(z, _SLOPE), "", Integer(1)),
    Activation("alpha_relu", lambda z: alpha_relu(z, _ALPHA), "", _ALPHA),
    Activation("abs", Abs, "even", Integer(1)),
    Activation("sign", sign, "odd", Integer(0)),
    Activation("square", lambda z: z**2, "even", Integer(2)),
    Activation("erf", erf, "odd"),
    Activation("tanh", tanh, "odd"),
    Activation("gelu", gelu),
    Activation("silu", silu),
    Activation("softplus", softplus),
    Activation("sin", sin, "odd"),
    Activation("cos", cos, "even"),
    Activation("exp", exp),
    Activation("gaussian", lambda z: exp(-(z**2)), "even"),
)


def activation(name: str) -> Activation:
    """The activation of a name.

    >>> from sympy import symbols
    >>> z = symbols("z", real=True)
    >>> activation("relu")(z)
    Max(0, z)
    """
    for entry in ACTIVATIONS:
        if entry.name == name:
            return entry
    names = ", ".join(entry.name for entry in ACTIVATIONS)
    raise InputError(f"no activation is called {name!r}; there are {names}")
