"""The error of a kernel over its domain, at a few hundred points, to be looked at.

The points are even along the scale of every argument (one in each of n strips, in an order of its
own for each argument), so that ordinary values and both edges are seen alike, and the same in every
run. The worst points of the certificate come on top: what is shown is never better than what is
certified. Nothing is certified here.

Kernels that draw their own points have them shown, sorted by their error. Arrays have no axis that
all share; numbers have, and beside their errors the values of the kernel are shown (`values`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.certify.normwise import normwise_error
from symdyn.kernels.scales import Scale
from symdyn.kernels.values import Curves, curves
from symdyn.numerics.doubles import Doubles

POINTS = 700
POINTS_DRAWN = 120  # by kernels that draw their own


@dataclass(frozen=True)
class Axis:
    """An argument, the scale of its values, and its values at all points."""

    name: str
    scale: Scale
    values: tuple[float, ...]


@dataclass(frozen=True)
class Profile:
    """Errors at points, infinite ones among them; without axes they are sorted.

    The first of the errors is the largest that is known, at `worst`.
    """

    kernel: str
    unit: str
    target: float | None
    worst: str
    errors: tuple[float, ...]
    axes: tuple[Axis, ...] = ()
    curves: Curves | None = None


def profile(kernel: Any) -> Profile:
    """Errors of a kernel over its domain, and at the worst points of its certificate.

    Points without a reference value are left out.
    """
    return _drawn(kernel) if hasattr(kernel, "draw") else _elementwise(kernel)


def _elementwise(kernel: Any) -> Profile:
    certificate, box = kernel.certificate, Box.of(kernel.domain)
    scales = [Scale.of(low, high) for low, high in box.ends]
    drawn = box.within(_spread(scales, min(POINTS, certificate.asked)))
    worst = [one for one in certificate.worst if not np.isnan(one.error)]
    known = np.array([one.arguments for one in worst]).reshape(-1, len(scales))
    points = np.concatenate([known, drawn])
    errors = np.array([*(one.error for one in worst), *Meter(kernel)(drawn).tolist()])
    kept = ~np.isnan(errors)
    place = _place(kernel, worst[0].arguments) if worst else ""
    return _of_numbers(kernel, place, errors[kept].tolist(), points[kept])


def _place(kernel: Any, point: Sequence[float]) -> str:
    return ", ".join(f"{symbol} = {x!r}" for symbol, x in zip(kernel.args, point, strict=True))


def _spread(scales: Sequence[Scale], count: int) -> Doubles:
    """Points of which each argument takes one value in each strip of its scale."""
    rng = np.random.default_rng(0)
    columns = []
    for scale in scales:
        places = (rng.permutation(count) + rng.random(count)) / count
        columns.append([scale.value(place) for place in places.tolist()])
    return np.array(columns).T


def _drawn(kernel: Any) -> Profile:
    """Of a kernel that draws its own points; `spread` draws those that are best looked at."""
    certificate, draw = kernel.certificate, getattr(kernel, "spread", kernel.draw)
    drawn = draw(np.random.default_rng(0), min(POINTS_DRAWN, certificate.asked))
    known = [(one.arrays, one.error) for one in certificate.worst]
    known += [(point, normwise_error(kernel, kernel.reference, point)) for point in drawn]
    kept = sorted((one for one in known if not np.isnan(one[1])), key=lambda one: -one[1])
    errors = [error for _, error in kept]
    if not kept or any(np.ndim(part) for point, _ in kept for part in point):
        return _profile(kernel, "", errors)
    points = np.array([point for point, _ in kept], np.float64)
    return _of_numbers(kernel, _place(kernel, points[0].tolist()), errors, points)


def _of_numbers(kernel: Any, place: str, errors: Sequence[float], points: Doubles) -> Profile:
    """With an axis for each argument, and with values."""
    axes = [
        Axis(str(symbol), Scale.of(*ends), tuple(column.tolist()))
        for symbol, ends, column in zip(
            kernel.args, Box.of(kernel.domain).ends, points.T, strict=True
        )
    ]
    return replace(_profile(kernel, place, errors), axes=tuple(axes), curves=curves(kernel))


def _profile(kernel: Any, place: str, errors: Sequence[float]) -> Profile:
    certificate = kernel.certificate
    return Profile(
        kernel=kernel.name,
        unit=certificate.unit,
        target=certificate.subject.target,
        worst=place,
        errors=tuple(errors),
    )
