"""Balls of Python integers contain what they claim, at every precision."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from mpmath import mp, mpf

from symdyn.kernels.wide.balls import UNKNOWN, Ball, Balls

FUNCTIONS: dict[str, tuple[Callable, int, int]] = {
    "exp": (mp.exp, -80, 12),
    "expm1": (mp.expm1, -100, 8),
    "log": (mp.log, -60, 60),
    "log1p": (lambda x: mp.log(1 + x), -100, 50),
    "sin": (mp.sin, -120, 20),
    "cos": (mp.cos, -120, 20),
    "tan": (mp.tan, -120, 0),
    "atan": (mp.atan, -120, 120),
    "asin": (mp.asin, -100, 0),
    "acos": (mp.acos, -100, 0),
    "sqrt": (mp.sqrt, -100, 100),
    "cbrt": (mp.cbrt, -100, 100),
    "sinh": (mp.sinh, -50, 5),
    "tanh": (mp.tanh, -50, 5),
}


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workprec(6000):
        yield


def ends(x: Ball) -> list[mpf]:
    m, r, e = x
    return [mp.ldexp(mpf(m + k * r), e) for k in (-1, 0, 1)]


def contains(ball: Ball, value: mpf) -> bool:
    low, _, high = ends(ball)
    slack = abs(value) * mpf(2) ** -5900  # of the reference
    return ball[1] < 0 or low - slack <= value <= high + slack


@pytest.mark.parametrize("name", FUNCTIONS)
def test_elementary_functions_are_enclosed(name: str) -> None:
    exact, lowest, highest = FUNCTIONS[name]
    rng = random.Random(1)
    for bits in [60, 192, 500, 1300] * 20:
        m, e = rng.getrandbits(60) | 1 << 59, rng.randint(lowest, highest) - 60
        x = (m, rng.choice([0, 1, 1000, 1 << 30]), e)
        found = getattr(Balls(bits), name)(x)
        assert found[1] >= 0
        for value in ends(x):
            assert contains(found, exact(value))
        if x[1] == 0 and name in ("exp", "sin", "atan", "sqrt", "asin"):
            assert found[1] << (bits - 8) <= abs(found[0])  # and all but a few bits are kept


def test_arithmetic_is_enclosed() -> None:
    rng = random.Random(2)
    operations = {
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "atan2": mp.atan2,
    }
    for bits in [60, 192, 800] * 30:
        x, y = (
            (rng.choice([-1, 1]) * rng.getrandbits(53), rng.choice([0, 5]), rng.randint(-300, 300))
            for _ in range(2)
        )
        for name, exact in operations.items():
            found = getattr(Balls(bits), name)(x, y)
            for one in ends(x):
                for two in ends(y):
                    assert contains(found, exact(one, two))


def test_numbers_of_very_different_size_are_added() -> None:
    a = Balls(100)
    assert a.add((1, 0, 100_000), (3, 0, -100_000))[1] >= 0
    assert a.add((0, 0, 100_000), (3, 0, -100_000)) == (3, 0, -100_000)
    assert contains(a.add((-1, 0, 30_000), (-3, 1, 0)), mpf(-(1 << 30_000)) - 3)


def test_a_ball_around_zero_is_no_divisor_and_has_no_sign() -> None:
    a, wide = Balls(100), (1, 2, 0)
    assert a.div((1, 0, 0), wide) == UNKNOWN and a.log(wide) == UNKNOWN
    assert a.sign(wide) is None and a.lt(wide, (0, 0, 0)) is None
    assert a.select(None, (1, 0, 0), (2, 0, 0)) == UNKNOWN
    assert a.atan2((0, 1, 0), (-5, 0, 0)) == UNKNOWN  # the angle jumps there
    assert a.mul(UNKNOWN, (0, 0, 0)) == UNKNOWN


def test_doubles_are_rounded_to_nearest_and_overflow_to_infinity() -> None:
    a = Balls(200)
    for x in (0.1, -1e300, 5e-324, 0.0):
        assert a.double(a.exact(x)) == x
    assert a.double(((1 << 100) + (1 << 47) + 1, 0, 0)) == math.nextafter(2.0**100, math.inf)
    assert a.double((1, 0, 1024)) == math.inf and a.double((-1, 0, 5000)) == -math.inf
    assert a.double((-(1 << 1100), 0, 700)) == -math.inf
    assert a.double((1, 0, -2000)) == 0.0 and math.isnan(a.double(UNKNOWN))
