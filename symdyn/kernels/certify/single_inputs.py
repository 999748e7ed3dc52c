"""The inputs of single precision in an interval, in blocks of neighbours, by their bits.

Bits of positive numbers, taken as integers, count them in their order; those of negative numbers
count outwards from -0, with the sign as the highest bit. So a span of bits is an interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symdyn.numerics.doubles import Doubles

Patterns = NDArray[np.uint32]

BLOCK = 1 << 15  # inputs
_NEGATIVE = 1 << 31
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Block:
    """Bits from `start` to `stop`, and those of `before` that belong to the block before."""

    start: int
    stop: int
    before: int = 0

    @property
    def patterns(self) -> Patterns:
        """All bits, those before among them."""
        return np.arange(self.start - self.before, self.stop + 1, dtype=np.uint32)


def blocks(low: float, high: float, overlap: int) -> Iterator[Block]:
    """The inputs of an interval of doubles, each in one block; some are looked at once more.

    >>> [block.stop - block.start for block in blocks(1.0, 1.0 + 2.0**-7, 0)]
    [32767, 32767, 0]
    """
    for first, last in spans(low, high):
        for start in range(first - first % BLOCK, last + 1, BLOCK):
            begun = max(start, first)
            yield Block(begun, min(start + BLOCK - 1, last), min(overlap, begun - first))


def spans(low: float, high: float) -> tuple[tuple[int, int], ...]:
    """First and last bits of the inputs of an interval: those above 0, then those below.

    >>> spans(-1.0, 2.0) == ((0, 0x40000000), (0x80000000, 0xBF800000))
    True
    """
    found: list[tuple[int, int]] = []
    for near, far, sign in ((low, high, 0), (-high, -low, _NEGATIVE)):
        if far >= 0.0:
            first, last = _above(max(near, 0.0)), _below(far)
            found += [(first | sign, last | sign)] if first <= last else []
    return tuple(found)


def numbers(patterns: Patterns) -> Doubles:
    """The inputs with some bits, as doubles."""
    return patterns.view(np.float32).astype(np.float64)


def single(value: float) -> float:
    """A double rounded to single precision."""
    with np.errstate(over="ignore", under="ignore"):
        return float(np.float32(value))


def _above(value: float) -> int:
    """The bits of the least input at or above a double that is not negative."""
    bits = _bits(value)
    return bits if single(value) >= value else bits + 1


def _below(value: float) -> int:
    value = min(value, _LARGEST)
    bits = _bits(value)
    return bits if single(value) <= value else bits - 1


def _bits(value: float) -> int:
    return int(np.float32(single(value)).view(np.uint32))
