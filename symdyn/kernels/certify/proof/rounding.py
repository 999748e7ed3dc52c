"""Rounding errors of operations, in doubles and in the two arithmetics of two doubles.

u = 2^-53. A sum, product, quotient or root of doubles is rounded once: its error is at most u times
the result (products that underflow lose up to 2^-1075 besides, and have no relative error). What
the wide arithmetics do beyond that is bounded from their text:

    add   s + e = a + b exactly, then the tails are added to e in doubles
    mul   p + e = a b exactly (one fma), then crossed products are added; tail times tail is not
    div   q + r/b = a/b exactly, r = a - q b by an fma; then one quotient of corrections
    sqrt  s + (v - s^2)/(2 s), which is off by the square of that correction
    sqrt_cubed  v s + s (v - s^2)/2, likewise: with s = (1 + e) sqrt(v) off by 3/2 e^2

    cbrt  y and Newton's correction, from a start that is off by 2^-40: the square of that is left
    root  the same for any degree (`comp_root`)
    log   n log(2) + 2 s + 2 s z q(z) with s and n log(2) in two words; the rest, a hundredth of it
          and 0.0035 at most, in doubles
    exp   2^n (1 + r + r^2/2 + r^3 p(r)) with r and the first terms in two words; the rest, a
          hundredth of it at most, in doubles with five roundings

Residues are exact where nothing underflows. Pair arithmetic differs by normalising at the end.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import replace
from itertools import product

from symdyn.kernels.certify.proof.bounds import (
    LEAST,
    RESIDUES,
    SMALLEST_NORMAL,
    UNIT,
    Bounds,
    compound,
    down_from,
    finished,
    settle,
    smallest,
    up,
    up_from,
)
from symdyn.kernels.certify.proof.models import NotEnclosed

INFINITE = math.inf
SOME = 2.0**-50  # of a power that a double library gives
SMALL_PART = 0.25  # of a sum, at most
START = 2.0**-40  # share by which Newton's corrections of roots begin
LARGEST_POWER = 2.0**1020  # beyond, powers of roots may overflow
# Functions of two doubles err by what rounding does to the tails of their series; u is 2^-53. By
# Estrin's rule a tail has 5 roundings of its leading term. That of exp is r^3/6 + ... <= 0.0077
# (r <= 0.348), taken by 3 products and 2 sums: 10 u of it over exp(r) >= 0.7, at most 0.1 u. For
# log it is 2 s^3/3 + ... <= 0.0035 (s <= 0.172), by 2 products and 2 sums: 9 u of it, 0.04 u.
LOGARITHM, LOGARITHM_SIZE = 2.0**-55, 2.0**-57  # as a share, and as a difference
EXPONENTIAL = 2.0**-56
LARGEST_EXPONENT, LEAST_EXPONENT = 700.0, -640.0  # of e, such that no correction underflows
NOTHING = -746.0  # from there on an exponential is 0


# --- one rounding


def add(a: Bounds, b: Bounds) -> Bounds:
    """a + b in doubles."""
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a
    head = _sum(a, b)
    error, share = a.error + b.error, _share_of_sum(a, b)
    lost = 0.0 if _is_exact_sum(head) else UNIT
    return finished(head, error, share, lost, error + lost * head.big)


def mul(a: Bounds, b: Bounds) -> Bounds:
    """a b in doubles."""
    head = _products(a, b)
    error, share = _error_of_product(a, b), _share_of_product(a, b)
    lost, tiny = _rounding_of_product(a, b)
    if lost == tiny == 0.0:
        return _scaled(head, a, b, error, share)
    return finished(head, error, share, INFINITE if tiny else lost, error + lost * head.big + tiny)


def div(a: Bounds, b: Bounds) -> Bounds:
    """a/b in doubles."""
    head = _quotients(a, b)
    error, share = _error_of_quotient(a, b, head), _share_of_quotient(a, b)
    tiny = LEAST if a.least / b.big < SMALLEST_NORMAL else 0.0
    return finished(head, error, share, INFINITE if tiny else UNIT, error + UNIT * head.big + tiny)


def fma(a: Bounds, b: Bounds, c: Bounds) -> Bounds:
    """a b + c, rounded once."""
    if _is_zero(a) or _is_zero(b):
        return c
    part = _products(a, b)
    low = down_from(down_from(part.low) + c.low)
    high = up_from(up_from(part.high) + c.high)
    head = Bounds(low, high)
    error = _error_of_product(a, b) + c.error
    share = max(_share_of_product(a, b), c.share) if _same_sign(part, c) else INFINITE
    return finished(head, error, share, INFINITE, error + UNIT * head.big + LEAST)


def sqrt(a: Bounds) -> Bounds:
    """The root of a double."""
    head = _root(a)
    error, share = _error_of_root(a)
    return finished(head, error, share, UNIT, error + UNIT * head.big)


# --- two doubles


def wide_add(a: Bounds, b: Bounds) -> Bounds:
    """a + b with what was lost."""
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a
    head = _sum(a, b)
    tails = a.tail + b.tail
    first = 0.0 if _is_exact_sum(head) else UNIT * head.big
    roundings = bool(a.tail and b.tail) + bool(first and tails)  # of tails, and of their sum
    local = roundings * UNIT * (first + tails) * (1 + UNIT)
    share, tail_share = _share_of_sum(a, b), INFINITE
    whole = _with(share, local, head)
    if _same_sign(a, b):  # then what is rounded is small beside every sum, not only the largest
        tail_share = UNIT + max(a.tail_share, b.tail_share) * (1 + 2 * UNIT)
        if tail_share < 0.25:
            relative = roundings * UNIT * tail_share * (1 + UNIT) / (1 - 2 * tail_share)
            whole = min(whole, compound(share, relative))
    found = _tailed(head, first + tails, tail_share)
    return _wide(found, a.error + b.error + local, whole)


def wide_mul(a: Bounds, b: Bounds) -> Bounds:
    """a b with what was lost."""
    head = _products(a, b)
    if _scales(a, b) and a.is_double and b.is_double:
        return _scaled(head, a, b, _error_of_product(a, b), _share_of_product(a, b))
    if _scales(a, b):
        found = replace(head, tail=a.tail * b.big, tail_share=a.tail_share)
        found = found if a.tail else replace(head, tail=b.tail * a.big, tail_share=b.tail_share)
        tiny = LEAST if found.tail else 0.0  # a tail may be less than a normal number
        share = compound(_share_of_product(a, b), tiny / head.least)
        return _wide(found, _error_of_product(a, b) + tiny, share)
    crossed = a.tail_share + b.tail_share
    local = a.tail_share * b.tail_share
    local += 2 * UNIT * (UNIT + crossed) * (1 + UNIT) if crossed else 0.0
    by_size = a.tail * b.tail
    size = a.tail * b.big + b.tail * a.big + UNIT * head.big
    by_size += 2 * UNIT * size * (1 + UNIT) if crossed else 0.0
    tiny = 0.0 if a.least * b.least >= RESIDUES else 4 * LEAST
    found = _tailed(head, size + tiny, INFINITE if tiny else UNIT + crossed)
    error = _error_of_product(a, b) + min(by_size, local * head.big) + tiny
    exactly = local * (1 + 4 * crossed + 4 * UNIT)  # relative to the product, not to its head
    share = compound(_share_of_product(a, b), INFINITE if tiny else exactly)
    return _wide(found, error, share)


def wide_div(a: Bounds, b: Bounds) -> Bounds:
    """a/b with what was lost."""
    head = _quotients(a, b)
    crossed = UNIT + a.tail_share + b.tail_share
    if not crossed < 0.25:
        raise NotEnclosed("a quotient of numbers that have lost their digits")
    local = (UNIT * (UNIT + b.tail_share) + 5 * UNIT * crossed + crossed * b.tail_share * UNIT) * (
        1 + 4 * crossed
    )
    fine = a.least >= RESIDUES and a.least / b.big >= RESIDUES
    tiny = 0.0 if fine else 4 * LEAST * (1 + 1 / b.small)
    found = _tailed(head, crossed * head.big + tiny, INFINITE if tiny else crossed)
    error = _error_of_quotient(a, b, head) + local * head.big + tiny
    share = compound(_share_of_quotient(a, b), INFINITE if tiny else local)
    return _wide(found, error, share)


def wide_sqrt(a: Bounds) -> Bounds:
    """The root of two doubles with what was lost."""
    if _is_zero(a):
        return a
    head = _root(a)
    if not a.tail_share < 2.0**-40 or a.least < RESIDUES:
        raise NotEnclosed("the root of a number that has lost its digits, or is tiny")
    error, share = _error_of_root(a)
    local = 8 * UNIT**2 + 4 * UNIT * a.tail_share + a.tail_share**2
    least = down_from(math.sqrt(a.least) * (1 - 4 * UNIT - a.tail_share))
    margin = 1 + 4 * UNIT + a.tail_share
    head = Bounds(down_from(head.low / margin), up_from(head.high * margin), least)
    found = _tailed(head, 2 * UNIT * head.big, 2 * UNIT)
    return _wide(found, error + local * head.big, compound(share, local))


def wide_sqrt_cubed(a: Bounds) -> Bounds:
    """x sqrt(x) with what was lost."""
    if _is_zero(a):
        return a
    if not a.tail_share < 2.0**-40 or a.least < RESIDUES:
        raise NotEnclosed("the root of a number that has lost its digits, or is tiny")
    root = _root(a)
    head = _products(replace(a, tail=0.0, tail_share=0.0), root)
    if head.least < RESIDUES:
        raise NotEnclosed("a power that may underflow")
    share = compound(a.share, _error_of_root(a)[1])
    off = UNIT + a.tail_share  # of s against the root, as a share
    local = 2 * off**2 + 6 * UNIT * off
    found = _tailed(head, INFINITE, 2 * UNIT + 2 * a.tail_share)
    if not share < 0.5:
        raise NotEnclosed("the root of a number that may be 0 and has an error")
    error = (share / (1 - share) + local) * head.big * (1 + 4 * off)
    return _wide(found, error, compound(share, local))


def wide_root(a: Bounds, degree: int) -> Bounds:
    """A root of any degree with what was lost."""
    if _is_zero(a):
        return a
    if a.low < 0.0 or not a.tail_share < 2.0**-40 or not a.share < 0.25:
        raise NotEnclosed("the root of a number that has lost its digits")
    if a.least < RESIDUES or a.high > LARGEST_POWER:
        raise NotEnclosed("the root of a number that is tiny or huge")
    share = up(a.share * (1 + a.share) / degree)
    off = START + a.tail_share
    local = off**2 * degree + 16 * UNIT * off
    low, high = ((end ** (1.0 / degree)) for end in (a.low, a.high))
    least = (a.least ** (1.0 / degree)) * (1 - 2 * off)
    whole = low * (1 - local - SOME), high * (1 + local + SOME)
    head = Bounds(low * (1 - 2 * off), high * (1 + 2 * off), least, sums=whole)
    found = _tailed(head, 2 * off * head.big, 2 * off)
    error = (share + local) * head.big * (1 + 4 * off)
    return _wide(found, error, compound(share, local))


def wide_log(a: Bounds) -> Bounds:
    """The logarithm of two doubles with what was lost."""
    if a.low <= 0.0 or not a.tail_share < 2.0**-40 or not a.share < 0.25:
        raise NotEnclosed("the logarithm of a number that may be 0, or has lost its digits")
    off = 4 * UNIT + 2 * a.tail_share
    low, high = (math.log(end) for end in (a.low, a.high))
    low, high = low - abs(low) * off - off, high + abs(high) * off + off
    head = Bounds(low, high, max(smallest(low, high), LEAST))
    found = _tailed(head, 2 * UNIT * head.big, 2 * UNIT)
    inner = up(a.share / (1 - a.share))
    error = inner + min(LOGARITHM * head.big, LOGARITHM_SIZE)
    local = min(LOGARITHM, LOGARITHM_SIZE / head.small) if head.small else LOGARITHM
    share = local if inner == 0.0 else local + inner / head.small if head.small else INFINITE
    return _wide(found, error, up(share))


def wide_exp(a: Bounds) -> Bounds:
    """The exponential of two doubles with what was lost."""
    low, high = a.low - a.tail, a.high + a.tail
    if high < NOTHING:
        return Bounds(0.0, 0.0, error=LEAST, share=1.0)
    if low < LEAST_EXPONENT or high > LARGEST_EXPONENT or not a.error < 2.0**-20:
        raise NotEnclosed("the exponential of a number that is huge, or has lost its digits")
    margin = 1 + 2.0**-40
    head = Bounds(math.exp(low) / margin, math.exp(high) * margin, math.exp(low) / margin)
    share = compound(a.error * (1 + a.error), EXPONENTIAL)
    found = _tailed(head, 2 * UNIT * head.big, 2 * UNIT)
    return _wide(found, share * head.big * margin, share)


def normalised(found: Bounds) -> Bounds:
    """The same value with a tail of at most half a unit in the last place of the head."""
    if not found.tail_share < 0.25:
        raise NotEnclosed("a pair that has lost its digits")
    low, high = found.low - found.tail, found.high + found.tail
    if found.low >= 0.0:
        low = max(low, 0.0)
    if found.high <= 0.0:
        high = min(high, 0.0)
    head = replace(found, low=down_from(low) if low else low, high=up_from(high) if high else high)
    return replace(head, least=found.least / 2, grid=LEAST, tail=UNIT * head.big, tail_share=UNIT)


DOUBLE: dict[str, Callable[..., Bounds]] = {
    "add": add,
    "sub": lambda a, b: add(a, b.negated()),
    "mul": mul,
    "div": div,
    "fma": fma,
    "sqrt": sqrt,
    "sqrt_cubed": lambda a: mul(a, sqrt(a)),
}

COMPENSATED: dict[str, Callable[..., Bounds]] = {
    "add": wide_add,
    "sub": lambda a, b: wide_add(a, b.negated()),
    "mul": wide_mul,
    "div": wide_div,
    "sqrt": wide_sqrt,
    "sqrt_cubed": wide_sqrt_cubed,
    "cbrt": lambda a: wide_root(a, 3),
    "log": wide_log,
    "exp": wide_exp,
}


# --- parts


def _sum(a: Bounds, b: Bounds) -> Bounds:
    low, high = a.low + b.low, a.high + b.high
    grid = min(a.grid, b.grid)
    return Bounds(low, high, max(grid, smallest(low, high)), grid)


def _is_exact_sum(head: Bounds) -> bool:
    """Whether every multiple of the grid up to the largest result is a double."""
    return head.big <= head.grid * 2.0**53


def _products(a: Bounds, b: Bounds) -> Bounds:
    low, high = _extremes(operator.mul, a, b)
    least = max(smallest(low, high), down_from(a.least * b.least), LEAST)
    return Bounds(low, high, least, max(a.grid * b.grid, LEAST))


def _quotients(a: Bounds, b: Bounds) -> Bounds:
    if b.small == 0.0:
        raise NotEnclosed("a quotient whose divisor may be 0")
    low, high = _extremes(operator.truediv, a, b)
    return Bounds(low, high, max(down_from(a.least / b.big), LEAST))


def _extremes(
    operation: Callable[[float, float], float], a: Bounds, b: Bounds
) -> tuple[float, float]:
    """The least and the largest result of an operation that is monotone in each of two heads."""
    ends = [operation(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
    if not all(math.isfinite(end) for end in ends):
        raise NotEnclosed("a product or quotient that overflows")
    return min(ends), max(ends)


def _root(a: Bounds) -> Bounds:
    if a.low < 0.0:
        raise NotEnclosed("the root of a number that may be negative")
    return Bounds(math.sqrt(a.low), math.sqrt(a.high), math.sqrt(a.least))


def _is_zero(a: Bounds) -> bool:
    """Whether a value is 0, and ought to be."""
    return a.low == a.high == 0.0 and a.is_double and a.error == 0.0


def _same_sign(a: Bounds, b: Bounds) -> bool:
    return (a.low >= 0.0 and b.low >= 0.0) or (a.high <= 0.0 and b.high <= 0.0)


def _share_of_sum(a: Bounds, b: Bounds) -> float:
    """That of the worse term; where signs differ, that of a term which is much larger."""
    if _same_sign(a, b):
        return max(a.share, b.share)
    shares = [INFINITE]
    for small, large in ((a, b), (b, a)):
        least = large.small - large.tail - large.error
        most = small.big + small.tail + small.error
        if most < SMALL_PART * least:
            shares.append((large.share + small.error / least) / (1 - most / least))
    return up(min(shares))


def _with(share: float, local: float, head: Bounds) -> float:
    """A share with a local error: relative to the smallest result."""
    if local == 0.0:
        return share
    return compound(share, 1.01 * local / head.small) if head.small else INFINITE


def _scales(a: Bounds, b: Bounds) -> bool:
    """Whether a factor is 0 or a power of two, and nothing underflows."""
    for one, other in ((a, b), (b, a)):
        if one.is_point and one.is_double and (one.low == 0.0 or _is_power_of_two(one.low)):
            fine = max(other.grid, math.ulp(other.least)) * abs(one.low) >= LEAST
            return one.low == 0.0 or fine or other.least * abs(one.low) >= 2.0**54 * LEAST
    return False


def _scaled(head: Bounds, a: Bounds, b: Bounds, error: float, share: float) -> Bounds:
    """An exact product: what was before the last rounding of the other factor is before its own."""
    scale, other = (a, b) if a.is_point and _is_power_of_two(a.low) else (b, a)
    error, share = settle(head, up(error), up(share))
    found = replace(head, error=error, share=share)
    if other.before is None or not (scale.is_point and scale.error == 0.0):
        return replace(found, before=(error, share))
    return replace(found, before=(up(other.before[0] * scale.big), other.before[1]))


def _is_power_of_two(value: float) -> bool:
    return abs(math.frexp(value)[0]) == 0.5


def _rounding_of_product(a: Bounds, b: Bounds) -> tuple[float, float]:
    if _scales(a, b):
        return 0.0, 0.0
    return UNIT, 0.0 if a.least * b.least >= SMALLEST_NORMAL else LEAST


def _error_of_product(a: Bounds, b: Bounds) -> float:
    largest = (a.big + a.tail + a.error) * b.error + (b.big + b.tail) * a.error
    share = _share_of_product(a, b)
    return min(largest, up(share * _ideal(a) * _ideal(b))) if share < INFINITE else largest


def _ideal(a: Bounds) -> float:
    """The largest size of the ideal value."""
    by_share = (a.big + a.tail) / (1 - a.share) if a.share < 0.5 else INFINITE
    return min(a.big + a.tail + a.error, by_share)


def _share_of_product(a: Bounds, b: Bounds) -> float:
    return compound(a.share, b.share)


def _error_of_quotient(a: Bounds, b: Bounds, head: Bounds) -> float:
    below = b.small - b.tail - b.error
    if b.tail_share < 0.25 and b.share < 0.25:
        below = max(below, b.small * (1 - b.tail_share) * (1 - b.share) * (1 - 2.0**-40))
    if not below > 0.0:
        raise NotEnclosed("a quotient whose divisor may be 0")
    largest = head.big * (1 + 2.0**-20) if a.tail_share + b.tail_share < 2.0**-21 else INFINITE
    error = (a.error + largest * b.error if b.error else a.error) / below
    share = _share_of_quotient(a, b)
    return min(error, up(share * _ideal(a) / below)) if share < INFINITE else error


def _share_of_quotient(a: Bounds, b: Bounds) -> float:
    return (a.share + b.share) / (1 - b.share) if b.share < 0.5 else INFINITE


def _error_of_root(a: Bounds) -> tuple[float, float]:
    share = a.share * 0.5 * (1 + a.share) if a.share < 0.25 else INFINITE
    least = a.small - a.tail - a.error
    by_size = a.error / (2 * math.sqrt(least)) if least > 0.0 else INFINITE
    by_share = share * math.sqrt(_ideal(a)) if share < INFINITE else INFINITE
    if a.error == 0.0:
        return 0.0, 0.0
    error = min(up(by_size), up(by_share))
    if error == INFINITE:
        raise NotEnclosed("the root of a number that may be 0 and has an error")
    return error, share


def _tailed(head: Bounds, tail: float, share: float) -> Bounds:
    """A head with its tail, which each of two bounds may tell."""
    tail, share = up(tail), up(share)
    tail = min(tail, up(share * head.big)) if share < INFINITE else tail
    share = min(share, up(tail / head.small)) if head.small else share
    if tail == 0.0:
        share = 0.0
    return replace(head, tail=tail, tail_share=share)


def _wide(found: Bounds, error: float, share: float) -> Bounds:
    error, share = settle(found, up(error), up(share))
    return replace(found, error=error, share=share)
