"""Certificates: the measured error of kernels, and how much was looked at."""

from __future__ import annotations

from typing import Any

from symdyn.kernels.certify.certificate import Certificate
from symdyn.kernels.certify.elementwise import certify_elementwise
from symdyn.kernels.certify.exhaustive import Progress, refuse_several
from symdyn.kernels.certify.modules import certify_module
from symdyn.kernels.certify.normwise import certify_normwise
from symdyn.kernels.certify.subjects import code_digest

__all__ = ["Certificate", "certify", "certify_module", "code_digest"]


def certify(
    kernel: Any,
    *,
    points: int | None = None,
    seed: int = 0,
    float32: bool = False,
    progress: Progress | None = None,
) -> Certificate:
    """Measure the error of a kernel against exact values.

    `points` is the number of points drawn (20 000, fewer where a reference value takes long); ends,
    seams and a search come on top. The same seed gives the same certificate. A kernel of arrays
    draws its own points (`normwise` says what it must supply), 2000 unless told. `float32` looks at
    every float32 input of a kernel of one argument besides, which takes up to a minute;
    `progress(done, total, what)` is told how far it is.

    >>> from sympy import Symbol, log
    >>> from symdyn.kernels.kernel import kernel
    >>> x = Symbol("x", positive=True)
    >>> certify(kernel(log(1 + x) / x, x), points=200).meets
    True

    Raises ResourceError in a process that flushes subnormal numbers to zero, DomainError where the
    conditions of the domain refuse every point, InputError for `float32` of a kernel with several
    arguments or with arrays.
    """
    if hasattr(kernel, "draw"):
        if float32:
            refuse_several(kernel)
        return certify_normwise(kernel, points=points, seed=seed)
    return certify_elementwise(kernel, points=points, seed=seed, float32=float32, progress=progress)
