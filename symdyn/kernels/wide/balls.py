"""Balls of any precision made of Python integers, which emitted modules carry along.

A ball (m, r, e) holds all numbers between (m - r) 2^e and (m + r) 2^e; with r < 0 nothing is known
of the number. Every operation gives a ball that holds all its values on the balls it is given:
middles are cut to a number of bits, and what is cut off goes into the radius. Elementary functions
are summed as Taylor series of a reduced argument in fixed point, with GUARD more bits than the
result claims; the radius of the argument is carried over by a bound of the derivative.

Exponents are integers, so nothing overflows. This is slow (microseconds an operation) and meant for
the few inputs at which doubles and pairs do not suffice. It needs the standard library alone.
"""

from __future__ import annotations

import math

from symdyn.kernels.wide.fixed_point import (
    fixed_atan,
    fixed_exp,
    fixed_log,
    fixed_sincos,
    inverse_arc,
    shifted,
)

Ball = tuple[int, int, int]
UNKNOWN: Ball = (0, -1, 0)
GUARD = 40  # bits that rounding errors of a series may take
WIDEST = 1 << 14  # bits by which exponents of an argument or of two terms may differ


class Balls:
    """Arithmetic with middles of a number of bits.

    >>> a = Balls(100)
    >>> a.double(a.mul(a.sqrt((2, 0, 0)), a.sqrt((2, 0, 0))))
    2.0
    """

    def __init__(self, bits: int) -> None:
        self.bits: int = bits
        self.known: dict[tuple[str, int], int] = {}

    # numbers

    def exact(self, x: float) -> Ball:
        """A double."""
        if not math.isfinite(x):
            return UNKNOWN
        m, e = math.frexp(x)
        return int(m * 2.0**53), 0, e - 53

    def ratio(self, p: int, q: int) -> Ball:
        """A fraction."""
        return (p, 0, 0) if q == 1 else self.div((p, 0, 0), (q, 0, 0))

    def pi(self) -> Ball:
        """The number pi."""
        return self.fixed_pi(self.bits + 4), 1, -(self.bits + 4)

    def double(self, x: Ball) -> float:
        """The middle as a double; infinite above the largest one."""
        m, r, e = x
        if r < 0:
            return math.nan
        cut = max(abs(m).bit_length() - 64, 0)
        sticky = 1 if cut and m & ((1 << cut) - 1) else 0
        try:
            return math.ldexp(float((m >> cut) | sticky), e + cut) + 0.0
        except OverflowError:
            return math.inf if m > 0 else -math.inf

    def cut(self, m: int, r: int, e: int) -> Ball:
        """A ball with no more bits than asked, and none that are below its radius."""
        n = max(m.bit_length() - self.bits, r.bit_length() - 32)
        if n <= 0:
            return m, r, e
        low = m >> n
        inexact = 1 if (low << n) != m else 0
        return low, (-((-r) >> n) + inexact), e + n

    # arithmetic

    def neg(self, x: Ball) -> Ball:
        return -x[0], x[1], x[2]

    def add(self, x: Ball, y: Ball) -> Ball:
        if x[1] < 0 or y[1] < 0:
            return UNKNOWN
        if x[2] < y[2]:
            x, y = y, x
        shift = x[2] - y[2]
        if shift > WIDEST + self.bits:  # y is next to nothing, or x is 0
            if x[0] == 0 and x[1] == 0:
                return y
            far = shift - WIDEST
            y = (y[0] >> far, (y[1] >> far) + 2, y[2] + far)
            shift = WIDEST
        return self.cut((x[0] << shift) + y[0], (x[1] << shift) + y[1], y[2])

    def sub(self, x: Ball, y: Ball) -> Ball:
        return self.add(x, self.neg(y))

    def mul(self, x: Ball, y: Ball) -> Ball:
        if x[1] < 0 or y[1] < 0:
            return UNKNOWN
        r = abs(x[0]) * y[1] + abs(y[0]) * x[1] + x[1] * y[1]
        return self.cut(x[0] * y[0], r, x[2] + y[2])

    def div(self, x: Ball, y: Ball) -> Ball:
        m, least = abs(y[0]), abs(y[0]) - y[1]
        if x[1] < 0 or y[1] < 0 or least <= 0:
            return UNKNOWN
        shift = max(self.bits + m.bit_length() - x[0].bit_length() + 2, 0)
        above = ((x[1] * m + abs(x[0]) * y[1]) << shift) if x[1] or y[1] else 0
        r = -(-above // (m * least)) + 1
        return self.cut((x[0] << shift) // y[0], r, x[2] - y[2] - shift)

    def sqrt(self, x: Ball) -> Ball:
        m, r, e = x
        if r < 0 or m + r < 0:
            return UNKNOWN
        shift = max(2 * self.bits - m.bit_length(), 0)
        shift += (e - shift) & 1
        m, r, e = m << shift, r << shift, (e - shift) >> 1
        if m - r <= 0:
            top = math.isqrt(m + r) + 1 if m + r else 0
            return self.cut(top, top, e)
        root = math.isqrt(m)
        return self.cut(root, (-(-r // root) if r else 0) + (1 if root * root != m else 0), e)

    def cbrt(self, x: Ball) -> Ball:
        if x[0] == 0 and x[1] == 0:
            return x
        if x[0] < 0:
            return self.neg(self.cbrt(self.neg(x)))
        return self.exp(self.div(self.log(x), (3, 0, 0)))

    def pow(self, x: Ball, y: Ball) -> Ball:
        return self.exp(self.mul(y, self.log(x)))

    def hypot(self, x: Ball, y: Ball) -> Ball:
        return self.sqrt(self.add(self.mul(x, x), self.mul(y, y)))

    def fma(self, x: Ball, y: Ball, z: Ball) -> Ball:
        return self.add(self.mul(x, y), z)

    def abs(self, x: Ball) -> Ball:
        return (abs(x[0]), x[1], x[2])

    # conditions, None where balls do not decide them

    def sign(self, x: Ball) -> int | None:
        """Minus one, zero or one."""
        if x[1] < 0 or (abs(x[0]) <= x[1] and x[1] > 0):
            return None
        return (x[0] > 0) - (x[0] < 0)

    def ne(self, x: Ball, y: Ball) -> bool | None:
        found = self.sign(self.sub(x, y))
        return None if found is None else found != 0

    def lt(self, x: Ball, y: Ball) -> bool | None:
        found = self.sign(self.sub(x, y))
        return None if found is None else found < 0

    def le(self, x: Ball, y: Ball) -> bool | None:
        found = self.sign(self.sub(x, y))
        return None if found is None else found <= 0

    def eq(self, x: Ball, y: Ball) -> bool | None:
        found = self.sign(self.sub(x, y))
        return None if found is None else found == 0

    def select(self, condition: bool | None, yes: Ball, no: Ball) -> Ball:
        if condition is None:
            return yes if yes == no else UNKNOWN
        return yes if condition else no

    def max(self, x: Ball, y: Ball) -> Ball:
        return self.select(self.lt(x, y), y, x)

    def min(self, x: Ball, y: Ball) -> Ball:
        return self.select(self.lt(x, y), x, y)

    # elementary functions

    def exp(self, x: Ball) -> Ball:
        m, r, e = x
        top = max(abs(m), r).bit_length() + e
        if r < 0 or top > 64 or r.bit_length() + e > 0:
            return UNKNOWN
        width = self.bits + GUARD + max(top, 0)
        turns, rest = divmod(shifted(m, e + width), self.fixed_log2(width))
        value = fixed_exp(rest, width)
        # |exp(d) - 1| <= 2|d| for |d| <= 1, and the argument was rounded once
        spread = 2 * shifted(r, e + width) + 4
        r = (value * spread >> width) + (1 << (width - self.bits)) + 1
        return self.cut(value, r, turns - width)

    def expm1(self, x: Ball) -> Ball:
        return self.sub(self.exp(x), (1, 0, 0))

    def log(self, x: Ball) -> Ball:
        m, r, e = x
        if r < 0 or m - r <= 0:
            return UNKNOWN
        n = m.bit_length()
        width = self.bits + GUARD + (n + e).bit_length()
        value = fixed_log(shifted(m, width - n), width) + (n + e) * self.fixed_log2(width)
        spread = (r << width) // (m - r) + 1
        return self.cut(value, spread + (1 << (width - self.bits)), -width)

    def log1p(self, x: Ball) -> Ball:
        return self.log(self.add((1, 0, 0), x))

    def sincos(self, x: Ball) -> tuple[Ball, Ball]:
        m, r, e = x
        top = abs(m).bit_length() + e
        if r < 0 or top > WIDEST:
            return UNKNOWN, UNKNOWN
        if 2 * max(top, r.bit_length() + e) < -self.bits:
            return self.nearly(x), ((1 << self.bits) - 1, 2, -self.bits)
        width = self.bits + GUARD + max(top, -top)
        quarter = self.fixed_pi(width) >> 1
        fixed = shifted(m, e + width)
        turns, rest = divmod(fixed, quarter)
        sine, cosine = fixed_sincos(rest, width)
        for _ in range(turns & 3):
            sine, cosine = cosine, -sine
        r = shifted(r, e + width) + (1 << (width - self.bits - max(-top, 0))) + 2
        return self.cut(sine, r, -width), self.cut(cosine, r, -width)

    def nearly(self, x: Ball) -> Ball:
        """A ball wider by its size over 2^bits."""
        m, r, e = x
        return self.cut(m << self.bits, (r << self.bits) + abs(m) + r, e - self.bits)

    def sin(self, x: Ball) -> Ball:
        return self.sincos(x)[0]

    def cos(self, x: Ball) -> Ball:
        return self.sincos(x)[1]

    def tan(self, x: Ball) -> Ball:
        return self.div(*self.sincos(x))

    def atan(self, x: Ball) -> Ball:
        m, r, e = x
        top = abs(m).bit_length() + e
        if r < 0:
            return UNKNOWN
        if top > 1:
            half = self.div(self.pi(), (2, 0, 0))
            half = half if m > 0 else self.neg(half)
            return self.sub(half, self.atan(self.div((1, 0, 0), x)))
        if 2 * max(top, r.bit_length() + e) < -self.bits:  # atan x = x up to x^3
            return self.nearly(x)
        width = self.bits + GUARD + max(-top, 0)
        value = fixed_atan(shifted(abs(m), e + width), width)
        r = shifted(r, e + width) + (1 << (width - self.bits - max(-top, 0))) + 2
        return self.cut(value if m > 0 else -value, r, -width)

    def atan2(self, y: Ball, x: Ball) -> Ball:
        """The angle of (x, y); unknown on the negative half of the axis, where it jumps."""
        ahead, above = self.sign(x), self.sign(y)
        if ahead == 0 and above == 0:
            return (0, 0, 0)
        if self.lt(self.abs(y), self.abs(x)) is not True:
            if not above:
                return UNKNOWN
            quarter = self.div(self.pi(), (2 * above, 0, 0))
            return self.sub(quarter, self.atan(self.div(x, y)))
        part = self.atan(self.div(y, x))
        if ahead == 1:
            return part
        if above is None:
            return UNKNOWN
        return self.add(part, self.pi()) if above >= 0 else self.sub(part, self.pi())

    def asin(self, x: Ball) -> Ball:
        return self.atan2(x, self.other_leg(x))

    def acos(self, x: Ball) -> Ball:
        return self.atan2(self.other_leg(x), x)

    def other_leg(self, x: Ball) -> Ball:
        """sqrt((1 - x)(1 + x))."""
        one = (1, 0, 0)
        return self.sqrt(self.mul(self.sub(one, x), self.add(one, x)))

    def sinh(self, x: Ball) -> Ball:
        return self.div(self.sub(self.exp(x), self.exp(self.neg(x))), (2, 0, 0))

    def cosh(self, x: Ball) -> Ball:
        return self.div(self.add(self.exp(x), self.exp(self.neg(x))), (2, 0, 0))

    def tanh(self, x: Ball) -> Ball:
        return self.div(self.sinh(x), self.cosh(x))

    # constants in fixed point, off by less than 1

    def fixed_pi(self, width: int) -> int:
        key = ("pi", width)
        if key not in self.known:
            more = width + 16
            sixteenth = 4 * inverse_arc(5, more, -1) - inverse_arc(239, more, -1)
            self.known[key] = 4 * sixteenth >> 16
        return self.known[key]

    def fixed_log2(self, width: int) -> int:
        key = ("log2", width)
        if key not in self.known:
            more = width + 16
            parts = ((18, 26), (-2, 4801), (8, 8749))
            self.known[key] = sum(n * inverse_arc(q, more, 1) for n, q in parts) >> 16
        return self.known[key]
