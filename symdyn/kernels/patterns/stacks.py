"""Source text of the function `kernel` over stacks of vectors: axes, broadcasting, samples.

Each argument has core axes, such as (d) for a vector or (k0, d) for the nodes of a population;
axes of one name have one length. What comes before them are samples, which broadcast.
"""

from __future__ import annotations

READING = '''
SIGNATURE = {signature}


def doubles(value, place):
    """An argument as an array of doubles."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"argument {{place}} holds {{array.dtype}}; real numbers are needed")
    return array.astype(np.float64, copy=False)


def measured(arrays):
    """The lengths of all core axes."""
    sizes = {{}}
    for place, (array, axes) in enumerate(zip(arrays, SIGNATURE), 1):
        if array.ndim < len(axes):
            raise ValueError(
                f"argument {{place}} has shape {{array.shape}}; its last axes are "
                f"({{', '.join(axes)}})"
            )
        for axis, size in zip(axes, array.shape[array.ndim - len(axes):]):
            if sizes.setdefault(axis, size) != size:
                raise ValueError(
                    f"argument {{place}} has shape {{array.shape}}: axis {{axis}} has length "
                    f"{{size}}, and {{sizes[axis]}} in an argument before"
                )
    return sizes
'''

STACKS = '''
RESULT = {result}


def together(arrays):
    """Arrays of one shape of samples, contiguous, with the samples as one axis; and that shape."""
    heads = [array.shape[:array.ndim - len(axes)] for array, axes in zip(arrays, SIGNATURE)]
    try:
        shape = np.broadcast_shapes(*heads)
    except ValueError:
        shapes = ", ".join(map(str, heads))
        raise ValueError(f"shapes {{shapes}} of the samples do not broadcast") from None
    flat = []
    for array, axes, head in zip(arrays, SIGNATURE, heads):
        core = array.shape[len(head):]
        array = np.require(np.broadcast_to(array, shape + core), np.float64, ["C", "A"])
        rows = (1,) if axes == ("d",) else ()
        array = array.reshape((math.prod(shape), *rows, *core)).view()
        array.flags.writeable = False
        flat.append(array)
    return flat, shape


def kernel(*arguments):
    if len(arguments) != len(SIGNATURE):
        raise TypeError(f"{{len(SIGNATURE)}} argument(s) are needed, {{len(arguments)}} given")
    arrays = [doubles(value, k) for k, value in enumerate(arguments, 1)]
    sizes = measured(arrays)
    arrays, shape = together(arrays)
    {names}, = arrays
    out = np.empty((math.prod(shape), {inner}))
    doubt = np.zeros(out.shape[:2], np.bool_)
    {call}
    {outside}
    axes = tuple(sizes[axis] for axis in RESULT)
    return out.reshape(shape + axes).astype(np.{dtype}, copy=False)[()]


kernel.__doc__ = __doc__
'''

COMPILED = '''
def compiled(function):
    """Machine code kept beside this file, where that can be written."""
    options = {{"error_model": "numpy", "parallel": {parallel}}}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:
        return njit(**options)(function)
'''
