"""Source text of a module that computes a Gaussian expectation: symdyn's own code, with its data.

The code is the text of the files that symdyn runs itself, without what they import from one
another. The data are the pieces of the function as far as doubles reach, or as far as there are
not too many: compressed bytes, those of one weight together.
"""

from __future__ import annotations

import ast
from base64 import b85encode
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from pathlib import Path
from zlib import compress

import numpy as np
from flint import arb

from symdyn.errors import UnsupportedError
from symdyn.kernels.duals.calling import ExpectationFunction
from symdyn.kernels.duals.expectations import LEAST_REACH, Table
from symdyn.kernels.duals.pieces import Pieces
from symdyn.kernels.duals.table import table
from symdyn.kernels.emission import docstring
from symdyn.kernels.loading import digest

FILES = (
    "sums",
    "polynomials",
    "arguments",
    "correlation_table",
    "expectations",
    "calling",
)
LOWEST = -600  # below the root of every double, by 2^-60 for sqrt(1 - c^2)
HIGHEST, LEAST_HIGHEST = 514, 4  # above the root of every double; variances up to 2 at least
MANY_PIECES = 1000  # more than one for each octave: a module is a text
LARGE = 140  # 2^LARGE, where a function that is finite has not overflowed yet
CHUNK = 96  # letters in a line

UNPACKED = '''
def unpacked(text, kind, shape):
    """An array from compressed bytes."""
    planes = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8)
    return planes.reshape(8, -1).T.copy().view(kind).reshape(shape)
'''

ENDING = """
ARRAYS = (
    {low},
    {high},
    np.ascontiguousarray({coefficients}.T),
    {main},
    {at_zero},
    {top},
)
TABLE = Table(ARRAYS, {bends}, {far!r}, {ends}, {largest})
EXPECTATIONS = Expectations(TABLE, {parity}, np.empty(0), np.empty(0), {origin})
kernel = ExpectationFunction(
    {name!r}, {names!r}, {kind!r}, {variance}, {correlation},
    {ranges}, {scale!r}, {powers!r}, EXPECTATIONS,
)
"""


def largest_variance(table: Table) -> float:
    """For larger ones a table is too short; infinite where none is."""
    far = table.far / (LEAST_REACH + 0.8)
    return inf if far >= 2.0**510 else far * far


def expectation_text(function: ExpectationFunction, notes: Sequence[str]) -> str:
    """The text of the module that computes what a function of arrays does."""
    code = f"{_code()}\n\n{_data(function)}"
    return f"{docstring([*notes, f'Digest of the code: {digest(code)}'])}\n\n{code}"


def _data(function: ExpectationFunction) -> str:
    rest = function.expectations
    table = rest.table
    low, high, coefficients, main, at_zero, top = table.arrays
    ending = ENDING.format(
        low=_packed(low),
        high=_packed(high),
        coefficients=_packed(coefficients.T),
        main=main,
        at_zero=_packed(at_zero),
        top=top,
        bends=_packed(table.bends),
        far=table.far,
        ends=_packed(table.ends),
        largest=_packed(table.largest),
        parity=rest.parity,
        origin=_floats(rest.at_zero),
        name=function.name,
        names=function.names,
        kind=function.kind,
        variance=function.variance_at,
        correlation=function.correlation_at,
        ranges="(" + "".join(f"{_floats(part)}, " for part in function.ranges) + ")",
        scale=function.scale,
        powers=function.powers,
    )
    return f"{UNPACKED.lstrip()}\n{ending}"


@lru_cache(maxsize=16)
def whole_table(pieces: Pieces) -> Table:
    """The table as far as doubles reach; less far where there would be too many pieces.

    Raises UnsupportedError where there are too many close by.
    """
    finite, count, octave = _is_finite(pieces), 0, 0
    while octave < HIGHEST and count <= MANY_PIECES:
        try:
            found = [*pieces.octave(1, octave), *pieces.octave(-1, octave)]
        except UnsupportedError:
            break
        if finite and not all(np.isfinite(panel.coefficients).all() for panel in found):
            break
        count, octave = count + len(found) - 2, octave + 1
    if octave < LEAST_HIGHEST:
        raise UnsupportedError(f"{pieces.f} varies too fast for a table within a module")
    return table(pieces, LOWEST, octave)


def _is_finite(pieces: Pieces) -> bool:
    """Whether the function is finite far out, so that infinite pieces farther out are none."""
    return all(abs(pieces.values(arb(end))) < inf for end in (-(2.0**LARGE), 2.0**LARGE))


def _packed(array: np.ndarray) -> str:
    flat = np.ascontiguousarray(array)
    planes = np.ascontiguousarray(flat.reshape(-1).view(np.uint8).reshape(-1, 8).T)
    text = b85encode(compress(planes.tobytes(), 9)).decode()
    lines = [f'"{text[k : k + CHUNK]}"' for k in range(0, len(text), CHUNK)]
    shown = "\n        ".join(lines)
    return f"unpacked(\n        {shown},\n        np.{flat.dtype.name}, {flat.shape!r},\n    )"


def _floats(values: Sequence[float]) -> str:
    shown = (f"float({str(x)!r})" if x != x or abs(x) == inf else repr(float(x)) for x in values)
    return f"({', '.join(shown)})"


@lru_cache(maxsize=1)
def _code() -> str:
    """The files, one after the other, with the imports from elsewhere before them."""
    imports: dict[str, None] = {}
    bodies = []
    for name in FILES:
        text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        nodes = ast.parse(text).body
        for node in nodes:
            own = isinstance(node, ast.ImportFrom) and str(node.module).startswith("symdyn")
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            if isinstance(node, (ast.Import, ast.ImportFrom)) and not own and not future:
                imports[ast.unparse(node)] = None
        last = max(n.end_lineno or 0 for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom)))
        bodies.append("\n".join(text.splitlines()[last:]).strip("\n"))
    first = "from __future__ import annotations\n\nimport base64\nimport zlib"
    return "\n\n\n".join([f"{first}\n" + "\n".join(sorted(imports)), *bodies]) + "\n"
