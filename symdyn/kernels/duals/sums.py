"""Gaussian sums over a piecewise polynomial, compiled once for all functions.

    V(q)       = E[f(z)^2]                                       z ~ N(0, q)
    a_k(q)     = E[f(z) h_k(z / sqrt(q))]                        h_k: normalised Hermite polynomials
    M(m, s)    = E[f(m + s y)]                                   y ~ N(0, 1)
    W(p, q, c) = E[f(z) M(c sqrt(q/p) z, sqrt(q (1 - c^2)))]     z ~ N(0, p)
               = sum_k a_k(p) a_k(q) c^k                         for |c| <= 1/2

Between neighbouring edges f is a polynomial of degree ORDER - 1 (`pieces`), so that Gauss-Legendre
rules of ORDER nodes on panels no wider than WIDEST standard deviations leave no error above the
last bits, and where a whole Gaussian lies on one panel, a Gauss-Hermite rule is exact. Towards
zero, one panel that ends at zero takes the place of all that are narrower than what matters. Terms
are added without a known cancellation, and the series leaves small c their digits.

All compiled code that calls one another stands in this file, because Numba looks at the date of one
file only when it takes machine code from its cache.
"""

from __future__ import annotations

from math import exp, frexp, pi, sqrt
from typing import Any

import numpy as np
from numba import njit

Doubles = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Arrays = tuple[Any, Any, Any, int, Any, int]  # arrays of doubles and of places: see `chosen`

ORDER = 20  # nodes of a panel, coefficients of its polynomial
WIDEST = 4.0  # width of a panel in standard deviations
RADIANS = 12.0  # by which h_k, with its frequency of sqrt(k), may turn on a panel
FINEST = 2.0**-60  # of sqrt(1 - c^2): no panel at zero is chosen narrower for smaller ones
TERMS = 64  # of the series in c, for |c| <= 1/2
NODES, WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
_GAUSS, _MASS = np.polynomial.hermite_e.hermegauss(ORDER // 2 + 2)
GAUSS, MASS = _GAUSS, _MASS / np.sqrt(2 * np.pi)
HEIGHT = 1 / sqrt(2 * pi)


@njit(cache=True, error_model="numpy")
def chosen(pieces: Arrays, scale: float) -> Integers:
    """Places of the pieces that tile the line, the innermost no wider than the scale.

    Pieces are (low, high, coefficients, first and last of the main ones, those at zero by side and
    level, level of the widest at zero).
    """
    low, high, _, main, at_zero, widest = pieces
    _, exponent = frexp(scale)
    start = max(1 - exponent + widest, 0)
    inner = np.full(2, -1, np.int64)
    for side in range(2):
        for level in range(at_zero.shape[1]):
            if at_zero[side, level] >= 0:
                inner[side] = at_zero[side, level]
                if level >= start:
                    break
    found = np.empty(main + 2, np.int64)
    count = 0
    for k in range(main):
        if low[k] < 0 and (inner[0] < 0 or high[k] <= low[inner[0]]):
            found[count] = k
            count += 1
    for side in range(2):
        if inner[side] >= 0:
            found[count] = inner[side]
            count += 1
    for k in range(main):
        if low[k] >= 0 and (inner[1] < 0 or low[k] >= high[inner[1]]):
            found[count] = k
            count += 1
    return found[:count]


@njit(cache=True, error_model="numpy")
def panels(
    pieces: Arrays,
    scale: float,
    spread: float,
    reach: float,
    widest: float,
    bends: Doubles,
    narrow: float,
) -> tuple[Doubles, Doubles, Integers]:
    """Ends of panels and their pieces: within reach*spread, no wider than widest*spread.

    Around the bends, panels are no wider than WIDEST*narrow up to reach*narrow away.
    """
    low, high, _, _, _, _ = pieces
    tiles = chosen(pieces, scale)
    far = reach * spread
    cuts = [far]
    for bend in bends:
        for k in range(-3, 4):
            cuts.append(bend + k * reach / 3 * narrow)
    lows, highs, owners = [0.0], [0.0], [0]  # a value each, to tell the types
    for tile in tiles:
        start, end = max(low[tile], -far), min(high[tile], far)
        if start >= end:
            continue
        inside = [start]
        for cut in cuts:
            if start < cut < end:
                inside.append(cut)
        inside.append(end)
        inside.sort()
        for i in range(len(inside) - 1):
            a, b = inside[i], inside[i + 1]
            parts = int(np.ceil((b - a) / (widest * spread)))
            for j in range(parts):
                lows.append(a + (b - a) * j / parts)
                highs.append(b if j == parts - 1 else a + (b - a) * (j + 1) / parts)
                owners.append(tile)
    return np.array(lows[1:]), np.array(highs[1:]), np.array(owners[1:])


@njit(cache=True, error_model="numpy")
def horner(coefficients: Doubles, t: float) -> float:
    """The polynomial with these coefficients at t."""
    value = coefficients[ORDER - 1]
    for k in range(ORDER - 2, -1, -1):
        value = value * t + coefficients[k]
    return value


@njit(cache=True, error_model="numpy")
def second_moment(pieces: Arrays, q: float, reach: float) -> float:
    """V(q)."""
    low, high, coefficients, _, _, _ = pieces
    spread = sqrt(q)
    lows, highs, owners = panels(pieces, spread / 4, spread, reach, WIDEST, np.empty(0), 1.0)
    total = 0.0
    for k in range(lows.size):
        own = owners[k]
        half, middle = (highs[k] - lows[k]) / 2, (highs[k] + lows[k]) / 2
        part = 0.0
        for i in range(ORDER):
            z = middle + half * NODES[i]
            t = (z - (low[own] + high[own]) / 2) / ((high[own] - low[own]) / 2)
            x = z / spread
            f = horner(coefficients[own], t)
            part += WEIGHTS[i] * f * f * exp(-x * x / 2)
        total += part * (half / spread)
    return total * HEIGHT


@njit(cache=True, error_model="numpy")
def hermite_coefficients(
    pieces: Arrays, q: float, reach: float, places: Doubles, jumps: Doubles, terms: int
) -> Doubles:
    """a_k(q) for k < terms; f may have point masses (jumps) at places besides.

    What is beyond the reach changes W by no more than its own expectation, at all orders together.
    """
    low, high, coefficients, _, _, _ = pieces
    spread = sqrt(q)
    result = np.zeros(terms)
    widest = min(WIDEST, RADIANS / sqrt(terms))
    lows, highs, owners = panels(pieces, spread / 4, spread, reach, widest, np.empty(0), 1.0)
    for k in range(lows.size):
        own = owners[k]
        half, middle = (highs[k] - lows[k]) / 2, (highs[k] + lows[k]) / 2
        for i in range(ORDER):
            z = middle + half * NODES[i]
            t = (z - (low[own] + high[own]) / 2) / ((high[own] - low[own]) / 2)
            x = z / spread
            f = horner(coefficients[own], t)
            _add_hermite(result, x, HEIGHT * half / spread * WEIGHTS[i] * f * exp(-x * x / 2))
    for k in range(places.size):
        x = places[k] / spread
        _add_hermite(result, x, jumps[k] * HEIGHT / spread * exp(-x * x / 2))
    return result


@njit(cache=True, error_model="numpy")
def _add_hermite(result: Doubles, x: float, weight: float) -> None:
    previous, present = 0.0, weight
    for k in range(result.size):
        result[k] += present
        root = sqrt(k + 1.0)
        previous, present = present, (x * present - sqrt(float(k)) * previous) / root


@njit(cache=True, error_model="numpy")
def second_moments(pieces: Arrays, q: Doubles, reach: Doubles, out: Doubles) -> None:
    """V at every element."""
    for i in range(q.size):
        out[i] = second_moment(pieces, q[i], reach[i])


@njit(cache=True, error_model="numpy")
def means(pieces: Arrays, q: Doubles, reach: Doubles, out: Doubles) -> None:
    """E[f(z)] at every element: the coefficient of order 0."""
    nowhere = np.empty(0)
    for i in range(q.size):
        out[i] = hermite_coefficients(pieces, q[i], reach[i], nowhere, nowhere, 1)[0]


@njit(cache=True, error_model="numpy")
def smoothed(pieces: Arrays, tiles: Integers, mean: float, spread: float, reach: float) -> float:
    """M(m, s)."""
    low, high, coefficients, _, _, _ = pieces
    start, end = mean - reach * spread, mean + reach * spread
    first, last = 0, tiles.size - 1
    while first < last:
        half_way = (first + last) // 2
        if high[tiles[half_way]] <= start:
            first = half_way + 1
        else:
            last = half_way
    total = 0.0
    own = tiles[first]
    if low[own] <= start and end <= high[own]:
        scale = 2 / (high[own] - low[own])
        middle = (low[own] + high[own]) / 2
        for i in range(GAUSS.size):
            t = ((mean - middle) + spread * GAUSS[i]) * scale
            total += MASS[i] * horner(coefficients[own], t)
        return total
    for place in range(first, tiles.size):
        own = tiles[place]
        if low[own] >= end:
            break
        scale = 2 / (high[own] - low[own])
        middle = (low[own] + high[own]) / 2
        if scale * spread > 2:  # narrow: places inside are told from its own middle
            y, half = (middle - mean) / spread, 1 / (scale * spread)
            total += _over_narrow(coefficients[own], y, half)
            continue
        a = max((low[own] - mean) / spread, -reach)
        b = min((high[own] - mean) / spread, reach)
        parts = int(np.ceil((b - a) / WIDEST))
        origin = (mean - middle) * scale
        half = (b - a) / parts / 2
        for j in range(parts):
            y = a + (2 * j + 1) * half
            total += _over_part(coefficients[own], origin, spread * scale, y, half)
    return total * HEIGHT


@njit(cache=True, error_model="numpy")
def _over_part(coefficients: Doubles, origin: Any, slope: Any, middle: Any, half: Any) -> float:
    """Integral of the polynomial in origin + slope*y times exp(-y^2/2) around a middle."""
    t, values = np.empty(ORDER), np.empty(ORDER)
    for i in range(ORDER):
        t[i] = origin + slope * (middle + half * NODES[i])
        values[i] = coefficients[ORDER - 1]
    for k in range(ORDER - 2, -1, -1):
        for i in range(ORDER):
            values[i] = values[i] * t[i] + coefficients[k]
    total = 0.0
    for i in range(ORDER):
        y = middle + half * NODES[i]
        total += WEIGHTS[i] * values[i] * exp(-y * y / 2)
    return total * half


@njit(cache=True, error_model="numpy")
def _over_narrow(coefficients: Doubles, middle: Any, half: Any) -> float:
    """Integral of a whole piece times exp(-y^2/2)."""
    total = 0.0
    for i in range(ORDER):
        y = middle + half * NODES[i]
        total += WEIGHTS[i] * horner(coefficients, NODES[i]) * exp(-y * y / 2)
    return total * half


@njit(cache=True, error_model="numpy")
def product_moment(
    pieces: Arrays,
    p: float,
    q: float,
    c: float,
    sine: float,
    reach: float,
    parity: int,
    bends: Doubles,
    places: Doubles,
    jumps: Doubles,
) -> float:
    """W(p, q, c) with sine = sqrt(1 - c^2) > 0; parity is 1, -1, or 0 for none."""
    low, high, coefficients, _, _, _ = pieces
    outer, inner = sqrt(p), sqrt(q)
    spread = sine * inner
    fine = min(outer, inner) / 4
    if (bends == 0).any():
        fine *= max(sine, FINEST)
    tiles = chosen(pieces, fine)
    slope = c * inner / outer
    lows, highs, owners = panels(
        pieces, fine, outer, reach, WIDEST, bends / slope, abs(spread / slope)
    )
    total = 0.0
    for k in range(lows.size):
        if parity != 0 and highs[k] <= 0:
            continue
        own = owners[k]
        half, middle = (highs[k] - lows[k]) / 2, (highs[k] + lows[k]) / 2
        part = 0.0
        for i in range(ORDER):
            z = middle + half * NODES[i]
            t = (z - (low[own] + high[own]) / 2) / ((high[own] - low[own]) / 2)
            f = horner(coefficients[own], t)
            x = z / outer
            left = reach * reach - x * x
            if f == 0 or left <= 0:
                continue
            mean = smoothed(pieces, tiles, slope * z, spread, sqrt(left))
            part += WEIGHTS[i] * f * exp(-x * x / 2) * mean
        total += part * (half / outer)
    total *= HEIGHT
    if parity != 0:
        total *= 2
    for k in range(places.size):
        total += _mass(pieces, tiles, places, jumps, k, p, q, c, sine, reach)
    return total


@njit(cache=True, error_model="numpy")
def _mass(
    pieces: Arrays,
    tiles: Integers,
    places: Doubles,
    jumps: Doubles,
    k: int,
    p: float,
    q: float,
    c: float,
    sine: float,
    reach: float,
) -> float:
    """What the point mass at one place adds to W: with f on either side, and with the others."""
    outer, inner = sqrt(p), sqrt(q)
    x, y = places[k] / outer, places[k] / inner
    first, second = HEIGHT / outer * exp(-x * x / 2), HEIGHT / inner * exp(-y * y / 2)
    total = first * smoothed(pieces, tiles, c * inner * x, sine * inner, reach)
    total += second * smoothed(pieces, tiles, c * outer * y, sine * outer, reach)
    for j in range(places.size):
        w = (places[j] / inner - c * x) / sine
        total += jumps[j] * first * HEIGHT / (sine * inner) * exp(-w * w / 2)
    return jumps[k] * total


@njit(cache=True, error_model="numpy")
def product_moments(
    pieces: Arrays,
    p: Doubles,
    q: Doubles,
    c: Doubles,
    sine: Doubles,
    reach: Doubles,
    parity: int,
    bends: Doubles,
    places: Doubles,
    jumps: Doubles,
    out: Doubles,
) -> None:
    """W at every element: by the series in c up to 1/2, beyond by the sum over two variables."""
    for i in range(p.size):
        if abs(c[i]) <= 0.5:
            first = hermite_coefficients(pieces, p[i], reach[i], places, jumps, TERMS)
            second = first
            if q[i] != p[i]:
                second = hermite_coefficients(pieces, q[i], reach[i], places, jumps, TERMS)
            out[i] = series(first, second, parity, c[i])
        else:
            out[i] = product_moment(
                pieces, p[i], q[i], c[i], sine[i], reach[i], parity, bends, places, jumps
            )


@njit(cache=True, error_model="numpy")
def series(first: Doubles, second: Doubles, parity: int, c: float) -> float:
    """sum_k a_k(p) a_k(q) c^k, where parity leaves even or odd k only."""
    total = 0.0
    for k in range(first.size - 1, -1, -1):
        term = first[k] * second[k]
        if (parity == 1 and k % 2 == 1) or (parity == -1 and k % 2 == 0):
            term = 0.0
        total = total * c + term
    return total
