"""What typed conditions say of the symbols of an identity.

    a > 0,  0 <= c < 1,  n in Integers,  z in Complexes,  u0 < s,  x != 0

A condition that compares one symbol with a constant becomes an assumption where SymPy has a word
for it (positive, nonnegative, nonzero, ...). All conditions that say more than the assumptions are
kept as relations. Bounds of one symbol that exclude each other are an error here; contradictions
among several symbols show when no sample satisfies them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Eq, Expr, Ge, Gt, Le, Lt, Ne, S, Symbol, ceiling, floor
from sympy.logic.boolalg import Boolean

from symdyn.errors import DomainError, InputError
from symdyn.proof.grammar import Sentence
from symdyn.proof.magnitude import magnitude
from symdyn.proof.spelling import refuse, shown
from symdyn.proof.vocabulary import INFINITY

RELATIONS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: Lt,
    ast.LtE: Le,
    ast.Gt: Gt,
    ast.GtE: Ge,
    ast.NotEq: Ne,
    ast.Eq: Eq,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.NotEq: ast.NotEq,
    ast.Eq: ast.Eq,
}
_KINDS: dict[str, dict[str, bool]] = {
    "Reals": {"real": True},
    "Complexes": {"complex": True},
    "Rationals": {"rational": True},
    "Integers": {"integer": True},
    "Naturals": {"integer": True, "positive": True},
    "Naturals0": {"integer": True, "nonnegative": True},
}
Comparison = tuple[ast.expr, type[ast.cmpop], ast.expr]


@dataclass(frozen=True)
class _Kind:
    """What is known of one symbol: its set, its bounds, and whether 0 is excluded."""

    kind: str = ""
    low: Expr = S.NegativeInfinity
    high: Expr = S.Infinity
    is_low_open: bool = True
    is_high_open: bool = True
    is_nonzero: bool = False

    @property
    def least(self) -> Expr:
        """The least integer within the bounds."""
        least = floor(self.low) + 1 if self.is_low_open else ceiling(self.low)
        return {"Naturals": max(least, S.One), "Naturals0": max(least, S.Zero)}.get(
            self.kind, least
        )

    @property
    def most(self) -> Expr:
        """The greatest integer within the bounds."""
        return ceiling(self.high) - 1 if self.is_high_open else floor(self.high)

    @property
    def is_empty(self) -> bool:
        if _KINDS.get(self.kind, {}).get("integer"):
            return bool(self.least > self.most)
        if self.low == self.high:
            return self.is_low_open or self.is_high_open
        return bool((self.low - self.high).is_positive)

    def assumptions(self) -> dict[str, bool]:
        """SymPy's words for what is known."""
        known = dict(_KINDS[self.kind or "Reals"])
        if self.kind == "Complexes":
            return known | ({"zero": False} if self.is_nonzero else {})
        if self.low.is_positive or (self.low.is_zero and (self.is_low_open or self.is_nonzero)):
            return known | {"positive": True}
        if self.high.is_negative or (self.high.is_zero and (self.is_high_open or self.is_nonzero)):
            return known | {"negative": True}
        if self.low.is_zero:
            known["nonnegative"] = True
        if self.high.is_zero:
            known["nonpositive"] = True
        return known | ({"zero": False} if self.is_nonzero else {})


def declare(sentence: Sentence, constant: Callable[[ast.expr], Expr]) -> dict[str, Symbol]:
    """A symbol for every free name, with the assumptions that follow from the conditions."""
    kinds: dict[str, _Kind] = {name: _Kind() for name in sorted(sentence.names)}
    for condition in sentence.conditions:
        for left, op, right in _comparisons(condition):
            if op is ast.In:
                _narrow_set(kinds, left, right)
                continue
            _narrow_bound(kinds, left, op, right, constant)
            _narrow_bound(kinds, right, _MIRRORED[op], left, constant)
    for name, kind in kinds.items():
        if kind.is_empty:
            raise DomainError(
                f"the conditions on {name} contradict each other: "
                f"{', '.join(shown(c) for c in sentence.conditions)}; no number satisfies them"
            )
    return {name: Symbol(name, **kind.assumptions()) for name, kind in kinds.items()}


def relations(
    sentence: Sentence, symbols: Mapping[str, Symbol], build: Callable[[ast.expr], Expr]
) -> tuple[Boolean, ...]:
    """The conditions that say more than the assumptions on the symbols."""
    found: list[Boolean] = []
    for condition in sentence.conditions:
        for left, op, right in _comparisons(condition):
            if op is ast.In or _is_infinite(left) or _is_infinite(right):
                continue
            relation = _relation(condition, op, build(left), build(right))
            if relation is S.false:
                raise DomainError(f"the condition {shown(condition)} is never satisfied; change it")
            if relation is not S.true:
                found.append(relation)
    return tuple(dict.fromkeys(found))


def _relation(node: ast.Compare, op: type[ast.cmpop], left: Expr, right: Expr) -> Boolean:
    for side in (left, right):
        if op not in (ast.NotEq, ast.Eq) and not side.is_extended_real and _is_complex(side):
            raise refuse("an order on complex numbers", node, "compare Abs(z), re(z) or im(z)")
    try:
        return RELATIONS[op](left, right)
    except TypeError as error:
        raise refuse("not a condition", node, str(error)) from None


def _is_complex(side: Expr) -> bool:
    """Whether a side cannot be taken for a real number at any point."""
    return side.is_extended_real is False or any(
        not symbol.is_extended_real for symbol in side.free_symbols
    )


def _comparisons(condition: ast.Compare) -> Iterator[Comparison]:
    """a < b <= c as a < b and b <= c."""
    sides = [condition.left, *condition.comparators]
    for left, op, right in zip(sides, condition.ops, sides[1:], strict=False):
        yield left, type(op), right


def _is_infinite(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Name) and inner.id == INFINITY


def _narrow_set(kinds: dict[str, _Kind], left: ast.expr, right: ast.expr) -> None:
    if not isinstance(left, ast.Name) or not isinstance(right, ast.Name):
        return
    before = kinds[left.id]
    if before.kind not in ("", right.id):
        raise InputError(
            f"the conditions put {left.id} in {before.kind} and in {right.id}; "
            "name the smaller set only"
        )
    kinds[left.id] = replace(before, kind=right.id)


def _narrow_bound(
    kinds: dict[str, _Kind],
    left: ast.expr,
    op: type[ast.cmpop],
    right: ast.expr,
    constant: Callable[[ast.expr], Expr],
) -> None:
    """Learn from a comparison of a symbol with a constant whose value is plain."""
    if not isinstance(left, ast.Name) or left.id not in kinds or magnitude(right) is None:
        return
    value, before = constant(right), kinds[left.id]
    if value.is_extended_real:
        kinds[left.id] = _narrowed(before, op, value)


def _narrowed(kind: _Kind, op: type[ast.cmpop], value: Expr) -> _Kind:
    if op is ast.NotEq:
        return replace(kind, is_nonzero=kind.is_nonzero or bool(value.is_zero))
    if op in (ast.Gt, ast.GtE, ast.Eq) and (kind.low > value) != True:  # noqa: E712
        kind = replace(kind, low=value, is_low_open=_opened(kind.low, value, kind.is_low_open, op))
    if op in (ast.Lt, ast.LtE, ast.Eq) and (kind.high < value) != True:  # noqa: E712
        kind = replace(
            kind, high=value, is_high_open=_opened(kind.high, value, kind.is_high_open, op)
        )
    return kind


def _opened(before: Expr, value: Expr, was_open: bool, op: type[ast.cmpop]) -> bool:
    """Whether an edge is excluded; at the same edge the stricter condition counts."""
    return op in (ast.Lt, ast.Gt) or (before == value and was_open)
