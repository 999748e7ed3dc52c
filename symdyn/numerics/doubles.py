"""Doubles in their order: every double has an ordinal, and neighbours differ by one.

    ordinal(0.0) = ordinal(-0.0) = 0,   ordinal(5e-324) = 1,   ordinal(-x) = -ordinal(x)

So "uniform over representable numbers" is uniform over ordinals, and a search can walk through the
doubles near a point in steps of any length. nan has no ordinal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]
Ordinals = NDArray[np.int64]

_SIGN = np.int64(-(2**63))


def ordinals(values: ArrayLike) -> Ordinals:
    """The places of doubles in their order.

    >>> ordinals([0.0, 5e-324, -5e-324]).tolist()
    [0, 1, -1]
    """
    bits = np.asarray(values, np.float64).view(np.int64)
    return np.where(bits < 0, _SIGN - bits, bits)


def doubles(places: ArrayLike) -> Doubles:
    """The doubles at given places.

    >>> doubles(ordinals([1.0]) + 1).tolist()
    [1.0000000000000002]
    """
    bits = np.asarray(places, np.int64)
    return np.where(bits < 0, _SIGN - bits, bits).view(np.float64)
