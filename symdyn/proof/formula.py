"""One formula typed as text, read as one side of an identity is: without eval."""

from __future__ import annotations

from sympy import Expr
from sympy.logic.boolalg import Boolean

from symdyn.errors import InputError
from symdyn.proof.parse import parse_identity


def parse_formula(text: str, where: str = "") -> tuple[Expr, tuple[Boolean, ...]]:
    """The expression of a text, and the conditions that say more than its assumptions.

    >>> formula, conditions = parse_formula("sqrt(a**2)*x", where="a > 0, x < a")
    >>> formula, conditions
    (a*x, (x < a,))

    Raises InputError for what cannot be read.
    """
    if not text.strip():
        raise InputError("the formula is empty; write one, as in s/(1 + s*t)")
    identity = parse_identity(f"{text} = 0", where)
    return identity.left, identity.conditions
