"""Half-planes and the sectors that they leave, against membership of points."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, pi, symbols

from symdyn.calculus.angles import angle, arc, sector, sign_of
from symdyn.errors import UnsupportedError

a, b = symbols("a b", positive=True)
k = symbols("k", real=True)
normals = st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(lambda n: n != (0, 0))
GRID = [(Rational(x, 7), Rational(y, 5)) for x, y in product(range(-20, 21), repeat=2)]


def inside(normal: tuple[Integer, Integer], point: tuple[Rational, Rational]) -> bool:
    return bool(normal[0] * point[0] + normal[1] * point[1] > 0)


@given(st.lists(normals, min_size=1, max_size=5))
def test_a_sector_holds_exactly_the_points_in_all_half_planes(
    chosen: list[tuple[int, int]],
) -> None:
    exact = [(Integer(x), Integer(y)) for x, y in chosen]
    found = sector(exact)
    for point in GRID[::17]:
        wanted = all(inside(normal, point) for normal in exact)
        bounds = [] if found is None else [found.first, found.last]
        assert wanted == (bool(bounds) and all(inside(normal, point) for normal in bounds))


def test_symbols_of_known_sign_have_an_order() -> None:
    found = sector([(Integer(1), Integer(0)), (Integer(0), Integer(1)), (a, -b)])
    assert found is not None
    assert found.first == (a, -b)


def test_an_order_that_is_not_known_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="order of the edges"):
        sector([(Integer(1), Integer(0)), (Integer(1), k)])
    with pytest.raises(UnsupportedError, match="equal signs"):
        sector([(Integer(1), Integer(0)), (k, Integer(0))])


def test_parallel_half_planes_agree_or_leave_nothing() -> None:
    half = sector([(Integer(1), Integer(1)), (Integer(2), Integer(2))])
    assert half is not None
    assert half.is_half_plane
    assert sector([(Integer(1), Integer(1)), (Integer(-2), Integer(-2))]) is None


def test_the_arc_shrinks_by_the_angle() -> None:
    start, end = arc(pi / 3)
    assert end - start == pi - pi / 3


def test_angles_of_opposite_correlations_add_up_to_pi() -> None:
    assert angle(k) + angle(-k) == pi
    assert angle(Rational(1, 2)) == pi / 3


def test_unknown_signs_are_not_guessed() -> None:
    assert sign_of(k) is None
    assert sign_of(a - b) is None
    assert sign_of(-a) == -1
    assert sign_of((a + 1) ** 2 - a**2) == 1
    assert sign_of(Integer(0)) == 0
