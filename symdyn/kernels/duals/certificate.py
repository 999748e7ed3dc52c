"""How far the numbers of a dual are from its definition: points, and the worst of them.

Variances and correlations are stratified, ends included; the definition is computed to many digits
at the very doubles that the sums are given (`definition`). Errors of V are relative; errors of W
are relative to W, or to sqrt(V(q) V(q2)) where W is less than FAINT of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb, ctx

from symdyn.kernels.duals.arguments import correlation
from symdyn.kernels.duals.definition import BITS, Definition
from symdyn.kernels.duals.moments import Moments

VARIANCES = (1e-8, 1e-4, 0.037, 0.61, 1.0, 3.3, 25.0, 210.0, 1e4)
CORRELATIONS = (-0.7, -0.5, 1e-9, 0.26, 0.55, 0.8)
AT_THE_ENDS = (1 - 1e-12, -1 + 1e-12, 0.99)  # these take long: every other variance has one of them
FAINT = 1e-3


@dataclass(frozen=True)
class DualCertificate:
    """Largest errors of V and W, where they are, and at how many points they were measured."""

    second: float
    second_at: float
    product: float
    product_at: tuple[float, float]
    points: int

    def __str__(self) -> str:
        q, c = self.product_at
        return (
            f"at {self.points} points V is within {self.second:.1e} (worst at q = "
            f"{self.second_at:g}) and W within {self.product:.1e} (worst at q = {q:g}, c = {c!r}) "
            "of the definition"
        )


def certified(moments: Moments) -> DualCertificate:
    """The certificate of the moments of one function."""
    definition = Definition(moments)
    seconds = {q: definition.second(arb(q)) for q in VARIANCES}
    of_v = [(_relative(_second(moments, q), v, v), q) for q, v in seconds.items()]
    of_w: list[tuple[float, tuple[float, float]]] = []
    for place, q in enumerate(VARIANCES):
        end = (AT_THE_ENDS[place // 2 % len(AT_THE_ENDS)],) if place % 2 == 0 else ()
        for c in (*CORRELATIONS, *end):
            exact = definition.product(arb(q), arb(q), arb(c))
            of_w.append((_relative(_product(moments, q, c), exact, seconds[q]), (q, c)))
    worst_v, worst_w = max(of_v), max(of_w)
    return DualCertificate(*worst_v, *worst_w, points=len(of_v) + len(of_w))


def _second(moments: Moments, q: float) -> float:
    return float(moments.second(np.array([q]))[0])


def _product(moments: Moments, q: float, c: float) -> float:
    variances = np.array([q])
    return float(moments.product(variances, variances, correlation(np.array([c]), None, None))[0])


def _relative(value: float, exact: arb, size: arb) -> float:
    with ctx.workprec(BITS):
        scale = max(abs(exact), abs(size) * FAINT)
        return float(abs((arb(value) - exact) / scale).mid())
