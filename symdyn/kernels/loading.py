"""Emitted modules on disk: written whole, found by content, checked before they are imported.

The name of a file carries the digest of its text. A file with another text (torn, edited, foreign)
is written again. Processes that emit the same kernel at the same time write the
same bytes, each by way of a temporary file, so either one may win; one that is killed leaves the
old file, or none. Numba keeps machine code beside the file.

Where the folder cannot be written a private temporary folder serves until the process ends.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from symdyn.errors import ResourceError
from symdyn.proof.cache import cache_folder
from symdyn.proof.files import write_atomically
from symdyn.proof.importing import import_file

PREFIX = "symdyn_kernel_"


def digest(text: str) -> str:
    """Digest of the text of a module.

    >>> len(digest("x = 1"))
    64
    """
    return sha256(text.encode()).hexdigest()


def load(text: str, folder: Path | None = None) -> ModuleType:
    """The module with the given text, imported at most once a process."""
    name = PREFIX + digest(text)[:24]
    if name in sys.modules:
        return sys.modules[name]
    return import_file(stored(text, folder), name)


def stored(text: str, folder: Path | None = None) -> Path:
    """The file that holds a text, written if it is missing or differs."""
    file = (folder or cache_folder() / "kernels") / f"{PREFIX}{digest(text)[:24]}.py"
    if _holds(file, text):
        return file
    try:
        write_atomically(file, text)
    except OSError as problem:
        warnings.warn(
            f"kernels cannot be kept in {file.parent} ({problem.strerror}); they are kept until "
            "this process ends; set SYMDYN_CACHE to a writable folder",
            stacklevel=2,
        )
        file = _temporary_folder() / file.name
        write_atomically(file, text)
    if not _holds(file, text):
        raise ResourceError(f"{file} does not hold what was just written to it; check the disk")
    return file


def save(name: str, source: str, known: Mapping[str, Any], directory: str | Path) -> Path:
    """Write a module, and beside it as JSON what is known of it; returns the module's path."""
    file = Path(directory) / f"{name}.py"
    try:
        write_atomically(file, source)
        write_atomically(file.with_suffix(".json"), json.dumps(known, indent=2) + "\n")
    except OSError as problem:
        raise ResourceError(f"{file} cannot be written: {problem.strerror}") from None
    return file


def _holds(file: Path, text: str) -> bool:
    try:
        return file.read_bytes() == text.encode()
    except OSError:
        return False


@lru_cache(maxsize=1)
def _temporary_folder() -> Path:
    keeper = tempfile.TemporaryDirectory(prefix="symdyn-kernels-", ignore_cleanup_errors=True)
    _KEPT.append(keeper)  # removed when the interpreter ends
    return Path(keeper.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
