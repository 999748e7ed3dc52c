"""The loop shape `map`: a scalar core at every element of broadcast arrays.

The core is inlined into a loop over contiguous arrays of doubles, so that LLVM can make vector code
of it. Before the core, arguments up to 4 units in the last place beyond a finite end of the domain
become that end; after it, the results are nan where an argument is nan or outside. Under a mask,
and where functions have a form for ordinary arguments, blocks are computed by a core for the
interior of the domain alone, which has no such tests, and the points for which it is meant are
counted; a block that has others is done again with all tests.
Vectors of doubles of one length in plain memory are taken as they are. Results go to new arrays, or
to those that are given as `out=`; these may be arguments as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from symdyn.kernels.backends.numba import Printed, literal
from symdyn.kernels.mask import Odd
from symdyn.kernels.patterns.interior import Interior, is_ordinary
from symdyn.kernels.ranges import Range

PORTION = 25  # values that a tuple or a call may have
INLINED = '@njit(inline="always", error_model="numpy")'
CALLED = '@njit(error_model="numpy")'

ARRAYS = '''
ARGUMENTS = {arguments}
RESULTS = {results}
DOUBLE = np.dtype(np.float64)
RESULT = np.dtype(np.{dtype})


def compiled(function):
    """Machine code kept beside this file, where that can be written."""
    options = {{"error_model": "numpy", "parallel": {parallel}}}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:
        return njit(**options)(function)


{loops}


def doubles(value, place):
    """An argument as an array of doubles."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"argument {{place}} holds {{array.dtype}}; real numbers are needed")
    return array.astype(np.float64, copy=False)


def together(arrays):
    """Arrays of one shape, each as one axis that compiled code can read; and that shape."""
    shape = arrays[0].shape
    if any(array.shape != shape for array in arrays):
        try:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
        except ValueError:
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise ValueError(f"shapes {{shapes}} of the arguments do not broadcast") from None
        arrays = [np.broadcast_to(array, shape) for array in arrays]
    # what is not plain memory, or cannot be written to, is copied: one machine code for all
    plain = [array if array.flags.carray else np.array(array, order="C") for array in arrays]
    return [array.reshape(-1) for array in plain], shape


def are_plain(arguments):
    """Whether these are vectors of doubles of one length that compiled code can read."""
    shape = getattr(arguments[0], "shape", None)
    for array in arguments:
        if type(array) is not np.ndarray or array.dtype is not DOUBLE or array.shape != shape:
            return False
        if not array.flags.carray:
            return False
    return len(shape) == 1


def targets(out, shape, arrays):
    """The caller's arrays for the results; and for each plain memory that no argument reads."""
    given = out if type(out) is tuple else (out,)
    if len(given) != RESULTS:
        raise TypeError(f"out= needs {{RESULTS}} array(s), {{len(given)}} given")
    for array in given:
        if type(array) is not np.ndarray or array.dtype != RESULT:
            raise TypeError(f"out= needs arrays of {{RESULT}}")
        if array.shape != shape or not array.flags.writeable:
            raise ValueError(f"out= needs arrays of shape {{shape}} that can be written to")
    read = [*arrays, *given]
    free = [
        array.flags.carray and sum(np.may_share_memory(array, other) for other in read) == 1
        for array in given
    ]
    size = math.prod(shape)
    return given, [a.reshape(-1) if own else np.empty(size, RESULT) for a, own in zip(given, free)]


def kernel(*arguments, out=None):
    if len(arguments) != ARGUMENTS:
        raise TypeError(f"{{ARGUMENTS}} argument(s) are needed, {{len(arguments)}} given")
    if out is None and are_plain(arguments):
        results = [np.empty(arguments[0].size, RESULT) for _ in range(RESULTS)]
        loop(*arguments, *results)
        return tuple(results) if RESULTS > 1 else results[0]
    arrays, shape = together([doubles(value, k) for k, value in enumerate(arguments, 1)])
    if out is None:
        results = [np.empty(math.prod(shape), RESULT) for _ in range(RESULTS)]
        loop(*arrays, *results)
        results = tuple(result.reshape(shape)[()] for result in results)
        return results if RESULTS > 1 else results[0]
    given, results = targets(out, shape, arrays)
    loop(*arrays, *results)
    for array, result in zip(given, results):
        if not np.may_share_memory(array, result):
            array[...] = result.reshape(shape)
    return out


kernel.__doc__ = __doc__
'''


PLAIN = """
@compiled
def loop({parameters}):
    for i in {steps}(y0.size):
        widest()
        {targets} = scalar({elements})
"""

BLOCKS = '''
BLOCK = 512


@njit(error_model="numpy")
def again({parameters}):
    """A block with all tests{far}."""
    for i in range(y0.size):
        widest()
        {targets} = {ordinary}({elements})
{careful}

@compiled
def loop({parameters}):
    """Values by the core for the interior, block by block; again where that is not enough."""
    for block in {steps}(-(-y0.size//BLOCK)):
        first, last = block*BLOCK, min((block + 1)*BLOCK, y0.size)
        {views} = {slices}
        count = 0
        for i in range({view}.size):
            widest()
            {values}, inside = inner({elements_of_block})
            {targets_of_block} = {values}
            count += choose(is_ordinary({elements_of_block}, {values}) & inside, 1, 0)
        if count < {view}.size:
            again({views})
'''

CAREFUL = """    for i in range(y0.size):
        if odd({elements}, {targets}):
            {targets} = careful({elements})
"""


def scalar_text(
    code: Printed, ranges: Sequence[Range], name: str = "scalar", decorator: str = INLINED
) -> str:
    """The core: from doubles to one double or several."""
    inputs = range(len(ranges))
    lines = [f"    x{k} = float(a{k})" for k in inputs]
    lines += [line for k in inputs for line in _entrance(k, ranges[k])]
    lines += [f"    {line}" for line in code.lines]
    lines.append(f"    inside = {' & '.join(f'inside{k}' for k in inputs)}")
    outputs = [f"y{k}" for k in range(len(code.results))]
    for output, result in zip(outputs, code.results, strict=True):
        lines.append(f"    {output} = choose(inside, {result}, np.nan)")
    head = f"def {name}({', '.join(f'a{k}' for k in inputs)}):"
    return "\n".join([decorator, head, *lines, f"    return {_returned(outputs)}"])


def inner_text(code: Printed, arguments: int) -> str:
    """The core for the interior: no tests before it or after it; and whether it was meant for that.

    What it returns last is whether the functions it calls were called inside their domains.
    """
    names = range(arguments)
    head = f"def inner({', '.join(f'a{k}' for k in names)}):"
    lines = [f"    x{k} = float(a{k})" for k in names] + [f"    {line}" for line in code.lines]
    inside = " & ".join(code.conditions) or "True"
    return "\n".join([INLINED, head, *lines, f"    return {_returned([*code.results, inside])}"])


def ordinary_text(odd: Odd | None, interiors: Sequence[Interior], results: int) -> str:
    """The test of points that the core for the interior is meant for."""
    inputs, outputs = _names("x", len(interiors)), _names("y", results)
    return "\n".join(
        [
            INLINED,
            f"def is_ordinary({', '.join([*inputs, *outputs])}):",
            f"    return {is_ordinary(odd, interiors, inputs, outputs)}",
        ]
    )


def masked_text(odd: Odd, arguments: int, results: int) -> str:
    """The test of odd points, and the core that takes one of two ways."""
    inputs, outputs = _names("x", arguments), _names("y", results)
    given, found = ", ".join(inputs), ", ".join(outputs)
    return "\n".join(
        [
            INLINED,
            f"def odd({given}, {found}):",
            f"    return {odd.text(inputs, outputs)}",
            "\n",
            INLINED,
            f"def scalar({given}):",
            f"    {found} = ordinary({given})",
            f"    if odd({given}, {found}):",
            f"        return careful({given})",
            f"    return {_returned(outputs)}",
        ]
    )


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{k}" for k in range(count)]


def _returned(outputs: Sequence[str]) -> str:
    """One value, or a tuple in portions, since Numba reads no long tuple at once."""
    if len(outputs) == 1:
        return outputs[0]
    starts = range(0, len(outputs), PORTION)
    return " + ".join(f"({', '.join(outputs[k : k + PORTION])},)" for k in starts)


def _entrance(k: int, part: Range) -> list[str]:
    """Whether an argument is in its range, and the argument moved to the end that it stands for."""
    (low, high), (lowest, highest) = part.inside, part.accepted
    x = f"x{k}"
    tests = [f"({x} >= {literal(lowest)})"] if math.isfinite(low) else []
    tests += [f"({x} <= {literal(highest)})"] if math.isfinite(high) else []
    lines = [f"    inside{k} = {' & '.join(tests) or f'({x} == {x})'}"]
    if math.isfinite(low):
        lines.append(f"    {x} = choose({x} > {literal(low)}, {x}, {literal(low)})")
    if math.isfinite(high):
        lines.append(f"    {x} = choose({x} < {literal(high)}, {x}, {literal(high)})")
    return lines


def arrays_text(
    arguments: int,
    results: int,
    *,
    parallel: bool,
    dtype: str,
    masked: bool = False,
    blocks: bool = False,
) -> str:
    """The loop, and the function `kernel` that calls it on arrays."""
    inputs, outputs = _names("x", arguments), _names("y", results)
    names = [*inputs, *outputs]
    targets = ", ".join(f"{y}[i]" for y in outputs)
    elements = ", ".join(f"{x}[i]" for x in inputs)
    loops = (
        (BLOCKS if blocks else PLAIN)
        .strip("\n")
        .format(
            steps="prange" if parallel else "range",
            parameters=", ".join(names),
            values=", ".join(f"v{k}" for k in range(results)),
            targets=targets,
            elements=elements,
            ordinary="ordinary" if masked else "scalar",
            far=", and in far arithmetic where points are odd" if masked else "",
            careful=CAREFUL.format(elements=elements, targets=targets) if masked else "",
            views=", ".join(f"part_{name}" for name in names),
            slices=", ".join(f"{name}[first:last]" for name in names),
            view=f"part_{outputs[0]}",
            targets_of_block=", ".join(f"part_{y}[i]" for y in outputs),
            elements_of_block=", ".join(f"part_{x}[i]" for x in inputs),
        )
    )
    return ARRAYS.format(
        arguments=arguments, results=results, dtype=dtype, parallel=parallel, loops=loops
    ).strip("\n")
