"""Compiled C called in a process of its own, which times itself.

A library made with -ffast-math switches the process that loads it to flush subnormal numbers to
zero (its start-up code does), and so would ruin the references that errors are measured against.
Arrays go there and come back as files, outside of what is timed.

The process and its temporary folder end with the contestant: when it is closed, when nobody holds
it any more, or when Python ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.bench.rivals.c_library import compiled
from symdyn.kernels.bench.rivals.c_text import c_text

_PROGRAM = Path(__file__).with_name("c_child.py")


def by_c(flags: Sequence[str]) -> Callable[[Sequence[Expr], Sequence[Symbol]], CProcess]:
    """How to make the function with some flags of the compiler."""
    return lambda results, args: CProcess(results, args, flags)


class CProcess:
    """A function of arrays that another process computes."""

    def __init__(
        self, results: Sequence[Expr], args: Sequence[Symbol], flags: Sequence[str]
    ) -> None:
        text = c_text(results, args)
        self.results: int = len(results)
        self.folder: Path = Path(tempfile.mkdtemp(prefix="symdyn-bench-"))
        self._there: tuple[Any, ...] = ()  # the columns that the process holds
        self.process: subprocess.Popen[bytes] | None = None
        try:
            self.process = _started(compiled(text, flags, self.folder), len(args), self.results)
        finally:
            self._end = weakref.finalize(self, _ended, self.process, self.folder)
            if self.process is None:
                self._end()

    def __call__(self, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
        """The results, fetched from there."""
        self._take(columns)
        files = [self.folder / f"y{k}.npy" for k in range(self.results)]
        self._ask(give=[str(file) for file in files])
        found = tuple(np.load(file) for file in files)
        for file in files:
            file.unlink()
        return found

    def timed(self, arguments: Sequence[Any], repeats: int) -> float:
        """Seconds of a call, without the way there and back."""
        if not _same(self._there, arguments):
            self._take(arguments)
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        return float(self._ask(time=repeats, cores=cores)["seconds"]) / repeats

    def close(self) -> None:
        """End the process and remove its folder."""
        self._end()

    def _take(self, columns: Sequence[Any]) -> None:
        self._there = ()
        files = [self.folder / f"x{k}.npy" for k in range(len(columns))]
        for file, column in zip(files, columns, strict=True):
            np.save(file, np.asarray(column, np.float64))
        self._ask(take=[str(file) for file in files])
        for file in files:
            file.unlink()
        self._there = tuple(columns)

    def _ask(self, **request: Any) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises UnsupportedError where the process has ended.
        """
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise UnsupportedError("its process was not started")
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except (OSError, ValueError):  # nobody reads, or the pipe is closed
            answer = b""
        if not answer.endswith(b"\n"):
            process.kill()
            raise UnsupportedError(f"its process ended with status {process.wait()}")
        return json.loads(answer)


def _started(library: Path, arguments: int, results: int) -> subprocess.Popen[bytes]:
    """The process, in a group of its own: an interrupt from the keyboard is for us to handle."""
    words = [sys.executable, "-P", str(_PROGRAM), str(library), str(arguments), str(results)]
    return subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def _ended(process: subprocess.Popen[bytes] | None, folder: Path) -> None:
    if process is not None:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was written last has no reader any more
                    pipe.close()
    rmtree(folder, ignore_errors=True)


def _same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(
        one is other for one, other in zip(some, others, strict=True)
    )
