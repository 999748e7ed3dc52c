"""Branches: each side of a `select` in the form that is best where it is taken, and new branches.

A rule may say  f = where(a > 0, g, f),  so one side is the very class that holds the select. The
best form of a side is looked for at the points that take it. Where the best single form loses many
digits at some points, another form is looked for there, and a threshold of one input tells them
apart:

    f = where(x < 1, form that is good below, form that is good above)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from sympy import Rational

from symdyn.kernels.rewrite.exact import Flags, Floats
from symdyn.kernels.rewrite.extraction import Extraction, Term, bits_lost

DEPTH = 2  # of branches within branches
POOR = 8.0  # an error, in units of 2^-53, for which another form is looked for
WORTH = 0.5  # bits that a new branch must save


def branched(extraction: Extraction, k: int) -> Term:
    """Best term of a class, its sides refined, split in two where that saves digits."""
    whole = _Refinement(extraction, DEPTH).of(extraction.term(k))
    poor = whole.error > POOR
    if not poor.any() or poor.all() or whole.op in ("input", "const"):
        return whole
    other = extraction.restricted(poor).term(k)
    split = _best_split(extraction, whole.error, other.error, k)
    return whole if split is None else _divided(extraction, k, split, whole)


@dataclass
class _Refinement:
    """Terms whose branches are looked for where they are taken; each term is done once."""

    extraction: Extraction
    depth: int
    done: dict[Term, Term] = field(default_factory=dict)

    def of(self, term: Term) -> Term:
        if term not in self.done:
            self.done[term] = self._new(term) if self.depth else term
        return self.done[term]

    def _new(self, term: Term) -> Term:
        args = [self.of(arg) for arg in term.args]
        if term.op == "select":
            taken = self.extraction.truth(args[0].place)
            args = [args[0], self._side(taken, term.args[1]), self._side(~taken, term.args[2])]
        elif all(new is old for new, old in zip(args, term.args, strict=True)):
            return term
        return self.extraction.applied(term.op, args, term.place)

    def _side(self, mask: Flags, side: Term) -> Term:
        """The best term of a side, where that side is taken."""
        if not mask.any():
            return side
        here = self.extraction.restricted(mask)
        return _Refinement(here, self.depth - 1).of(here.term(side.place))


@dataclass(frozen=True)
class _Split:
    """Points below a threshold of an input."""

    variable: int
    threshold: float
    below: Flags


def _best_split(extraction: Extraction, one: Floats, two: Floats, k: int) -> _Split | None:
    """Where to change between two forms, if that is worth a branch."""
    counted = extraction.number(k).in_range
    best, least = None, bits_lost(one[counted]) - WORTH
    for split in _splits(extraction):
        for first, second in ((one, two), (two, one)):
            lost = bits_lost(np.where(split.below, first, second)[counted])
            if lost < least - 1e-9:
                best, least = split, lost
    return best


def _splits(extraction: Extraction) -> Iterator[_Split]:
    rows = np.array(extraction.graph.points.rows)
    for variable in range(rows.shape[1]):
        column = rows[:, variable]
        ordered = np.unique(column)
        for low, high in pairwise(ordered):
            threshold = _between(float(low), float(high))
            yield _Split(variable, threshold, column < threshold)


def _between(low: float, high: float) -> float:
    """A simple number above `low`, at most `high`: zero, or a power of two if there is one."""
    if low < 0 <= high:
        return 0.0
    if high < 0:
        power = -(2.0 ** np.floor(np.log2(-high)))
        return float(power) if low < power <= high else high
    power = 2.0 ** np.floor(np.log2(high))
    return float(power) if low < power <= high else high


def _divided(extraction: Extraction, k: int, split: _Split, whole: Term) -> Term:
    """Both forms behind a comparison, if that is better than one."""
    graph = extraction.graph
    variable = graph.add("input", value=split.variable)
    condition = graph.add("lt", variable, graph.constant(Rational(split.threshold)))
    below = extraction.restricted(split.below).term(k)
    above = extraction.restricted(~split.below).term(k)
    term = extraction.applied("select", [extraction.fresh(condition), below, above], k)
    counted = extraction.number(k).in_range
    saved = bits_lost(whole.error[counted]) - bits_lost(term.error[counted])
    return term if saved > WORTH else whole
