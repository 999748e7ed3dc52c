"""Balanced matrix Riccati flows in balls: the solution, the layers, and condition numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import Expr

from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.calculus.words.derivatives import named
from symdyn.calculus.words.evaluation import Arithmetic, products
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.errors import UnsupportedError
from symdyn.numerics.extrapolation import change_of_length, extrapolated

Matrices = Mapping[MatrixWord, arb_mat]
COLUMNS, TOLERANCE = 12, 2.0**-75  # of steps in high precision
ENOUGH = 2.0**-70  # what steps of the definition are taken to be known to
STEP_BITS = 150
FIRST_BITS, MOST_BITS = 256, 8192  # of what is computed for condition numbers
NUDGE = 2.0**-120  # of an argument, for condition numbers
KNOWN = 0.01  # share of a change to which it is to be known


def condition(result: BalancedRiccati, values: Matrices, time: arb) -> float:
    """How much P changes, as a share of it, with arguments that change by a share of theirs."""
    bits = FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            found = _condition(result, values, time)
        if found < math.inf:
            return found
        bits *= 2
    return math.inf


def solution(
    result: BalancedRiccati, values: Matrices, time: arb
) -> tuple[arb_mat, arb_mat] | None:
    """The block that is wanted, and P; None for a time that is not in the domain."""
    if not (time >= 0 and time.is_finite()):
        return None
    excess = word_at(result.excess, values)
    number = sum((excess[i, i] for i in range(excess.nrows())), arb(0)) / excess.nrows()
    factors = [word_at(factor, values) for factor in result.factors]
    sizes = [factor.nrows() for factor in factors]
    given = {result.parameter: number}
    drive = _joined(
        [
            [word_at(block, values, given, size) for block, size in zip(row, sizes, strict=True)]
            for row in result.drive
        ]
    )
    start = _joined([[factor] for factor in factors])
    growth = _joined([[2 * drive, _identity(sum(sizes))], [0 * drive, 0 * drive]]) * time
    integral = _part(growth.exp(), 0, sum(sizes), sum(sizes), 2 * sum(sizes))
    moved = (drive * time).exp() * start
    inside = _identity(start.ncols()) + start.transpose() * integral * start
    try:
        whole = moved * inside.solve(moved.transpose())
    except ZeroDivisionError:  # not yet decided
        whole = moved * moved.transpose() * arb("nan")
    ends = np.cumsum([0, *sizes])
    i, j = result.wanted
    return _part(whole, ends[i], ends[i + 1], ends[j], ends[j + 1]), whole


def _condition(result: BalancedRiccati, values: Matrices, time: arb) -> float:
    """The sum over the arguments; infinite where the precision in force does not tell."""
    found = solution(result, values, time)
    if found is None or time == 0:
        return 1.0
    rng, total = np.random.default_rng(0), 0.0
    for moved in [(values, time * (1 + arb(NUDGE))), *_nudged(values, time, rng)]:
        other = solution(result, *moved)
        if other is None:
            return math.inf
        change = norm(other[1] - found[1]) / (norm(found[1]) * arb(NUDGE))
        if not (change.is_finite() and float(change.rad()) <= KNOWN * (1 + float(change.mid()))):
            return math.inf
        total += float(change.mid())
    return total


def _nudged(
    values: Matrices, time: arb, rng: np.random.Generator
) -> Iterator[tuple[Matrices, arb]]:
    """One matrix after the other, moved in a direction of its own."""
    for matrix, value in values.items():
        turned = rng.normal(size=(value.nrows(), value.ncols()))
        share = arb(NUDGE * size_of(value))
        nudge = arb_mat((turned / np.linalg.norm(turned)).tolist()) * share
        yield {**values, matrix: value + nudge}, time


def followed(result: BalancedRiccati, values: Matrices, end: arb) -> Matrices:
    """The layers after a time, by steps in high precision."""
    given = {named(m): value for m, value in values.items()}
    moves = {named(layer): word for layer, word in result.moves}
    state = {letter: given[letter] for letter in moves}

    def velocity(layers: Any) -> Mapping[Letter, arb_mat]:
        at = {**given, **layers}
        return {letter: _evaluated(word, at) for letter, word in moves.items()}

    now, length = arb(0), end
    while now < end:
        length = length.min(end - now).mid()
        reached, error = extrapolated(velocity, state, length, columns=COLUMNS, size=size_of)
        if error <= TOLERANCE:
            now, state = now + length, {m: v.mid() for m, v in reached.items()}
        length = length * arb(change_of_length(error, TOLERANCE, COLUMNS))
    return {layer: _with_radius(state[named(layer)]) for layer, _ in result.moves}


def _with_radius(matrix: arb_mat) -> arb_mat:
    radius = arb(0, ENOUGH * size_of(matrix))
    rows = range(matrix.nrows()), range(matrix.ncols())
    return arb_mat([[matrix[i, j] + radius for j in rows[1]] for i in rows[0]])


_IN_BALLS = Arithmetic(
    lambda a, b: a * b,
    lambda m: m.transpose(),
    lambda m: sum((m[i, i] for i in range(m.nrows())), arb(0)),
    lambda n: _identity(n),
)


def word_at(
    word: MatrixWord, values: Matrices, numbers: Mapping[Expr, arb] | None = None, size: int = 0
) -> arb_mat:
    """A word at matrices of balls; the identity has the given size."""
    given = {named(variable): value for variable, value in values.items()}
    return _evaluated(word, given, numbers, size)


def _evaluated(
    word: MatrixWord,
    given: Mapping[Letter, arb_mat],
    numbers: Mapping[Expr, arb] | None = None,
    size: int = 0,
) -> arb_mat:
    total: Any = None
    for coefficient, product in products(word, given, _IN_BALLS, size):
        term = product * _number(coefficient, numbers or {})
        total = term if total is None else total + term
    if total is None:
        raise UnsupportedError("a block that is 0 has no size here")
    return total


def _number(coefficient: Expr, numbers: Mapping[Expr, arb]) -> arb:
    for symbol, value in numbers.items():
        if coefficient.has(symbol):
            return _number(coefficient / symbol, {}) * value
    return arb(int(coefficient.p)) / int(coefficient.q)  # type: ignore[attr-defined]


def _joined(blocks: Sequence[Sequence[arb_mat]]) -> arb_mat:
    rows: list[list[arb]] = []
    for row in blocks:
        for i in range(row[0].nrows()):
            rows.append([block[i, j] for block in row for j in range(block.ncols())])
    return arb_mat(rows)


def _part(matrix: arb_mat, top: int, bottom: int, left: int, right: int) -> arb_mat:
    return arb_mat([[matrix[i, j] for j in range(left, right)] for i in range(top, bottom)])


def _identity(size: int) -> arb_mat:
    return arb_mat([[arb(i == j) for j in range(size)] for i in range(size)])


def norm(matrix: arb_mat) -> arb:
    return sum((cell * cell for cell in matrix.entries()), arb(0)).sqrt()


def size_of(matrix: arb_mat) -> float:
    return float(norm(matrix.mid()))
