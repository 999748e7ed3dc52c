"""A tool that makes functions of arrays from expressions.

One whose tool is not installed, or cannot do the formula, says so. Symbols are renamed before any
code is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import which
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError

ArrayFunction = Callable[..., tuple[np.ndarray, ...]]
Make = Callable[[Sequence[Expr], Sequence[Symbol]], ArrayFunction]


@dataclass(frozen=True)
class Rival:
    """A tool: its name, the module and the program that it needs, and how it makes a function.

    One that does not compute the formula, and so has no error, only moves arrays.
    """

    name: str
    module: str
    make: Make
    program: str = ""
    computes: bool = True

    def function(self, results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
        """A function of arrays of one length; it gives an array for each result.

        Raises UnsupportedError with the reason where there is none.
        """
        if find_spec(self.module) is None:
            raise UnsupportedError(f"{self.module} is not installed")
        if self.program and which(self.program) is None:
            raise UnsupportedError(f"{self.program} is not installed")
        names = {symbol: Symbol(f"x{k}", real=True) for k, symbol in enumerate(args)}
        try:
            made = self.make([expr.xreplace(names) for expr in results], list(names.values()))
            _tried(made, len(args), len(results))
        except UnsupportedError:
            raise
        except Exception as problem:  # whatever a foreign tool raises
            reason = next(iter(str(problem).splitlines()), "")
            raise UnsupportedError(f"{type(problem).__name__}: {reason[:90]}") from None
        return made


def _tried(made: ArrayFunction, arguments: int, results: int) -> None:
    """Call once, since many tools find only then what they cannot do."""
    with np.errstate(all="ignore"):
        found = made(*[np.array([0.5, 0.25])] * arguments)
    for value in found:
        if np.shape(value) != (2,) or np.asarray(value).dtype.kind not in "fiu":
            raise TypeError("the results are no arrays of real numbers")
    if len(found) != results:
        raise TypeError(f"{len(found)} results where there are {results}")


def whole_arrays(function: Callable[..., Any]) -> ArrayFunction:
    """A function of whole arrays, of which constants fill their column."""

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        with np.errstate(all="ignore"):
            found = function(*columns)
        return tuple(np.broadcast_to(value, columns[0].shape) for value in found)

    return call
