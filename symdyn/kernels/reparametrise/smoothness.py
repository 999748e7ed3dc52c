"""Whether a function is smooth up to 0, seen from how fast its Chebyshev coefficients fall.

On [0, top] those of a smooth function fall faster than any power of their number; d^(1/2) or
d log(d) leaves them falling like a small power. That is seen, not proved.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from symdyn.kernels.reparametrise.chebyshev import series

COUNT = 32
FALLEN = 2.0**-88  # d^4 log(d) leaves 2^-75 on a short interval


def is_smooth(
    function: Callable[[Callable[[], arb], int], arb], top: arb, size: arb | int = 0
) -> bool:
    """Whether the last coefficients on [0, top] are small beside the largest, or beside a size.

    >>> is_smooth(lambda v, bits: v().exp(), arb(1)), is_smooth(lambda v, bits: v().sqrt(), arb(1))
    (True, False)
    """
    found = [abs(c) for c in series(function, arb(0), top, COUNT).coefficients]
    return bool(max(found[-3:]) <= FALLEN * max([abs(arb(size)), *found]))
