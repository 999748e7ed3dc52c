"""From SymPy expressions to a program.

Common sub-expressions are found first (sympy.cse), then every value is entered once. Sums become
additions and subtractions, products one numerator over one denominator, small powers products; a
part without symbols is one exact constant. Everything is real: outside the domain of a function
the value of a program is nan where SymPy's would be complex.

    sqrt(x + 1) - sqrt(x)   becomes   add x 1, sqrt, sqrt x, sub

What is no operation is refused by name: unknown functions, unevaluated integrals, sums and limits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import sympy as sp
from sympy import Basic, Expr, S, Symbol
from sympy.codegen import cfunctions
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.graph import Graph, Node, Program
from symdyn.kernels.operations import BY_FUNCTION
from symdyn.numerics.implicit import InverseAt

__all__ = ["Graph", "Node", "NotLowerable", "Program", "build"]

LARGEST_CHAIN = 64  # powers up to here are products; larger ones are left to the C library
CSE_LIMIT = 3000  # nodes; beyond, looking for common parts of sums and products takes too long


class NotLowerable(UnsupportedError):
    """A part of an expression that no program can compute; `.part` is that part."""

    def __init__(self, part: Basic, reason: str) -> None:
        super().__init__(f"no kernel can compute {part}: {reason}")
        self.part = part
        self.reason = reason


def build(exprs: Expr | Sequence[Expr], args: Sequence[Symbol]) -> Program:
    """The program that computes one or several expressions from its arguments.

    >>> x, y = sp.symbols("x y")
    >>> program = build([sp.exp(x + y), (x + y) ** 2], (x, y))
    >>> [node.op for node in program.nodes]
    ['input', 'input', 'add', 'exp', 'mul']

    Raises NotLowerable (an UnsupportedError) that names the part without a lowering, InputError for
    a symbol that is no argument.
    """
    outputs = [_prepared(expr) for expr in (exprs if isinstance(exprs, Sequence) else [exprs])]
    parts = distinct(outputs)
    arguments = _checked(args, parts)
    shared, reduced = _common_parts(outputs, parts)
    lowering = _Lowering(arguments, closed_parts([*reduced, *(part for _, part in shared)]))
    for symbol, part in shared:
        lowering.known[symbol] = lowering.node(part)
    return lowering.graph.program([lowering.node(expr) for expr in reduced]).pruned()


def distinct(exprs: Sequence[Basic]) -> list[Basic]:
    """Every distinct part of some expressions once, arguments before what they stand in.

    SymPy's own traversals visit a shared part again wherever it stands.

    >>> x = Symbol("x")
    >>> distinct([sp.sin(x) * x])
    [x, sin(x), x*sin(x)]
    """
    found: dict[Basic, None] = {}
    waiting = [(expr, False) for expr in reversed(exprs)]
    while waiting:
        node, is_ready = waiting.pop()
        if is_ready:
            found[node] = None
        elif node not in found:
            waiting.append((node, True))
            waiting += [(arg, False) for arg in reversed(node.args)]
    return list(found)


def closed_parts(exprs: Sequence[Basic]) -> set[Basic]:
    """The distinct parts without symbols."""
    closed = set[Basic]()
    for node in distinct(exprs):
        if not isinstance(node, Symbol) and all(arg in closed for arg in node.args):
            closed.add(node)
    return closed


def _prepared(expr: Any) -> Expr:
    """Derivatives carried out; integrals, sums and limits stay, to be refused by name."""
    expr = sp.sympify(expr)
    if not isinstance(expr, Expr):
        raise NotLowerable(expr, f"it is a {type(expr).__name__}, not a real expression")
    if any(isinstance(node, (sp.Derivative, sp.Subs)) for node in distinct([expr])):
        return expr.doit(integrals=False, sums=False)
    return expr


BINDERS = (sp.Integral, sp.Sum, sp.Product, sp.Limit, InverseAt)


def _checked(args: Sequence[Symbol], parts: Sequence[Basic]) -> tuple[Symbol, ...]:
    arguments = (args,) if isinstance(args, Symbol) else tuple(args)
    for symbol in arguments:
        if not isinstance(symbol, Symbol):
            raise InputError(f"an argument of a kernel is a symbol, not {symbol!r}")
    if len(set(arguments)) != len(arguments):
        raise InputError(f"arguments {arguments} of a kernel are not distinct")
    for part in parts:
        if isinstance(part, BINDERS):
            raise NotLowerable(part, f"{part.func.__name__} is no operation of programs")
    missing = {part for part in parts if isinstance(part, Symbol)} - set(arguments)
    if missing:
        names = ", ".join(sorted(map(str, missing)))
        raise InputError(f"{names} in the expression: neither an argument nor fixed to a value")
    return arguments


def _common_parts(
    outputs: Sequence[Expr], parts: Sequence[Basic]
) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    if len(parts) > CSE_LIMIT or _is_tangled(outputs, parts):
        return [], list(outputs)
    shared, reduced = sp.cse(list(outputs), symbols=sp.numbered_symbols("shared", cls=sp.Dummy))
    return shared, reduced


def _is_tangled(outputs: Sequence[Expr], parts: Sequence[Basic]) -> bool:
    """Whether an expression has far more parts as a tree than as a graph, as compositions do."""
    size: dict[Basic, int] = {}
    for node in parts:
        size[node] = 1 + sum(size[arg] for arg in node.args)
    return sum(size[expr] for expr in outputs) > 10 * CSE_LIMIT


class _Lowering:
    """Enters an expression into a graph, part by part."""

    def __init__(self, arguments: tuple[Symbol, ...], closed: set[Basic]) -> None:
        self.graph = Graph(arguments)
        self.closed = closed
        self.known: dict[Basic, int] = {symbol: k for k, symbol in enumerate(arguments)}

    def node(self, expr: Basic) -> int:
        if expr not in self.known:
            self.known[expr] = self._new(expr)
        return self.known[expr]

    def _new(self, expr: Basic) -> int:
        if isinstance(expr, (BooleanTrue, BooleanFalse)):
            return self._truth(isinstance(expr, BooleanTrue))
        if isinstance(expr, Expr) and self._is_closed(expr):
            return self._constant(expr)
        for kind, lower in _SHAPES:
            if isinstance(expr, kind):
                return lower(self, expr)
        if expr.func in BY_FUNCTION:
            return self._call(BY_FUNCTION[expr.func].name, *expr.args)
        if expr.func in REWRITTEN:
            return self.node(REWRITTEN[expr.func](*expr.args))
        raise NotLowerable(expr, f"{expr.func.__name__} is no operation of programs")

    def _is_closed(self, expr: Basic) -> bool:
        """Whether an expression has no symbols; parts made on the way are looked at once."""
        if expr not in self.closed and not isinstance(expr, Symbol):
            if not all(self._is_closed(arg) for arg in expr.args):
                return False
            self.closed.add(expr)
        return expr in self.closed

    def _split_constant(
        self, parts: Sequence[Basic], neutral: Expr, join: Callable[[Any, Any], Any]
    ) -> tuple[Expr, list[Any]]:
        closed = reduce(join, (part for part in parts if self._is_closed(part)), neutral)
        return closed, [part for part in parts if not self._is_closed(part)]

    def _call(self, op: str, *args: Basic) -> int:
        return self.graph.add(op, *(self.node(arg) for arg in args))

    def _constant(self, expr: Expr) -> int:
        if expr.is_extended_real is False or expr.has(S.ComplexInfinity):
            raise NotLowerable(expr, "it is not a real number")
        return self.graph.constant(expr)

    def _truth(self, value: bool) -> int:
        zero = self.graph.constant(S.Zero)
        return self.graph.add("eq" if value else "ne", zero, zero)

    def _chain(self, op: str, nodes: Sequence[int]) -> int:
        return reduce(lambda left, right: self.graph.add(op, left, right), nodes)

    def _sum(self, expr: Basic) -> int:
        """Positive terms added, negative ones subtracted, the constant last."""
        closed, terms = self._split_constant(expr.args, S.Zero, lambda a, b: a + b)
        terms = [*terms, closed] if closed != 0 else terms
        negative = [term for term in terms if term.could_extract_minus_sign()]
        positive = [term for term in terms if term not in negative]
        if not positive:
            return self.graph.add("neg", self.node(sp.Add(*(-term for term in terms))))
        total = self._chain("add", [self.node(term) for term in positive])
        return self._chain("sub", [total, *(self.node(-term) for term in negative)])

    def _product(self, expr: Basic) -> int:
        """One sign, one numerator, one denominator."""
        closed, factors = self._split_constant(expr.args, S.One, lambda a, b: a * b)
        if closed.could_extract_minus_sign():
            return self.graph.add("neg", self.node(sp.Mul(-closed, *factors)))
        above, below = _fraction(closed)
        for factor in factors:
            (below if _is_reciprocal(factor) else above).append(
                1 / factor if _is_reciprocal(factor) else factor
            )
        numerator = self._chain("mul", [self.node(factor) for factor in above or [S.One]])
        if not below:
            return numerator
        denominator = self._chain("mul", [self.node(factor) for factor in below])
        return self.graph.add("div", numerator, denominator)

    def _power(self, expr: Basic) -> int:
        base, exponent = expr.args
        if _is_reciprocal(expr):
            return self.graph.add("div", self.node(S.One), self.node(1 / expr))  # type: ignore[operator]
        if base is S.Exp1:
            return self._call("exp", exponent)
        if isinstance(exponent, sp.Rational) and exponent.q in _ROOTS and exponent <= LARGEST_CHAIN:
            return self._rational_power(base, exponent)
        return self._call("pow", base, exponent)

    def _rational_power(self, base: Basic, exponent: sp.Rational) -> int:
        """b^(n + k/q) as b^n times the k-th power of a root."""
        whole, part = divmod(int(exponent.p), int(exponent.q))
        factors = [self._integer_power(self.node(base), whole)] if whole else []
        if part:
            root = self._root(base, int(exponent.q))
            factors.append(self._integer_power(root, part))
        return self._chain("mul", factors)

    def _root(self, base: Basic, degree: int) -> int:
        if degree == 2 or base.is_nonnegative:
            return self._call(_ROOTS[degree], base)
        # a cube root is real and positive only where its argument is: elsewhere SymPy's is complex
        negative = self._call("lt", base, S.Zero)
        return self.graph.add(
            "select", negative, self.graph.constant(S.NaN), self._call(_ROOTS[degree], base)
        )

    def _integer_power(self, base: int, exponent: int) -> int:
        """By repeated squaring."""
        result: int | None = None
        while True:
            if exponent & 1:
                result = base if result is None else self.graph.add("mul", result, base)
            exponent >>= 1
            if not exponent:
                break
            base = self.graph.add("mul", base, base)
        return base if result is None else result

    def _pieces(self, expr: Basic) -> int:
        """The first branch whose condition holds; nan if none does."""
        value = self.graph.constant(S.NaN)
        for branch, condition in reversed(expr.args):  # type: ignore[misc]
            if condition == S.true:
                value = self.node(branch)
            else:
                value = self.graph.add("select", self.node(condition), self.node(branch), value)
        return value

    def _comparison(self, expr: Basic) -> int:
        op, swapped = _COMPARISONS[type(expr)]
        left, right = reversed(expr.args) if swapped else expr.args
        return self._call(op, left, right)

    def _logic(self, expr: Basic) -> int:
        op = "and" if isinstance(expr, sp.And) else "or"
        return self._chain(
            op, [self.node(part) for part in sorted(expr.args, key=sp.default_sort_key)]
        )

    def _negation(self, expr: Basic) -> int:
        return self._call("not", expr.args[0])

    def _extreme(self, expr: Basic) -> int:
        op = "max" if isinstance(expr, sp.Max) else "min"
        return self._chain(
            op, [self.node(part) for part in sorted(expr.args, key=sp.default_sort_key)]
        )

    def _step(self, expr: Basic) -> int:
        x, at_zero = expr.args
        return self._pieces(sp.Piecewise((S.Zero, x < 0), (S.One, x > 0), (at_zero, True)))  # type: ignore[operator]

    def _log_gamma(self, expr: Basic) -> int:
        """Real for positive arguments only."""
        x = expr.args[0]
        positive = self._call("lt", S.Zero, x)
        return self.graph.add(
            "select", positive, self._call("lgamma", x), self.graph.constant(S.NaN)
        )


_ROOTS = {1: "", 2: "sqrt", 3: "cbrt"}

_COMPARISONS: dict[type, tuple[str, bool]] = {
    sp.StrictLessThan: ("lt", False),
    sp.LessThan: ("le", False),
    sp.StrictGreaterThan: ("lt", True),
    sp.GreaterThan: ("le", True),
    sp.Eq: ("eq", False),
    sp.Ne: ("ne", False),
}

_SHAPES: tuple[tuple[type | tuple[type, ...], Callable[[_Lowering, Any], int]], ...] = (
    (sp.Add, _Lowering._sum),
    (sp.Mul, _Lowering._product),
    ((sp.Pow, cfunctions.Sqrt, cfunctions.Cbrt), _Lowering._power),
    (sp.Piecewise, _Lowering._pieces),
    (tuple(_COMPARISONS), _Lowering._comparison),
    ((sp.And, sp.Or), _Lowering._logic),
    (sp.Not, _Lowering._negation),
    ((sp.Max, sp.Min), _Lowering._extreme),
    (sp.Heaviside, _Lowering._step),
    (sp.loggamma, _Lowering._log_gamma),
)

# What is written through operations, one line each.
REWRITTEN: dict[type, Callable[..., Basic]] = {
    sp.cot: lambda z: 1 / sp.tan(z),
    sp.sec: lambda z: 1 / sp.cos(z),
    sp.csc: lambda z: 1 / sp.sin(z),
    sp.coth: lambda z: 1 / sp.tanh(z),
    sp.sech: lambda z: 1 / sp.cosh(z),
    sp.csch: lambda z: 1 / sp.sinh(z),
    sp.acot: lambda z: sp.atan(1 / z),
    sp.asec: lambda z: sp.acos(1 / z),
    sp.acsc: lambda z: sp.asin(1 / z),
    sp.acoth: lambda z: sp.atanh(1 / z),
    sp.asech: lambda z: sp.acosh(1 / z),
    sp.acsch: lambda z: sp.asinh(1 / z),
    sp.sinc: lambda z: sp.Piecewise((1, sp.Eq(z, 0)), (sp.sin(z) / z, True)),
    sp.frac: lambda z: z - sp.floor(z),
    sp.factorial: lambda n: sp.gamma(n + 1),
    sp.erf2: lambda a, b: sp.erf(b) - sp.erf(a),
    sp.re: lambda z: z,
    sp.conjugate: lambda z: z,
}


def _fraction(closed: Expr) -> tuple[list[Expr], list[Expr]]:
    """A constant factor: a quotient of integers is divided, since neither part is rounded."""
    if closed == 1:
        return [], []
    if isinstance(closed, sp.Rational) and closed.q & (closed.q - 1):
        return ([sp.Integer(closed.p)] if closed.p != 1 else []), [sp.Integer(closed.q)]
    return [closed], []


def _is_reciprocal(factor: Basic) -> bool:
    """Whether a factor is a negative power that is better divided by; exp(-x) is not."""
    if not isinstance(factor, sp.Pow) or factor.base is S.Exp1:
        return False
    return bool(factor.exp.is_number and factor.exp.is_negative)
