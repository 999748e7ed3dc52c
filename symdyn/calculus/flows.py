"""Flows: every variable with its velocity, and how quantities change along them.

A flow dx/dt = v(x) is a mapping from variables to velocities. Variables are scalars, whose velocity
is an expression, or vectors, whose velocity is an equivariant vector. Along a flow

    dQ/dt = sum over scalars x of (dQ/dx) x'
          + sum over pairs of vectors of (dQ/d<u, v>) (<u', v> + <u, v'>)

and a vector that the flow does not name stands still. Gradient descent in the limit of small steps
is the flow x' = -rate * gradient of the loss. For a velocity that depends on time, name the time
as a variable of velocity 1.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from sympy import Expr, S, Symbol, expand, sympify

from symdyn.calculus.equivariant import EquivariantVector, Vector, as_vector, inner
from symdyn.calculus.invariants import in_inner_products, inner_names, inner_products
from symdyn.calculus.vector_calculus import gradient
from symdyn.errors import InputError

Variable = Symbol | Vector
Velocity = Expr | EquivariantVector


@dataclass(frozen=True)
class Flow:
    """Velocities of some variables: dx/dt = v(x).

    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> Flow({x: y, y: -x})[y]
    -x
    """

    velocities: Mapping[Variable, Velocity]

    def __post_init__(self) -> None:
        own = {variable: _velocity(variable, v) for variable, v in self.velocities.items()}
        object.__setattr__(self, "velocities", own)

    def __getitem__(self, variable: Variable) -> Velocity:
        return self.velocities[variable]

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.velocities)

    def __len__(self) -> int:
        return len(self.velocities)

    def __hash__(self) -> int:
        return hash(tuple(self.velocities.items()))

    def items(self) -> ItemsView[Variable, Velocity]:
        """Pairs of variable and velocity, in the order in which they were given."""
        return self.velocities.items()

    def apply(self, change: Callable[[Expr], Expr]) -> Flow:
        """The same with every velocity, or its coefficients, changed."""
        return Flow(
            {
                variable: v.apply(change) if isinstance(v, EquivariantVector) else change(v)
                for variable, v in self.items()
            }
        )

    def components(
        self, other: Mapping[Variable, object] | Flow
    ) -> tuple[tuple[str, Expr, Expr], ...]:
        """The scalar equalities to which `self = other` amounts."""
        theirs = dict(other.items())
        if set(theirs) != set(self.velocities):
            raise InputError(f"one flow moves {_names(self)}, the other {_names(theirs)}")
        return tuple(part for x, v in self.items() for part in _equalities(str(x), v, theirs[x]))

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the velocities, and the scalar variables."""
        scalars = {x for x in self.velocities if isinstance(x, Symbol)}
        return scalars.union(*(v.free_symbols for v in self.velocities.values()))

    def __str__(self) -> str:
        return ", ".join(f"d{x}/dt = {v}" for x, v in self.items())

    def _latex(self, printer: object) -> str:
        doprint: Callable[[object], str] = getattr(printer, "doprint")  # noqa: B009
        rows = (rf"\dot{{{doprint(x)}}} = {doprint(v)}" for x, v in self.items())
        return r",\quad ".join(rows)


def gradient_flow(loss: Expr, variables: Sequence[Variable], *, rate: Expr | int = 1) -> Flow:
    """Gradient descent on a loss in the limit of infinitesimal steps: x' = -rate * dloss/dx.

    >>> from sympy import symbols
    >>> a, b, s = symbols("a b s")
    >>> gradient_flow((s - a*b)**2 / 2, (a, b))[a]
    b*(-a*b + s)
    >>> w, v = Vector("w"), Vector("v")
    >>> print(gradient_flow(inner(w - v, w - v) / 2, (w,)))
    dw/dt = v + (-1) w
    """
    if not variables:
        raise InputError("gradient_flow needs at least one variable to move")
    loss, speed = sympify(loss), sympify(rate)
    return Flow({x: _downhill(loss, x, speed) for x in variables})


def derivative_along(flow: Flow, quantity: Expr) -> Expr:
    """Rate of change of a quantity along a flow (its Lie derivative).

        d/dt Q(x(t)) = sum_i dQ/dx_i * v_i(x)      for dx/dt = v(x)

    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> derivative_along(Flow({x: y, y: -x}), x**2 + y**2)
    0
    >>> w, v = Vector("w"), Vector("v")
    >>> derivative_along(Flow({w: -2*w}), inner(w, v))
    -2*<v, w>
    """
    quantity = sympify(quantity)
    if any(isinstance(x, Vector) for x in flow):
        flow, quantity = flow.apply(in_inner_products), in_inner_products(quantity)
    scalars = (
        quantity.diff(x) * v
        for x, v in flow.items()
        if isinstance(x, Symbol) and isinstance(v, Expr)
    )
    pairs = (
        quantity.diff(symbol) * _product_rule(flow, Vector(one), Vector(two))
        for symbol, (one, two) in inner_products(quantity)
    )
    return expand(sum(scalars, S.Zero) + sum(pairs, S.Zero))


@overload
def _downhill(loss: Expr, variable: Symbol, rate: Expr) -> Expr: ...
@overload
def _downhill(loss: Expr, variable: Vector, rate: Expr) -> EquivariantVector: ...
def _downhill(loss: Expr, variable: Variable, rate: Expr) -> Velocity:
    if isinstance(variable, Vector):
        return -rate * gradient(loss, variable)
    return -rate * loss.diff(variable)


def _product_rule(flow: Flow, one: Vector, two: Vector) -> Expr:
    """d<u, v>/dt = <u', v> + <u, v'>, with u' = 0 for a vector that stands still."""
    moved = {x: as_vector(v) for x, v in flow.items() if isinstance(x, Vector)}
    still = EquivariantVector()
    return inner(moved.get(one, still), two) + inner(one, moved.get(two, still))


def _velocity(variable: object, value: object) -> Velocity:
    if isinstance(variable, Vector):
        return as_vector(value)
    velocity = sympify(value)
    if not isinstance(variable, Symbol) or not isinstance(velocity, Expr):
        raise InputError(f"a flow maps symbols to expressions, not {variable!r} to {value!r}")
    if inner_names(variable):
        raise InputError(f"{variable} is an inner product: move its vectors instead")
    return velocity


def _equalities(name: str, left: Velocity, right: object) -> tuple[tuple[str, Expr, Expr], ...]:
    if isinstance(left, EquivariantVector):
        return tuple((f"d{name}/dt on {v}", a, b) for v, a, b in left.components(right))
    return ((f"d{name}/dt", left, sympify(right)),)


def _names(variables: Iterator[Variable] | Mapping[Variable, object] | Flow) -> str:
    return ", ".join(sorted(str(x) for x in variables)) or "nothing"
