"""The constants and polynomials of pair arithmetic, derived here and printed as source text.

A polynomial c0 + c1*r + ... is evaluated by Horner's rule: in doubles where a term is below half
the digits of the sum, in pairs above. Every coefficient is an exact number; nothing is typed in.

    expm1(r) = r*exp_series(r),              |r| <= log(2)/2
    atanh(s) = s*atanh_series(s^2),          |s| <= (sqrt(2) - 1)/(sqrt(2) + 1)
    sin(r) = r*sin_series(r^2), cos(r) = cos_series(r^2),   |r| <= pi/4
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import count, takewhile, zip_longest
from math import atan, factorial, log, pi, prod, sqrt, tan
from string import ascii_lowercase
from typing import Any

import sympy as sp
from flint import arb, ctx

from symdyn.kernels.arithmetic.constants import nearest, words

LAST_TERM = 2.0**-110  # where a series ends, relative to its first term
HALF_DIGITS = 2.0**-52  # below this, relative to the first term, a double is enough
LAST_CORRECTION = 2.0**-60  # the same for a series that corrects a leading term
ROW_BITS = 32  # rows of the table of 2/pi are 2^32 apart
ROW_WORDS = 5


def exp_coefficient(k: int) -> Fraction:
    """Of (exp(r) - 1)/r."""
    return Fraction(1, factorial(k + 1))


def atanh_coefficient(k: int) -> Fraction:
    """Of atanh(sqrt(z))/sqrt(z)."""
    return Fraction(1, 2 * k + 1)


def sin_coefficient(k: int) -> Fraction:
    """Of sin(sqrt(z))/sqrt(z)."""
    return Fraction((-1) ** k, factorial(2 * k + 1))


def cos_coefficient(k: int) -> Fraction:
    """Of cos(sqrt(z))."""
    return Fraction((-1) ** k, factorial(2 * k))


SERIES: tuple[tuple[str, Callable[[int], Fraction], float], ...] = (
    ("exp_series", exp_coefficient, log(2) / 2 + 1e-3),
    ("atanh_series", atanh_coefficient, ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 + 1e-3),
    ("sin_series", sin_coefficient, (pi / 4) ** 2 + 1e-3),
    ("cos_series", cos_coefficient, (pi / 4) ** 2 + 1e-3),
)


def exp_tail(k: int) -> Fraction:
    """Of (exp(r) - 1 - r - r^2/2)/r^3."""
    return Fraction(1, factorial(k + 3))


def log_tail(k: int) -> Fraction:
    """Of (atanh(s)/s - 1)/s^2, in powers of s^2."""
    return Fraction(1, 2 * k + 3)


def atan_tail(k: int) -> Fraction:
    """Of (atan(t)/t - 1)/t^2, in powers of t^2."""
    return Fraction((-1) ** (k + 1), 2 * k + 3)


def asin_tail(k: int) -> Fraction:
    """Of (asin(t)/t - 1)/t^2, in powers of t^2."""
    return Fraction(factorial(2 * k + 2), 4 ** (k + 1) * factorial(k + 1) ** 2 * (2 * k + 3))


def sin_tail(k: int) -> Fraction:
    """Of (sin(r)/r - 1 + r^2/6)/r^4, in powers of r^2."""
    return sin_coefficient(k + 2)


def cos_tail(k: int) -> Fraction:
    """Of (cos(r) - 1 + r^2/2)/r^4, in powers of r^2."""
    return cos_coefficient(k + 2)


def cube_root_start(k: int) -> Fraction:
    """Of (1 + v)^(-1/3)."""
    return Fraction(prod(-1 - 3 * j for j in range(k)), 3**k * factorial(k))


# Polynomials in doubles that correct a leading term, on a range of their argument.
Tail = tuple[str, Callable[[int], Fraction], tuple[float, float]]
TAILS: tuple[Tail, ...] = (
    ("exp_tail", exp_tail, (-log(2) / 2 - 1e-3, log(2) / 2 + 1e-3)),
    ("log_tail", log_tail, (0.0, ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 + 1e-3)),
    ("asin_tail", asin_tail, (0.0, 0.25)),
    ("atan_tail", atan_tail, (0.0, tan(atan(1 / 2) / 2) ** 2 + 1e-3)),
    ("sin_tail", sin_tail, (0.0, (pi / 4) ** 2 + 1e-3)),
    ("cos_tail", cos_tail, (0.0, (pi / 4) ** 2 + 1e-3)),
)

# Shorter polynomials, and how good they are: those of quick functions, whose first term is 2^-7 of
# the function, and those from which an iteration starts.
SHORT: tuple[tuple[str, Callable[[int], Fraction], tuple[float, float], float], ...] = (
    ("quick_exp_tail", exp_tail, TAILS[0][2], 2.0**-51),
    ("quick_log_tail", log_tail, TAILS[1][2], 2.0**-51),
    ("cube_root_start", cube_root_start, (-1 / 3, 1 / 3), 2.0**-15),
)


def tail_source(
    name: str,
    coefficient: Callable[[int], Fraction],
    part: tuple[float, float],
    accuracy: float = LAST_CORRECTION,
) -> str:
    """Source of a function r -> sum of coefficients*r^k in doubles, by Estrin's rule.

    Neighbours are joined, then their neighbours: the steps of one level do not wait for each other.

    >>> print(tail_source("cubic", lambda k: Fraction(1, k + 1) if k < 3 else Fraction(0), (0, 1)))
    def cubic(r):
        a0 = fma(0.5, r, 1.0)
        r2 = r*r
        b0 = fma(0.3333333333333333, r2, a0)
        return b0
    """
    parts = [repr(nearest(c)) for c in economised(coefficient, part, accuracy)]
    lines, power, count = [f"def {name}(r):"], "r", 1
    for level in ascii_lowercase:
        pairs = list(zip_longest(parts[::2], parts[1::2]))
        for k, (low, high) in enumerate(pairs):
            if high is not None:
                lines.append(f"    {level}{k} = fma({high}, {power}, {low})")
        parts = [low if high is None else f"{level}{k}" for k, (low, high) in enumerate(pairs)]
        if len(parts) == 1:
            break
        lines.append(f"    r{2 * count} = {power}*{power}")
        power, count = f"r{2 * count}", 2 * count
    return "\n".join([*lines, f"    return {parts[0]}"])


def economised(
    coefficient: Callable[[int], Fraction],
    part: tuple[float, float],
    accuracy: float = LAST_CORRECTION,
) -> tuple[Fraction, ...]:
    """The power series on an interval by a shorter polynomial: its Chebyshev series, cut.

    What is cut is, term by term, at most `accuracy` of the largest coefficient in that basis.

    >>> economised(lambda k: Fraction(1 if k < 3 else 0), (-1.0, 1.0)) == (1, 1, 1)
    True
    """
    low, high = (Fraction(end) for end in part)
    radius = float(max(abs(low), abs(high)))
    series = [coefficient(k) for k in _orders(coefficient, radius, LAST_CORRECTION / 16)]
    series = series[: max(k for k, c in enumerate(series) if c) + 1]
    x = sp.Symbol("x")
    middle, half = (sp.Rational(end) for end in ((low + high) / 2, (high - low) / 2))
    exact = [sp.Rational(c.numerator, c.denominator) for c in series]
    left = sp.Poly(exact[::-1], x).compose(sp.Poly([half, middle], x))
    kept = sp.Poly(0, x)
    parts: list[sp.Rational] = []
    for k in range(left.degree(), -1, -1):  # from the highest, which only T_k has
        wave = sp.Poly(sp.chebyshevt_poly(k, x), x)
        parts.append(left.coeff_monomial(x**k) / wave.LC())
        left -= wave * parts[-1]
    largest = max(map(abs, parts))
    for k, part_ in enumerate(reversed(parts)):
        if abs(part_) > accuracy * largest:
            kept += sp.Poly(sp.chebyshevt_poly(k, x), x) * part_
    found = kept.compose(sp.Poly([1 / half, -middle / half], x)).all_coeffs()
    return tuple(Fraction(int(c.p), int(c.q)) for c in reversed(found))


def series_source(name: str, coefficient: Callable[[int], Fraction], radius: float) -> str:
    """Source of a function (rh, rl) -> (h, l) that sums a series for |r| <= radius.

    >>> print(series_source("quadratic", lambda k: Fraction(1) if k < 3 else Fraction(0), 1e-9))
    def quadratic(rh, rl):
        ph = 1.0
        m = ph*rh
        e = fma(ph, rl, fma(ph, rh, -m))
        ph = 1.0 + m
        pl = (m - (ph - 1.0)) + e
        m = ph*rh
        e = fma(pl, rh, fma(ph, rl, fma(ph, rh, -m)))
        ph = 1.0 + m
        pl = (m - (ph - 1.0)) + e
        return ph, pl
    """
    exact = list(
        takewhile(
            lambda c: c != 0,
            (coefficient(k) for k in _orders(coefficient, radius, LAST_TERM)),
        )
    )
    pairs = max(1, len(list(_orders(coefficient, radius, HALF_DIGITS))))
    lines = [f"def {name}(rh, rl):", *_double_part(exact[pairs:]), *_pair_part(exact[:pairs])]
    return "\n".join([*lines, "    return ph, pl"])


def _orders(coefficient: Callable[[int], Fraction], radius: float, bound: float) -> Any:
    return takewhile(lambda k: abs(float(coefficient(k))) * radius**k > bound, count())


def _double_part(coefficients: list[Fraction]) -> list[str]:
    *others, last = [nearest(c) for c in coefficients]
    value = repr(last)
    lines: list[str] = []
    for c in reversed(others):
        lines.append(f"    ph = fma({value}, rh, {c!r})")
        value = "ph"
    return lines or [f"    ph = {value}"]


def _pair_part(coefficients: list[Fraction]) -> list[str]:
    lines: list[str] = []
    for step, c in enumerate(reversed(coefficients)):
        high, low = (repr(word) for word in words(sp.Rational(c.numerator, c.denominator), 2))
        product = "fma(ph, rl, fma(ph, rh, -m))"
        lines.append("    m = ph*rh")
        lines.append(f"    e = {product if step == 0 else f'fma(pl, rh, {product})'}")
        lines.append(f"    ph = {high} + m")
        tail = "e" if float(low) == 0.0 else f"(e + {low})"
        lines.append(f"    pl = (m - (ph - {high})) + {tail}")
    return lines


def constants() -> dict[str, Any]:
    """The constants that the source of pair functions refers to by name."""
    high, low = words(sp.log(2), 2)
    short = nearest(Fraction(round(Fraction(high) * 2**42), 2**42))  # times n it is exact
    rest = words(sp.log(2) - sp.Rational(Fraction(short)), 2)
    return {
        "SMALLEST_NORMAL": sys.float_info.min,
        "MOST": sys.float_info.max,
        "SQRT_HALF": words(sp.sqrt(2) / 2, 1)[0],
        "SQRT_HALF_BITS": _bits(words(sp.sqrt(2) / 2, 1)[0]),
        "ONE_BITS": _bits(1.0),
        "ATAN_HALF_HIGH": words(sp.atan(sp.Rational(1, 2)), 2)[0],
        "ATAN_HALF_LOW": words(sp.atan(sp.Rational(1, 2)), 2)[1],
        "LOW_RATIO": tan(atan(1 / 2) / 2),  # half-way, as an angle, from 0 to 1/2
        "HIGH_RATIO": tan((atan(1 / 2) + atan(1)) / 2),  # and from 1/2 to 1
        "INVERSE_LOG2": words(1 / sp.log(2), 1)[0],
        "LOG2_SHORT": short,
        "LOG2_MIDDLE": rest[0],
        "LOG2_REST": rest[1],
        "LOG2_HIGH": high,
        "LOG2_LOW": low,
        **_cut_half_pi(),
        "HALF_PI_HIGH": words(sp.pi / 2, 2)[0],
        "HALF_PI_LOW": words(sp.pi / 2, 2)[1],
        "SHIFT": 1.5 * 2.0**52,  # adding it rounds to an integer, in its last bits
        "LEAST_EXPONENT": -746.0,  # of an exponential below half the smallest double
        "LOW_EXPONENT": -700.0,  # of one that is normal and nothing beside 1
        "BIASED_SHIFT": 1.5 * 2.0**52 + 1023,  # likewise, and those are an exponent's bits
        "TWO_OVER_PI_HIGH": words(2 / sp.pi, 1)[0],
        "HALF_PI_REST": words(sp.pi / 2, 3)[2],
        "TWO_OVER_PI": two_over_pi(),
        "SIXTH_HIGH": words(sp.Rational(1, 6), 2)[0],
        "SIXTH_LOW": words(sp.Rational(1, 6), 2)[1],
        "THIRD": words(sp.Rational(1, 3), 1)[0],
        "CUBE_ROOT_HALF": words(sp.cbrt(sp.Rational(4, 3)), 1)[0],  # (3/4)^(-1/3)
        "CUBE_ROOT_ONE": words(sp.cbrt(sp.Rational(2, 3)), 1)[0],
        "CUBE_ROOT_TWO": words(sp.cbrt(sp.Rational(1, 3)), 1)[0],
    }


def _bits(value: float) -> int:
    return int.from_bytes(struct.pack(">d", value), "big")


def _cut_half_pi() -> dict[str, float]:
    """pi/2 in four words, the first two short enough that their products with q are exact."""
    first = Fraction(int(sp.floor(sp.pi * 2**31)), 2**32)
    second = Fraction(int(sp.floor(sp.pi * 2**64)), 2**65) - first
    rest = words(sp.pi / 2 - sp.Rational(first + second), 2)
    return dict(zip(CUT_NAMES, (float(first), float(second), *rest), strict=True))


CUT_NAMES = ("HALF_PI_FIRST", "HALF_PI_SECOND", "HALF_PI_THIRD", "HALF_PI_FOURTH")


def two_over_pi() -> tuple[tuple[float, ...], ...]:
    """Row j: 2^(32 j)*2/pi modulo 4 in five doubles, enough for any double times any row."""
    rows = range(1024 // ROW_BITS)
    return tuple(
        words(sp.Integer(2) ** (ROW_BITS * j + 1) / sp.pi - 4 * _quarters(j), ROW_WORDS)
        for j in rows
    )


def _quarters(row: int) -> sp.Integer:
    power = ROW_BITS * row - 1
    with ctx.workprec(power + 64):
        whole, exponent = (arb(2) ** power / arb.pi()).floor().man_exp()  # exact: a ball of one
    return sp.Integer(int(whole)) * sp.Integer(2) ** int(exponent)
