"""Points of a certificate as people read them.

Numbers stand in decimal digits from which the same double is read; arrays of more than a few
elements are told by their shape, short ones to four digits (all digits are in the certificate).
"""

from __future__ import annotations

from collections.abc import Sequence

from symdyn.kernels.certify.spelling import read_expression

SHORT = 6  # elements of an array that is written out


def shown_point(
    point: Sequence[Sequence[str]], shapes: Sequence[Sequence[int]], arguments: Sequence[str] = ()
) -> str:
    """A point whose elements are written in hexadecimal; `arguments` are named as srepr does.

    >>> shown_point([["0x1.8p+0"]], [[]], ["Symbol('c')"])
    'c = 1.5'
    >>> shown_point([["0x1.8p+0", "0x1p-4"], ["0x0p+0"] * 15], [[2], [3, 5]])
    '(1.5, 0.0625), zeros of shape 3 x 5'
    """
    names = [f"{read_expression(text)}" for text in arguments] or [""] * len(point)
    parts = zip(names, point, shapes, strict=True)
    return ", ".join(_shown(name, [float.fromhex(x) for x in part], s) for name, part, s in parts)


def _shown(name: str, numbers: Sequence[float], shape: Sequence[int]) -> str:
    if not shape:
        told = repr(numbers[0])
    elif len(numbers) <= SHORT:
        told = _written(numbers, shape)
    else:
        kind = "numbers" if any(numbers) else "zeros"
        told = f"{kind} of shape {' x '.join(map(str, shape))}"
        return f"{name}: {told}" if name else told
    return f"{name} = {told}" if name else told


def _written(numbers: Sequence[float], shape: Sequence[int]) -> str:
    if len(shape) > 1:
        step = len(numbers) // shape[0]
        rows = [numbers[k : k + step] for k in range(0, len(numbers), step)]
        return f"({', '.join(_written(row, shape[1:]) for row in rows)})"
    return f"({', '.join(f'{number:.4g}' for number in numbers)})"
