"""Errors of candidate programs on a domain, measured before one of them becomes a kernel.

Points are those of the rewriting (values in the range of normal doubles), those of a certificate
(every stratum, edges included) and some just within the masks that there are; where all of them
meet a target, a search from the worst goes on.
References are exact values on balls, never the program that is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdyn.errors import DomainError
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.climbing import climb, starts_from
from symdyn.kernels.certify.seams import seams
from symdyn.kernels.certify.strata import strata
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Program
from symdyn.kernels.loading import load
from symdyn.kernels.mask import SIZES, Mask, Odd
from symdyn.kernels.ranges import Ranges
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.ulps import Ball, errors_in_ulps

STRATA = 2000  # points
BESIDE = 80  # points within each mask
TURNS = 16  # places where values begin or cease to be lost, of which the ends are looked for
BISECTIONS = 24
LOST = 2.0**30  # ulps: not rounding, but a value that left the doubles
SEED = 1  # neither that of the points from which a rung is predicted nor that of certificates

Reference = Callable[[Sequence[float], int], Ball]


@dataclass(frozen=True)
class Errors:
    """Errors of a program in ulps at points, the worst over its outputs, and its values there.

    >>> seen = Errors(np.array([[1.0], [1e200]]), [np.array([1.0, 0.0])], np.array([0.5, np.inf]))
    >>> seen.worst, seen.misses(2.0), seen.odd(2.0)
    (inf, 0.5, Odd(size=300, reach=(), undefined=False))
    """

    points: Doubles
    values: Sequence[Doubles]
    errors: Doubles

    @property
    def worst(self) -> float:
        """The largest error."""
        return float(self.errors.max(initial=0.0))

    @property
    def worst_point(self) -> tuple[float, ...]:
        """Where it is."""
        return tuple(float(x) for x in self.points[int(np.argmax(self.errors))])

    def misses(self, target: float) -> float:
        """The share of points with a larger error than the target."""
        return float((self.errors > target).mean())

    def odd(self, target: float) -> Odd | None:
        """The widest mask beyond which alone the target is missed."""
        wrong = self.errors > target
        for size in SIZES:
            odd = Odd.of(size, self.points, self.values, wrong)
            caught = odd(self.points, self.values)
            if not caught.all() and not (wrong & ~caught).any():
                return odd
        return None


@dataclass(frozen=True)
class Measurement:
    """What programs on a domain are measured against: one reference for each output."""

    domain: Ranges
    references: Sequence[Reference]
    rows: Sequence[tuple[float, ...]] = ()
    target: float = np.inf
    box: Box = field(init=False)
    _known: dict[Program, Doubles] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", Box.of(self.domain))

    def points(self, program: Program) -> Doubles:
        """The given rows, and points of all strata, those about seams of the program among them."""
        if program not in self._known:
            self._known[program] = self._drawn(program)
        return self._known[program]

    def _drawn(self, program: Program) -> Doubles:
        rng = np.random.default_rng(SEED)
        kinds = strata(self.box, seams([program], self.box, rng), STRATA, rng)
        given = [np.array(self.rows, np.float64)] if len(self.rows) else []
        found = [*given, *(_part(one.points, rng) for one in kinds), _within_masks(self.box, rng)]
        return np.concatenate(found)

    def __call__(self, program: Program, mask: Mask | None = None) -> Errors:
        """Errors of a program, compiled.

        Raises DomainError where no point has an exact value.
        """
        plan = Plan(program, self.domain.ranges, mask=mask, blocks=False)
        kernel = load(module_text(plan)).kernel
        found = self._at(kernel, self.points(program))
        if not len(found.errors):
            raise DomainError(f"the kernel has no value at any sample of {self.domain}")
        if found.worst > self.target:
            return self._bisected(kernel, found)
        return self._searched(kernel, found)

    def _bisected(self, kernel: Callable[..., Any], found: Errors) -> Errors:
        """The errors, of one argument with the ends of where values are lost: a mask needs them."""
        if found.points.shape[1] > 1:
            return found
        places = found.points[:, 0]
        order = np.argsort(places)
        lost = found.errors[order] > LOST
        turns = np.flatnonzero(lost[1:] != lost[:-1])[:TURNS]
        low, high, from_lost = places[order][turns], places[order][turns + 1], lost[turns]
        for _ in range(BISECTIONS if len(turns) else 0):
            middle = 0.5 * low + 0.5 * high
            errors = self._errors(kernel, middle[:, None])[1]
            is_low = (errors > LOST) == from_lost
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        ends = np.concatenate([low, high])
        return self._with(kernel, found, ends[:, None]) if len(ends) else found

    def _with(self, kernel: Callable[..., Any], found: Errors, points: Doubles) -> Errors:
        """The errors, and those at more points."""
        more = self._at(kernel, points)
        values = [np.concatenate(pair) for pair in zip(found.values, more.values, strict=True)]
        together = np.concatenate([found.points, more.points])
        return Errors(together, values, np.concatenate([found.errors, more.errors]))

    def _searched(self, kernel: Callable[..., Any], found: Errors) -> Errors:
        """The errors, with the worst points of a search."""
        low, high = np.array(self.box.ends).T

        def measure(points: Doubles) -> Doubles:
            inside = np.all((points >= low) & (points <= high), axis=1)
            if self.box.accepts is not None and inside.any():
                inside[inside] = self.box.accepts(points[inside])
            errors = np.full(len(points), np.nan)
            errors[inside] = self._errors(kernel, points[inside])[1]
            return errors

        rng = np.random.default_rng(SEED)
        climbed = climb(measure, starts_from(found.points, found.errors), rng)
        return self._with(kernel, found, climbed.points)

    def _at(self, kernel: Callable[..., Any], points: Doubles) -> Errors:
        """Errors where they are known."""
        values, errors = self._errors(kernel, points)
        known = ~np.isnan(errors)
        return Errors(points[known], [column[known] for column in values], errors[known])

    def _errors(self, kernel: Callable[..., Any], points: Doubles) -> tuple[list[Doubles], Doubles]:
        """Values, and their errors: nan where no output has a known one."""
        found = kernel(*np.ascontiguousarray(points.T))
        values = list(found) if len(self.references) > 1 else [found]
        rows = points.tolist()
        columns = [
            errors_in_ulps(column, rows, reference)
            for column, reference in zip(values, self.references, strict=True)
        ]
        with np.errstate(invalid="ignore"):
            return values, np.fmax.reduce(columns)


def _within_masks(box: Box, rng: np.random.Generator) -> Doubles:
    """Points at which all arguments are as small, or as large, as each mask leaves them.

    Products leave the doubles there first, and random points seldom lie there.
    """
    shape = len(SIZES), BESIDE, len(box.ends)
    exponents = np.array(SIZES)[:, None, None] - rng.uniform(0.0, 4.0, shape)
    common = rng.choice([-1.0, 1.0], (*shape[:2], 1))
    ways = np.where(rng.random((*shape[:2], 1)) < 0.75, common, rng.choice([-1.0, 1.0], shape))
    points = rng.choice([-1.0, 1.0], shape) * 2.0 ** (ways * exponents)
    low, high = np.array(box.ends).T
    return box.within(
        np.clip(np.where(low >= 0, np.abs(points), points), low, high).reshape(-1, shape[2])
    )


def _part(points: Doubles, rng: np.random.Generator) -> Doubles:
    """Of a large stratum some of the points."""
    return (
        points if len(points) <= STRATA else points[rng.choice(len(points), STRATA, replace=False)]
    )
