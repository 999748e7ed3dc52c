"""Kinds of statements that a claim can make.

    Equal(left, right)                        left = right wherever the conditions hold
    Solves(flow, solution, time, start)       dx/dt = v(x) along the solution, and x(0) = start
    Conserved(quantity, flow)                 d/dt Q(x(t)) = 0 along the flow
    Bounded(expr, lower, upper)               lower <= expr <= upper on the whole domain
    AsymptoticTo(expr, leading, variable, at) expr/leading -> 1 as the variable goes to `at`

A statement knows which scalar statements it amounts to. How those are judged is the business of
`symdyn.proof.evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, MatrixBase, S, Symbol, Tuple, sympify

from symdyn.calculus.flows import derivative_along
from symdyn.errors import InputError

# A name, and two sides: expressions, or matrix words of one shape.
Component = tuple[str, Any, Any]


class AbstractStatement:
    """Something that is true or false at every point of a domain."""

    @property
    def derived(self) -> Any:
        """What the author got."""
        raise NotImplementedError

    @property
    def stated(self) -> Any:
        """What the paper says: the value that a claim hands on once it is checked."""
        raise NotImplementedError


@dataclass(frozen=True)
class Equal(AbstractStatement):
    """Both sides have the same value wherever the conditions hold.

    Sides are expressions, matrices, tuples, mappings of those, or objects with a method
    `components(other)` that names the equalities they amount to, of scalars or of matrix words.

    >>> Equal((1, 2), (1, 3)).components()
    (('[0]', 1, 1), ('[1]', 2, 3))
    """

    left: Any
    right: Any

    @property
    def derived(self) -> Any:
        """The left side."""
        return self.left

    @property
    def stated(self) -> Any:
        """The right side."""
        return self.right

    def components(self) -> tuple[Component, ...]:
        """The equalities of scalars or matrices that this one amounts to, each with a name."""
        return _components("", self.left, self.right)


@dataclass(frozen=True)
class Solves(AbstractStatement):
    """A curve follows a flow, and starts where it is said to start (at time 0).

    `flow` maps each variable to its velocity; `solution` maps each variable to a function of time.

    >>> from sympy import exp, symbols
    >>> x, t = symbols("x t")
    >>> Solves({x: -x}, {x: 3*exp(-t)}, t, {x: 3}).equations()[1].left
    3
    """

    flow: Any
    solution: Any
    time: Symbol
    start: Any = None

    @property
    def derived(self) -> Any:
        """The curve."""
        return self.solution

    @property
    def stated(self) -> Any:
        """The curve: it has been checked against its flow."""
        return self.solution

    def equations(self) -> tuple[Equal, ...]:
        """Residual of every velocity, then every initial value."""
        missing = [str(x) for x in self.flow if x not in self.solution]
        if missing:
            raise InputError(
                f"Solves: the flow moves {', '.join(missing)}, but the solution gives no curve for "
                "it; map every variable of the flow to a function of time"
            )
        curve = {x: _object(self.solution[x]) for x in self.flow}
        return (
            *(Equal(curve[x].diff(self.time), _along(self.flow[x], curve)) for x in self.flow),
            *(Equal(curve[x].subs(self.time, 0), x0) for x, x0 in (self.start or {}).items()),
        )


@dataclass(frozen=True)
class Conserved(AbstractStatement):
    """A quantity keeps its value along every trajectory of a flow.

    >>> from sympy import symbols
    >>> from symdyn.calculus.flows import Flow
    >>> x, y = symbols("x y", real=True)
    >>> Conserved(x**2 + y**2, Flow({x: y, y: -x})).equation()
    Equal(left=0, right=0)
    """

    quantity: Any
    flow: Any

    @property
    def derived(self) -> Any:
        """The quantity."""
        return self.quantity

    @property
    def stated(self) -> Any:
        """The quantity: it has been found to be a first integral."""
        return self.quantity

    def equation(self) -> Equal:
        """The equality that this statement amounts to."""
        return Equal(derivative_along(self.flow, self.quantity), S.Zero)


@dataclass(frozen=True)
class Bounded(AbstractStatement):
    """An expression stays between two bounds on the whole domain; None is no bound.

    >>> from sympy import sin, symbols
    >>> from symdyn.proof.evidence import judge
    >>> x = symbols("x", real=True)
    >>> judge(Bounded(sin(x)**2, 0, 1)).verdict
    <Verdict.PROVED: 'PROVED'>
    """

    expr: Expr
    lower: Expr | int | None = None
    upper: Expr | int | None = None
    strict: bool = False

    @property
    def derived(self) -> Any:
        """The expression."""
        return self.expr

    @property
    def stated(self) -> Any:
        """The expression: its bounds have been checked."""
        return self.expr


@dataclass(frozen=True)
class AsymptoticTo(AbstractStatement):
    """The ratio of an expression to its leading term tends to 1.

    >>> from sympy import exp, oo, sinh, symbols
    >>> from symdyn.proof.evidence import judge
    >>> t = symbols("t", positive=True)
    >>> judge(AsymptoticTo(sinh(t), exp(t)/2, t, oo)).verdict
    <Verdict.PROVED: 'PROVED'>
    """

    expr: Expr
    leading: Expr
    variable: Symbol
    at: Expr | int = S.Infinity

    @property
    def derived(self) -> Any:
        """The expression."""
        return self.expr

    @property
    def stated(self) -> Any:
        """The leading term."""
        return self.leading


def _object(value: Any) -> Any:
    """Numbers as expressions; whatever has components stays as it is."""
    return value if hasattr(value, "components") else sympify(value)


def _along(velocity: Any, curve: Mapping[Any, Any]) -> Any:
    """A velocity at the points of a curve; all variables are replaced at once."""
    if isinstance(velocity, (Expr, MatrixBase)):
        return velocity.subs(curve, simultaneous=True)
    return velocity.subs(curve)


def _components(name: str, left: Any, right: Any) -> tuple[Component, ...]:
    for side, other in ((left, right), (right, left)):
        if hasattr(side, "components"):
            pairs = side.components(other)
            ordered = pairs if side is left else [(n, r, ell) for n, ell, r in pairs]
            return tuple((name + n, _object(ell), _object(r)) for n, ell, r in ordered)
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return _entries(name, _mapping(left), _mapping(right))
    if _is_sequence(left) or _is_sequence(right):
        return _entries(name, _indexed(left, right), _indexed(right, left))
    return ((name, _scalar(left), _scalar(right)),)


def _entries(name: str, left: Mapping[Any, Any], right: Mapping[Any, Any]) -> tuple[Component, ...]:
    if set(left) != set(right):
        raise InputError(
            f"claim: the two sides have different parts, {_keys(left)} against {_keys(right)}; "
            "compare objects of the same shape"
        )
    return tuple(
        part for key in left for part in _components(f"{name}[{key}]", left[key], right[key])
    )


def _keys(side: Mapping[Any, Any]) -> str:
    return "{" + ", ".join(str(key) for key in side) + "}"


def _mapping(side: Any) -> Mapping[Any, Any]:
    if isinstance(side, Mapping):
        return side
    raise InputError(f"claim: a mapping is compared with {side!r}; give both sides the same shape")


def _is_sequence(side: Any) -> bool:
    return isinstance(side, (tuple, list, Tuple, MatrixBase))


def _indexed(side: Any, other: Any) -> Mapping[Any, Any]:
    """Entries by index; a matrix may be compared with the number 0."""
    if isinstance(side, MatrixBase):
        rows, columns = side.shape
        return {f"{i},{j}": side[i, j] for i in range(rows) for j in range(columns)}
    if _is_sequence(side):
        return dict(enumerate(side))
    if isinstance(other, MatrixBase) and sympify(side) == 0:
        return dict.fromkeys(_indexed(other, side), Integer(0))
    raise InputError(f"claim: {side!r} is compared with {other!r}; give both sides the same shape")


def _scalar(side: Any) -> Expr:
    value = sympify(side)
    if isinstance(value, Expr):
        return value
    raise InputError(f"claim: {side!r} is not an expression, a matrix or an object with components")
