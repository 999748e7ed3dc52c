"""Stored certificates: a measured error may only improve.

One JSON file a kernel, with one certificate for each platform on which it was measured. A kernel
that is made anew is held against the certificate of the present platform: its errors at the worst
inputs on record, and a full certificate with the seed on record, may exceed what is on record by
1/20 of a unit at most.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from symdyn.errors import InputError
from symdyn.kernels.certify.certificate import Certificate, Worst
from symdyn.kernels.certify.elementwise import certify_elementwise
from symdyn.kernels.certify.measuring import Meter
from symdyn.kernels.certify.normwise import certify_normwise, normwise_error
from symdyn.numerics.machine import platform_key
from symdyn.proof.files import write_atomically

TOLERANCE = 0.05  # units


def stored(file: Path) -> dict[str, Certificate]:
    """Certificates by platform; none where there is no file."""
    if not file.exists():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        raise InputError(f"{file} is not JSON: {problem}") from None
    return {platform: Certificate.from_data(data) for platform, data in found.items()}


def keep(file: Path, certificate: Certificate) -> None:
    """Write a certificate for the present platform, beside those of others."""
    kept: Mapping[str, Certificate] = stored(file) | {platform_key(): certificate}
    data: dict[str, Any] = {name: kept[name].data() for name in sorted(kept)}
    write_atomically(file, json.dumps(data, indent=1) + "\n")


def worsened(kernel: Any, before: Certificate) -> tuple[str, ...]:
    """What is worse about a kernel than a certificate of it says; nothing is ().

    Each entry is a sentence with both errors.
    """
    return (*_at_worst_inputs(kernel, before), *_overall(kernel, before))


def _at_worst_inputs(kernel: Any, before: Certificate) -> list[str]:
    errors = _errors(kernel, before.worst)
    return [
        f"{kernel.name} at {before.place(k)}: {error:.4g} {before.unit}, "
        f"on record {worst.error:.4g}"
        for k, (worst, error) in enumerate(zip(before.worst, errors, strict=True))
        if _exceeds(error, worst.error)
    ]


def _errors(kernel: Any, worst: Sequence[Worst]) -> list[float]:
    if hasattr(kernel, "draw"):
        return [normwise_error(kernel, kernel.reference, one.arrays) for one in worst]
    points = np.array([one.arguments for one in worst])
    return Meter(kernel)(points).tolist() if worst else []


def _overall(kernel: Any, before: Certificate) -> list[str]:
    certified = certify_normwise if hasattr(kernel, "draw") else certify_elementwise
    now = certified(kernel, points=before.asked, seed=before.seed)
    if not _exceeds(now.error, before.error):
        return []
    return [
        f"{kernel.name}: at most {now.error:.4g} {now.unit}, on record {before.error:.4g}; worst "
        f"at {now.place()}"
    ]


def _exceeds(now: float, before: float) -> bool:
    """Whether an error is worse: what is no longer decided is."""
    if math.isnan(now) or math.isnan(before):
        return math.isnan(now) and not math.isnan(before)
    return now > before + TOLERANCE
