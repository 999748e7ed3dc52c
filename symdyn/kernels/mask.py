"""A mask: the few inputs at which a kernel is computed again in far arithmetic.

Doubles reach from 2^-1074 to 2^1024, and products of ordinary arguments never leave that; those of
extreme ones do, and then a formula loses everything though its value may be an ordinary number. A
point is odd, for a mask of size s, if its arguments are finite and

    an argument is neither 0 nor between 2^-s and 2^s in size, or
    a result is not ordinary in size, and all arguments are within reach, or
    a result is no number (for masks to which that matters).

The reach is where results of that kind were seen to be wrong, and somewhat more: exp(-x) is rightly
0 for large x. Of several arguments it is everything, since samples do not tell how far it goes, and
then results beyond 2^800 or 2^-800 are not ordinary, since factors of a result reach further; of
one, those beyond 2^1000 or 2^-1000.
What is not odd keeps the value that the ordinary program gives, in vector code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdyn.kernels.graph import Graph, Program
from symdyn.numerics.doubles import Doubles

SIZES = (300, 100, 40)  # of masks that are tried, widest first
MARGIN = 2.0  # between where a result was seen to be wrong and the end of the reach

Reach = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Odd:
    """Which points are odd: the size, and the sizes of each argument within reach (if any are).

    >>> odd = Odd(100, reach=((1.0, 8.0),))
    >>> odd(np.array([[2.0], [1e200], [9.0]]), [np.array([0.0, 1.0, 0.0])]).tolist()
    [True, True, False]
    """

    size: int
    reach: Reach = ()
    undefined: bool = False

    def __call__(self, points: Doubles, results: Sequence[Any]) -> Any:
        """Truth values for points of shape (n, arguments), given the ordinary results there."""
        sizes = np.abs(points)
        values = np.abs(np.stack([np.asarray(one, np.float64) for one in results], axis=1))
        odd = _far(self.size, sizes)
        if self.reach:
            odd = odd | (_off(values, points.shape[1]) & _within(self.reach, sizes))
        if self.undefined:
            odd = odd | np.isnan(values).any(axis=1)
        return np.isfinite(points).all(axis=1) & odd

    def text(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The same test as an expression of source text.

        >>> Odd(1).text(["x0"], ["y0"])
        '(abs(x0) < np.inf) & (((abs(x0) < 0.5) & (x0 != 0.0)) | (abs(x0) > 2.0))'
        """
        least, most = 2.0**-self.size, 2.0**self.size
        tests = [f"((abs({x}) < {least!r}) & ({x} != 0.0)) | (abs({x}) > {most!r})" for x in inputs]
        if self.reach:
            near = " & ".join(
                f"(abs({x}) >= {low!r}) & (abs({x}) <= {high!r})" if high < np.inf else "True"
                for x, (low, high) in zip(inputs, self.reach, strict=True)
            )
            low, high = ordinary(len(inputs))
            off = " | ".join(
                f"(not ((abs({y}) >= {low!r}) & (abs({y}) <= {high!r})))" for y in outputs
            )
            tests.append(f"(({off}) & {near})")
        if self.undefined:
            tests += [f"({y} != {y})" for y in outputs]
        finite = " & ".join(f"(abs({x}) < np.inf)" for x in inputs)
        return f"{finite} & ({' | '.join(tests)})"

    @staticmethod
    def of(size: int, points: Doubles, results: Sequence[Any], wrong: Any) -> Odd:
        """The test that finds all wrong points of some size, and as few others as may be."""
        sizes = np.abs(points)
        values = np.abs(np.stack([np.asarray(one, np.float64) for one in results], axis=1))
        missed = wrong & ~_far(size, sizes)
        undefined = bool(np.isnan(values[missed]).any())
        reached = sizes[missed & _off(values, points.shape[1]) & ~np.isnan(values).any(axis=1)]
        if not len(reached):
            return Odd(size, (), undefined)
        if points.shape[1] > 1:
            return Odd(size, ((0.0, np.inf),) * points.shape[1], undefined)
        right = sizes[_off(values, 1) & ~wrong]
        end = right.min(initial=np.inf, where=right > reached.max())
        low, high = reached.min() / MARGIN, min(reached.max() * MARGIN, end)
        return Odd(size, ((float(low), float(high)),), undefined)


@dataclass(frozen=True)
class Mask:
    """Which inputs are odd, and the program that far arithmetic computes there."""

    odd: Odd
    program: Program


def ordinary(arguments: int) -> tuple[float, float]:
    """Between which sizes results are ordinary.

    >>> ordinary(1) == (2.0**-1000, 2.0**1000)
    True
    """
    size = 1000 if arguments == 1 else 800
    return 2.0**-size, 2.0**size


def _far(size: int, sizes: Doubles) -> Any:
    return (((sizes < 2.0**-size) & (sizes > 0)) | (sizes > 2.0**size)).any(axis=1)


def _off(values: Doubles, arguments: int) -> Any:
    least, most = ordinary(arguments)
    return ~((values >= least) & (values <= most)).all(axis=1)


def _within(reach: Reach, sizes: Doubles) -> Any:
    low, high = np.array(reach).T
    return ((sizes >= low) & (sizes <= high)).all(axis=1)


def otherwise(first: Program, second: Program) -> Program:
    """The program that gives the values of the first, and of the second where that has none.

    >>> from sympy import Symbol
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> otherwise(build(x / x, [x]), build(x, [x])).count("select")
    1
    """
    if first == second:
        return first
    graph = Graph(first.inputs)
    inputs = tuple(range(len(first.inputs)))
    pairs = zip(graph.include(first, inputs), graph.include(second, inputs), strict=True)
    return graph.program([graph.add("select", graph.add("eq", a, a), a, b) for a, b in pairs])
