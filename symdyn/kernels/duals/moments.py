"""V and W of one function of a Gaussian variable, numerically, whatever the variance.

The table of its pieces is made as far as it is asked for.
"""

from __future__ import annotations

from math import floor, log2, sqrt

import numpy as np

from symdyn.kernels.duals.activation import FIRST_OCTAVES, require_square_integrable
from symdyn.kernels.duals.expectations import Expectations
from symdyn.kernels.duals.pieces import Pieces
from symdyn.kernels.duals.sums import Arrays, Doubles
from symdyn.kernels.duals.table import Table, left_out, table

_NONE = np.empty(0)


class Moments(Expectations):
    """V and W of a function in pieces, with point masses at places.

    Raises DomainError unless the square of the function has an expectation.
    """

    table: Table

    def __init__(
        self, pieces: Pieces, parity: int, places: Doubles = _NONE, masses: Doubles = _NONE
    ) -> None:
        require_square_integrable(pieces, (0.0, *pieces.kinks))
        self.pieces = pieces
        self._octaves = FIRST_OCTAVES
        at_zero = (pieces.at_origin(1), pieces.at_origin(-1))
        super().__init__(table(pieces, *FIRST_OCTAVES), parity, places, masses, at_zero)
        require_square_integrable(pieces, self.table.bends)

    def jumps(self) -> tuple[Doubles, Doubles]:
        """Where the function jumps, and by how much."""
        places, sizes = [0.0][:0], [0.0][:0]
        for place in self.table.bends.tolist():
            size = self.pieces.jump(place)
            if size:
                places.append(place)
                sizes.append(size)
        return np.array(places), np.array(sizes)

    def arrays(self, scale: float, far: float, bits: int) -> tuple[Arrays, Doubles]:
        """The pieces as arrays, from the scale to a distance, and where they are not smooth.

        Where a singular place at zero has no end, what is left out is below 2^-bits.
        """
        further = 0
        if (self.table.bends == 0).any():
            further = max(left_out(self.pieces, side, bits) for side in (1, -1))
        self.extend(floor(log2(scale / 4)) - 1 - further, floor(log2(far)) + 1)
        return self.table.arrays, self.table.bends

    def extend(self, lowest: int, highest: int) -> None:
        """Let the table reach from |z| = 2^lowest to 2^highest, at least."""
        wanted = min(lowest, self._octaves[0]), max(highest, self._octaves[1])
        if wanted != self._octaves:
            self.table, self._octaves = table(self.pieces, *wanted), wanted

    def _prepare(self, q: float, finest: float) -> None:
        self.extend(floor(log2(sqrt(q) / 4 * finest)) - 1, self._octaves[1])

    def _reach_of(self, q: float) -> float:
        while (reach := self.table.reach(q)) < 0:
            self.extend(self._octaves[0], self._octaves[1] + 1)
        return reach
