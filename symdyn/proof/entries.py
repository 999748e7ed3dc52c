"""Plain data on disk under a key, each entry verified before it is used.

The key is a digest of everything that the data depend on, so that nothing needs to be invalidated.
An entry carries a digest of itself: what is torn, edited or foreign counts as missing. Entries are
written to a temporary file and renamed, so that runs at the same time, or killed half way, leave
whole entries or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from symdyn.proof.files import write_atomically


@cache
def source_digest(folders: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    """Digest of the source in some folders of symdyn, and of the versions of libraries."""
    digest = sha256()
    package = Path(__file__).resolve().parents[1]
    for folder in folders:
        for file in sorted((package / folder).rglob("*.py")):
            digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    for library in libraries:
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


def key_of(parts: Iterable[str]) -> str:
    """The key of what depends on some texts."""
    return sha256("\n".join(parts).encode()).hexdigest()


def write_entry(folder: Path, key: str, data: Any) -> None:
    """Keep plain data under a key; readers see the whole entry or none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_entry(Path(name), key_of(["x"]), [1, 2])
    ...     read_entry(Path(name), key_of(["x"])), read_entry(Path(name), key_of(["y"]))
    ([1, 2], None)

    Raises OSError where the folder cannot be written.
    """
    text = json.dumps({"digest": _digest(key, data), "data": data})
    write_atomically(_file(folder, key), text)


def read_entry(folder: Path, key: str) -> Any:
    """The data kept under a key, or None; a damaged entry counts as none."""
    try:
        entry = json.loads(_file(folder, key).read_text(encoding="utf-8"))
        return entry["data"] if entry["digest"] == _digest(key, entry["data"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _file(folder: Path, key: str) -> Path:
    return folder / key[:2] / f"{key[2:]}.json"


def _digest(key: str, data: Any) -> str:
    return sha256((key + json.dumps(data, sort_keys=True)).encode()).hexdigest()
