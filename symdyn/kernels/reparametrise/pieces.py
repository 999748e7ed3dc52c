"""Cells for a function on an interval: where to cut it, and in which variables it is smooth.

Between two singular points there is one cell, or two with an anchor at either end; beside a branch
point the cell shrinks until the function is of two parts in it; an unbounded interval ends in a
cell at infinity, or where the function is settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import sympy as sp
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import ball
from symdyn.kernels.reparametrise.cell import Cell, NoVariable
from symdyn.kernels.reparametrise.exact_function import ExactFunction, NotKnown, real_ball
from symdyn.kernels.reparametrise.exponents import exponent, exponent_beside_log, raised
from symdyn.kernels.reparametrise.growth import growth, settled
from symdyn.kernels.reparametrise.smoothness import is_smooth
from symdyn.kernels.reparametrise.splitting import Split, fitted, splits

POWERS = (Fraction(1), Fraction(1, 2), Fraction(1, 3))
GRID = 64  # points at which sums are looked at
FARTHER = (4, 64)  # times as far where no variable serves from a place on
CANCELLED = 2.0**-5  # of a sum, beside its parts
HALVINGS = 5  # of a piece, for a cell beside a branch point
SHARES = (Fraction(1, 16), Fraction(1, 256))  # of a piece, on which a variable is tried


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


def cuts(function: ExactFunction, points: list[Expr]) -> list[Expr]:
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


def pieces(function: ExactFunction, low: Expr, high: Expr) -> Iterator[Cell]:
    """One cell, or two with an anchor at either end."""
    if low.is_infinite or high.is_infinite:
        yield from _unbounded(function, low, high)
        return
    left, right = (_without_branch(_beside(function, low, high, end)) for end in (low, high))
    if left is not None and right is not None and (is_plain(left) or is_plain(right)):
        plain = is_plain(left) and is_plain(right)
        near = low * high > 0 and high >= 4 * abs(high - low)
        yield (
            Cell(function, low, high) if plain and not near else right if is_plain(left) else left
        )
        return
    for one, end in ((left, high), (right, low)):
        if one is not None and is_plain(one):
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
            rest = list(pieces(function, *((cut, high) if end == low else (low, cut))))
            return [cell, *rest] if end == low else [*rest, cell]
        except NoVariable:
            continue
    return None


def cut_off(function: ExactFunction, low: Expr, high: Expr) -> tuple[Expr, Expr]:
    """Where the function is settled, on unbounded sides."""
    below = settled(function, -1) if low.is_infinite else None
    above = settled(function, 1) if high.is_infinite else None
    return (
        -sp.oo if below is None else min(-below, high - 1),
        sp.oo if above is None else max(above, low + 1),
    )


def is_plain(cell: Cell) -> bool:
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
    below, above = cut_off(function, low, high)
    left = _far(function, -1, below, start) if low.is_infinite else None
    right = _far(function, 1, above, start) if high.is_infinite else None
    if left is not None:
        yield left
    first = low if low.is_finite else below if left is None else left.high
    last = high if high.is_finite else above if right is None else right.low
    yield from pieces(function, first, last)
    if right is not None:
        yield right


def _far(function: ExactFunction, side: int, end: Expr, start: Expr) -> Cell | None:
    """The cell beside infinity, unless the function is settled before it grows or falls."""
    growing = growth(function, side)
    if end.is_finite and growing == 0:
        return None
    for nearest in (start, *(times * start for times in FARTHER)):
        low, high = (nearest, end) if side > 0 else (end, -nearest)
        cell = Cell(function, low, high, side * sp.oo, side, growth=growing)
        try:
            found = _without_branch_or_split(cell)
        except NoVariable:
            if nearest == FARTHER[-1] * start:
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
