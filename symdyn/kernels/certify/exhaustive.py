"""Every float32 input of a kernel of one argument: is its rounded value the correctly rounded one?

For float32 input a kernel of doubles, rounded to float32, is what `dtype="float32"` returns. The
compiled code runs at all inputs, zeros and subnormal numbers among them; exact values are needed
only where the double is near a tie between two neighbouring numbers of single precision:

1  all inputs, in blocks: which doubles lie within `bound` units of a tie, or are not finite
2  one input of each block, and those about sudden changes of the value, are held against balls:
   no error may exceed the bound
3  blocks in which one does are gone through again, with a bound that is wide enough
4  the inputs that were found are decided by balls

What is not near a tie rests on errors below the bound between the inputs of step 2. There are
limits to the work; inputs near ties beyond them are counted as undecided, never as right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from symdyn.errors import InputError
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.certify.near_ties import REACH, WIDEST, near_ties, sudden
from symdyn.kernels.certify.references import cost, on_balls
from symdyn.kernels.certify.single_inputs import Block, Patterns, blocks, numbers, single
from symdyn.kernels.certify.single_rounding import rounded, spacing
from symdyn.numerics.doubles import Doubles, Ordinals
from symdyn.numerics.ulps import Ball

Progress = Callable[[int, int, str], None]

EFFORT = 4_000_000  # inputs times the cost of an exact value, for each of steps 2 and 4
MARGIN, FACTOR = 64.0, 8.0  # the bound: units in the last place, and times the error on record
SUDDEN = 4.0  # bounds that a sixth difference may reach; at a step of one bound it is ten
HOPELESS = 200  # undecided inputs after which no more are tried
LISTED = 20
_TOLD = 64  # blocks from one report of progress to the next


@dataclass(frozen=True)
class Misrounding:
    """An input, what the kernel returns, what is right, in hexadecimal; error in single ulps."""

    input: str
    result: str
    right: str
    error: float


@dataclass(frozen=True)
class Exhaustive:
    """What was found at all float32 inputs of a domain.

    `near_ties` inputs were decided by balls, or are `undecided`; `largest` is the largest error, in
    ulps of doubles, at the `probes` that show it to be below the `bound`.
    """

    inputs: int
    near_ties: int
    misrounded: int
    undecided: int
    bound: float
    probes: int
    largest: float
    worst: tuple[Misrounding, ...] = ()

    def __str__(self) -> str:
        shown = f"{self.misrounded} of all {self.inputs} float32 inputs misrounded"
        return f"{shown}, {self.undecided} undecided" if self.undecided else shown

    def rows(self) -> list[tuple[str, str]]:
        """Names and values for a table that people read."""
        found = f"{self.inputs}: {self.misrounded} misrounded, {self.undecided} undecided"
        near = f"{self.near_ties}, within {self.bound:g} ulp of doubles"
        seen = f"{self.probes} inputs, {self.largest:.4g} ulp of doubles"
        shown = [("float32 inputs", found), ("near ties", near), ("errors beside ties", seen)]
        return shown + [
            (f"misrounded at {one.input}", f"{one.result}, right is {one.right} ({one.error:.9g})")
            for one in self.worst
        ]


def exhaustive(kernel: Any, error: float = 1.0, *, progress: Progress | None = None) -> Exhaustive:
    """Look at every float32 input; `error` is the largest that is known of, in ulps of doubles.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.kernel import kernel
    >>> x = Symbol("x")
    >>> found = exhaustive(kernel(sqrt(x), x, domain={x: (1, 2)}))
    >>> found.inputs, found.misrounded, found.undecided
    (8388609, 0, 0)

    Raises InputError for a kernel of several arguments.
    """
    refuse_several(kernel)
    return _Sweep(in_doubles(kernel), error, progress or _untold).result()


def refuse_several(kernel: Any) -> None:
    """Raise InputError where a kernel has not one argument that is a number."""
    if hasattr(kernel, "draw"):
        raise InputError(f"{kernel.name} takes arrays; no sweep reaches all their float32 values")
    if len(kernel.args) != 1:
        raise InputError(
            f"{kernel.name} has {len(kernel.args)} arguments; every float32 input can be looked "
            "at for one alone: fix the others to values"
        )


def _untold(done: int, total: int, what: str) -> None:
    pass


def in_doubles(kernel: Any) -> Any:
    """The kernel with results of doubles."""
    if kernel.dtype == "float64":
        return kernel
    if hasattr(kernel, "plan"):
        return replace(kernel, dtype="float64")
    text = kernel.source.replace("np.dtype(np.float32)", "np.dtype(np.float64)")
    return replace(kernel, dtype="float64", source=text)


class _Kept:
    """Inputs near ties; of blocks that come after very many some are kept, and all counted."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.dropped = most, 0, 0
        self.parts: list[Patterns] = [np.empty(0, np.uint32)]

    def add(self, patterns: Patterns) -> None:
        kept = thinned(patterns, max(1, self.most - self.size))
        self.parts.append(kept)
        self.size += len(kept)
        self.dropped += len(patterns) - len(kept)

    @property
    def patterns(self) -> Patterns:
        return np.unique(np.concatenate(self.parts))


@dataclass
class _Sweep:
    kernel: Any
    error: float
    progress: Progress
    meter: Meter = field(init=False)
    box: Box = field(init=False)
    bound: float = field(init=False)
    most: int = field(init=False)
    balls: list[Callable[[Sequence[float], int], Ball]] = field(init=False)

    def __post_init__(self) -> None:
        self.meter, self.box = Meter(self.kernel), Box.of(self.kernel.domain)
        self.balls = [on_balls(form) for form in self.meter.forms]
        self.bound = min(MARGIN + FACTOR * self.error, float(WIDEST))
        self.most = EFFORT // max(1, sum(cost(expr) for expr in self.kernel.results))

    def result(self) -> Exhaustive:
        """The four steps."""
        ((low, high),) = self.box.ends
        parts, ties = list(blocks(low, high, 2 * REACH)), _Kept(4 * self.most)
        inputs, probes = self._pass(parts, ties)
        probes = thinned(np.unique(probes), self.most)
        errors = self.meter(numbers(probes)[:, None])
        for block, wide in self._suspects(parts, probes, errors):
            ties.add(self._near(block, self._values(block), wide))
        every = ties.patterns
        chosen = thinned(every, self.most)
        wrong, undecided = self._decided(chosen)
        left_out = ties.dropped + len(every) - len(chosen)
        return Exhaustive(
            inputs=inputs,
            near_ties=len(every) + ties.dropped,
            misrounded=len(wrong),
            undecided=undecided + left_out + int(np.isnan(errors).sum()),
            bound=self.bound,
            probes=len(probes),
            largest=float(np.nanmax(errors, initial=0.0)),
            worst=tuple(sorted(wrong, key=lambda one: -one.error)[:LISTED]),
        )

    def _pass(self, parts: Sequence[Block], ties: _Kept) -> tuple[int, Patterns]:
        """The number of inputs, and those to be held against exact values."""
        inputs, step = 0, -(-len(parts) // max(1, self.most // 2))
        probes: list[Patterns] = [np.empty(0, np.uint32)]
        for k, block in enumerate(parts):
            values, patterns = self._values(block), block.patterns
            inputs += len(self._inside(patterns[block.before :]))
            ties.add(self._near(block, values, self.bound))
            probes += [self._inside(patterns[_changes(v, SUDDEN * self.bound)]) for v in values]
            if k % step == 0:
                probes.append(self._inside(patterns[[-1]]))
            if k % _TOLD == 0 or k + 1 == len(parts):
                self.progress(k + 1, len(parts), f"float32 inputs of {self.kernel.name}")
        return inputs, np.concatenate(probes)

    def _values(self, block: Block) -> list[Doubles]:
        found = self.kernel(numbers(block.patterns))
        return list(found) if isinstance(found, tuple) else [found]

    def _near(self, block: Block, values: Sequence[Doubles], units: float) -> Patterns:
        places = np.unique(np.concatenate([near_ties(v, math.ceil(units)) for v in values]))
        return self._inside(block.patterns[places[places >= block.before]])

    def _inside(self, patterns: Patterns) -> Patterns:
        """Those that the conditions of the domain admit."""
        if self.box.accepts is None or not len(patterns):
            return patterns
        return patterns[self.box.accepts(numbers(patterns)[:, None])]

    def _suspects(
        self, parts: Sequence[Block], probes: Patterns, errors: Doubles
    ) -> Iterator[tuple[Block, float]]:
        """Blocks with an error above the bound, and the bound that they need."""
        over = errors > self.bound
        at = np.searchsorted([block.start for block in parts], probes[over], "right") - 1
        for k in np.unique(at).tolist():
            wide = self.bound + 2.0 * float(errors[over][at == k].max())
            yield parts[k], min(wide, float(WIDEST))

    def _decided(self, patterns: Patterns) -> tuple[list[Misrounding], int]:
        """Misrounded inputs, and how many are undecided: after very many no more are tried."""
        points = numbers(patterns)
        columns = self.meter.values(points[:, None]) if len(points) else []
        wrong: list[Misrounding] = []
        undecided = 0
        for k, (x, *values) in enumerate(zip(points.tolist(), *columns, strict=True)):
            if undecided > HOPELESS:
                return wrong, undecided + len(points) - k
            found = [self._verdict(x, single(v), n) for n, v in enumerate(values)]
            undecided += None in found
            wrong += [one for one in found if one and one.error > 0.0][:1]
            if k % _TOLD == 0:
                self.progress(k, len(points), f"near ties of {self.kernel.name}")
        return wrong, undecided

    def _verdict(self, x: float, result: float, output: int) -> Misrounding | None:
        """A result and what is right, with an error of 0 where it is; None if nothing decides."""
        ball = self.balls[output]
        right = rounded(lambda bits: ball([x], bits))
        return None if right is None else _misrounding(x, result, *right)


def _changes(values: Doubles, units: float) -> Ordinals:
    """Places on either side of sudden changes."""
    places = sudden(values, units) if len(values) > 2 * REACH else np.empty(0, np.int64)
    return np.unique(places[:, None] + np.array([-REACH, 0, REACH]))


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _misrounding(x: float, result: float, right: float, exact: Fraction | None) -> Misrounding:
    error = 0.0 if _same(result, right) else math.inf
    if error and exact is not None and math.isfinite(result):
        error = float(abs(exact - Fraction(result)) / spacing(exact or Fraction(1, 2**149)))
    return Misrounding(x.hex(), result.hex(), right.hex(), error)


def thinned(patterns: Patterns, most: int) -> Patterns:
    """All, or so many evenly chosen ones."""
    if len(patterns) <= most:
        return patterns
    return patterns[np.linspace(0, len(patterns) - 1, most).astype(np.int64)]
