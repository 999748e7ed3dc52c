"""A polynomial taken apart into its monomials.

Coefficients may be any expressions free of the variables: they are neither compared nor simplified,
which is what makes this quick where general polynomial arithmetic is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Mul, S, Symbol, expand

from symdyn.errors import InputError

Powers = tuple[int, ...]


def monomials(polynomial: Expr, variables: Sequence[Symbol]) -> dict[Powers, Expr]:
    """Coefficients by the powers of the variables.

    >>> from sympy import symbols
    >>> z, w, a = symbols("z w a")
    >>> monomials((a*z + w)**2, (z, w))
    {(0, 2): 1, (2, 0): a**2, (1, 1): 2*a}

    Raises InputError if the expression is no polynomial in the variables.
    """
    found: dict[Powers, list[Expr]] = {}
    for term in Add.make_args(expand(polynomial)):
        powers, coefficient = _split(term, tuple(variables))
        found.setdefault(powers, []).append(coefficient)
    return {powers: Add(*parts) for powers, parts in found.items()}


def _split(term: Expr, variables: tuple[Symbol, ...]) -> tuple[Powers, Expr]:
    powers, constants = dict.fromkeys(variables, 0), []
    for factor in Mul.make_args(term):
        if not factor.has(*variables):
            constants.append(factor)
            continue
        base, power = factor.as_base_exp()
        if base not in powers or not (power.is_Integer and power.is_positive):
            raise InputError(f"{factor} is no power of one of the variables {variables}")
        powers[base] += int(power)
    return tuple(powers.values()), Mul(*constants) if constants else S.One
