"""Arrays as they are given: broadcast, checked, with correlations as distances from 1 and -1.

Elements outside the domain become nan; correlations up to 4 units in the last place beyond 1 are
taken to be 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symdyn.kernels.duals.sums import Doubles

CLIPPED = 4 * 2.0**-52


@dataclass(frozen=True)
class Correlation:
    """c with 1 - c and 1 + c, one of which was given."""

    value: Doubles
    below_one: Doubles
    above_minus_one: Doubles

    @property
    def sine(self) -> Doubles:
        """sqrt(1 - c^2)."""
        return np.sqrt(self.below_one * self.above_minus_one)

    def at(self, where: Any) -> Correlation:
        """Some of the elements."""
        return Correlation(self.value[where], self.below_one[where], self.above_minus_one[where])


def doubles(name: str, given: Any) -> Doubles:
    """An array of doubles; TypeError for what is complex or no number."""
    array = np.asarray(given)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} holds {array.dtype}; real numbers are needed")
    return array.astype(np.float64)


def variance(name: str, given: Any) -> Doubles:
    """Variances; negative and infinite ones become nan."""
    q = doubles(name, given)
    return np.where((q >= 0) & (q < np.inf), q, np.nan)


def correlation(c: Any, one_minus_c: Any, one_plus_c: Any) -> Correlation:
    """The correlation that one of three arguments gives; TypeError unless it is exactly one."""
    given = [x is not None for x in (c, one_minus_c, one_plus_c)]
    if sum(given) != 1:
        raise TypeError(
            "a correlation is given by exactly one of c, one_minus_c= and one_plus_c=, "
            f"and {sum(given)} of them are given"
        )
    if c is not None:
        value = doubles("c", c)
        value = np.where(abs(value) <= 1 + CLIPPED, np.clip(value, -1, 1), np.nan)
        return Correlation(value, 1 - value, 1 + value)
    name = "one_minus_c" if one_plus_c is None else "one_plus_c"
    gap = doubles(name, one_minus_c if one_plus_c is None else one_plus_c)
    gap = np.where((gap >= 0) & (gap <= 2), gap, np.nan)
    if one_plus_c is None:
        return Correlation(1 - gap, gap, 2 - gap)
    return Correlation(gap - 1, 2 - gap, gap)
