"""Flows of two layers that a law closes to a matrix Riccati equation.

    P' = F P + P F - P P,   P = Q Q^T,   Q = [Q_0; Q_1; ...],   F symmetric

The blocks of Q and F are matrix words in the variables of a flow. A law of the flow, excess =
parameter * I, gives F its parameter. With E = exp(F t), and J the integral of E^2 from 0 to t,

    P(t) = E Q (I + Q^T J Q)^-1 Q^T E,

where neither F nor a block needs an inverse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Symbol

from symdyn.calculus.flows import Flow
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.errors import InputError

Blocks = tuple[tuple[MatrixWord, ...], ...]


@dataclass(frozen=True)
class BalancedRiccati:
    """The equation of P, and the flow behind it; `wanted` is the block that is the result.

    Raises InputError for blocks that do not fit together.
    """

    moves: tuple[tuple[MatrixWord, MatrixWord], ...]
    factors: tuple[MatrixWord, ...]
    drive: Blocks
    excess: MatrixWord
    parameter: Symbol
    wanted: tuple[int, int]

    def __post_init__(self) -> None:
        for i, row in enumerate(self.drive):
            for j, block in enumerate(row):
                if block.shape != (self.factors[i].rows, self.factors[j].rows):
                    raise InputError(f"block {i}, {j} of F is {block}, which does not fit Q")
                if block != self.drive[j][i].T:
                    raise InputError(f"F is not symmetric: {block} and {self.drive[j][i]}")

    @property
    def flow(self) -> Flow:
        """How the layers move."""
        return Flow(dict(self.moves))

    def places(self) -> Iterator[tuple[int, int]]:
        """The numbers of all blocks of P."""
        sizes = range(len(self.factors))
        return ((i, j) for i in sizes for j in sizes)

    def square(self, i: int, j: int) -> MatrixWord:
        """A block of P = Q Q^T."""
        return self.factors[i] * self.factors[j].T

    def rate(self, i: int, j: int) -> MatrixWord:
        """A block of F P + P F - P P."""
        total = 0 * self.square(i, j)
        for k in range(len(self.factors)):
            total = total + self.drive[i][k] * self.square(k, j)
            total = total + self.square(i, k) * self.drive[k][j]
            total = total - self.square(i, k) * self.square(k, j)
        return total

    @property
    def result(self) -> MatrixWord:
        """The block that is wanted, as a word in the variables at that time."""
        return self.square(*self.wanted)

    @property
    def free_symbols(self) -> set[Symbol]:
        """No symbol is free: the law says what the parameter is."""
        words = (*self.factors, *(block for row in self.drive for block in row), self.excess)
        return set[Symbol]().union(*(word.free_symbols for word in words)) - {self.parameter}

    def __str__(self) -> str:
        return f"{self.result} at time t"

    def _latex(self, printer: object) -> str:
        doprint = getattr(printer, "doprint")  # noqa: B009
        return rf"\left({doprint(self.result)}\right)(t)"
