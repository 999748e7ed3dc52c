"""An interval cut into cells, each with a variable in which the function is smooth and not small.

A cell is anchored at a point a (an end of the interval, an inner singular point, or infinity):

    d = |y - a|, or 1/|y|     the distance, exact near a
    v = d^r                   r = 1, 1/2, 1/3, or 2 where the function is even or odd in d
    f = d^p * g(v)            p the leading exponent, g smooth with g(0) != 0
    f = d^p * (g(d) + s*h(d)) s = d^mu or log(d), where no v makes f smooth
    f = exp(Q(y)) * ...       beside infinity, where f grows or falls like that

Beyond where a function is settled the argument is cut off, and there is no cell.

A function with a reflection f(z) + s f(-z) = P(z) is folded to y = |z|: beyond the middle f itself
(from the side where it is smaller) has cells, near 0 the odd or even f - P/2 has; or f itself has
cells everywhere (`onesided`), which are fewer and take longer polynomials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

import sympy as sp
from flint import arb
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import ball
from symdyn.kernels.reparametrise.exact_function import (
    ExactFunction,
    NotKnown,
    PointAtBits,
    real_ball,
)
from symdyn.kernels.reparametrise.exponents import exponent, exponent_beside_log, raised
from symdyn.kernels.reparametrise.growth import growth, settled
from symdyn.kernels.reparametrise.reflections import Reflection, reflection
from symdyn.kernels.reparametrise.smoothness import is_smooth
from symdyn.kernels.reparametrise.splitting import Split, fitted, splits

POWERS = (Fraction(1), Fraction(1, 2), Fraction(1, 3))
SQUARE = Fraction(2)
GRID = 64
MIDDLE = sp.Rational(7, 16)  # share of a half where f - P/2 has its cell; farther out sums cancel
FARTHER = 4  # times as far where no variable serves from a place on
CANCELLED = 2.0**-5  # of a sum, beside its parts
HALVINGS = 5  # of a piece, for a cell beside a branch point
SHARES = (Fraction(1, 16), Fraction(1, 256))  # of a piece, on which a variable is tried


class NoVariable(UnsupportedError):
    """A function has no variable in which it is smooth, of those that are known here."""


@dataclass(frozen=True)
class Cell:
    """A part of an interval with its variable; `weight` is the share of P that is added."""

    function: ExactFunction
    low: Expr
    high: Expr
    anchor: Expr = sp.S.Zero
    side: int = 1
    exponent: Fraction = Fraction(0)
    power: Fraction = Fraction(1)
    weight: Fraction = Fraction(0)
    split: Split | None = None
    growth: Expr = sp.S.Zero

    @property
    def is_far(self) -> bool:
        """Whether the anchor is infinity."""
        return bool(self.anchor.is_infinite)

    @property
    def reach(self) -> tuple[arb, arb]:
        """The variable at its smallest and at its largest, at the precision in force."""
        ends = [self._variable(real_ball(end)) for end in (self.low, self.high)]
        return (ends[0], ends[1]) if bool(ends[0] < ends[1]) else (ends[1], ends[0])

    def _variable(self, y: arb) -> arb:
        if self.is_far:
            return raised(self.side / y, self.power) if y.is_finite() else arb(0)
        distance = self.side * (y - real_ball(self.anchor))
        return distance if self.power == 1 else raised(distance, self.power)

    def at_distance(self, distance: PointAtBits, bits: int) -> arb:
        """The function at a distance from the anchor, without its growth."""
        return self._moderate(lambda: self._place(distance()), bits)

    @cached_property
    def _moderate(self) -> ExactFunction:
        if self.growth == 0:
            return self.function
        return ExactFunction(self.function.expr * sp.exp(-self.growth), self.function.symbol)

    def smooth_part(self, variable: PointAtBits, bits: int) -> arb:
        """g at a value of the variable."""

        def distance() -> arb:
            v = variable()
            return v if self.power == 1 else raised(v, 1 / self.power)

        value = self.at_distance(distance, bits)
        if self.split is not None:
            value = self.split.rest(value, distance())
        return value / raised(distance(), self.exponent) if self.exponent else value

    def second_part(self, variable: PointAtBits, bits: int) -> arb:
        """h at a value of the variable, which is the distance."""
        if self.split is None:
            raise NotKnown(f"{self.function.expr} is not split")
        return self.split.second(variable()) / raised(variable(), self.exponent)

    def _place(self, distance: arb) -> arb:
        if self.is_far:
            return self.side / distance
        return real_ball(self.anchor) + self.side * distance


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
    ends = _ends(function, sp.S.Zero, high)
    middle = _middle(ExactFunction(function.expr - folding.polynomial / 2, symbol), high)
    beyond = tuple(_pieces(function, middle.high, high))
    if len(beyond) == 1 and _is_plain(beyond[0]) and folding.polynomial == 0:
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
    ends = _ends(function, sp.S.Zero, high)
    return Cells(folding, tuple(_pieces(function, sp.S.Zero, high)), ends)


def unfolded(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> Cells:
    """The same without regard to reflections."""
    function = ExactFunction(expr, symbol)
    ends = _ends(function, low, high)
    cuts = _cuts(function, [low, *inner_points(expr, symbol, low, high), high])
    pieces = pairwise(cuts)
    return Cells(None, tuple(cell for a, b in pieces for cell in _pieces(function, a, b)), ends)


def _ends(function: ExactFunction, low: Expr, high: Expr) -> tuple[Expr, Expr]:
    """Where the function is settled, on unbounded sides."""
    below = settled(function, -1) if low.is_infinite else None
    above = settled(function, 1) if high.is_infinite else None
    return (
        -sp.oo if below is None else min(-below, high - 1),
        sp.oo if above is None else max(above, low + 1),
    )


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


def inner_points(expr: Expr, symbol: Symbol, low: Expr, high: Expr) -> list[Expr]:
    """Zeros of denominators, of arguments of |.|, and borders of pieces, as far as polynomials."""
    found: set[Expr] = set()
    for part in _suspects(expr):
        if part.is_polynomial(symbol) and symbol in part.free_symbols:
            roots = sp.roots(sp.Poly(part, symbol), multiple=False)
            found |= {r for r in roots if r.is_real and bool(low < r) and bool(r < high)}
    return sorted(found)


def _suspects(expr: Expr) -> Iterator[Expr]:
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.Pow) and not node.exp.is_nonnegative:
            yield from sp.Mul.make_args(sp.factor_terms(node.base))
        elif isinstance(node, sp.Pow) and node.exp.is_integer is False:
            yield node.base
        elif isinstance(node, (sp.Abs, sp.sign, sp.Heaviside, sp.log)):
            yield node.args[0]
        elif isinstance(node, (sp.Max, sp.Min)):
            yield from (a - b for a in node.args for b in node.args if a is not b)
        elif isinstance(node, sp.core.relational.Relational):
            yield node.lhs - node.rhs


def _cuts(function: ExactFunction, points: list[Expr]) -> list[Expr]:
    """The points without those inside at which the function only looks singular."""
    kept = [points[0]]
    for k, point in enumerate(points[1:-1], 1):
        if not _is_removable(function, kept[-1], point, points[k + 1]):
            kept.append(point)
    return [*kept, points[-1]]


def _is_removable(function: ExactFunction, low: Expr, point: Expr, high: Expr) -> bool:
    """Whether a function is smooth across a point, and not 0 there."""
    room = min(point - low, high - point, sp.S.One)
    left = Cell(function, point - room, point, point, -1)
    right = Cell(function, point, point + room, point)
    if exponent(left.at_distance) != 0 or exponent(right.at_distance) != 0:
        return False
    around = Cell(function, point - room, point + room, point - room / 16)
    try:
        return is_smooth(around.smooth_part, real_ball(room / 8))
    except UnsupportedError:
        return False


def _pieces(function: ExactFunction, low: Expr, high: Expr) -> Iterator[Cell]:
    """One cell, or two with an anchor at either end."""
    if low.is_infinite or high.is_infinite:
        yield from _unbounded(function, low, high)
        return
    left, right = (_without_branch(_beside(function, low, high, end)) for end in (low, high))
    if left is not None and right is not None and (_is_plain(left) or _is_plain(right)):
        plain = _is_plain(left) and _is_plain(right)
        near = low * high > 0 and high >= 4 * abs(high - low)
        yield (
            Cell(function, low, high) if plain and not near else right if _is_plain(left) else left
        )
        return
    for one, end in ((left, high), (right, low)):
        if one is not None and _is_plain(one):
            found = _with_branch(function, low, high, end)
            if found is not None:
                yield from found
                return
    middle = _between(low, high)
    yield _anchored(function, low, middle, low)
    yield _anchored(function, middle, high, high)


def _with_branch(function: ExactFunction, low: Expr, high: Expr, end: Expr) -> list[Cell] | None:
    """A cell beside a branch point, as large as there is one, and the rest."""
    for halvings in range(HALVINGS):
        length = (high - low) / 2**halvings
        cut = end + length if end == low else end - length
        begin, last = (end, cut) if end == low else (cut, end)
        try:
            cell = _split(_beside(function, begin, last, end))
            if _cancels(cell):
                continue
            if halvings == 0:
                return [cell]
            rest = list(_pieces(function, *((cut, high) if end == low else (low, cut))))
            return [cell, *rest] if end == low else [*rest, cell]
        except NoVariable:
            continue
    return None


def _is_plain(cell: Cell) -> bool:
    return cell.exponent == 0 and cell.power == 1 and cell.split is None


def _between(low: Expr, high: Expr) -> Expr:
    """A short binary fraction near the middle; 0 where it is inside by far."""
    if bool(4 * abs(low + high) < high - low):
        return sp.S.Zero
    middle = (low + high) / 2
    scale = 2 ** sp.ceiling(sp.log(16 / (high - low), 2).evalf(15))
    return sp.floor(middle * scale) / scale


def _unbounded(function: ExactFunction, low: Expr, high: Expr) -> Iterator[Cell]:
    start = sp.S.One
    if low.is_finite and low > 0:
        start = 2 ** sp.ceiling(sp.log(2 * low, 2).evalf(15))
    elif high.is_finite and high < 0:
        start = 2 ** sp.ceiling(sp.log(-2 * high, 2).evalf(15))
    below, above = _ends(function, low, high)
    left = _far(function, -1, below, start) if low.is_infinite else None
    right = _far(function, 1, above, start) if high.is_infinite else None
    if left is not None:
        yield left
    first = low if low.is_finite else below if left is None else left.high
    last = high if high.is_finite else above if right is None else right.low
    yield from _pieces(function, first, last)
    if right is not None:
        yield right


def _far(function: ExactFunction, side: int, end: Expr, start: Expr) -> Cell | None:
    """The cell beside infinity, unless the function is settled before it grows or falls."""
    growing = growth(function, side)
    if end.is_finite and growing == 0:
        return None
    for nearest in (start, FARTHER * start):
        low, high = (nearest, end) if side > 0 else (end, -nearest)
        cell = Cell(function, low, high, side * sp.oo, side, growth=growing)
        try:
            found = _without_branch_or_split(cell)
        except NoVariable:
            if nearest != start:
                raise
            continue
        if nearest != start or not _cancels(found):
            return found
    return None


def _cancels(cell: Cell) -> bool:
    """Whether the two parts of a function are much larger than their sum somewhere."""
    if cell.split is None:
        return False
    top = max(cell.reach)
    for k in range(1, GRID + 1):
        distance = top * k / GRID
        value = cell.at_distance(lambda d=distance: d.mid(), 16)
        part = cell.split.factor(distance) * cell.split.second(distance)
        if not abs(value) > abs(part) * CANCELLED:
            return True
    return False


def _anchored(function: ExactFunction, low: Expr, high: Expr, anchor: Expr) -> Cell:
    """The cell with its exponent and the first variable in which it looks smooth.

    Raises NoVariable.
    """
    return _without_branch_or_split(_beside(function, low, high, anchor))


def _without_branch_or_split(started: Cell) -> Cell:
    return _without_branch(started) or _split(started)


def _beside(function: ExactFunction, low: Expr, high: Expr, anchor: Expr) -> Cell:
    if anchor.is_infinite:
        return Cell(function, low, high, anchor, 1 if anchor is sp.S.Infinity else -1)
    return Cell(function, low, high, anchor, 1 if anchor == low else -1)


def _without_branch(started: Cell) -> Cell | None:
    """The cell with the first variable in which it looks smooth, if there is one."""
    found = exponent(started.at_distance)
    for power in POWERS if found is not None else ():
        cell = replace(started, exponent=found, power=power)
        if _looks_smooth(cell):
            return cell
    return None


def _looks_smooth(cell: Cell) -> bool:
    top = max(abs(end) for end in cell.reach)
    beside = cell.second_part(lambda: top, 0) if cell.split else 0
    return any(
        is_smooth(cell.smooth_part, top * raised(ball(s), cell.power), beside) for s in SHARES
    )


def _split(cell: Cell) -> Cell:
    """The cell with f in two parts.

    Raises NoVariable.
    """
    problem = NoVariable(
        f"{cell.function.expr} is no power of the distance from {cell.anchor}, or of two parts, "
        "times a smooth function of a root of it"
    )
    try:
        for split in _splits(cell):
            found = exponent(replace(cell, split=split).smooth_part)
            least = min(split.apart if found is None else found, split.apart)
            whole = replace(cell, split=split, exponent=least)
            if (cell.is_far or whole.exponent.denominator == 1) and _looks_smooth(whole):
                return whole
    except NotKnown:
        raise problem from None
    raise problem


def _splits(cell: Cell) -> Iterator[Split]:
    expr, symbol = cell.function.expr, cell.function.symbol
    if not cell.is_far:
        yield from splits(expr, symbol, cell.anchor, cell.side, cell.high - cell.low)
        return
    reach = 1 / abs(cell.low if cell.side > 0 else cell.high)
    power = exponent(cell.at_distance)
    power = exponent_beside_log(cell.at_distance) if power is None else power
    if power is None:
        return
    try:
        yield from splits(expr, symbol, cell.anchor, cell.side, reach, power)
    except NotKnown:
        yield fitted(cell.at_distance, reach, power)
