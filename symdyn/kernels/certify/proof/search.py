"""The parts into which a domain is cut so that a bound is known on each.

A part on which inputs go different ways is cut where the way changes, which a search among doubles
finds. A part without a bound, or with one above the target, is halved, as long as that helps and
there is time. What is left without a bound is told: a proof may have gaps, and then is none of the
whole domain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import process_time

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import nearest
from symdyn.kernels.certify.proof.comparison import Comparison, Found, Subnormal, ZeroInside
from symdyn.kernels.certify.proof.flow import Flow, Undecided
from symdyn.kernels.certify.proof.models import NotEnclosed
from symdyn.kernels.certify.proof.pieces import Anchor, Piece, double_at, place_of
from symdyn.kernels.certify.proof.zeros import zero_between

NEAR = 12  # doubles about a change of ways that may go either way
DEPTH = 64  # halvings: as far as doubles beside 1 are from it, and some
MOST_PARTS = 1500
REFINED = 3  # halvings of a part that has a bound above the target
EITHER = 4  # ways that are looked at one after another
COARSE = 0.5  # ulps of polynomials, or of rounding beyond the target: a shorter part is worth it


@dataclass(frozen=True)
class Part:
    """A piece with its bound, or without one and the reason."""

    piece: Piece
    found: Found | None
    reason: str = ""

    @property
    def ulps(self) -> float:
        """The bound, infinite where there is none."""
        return math.inf if self.found is None else self.found.ulps


@dataclass(frozen=True)
class _Task:
    """A piece that has no bound yet, how often it was halved, and how often for a better bound."""

    piece: Piece
    depth: int = 0
    refined: int = 0

    def cut(self, pieces: Sequence[Piece], *, refined: int = 0) -> list[_Task]:
        return [_Task(piece, self.depth + 1, self.refined + refined) for piece in pieces]


@dataclass
class Search:
    """Cuts parts until all have bounds; `until` is the time at which to stop."""

    comparison: Comparison
    target: float
    until: float
    is_trial: bool = False
    parts: list[Part] = field(default_factory=list)

    def cover(self, pieces: Sequence[Piece]) -> None:
        """Find bounds on pieces and keep them in `parts`."""
        waiting = [_Task(piece) for piece in reversed(pieces)]
        while waiting:
            waiting += reversed(self._tried(waiting.pop()))
            if self.is_trial and self.parts and self._has_failed(self.parts[-1]):
                reason = "the rest was not looked at"
                self.parts += [Part(task.piece, None, reason) for task in waiting]
                return

    def _has_failed(self, part: Part) -> bool:
        """Whether a part misses the target that is not one of extreme arguments."""
        return part.ulps > self.target and not part.piece.is_extreme

    def _tried(self, task: _Task) -> list[_Task]:
        """Keep the bound of a piece, or say how it is cut."""
        piece = task.piece
        try:
            found = self._bound(piece)
        except Undecided as problem:
            return [replace(task, piece=cut) for cut in self._where_ways_change(piece, problem)]
        except Subnormal as problem:
            self.parts.append(Part(replace(piece, is_extreme=True), None, str(problem)))
            return []
        except NotEnclosed as problem:
            if not self._may_cut(task) or "is known for" in str(problem):
                self.parts.append(Part(piece, None, str(problem)))
                return []
            zero = self._zero(piece) if isinstance(problem, ZeroInside) else None
            return task.cut(zero or piece.halves())
        if found.ulps > self.target and self._may_cut(task):
            if max(found.approximation, found.rounding - self.target) > COARSE:
                return task.cut(piece.halves())
            if task.refined < REFINED:
                return task.cut(piece.halves(), refined=1)
        self.parts.append(Part(piece, found))
        return []

    def _may_cut(self, task: _Task) -> bool:
        if task.piece.is_extreme or task.piece.is_point:
            return False
        return task.depth < DEPTH and len(self.parts) < MOST_PARTS and process_time() < self.until

    def _zero(self, piece: Piece) -> list[Piece] | None:
        """The piece cut at the zero inside, if the function changes its sign there."""
        if piece.anchor is not None:
            return None
        zero = zero_between(self.comparison.expr, self.comparison.symbol, piece.low, piece.high)
        if zero is None:
            return None
        place = place_of(nearest(Fraction(int(zero.p), int(zero.q))))
        first = place if double_at(place) > zero else place + 1
        lower, upper = _cut(piece, first)
        sides = replace(lower, anchor=Anchor(zero, -1)), replace(upper, anchor=Anchor(zero, 1))
        return [piece for side in sides for piece in side.apart()]

    def _bound(self, piece: Piece) -> Found:
        """A bound on a piece; a short one may go several ways, and the worst counts."""
        return max(self._bounds(piece, {}), key=lambda found: found.ulps)

    def _bounds(self, piece: Piece, ways: dict[int, int]) -> Iterator[Found]:
        try:
            yield self.comparison.bound(piece, dict(ways))
        except Undecided as problem:
            short = place_of(piece.high) - place_of(piece.low) <= 2 * NEAR
            if not short or len(problem.ways) > EITHER or len(ways) > EITHER:
                raise
            for way in problem.ways:
                yield from self._bounds(piece, {**ways, problem.node: way})

    def _where_ways_change(self, piece: Piece, problem: Undecided) -> list[Piece]:
        """The piece, cut at the first double that goes another way at a node.

        Where no double does, only bounds are too wide: then it is halved, without its outermost
        doubles, beside which the way changes.
        """
        low, high = place_of(piece.low), place_of(piece.high)
        first = self._way(low, problem.node)
        if first == self._way(high, problem.node):
            return _cut(piece, low + NEAR, (low + high) // 2, high - NEAR)
        while high - low > 1:
            middle = (low + high) // 2
            if self._way(middle, problem.node) == first:
                low = middle
            else:
                high = middle
        return _cut(piece, high)

    def _way(self, place: int, node: int) -> int | None:
        """The way that one double goes at a node; None if more are possible."""
        x = double_at(place)
        flow = Flow(self.comparison.program, x, x)
        try:
            flow.decide(node)
        except Undecided as problem:
            if problem.node == node:
                return None
        except UnsupportedError:
            pass
        return flow.ways.get(node)


def _cut(piece: Piece, *places: int) -> list[Piece]:
    """The parts of a piece below, between and above the doubles at some places."""
    found, rest = list[Piece](), piece
    for place in places:
        x = double_at(place)
        if rest.low < x <= rest.high:
            lower, rest = rest.cut_at(x)
            found.append(lower)
    return [*found, rest]
