"""One self-contained module for a program: it imports numpy and numba, and nothing else.

    docstring    formula, domain, where it comes from, how it is known, what its error is
    runtime      fma and the pair functions that the core calls, and no others
    scalar       the core, usable within other compiled functions; under a mask it chooses between
                 the ordinary and the careful core; beside it may be one for the interior of the
                 domain
    loop, kernel the core at every element of arrays

Text of a user (names, formulas) stands in the docstring alone, escaped; code has generated names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.arithmetic.definitions import required
from symdyn.kernels.backends import far
from symdyn.kernels.backends.numba import Printed, printed
from symdyn.kernels.graph import Program
from symdyn.kernels.loading import digest
from symdyn.kernels.mask import SIZES, Mask
from symdyn.kernels.patterns.interior import Interior, within
from symdyn.kernels.patterns.map import (
    CALLED,
    PORTION,
    arrays_text,
    inner_text,
    masked_text,
    ordinary_text,
    scalar_text,
)
from symdyn.kernels.ranges import Range

LONGEST_IN_BLOCKS = 1000  # nodes: of longer programs vector code takes minutes to compile
DTYPES = ("float64", "float32")

IMPORTS = """import math

import numpy as np
from numba import njit{parallel}"""


@dataclass(frozen=True)
class Plan:
    """What a module is made from. Computation is in doubles; `dtype` is that of the results.

    Without `blocks` there is no core for the interior: the same values from slower code, which is
    compiled sooner.
    """

    program: Program
    ranges: tuple[Range, ...]
    parallel: bool = False
    dtype: str = "float64"
    mask: Mask | None = None
    blocks: bool = True


def module_text(plan: Plan, notes: Iterable[str] = ()) -> str:
    """The text of a module; notes are the lines of its docstring.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> "v1 = double_exp(x0)" in module_text(Plan(build(exp(x), [x]), (Range(),)))
    True
    """
    if plan.dtype not in DTYPES:
        raise InputError(f"dtype={plan.dtype!r}: kernels return {' or '.join(DTYPES)}")
    if not plan.ranges:
        raise InputError("a kernel needs at least one argument; a constant needs none")
    if len(plan.ranges) > PORTION:
        raise UnsupportedError(
            f"{len(plan.ranges)} arguments; a kernel takes at most {PORTION}: fix some to values"
        )
    core, mask = printed(plan.program), plan.mask
    careful = far.printed(mask.program) if mask else Printed()
    interiors = [Interior.of(part, mask.odd.size if mask else SIZES[0]) for part in plan.ranges]
    blocks, inner = plan.blocks and len(plan.program.nodes) <= LONGEST_IN_BLOCKS, core
    if blocks:
        inner = printed(within(plan.program, interiors), core.tables, inside=True)
    counts = len(plan.ranges), len(plan.program.outputs)
    has_inner = bool(inner.conditions) and not any(part.is_empty for part in interiors)
    blocks = blocks and (mask is not None or (has_inner and sum(counts) <= PORTION))
    calls = {*core.calls, *careful.calls, *(inner.calls if blocks else ()), "choose", "widest"}
    runtime = [text.strip("\n") for text in required(sorted(calls))]
    constants = "\n".join(text for text in runtime if not text.startswith("@"))
    functions = [text for text in runtime if text.startswith("@")]
    tables = {**inner.tables, **careful.tables}
    columns = "\n".join(f"{name} = np.array({values!r})" for name, values in tables.items())
    scalars = [scalar_text(core, plan.ranges, "ordinary" if mask else "scalar")]
    if blocks:
        scalars.append(inner_text(inner, len(interiors)))
        scalars.append(ordinary_text(mask.odd if mask else None, interiors, counts[1]))
    if mask:
        scalars.append(scalar_text(careful, plan.ranges, "careful", CALLED))
        scalars.append(masked_text(mask.odd, *counts))
    masked = mask is not None
    loop = arrays_text(
        *counts, parallel=plan.parallel, dtype=plan.dtype, masked=masked, blocks=blocks
    )
    parts = [constants, columns, *functions, *scalars, loop]
    body = "\n\n\n".join(part for part in parts if part)
    code = f"{_imports(plan, body)}\n\n\n{body}"
    return f"{docstring([*notes, f'Digest of the code: {digest(code)}'])}\n\n{code}\n"


def _imports(plan: Plan, body: str) -> str:
    text = IMPORTS.format(parallel=", prange" if plan.parallel else "")
    if "@intrinsic" in body:
        text += ", types\nfrom numba.extending import intrinsic"
    return text


def docstring(notes: Iterable[str]) -> str:
    """Notes as a docstring from which no text can break out."""
    lines = "\n".join(notes).encode("unicode_escape").decode("ascii").replace("\\n", "\n")
    return '"""' + lines.replace('"""', "'''").replace('"', "'") + '\n"""'
