"""Elementary functions of integers in fixed point, which emitted modules carry along.

An integer x stands for x/2^width. Arguments are reduced to a range that each function names, halved
(or rooted) about sqrt(width)/2 times, and summed as Taylor series; a few more bits than the halving
loses are carried, so that results are off by a few units at most.
"""

from __future__ import annotations

import math


def shifted(m: int, n: int) -> int:
    """m 2^n, rounded down for positive and up in size for negative numbers."""
    return m << n if n >= 0 else m >> -n


def inverse_arc(q: int, width: int, sign: int) -> int:
    """atan(1/q) or, with sign 1, atanh(1/q)."""
    power = (1 << width) // q
    total, k = power, 1
    while power:
        power //= q * q
        k += 2
        total += sign ** (k // 2) * (power // k)
    return total


def halvings(width: int) -> int:
    """How often an argument is halved before its series is summed."""
    return math.isqrt(width) // 2


def fixed_exp(x: int, width: int) -> int:
    """exp(x) for 0 <= x < 1."""
    halved = halvings(width)
    more = 2 * halved + 8
    width, x = width + more, x << more >> halved
    total = term = 1 << width
    k = 1
    while term:
        term = (term * x >> width) // k
        total += term
        k += 1
    for _ in range(halved):
        total = total * total >> width
    return total >> more


def fixed_log(x: int, width: int) -> int:
    """log(x) for 1/2 <= x <= 1: roots, then the series of 2 atanh((x - 1)/(x + 1))."""
    halved = halvings(width)
    more = 2 * halved + 8
    width, x = width + more, x << more
    for _ in range(halved):
        x = math.isqrt(x << width)
    one = 1 << width
    power = ((x - one) << width) // (x + one)
    square = power * power >> width
    total, k = power, 1
    while power not in (0, -1):
        power = power * square >> width
        k += 2
        total += power // k
    return total << (halved + 1) >> more


def fixed_sincos(x: int, width: int) -> tuple[int, int]:
    """sin(x) and cos(x) for 0 <= x < 2: the series of sin and of cos - 1, doubled."""
    halved = halvings(width)
    more = 2 * halved + 8
    width, x = width + more, x << more >> halved
    sine, less, term, k = 0, 0, 1 << width, 0
    while term:
        k += 1
        term = (term * x >> width) // k
        if k & 1:
            sine += -term if k & 2 else term
        else:
            less += -term if k & 2 else term
    for _ in range(halved):  # sin 2x = 2 sin x cos x, cos 2x - 1 = 2 (cos x - 1)(cos x + 1)
        sine = sine * (less + (1 << width)) >> (width - 1)
        less = less * (less + (2 << width)) >> (width - 1)
    return sine >> more, ((1 << width) + less) >> more


def fixed_atan(x: int, width: int) -> int:
    """atan(x) for 0 <= x <= 2: half angles by x/(1 + sqrt(1 + x^2)), then the series."""
    halved = halvings(width) // 2 + 2
    more = halved + 8
    width, x = width + more, x << more
    one = 1 << width
    for _ in range(halved):
        x = (x << width) // (one + math.isqrt((one << width) + x * x))
    square = x * x >> width
    total, power, k = x, x, 1
    while power:
        power = power * square >> width
        k += 2
        total += -(power // k) if k & 2 else power // k
    return total << halved >> more
