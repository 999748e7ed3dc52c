"""Where a certificate was measured, and whether arithmetic there can be trusted.

A library built with -ffast-math may have switched the processor to flush subnormal numbers to zero.
Then references at the edge of the range are silently wrong: such a process is refused.

Results that rest on the C library's functions depend on it, so stored errors are kept per platform
(machine and C library).
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from symdyn import __version__
from symdyn.errors import ResourceError

LIBRARIES = ("sympy", "mpmath", "python-flint", "numpy", "numba")
FEATURES = ("fma", "avx2", "avx512f", "asimd")


def environment() -> tuple[tuple[str, str], ...]:
    """Names and values: versions, processor, arithmetic.

    >>> dict(environment())["flush to zero"]
    'off'

    Raises ResourceError in a process that flushes subnormal numbers to zero.
    """
    refuse_flush_to_zero()
    return (
        ("symdyn", __version__),
        ("python", platform.python_version()),
        *((library, _version(library)) for library in LIBRARIES),
        ("platform", platform_key()),
        ("features", " ".join(_features()) or "unknown"),
        ("flush to zero", "off"),
    )


def platform_key() -> str:
    """Machine and C library, on which the last bits of results depend."""
    library, number = platform.libc_ver()
    return "-".join([platform.machine(), (library + number) or platform.system().lower()])


def refuse_flush_to_zero() -> None:
    """Raise ResourceError where subnormal numbers are lost, as results or as arguments."""
    lost = [
        kind for kind, kept in (("results", _results_kept()), ("arguments", _read())) if not kept
    ]
    if lost:
        raise ResourceError(
            f"this process flushes subnormal {' and '.join(lost)} to zero, so that errors cannot "
            "be measured; some imported library was built with -ffast-math: certify without it"
        )


def _results_kept() -> bool:
    """Whether half the least normal number is not zero, by its bits: a comparison would read it."""
    halves = np.full(8, np.finfo(np.float64).tiny) * 0.5
    return bool(np.all(halves.view(np.int64) != 0))


def _read() -> bool:
    """Whether subnormal arguments count: 2^-1074 * 2^1000 is not zero."""
    return bool(np.all(np.full(8, 1, np.int64).view(np.float64) * 2.0**1000 != 0.0))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _features() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return [os.environ.get("NUMBA_CPU_NAME", platform.processor())]
    fields = (line.partition(":") for line in lines)
    flags = next((value for key, _, value in fields if key.strip() in ("flags", "Features")), "")
    present = flags.split()
    return [feature for feature in FEATURES if feature in present]
