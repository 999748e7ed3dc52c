"""A mask: the few inputs at which a kernel is computed again in far arithmetic.

Doubles reach from 2^-1074 to 2^1024, and products of ordinary arguments never leave that; those of
extreme ones do, and then a formula loses everything though its value may be an ordinary number. A
point is odd, for a mask of size s, if its arguments are finite and

    an argument is neither 0 nor between 2^-s and 2^s in size, or
    no argument is 0, and a result is not between 2^-1000 and 2^1000 in size, or
    a result is no number.

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
LEAST, MOST = 2.0**-1000, 2.0**1000


@dataclass(frozen=True)
class Mask:
    """The size of arguments within which a program does, and the program for the others."""

    size: int
    program: Program

    def odd(self, points: Doubles, results: Sequence[Any]) -> Any:
        """Which points of shape (n, arguments) are odd, given the ordinary results there.

        >>> from symdyn.kernels.graph import Program
        >>> mask = Mask(100, Program((), (), ()))
        >>> mask.odd(np.array([[1.0], [1e200], [0.0]]), [np.array([1.0, 1.0, 0.0])]).tolist()
        [False, True, False]
        """
        return odd(self.size, points, results)


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


def odd(size: int, points: Doubles, results: Sequence[Any]) -> Any:
    """Which points are odd for a mask of a size."""
    sizes = np.abs(points)
    finite, nonzero = np.isfinite(points).all(axis=1), (sizes > 0).all(axis=1)
    far = ((sizes < 2.0**-size) & (sizes > 0)) | (sizes > 2.0**size)
    values = np.abs(np.stack([np.asarray(values, np.float64) for values in results], axis=1))
    off = ~((values >= LEAST) & (values <= MOST)).all(axis=1)
    return finite & (far.any(axis=1) | (nonzero & off) | np.isnan(values).any(axis=1))


def odd_text(size: int, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    """The same test as an expression of source text.

    >>> odd_text(1, ["x0"], ["y0"]).count("abs(x0)")
    4
    """
    finite = " & ".join(f"(abs({x}) < np.inf)" for x in inputs)
    far = " | ".join(
        f"((abs({x}) < {2.0**-size!r}) & ({x} != 0.0)) | (abs({x}) > {2.0**size!r})" for x in inputs
    )
    off = " | ".join(f"(not ((abs({y}) >= {LEAST!r}) & (abs({y}) <= {MOST!r})))" for y in outputs)
    nonzero = " & ".join(f"({x} != 0.0)" for x in inputs)
    undefined = " | ".join(f"({y} != {y})" for y in outputs)
    return f"{finite} & ({far} | ({nonzero} & ({off})) | {undefined})"
