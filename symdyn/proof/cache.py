"""Judgements on disk, addressed by everything that they depend on.

The key is a digest of the statement (as exact text), its conditions, the digits and the seed, the
versions of the libraries and the source of the judge itself: a change of any of them is a miss, and
nothing needs to be invalidated. Entries are verified before use.

Where the folder cannot be written, judgements are kept in memory, with one warning.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from symdyn.proof.entries import read_entry, source_digest, write_entry
from symdyn.proof.files import write_atomically
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict

_JUDGE = ("numerics", "calculus", "proof")  # folders whose source decides over verdicts


def cache_folder() -> Path:
    """$SYMDYN_CACHE, else $XDG_CACHE_HOME/symdyn, else ~/.cache/symdyn."""
    if place := os.environ.get("SYMDYN_CACHE"):
        return Path(place)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "symdyn"


def judge_digest() -> str:
    """Digest of the judge: its source and the versions of what it computes with."""
    return source_digest(_JUDGE, ("sympy", "mpmath", "python-flint"))


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
            return from_data(read_entry(self.folder, key))
        except (ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, judgement: Judgement) -> None:
        """Keep a judgement; readers see the whole entry or none."""
        self._memory[key] = judgement
        if self.folder is None:
            return
        try:
            write_entry(self.folder, key, to_data(judgement))
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
