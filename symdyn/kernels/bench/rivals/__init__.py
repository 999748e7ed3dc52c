"""What users would write instead of a kernel: the formula as it stands, by other tools.

    rival          a tool: its name, what it needs, and how it makes a function of arrays
    memory         copying, which nothing that reads and writes arrays can beat
    interpreted    sympy.lambdify with the functions of math, NumPy and SciPy
    just_in_time   Numba, JAX and heyoka
    c_text         the formula in C, by SymPy's printer
    c_library      the same, compiled
    c_process      the same, called in a process of its own; c_child is what runs there

All take arrays of doubles from NumPy and give such arrays, new ones at every call, as kernels do.
"""

from __future__ import annotations

from symdyn.kernels.bench.rivals.c_library import FAST, STRICT
from symdyn.kernels.bench.rivals.c_process import by_c
from symdyn.kernels.bench.rivals.interpreted import by_element, by_numpy, by_scipy
from symdyn.kernels.bench.rivals.just_in_time import by_heyoka, by_jax, by_loose_heyoka, by_numba
from symdyn.kernels.bench.rivals.memory import by_copy, by_copyto
from symdyn.kernels.bench.rivals.rival import ArrayFunction, Rival

__all__ = ["PEERS", "RIVALS", "ArrayFunction", "Rival"]

RIVALS: tuple[Rival, ...] = (
    Rival("sympy.lambdify, math", "sympy", by_element),
    Rival("sympy.lambdify, numpy", "numpy", by_numpy),
    Rival("sympy.lambdify, scipy", "scipy", by_scipy),
    Rival("textbook in Numba", "numba", by_numba),
    Rival("jax.jit", "jax", by_jax),
)

PEERS: tuple[Rival, ...] = (
    Rival("np.copyto", "numpy", by_copyto, computes=False),
    Rival("ndarray.copy", "numpy", by_copy, computes=False),
    *RIVALS,
    Rival("heyoka.cfunc", "heyoka", by_heyoka),
    Rival("heyoka.cfunc, fast_math", "heyoka", by_loose_heyoka),
    Rival("C, gcc -O3", "numpy", by_c(STRICT), program="gcc"),
    Rival("C, gcc -Ofast, libmvec", "numpy", by_c(FAST), program="gcc"),
)
