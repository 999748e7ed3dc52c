"""Certificates: the measured error of kernels, and how much was looked at."""

from __future__ import annotations

from typing import Any

from symdyn.kernels.certify.certificate import Certificate
from symdyn.kernels.certify.elementwise import certify_elementwise, code_digest

__all__ = ["Certificate", "certify", "code_digest"]


def certify(kernel: Any, *, points: int | None = None, seed: int = 0) -> Certificate:
    """Measure the error of a kernel against exact values.

    `points` is the number of points drawn (20 000, fewer where a reference value takes long); ends,
    seams and a search come on top. The same seed gives the same certificate.

    Raises ResourceError in a process that flushes subnormal numbers to zero, DomainError where the
    conditions of the domain refuse every point.
    """
    return certify_elementwise(kernel, points=points, seed=seed)
