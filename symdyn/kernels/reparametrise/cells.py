"""An interval cut into cells (see `cell`), folded where the function has a reflection.

A function with a reflection f(z) + s f(-z) = P(z) is folded to y = |z|: beyond the middle f itself
(from the side where it is smaller) has cells, near 0 the odd or even f - P/2 has; or f itself has
cells everywhere (`onesided`), which are fewer and take longer polynomials. Beyond where a function
is settled the argument is cut off, and there is no cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import sympy as sp
from sympy import Expr, Symbol

from symdyn.kernels.arithmetic.constants import ball
from symdyn.kernels.reparametrise.cell import Cell, NoVariable
from symdyn.kernels.reparametrise.exact_function import ExactFunction, real_ball
from symdyn.kernels.reparametrise.exponents import exponent
from symdyn.kernels.reparametrise.pieces import cut_off, cuts, inner_points, is_plain, pieces
from symdyn.kernels.reparametrise.reflections import Reflection, reflection

SQUARE = Fraction(2)
GRID = 64
MIDDLE = sp.Rational(7, 16)  # share of a half where f - P/2 has its cell; farther out sums cancel


@dataclass(frozen=True)
class Folding:
    """f(x) = F(z) with z = orientation*x, and F(z) + sign*F(-z) = polynomial in z."""

    orientation: int
    sign: int
    polynomial: Expr
    symbol: Symbol


@dataclass(frozen=True)
class Cells:
    """The parts of an interval, ascending in y: y = |z| if there is a folding, else y = x."""

    folding: Folding | None
    parts: tuple[Cell, ...]
    ends: tuple[Expr, Expr] = (-sp.oo, sp.oo)  # beyond which y is cut off

    @property
    def cost(self) -> float:
        """What is to be computed beside polynomials, in nanoseconds on some machine."""
        roots = any(max(c.exponent.denominator, c.power.denominator) > 1 for c in self.parts)
        grows = any(c.growth != 0 for c in self.parts)
        found = 0.3 * len(self.parts) + 1.0 * roots + 4.0 * grows
        if self.folding is None:
            return found
        return found + (0.3 if self.folding.polynomial == 0 else 1.0)


def cells(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> Cells:
    """The parts of an interval with their variables, folded if there is a reflection.

    >>> c = Symbol("c", real=True)
    >>> found = cells(sp.sqrt(1 - c**2) + c * (sp.pi - sp.acos(c)), c, -sp.S.One, sp.S.One)
    >>> [(str(cell.anchor), str(cell.exponent), str(cell.power)) for cell in found.parts]
    [('0', '0', '2'), ('1', '3/2', '1')]

    Raises NoVariable where none of those known here serves, NotKnown where there are no values.
    """
    mirror = _mirror(expr, symbol, low, high)
    if mirror is None:
        return unfolded(expr, symbol, low, high)
    function, folding = _turned(expr, symbol, high, mirror)
    ends = cut_off(function, sp.S.Zero, high)
    middle = _middle(ExactFunction(function.expr - folding.polynomial / 2, symbol), high)
    beyond = tuple(pieces(function, middle.high, high))
    if len(beyond) == 1 and is_plain(beyond[0]) and folding.polynomial == 0:
        return Cells(folding, (replace(middle, high=beyond[0].high, weight=Fraction(0)),), ends)
    return Cells(folding, (middle, *beyond), ends)


def onesided(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> Cells:
    """The parts if there is a reflection, with those of the smaller side alone, down to 0.

    Raises NoVariable where there is no reflection, or none of those known here serves.
    """
    mirror = _mirror(expr, symbol, low, high)
    if mirror is None or mirror.polynomial == 0:
        raise NoVariable(f"{expr} has no reflection that lets one side do")
    function, folding = _turned(expr, symbol, high, mirror)
    ends = cut_off(function, sp.S.Zero, high)
    return Cells(folding, tuple(pieces(function, sp.S.Zero, high)), ends)


def unfolded(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> Cells:
    """The same without regard to reflections."""
    function = ExactFunction(expr, symbol)
    ends = cut_off(function, low, high)
    places = cuts(function, [low, *inner_points(expr, symbol, low, high), high])
    parts = (cell for a, b in pairwise(places) for cell in pieces(function, a, b))
    return Cells(None, tuple(parts), ends)


@lru_cache(maxsize=32)
def _mirror(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> Reflection | None:
    """The reflection, unless sums with P would cancel."""
    if low != -high:
        return None
    end = Fraction(4) if high.is_infinite else _fraction(high)
    found = None if end is None else reflection(expr, symbol, end)
    if end is None or found is None:
        return None
    return found if found.polynomial == 0 or not _changes_sign(expr, symbol, end) else None


def _changes_sign(expr: Expr, symbol: Symbol, end: Fraction) -> bool:
    """Whether a function has both signs: near its zeros the sum with P would cancel."""
    function = ExactFunction(expr, symbol)
    places = (end * Fraction(2 * k + 1, GRID) for k in range(-GRID // 2, GRID // 2))
    return len({bool(function(lambda p=place: ball(p), 8) > 0) for place in places}) > 1


def _fraction(value: Expr) -> Fraction | None:
    return Fraction(int(value.p), int(value.q)) if isinstance(value, sp.Rational) else None


def _turned(
    expr: Expr, symbol: Symbol, high: Expr, mirror: Reflection
) -> tuple[ExactFunction, Folding]:
    """The function on the side where it is smaller, in z, and how it is folded."""
    orientation = _smaller_side(expr, symbol, high)
    turned = {symbol: orientation * symbol}
    folding = Folding(orientation, mirror.sign, mirror.polynomial.xreplace(turned), symbol)
    return ExactFunction(expr.xreplace(turned), symbol), folding


def _middle(function: ExactFunction, high: Expr) -> Cell:
    end = sp.S.One if high.is_infinite else MIDDLE * high
    half = Fraction(1, 2)
    started = Cell(function, sp.S.Zero, end, weight=half)
    found = exponent(started.at_distance)
    if found is None or found.denominator > 1:
        raise NoVariable(f"{function.expr} has no power of {function.symbol} as its size at 0")
    return Cell(function, sp.S.Zero, end, exponent=found, power=SQUARE, weight=half)


def _smaller_side(expr: Expr, symbol: Symbol, high: Expr) -> int:
    """The side of 0 on which a function is smaller, so that sums there lose nothing."""
    end = sp.Integer(4) if high.is_infinite else high * sp.Rational(15, 16)
    function = ExactFunction(expr, symbol)
    left, right = (abs(function(lambda s=s: s * real_ball(end))) for s in (-1, 1))
    return -1 if bool(left < right) else 1
