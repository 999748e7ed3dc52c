"""Whether products of signs are linearly independent: how many patterns of signs there are.

Where all signs sign(u_i) are constant, a sum over k of A_k(x) s_k with polynomials A_k and products
of signs s_k is one polynomial for each pattern. If it is zero everywhere, then for each pattern
that holds on an open set, the sum with the values of the s_k is zero. If these values, pattern by
pattern, have as many independent rows as there are products, all A_k are zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from flint import arb
from sympy import Expr, Symbol

from symdyn.calculus.conservation.modular import Span
from symdyn.calculus.monomials import Powers
from symdyn.numerics.balls import enclose

_BITS = 64
_POINTS_PER_PRODUCT = 60


def are_independent_signs(
    signs: Sequence[Expr], products: Sequence[Powers], variables: Sequence[Symbol]
) -> bool:
    """Whether enough patterns of signs were found at random points of the variables.

    >>> from sympy import sign, symbols
    >>> x, y = symbols("x y", real=True)
    >>> are_independent_signs((sign(x), sign(y)), ((0, 0), (1, 1)), (x, y))
    True
    >>> are_independent_signs((sign(x), sign(x**3 + x)), ((1, 0), (0, 1)), (x, y))
    False
    """
    random, span = Random(0), Span()
    constants = set().union(*(s.free_symbols for s in signs)) - set(variables)
    fixed = {symbol: random_value(symbol, random) for symbol in sorted(constants, key=str)}
    for _ in range(_POINTS_PER_PRODUCT * len(products)):
        point = fixed | {symbol: random_value(symbol, random) for symbol in variables}
        pattern = [_sign(letter.args[0], point) for letter in signs]
        if all(pattern):
            span.adds([prod(map(pow, pattern, powers)) for powers in products])
        if span.rank == len(products):
            return True
    return False


def random_value(symbol: Symbol, random: Random) -> arb:
    """A number of size up to 4, of a sign that the assumptions of the symbol allow."""
    size = arb(random.randrange(1, 129)) / 32
    is_negative = symbol.is_nonpositive or (not symbol.is_nonnegative and random.random() < 0.5)
    return -size if is_negative else size


def _sign(argument: Expr, point: dict[Symbol, arb]) -> int:
    """1 or -1 where the sign of a real value is certain, else 0."""
    value = enclose(argument, point, _BITS)
    if value.imag != 0:
        return 0
    return 1 if value.real > 0 else -1 if value.real < 0 else 0
