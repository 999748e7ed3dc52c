"""The machine and the libraries that numbers are computed with.

A library built with -ffast-math may have switched the processor to flush subnormal numbers to zero,
for the whole process. Then what is computed at the edge of the range is silently wrong.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

FEATURES = ("fma", "avx2", "avx512f", "asimd")  # that change how fast kernels are


def version_of(library: str) -> str:
    """The version of an installed library."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def processor() -> str:
    """The name of the processor."""
    return _cpuinfo("model name") or platform.processor() or "unknown"


def features() -> tuple[str, ...]:
    """Those of FEATURES that the processor has; none where the system does not tell."""
    present = _cpuinfo("flags", "Features").split()
    return tuple(feature for feature in FEATURES if feature in present)


def platform_key() -> str:
    """Machine and C library, on which the last bits of results depend."""
    library, number = platform.libc_ver()
    return "-".join([platform.machine(), (library + number) or platform.system().lower()])


def lost_subnormals() -> tuple[str, ...]:
    """Where this process takes subnormal numbers for zero.

    >>> lost_subnormals()
    ()
    """
    kept = {"results": _results_kept(), "arguments": _arguments_kept()}
    return tuple(kind for kind, all_kept in kept.items() if not all_kept)


def _results_kept() -> bool:
    """Whether half the least normal number is not zero, by its bits: a comparison would read it."""
    halves = np.full(8, np.finfo(np.float64).tiny) * 0.5
    return bool(np.all(halves.view(np.int64) != 0))


def _arguments_kept() -> bool:
    """Whether subnormal arguments count: 2^-1074 * 2^1000 is not zero."""
    return bool(np.all(np.full(8, 1, np.int64).view(np.float64) * 2.0**1000 != 0.0))


def _cpuinfo(*keys: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    fields = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in fields if key.strip() in keys), "")
