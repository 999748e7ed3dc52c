"""Where a certificate was measured, and whether arithmetic there can be trusted.

In a process that flushes subnormal numbers to zero references at the edge of the range are silently
wrong: it is refused.

Results that rest on the C library's functions depend on it, so stored errors are kept per platform
(machine and C library).
"""

from __future__ import annotations

import platform

from symdyn import __version__
from symdyn.errors import ResourceError
from symdyn.numerics.machine import features, lost_subnormals, platform_key, version_of

LIBRARIES = ("sympy", "mpmath", "python-flint", "numpy", "numba")


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
        *((library, version_of(library)) for library in LIBRARIES),
        ("platform", platform_key()),
        ("features", " ".join(features()) or "unknown"),
        ("flush to zero", "off"),
    )


def refuse_flush_to_zero() -> None:
    """Raise ResourceError where subnormal numbers are lost, as results or as arguments."""
    lost = lost_subnormals()
    if lost:
        raise ResourceError(
            f"this process flushes subnormal {' and '.join(lost)} to zero, so that errors cannot "
            "be measured; some imported library was built with -ffast-math: certify without it"
        )
