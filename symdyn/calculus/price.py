"""Price's theorem: the derivative of a Gaussian expectation in the covariance.

    d/dq12 E[F(z, w)] = E[d^2 F/(dz dw)],        d/dq11 E[F(z, w)] = E[d^2 F/dz^2] / 2

The derivatives are weak ones: a kink has a step as its slope, a step a delta function. Nothing is
integrated again: for F = f(z) g(w) the first line is E[f'(z) g'(w)]. The covariance must not be
degenerate.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, DiracDelta, Expr, Heaviside, MatrixBase, Mul, S, Symbol, expand, sympify

from symdyn.calculus.cells import cells, line, on_line
from symdyn.calculus.gaussian import gaussian_expectation
from symdyn.calculus.obligations import cite
from symdyn.errors import InputError


def weak_derivative(f: Expr, variable: Symbol, variables: Sequence[Symbol]) -> Expr:
    """The derivative as a distribution, by step and delta functions.

    >>> from sympy import Max, symbols
    >>> z = symbols("z", real=True)
    >>> weak_derivative(Max(z, 0)**2, z, (z,))
    2*z*Heaviside(z)

    Raises UnsupportedError for kinks that are not decided by affine forms.
    """
    derivative = expand(_by_steps(sympify(f), variables).diff(variable))
    return Add(*(_on_its_line(term, variables) for term in Add.make_args(derivative)))


def _on_its_line(term: Expr, variables: Sequence[Symbol]) -> Expr:
    """delta(form) G depends on G where form = 0 only; so z delta(z) is nothing."""
    delta = next((factor for factor in Mul.make_args(term) if factor.func == DiracDelta), None)
    if delta is None or len(delta.args) > 1:
        return term
    rest = on_line(term / delta, delta.args[0], variables)
    return delta * rest.subs(line(delta.args[0], variables))


def _by_steps(f: Expr, variables: Sequence[Symbol]) -> Expr:
    """The function as smooth pieces times steps, whose derivatives SymPy takes rightly."""
    return sum(
        (cell.expr * Mul(*map(Heaviside, cell.half_planes)) for cell in cells(f, variables)),
        S.Zero,
    )


def derivative_in_covariance(
    f: Expr,
    variables: Sequence[Symbol],
    covariance: Expr | int | MatrixBase | None,
    pair: tuple[Symbol, Symbol],
) -> Expr:
    """d E[f] / d Cov(pair), by Price's theorem; for equal symbols in the pair, in the variance.

    >>> from sympy import Max, symbols
    >>> z, w, c = symbols("z w c", real=True)
    >>> derivative_in_covariance(Max(z, 0)*Max(w, 0), (z, w), c, (z, w))
    (pi - acos(c))/(2*pi)
    >>> derivative_in_covariance(z**4, (z,), None, (z, z))
    6
    """
    if any(z not in variables for z in pair):
        raise InputError(f"{pair} are not among the variables {tuple(variables)}")
    cite("Price")
    real = {z: Symbol(z.name, real=True) for z in variables}
    zs, (first, second) = tuple(real.values()), (real[z] for z in pair)
    smooth = _by_steps(sympify(f).xreplace(real), zs)
    half = 1 if first != second else S.Half
    return gaussian_expectation(half * smooth.diff(first).diff(second), zs, covariance)
