"""Solving g(u) = c for u, by undoing one operation after the other.

    sum, product     the parts without u go to the other side
    power            u^p = c  ->  c^(1/p), and its negative for even p
    function         log, exp, sin, tan, sinh, tanh, ... and their inverses, principal branch
    fraction         an equation of degree one or two in k is solved for k, k(u) any function of u
    a u + b log(u)   Lambert's function, both real branches

All candidates are returned; which of them is meant must be decided by other knowledge, such as an
initial value. What contains u in two different functions is not solved.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Add,
    Expr,
    Function,
    LambertW,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cancel,
    cos,
    cosh,
    erf,
    erfinv,
    exp,
    expand,
    expand_log,
    factor,
    fraction,
    log,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    together,
)

from symdyn.errors import UnsupportedError

# A function, and the candidates for its argument.
_INVERSES: tuple[tuple[type[Expr], Callable[[Expr], tuple[Expr, ...]]], ...] = (
    (log, lambda c: (exp(c),)),
    (exp, lambda c: (log(c),)),
    (sin, lambda c: (asin(c),)),
    (cos, lambda c: (acos(c), -acos(c))),
    (tan, lambda c: (atan(c),)),
    (sinh, lambda c: (asinh(c),)),
    (cosh, lambda c: (acosh(c), -acosh(c))),
    (tanh, lambda c: (atanh(c),)),
    (asin, lambda c: (sin(c),)),
    (acos, lambda c: (cos(c),)),
    (atan, lambda c: (tan(c),)),
    (asinh, lambda c: (sinh(c),)),
    (acosh, lambda c: (cosh(c),)),
    (atanh, lambda c: (tanh(c),)),
    (erf, lambda c: (erfinv(c),)),
)


def solve_for(u: Symbol, left: Expr, right: Expr) -> tuple[Expr, ...]:
    """Candidates for u with left(u) = right, where right is free of u.

    >>> from sympy import symbols
    >>> u, c = symbols("u c")
    >>> solve_for(u, 3*exp(u) + 1, c)
    (log(c/3 - 1/3),)
    >>> solve_for(u, u**2, c)
    (sqrt(c), -sqrt(c))
    """
    if left == u:
        return (right,)
    steps = (
        _undo(u, left, right) or _undo_fraction(u, left, right) or _undo_logarithm(u, left, right)
    )
    if not steps:
        raise UnsupportedError(
            f"{left} = {right} cannot be solved for {u}: {u} stands in several functions; "
            "give the inverse relation instead"
        )
    return tuple(answer for inside, value in steps for answer in solve_for(u, inside, value))


def _undo(u: Symbol, left: Expr, right: Expr) -> list[tuple[Expr, Expr]]:
    """Undo the outermost operation, if u stands in one operand only."""
    if isinstance(left, (Add, Mul)):
        rest, inside = left.as_independent(u, as_Add=isinstance(left, Add))
        value = right - rest if isinstance(left, Add) else right / rest
        moved = rest != (0 if isinstance(left, Add) else 1)
        return [(inside, value)] if moved else []
    if isinstance(left, Pow) and not left.exp.has(u):
        return [(left.base, root) for root in _roots(right, left.exp)]
    if isinstance(left, Pow) and not left.base.has(u):
        return [(left.exp, log(right) / log(left.base))]
    for function, inverse in _INVERSES:
        if isinstance(left, function):
            return [(left.args[0], value) for value in inverse(right)]
    return []


def _roots(value: Expr, exponent: Expr) -> tuple[Expr, ...]:
    root = value ** (1 / exponent)
    even = exponent.is_Rational and exponent.p % 2 == 0
    return (root, -root) if even else (root,)


def _undo_fraction(u: Symbol, left: Expr, right: Expr) -> list[tuple[Expr, Expr]]:
    """Solve for a function of u in which the equation is linear or quadratic."""
    for inside in _kernels(u, left):
        atom = Symbol(f"kernel_{inside}")
        top, bottom = fraction(cancel(together(left.subs(inside, atom))))
        equation = top - right * bottom
        if equation.is_polynomial(atom) and not equation.has(u):
            return [(inside, root) for root in _small_roots(Poly(equation, atom))]
    return []


def _undo_logarithm(u: Symbol, left: Expr, right: Expr) -> list[tuple[Expr, Expr]]:
    """a u + b log(u) = c: u = (b/a) W((a/b) e^(c/b)), since u e^(a u/b) = e^(c/b)."""
    sums: dict[Expr, Expr] = {u: S.Zero, log(u): S.Zero}
    for term in Add.make_args(expand(expand_log(left))):
        coefficient, function = term.as_independent(u, as_Add=False)
        if function not in sums:
            return []
        sums[function] += coefficient
    a, b = sums.values()
    if a == 0 or b == 0:
        return []
    argument = a / b * exp(expand(right / b))
    return [(u, b / a * LambertW(argument, branch)) for branch in (0, -1)]


def _small_roots(polynomial: Poly) -> list[Expr]:
    if polynomial.degree() == 1:
        slope, constant = polynomial.all_coeffs()
        return [-constant / slope]
    if polynomial.degree() == 2:
        a, b, c = polynomial.all_coeffs()
        root = sqrt(factor(b**2 - 4 * a * c))
        return [(-b + root) / (2 * a), (-b - root) / (2 * a)]
    return []


def _kernels(u: Symbol, expression: Expr) -> list[Expr]:
    calls = {node for node in expression.atoms(Function, Pow) if node.has(u)}
    return [u, *sorted(calls, key=lambda node: (node.count_ops(), str(node)))]
