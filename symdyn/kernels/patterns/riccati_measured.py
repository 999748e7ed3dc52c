"""What the certificate of a kernel of a balanced matrix Riccati flow needs: points, exact values.

Errors are relative to the norm of P, of which the result is a block, so that a result which passes
through 0 is measured by the weights behind it. References are the solution in closed form on balls;
and, as the definition, the flow of the layers, followed in high precision from the same weights,
which are balanced exactly. What is allowed beside the target goes with the condition number: near a
saddle, where roundings of the weights grow, no result can be better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import Expr

from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.kernels.patterns.riccati_exact import (
    STEP_BITS,
    Matrices,
    condition,
    followed,
    norm,
    solution,
    word_at,
)

Arrays = tuple[np.ndarray, ...]
LARGEST_SIZE, LONGEST = 4, 10.0  # of matrices and times that are drawn
MANY = 24  # units of a layer
LONG = 100.0  # a time at which everything has settled
SMALLEST_WEIGHT = 1e-6
BITS = 64  # steps in which an excess is drawn
MIXED = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2.0
ALLOWED = 8.0  # units of 2^-53 for each unit of the condition number


class RiccatiMeasured:
    """A kernel of such a flow, as `certify_normwise` asks for it."""

    result: BalancedRiccati
    args: tuple[Any, ...]

    def draw(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]:
        """Points at which the error is measured: balanced weights, large and small ones."""
        return [self._drawn(rng) for _ in range(count)]

    def edges(self) -> Sequence[Arrays]:
        """The start, a time at which all has settled, and layers with many units."""
        rng = np.random.default_rng(1)
        points = [self._drawn(rng) for _ in range(3)]
        ends = [(np.array(time), *layers) for time in (0.0, LONG) for _, *layers in points]
        return [*ends, self._drawn(rng, dict.fromkeys(self._sides()[1:], MANY))]

    def _drawn(self, rng: np.random.Generator, many: Mapping[Expr, int] | None = None) -> Arrays:
        sizes = {side: int(rng.integers(1, LARGEST_SIZE + 1)) for side in self._sides()}
        sizes |= many or {}
        _, *matrices = self.args
        free = [m for m in matrices if m not in self._moving]
        scale = 10.0 ** rng.uniform(math.log10(SMALLEST_WEIGHT), 0.5)
        arrays = {m: rng.normal(size=_shape(m, sizes)) for m in free}
        arrays |= balanced(self.result, sizes, scale, rng)
        longest = 1.0 if many else LONGEST
        return (np.array(longest * rng.random() ** 2), *(arrays[m] for m in matrices))

    def fits(self, point: Arrays) -> bool:
        """Whether the weights of a point are balanced, so that the kernel takes them."""
        try:
            self(*point)  # type: ignore[operator]
        except ValueError:
            return False
        return True

    def reference(self, point: Arrays, bits: int) -> Sequence[arb] | None:
        """The block of E Q (I + Q^T J Q)^-1 Q^T E in balls."""
        found = solution(self.result, self._values(point), _ball(point[0]))
        return None if found is None else found[0].entries()

    def norm(self, point: Arrays, exact: Sequence[arb]) -> arb:
        """The norm of P."""
        found = solution(self.result, self._values(point), _ball(point[0]))
        return arb(0) if found is None else norm(found[1])

    def definition_at(self, point: Arrays, bits: int) -> Sequence[arb] | None:
        """The block after following the layers."""
        values, time = self._values(point), _ball(point[0])
        with ctx.workprec(max(bits, STEP_BITS)):
            layers = followed(self.result, values, time)
            return word_at(self.result.result, {**values, **layers}).entries()

    def allowed(self, point: Arrays) -> float:
        """The error that is allowed: the target, and as much as roundings of arguments may make."""
        target = getattr(self, "target", None)
        return math.inf if target is None else target + ALLOWED * self.condition(point)

    @property
    def allowance(self) -> str:
        """What is allowed beside the target, in words."""
        return f"{ALLOWED:g} times the condition number more"

    def condition(self, point: Arrays) -> float:
        """How much P changes, as a share of it, with arguments that change by a share of theirs."""
        return condition(self.result, self._values(point), _ball(point[0]))

    @property
    def _moving(self) -> set[MatrixWord]:
        return {layer for layer, _ in self.result.moves}

    def _sides(self) -> list[Expr]:
        sides = {side for m in self.args[1:] for side in m.shape}
        return sorted((side for side in sides if not side.is_Integer), key=str)

    def _values(self, point: Arrays) -> Matrices:
        pairs = zip(self.args[1:], point[1:], strict=True)
        return {matrix: arb_mat(np.asarray(value, np.float64).tolist()) for matrix, value in pairs}


def balanced(
    result: BalancedRiccati, sizes: Mapping[Expr, int], scale: float, rng: np.random.Generator
) -> dict[MatrixWord, np.ndarray]:
    """Two layers whose squares differ by a multiple of the identity, exactly so in doubles.

    inner = R p V, outer = U q R^T with few bits, and q^2 - p^2 the same for all hidden units; of
    more units than inputs or outputs, some have p = 0 or q = 0.
    """
    (inner, _), (outer, _) = result.moves
    (hidden, inputs), (outputs, _) = _shape(inner, sizes), _shape(outer, sizes)
    unit = 2.0 ** round(math.log2(scale))
    excess = float(rng.integers(-BITS, BITS + 1)) / BITS
    if hidden > max(inputs, outputs):
        excess = 0.0
    elif hidden > min(inputs, outputs):
        excess = abs(excess) if hidden > inputs else -abs(excess)
        excess = float(np.sign(excess))  # a root that is known
    total = 2.0 ** rng.integers(-3, 2, hidden)  # q + p, if q > p
    p, q = (total - excess / total) / 2, (total + excess / total) / 2
    idle = np.arange(hidden) >= min(inputs, outputs)
    p[idle], q[idle] = max(-excess, 0.0) ** 0.5, max(excess, 0.0) ** 0.5
    turn, below, above = (_orthogonal(n, rng) for n in (hidden, inputs, outputs))
    return {
        inner: unit * turn @ _rectangle(p, hidden, inputs) @ below,
        outer: unit * above @ _rectangle(q, outputs, hidden) @ turn.T,
    }


def _orthogonal(size: int, rng: np.random.Generator) -> np.ndarray:
    """Axes turned and exchanged; of four, all mixed: what is exact in doubles."""
    found = np.diag(rng.choice([-1.0, 1.0], size))[rng.permutation(size)]
    if size == len(MIXED):
        found = MIXED @ found
    return found


def _rectangle(diagonal: np.ndarray, rows: int, columns: int) -> np.ndarray:
    found = np.zeros((rows, columns))
    for k in range(min(rows, columns)):
        found[k, k] = diagonal[k]
    return found


def _shape(matrix: MatrixWord, sizes: Mapping[Expr, int]) -> tuple[int, int]:
    return tuple(int(side.subs(sizes)) for side in matrix.shape)  # type: ignore[return-value]


def _ball(time: np.ndarray) -> arb:
    return arb(float(time))
