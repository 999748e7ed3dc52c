"""Change of variables in integrals over products of intervals, as a step that is checked.

    int_A f(x) dx = int_B f(X(y)) |det dX/dy| dy,      X: B -> A smooth with a smooth inverse Y

Both maps are given, so that nothing is solved. What makes the step right is owed as obligations:
Y(X(y)) = y and X(Y(x)) = x, and that the determinants of the two maps are reciprocal. That each map
ends in the other region, and the sign of the determinant, must follow from the assumptions that the
limits put on the variables: positive on (0, oo), real on the whole line, non-negative differences
to finite limits. Regions with limits that depend on other variables are not treated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Dummy, Expr, Integral, Matrix, S, Symbol, expand, powsimp, sympify

from symdyn.calculus.obligations import cite, owe
from symdyn.errors import InputError, UnsupportedError

Limit = tuple[Symbol, Expr | int, Expr | int]


def change_variables(
    integral: Integral,
    forward: Mapping[Symbol, Expr],
    inverse: Mapping[Symbol, Expr],
    limits: Sequence[Limit],
) -> Integral:
    """The integral in new variables: old = forward(new), new = inverse(old), over new limits.

    The first of the limits is integrated first.

    >>> from sympy import exp, log, oo, symbols
    >>> x, u = symbols("x u", positive=True)
    >>> v = Symbol("v", real=True)
    >>> change_variables(Integral(exp(-x)/x**2, (x, 0, oo)), {x: exp(v)}, {v: log(x)},
    ...     [(v, -oo, oo)])
    Integral(exp(-v - exp(v)), (v, -oo, oo))

    Source: Rudin, Real and Complex Analysis, theorem 7.26.
    Raises InputError if variables are missing, UnsupportedError if a map is not seen to stay
    inside the region or its determinant to keep its sign.
    """
    old = tuple(_limit(limit) for limit in integral.limits)
    new = tuple(_limit(limit) for limit in limits)
    _check_names(old, new, forward, inverse)
    to_new = {y: _stand_in(y, low, high) for y, low, high in new}
    to_old = {x: _stand_in(x, low, high) for x, low, high in old}
    ahead = {x: sympify(forward[x]).xreplace(to_new) for x, _, _ in old}
    back = {y: sympify(inverse[y]).xreplace(to_old) for y, _, _ in new}
    _require_inside(ahead, old)
    _require_inside(back, new)
    determinant = _determinant(ahead, tuple(to_new.values()))
    _owe_inverse(ahead, back, to_new, to_old, determinant)
    inner = integral.function.subs(ahead, simultaneous=True)
    flat = powsimp(inner * _positive(determinant))
    cite("change of variables")
    return Integral(flat.xreplace({d: y for y, d in to_new.items()}), *new)


def _limit(limit: Sequence[Expr | int]) -> tuple[Symbol, Expr, Expr]:
    if len(limit) != 3 or not isinstance(limit[0], Symbol):
        raise InputError(f"change of variables: the limits {limit} need a variable and two bounds")
    variable, low, high = (sympify(part) for part in limit)
    return variable, low, high


def _check_names(
    old: Sequence[tuple[Symbol, Expr, Expr]],
    new: Sequence[tuple[Symbol, Expr, Expr]],
    forward: Mapping[Symbol, Expr],
    inverse: Mapping[Symbol, Expr],
) -> None:
    for limits, maps in ((old, forward), (new, inverse)):
        names = {limit[0] for limit in limits}
        if names != set(maps) or len(names) < len(limits):
            raise InputError(
                f"change of variables: the maps give {sorted(map(str, maps))}, the limits are over "
                f"{sorted(map(str, names))}; give every variable once, in both"
            )
        if any(bound.has(*names) for limit in limits for bound in limit[1:]):
            raise UnsupportedError("change of variables: limits that depend on one another")
    if len(old) != len(new):
        raise InputError(f"change of variables: {len(old)} variables cannot become {len(new)}")


def _stand_in(variable: Symbol, low: Expr, high: Expr) -> Dummy:
    """A symbol of which SymPy knows what the limits say."""
    if low.is_nonnegative:
        return Dummy(variable.name, positive=True)
    if high.is_nonpositive:
        return Dummy(variable.name, negative=True)
    return Dummy(variable.name, real=True)


def _require_inside(
    maps: Mapping[Symbol, Expr], region: Sequence[tuple[Symbol, Expr, Expr]]
) -> None:
    for variable, low, high in region:
        value = maps[variable]
        below = low.is_infinite or expand(value - low).is_positive
        above = high.is_infinite or expand(high - value).is_positive
        if not (value.is_real and below and above):
            raise UnsupportedError(
                f"change of variables: {variable} = {value} is not seen to stay between {low} and "
                f"{high}; declare parameters positive or real, or choose another map"
            )


def _determinant(ahead: Mapping[Symbol, Expr], letters: Sequence[Symbol]) -> Expr:
    columns = Matrix(list(ahead.values())).jacobian(Matrix(letters))
    return powsimp(expand(columns.det()))


def _positive(determinant: Expr) -> Expr:
    if determinant.is_positive:
        return determinant
    if determinant.is_negative:
        return -determinant
    raise UnsupportedError(
        f"change of variables: the sign of the determinant {determinant} is not known; declare "
        "parameters positive"
    )


def _owe_inverse(
    ahead: Mapping[Symbol, Expr],
    back: Mapping[Symbol, Expr],
    to_new: Mapping[Symbol, Dummy],
    to_old: Mapping[Symbol, Dummy],
    determinant: Expr,
) -> None:
    plain = {d: Symbol(y.name, **d.assumptions0) for y, d in (*to_new.items(), *to_old.items())}
    there = {to_old[x]: value for x, value in ahead.items()}
    here = {to_new[y]: value for y, value in back.items()}
    for y, value in back.items():
        _owe(value.subs(there, simultaneous=True), to_new[y], plain, "there and back")
    for x, value in ahead.items():
        _owe(value.subs(here, simultaneous=True), to_old[x], plain, "back and there")
    other = _determinant(back, tuple(to_old.values())).subs(there, simultaneous=True)
    _owe(determinant * other, S.One, plain, "the determinants of a map and its inverse")


def _owe(left: Expr, right: Expr, plain: Mapping[Dummy, Symbol], because: str) -> None:
    owe(left.xreplace(plain), right.xreplace(plain), because=f"change of variables: {because}")
