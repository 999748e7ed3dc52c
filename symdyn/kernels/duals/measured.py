"""What the certificate of a Gaussian expectation needs: points, and values from the definition.

References are Gaussian integrals of the function itself on balls (`definition`), estimates to some
34 digits. Errors are relative to the value; those of products E[f(z) f(w)] that are less than FAINT
of E[f(z)^2] to that share of it, since they are differences then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, ctx
from sympy import Expr

from symdyn.kernels.duals.definition import BITS, Definition
from symdyn.kernels.duals.law import MEAN, SECOND, Law, law_of
from symdyn.kernels.duals.moments import Moments
from symdyn.kernels.ranges import Ranges
from symdyn.kernels.scales import Scale
from symdyn.numerics.ball_steps import run

FAINT = 1e-3
DRAWN = (1e-10, 1e6)  # variances
OTHERS = (1e-3, 1e3)  # arguments that are factors
EDGES = (1e-300, 1e-8, 1.0, 1e4)
PRODUCTS_SHOWN = 30
WIDE = 0.9  # correlations beyond take the definition seconds
AT_THE_ENDS = (1 - 1e-12, -1 + 1e-12)

Arrays = tuple[np.ndarray, ...]


class ExpectationMeasured:
    """A kernel of an expectation, as `certify_normwise` asks for it."""

    result: Any
    args: tuple[Any, ...]
    domain: Ranges

    reference_name = "definition"

    @cached_property
    def law(self) -> Law:
        """The expectation that the result is."""
        found = law_of(self.result, self.args)
        assert found is not None
        return found

    @cached_property
    def moments(self) -> Moments:
        """The function, in pieces and on balls."""
        return self.law.moments()

    @property
    def starts(self) -> int:
        """Of a search: products take long."""
        return 8 if self.law.correlation is None else 1

    def draw(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]:
        """Points at which the error is measured."""
        return [tuple(map(np.array, self._drawn(rng))) for _ in range(count)]

    def spread(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]:
        """Points that are looked at: correlations up to both ends, fewer since they take long."""
        at = self.law.correlation
        if at is None:
            return self.draw(rng, count)
        scale = Scale.of(*self.domain.ranges[at].inside)
        found = []
        for place in rng.permutation(PRODUCTS_SHOWN).tolist():
            point = self._drawn(rng)
            point[at] = scale.value((place + rng.random()) / PRODUCTS_SHOWN)
            if abs(point[at]) < 1.0:
                found.append(tuple(map(np.array, point)))
        return found

    def _drawn(self, rng: np.random.Generator) -> list[float]:
        found = []
        for k, (low, high) in enumerate(part.inside for part in self.domain.ranges):
            if k == self.law.correlation:
                found.append(rng.uniform(max(low, -WIDE), min(high, WIDE)))
                continue
            ends = DRAWN if k == self.law.variance else OTHERS
            least, most = max(low, ends[0]), min(high, ends[1])
            found.append(float(np.exp(rng.uniform(np.log(least), np.log(most)))))
        return found

    def edges(self) -> Sequence[Arrays]:
        """Small and large variances, with correlations near both ends."""
        rng, found = np.random.default_rng(1), []
        for place, q in enumerate(EDGES):
            point = self._drawn(rng)
            point[self.law.variance] = q
            if self.law.correlation is not None and place % 2:
                point[self.law.correlation] = AT_THE_ENDS[place // 2]
            found.append(tuple(map(np.array, point)))
        return [point for point in found if self.fits(point)]

    def fits(self, point: Arrays) -> bool:
        """Whether a point lies in the domain, and the definition has a value there soon."""
        inside = all(
            low <= float(x) <= high and np.isfinite(x)
            for x, (low, high) in zip(point, (p.inside for p in self.domain.ranges), strict=True)
        )
        return inside and 0 < float(point[self.law.variance])

    def reference(self, point: Arrays, bits: int) -> Sequence[arb] | None:
        """The expectation to many digits."""
        if not self.fits(point):
            return None
        q, definition = self._variance(point), Definition(self.moments)
        if self.law.correlation is not None:
            value = definition.product(q, q, arb(float(point[self.law.correlation])))
        elif self.law.kind == SECOND:
            value = definition.second(q)
        else:
            value = definition.mean(q)
        with ctx.workprec(BITS):
            return [(value * self._factor(point)).mid()]

    def norm(self, point: Arrays, exact: Sequence[arb]) -> arb:
        """What the error is relative to."""
        with ctx.workprec(BITS):
            size = abs(exact[0])
            if self.law.kind in (MEAN, SECOND):
                return size
            whole = abs(Definition(self.moments).second(self._variance(point)))
            return size.max(whole * abs(self._factor(point)) * FAINT).mid()

    def _variance(self, point: Arrays) -> arb:
        return arb(float(point[self.law.variance]))

    def _factor(self, point: Arrays) -> arb:
        factor = _ball(self.law.scale)
        for x, power in zip(point, self.law.powers, strict=True):
            factor *= arb(float(x)) ** _ball(power) if power else 1
        return factor


def _ball(number: Expr) -> arb:
    with ctx.workprec(BITS):
        ball = run(number, {})
    assert isinstance(ball, arb)
    return ball
