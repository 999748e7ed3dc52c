"""Cells reproduce the function that they cut, and kinks that do not split are refused."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Heaviside,
    Max,
    Min,
    Ne,
    Or,
    Piecewise,
    Rational,
    sign,
    symbols,
)

from symdyn.calculus.cells import cells, on_line
from symdyn.errors import UnsupportedError

z, w, k = symbols("z w k", real=True)
a = symbols("a", positive=True)
POINTS = [(Rational(x, 3), Rational(y, 5)) for x in range(-7, 8, 2) for y in range(-9, 10, 3)]


@pytest.mark.parametrize(
    "f",
    [
        Max(z, w, z + w, 1),
        Min(Abs(z) - 1, w),
        Max(0, Min(1, z)) * sign(w),
        Piecewise((z, And(z > 0, w < 1)), (w, Or(z < -1, w > 2)), (z * w, True)),
        Piecewise((0, Eq(z, w)), (1, Ne(z, 0)), (2, True)),
        Abs(Abs(Abs(z) - 1) - w),
        Max(z**2 - w**2, 0),
        Max(z**2 + 1, 0) * Heaviside(w * z),
        sign(a * z - 2 * w) + Max(3, a),
    ],
    ids=str,
)
def test_cells_are_disjoint_and_reproduce_the_function(f: Expr) -> None:
    found = list(cells(f, (z, w)))
    for x, y in POINTS:
        at = {z: x, w: y, a: Rational(11, 7)}
        holding = [c for c in found if all(h.subs(at) > 0 for h in c.half_planes)]
        on_an_edge = any(h.subs(at) == 0 for c in found for h in c.half_planes)
        if not on_an_edge:
            assert len(holding) <= 1
            assert sum(c.expr.subs(at) for c in holding) == f.subs(at)


@pytest.mark.parametrize(
    "f", [Max(z**2 + w, 0), Abs(k * z), sign(z**3 - 2), Max(z, k * z)], ids=str
)
def test_kinks_without_affine_factors_of_known_sign_are_refused(f: Expr) -> None:
    with pytest.raises(UnsupportedError):
        list(cells(f * Max(w, 0), (z, w)))


def test_a_jump_on_the_line_of_a_delta_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="jumps"):
        on_line(Heaviside(z), z, (z, w))
    assert on_line(Heaviside(w), z, (z, w)) == Heaviside(w)
