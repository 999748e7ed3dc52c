"""Text in C, compiled by gcc to a library that a process can load."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from symdyn.errors import UnsupportedError

STRICT = ("-O3", "-march=native")
# -Ofast lets loops call the vector functions of glibc (libmvec), which are within 4 ulp
FAST = ("-Ofast", "-march=native", "-ffast-math")
_SECONDS = 120.0


def compiled(text: str, flags: Sequence[str], folder: Path) -> Path:
    """The library made of a text, in a folder.

    Raises UnsupportedError with what the compiler says, or where it takes too long.
    """
    source, library = folder / "loop.c", folder / "loop.so"
    source.write_text(text, encoding="ascii")
    command = ["gcc", *flags, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, text=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise UnsupportedError(f"gcc takes more than {_SECONDS:g} s") from None
    except OSError as problem:
        raise UnsupportedError(f"gcc cannot be run: {problem.strerror}") from None
    if done.returncode:
        raise UnsupportedError(f"gcc: {_complaint(done.stderr)}")
    return library


def _complaint(told: str) -> str:
    """The first line that tells of an error, without its place."""
    lines = told.splitlines() or ["it failed and says nothing"]
    line = next((line for line in lines if "error" in line), lines[0])
    return line.partition("error: ")[2] or line
