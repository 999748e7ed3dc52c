"""Polynomial first integrals of a flow.

A first integral Q keeps its value along every trajectory: sum_i v_i(x) dQ/dx_i = 0. All polynomial
ones up to a degree are found, by exact linear algebra, for velocities that are polynomials or
contain other functions of the variables. They are integrals of this one flow. What all flows of a
network keep, whatever the data and the loss, is the subject of `laws`: fewer quantities, since a
single flow may keep more than its architecture demands.

Energies with a logarithm, such as that of predator and prey, are no polynomials and are not found.
A law that changes at a known rate, such as Q' = -2 m Q under weight decay, becomes an integral when
the flow gets one more variable z with z' = 2 m z: then z Q is kept.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

from sympy import Expr, Symbol

from symdyn.calculus.conservation.independence import require_independence
from symdyn.calculus.conservation.invariants_of_fields import invariants
from symdyn.calculus.conservation.velocities import cleared_field, polynomial_fields
from symdyn.calculus.equivariant import Vector
from symdyn.calculus.flows import Flow, derivative_along
from symdyn.calculus.invariants import in_inner_products, inner_products, inner_symbol
from symdyn.errors import InputError


def first_integrals(flow: Flow, degree: int = 2) -> tuple[Expr, ...]:
    """Generators of all polynomial first integrals of a flow up to a degree.

        Q with  sum_i v_i(x) dQ/dx_i = 0,  degree of Q in x <= degree

    Every such integral is a polynomial in the generators; constants are not listed, nor products of
    generators. Other symbols in the velocities are parameters: an integral holds for all their
    values, its coefficients may be polynomials in them. Coefficients are integers or such
    polynomials without a common factor. Values of parameters at which more is kept are not looked
    for; numbers such as pi or log(2) count as parameters. Max, Abs and the like are looked at where
    they are smooth.

    >>> from sympy import symbols
    >>> from symdyn.calculus.flows import gradient_flow
    >>> a, b, s = symbols("a b s")
    >>> first_integrals(gradient_flow((s - a*b)**2 / 2, (a, b)), degree=4)
    (a**2 - b**2,)
    >>> x, y, w = symbols("x y w")
    >>> first_integrals(Flow({x: y, y: -w**2*x}))
    (w**2*x**2 + y**2,)
    >>> first_integrals(Flow({x: x*(1 - y), y: y*(x - 1)}), degree=6)
    ()

    Vectors enter by their inner products, in which the integrals are polynomials; they hold in any
    dimension:

    >>> from symdyn.calculus.equivariant import Vector, inner
    >>> v, u = Vector("v"), Vector("u")
    >>> first_integrals(gradient_flow((s - a*inner(v, u))**2 / 2, (a, v)))
    (-<v, v> + a**2, -<u, u>*<v, v> + <u, v>**2)

    Raises InputError for a degree below 1 or velocities that divide by zero, UnsupportedError for
    more than 6000 monomials, and where functions in the velocities cannot be shown to be
    independent, so that integrals might be missed.
    """
    if not len(flow):
        raise InputError("first_integrals: the flow moves nothing; give it at least one variable")
    velocities = _scalar_velocities(flow)
    field = cleared_field(tuple(velocities.values()), tuple(velocities))
    parts = polynomial_fields(field)
    found = invariants(parts, degree)
    require_independence(field, degree - 1 + field.degree)
    return tuple(map(parts.expression, found))


def _scalar_velocities(flow: Flow) -> dict[Symbol, Expr]:
    """Velocities of the scalars of a flow, and of the inner products that its vectors move."""
    moving = [x for x in flow if isinstance(x, Vector)]
    waiting = [x for x in flow if isinstance(x, Symbol)]
    waiting += [inner_symbol(u.name, v.name) for u, v in combinations_with_replacement(moving, 2)]
    names = {vector.name for vector in moving}
    velocities: dict[Symbol, Expr] = {}
    while waiting:
        variable = waiting.pop(0)
        velocity = flow[variable] if variable in flow else derivative_along(flow, variable)
        velocities[variable] = in_inner_products(velocity) if moving else velocity
        for symbol, pair in inner_products(velocities[variable]):
            if symbol not in velocities and symbol not in waiting and not names.isdisjoint(pair):
                waiting.append(symbol)
    return velocities
