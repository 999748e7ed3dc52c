"""Whether the compiled code of a kernel computes what its text says, operation by operation.

A proof about the text is one about operations of IEEE 754 as they are written. A compiler that was
told to be fast exchanges them: it fuses products and sums, drops terms that are zero in exact
arithmetic, multiplies by reciprocals. So

-   the text runs in plain Python, and the compiled code on arrays whose lengths leave a remainder
    after vectors; at a few hundred points results must have the same bits (any nan is nan)
-   no operation of the compiled loops may carry a flag that lets it be exchanged
-   what they call of the C library is listed, and must be named by the text

Points are looked at, not all inputs; flags and calls are those of all the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.compiled_code import look_at
from symdyn.kernels.certify.plain_code import in_plain_python
from symdyn.kernels.emission import module_text
from symdyn.kernels.loading import load
from symdyn.numerics.doubles import Doubles

SHORT = 3  # elements of arrays that are shorter than vectors
_ALSO = {"numba_gamma": ("gamma",), "pow": ("cbrt",), "sincos": ("sin", "cos")}


@dataclass(frozen=True)
class MachineCode:
    """What was found: at how many points results differ, flags, and calls of the C library.

    `unnamed` are calls that the text does not name. Where nothing was looked at `remark` says why.
    """

    points: int
    mismatches: int = 0
    first: tuple[str, ...] = ()  # the first point at which results differ
    flags: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    remark: str = ""

    @property
    def agrees(self) -> bool | None:
        """Whether nothing differs; None where nothing was looked at."""
        if not self.points:
            return None
        return not (self.mismatches or self.flags or self.unnamed)

    def __str__(self) -> str:
        """What is wrong; nothing where all agrees."""
        told: list[str] = []
        if self.mismatches:
            told.append(f"differs from its text at {self.mismatches} of {self.points} points")
        if self.flags:
            told.append(f"has the flags {', '.join(self.flags)}")
        if self.unnamed:
            told.append(f"calls {', '.join(self.unnamed)}, which its text does not name")
        return f"machine code {' and '.join(told)}" if told else ""

    def rows(self) -> list[tuple[str, str]]:
        """Names and values for a table that people read."""
        if not self.points:
            return [("machine code", f"not compared with its text: {self.remark}")]
        same = f"{self.points - self.mismatches} of {self.points} points as its text in Python"
        shown = [("machine code", same)]
        shown += [("differs at", ", ".join(self.first))] if self.first else []
        shown += [("flags", ", ".join(self.flags) or "none")]
        shown += [("calls", ", ".join(self.calls) or "none")]
        return shown + ([("not looked at", self.remark)] if self.remark else [])


def machine_code(kernel: Any, points: Doubles) -> MachineCode:
    """Compare the compiled code of a kernel with its text at points of shape (n, arguments).

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.kernel import kernel
    >>> x = Symbol("x")
    >>> found = machine_code(kernel(exp(x), x, domain={x: (0, 1)}), np.array([[0.0], [0.3]]))
    >>> found.points, found.mismatches, found.flags, found.calls
    (5, 0, (), ())
    """
    places = _with_special(points)
    try:
        expected = _results(in_plain_python(kernel.source), places)
    except UnsupportedError as problem:
        return MachineCode(0, remark=str(problem))
    except (ArithmeticError, LookupError, NameError, TypeError, ValueError) as problem:
        return MachineCode(0, remark=f"its text fails in plain Python: {problem!r}")
    wrong = np.zeros(len(places), bool)
    for part in _parts(len(places)):
        found = _results(kernel, places[part])
        for value, right in zip(found, expected, strict=True):
            wrong[part] |= ~_same_bits(value, right[part])
    code = _code(kernel)
    where, seen = np.flatnonzero(wrong), look_at(load(code), code)
    return MachineCode(
        points=len(places),
        mismatches=len(where),
        first=tuple(float(x).hex() for x in places[where[0]]) if len(where) else (),
        flags=seen.flags,
        calls=seen.calls,
        unnamed=tuple(name for name in seen.calls if not _is_named(name, kernel.source)),
        remark=seen.remark,
    )


def _code(kernel: Any) -> str:
    """The text of the module that runs: that of a kernel has another docstring than its source."""
    return module_text(kernel.plan) if hasattr(kernel, "plan") else kernel.source


def _is_named(call: str, source: str) -> bool:
    """Whether the text asks for a function of the C library."""
    names = "|".join((call, *_ALSO.get(call, ())))
    return re.search(rf"\b(?:math|np)\.(?:{names})\(", source) is not None


def _with_special(points: Doubles) -> Doubles:
    """The points, and those at which every argument is nan or infinite."""
    special = [np.full((1, points.shape[1]), x) for x in (np.nan, np.inf, -np.inf)]
    return np.concatenate([points, *special])


def _parts(count: int) -> Iterator[slice]:
    """All points, all but one, and a few at a time: vectors with and without a remainder."""
    yield slice(0, count)
    yield slice(1, count)
    for start in range(0, count, SHORT):
        yield slice(start, start + SHORT)


def _results(function: Callable[..., Any], points: Doubles) -> list[np.ndarray]:
    with np.errstate(all="ignore"):
        found = function(*(np.ascontiguousarray(column) for column in points.T))
    return [np.asarray(value) for value in (found if isinstance(found, tuple) else (found,))]


def _same_bits(found: np.ndarray, right: np.ndarray) -> np.ndarray:
    if found.dtype != right.dtype:
        return np.zeros(len(found), bool)
    whole = np.int64 if found.dtype == np.float64 else np.int32
    same = np.ascontiguousarray(found).view(whole) == np.ascontiguousarray(right).view(whole)
    return same | (np.isnan(found) & np.isnan(right))
