"""What users would write instead of a kernel: the formula as it stands, by other tools.

Each rival turns expressions and arguments into a function of arrays; one whose tool is not
installed, or cannot do the formula, says so. Symbols are renamed before any code is made of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import sympy as sp
from numba import njit
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError

ArrayFunction = Callable[..., tuple[np.ndarray, ...]]
Make = Callable[[Sequence[Expr], Sequence[Symbol]], ArrayFunction]


@dataclass(frozen=True)
class Rival:
    """A tool: its name, the module that it needs, and how it makes a function."""

    name: str
    module: str
    make: Make

    def function(self, results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
        """A function of arrays of one length; it gives an array for each result.

        Raises UnsupportedError with the reason where there is none.
        """
        if find_spec(self.module) is None:
            raise UnsupportedError(f"{self.module} is not installed")
        names = {symbol: Symbol(f"x{k}", real=True) for k, symbol in enumerate(args)}
        try:
            made = self.make([expr.xreplace(names) for expr in results], list(names.values()))
            _tried(made, len(args), len(results))
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


def _by_element(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """sympy.lambdify with math, in a loop of Python; what it raises becomes nan."""
    plain = sp.lambdify(args, list(results), modules="math", cse=True)

    def one(*point: float) -> Sequence[float]:
        try:
            return plain(*point)
        except (ArithmeticError, ValueError):
            return [math.nan] * len(results)

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        rows = [one(*point) for point in zip(*(c.tolist() for c in columns), strict=True)]
        return tuple(np.array(rows, np.float64).T)

    return call


def _by_numpy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    return _whole_arrays(sp.lambdify(args, list(results), modules="numpy", cse=True))


def _by_scipy(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    return _whole_arrays(sp.lambdify(args, list(results), modules=["scipy", "numpy"], cse=True))


def _whole_arrays(function: Callable[..., Any]) -> ArrayFunction:
    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        with np.errstate(all="ignore"):
            found = function(*columns)
        return tuple(np.broadcast_to(value, columns[0].shape) for value in found)

    return call


def _by_numba(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """The formula from sympy.lambdify, compiled, in a compiled loop."""
    cores = [sp.lambdify(args, expr, modules="math", cse=True) for expr in results]
    loops = [_loop(_compiled(core), len(args)) for core in cores]
    return lambda *columns: tuple(loop(*columns) for loop in loops)


def _loop(core: Callable[..., float], count: int) -> Callable[..., np.ndarray]:
    """A compiled loop over columns; the text has no names but these."""
    names = [f"a{k}" for k in range(count)]
    text = (
        f"def loop({', '.join(names)}):\n    out = np.empty(a0.shape[0])\n"
        "    for i in range(a0.shape[0]):\n"
        f"        out[i] = core({', '.join(f'{name}[i]' for name in names)})\n    return out\n"
    )
    space: dict[str, Any] = {"np": np, "core": core}
    exec(text, space)
    return _compiled(space["loop"])


def _compiled(function: Callable[..., Any]) -> Any:
    return njit(error_model="numpy")(function)


def _by_jax(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    import jax  # pyright: ignore[reportMissingImports]

    jax.config.update("jax_enable_x64", True)
    compiled = jax.jit(sp.lambdify(args, list(results), modules="jax", cse=True))

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        found = [np.asarray(value) for value in compiled(*columns)]
        return tuple(np.broadcast_to(value, columns[0].shape) for value in found)

    return call


RIVALS: tuple[Rival, ...] = (
    Rival("sympy.lambdify, math", "sympy", _by_element),
    Rival("sympy.lambdify, numpy", "numpy", _by_numpy),
    Rival("sympy.lambdify, scipy", "scipy", _by_scipy),
    Rival("textbook in Numba", "numba", _by_numba),
    Rival("jax.jit", "jax", _by_jax),
)
