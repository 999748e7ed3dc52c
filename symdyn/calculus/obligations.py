"""What must be true for an operation's answer to be right.

An operation that leans on a computer algebra system hands over obligations: an antiderivative owes
that its derivative is the integrand, a solved differential equation owes its residual and initial
values. This module only states and gathers them; judging them is the business of `symdyn.proof`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sympy import Expr, sympify
from sympy.logic.boolalg import Boolean


@dataclass(frozen=True)
class Obligation:
    """An equality that must hold wherever the conditions do."""

    left: Expr
    right: Expr
    because: str
    where: tuple[Boolean, ...] = ()


@dataclass(frozen=True)
class Debts:
    """Obligations and cited facts, in the order in which they arose."""

    obligations: list[Obligation]
    facts: list[str]


_open: ContextVar[Debts | None] = ContextVar("debts", default=None)


@contextmanager
def gathering() -> Iterator[Debts]:
    """Gather what the operations inside the block owe and cite.

    >>> from sympy import Symbol, cos, sin
    >>> x = Symbol("x")
    >>> with gathering() as debts:
    ...     owe(sin(x).diff(x), cos(x), because="sin is an antiderivative of cos")
    >>> debts.obligations[0].because
    'sin is an antiderivative of cos'
    """
    debts = Debts([], [])
    token = _open.set(debts)
    try:
        yield debts
    finally:
        _open.reset(token)


def owe(left: object, right: object, *, because: str, where: tuple[Boolean, ...] = ()) -> None:
    """State that an answer is right only if `left = right`; nothing is gathered outside a block."""
    debts = _open.get()
    if debts is not None:
        obligation = Obligation(sympify(left), sympify(right), because, where)
        if obligation not in debts.obligations:
            debts.obligations.append(obligation)


def cite(fact: str) -> None:
    """State that an answer rests on a fact of `calculus.facts`, by its name."""
    debts = _open.get()
    if debts is not None and fact not in debts.facts:
        debts.facts.append(fact)
