"""What `symdyn doctor` finds: versions, processor features, arithmetic, the cache.

Wrong results often come from the surroundings, and so do slow ones.
"""

from __future__ import annotations

import os
import platform

from symdyn import __version__
from symdyn.numerics.machine import features, lost_subnormals, processor, version_of
from symdyn.proof.cache import cache_folder

_LIBRARIES = ("sympy", "mpmath", "python-flint", "numpy", "numba", "rich", "gmpy2")


def findings() -> list[tuple[str, str]]:
    """Names and values, in the order in which they are printed.

    >>> dict(findings())["flush to zero"]
    'off'
    """
    return [
        ("symdyn", __version__),
        ("python", f"{platform.python_version()} ({platform.machine()})"),
        *((library, version_of(library)) for library in _LIBRARIES),
        ("processor", processor()),
        ("features", ", ".join(features()) or "unknown"),
        ("cores", str(os.cpu_count() or "unknown")),
        ("flush to zero", _arithmetic()),
        ("cache", _cache()),
    ]


def _arithmetic() -> str:
    lost = " and ".join(lost_subnormals())
    return f"ON: subnormal {lost} are lost" if lost else "off"


def _cache() -> str:
    folder = cache_folder()
    place = next(place for place in (folder, *folder.parents) if place.exists())
    state = "" if os.access(place, os.W_OK) else " (cannot be written: memory only)"
    return f"{folder}{state}"
