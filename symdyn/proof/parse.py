"""Turns a typed identity into SymPy expressions, without eval.

    parse_identity("sqrt(a**2) = a", where="a > 0")

Symbols are real unless a condition says otherwise. A condition on one symbol becomes an assumption
(a > 0: positive; n in Integers: integer) and stays a condition where it says more than that.
Numbers are exact: 0.1 is 1/10. Functions mean what SymPy means by them, on principal branches.

Integrals, sums, products and limits stay unevaluated, so that the judge computes them from their
definitions. A derivative is taken by SymPy, and kept beside its result to be confirmed by numbers.
A bound variable is never the symbol outside of the same name: integrate(cos(x), (x, 0, x)) is
sin(x). A limit is taken from above unless its fourth argument is -1, as in SymPy.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import (
    Add,
    And,
    Derivative,
    Expr,
    Integer,
    Integral,
    Limit,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    Tuple,
)
from sympy.logic.boolalg import Boolean

from symdyn.errors import InputError
from symdyn.proof.conditions import RELATIONS, declare, relations
from symdyn.proof.grammar import MOST_POWER_DIGITS, Sentence, read
from symdyn.proof.magnitude import chain
from symdyn.proof.spelling import refuse
from symdyn.proof.vocabulary import BINDERS, BY_NAME, DERIVATIVES, INFINITY, LARGEST

Scope = Mapping[str, Symbol]


@dataclass(frozen=True)
class Differentiation:
    """A derivative as it was typed, and what SymPy says it is."""

    typed: Expr
    result: Expr


@dataclass(frozen=True)
class Identity:
    """The two sides of a typed identity, and where it is meant to hold.

    `typed` holds the two sides as they were typed, before SymPy rewrote anything.
    """

    left: Expr
    right: Expr
    conditions: tuple[Boolean, ...] = ()
    typed: tuple[Expr, Expr] = field(default=(S.Zero, S.Zero), compare=False)
    differentiations: tuple[Differentiation, ...] = field(default=(), compare=False)


def parse_identity(text: str, where: str = "") -> Identity:
    """The identity that a text states; an InputError says what cannot be read and the way out.

    >>> identity = parse_identity("sqrt(a**2)*x = a*x", where="a > 0")
    >>> identity.left, identity.right, identity.conditions
    (a*x, a*x, ())
    >>> parse_identity("(0.1*c)**2 = c**2/100", where="0 <= c < 1").conditions
    (c < 1,)
    """
    sentence = read(text, where)
    with _long_integers():
        symbols = declare(sentence, _constant)
        found: list[Differentiation] = []
        sides = [_Builder(found, True).build(side, symbols) for side in _sides(sentence)]
        typed = [_Builder([], False).build(side, symbols) for side in _sides(sentence)]
        build = _Builder([], True).build
        conditions = relations(sentence, symbols, lambda node: build(node, symbols))
    left, right = (_finite(side) for side in sides)
    return Identity(left, right, conditions, (typed[0], typed[1]), tuple(found))


def _sides(sentence: Sentence) -> tuple[ast.expr, ast.expr]:
    return sentence.left, sentence.right


def _constant(node: ast.expr) -> Expr:
    return _Builder([], True).build(node, {})


@contextmanager
def _long_integers() -> Iterator[None]:
    """SymPy reads some integers through their digits, of which Python allows 4300."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(2 * MOST_POWER_DIGITS)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


@dataclass(frozen=True)
class _Builder:
    """Builds expressions from a tree, with SymPy's own rewriting or without it."""

    found: list[Differentiation]
    evaluate: bool

    def build(self, node: ast.expr, scope: Scope) -> Expr:
        """The expression of a tree; names mean the symbols of the scope."""
        try:
            expr = self._build(node, scope)
        except InputError:
            raise
        except Exception as problem:  # SymPy raises anything
            reason = str(problem).split("\n")[0] or type(problem).__name__
            raise refuse("has no value", node, reason) from None
        if expr in (S.ComplexInfinity, S.NaN):
            raise refuse("has no finite value", node, "write an expression that is finite")
        return expr

    def _build(self, node: ast.expr, scope: Scope) -> Expr:
        match node:
            case ast.Constant(value=int(value)):
                return Integer(value)
            case ast.Constant(kind=digits):
                return Rational(digits)
            case ast.Name(id=name):
                return scope[name] if name in scope else getattr(S, _SINGLETONS.get(name, name))
            case ast.UnaryOp(op=ast.USub()):
                return Mul(-1, self.build(node.operand, scope), evaluate=self.evaluate)
            case ast.UnaryOp():
                return self.build(node.operand, scope)
            case ast.BinOp(op=ast.Pow()):
                return self._power(
                    self.build(node.left, scope), self.build(node.right, scope), node
                )
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node, scope)
            case ast.BinOp():
                return self._product(node, scope)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node.args, node, scope)
        raise refuse("not part of a formula", node, "write it out")

    def _sum(self, node: ast.BinOp, scope: Scope) -> Expr:
        terms = [
            self.build(part, scope)
            if op is ast.Add
            else Mul(-1, self.build(part, scope), evaluate=self.evaluate)
            for op, part in chain(node)
        ]
        return Add(*terms, evaluate=self.evaluate)

    def _product(self, node: ast.BinOp, scope: Scope) -> Expr:
        factors = [
            self.build(part, scope)
            if op is ast.Mult
            else Pow(self.build(part, scope), -1, evaluate=self.evaluate)
            for op, part in chain(node)
        ]
        return Mul(*factors, evaluate=self.evaluate)

    def _power(self, base: Expr, exponent: Expr, node: ast.expr) -> Expr:
        _within(exponent, LARGEST, node)
        if isinstance(base, Rational) and isinstance(exponent, Rational):
            bits = max(base.p.bit_length(), base.q.bit_length()) * abs(exponent)
            if bits > MOST_POWER_DIGITS * 3.33:
                raise refuse("a constant that is too long", node, "use a symbol")
        return Pow(base, exponent, evaluate=self.evaluate)

    def _call(self, name: str, args: Sequence[ast.expr], node: ast.Call, scope: Scope) -> Expr:
        if name in BINDERS:
            bind = self._limit if BINDERS[name] == "Limit" else self._range
            return bind(BINDERS[name], args, node, scope)
        if name in DERIVATIVES:
            return _Builder(self.found, True)._derivative(args, scope)
        if name == "Piecewise":
            return self._pieces(args, scope)
        if name == "hyper":
            return self._hyper(args, scope)
        function = BY_NAME[name]
        values = [self.build(part, scope) for part in args]
        for value, most in zip(values, function.most, strict=False):
            _within(value, most, node)
        return self._apply(getattr(sympy, function.sympy or name), values)

    def _apply(self, function: Callable[..., Expr], values: Sequence[Expr]) -> Expr:
        if self.evaluate or function is sympy.E1:
            return function(*values)
        if function is sympy.log and len(values) == 2:
            number, base = (sympy.log(value, evaluate=False) for value in values)
            return Mul(number, Pow(base, -1, evaluate=False), evaluate=False)
        return function(*values, evaluate=False)

    def _range(self, kind: str, args: Sequence[ast.expr], node: ast.expr, scope: Scope) -> Expr:
        """Later ranges are the outer ones, so that their variables may stand in earlier bounds."""
        body, *ranges = args
        limits: list[Tuple] = []
        for part in reversed(ranges):
            scope, limit = self._bind(kind, part, scope, node)
            limits.insert(0, limit)
        return _BINDERS[kind](self.build(body, scope), *limits)

    def _bind(self, kind: str, part: Any, scope: Scope, node: ast.expr) -> tuple[Scope, Tuple]:
        variable, *ends = part.elts
        low, high = (self._end(end, scope) for end in ends)
        if kind != "Integral":
            _whole(low, high, node)
        inside = {
            "integer" if kind != "Integral" else "real": True,
            "nonnegative": _is_right_of_zero(low, high),
        }
        symbol = _fresh(variable.id, scope, inside)
        return {**scope, variable.id: symbol}, Tuple(symbol, low, high)

    def _end(self, node: ast.expr, scope: Scope) -> Expr:
        """A bound, which may be infinite."""
        sign = -1 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1
        inner = node.operand if isinstance(node, ast.UnaryOp) else node
        if isinstance(inner, ast.Name) and inner.id == INFINITY:
            return sign * S.Infinity
        return self.build(node, scope)

    def _limit(self, kind: str, args: Sequence[ast.expr], node: ast.expr, scope: Scope) -> Expr:
        body, variable, point, *side = args
        at = self._end(point, scope)
        name = variable.id if isinstance(variable, ast.Name) else ""
        symbol = _fresh(name, scope, {"real": True})
        below = at is S.Infinity or (bool(side) and self.build(side[0], {}) == -1)
        return Limit(self.build(body, {**scope, name: symbol}), symbol, at, "-" if below else "+")

    def _derivative(self, args: Sequence[ast.expr], scope: Scope) -> Expr:
        body = self.build(args[0], scope)
        steps = [
            part.value if isinstance(part, ast.Constant) else self.build(part, scope)
            for part in args[1:]
        ]
        if any(step in (S.Pi, S.Exp1, S.ImaginaryUnit) for step in steps):
            raise InputError("diff: a constant is no variable; differentiate by a symbol")
        typed = Derivative(body, *steps, evaluate=False)
        result = body.diff(*steps)
        self.found.append(Differentiation(typed, result))
        return result

    def _pieces(self, args: Sequence[ast.expr], scope: Scope) -> Expr:
        pieces: list[tuple[Expr, Boolean]] = []
        for pair in args:
            value, condition = pair.elts if isinstance(pair, ast.Tuple) else (pair, pair)
            pieces.append((self.build(value, scope), self._condition(condition, scope)))
        return Piecewise(*pieces, evaluate=self.evaluate)

    def _condition(self, node: ast.expr, scope: Scope) -> Boolean:
        if not isinstance(node, ast.Compare):
            return S.true
        sides = [self._end(side, scope) for side in (node.left, *node.comparators)]
        pairs = zip(node.ops, sides, sides[1:], strict=False)
        return And(*(RELATIONS[type(op)](left, right) for op, left, right in pairs))

    def _hyper(self, args: Sequence[ast.expr], scope: Scope) -> Expr:
        *groups, argument = args
        above, below = (
            [self.build(part, scope) for part in group.elts]
            for group in groups
            if isinstance(group, ast.Tuple)
        )
        return sympy.hyper(above, below, self.build(argument, scope))


_BINDERS: dict[str, Callable[..., Any]] = {"Integral": Integral, "Sum": Sum, "Product": Product}
_SINGLETONS = {"pi": "Pi", "E": "Exp1", "I": "ImaginaryUnit"}


def _within(value: Expr, most: int, node: ast.expr) -> None:
    """Refuse a constant beyond what may be computed."""
    if not most or not value.is_number or value.has(Integral, Sum, Product, Limit):
        return
    size = abs(value if value.is_Rational else value.evalf(5))
    if size.is_comparable and size > most:
        raise refuse(f"a constant beyond {most}", node, "use a symbol for it")


def _whole(low: Expr, high: Expr, node: ast.expr) -> None:
    for end in (low, high):
        if not end.is_integer and not end.is_infinite:
            raise refuse(
                f"the bound {end} is not known to be an integer",
                node,
                f"add a condition, as in {end if end.is_Symbol else 'n'} in Integers",
            )


def _is_right_of_zero(low: Expr, high: Expr) -> bool:
    return bool(low.is_nonnegative and (high is S.Infinity or (high - low).is_nonnegative))


def _fresh(name: str, scope: Scope, assumptions: Mapping[str, bool]) -> Symbol:
    """A symbol for a bound variable, with a name that no other symbol in reach has."""
    taken = set(scope) | {symbol.name for symbol in scope.values()}
    while name in taken:
        name += "_"
    return Symbol(name, **{key: value for key, value in assumptions.items() if value})


def _finite(side: Expr) -> Expr:
    if side.has(S.ComplexInfinity, S.NaN):
        raise refuse("a side has no finite value", str(side), "write expressions that are finite")
    return side
