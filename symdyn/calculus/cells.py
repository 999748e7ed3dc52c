"""A function with kinks and jumps, cut into cells in which it is smooth.

Max, Min, Abs, sign, Heaviside and the conditions of Piecewise are decided by the signs of affine
forms. Along the lines where these forms vanish the plane is cut into cells; in each cell the
function is an expression without kinks:

    Max(z, 0) * Abs(w)   is   z*w  where z > 0, w > 0,   -z*w  where z > 0, -w > 0,   else 0

The lines themselves have probability zero, so the values on them do not matter. A form that is a
product is decided factor by factor. Forms that cannot be brought to affine factors are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import (
    Abs,
    Eq,
    Expr,
    Heaviside,
    Max,
    Min,
    Ne,
    Poly,
    PolynomialError,
    S,
    Symbol,
    expand,
    factor_list,
    postorder_traversal,
    sign,
)
from sympy.core.basic import Basic
from sympy.core.relational import Relational

from symdyn.calculus.angles import sign_of
from symdyn.calculus.obligations import cite
from symdyn.errors import UnsupportedError

KINKS = (Max, Min, Abs, sign, Heaviside, Relational)


@dataclass(frozen=True)
class Cell:
    """A smooth expression, and affine forms that are positive where it holds."""

    expr: Expr
    half_planes: tuple[Expr, ...]


def cells(f: Expr, variables: Sequence[Symbol]) -> Iterator[Cell]:
    """The cells on which a function is smooth and not zero.

    >>> from sympy import Max, symbols
    >>> z, w = symbols("z w", real=True)
    >>> list(cells(Max(z, 0)*Max(w, 0), (z, w)))
    [Cell(expr=w*z, half_planes=(w, z))]
    >>> [cell.half_planes for cell in cells(Max(z**2 - 1, 0), (z,))]
    [(z - 1, z + 1), (1 - z, -z - 1)]

    Raises UnsupportedError for a kink that is not decided by affine forms.
    """
    yield from _cut(f, tuple(variables), ())


def _cut(f: Expr, variables: tuple[Symbol, ...], region: tuple[Expr, ...]) -> Iterator[Cell]:
    if f == 0:
        return
    kink = _innermost_kink(f, variables)
    if kink is None:
        yield Cell(f, region)
        return
    cite("cells of smoothness")
    form = _decisive_form(kink)
    side, undecided = _known_sign(form, variables, region)
    if undecided is None:
        yield from _cut(f.xreplace({kink: _value(kink, side)}), variables, region)
        return
    for chosen in (undecided, expand(-undecided)):
        yield from _cut(f, variables, (*region, chosen))


def _innermost_kink(f: Expr, variables: tuple[Symbol, ...]) -> Basic | None:
    """A kink in the variables whose own arguments have none."""
    for node in postorder_traversal(f, keys=True):
        if isinstance(node, KINKS) and node.has(*variables):
            return node
    return None


def _decisive_form(kink: Basic) -> Expr:
    """What the kink depends on the sign of."""
    if isinstance(kink, (Max, Min)):
        a, b = _two_arguments(kink)
        return a - b
    if isinstance(kink, Relational):
        return kink.lhs - kink.rhs
    return kink.args[0]  # type: ignore[return-value]


def _two_arguments(kink: Max | Min) -> tuple[Expr, Expr]:
    a, b, *_ = kink.args
    return a, b  # type: ignore[return-value]


def _value(kink: Basic, side: int) -> Basic:
    """The kink where the form that decides it has this sign."""
    if isinstance(kink, (Max, Min)):
        a, b, *others = kink.args
        return kink.func(a if (side > 0) == isinstance(kink, Max) else b, *others)
    if isinstance(kink, Relational):
        return _truth(kink, side)
    if isinstance(kink, Abs):
        return side * kink.args[0]
    return S(side) if isinstance(kink, sign) else S((1 + side) // 2)


def _truth(relation: Relational, side: int) -> Basic:
    if isinstance(relation, (Eq, Ne)):
        return S(isinstance(relation, Ne))
    return S((side > 0) == (relation.rel_op in (">", ">=")))


def _known_sign(
    form: Expr, variables: tuple[Symbol, ...], region: tuple[Expr, ...]
) -> tuple[int, Expr | None]:
    """The sign of a form in a region; or a factor whose sign must be chosen first."""
    known = sign_of(form)
    if known:
        return known, None
    constant, factors = _factors(form, variables)
    side = _parameter_sign(constant)
    for factor, power in factors:
        if power % 2 == 0:
            continue
        chosen = _sign_in_region(factor, variables, region)
        if chosen is None:
            return 0, factor
        side *= chosen
    return side, None


def _factors(form: Expr, variables: tuple[Symbol, ...]) -> tuple[Expr, list[tuple[Expr, int]]]:
    try:
        constant, factors = factor_list(form, *variables)
    except PolynomialError:
        raise _refusal(form) from None
    return constant, [(f, k) for f, k in factors]


def _parameter_sign(constant: Expr) -> int:
    known = sign_of(constant)
    if not known:
        raise UnsupportedError(
            f"the sign of {constant} decides a kink and is not known; declare it, for example "
            'symbols("a", positive=True)'
        )
    return known


def _sign_in_region(
    factor: Expr, variables: tuple[Symbol, ...], region: tuple[Expr, ...]
) -> int | None:
    known = sign_of(factor)
    if known:
        return known
    poly = Poly(factor, *variables)
    if poly.total_degree() == 0:
        return _parameter_sign(factor)
    if poly.total_degree() > 1:
        raise _refusal(factor)
    for chosen in region:
        ratio = _ratio(factor, chosen, variables)
        if ratio is not None:
            return _parameter_sign(ratio)
    return None


def _ratio(form: Expr, other: Expr, variables: tuple[Symbol, ...]) -> Expr | None:
    """The number k with form = k*other, if there is one."""
    a, b = Poly(form, *variables), Poly(other, *variables)
    lead = b.LC()
    ratio = a.coeff_monomial(b.LM()) / lead
    return ratio if ratio != 0 and expand(form * lead - ratio * lead * other) == 0 else None


def _refusal(form: Expr) -> UnsupportedError:
    return UnsupportedError(
        f"a kink is decided by the sign of {form}, which does not split into affine factors; "
        "kinks in a*z + b*w + t and in products of such forms are supported"
    )


def on_line(f: Expr, form: Expr, variables: Sequence[Symbol], *, is_smooth: bool = False) -> Expr:
    """f near the line form = 0; it must not jump there, nor bend if it has to be smooth.

    >>> from sympy import Heaviside, Max, symbols
    >>> z, w = symbols("z w", real=True)
    >>> on_line(w*Max(z, 0), z, (z, w))
    w*z
    """
    sides = [_on_side(f, form, tuple(variables), side) for side in (1, -1)]
    if expand(sides[0] - sides[1]) == 0:
        return sides[0]
    zero = line(form, variables)
    if is_smooth or expand(sides[0].subs(zero) - sides[1].subs(zero)) != 0:
        raise UnsupportedError(
            f"the delta function of {form} multiplies {f}, which jumps or bends on {form} = 0; "
            "that product has no meaning"
        )
    return sides[0]


def _on_side(f: Expr, form: Expr, variables: tuple[Symbol, ...], side: int) -> Expr:
    """f with every kink decided that bends on this line, just beside it."""
    for node in postorder_traversal(f, keys=True):
        if not isinstance(node, KINKS) or not node.has(*variables):
            continue
        decisive = _decisive_form(node)
        if decisive.has(*KINKS) or not decisive.is_polynomial(*variables):
            continue
        ratio = _ratio(decisive, form, variables)
        if ratio is not None:
            chosen = side * _parameter_sign(ratio)
            return _on_side(f.xreplace({node: _value(node, chosen)}), form, variables, side)
    return f


def line(form: Expr, variables: Sequence[Symbol]) -> dict[Symbol, Expr]:
    """The substitution for one variable that puts the others on the line form = 0."""
    z = next(z for z in variables if form.has(z))
    slope = form.diff(z)
    return {z: z - form / slope}
