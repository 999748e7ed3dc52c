"""Flows that are linear but for one common factor, which a scalar clock removes (Riccati).

    x' = F x - (x^T B x) x/2,  x(0) = x0       has the solution       x = e^{F t} x0 / sqrt(D)

with D' = y^T B y along y = e^{F t} x0, and D(0) = 1: the derivative of y/sqrt(D) is
F x - x D'/(2 D), and D'/D = x^T B x. The matrix x x^T obeys a matrix Riccati equation.

F is a matrix with two eigenvalues m/2 + w and m/2 - w and no more, real or complex, equal or not:
N = F - m/2 has the square w^2, so that

    e^{F t} = e^{m t/2} (cosh(w t) + N sinh(w t)/w)
    y^T B y = e^{m t} (p cosh(w t)^2 + 2 g cosh(w t) sinh(w t)/w + r sinh(w t)^2/w^2)

with p, g, r the values of x0^T B x0, x0^T B N x0, (N x0)^T B (N x0). Every 2 x 2 matrix is one. No
choice of branch is made, so that one formula holds for all starts. That y and D obey their
equations and start where they should is owed as obligations.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import (
    Add,
    Expr,
    Matrix,
    Rational,
    S,
    Symbol,
    cancel,
    cos,
    cosh,
    exp,
    expand,
    eye,
    factor,
    sin,
    sinh,
    sqrt,
    sympify,
)

from symdyn.calculus.obligations import owe
from symdyn.errors import InputError, UnsupportedError

_HALF = Rational(1, 2)


def solve_radial_riccati(
    linear: Matrix, form: Matrix, start: Sequence[Expr], t: Symbol
) -> tuple[tuple[Expr, ...], Expr]:
    """The solution x(t) of x' = F x - (x^T B x) x/2 with x(0) = start, and its divisor D(t).

    >>> x0, t = Symbol("x0", positive=True), Symbol("t")
    >>> solve_radial_riccati(Matrix([[0]]), Matrix([[2]]), (x0,), t)
    ((x0/sqrt(2*t*x0**2 + 1),), 2*t*x0**2 + 1)

    Raises InputError for shapes that do not fit, UnsupportedError if F has a third eigenvalue.
    """
    first = Matrix([sympify(value) for value in start])
    _check_shapes(linear, form, first)
    shift, turned, square = _halves(linear)
    even, odd = generalised_cosine(4 * square, t)
    odd = 2 * odd
    ahead = turned * first
    p, g, r = (
        factor(expand((u.T * (form + form.T) * v)[0] / 2))
        for u, v in ((first, first), (first, ahead), (ahead, ahead))
    )
    divisor = 1 + _clock(p, g, r, shift, square, t)
    moved = exp(shift * t) * (even * first + odd * ahead)
    _owe_solution(moved, divisor, linear, form, first, t)
    return tuple(part / sqrt(divisor) for part in moved), divisor


def generalised_cosine(square: Expr, t: Symbol) -> tuple[Expr, Expr]:
    """cosh(D t/2) and sinh(D t/2)/D for D^2 = square, whatever its sign.

    >>> t, k = Symbol("t"), Symbol("k", positive=True)
    >>> generalised_cosine(-k**2, t)
    (cos(k*t/2), sin(k*t/2)/k)
    """
    if square == 0:
        return S.One, t / 2
    if square.is_negative:
        root = sqrt(-square)
        return cos(root * t / 2), sin(root * t / 2) / root
    root = sqrt(square)
    return cosh(root * t / 2), sinh(root * t / 2) / root


def _halves(linear: Matrix) -> tuple[Expr, Matrix, Expr]:
    """m/2, N and w^2 with F = m/2 + N and N^2 = w^2."""
    size = linear.rows
    shift = cancel(linear.trace() / size)
    for candidate in (shift, *_other_shifts(linear)):
        turned = linear - candidate * eye(size)
        squared = (turned * turned).applyfunc(expand)
        square = squared[0, 0]
        if (squared - square * eye(size)).applyfunc(cancel).is_zero_matrix:
            return candidate, turned, factor(square)
    raise UnsupportedError(
        f"the matrix {linear.tolist()} has more than two eigenvalues; solve_radial_riccati takes "
        "matrices F with F^2 = m F + k, such as all 2 x 2 matrices"
    )


def _other_shifts(linear: Matrix) -> list[Expr]:
    """m/2 from F^2 = m F + k, where an element off the diagonal, or two on it, tell m."""
    squared = linear * linear
    size = range(linear.rows)
    pairs = [(squared[i, j], linear[i, j]) for i in size for j in size if i != j]
    pairs += [(squared[i, i] - squared[0, 0], linear[i, i] - linear[0, 0]) for i in size]
    return [cancel(square / element / 2) for square, element in pairs if element != 0][:1]


def _clock(p: Expr, g: Expr, r: Expr, shift: Expr, square: Expr, t: Symbol) -> Expr:
    """The integral of e^{m t} (p C^2 + 2 g C S + r S^2) from 0 to t."""
    rate = 2 * shift
    if square == 0:
        return _integral_of_powers((p, 2 * g, r), rate, t)
    even, odd = generalised_cosine(16 * square, t)  # of 2 w t
    odd = 4 * odd  # sinh(2 w t)/w
    grows, rests = (cancel(_HALF * (p + sign * r / square)) for sign in (1, -1))
    if rate == 0:
        return rests * t + _HALF * grows * odd + g * (even - 1) / (2 * square)
    gap = cancel(rate**2 - 4 * square)
    if gap == 0:
        raise UnsupportedError("F is singular and has a trace: the integral is not written here")
    moved = grows * rate - 2 * g
    turned = g * rate - 2 * grows * square
    growth = exp(rate * t)
    part = (growth * (moved * even + turned * odd) - moved) / gap
    return part + rests * (growth - 1) / rate


def _integral_of_powers(coefficients: Sequence[Expr], rate: Expr, t: Symbol) -> Expr:
    """The integral of e^{rate t} (c0 + c1 t + c2 t^2) from 0 to t."""
    if rate == 0:
        return Add(*(c * t ** (k + 1) / (k + 1) for k, c in enumerate(coefficients)))
    polynomial = Add(*(c * t**k for k, c in enumerate(coefficients)))
    orders = range(len(coefficients))
    primitive = Add(*((-1) ** k * polynomial.diff(t, k) / rate ** (k + 1) for k in orders))
    return exp(rate * t) * primitive - primitive.subs(t, 0)


def _check_shapes(linear: Matrix, form: Matrix, first: Matrix) -> None:
    size = first.rows
    for name, matrix in (("linear", linear), ("form", form)):
        if matrix.shape != (size, size):
            raise InputError(
                f"solve_radial_riccati: {name} has the shape {matrix.shape}, but {size} initial "
                f"values are given; it must be {size} x {size}"
            )


def _owe_solution(
    moved: Matrix, divisor: Expr, linear: Matrix, form: Matrix, first: Matrix, t: Symbol
) -> None:
    """What makes y/sqrt(D) the solution, by the product rule."""
    for k, part in enumerate(moved):
        velocity = (linear.row(k) * moved)[0]
        owe(part.diff(t), velocity, because=f"component {k + 1} obeys the linear flow y' = F y")
        owe(part.subs(t, 0), first[k], because=f"component {k + 1} starts at {first[k]}")
    pull = (moved.T * form * moved)[0]
    owe(divisor.diff(t), pull, because="the divisor obeys D' = y^T B y")
    owe(divisor.subs(t, 0), S.One, because="the divisor starts at 1")
