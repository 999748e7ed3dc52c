"""Judgements on disk, addressed by everything that they depend on.

The key is a digest of the statement (as exact text), its conditions, the digits and the seed, the
versions of the libraries and the source of the judge itself: a change of any of them is a miss, and
nothing needs to be invalidated. An entry carries its own digest and is verified before use, so a
torn or foreign file is a miss too. Entries are written to a temporary file and renamed: runs at the
same time, or killed half way, leave whole entries or none.

Where the folder cannot be written, judgements are kept in memory, with one warning.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from functools import cache as memoized
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from symdyn.proof.files import write_atomically
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict

_JUDGE = ("numerics", "calculus", "proof")  # folders whose source decides over verdicts


def cache_folder() -> Path:
    """$SYMDYN_CACHE, else $XDG_CACHE_HOME/symdyn, else ~/.cache/symdyn."""
    if place := os.environ.get("SYMDYN_CACHE"):
        return Path(place)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "symdyn"


@memoized
def judge_digest() -> str:
    """Digest of the judge: its source and the versions of what it computes with."""
    digest = sha256()
    package = Path(__file__).resolve().parents[1]
    for folder in _JUDGE:
        for file in sorted((package / folder).rglob("*.py")):
            digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    for library in ("sympy", "mpmath", "python-flint"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


class Cache:
    """Judgements by key; `folder=None` keeps them in memory only."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._memory: dict[str, Judgement] = {}

    def get(self, key: str) -> Judgement | None:
        """The judgement kept under a key, or None; a damaged entry counts as none."""
        if key in self._memory:
            return self._memory[key]
        if self.folder is None:
            return None
        try:
            entry = json.loads(self._file(key).read_text(encoding="utf-8"))
            if entry["digest"] != _digest(key, entry["judgement"]):
                return None
            return from_data(entry["judgement"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, judgement: Judgement) -> None:
        """Keep a judgement; readers see the whole entry or none."""
        self._memory[key] = judgement
        if self.folder is None:
            return
        data = to_data(judgement)
        text = json.dumps({"digest": _digest(key, data), "judgement": data})
        try:
            write_atomically(self._file(key), text)
        except OSError as problem:
            warnings.warn(
                f"the cache {self.folder} cannot be written ({problem.strerror}); "
                "judgements are kept in memory only; set SYMDYN_CACHE to a writable folder",
                stacklevel=2,
            )
            self.folder = None

    def failed_last_time(self, name: str) -> bool:
        """Whether a derivation failed in the run before this one."""
        try:
            return self.folder is not None and name in json.loads(self._failures().read_text())
        except (OSError, ValueError):
            return False

    def remember_failures(self, names: Iterable[str]) -> None:
        """Keep the ids that failed, for the next run with `--failed-first`."""
        if self.folder is None:
            return
        with suppress(OSError):  # a convenience: nothing depends on it
            write_atomically(self._failures(), json.dumps(sorted(names)))

    def _failures(self) -> Path:
        return (self.folder or Path()) / "failed.json"

    def _file(self, key: str) -> Path:
        if self.folder is None:
            raise OSError("no folder")
        return self.folder / key[:2] / f"{key[2:]}.json"


def to_data(judgement: Judgement) -> dict[str, Any]:
    """A judgement as plain data."""
    return {
        "verdict": str(judgement.verdict),
        "evidence": [
            {
                "method": e.method,
                "verdict": str(e.verdict),
                "detail": e.detail,
                "seconds": e.seconds,
                "digits": e.digits,
                "points": e.points,
                "counterexample": vars(e.counterexample) if e.counterexample else None,
            }
            for e in judgement.evidence
        ],
    }


def from_data(data: dict[str, Any]) -> Judgement:
    """The judgement that some plain data describe; raises KeyError or ValueError if they do not."""
    evidence = tuple(
        Evidence(
            method=e["method"],
            verdict=Verdict(e["verdict"]),
            detail=e["detail"],
            seconds=e["seconds"],
            digits=e["digits"],
            points=e["points"],
            counterexample=Counterexample(**e["counterexample"]) if e["counterexample"] else None,
        )
        for e in data["evidence"]
    )
    return Judgement(Verdict(data["verdict"]), evidence)


def _digest(key: str, data: dict[str, Any]) -> str:
    return sha256((key + json.dumps(data, sort_keys=True)).encode()).hexdigest()
