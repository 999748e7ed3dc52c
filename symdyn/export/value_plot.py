"""The values of a kernel as curves, in the way of `curves`.

Where all values span far more than most of them do (at a pole, say), the far ones are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symdyn.export.curves import chart
from symdyn.kernels.profiles import Profile

_MOST = 0.1, 0.9  # quantiles between which most values are
_FAR = 10.0  # times what most values span
_LETTERS = 40  # of a name along the panel
_EQUALS = "\u00a0=\u00a0"  # where no line ends


def value_plot(profile: Profile) -> str:
    """SVG of the values of a kernel along one argument; empty where none is known."""
    found = profile.curves
    if found is None:
        return ""
    low, high = _ends([value for curve in found.curves for value in curve.values])
    name = _shortened(profile.kernel)
    lines = {
        curve.label.replace(" = ", _EQUALS) or name: (
            found.places,
            [value if low <= value <= high else float("nan") for value in curve.values],
        )
        for curve in found.curves
    }
    return chart(lines, x=found.argument, y=name).svg


def _shortened(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Between which values are shown."""
    finite = np.array([value for value in values if np.isfinite(value)])
    low, high = float(finite.min()), float(finite.max())
    first, last = np.quantile(finite, _MOST).tolist()
    span = last - first
    if not 0.0 < span < (high - low) / _FAR:
        return low, high
    return max(low, first - span), min(high, last + span)
