"""Bounds over a whole domain, proved by covering it with boxes (branch and bound).

To prove lower <= expr <= upper, the domain is covered by boxes, and on each box expr - lower and
upper - expr are shown not to be negative (positive, for strict bounds) by the arguments of
`bounds`. A box that is not decided is cut in two; the one that looks worst comes first. The
rules for signs (`signs`) and an exact factorisation are tried before.

Soundness. A box that is set aside has been proved, in ball arithmetic with rounding included, or
does not meet the domain, since a condition certainly fails on all of it. The boxes cover the closed
hull of the domain (integers are covered as real numbers), so the statement holds at every point. A
bound that is attained is proved by exact zeros and a Taylor remainder, or by splitting off even
powers. A refutation is a point with exact coordinates in the domain at which the ball of the
difference lies on the wrong side of zero. Anything else is UNDECIDED; nothing is ever assumed.

Not reached: complex symbols, bounds attained along curves that are neither faces nor factors,
boxes with two infinite sides.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, count
from time import perf_counter

import sympy as sp
from flint import acb, ctx
from sympy import Expr, Interval, Symbol

from symdyn.errors import DomainError, InputError, UnsupportedError
from symdyn.numerics.ball_steps import truth
from symdyn.numerics.balls import enclose
from symdyn.proof import signs
from symdyn.proof.covering.anchors import SIMPLE, simple_numbers
from symdyn.proof.covering.bounds import Positivity
from symdyn.proof.covering.boxes import Box, as_arb, span_of
from symdyn.proof.covering.real_domain import kept_real
from symdyn.proof.domain import Domain, is_real
from symdyn.proof.points import point_text, sample_points
from symdyn.proof.verdict import Counterexample, Evidence, Verdict

METHOD = "covering"
BITS = 80
POINT_BITS = 200
MOST_BOXES = 50_000
MOST_STUCK = 32
SMALLEST = Fraction(1, 2**44)
HARD = Fraction(1, 2**6)
FARTHEST = 2**64
MOST_OPERATIONS_TO_FACTOR = 80
SAMPLES = 40
SHARE = 5  # part of the time left that one argument of a root may take


@dataclass(frozen=True)
class Cover:
    """What came of covering a domain for one side of a bound."""

    boxes: int = 0
    undecided: Box | None = None
    reason: str = ""
    point: Mapping[Symbol, Expr] | None = None

    @property
    def is_proved(self) -> bool:
        """Whether nothing is left undecided."""
        return self.undecided is None and self.point is None and not self.reason


def cover(
    expr: Expr,
    lower: Expr | None,
    upper: Expr | None,
    domain: Domain,
    *,
    strict: bool = False,
    seconds: float = 20.0,
) -> Evidence:
    """Evidence that lower <= expr <= upper on the whole domain (lower < expr < upper if strict).

    >>> x = Symbol("x", real=True)
    >>> print(cover(sp.cos(x), None, sp.Integer(1), Domain.of([x], [x >= 0, x <= 1])).verdict)
    PROVED

    Raises InputError without any bound.
    """
    sides = [(bound, sign) for bound, sign in ((lower, 1), (upper, -1)) if bound is not None]
    if not sides:
        raise InputError(f"Bounded({expr}): give a lower or an upper bound")
    start, boxes = perf_counter(), 0
    for done, (bound, sign) in enumerate(sides):
        left = (seconds - (perf_counter() - start)) / (len(sides) - done)
        found = positive(sign * (expr - bound), domain, strict=strict, seconds=left)
        boxes += found.boxes
        if not found.is_proved:
            return _failed(found, expr, bound, perf_counter() - start, boxes)
    detail = f"{boxes} boxes cover {_described(domain)}" if boxes else "rules for signs"
    return Evidence(METHOD, Verdict.PROVED, detail, perf_counter() - start, 0, boxes)


def _failed(found: Cover, expr: Expr, bound: Expr, seconds: float, boxes: int) -> Evidence:
    if found.point is None:
        detail = found.reason or f"not decided on {found.undecided}"
        return Evidence(METHOD, Verdict.UNDECIDED, detail, seconds, 0, boxes)
    left, right = (_digits(side, found.point) for side in (expr, bound))
    example = Counterexample(point_text(found.point), left, right, rigorous=True)
    detail = f"the bound {bound} is broken at {example}"
    return Evidence(METHOD, Verdict.REFUTED, detail, seconds, 0, boxes, example)


def _digits(side: Expr, point: Mapping[Symbol, Expr]) -> str:
    return enclose(side, point, POINT_BITS).real.str(20, radius=False)  # type: ignore[arg-type]


def _described(domain: Domain) -> str:
    spans = [f"{s} in {domain.interval(s)}" for s in domain.symbols if is_real(s)]
    return ", ".join(spans) or "the only point"


def positive(function: Expr, domain: Domain, *, strict: bool, seconds: float) -> Cover:
    """Cover a domain with boxes on which a function is positive (or not negative, if not strict).

    The point of a refutation has a value for every symbol of the domain.
    """
    started = perf_counter()
    try:
        free, values = domain.solved()
        if not all(is_real(symbol) for symbol in free.symbols):
            return Cover(reason="a symbol may be complex; declare it with real=True")
        reduced = function.subs(values)
        if signs.is_positive(reduced, free) or (not strict and signs.is_nonnegative(reduced, free)):
            return Cover()
        found = _Search(reduced, free, strict, started + seconds).cover()
    except (DomainError, UnsupportedError) as error:
        return Cover(reason=str(error))
    if found.point is None:
        return found
    solved = {symbol: value.subs(found.point) for symbol, value in values.items()}
    return Cover(found.boxes, point={**found.point, **solved})


class _Search:
    """Best-first search over boxes for one function."""

    def __init__(self, function: Expr, domain: Domain, strict: bool, deadline: float) -> None:
        self.function = function
        self.domain = domain
        self.strict = strict
        self.deadline = deadline
        self.intervals = {s: _hull(domain.interval(s)) for s in domain.symbols}
        self.relations = tuple(c for c in domain.conditions if len(c.free_symbols) > 1)
        self.boxes = 0

    def cover(self) -> Cover:
        """Prove the function positive on all boxes, or say what is in the way."""
        with ctx.workprec(BITS):
            whole = Box({s: span_of(i.inf, i.sup) for s, i in self.intervals.items()})
            broken = next(filter(self._is_broken, self._first_points(whole)), None)
            if broken is not None:
                return Cover(1, point=broken)
            reduced = without_even_factors(self.function, strict=self.strict)
            if self._by_factors(reduced):
                return Cover(1)
            real = kept_real(reduced, self._is_nonnegative)
            self.goal = Positivity(reduced, real, self.intervals, strict=self.strict)
            self._first_anchors()
            return self._branch(whole)

    def _branch(self, whole: Box) -> Cover:
        order = count()
        heap: list[tuple[float, int, Box]] = [(0.0, next(order), whole)]
        stuck: list[Box] = []
        while heap and len(stuck) < MOST_STUCK:
            _, _, box = heapq.heappop(heap)
            self.boxes += 1
            if self._is_outside(box) or self.goal.proved(box):
                continue
            if self._is_broken(box.middle()):
                return Cover(self.boxes, point=box.middle())
            if perf_counter() > self.deadline or self.boxes > MOST_BOXES:
                return Cover(self.boxes, undecided=box)
            for part in self._parts(box, stuck):
                heapq.heappush(heap, (self._urgency(part), next(order), part))
        return Cover(self.boxes, undecided=min(stuck, key=_size, default=None))

    def _parts(self, box: Box, stuck: list[Box]) -> tuple[Box, ...]:
        """What to look at in place of a box: itself with a new anchor, or its halves."""
        if self._is_hard(box) and self._new_anchor(box):
            return (box,)
        symbol = self._widest(box)
        if symbol is None:
            stuck.append(box)
            return ()
        return box.split(symbol)

    def _first_points(self, whole: Box) -> Iterator[Mapping[Symbol, Expr]]:
        points = chain(whole.corners(), (whole.middle(),))
        yield from (point for point in points if self.domain.holds_at(point))
        yield from sample_points(self.domain, points=SAMPLES, seed=0)

    def _is_broken(self, point: Mapping[Symbol, Expr]) -> bool:
        """Whether the statement certainly fails at a point of the domain."""
        if not self.domain.holds_at(point):
            return False
        try:
            value = enclose(self.function, point, POINT_BITS)  # type: ignore[arg-type]
        except UnsupportedError:
            return False
        if not value.is_finite() or not value.imag.is_zero():
            return False
        return bool(value.real < 0) or (self.strict and value.real.is_zero())

    def _is_outside(self, box: Box) -> bool:
        """Whether a condition certainly fails on all of a box."""
        balls = box.balls()
        known = [c for c in self.relations if c.free_symbols <= balls.keys()]
        return any(truth(condition, balls) is False for condition in known)

    def _by_factors(self, function: Expr) -> bool:
        """Whether all factors are positive, or negative in pairs."""
        factors = sp.Mul.make_args(sp.factor_terms(function))
        if len(factors) < 2:
            return False
        found = [self._sign_of_factor(factor, 2 * len(factors)) for factor in factors]
        return 0 not in found and found.count(-1) % 2 == 0

    def _sign_of_factor(self, factor: Expr, share: int) -> int:
        for sign in (1, -1):
            if self._sub_cover(sign * factor, strict=self.strict, share=share):
                return sign
        return 0

    def _is_nonnegative(self, argument: Expr) -> bool:
        return self._sub_cover(argument, strict=False, share=SHARE)

    def _sub_cover(self, function: Expr, *, strict: bool, share: int) -> bool:
        if function == self.function:
            return False
        seconds = max(self.deadline - perf_counter(), 0) / share
        part = self.domain.restricted(function.free_symbols)  # type: ignore[arg-type]
        return positive(function, part, strict=strict, seconds=seconds).is_proved

    def _first_anchors(self) -> None:
        for symbol, interval in self.intervals.items():
            ends = [end for end in (interval.inf, interval.sup) if end.is_finite]
            for place in dict.fromkeys((*ends, *SIMPLE)):
                if Interval(interval.inf, interval.sup).contains(place) == sp.true:
                    self.goal.try_anchor(symbol, place)

    def _new_anchor(self, box: Box) -> bool:
        return any(
            self.goal.try_anchor(symbol, place)
            for symbol, span in box.spans.items()
            for place in simple_numbers(span)
        )

    def _is_hard(self, box: Box) -> bool:
        return not box.rays and all(span.width <= HARD for span in box.spans.values())

    def _widest(self, box: Box) -> Symbol | None:
        """The symbol to cut: an infinite side first, then the widest relative to its place."""
        if box.rays:
            return box.rays[0] if self._may_go_on(box) else None
        widths = {s: span.width / (1 + abs(span.middle)) for s, span in box.spans.items()}
        symbol = max(widths, key=lambda s: widths[s], default=None)
        return symbol if symbol is not None and widths[symbol] > SMALLEST else None

    def _may_go_on(self, box: Box) -> bool:
        ends = [end for s in box.rays for end in (box.spans[s].lower, box.spans[s].upper)]
        return all(end is None or abs(end) < FARTHEST for end in ends)

    def _urgency(self, box: Box) -> float:
        """Boxes in whose middle the function is smallest come first."""
        middle = {s: as_arb(span.middle) for s, span in box.spans.items()}
        try:
            value = acb(enclose(self.function, middle, BITS)).real.mid()
        except UnsupportedError:
            return 0.0
        return float(value) if value.is_finite() else 0.0


def without_even_factors(function: Expr, *, strict: bool) -> Expr:
    """A function of the same sign, even powers of its factors split off.

    >>> x, y = sp.symbols("x y", real=True)
    >>> without_even_factors((x - y)**2*(x + 1), strict=False)
    x + 1
    """
    if strict or sp.count_ops(function) > MOST_OPERATIONS_TO_FACTOR:
        return function
    numerator, denominator = sp.fraction(sp.together(function))
    if denominator.is_positive is not True:
        return function
    constant, factors = sp.factor_list(sp.expand(numerator))
    kept = [base**power for base, power in factors if power % 2]
    return sp.Mul(constant, *kept) if len(kept) < len(factors) else function


def _hull(values: sp.Set) -> sp.Set:
    """The interval itself, or the one that integers lie in."""
    return values if isinstance(values, Interval) else Interval(values.inf, values.sup)


def _size(box: Box) -> Fraction:
    return sum((span.width for span in box.spans.values()), Fraction(0))
