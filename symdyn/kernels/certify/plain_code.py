"""The text of an emitted module run by Python itself: the operations as they are written.

Nothing is compiled: `njit` leaves functions as they are, and the intrinsics have exact stand-ins.
Numbers are NumPy's doubles, whose operations are those of IEEE 754; fma is computed in integers and
rounded once.

Only text that symdyn wrote is run: its docstring ends with the digest of the code. Nothing can be
imported there, and of Python's own functions only those are in reach that emitted modules use.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from symdyn.errors import UnsupportedError
from symdyn.kernels.loading import digest

_DIGEST = re.compile(r"Digest of the code: ([0-9a-f]{64})\n\"\"\"\n\n", re.ASCII)
_WORD = 1 << 64


def in_plain_python(source: str) -> Callable[..., Any]:
    """The function `kernel` of a module, in plain Python.

    >>> from sympy import Symbol, sqrt
    >>> from symdyn.kernels.kernel import kernel
    >>> x = Symbol("x", nonnegative=True)
    >>> in_plain_python(kernel(sqrt(x + 1), x).source)(3.0)
    np.float64(2.0)

    Raises UnsupportedError for text that is not what symdyn wrote.
    """
    found = _DIGEST.search(source)
    if found is None or digest(source[found.end() :].removesuffix("\n")) != found[1]:
        raise UnsupportedError("the text is not as symdyn wrote it; emit the kernel again")
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    names: dict[str, Any] = {**_NAMES, "__builtins__": _BUILTINS}
    tree = ast.fix_missing_locations(_Doubles().visit(tree))
    exec(compile(tree, "<emitted module>", "exec"), names)
    return names["kernel"]


class _Doubles(ast.NodeTransformer):
    """Literals as NumPy's doubles: division by a zero of Python's raises."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, float):
            return node
        return ast.Call(ast.Name("float", ast.Load()), [node], [])


def fma(x: Any, y: Any, z: Any) -> np.float64:
    """x*y + z, rounded once.

    >>> float(fma(0.1, 10.0, -1.0))
    5.551115123125783e-17
    """
    x, y, z = float(x), float(y), float(z)
    if not (math.isfinite(x) and math.isfinite(y)):
        return np.float64(x) * np.float64(y) + np.float64(z)
    if not math.isfinite(z):
        return np.float64(z)
    (a, m), (b, n), (c, k) = _whole(x), _whole(y), _whole(z)
    least = min(m + n, k)
    total = (a * b << (m + n - least)) + (c << (k - least))
    if not total:  # the sign of a zero: that of the sum of zeros, or plus where numbers cancel
        return np.float64(x * y + z) if x == 0.0 or y == 0.0 else np.float64(0.0)
    try:
        return np.float64(total / (1 << -least) if least < 0 else float(total << least))
    except OverflowError:
        return np.float64(math.inf if total > 0 else -math.inf)


def _whole(x: float) -> tuple[int, int]:
    """An integer and the power of two to multiply it with."""
    mantissa, exponent = math.frexp(x)
    return int(mantissa * 2.0**53), exponent - 53


def bits(x: Any) -> int:
    """The bits of a double as an integer."""
    return struct.unpack("<q", struct.pack("<d", float(x)))[0]


def double(n: int) -> np.float64:
    """The double with the given bits."""
    return np.float64(struct.unpack("<d", struct.pack("<Q", int(n) % _WORD))[0])


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """One of two numbers, of the type of the first."""
    kind = type(yes)
    value = yes if condition else no
    return value if isinstance(value, kind) and kind is not float else _kind(kind)(value)


def _kind(kind: type) -> type:
    return np.float64 if kind is float else kind


def _integer(x: Any) -> int:
    """Towards zero; what no 64-bit integer holds is the least one, as processors have it."""
    if isinstance(x, (int, np.integer)):
        return int(x)
    return int(x) if abs(x) < 2.0**63 else -(2**63)


def _total(function: Callable[..., Any]) -> Callable[..., np.float64]:
    """A function of Python's that gives nan and infinity where it would raise."""

    def value(*arguments: Any) -> np.float64:
        try:
            return np.float64(function(*arguments))
        except ValueError:
            return np.float64(math.nan)
        except OverflowError:
            return np.float64(math.inf)

    return value


def _compiled(name: str) -> Callable[[Any], Any]:
    """A function of which Python has a version of its own, as compiled code calls it."""

    @lru_cache(maxsize=1)
    def function() -> Callable[[float], float]:
        from numba import njit

        own = getattr(math, name)
        return njit(lambda x: own(x))

    return lambda x: np.float64(function()(float(x)))


class _NumPy:
    """NumPy, where the sign of a zero is that zero, as in compiled code."""

    sign = staticmethod(lambda x: x if x == 0.0 or x != x else np.copysign(1.0, x))

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _nothing() -> None:
    """What changes the code that is made, and no value."""


def _unchanged(*_: Any, **__: Any) -> Callable[[Any], Any]:
    return lambda function: function


_INTRINSICS = {"fma": fma, "bits": bits, "double": double, "choose": choose, "widest": _nothing}

_MATH = {
    **{name: _total(f) for name, f in vars(math).items() if callable(f) and name[0] != "_"},
    "prod": math.prod,
    "sqrt": np.sqrt,
    "copysign": np.copysign,
    "gamma": _compiled("gamma"),
    "lgamma": _compiled("lgamma"),
}

_NAMES: dict[str, Any] = {
    "__name__": "emitted",
    "math": SimpleNamespace(**_MATH, pi=math.pi, inf=math.inf, nan=math.nan, e=math.e),
    "np": _NumPy(),
    "njit": _unchanged,
    "prange": range,
    "intrinsic": lambda function: _INTRINSICS[function.__name__],
}

_PLAIN = (abs, all, any, bool, enumerate, len, list, max, min, range, str, tuple, zip)
_BUILTINS: dict[str, Any] = {part.__name__: part for part in (*_PLAIN, getattr, type)} | {
    "float": np.float64,
    "int": _integer,
    "RuntimeError": RuntimeError,
    "TypeError": TypeError,
    "ValueError": ValueError,
}
