"""Doubles that a small error may round to another number of single precision, and sudden changes.

Two neighbours of single precision have a tie between them. A double y that is farther from every
tie than b units in its last place rounds as the exact value does, if y is wrong by less than b. So
of many doubles only those near a tie need an exact value:

    |y| >= 2^-126    the last 29 bits of y are within b of 2^28
    below            y/2^-149 is within 2 b units of a whole number and a half

Numbers that are not finite count as near a tie.

Whether errors are less than b is asked where values change suddenly: at a step of size s the sixth
difference of values at neighbouring arguments is 10 s, where for a smooth function it is rounding.

The loops look at the bits of doubles, so that they become vector code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from symdyn.numerics.doubles import Doubles, Ordinals

WIDEST = 1 << 28  # units in the last place: then every double is near a tie
REACH = 3  # neighbours on either side that a sixth difference takes
_CHUNK = 1024  # doubles of which the most sudden change is told
_LAST_BITS = (1 << 29) - 1
_SMALLEST = 1023 - 126  # biased exponent of the least normal number of single precision


def near_ties(values: Doubles, units: int) -> Ordinals:
    """Places of the doubles within so many units in their last place of a tie, or not finite.

    >>> near_ties(np.array([1.0, 1 + 2.0**-24, 1 + 2.0**-24 + 2.0**-50, 1.5 * 2.0**-149]), 2)
    array([1, 3])
    """
    found = np.empty(len(values), np.int64)
    count = _compiled()[0](values, values.view(np.int64), min(units, WIDEST), found)
    return found[:count].copy()


def sudden(values: Doubles, units: float) -> Ordinals:
    """Places where the sixth difference exceeds so many units, one for each 1024 doubles.

    >>> steps = np.where(np.arange(64) < 20, 1.0, 1.0 + 2.0**-40)
    >>> sudden(steps, 100.0)
    array([19])
    """
    found = np.empty(len(values) // _CHUNK + 1, np.int64)
    count = _compiled()[1](values, units * 2.0**-52, found)
    return found[:count].copy()


@lru_cache(maxsize=1)
def _compiled() -> tuple[Any, Any]:
    from numba import njit

    compiled = njit(error_model="numpy")
    return compiled(_near_ties), compiled(_sudden)


def _near_ties(values: Any, bits: Any, units: int, found: Any) -> int:
    offset, width = (1 << 28) - units, 2 * units
    count = 0
    for first in range(0, values.size, _CHUNK):
        last = min(first + _CHUNK, values.size)
        seen = False
        for i in range(first, last):
            exponent = (bits[i] >> 52) & 2047
            near = ((bits[i] - offset) & _LAST_BITS) <= width
            seen |= near | (exponent == 2047) | (exponent < _SMALLEST)
        if not seen:
            continue
        for i in range(first, last):
            exponent = (bits[i] >> 52) & 2047
            near = ((bits[i] - offset) & _LAST_BITS) <= width
            if exponent < _SMALLEST:
                size = abs(values[i]) * 2.0**149
                reach = units * 2.0**-52 * size
                near = (size > 0.0) & (abs(size - np.floor(size) - 0.5) <= reach)
            if near | (exponent == 2047):
                found[count] = i
                count += 1
    return count


def _sudden(values: Any, least: float, found: Any) -> int:
    """Differences of neighbours are exact, so that nothing but the values is rounded."""
    count = 0
    for start in range(0, values.size - 6, _CHUNK):
        v = values[start : min(start + _CHUNK + 6, values.size)]  # indices from 0: vector code
        seen = False
        for i in range(v.size - 6):
            outer = (v[i + 6] - v[i + 5]) - (v[i + 1] - v[i])
            middle = (v[i + 5] - v[i + 4]) - (v[i + 2] - v[i + 1])
            inner = (v[i + 4] - v[i + 3]) - (v[i + 3] - v[i + 2])
            seen |= abs(outer - 5.0 * middle + 10.0 * inner) > least * abs(v[i + 3])
        if not seen:
            continue
        worst, place = 0.0, 0
        for i in range(v.size - 6):
            outer = (v[i + 6] - v[i + 5]) - (v[i + 1] - v[i])
            middle = (v[i + 5] - v[i + 4]) - (v[i + 2] - v[i + 1])
            inner = (v[i + 4] - v[i + 3]) - (v[i + 3] - v[i + 2])
            size = abs(outer - 5.0 * middle + 10.0 * inner) / max(abs(v[i + 3]), 5e-324)
            if size > worst:
                worst, place = size, i
        found[count] = start + place + REACH
        count += 1
    return count
