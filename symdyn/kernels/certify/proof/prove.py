"""A proof that a program of one variable is within so many ulps of a function on an interval.

The interval is cut at points where the function or the program is singular, and each part beside
such a point gets the root of the distance in which both are power series. Nothing of how the
program was made is relied on; what is proved is a statement about the operations that it has.

Where results are subnormal, or arguments so small or large that products underflow, there is no
bound: those doubles are left out and told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from time import process_time

import sympy as sp
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.proof.bounds import up_from
from symdyn.kernels.certify.proof.branched import Branched
from symdyn.kernels.certify.proof.comparison import ORDER, Comparison
from symdyn.kernels.certify.proof.models import Model, exactness
from symdyn.kernels.certify.proof.pieces import LARGEST, NEAR, Anchor, Piece
from symdyn.kernels.certify.proof.scaled import Scaled
from symdyn.kernels.certify.proof.search import Part, Search
from symdyn.kernels.graph import Program
from symdyn.kernels.ranges import Range
from symdyn.kernels.reparametrise.exact_function import real_ball
from symdyn.kernels.reparametrise.pieces import inner_points

BITS = 320
SECONDS = 60.0  # of the processor, a safeguard; the number of parts ends a hopeless search
ROOTS = (
    (1, Model),
    (2, Model),
    (3, Model),
    (1, Branched),
    (6, Model),
    (12, Model),
)  # as long as there is one
SHOWN = 3  # gaps
SIZES = (2.0**-1021, 2.0**-958, 2.0**-478, 2.0**-318)  # from which on fewer products underflow


@dataclass(frozen=True)
class Proof:
    """A bound in ulps for all doubles of a domain, but for gaps between two of them.

    `worst` is the part with the largest bound; `approximation` and `rounding` are what polynomials
    and roundings before the last have in it. `extreme` are further gaps, of arguments so small or
    large that products underflow and of subnormal results, where errors are only measured.
    """

    ulps: float
    parts: int
    worst: tuple[float, float]
    approximation: float
    rounding: float
    gaps: tuple[tuple[float, float], ...] = ()
    reason: str = ""
    extreme: tuple[tuple[float, float], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it covers the whole domain."""
        return not self.gaps and not self.extreme

    def holds(self, target: float, size: int | None = None) -> bool:
        """Whether a target is met where there is a bound, and gaps hold extreme arguments only.

        Extreme is what is beyond 2^size or 2^-size: a mask has another program for it.
        """
        beyond = size is not None and all(_is_beyond(gap, size) for gap in self.gaps)
        return self.parts > 0 and self.ulps <= target and (not self.gaps or beyond)

    def rows(self) -> list[tuple[str, str]]:
        """Names and values for a table that people read."""
        return [("proof", str(self))]

    def __str__(self) -> str:
        if not self.parts:
            return f"not proved: {self.reason}"
        low, high = self.worst
        text = f"at most {self.ulps:.3g} ulp proved on {self.parts} parts"
        text += f", the worst from {low:.6g} to {high:.6g}"
        if self.gaps:
            text += f"; without a bound: {_shown(self.gaps)} ({self.reason})"
        if self.extreme:
            text += f"; measured only, where numbers are extreme: {_shown(self.extreme)}"
        return text


def _shown(gaps: tuple[tuple[float, float], ...]) -> str:
    more = ", ..." if len(gaps) > SHOWN else ""
    return ", ".join(f"{low:.3g} to {high:.3g}" for low, high in gaps[:SHOWN]) + more


def prove(
    program: Program,
    expr: Expr,
    part: Range,
    *,
    target: float = 1.0,
    seconds: float = SECONDS,
    is_trial: bool = False,
) -> Proof:
    """Bounds of the error of a program for every double of a range.

    Parts with a bound above the target are cut further as long as that helps; in a trial the first
    that stays above it ends the search, and the rest of the range counts as a gap.

    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x", real=True)
    >>> found = prove(build(1/(sp.sqrt(x + 1) + sp.sqrt(x)), [x]), sp.sqrt(x + 1) - sp.sqrt(x),
    ...               Range(sp.S.One, sp.S(4)), target=6)
    >>> found.is_whole, found.ulps < 6
    (True, True)
    """
    (symbol,) = program.inputs
    with exactness(BITS, 4 * ORDER):
        until = process_time() + seconds
        search = Search(Comparison(program, expr, symbol), target, until, is_trial)
        search.cover(_pieces(search.comparison, part))
    return _proof(search.parts)


def _proof(parts: Sequence[Part]) -> Proof:
    lost = [p for p in parts if p.found is None]
    extreme = tuple(_joined([p.piece for p in lost if p.piece.is_extreme]))
    lost = [p for p in lost if not p.piece.is_extreme]
    gaps = tuple(_joined([p.piece for p in lost]))
    reasons = [p.reason for p in lost]
    reason = max(set(reasons), key=reasons.count) if reasons else ""
    known = [p for p in parts if p.found is not None]
    if not known:
        return Proof(math.inf, 0, (math.nan, math.nan), math.nan, math.nan, gaps, reason, extreme)
    worst = max(known, key=lambda p: p.ulps)
    found, piece = worst.found, worst.piece
    assert found is not None
    return Proof(
        worst.ulps,
        len(known),
        (piece.low, piece.high),
        found.approximation,
        found.rounding,
        gaps,
        reason,
        extreme,
    )


def _is_beyond(gap: tuple[float, float], size: int) -> bool:
    low, high = sorted(map(abs, gap))
    if gap[0] <= 0.0 <= gap[1]:
        return False  # 0 is never under a mask
    return high < 2.0**-size or low > 2.0**size


def _joined(pieces: Sequence[Piece]) -> Iterator[tuple[float, float]]:
    """Neighbouring pieces as one interval."""
    ascending = sorted(pieces, key=lambda piece: piece.low)
    low = high = math.nan
    for piece in ascending:
        if not math.isnan(high) and piece.low <= up_from(high):
            high = max(high, piece.high)
            continue
        if not math.isnan(low):
            yield low, high
        low, high = piece.low, piece.high
    if not math.isnan(low):
        yield low, high


def _pieces(comparison: Comparison, part: Range) -> list[Piece]:
    """The domain, cut at singular points and between them."""
    low, high = part.inside
    points = [sp.oo if part.upper.is_infinite else part.upper]
    points = [part.lower, *singular_points(comparison.expr, comparison.symbol, part), *points]
    found: list[Piece] = []
    for a, b in pairwise(points):
        first, last = _doubles_between(a, b, low, high)
        if found and found[-1].high == first:
            first = up_from(first)
        if first > last:
            continue
        cut = _inner(first, last)
        found += _anchored(comparison, Anchor(a, -1 if a.is_infinite else 1), first, cut)
        rest = up_from(cut)
        if rest <= last:
            found += _anchored(comparison, Anchor(b, 1 if b.is_infinite else -1), rest, last)
    return found


def _doubles_between(a: Expr, b: Expr, low: float, high: float) -> tuple[float, float]:
    part = Range(a, b).inside
    return max(part[0], low, -LARGEST), min(part[1], high, LARGEST)


def _inner(first: float, last: float) -> float:
    """A double between two, such that neither side has too many sizes."""
    if first >= 0.0 and last > 4 * max(first, 0.5):
        return max(1.0, 2 * first)
    if last <= 0.0 and first < 4 * min(last, -0.5):
        return min(-1.0, 2 * last)
    return first + (last - first) / 2


def _anchored(comparison: Comparison, anchor: Anchor, low: float, high: float) -> list[Piece]:
    """The doubles beside a point, with a root of the distance if there is one."""
    for root, kind in ROOTS:
        rooted = replace(anchor, root=root)
        if _is_series(comparison, _short(rooted, low, high), kind):
            sizes = _by_size(Piece(low, high, rooted))
            return [piece for part in sizes for piece in part.apart()]
    return _with_end_apart(anchor, low, high)


def _with_end_apart(anchor: Anchor, low: float, high: float) -> list[Piece]:
    """Where nothing is a series: the double that is the point alone, and the others."""
    point = replace(anchor, root=1)
    return [replace(part, anchor=None) for part in Piece(low, high, point).apart()]


def _by_size(piece: Piece) -> Iterator[Piece]:
    """Beside 0 and infinity the doubles whose products underflow or overflow apart."""
    anchor = piece.anchor
    if anchor is None or (anchor.point != 0 and not anchor.is_far):
        yield piece
        return
    near_low = (anchor.side > 0) != anchor.is_far
    rest, found = piece, list[Piece]()
    for size in SIZES if near_low else reversed(SIZES):
        end = math.copysign(1.0 / size if anchor.is_far else size, piece.low + piece.high)
        if rest.low < end <= rest.high:
            first, rest = (replace(p, anchor=anchor) for p in rest.cut_at(end))
            found.append(first)
    found.append(rest)
    ordinary = len(found) - 1 if near_low else 0
    for k, part in enumerate(found):
        yield part if k == ordinary else replace(part, is_extreme=True)


def _short(anchor: Anchor, low: float, high: float) -> Piece:
    """A short part beside a point."""
    if anchor.is_far:
        end = anchor.side / NEAR
        return Piece(max(low, end), high, anchor) if anchor.side > 0 else Piece(low, end, anchor)
    point = float(real_ball(anchor.point))
    if anchor.side > 0:
        return Piece(low, min(high, max(low, point + NEAR)), anchor)
    return Piece(max(low, min(high, point - NEAR)), high, anchor)


def _is_series(comparison: Comparison, piece: Piece, kind: type) -> bool:
    """Whether the function has a model of a kind in t."""
    try:
        return isinstance(comparison.truth(piece), (kind, Scaled))
    except UnsupportedError:
        return False


def singular_points(expr: Expr, symbol: Symbol, part: Range) -> list[Expr]:
    """Points inside an interval at which an expression may be singular, and 0."""
    found = set(inner_points(expr, symbol, part.lower, part.upper))
    if bool(part.lower < 0) and bool(part.upper > 0):
        found.add(sp.S.Zero)
    return sorted(found)
