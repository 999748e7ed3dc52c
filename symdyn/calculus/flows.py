"""Flows: every variable with its velocity, and how quantities change along them.

A flow dx/dt = v(x) is a mapping from variables to velocities. Variables are scalars, whose velocity
is an expression, vectors, whose velocity is an equivariant vector, or named matrices, whose
velocity is a matrix word of the same shape. Along a flow

    dQ/dt = sum over scalars x of (dQ/dx) x'
          + sum over pairs of vectors of (dQ/d<u, v>) (<u', v> + <u, v'>)
          + sum over occurrences of a matrix W in a word u W v of u W' v

and a vector or matrix that the flow does not name stands still. Gradient descent in the limit of
small steps is the flow x' = -rate * gradient of the loss. For a velocity that depends on time, name
the time as a variable of velocity 1.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from sympy import Expr, S, Symbol, expand, sympify

from symdyn.calculus.equivariant import EquivariantVector, Vector, as_vector, inner
from symdyn.calculus.invariants import in_inner_products, inner_names, inner_products
from symdyn.calculus.vector_calculus import gradient
from symdyn.calculus.words.derivatives import gradient_in, named, rate_along
from symdyn.calculus.words.polynomials import MatrixWord, as_word
from symdyn.errors import InputError

Variable = Symbol | Vector | MatrixWord
Velocity = Expr | EquivariantVector | MatrixWord
Equality = tuple[str, Expr, Expr] | tuple[str, MatrixWord, MatrixWord]


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
        if {type(x) for x in own} >= {Vector, MatrixWord}:
            raise InputError("a flow of vectors and matrices: write the vectors as n x 1 matrices")

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

    def scalars(self) -> list[Velocity]:
        """The velocities of the scalar variables; one that depends on matrices is a word."""
        return [v for x, v in self.items() if isinstance(x, Symbol)]

    def apply(self, change: Callable[[Expr], Expr]) -> Flow:
        """The same with every velocity, or its coefficients, changed."""
        return Flow(
            {x: change(v) if isinstance(v, Expr) else v.apply(change) for x, v in self.items()}
        )

    def components(self, other: Mapping[Variable, object] | Flow) -> tuple[Equality, ...]:
        """The equalities of velocities to which `self = other` amounts."""
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


def gradient_flow(
    loss: Expr | MatrixWord, variables: Sequence[Variable], *, rate: Expr | int = 1
) -> Flow:
    """Gradient descent on a loss in the limit of infinitesimal steps: x' = -rate * dloss/dx.

    >>> from sympy import symbols
    >>> a, b, s = symbols("a b s")
    >>> gradient_flow((s - a*b)**2 / 2, (a, b))[a]
    b*(-a*b + s)
    >>> w, v = Vector("w"), Vector("v")
    >>> print(gradient_flow(inner(w - v, w - v) / 2, (w,)))
    dw/dt = v + (-1) w
    >>> from symdyn.calculus.words.polynomials import matrix, trace
    >>> W, S = matrix("W", 2, 3), matrix("S", 2, 3)
    >>> print(gradient_flow(trace((W - S)*(W - S).T)/2, (W,)))
    dW/dt = S - W
    """
    if not variables:
        raise InputError("gradient_flow needs at least one variable to move")
    speed = sympify(rate)
    own = loss if isinstance(loss, MatrixWord) else sympify(loss)
    return Flow({x: _downhill(own, x, speed) for x in variables})


@overload
def derivative_along(flow: Flow, quantity: MatrixWord) -> MatrixWord: ...
@overload
def derivative_along(flow: Flow, quantity: Expr) -> Expr: ...
def derivative_along(flow: Flow, quantity: Expr | MatrixWord) -> Expr | MatrixWord:
    """Rate of change of a quantity along a flow (its Lie derivative).

        d/dt Q(x(t)) = sum_i dQ/dx_i * v_i(x)      for dx/dt = v(x)

    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> derivative_along(Flow({x: y, y: -x}), x**2 + y**2)
    0
    >>> w, v = Vector("w"), Vector("v")
    >>> derivative_along(Flow({w: -2*w}), inner(w, v))
    -2*<v, w>
    >>> from symdyn.calculus.words.polynomials import matrix
    >>> W, A = matrix("W", 2, 2), matrix("A", 2, 2)
    >>> print(derivative_along(Flow({W: A*W}), W.T*W))
    W.T*A*W + W.T*A.T*W
    """
    if isinstance(quantity, MatrixWord) or any(isinstance(v, MatrixWord) for v in flow.scalars()):
        return _rate_of_word(flow, as_word(quantity))
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


def _downhill(loss: Expr | MatrixWord, variable: Variable, speed: Expr) -> Velocity:
    if isinstance(variable, MatrixWord):
        return -speed * gradient_in(as_word(loss), variable)
    if isinstance(loss, MatrixWord):
        if isinstance(variable, Vector):
            raise InputError(f"{loss} has no gradient in the vector {variable}: name a matrix")
        return -speed * loss.diff(variable)
    if isinstance(variable, Vector):
        return -speed * gradient(loss, variable)
    return -speed * loss.diff(variable)


def _rate_of_word(flow: Flow, quantity: MatrixWord) -> MatrixWord:
    matrices = {named(x): as_word(v) for x, v in flow.items() if isinstance(x, MatrixWord)}
    scalars = {x: as_word(v) for x, v in flow.items() if isinstance(x, Symbol)}
    return rate_along(quantity, matrices, scalars)


def _product_rule(flow: Flow, one: Vector, two: Vector) -> Expr:
    """d<u, v>/dt = <u', v> + <u, v'>, with u' = 0 for a vector that stands still."""
    moved = {x: as_vector(v) for x, v in flow.items() if isinstance(x, Vector)}
    still = EquivariantVector()
    return inner(moved.get(one, still), two) + inner(one, moved.get(two, still))


def _velocity(variable: object, value: object) -> Velocity:
    if isinstance(variable, Vector):
        return as_vector(value)
    if isinstance(variable, MatrixWord):
        named(variable)
        return variable.components(value)[0][2]
    velocity = value if isinstance(value, MatrixWord) and value.is_scalar else sympify(value)
    scalar = isinstance(velocity, (Expr, MatrixWord)) and not getattr(velocity, "is_Matrix", False)
    if not isinstance(variable, Symbol) or not scalar:
        raise InputError(
            f"a flow maps symbols to expressions, not {variable!r} to {value!r}; matrices that "
            "move are made by symdyn.calculus.words.polynomials.matrix"
        )
    if inner_names(variable):
        raise InputError(f"{variable} is an inner product: move its vectors instead")
    return velocity


def _equalities(name: str, left: Velocity, right: object) -> tuple[Equality, ...]:
    if isinstance(left, EquivariantVector):
        return tuple((f"d{name}/dt on {v}", a, b) for v, a, b in left.components(right))
    if isinstance(left, MatrixWord):
        return tuple((f"d{name}/dt", a, b) for _, a, b in left.components(right))
    return ((f"d{name}/dt", left, sympify(right)),)


def _names(variables: Iterator[Variable] | Mapping[Variable, object] | Flow) -> str:
    return ", ".join(sorted(str(x) for x in variables)) or "nothing"
