"""Iterated integrals taken apart into smooth integrands that decay like Gaussians.

Kinks in one variable become ends of its axis. An integrand with a factor exp(-Q), Q a quadratic
polynomial of the variables, is as good as zero outside an ellipsoid; eliminating the variables from
the innermost outwards (Cholesky) gives on each line, the outer variables being fixed, a middle that
is affine in them and a width. Variables without such decay need finite limits.

Kinks along lines that are not parallel to an axis raise UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from flint import acb, arb
from sympy import Basic, Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.numerics.ball_steps import run
from symdyn.numerics.kinks import KINKED, pieces
from symdyn.numerics.piecewise import Ball

Point = Mapping[Symbol, Ball]
SMOOTH = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.erf, sp.erfc, sp.atan)


@dataclass(frozen=True)
class Axis:
    """A variable of integration and its limits, which may depend on variables further out."""

    variable: Symbol
    lower: Expr
    upper: Expr

    @property
    def ends(self) -> tuple[Expr, Expr]:
        """Both limits."""
        return self.lower, self.upper

    @property
    def is_infinite(self) -> bool:
        """Whether the integrand must decay for the integral to exist."""
        return bool(self.lower.is_infinite or self.upper.is_infinite)


@dataclass(frozen=True)
class Part:
    """A smooth integrand, and the axes from the innermost outwards."""

    form: Expr
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class Spread:
    """Middle (affine in the variables further out) and width of a Gaussian along one axis."""

    start: arb
    slopes: tuple[arb, ...]
    width: arb

    def middle(self, outer: Sequence[arb]) -> arb:
        """The middle of a line, the variables further out having values."""
        return sum((a * v for a, v in zip(self.slopes, outer, strict=True)), self.start).mid()


def flattened(node: Basic) -> Part:
    """One integrand for integrals within integrals, factors taken inside."""
    form, axes = node.args[0], [Axis(*limit.args) for limit in node.args[1:]]
    while True:
        inner = [f for f in sp.Mul.make_args(form) if isinstance(f, sp.Integral)]
        if len(inner) != 1 or any(len(limit) != 3 for limit in inner[0].limits):
            return Part(form, tuple(axes))
        outside = form / inner[0]
        if outside.free_symbols & {limit[0] for limit in inner[0].limits}:
            return Part(form, tuple(axes))
        form = outside * inner[0].function
        axes = [*(Axis(*limit) for limit in inner[0].limits), *axes]


def parts_of(whole: Part, point: Point) -> Iterator[Part]:
    """Smooth integrands on boxes, each with one exponential in front."""
    found = [whole]
    for index, axis in enumerate(whole.axes):
        found = [piece for part in found for piece in _cut(part, index, axis, point)]
    for part in found:
        terms = [part.form] if _exponent(part) != 0 else sp.Add.make_args(sp.expand_mul(part.form))
        yield from (Part(term, part.axes) for term in terms if term != 0)


def is_odd(part: Part) -> bool:
    """Whether the integral is zero because some mirror image of the integrand is its negative."""
    limits = {s for axis in part.axes for end in axis.ends for s in end.free_symbols}
    even = [a.variable for a in part.axes if a.lower == -a.upper and a.variable not in limits]
    groups = [[v] for v in even] + ([even] if len(even) == len(part.axes) else [])
    is_mirrored = any(part.form.xreplace({v: -v for v in group}) == -part.form for group in groups)
    return is_mirrored and _is_entire(part)


def _is_entire(part: Part) -> bool:
    """Whether an integrand is seen to be smooth for all real values of the variables."""
    variables = {axis.variable for axis in part.axes}
    inner = [n for n in sp.preorder_traversal(part.form) if n.free_symbols & variables]
    return all(
        isinstance(n, (sp.Symbol, sp.Add, sp.Mul, *SMOOTH))
        or (isinstance(n, sp.Pow) and n.exp.is_Integer and n.exp > 0)
        for n in inner
    )


def _cut(part: Part, index: int, axis: Axis, point: Point) -> Iterator[Part]:
    """A part cut at the kinks in one variable, which must not depend on the others."""
    if not _has_kinks(part.form, axis.variable):
        yield part
        return
    for piece in pieces(part.form, axis.variable, axis.lower, axis.upper, point):
        if _has_kinks(piece.integrand, axis.variable):
            raise UnsupportedError(f"kinks of {piece.integrand} in {axis.variable}")
        ends = Axis(axis.variable, piece.lower, piece.upper)
        yield Part(piece.integrand, (*part.axes[:index], ends, *part.axes[index + 1 :]))


def _has_kinks(form: Expr, variable: Symbol) -> bool:
    return any(variable in atom.free_symbols for atom in form.atoms(*KINKED))


def is_even(part: Part) -> bool:
    """Whether the point reflection of all variables leaves an integral over all space as it is."""
    variables = [axis.variable for axis in part.axes if axis.lower == -axis.upper == -sp.oo]
    is_mirrored = part.form.xreplace({v: -v for v in variables}) == part.form
    return len(variables) == len(part.axes) and is_mirrored


def _exponent(part: Part) -> Expr:
    """The exponent of the exponentials in front of an integrand."""
    return sp.Add(*(f.args[0] for f in sp.Mul.make_args(part.form) if isinstance(f, sp.exp)))


def spreads_of(part: Part, point: Point) -> list[Spread | None] | None:
    """Where the integrand is not small on each axis; None where it need not decay."""
    variables = [axis.variable for axis in part.axes]
    exponent = _exponent(part)
    if not exponent.is_polynomial(*variables) or sp.Poly(exponent, *variables).total_degree() > 2:
        exponent = sp.Integer(0)
    origin = dict.fromkeys(variables, sp.Integer(0))
    slope = [real_value(sp.diff(exponent, v).subs(origin), point) for v in variables]
    bend = [[-real_value(sp.diff(exponent, v, w), point) for w in variables] for v in variables]
    found: list[Spread | None] = []
    for i, axis in enumerate(part.axes):
        pivot = bend[i][i]
        if not pivot > 0:
            if axis.is_infinite:
                return None
            found.append(None)
            continue
        rest = range(i + 1, len(variables))
        slopes = tuple(-bend[i][j] / pivot for j in rest)
        found.append(Spread(slope[i] / pivot, slopes, 1 / pivot.sqrt()))
        for j in rest:
            slope[j] = slope[j] - bend[i][j] * slope[i] / pivot
            for k in rest:
                bend[j][k] = bend[j][k] - bend[i][j] * bend[i][k] / pivot
    return found


def real_value(expr: Expr, point: Point) -> arb:
    return acb(run(expr, point)).real
