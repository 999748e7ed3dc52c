"""What the compiled loops of an emitted module are made of: flags of operations, and calls.

LLVM marks operations that it may exchange for others that are equal in real numbers only, and
functions in which it may do so. The C library's functions are found by name in the assembly; those
that round correctly (sqrt, fma, floor, fmod, ...) give the same everywhere and are not listed.

Code that comes from the cache has no text; then it is compiled anew, with the options that it was
compiled with, and what was seen is kept on disk.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from symdyn.kernels.loading import digest
from symdyn.numerics.machine import features, platform_key, version_of
from symdyn.proof.cache import cache_folder
from symdyn.proof.entries import key_of, read_entry, write_entry

LOOPS = ("loop", "again")  # what `kernel` calls, and what that calls for odd blocks
LONGEST = 600  # lines of a module that is compiled anew to be looked at
FLAGS = ("fast", "reassoc", "nnan", "ninf", "nsz", "arcp", "contract", "afn")
C_LIBRARY = frozenset(
    "acos acosh asin asinh atan atan2 atanh cbrt cos cosh erf erfc exp exp10 exp2 expm1 hypot "
    "lgamma log log10 log1p log2 numba_gamma pow sin sincos sinh tan tanh tgamma".split()
)

_FLAGGED = re.compile(rf"= (?:\w+ )*?\w+ ((?:(?:{'|'.join(FLAGS)}) )+)")
_UNSAFE = re.compile(r'"([\w-]+-fp-math)"="true"')
_STRING = re.compile(r"^\s*\.(?:asci[iz]|string|file|ident)\b.*$", re.MULTILINE)
_WORD = re.compile(r"(?<![\w.])_?([A-Za-z]\w*)")
_VERSION = "1"  # of what is kept


@dataclass(frozen=True)
class Seen:
    """Flags and calls; `remark` says what could not be looked at."""

    flags: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    remark: str = ""


def look_at(module: ModuleType, text: str) -> Seen:
    """What the loops of a module are made of; they must have been called."""
    key = key_of([_VERSION, digest(text), platform_key(), *features(), version_of("numba")])
    with suppress(ValueError, KeyError, TypeError, OSError):
        kept = read_entry(_folder(), key)
        return Seen(tuple(kept["flags"]), tuple(kept["calls"]))
    found = _seen(module, text)
    if not found.remark:
        with suppress(OSError):
            write_entry(_folder(), key, {"flags": found.flags, "calls": found.calls})
    return found


def flags_in(code: str) -> set[str]:
    """Flags of operations in LLVM's language that let them be exchanged.

    >>> sorted(flags_in("%1 = fmul reassoc nsz double %a, %b"))
    ['nsz', 'reassoc']
    >>> flags_in("%2 = tail call double @llvm.fma.f64(double %a, double %b, double %c)")
    set()
    """
    found = {flag for part in _FLAGGED.findall(code) for flag in part.split()}
    return found | set(_UNSAFE.findall(code))


def calls_in(assembly: str) -> set[str]:
    """Functions of the C library that assembly names, other than those that round correctly.

    >>> calls_in("movabsq $sin, %rax; callq *%rax; vsqrtsd %xmm0, %xmm0, %xmm0")
    {'sin'}
    """
    words = set(_WORD.findall(_STRING.sub("", assembly)))
    return {word for word in words if word in C_LIBRARY or word.startswith("svml")}


def _folder() -> Any:
    return cache_folder() / "compiled"


def _seen(module: ModuleType, text: str) -> Seen:
    flags, calls = set[str](), set[str]()
    is_short = text.count("\n") <= LONGEST
    for code, assembly in _texts(module, is_short):
        if not code:
            return Seen(remark=f"compiled code of a module with more than {LONGEST} lines")
        flags |= flags_in(code)
        calls |= calls_in(assembly)
    return Seen(tuple(sorted(flags)), tuple(sorted(calls)))


def _texts(module: ModuleType, anew: bool) -> Iterator[tuple[str, str]]:
    """Code and assembly of all that was compiled; empty where the cache holds none."""
    for name in LOOPS:
        compiled = getattr(module, name, None)
        for signature in getattr(compiled, "signatures", ()):
            yield _text(compiled, signature, anew)


def _text(compiled: Any, signature: Any, anew: bool) -> tuple[str, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compiled.inspect_llvm(signature)
        if "define " not in code:
            if not anew:
                return "", ""
            compiled = _again(compiled, signature)
            code = compiled.inspect_llvm(signature)
        return code, compiled.inspect_asm(signature)


def _again(compiled: Any, signature: Any) -> Any:
    from numba import njit

    options = {name: value for name, value in compiled.targetoptions.items() if name != "nopython"}
    again = njit(**options)(compiled.py_func)
    again.compile(signature)
    return again
