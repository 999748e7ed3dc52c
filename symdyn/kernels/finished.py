"""Finished kernels: module, certificate and error profile, without what computes them.

They are plain data, and are kept on disk by the digest of all that they depend on: the result and
its domain, the definition that it is measured against, the source of symdyn, the versions of
libraries, the processor. So a kernel is made and measured once on a machine, and never taken over
from a result, or from code, that has changed since.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sympy import srepr

from symdyn.errors import ResourceError
from symdyn.kernels.certify.certificate import Certificate
from symdyn.kernels.certify.environment import environment
from symdyn.kernels.certify.spelling import spelled
from symdyn.kernels.loading import save
from symdyn.kernels.origin import definition_of, results_of
from symdyn.kernels.plain_data import plain, read
from symdyn.kernels.profiles import Profile
from symdyn.proof.cache import cache_folder
from symdyn.proof.entries import key_of, read_entry, source_digest, write_entry
from symdyn.proof.record import Record

_FOLDERS = ("numerics", "calculus", "proof", "kernels")  # whose source decides over kernels


@dataclass(frozen=True)
class FinishedKernel:
    """All that is written and shown of a kernel; `known` is the JSON beside its module."""

    id: str
    name: str
    args: tuple[str, ...]
    source: str
    known: str
    certificate: Certificate
    profile: Profile

    def save(self, directory: str | Path) -> Path:
        """Write the module, and its certificate beside it; returns the module's path."""
        return save(self.name, self.source, json.loads(self.known), directory)


@dataclass(frozen=True)
class Refusal:
    """Why no kernel is made of a result, and the exit status of that kind of failure.

    The status is 0 where none can be expected.
    """

    id: str
    name: str
    reason: str
    exit_status: int


def finished(kernel: Any) -> FinishedKernel:
    """A kernel with its certificate and its profile, measured if they are not yet."""
    certificate = kernel.certificate
    return FinishedKernel(
        id=kernel.id,
        name=kernel.name,
        args=tuple(map(str, kernel.args)),
        source=kernel.source,
        known=json.dumps({**kernel.data(), "certificate": certificate.data()}),
        certificate=certificate,
        profile=kernel.profile,
    )


def key(record: Record, target: float) -> str:
    """Digest of everything that a kernel and its certificate depend on.

    Raises UnsupportedError for results that are no objects of which kernels are made.
    """
    shown = (record.id, record.doc.partition("\n")[0], str(record.verdict), str(record.fixed))
    meant = (spelled(record.result), spelled(record.kernel), spelled(record.conditions))
    return key_of([_code(), repr(target), *shown, *meant, *_definition(record)])


def _definition(record: Record) -> list[str]:
    """What an elementwise kernel is measured against besides."""
    if any(not getattr(argument, "is_Symbol", False) for argument in record.kernel):
        return []
    return [srepr(part) for part in definition_of(record, results_of(record))]


def _code() -> str:
    code = source_digest(_FOLDERS, ("sympy", "mpmath", "python-flint", "numpy", "numba"))
    return f"{code} {environment()}"


def recall(key: str) -> FinishedKernel | Refusal | None:
    """What is kept under a key."""
    data = read_entry(_folder(), key)
    try:
        kind = Refusal if "reason" in data else FinishedKernel
        return read(kind, data)
    except (KeyError, TypeError, ValueError):
        return None


def remember(key: str, found: FinishedKernel | Refusal) -> None:
    """Keep a kernel, or why there is none, unless that was for want of means.

    Where nothing can be written it is made again next time.
    """
    if isinstance(found, FinishedKernel) or found.exit_status != ResourceError.exit_status:
        with suppress(OSError):
            write_entry(_folder(), key, plain(found))


def _folder() -> Path:
    return cache_folder() / "certified"
