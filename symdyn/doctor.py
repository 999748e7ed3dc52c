"""What `symdyn doctor` finds: versions, processor features, arithmetic, the cache.

Wrong results often come from the surroundings: another library may have switched the processor to
flush subnormal numbers to zero, and then references at the edge of the range are silently wrong.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from symdyn import __version__

_LIBRARIES = ("sympy", "mpmath", "python-flint", "numpy", "numba", "rich", "gmpy2")
_FEATURES = ("fma", "avx2", "avx512f", "asimd")


def findings() -> list[tuple[str, str]]:
    """Names and values, in the order in which they are printed.

    >>> dict(findings())["flush to zero"]
    'off'
    """
    return [
        ("symdyn", __version__),
        ("python", f"{platform.python_version()} ({platform.machine()})"),
        *((library, _version(library)) for library in _LIBRARIES),
        ("processor", _processor()),
        ("features", ", ".join(_features()) or "unknown"),
        ("cores", str(os.cpu_count() or "unknown")),
        ("flush to zero", "off" if _keeps_subnormals() else "ON: subnormal results are lost"),
        ("cache", _cache()),
    ]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _cpuinfo(*keys: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    fields = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in fields if key.strip() in keys), "")


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or "unknown"


def _features() -> list[str]:
    present = _cpuinfo("flags", "Features").split()
    return [feature for feature in _FEATURES if feature in present]


def _keeps_subnormals() -> bool:
    return sys.float_info.min / 2 > 0.0 and sys.float_info.min * 0.5 > 0.0


def _cache() -> str:
    from symdyn.proof.cache import cache_folder

    folder = cache_folder()
    place = next(place for place in (folder, *folder.parents) if place.exists())
    state = "" if os.access(place, os.W_OK) else " (cannot be written: memory only)"
    return f"{folder}{state}"
