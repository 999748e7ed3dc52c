"""Formulas compiled while Python runs: by Numba, JAX and heyoka."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import sympy as sp
from numba import njit
from sympy import Expr, Symbol

from symdyn.kernels.bench.rivals.rival import ArrayFunction, whole_arrays


def by_numba(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
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


def by_jax(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """The formula from sympy.lambdify, by XLA in doubles, on the processor and in one thread."""
    with _one_thread_of_xla():
        import jax  # pyright: ignore[reportMissingImports]

        processor = jax.local_devices(backend="cpu")[0]
    compiled = jax.jit(sp.lambdify(args, list(results), modules="jax", cse=True))

    def call(*columns: np.ndarray) -> list[np.ndarray]:
        with jax.enable_x64(True), jax.default_device(processor):
            return [np.asarray(value) for value in compiled(*columns)]

    return whole_arrays(call)


@contextmanager
def _one_thread_of_xla() -> Iterator[None]:
    """XLA reads its flags when it is first used, and never again."""
    before = os.environ.get("XLA_FLAGS")
    os.environ["XLA_FLAGS"] = f"{before or ''} --xla_cpu_multi_thread_eigen=false".strip()
    try:
        yield
    finally:
        if before is None:
            del os.environ["XLA_FLAGS"]
        else:
            os.environ["XLA_FLAGS"] = before


def by_heyoka(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """heyoka's compiled function, vector code by SLEEF."""
    return _heyoka(results, args, fast_math=False)


def by_loose_heyoka(results: Sequence[Expr], args: Sequence[Symbol]) -> ArrayFunction:
    """The same where arithmetic may be reordered."""
    return _heyoka(results, args, fast_math=True)


def _heyoka(results: Sequence[Expr], args: Sequence[Symbol], *, fast_math: bool) -> ArrayFunction:
    """heyoka takes the arguments as rows of one array, which several have to be put into."""
    import heyoka  # pyright: ignore[reportMissingImports]

    formulas = [heyoka.from_sympy(_in_doubles(expr)) for expr in results]
    variables = [heyoka.expression(symbol.name) for symbol in args]
    compiled = heyoka.cfunc(formulas, variables, fast_math=fast_math)

    def call(*columns: np.ndarray) -> tuple[np.ndarray, ...]:
        rows = columns[0][np.newaxis] if len(columns) == 1 else np.stack(columns)
        return tuple(compiled(rows))

    return call


def _in_doubles(expr: Expr) -> Expr:
    """heyoka reads fractions of powers of 2 only, and no constants but pi."""
    numbers = expr.atoms(sp.Rational, sp.NumberSymbol) - {sp.pi}
    return expr.xreplace({n: sp.Float(n, precision=53) for n in numbers if not n.is_Integer})
