"""Functions of power series of balls, coefficient by coefficient.

    f = g^a      k g_0 f_k = sum over j of (a j - (k - j)) g_j f_(k-j)
    f = exp(g)   k f_k = sum over j of j g_j f_(k-j)
    f = F(g)     k f_k = sum over j of j g_j h_(k-j),  h = F'(g)

Where g_0 is a wide ball these lose less than Newton's iteration, on which libraries build series,
since every ball is used as few times as possible. Series are lists of coefficients; all of them are
asked for up to a number of terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, arb_series

Series = list[arb]
Action = Callable[[Sequence[arb], int], Series]


def product(f: Sequence[arb], g: Sequence[arb], count: int) -> Series:
    """f*g."""
    found = []
    for k in range(count):
        total = arb(0)
        for j in range(max(0, k - len(g) + 1), min(k, len(f) - 1) + 1):
            total += f[j] * g[k - j]
        found.append(total)
    return found


def power(exponent: arb) -> Action:
    """g^a, for g_0 > 0 unless a is a whole number."""

    def action(g: Sequence[arb], count: int) -> Series:
        found = [_raised(g[0], exponent)]
        inverse, top = 1 / g[0], len(g) - 1
        for k in range(1, count):
            total = arb(0)
            for j in range(1, min(k, top) + 1):
                total += ((exponent + 1) * j - k) * g[j] * found[k - j]
            found.append(total * inverse / k)
        return found

    return action


def _raised(base: arb, exponent: arb) -> arb:
    if exponent == -1:
        return 1 / base
    return base.sqrt() if exponent == 0.5 else (base.log() * exponent).exp()


def exponential(g: Sequence[arb], count: int) -> Series:
    """exp(g)."""
    return solved(g[0].exp(), g, lambda found: found, count)


def solved(
    first: arb, g: Sequence[arb], slope: Callable[[Series], Sequence[arb]], count: int
) -> Series:
    """f with f_0 = first and f' = slope(f) g', where the slope grows with f term by term."""
    found, weighted = [first], [j * g[j] for j in range(len(g))]
    for k in range(1, count):
        known, total = slope(found), arb(0)
        for j in range(1, min(k, len(g) - 1) + 1):
            total += weighted[j] * known[k - j]
        found.append(total / k)
    return found


def integrated(value: Callable[[arb], arb], slope: Action) -> Action:
    """F(g) from F and its derivative."""

    def action(g: Sequence[arb], count: int) -> Series:
        known = slope(g, count)
        return solved(value(g[0]), g, lambda _: known, count)

    return action


def sine_and_cosine(g: Sequence[arb], count: int) -> tuple[Series, Series]:
    """sin(g) and cos(g), each from the other."""
    sine, cosine = [g[0].sin()], [g[0].cos()]
    weighted = [j * g[j] for j in range(len(g))]
    for k in range(1, count):
        up, down = arb(0), arb(0)
        for j in range(1, min(k, len(g) - 1) + 1):
            up += weighted[j] * cosine[k - j]
            down += weighted[j] * sine[k - j]
        sine.append(up / k)
        cosine.append(-down / k)
    return sine, cosine


def sine(g: Sequence[arb], count: int) -> Series:
    """sin(g)."""
    return sine_and_cosine(g, count)[0]


def cosine(g: Sequence[arb], count: int) -> Series:
    """cos(g)."""
    return sine_and_cosine(g, count)[1]


def tangent(g: Sequence[arb], count: int) -> Series:
    """tan(g)."""
    above, below = sine_and_cosine(g, count)
    return product(above, power(arb(-1))(below, count), count)


def _one_plus_square(sign: int, exponent: float) -> Action:
    """(1 + sign*g^2)^exponent."""

    def action(g: Sequence[arb], count: int) -> Series:
        square = product(g, g, count)
        if not square[0] >= 0:
            square[0] = square[0].nonnegative_part()
        below = [sign * c for c in square]
        below[0] = 1 + below[0]
        return power(arb(exponent))(below, count)

    return action


def _gauss(sign: int, scale: int) -> Action:
    """scale*2/sqrt(pi) exp(sign*g^2)."""

    def action(g: Sequence[arb], count: int) -> Series:
        found = exponential([sign * c for c in product(g, g, count)], count)
        factor = scale * 2 / arb.pi().sqrt()
        return [factor * c for c in found]

    return action


def _hyperbolic(sign: int) -> Action:
    def action(g: Sequence[arb], count: int) -> Series:
        up, down = exponential(g, count), exponential([-c for c in g], count)
        return [(a + sign * b) / 2 for a, b in zip(up, down, strict=True)]

    return action


def hyperbolic_tangent(g: Sequence[arb], count: int) -> Series:
    """tanh(g), from (1 - e)/(1 + e) with e = exp(-2|g|)."""
    if g[0] < 0:
        return [-c for c in hyperbolic_tangent([-c for c in g], count)]
    e = exponential([-2 * c for c in g], count)
    above, below = [-c for c in e], list(e)
    above[0], below[0] = 1 - e[0], 1 + e[0]
    return product(above, power(arb(-1))(below, count), count)


reciprocal: Action = power(arb(-1))
square_root: Action = power(arb(0.5))
logarithm: Action = integrated(arb.log, reciprocal)
hyperbolic_sine: Action = _hyperbolic(-1)
hyperbolic_cosine: Action = _hyperbolic(1)
arc_sine: Action = integrated(arb.asin, _one_plus_square(-1, -0.5))
arc_cosine: Action = integrated(
    arb.acos, lambda g, n: [-c for c in _one_plus_square(-1, -0.5)(g, n)]
)
arc_tangent: Action = integrated(arb.atan, _one_plus_square(1, -1))
area_sine: Action = integrated(arb.asinh, _one_plus_square(1, -0.5))
area_tangent: Action = integrated(arb.atanh, _one_plus_square(-1, -1))
error_function: Action = integrated(arb.erf, _gauss(-1, 1))
complementary_error_function: Action = integrated(arb.erfc, _gauss(-1, -1))
imaginary_error_function: Action = integrated(arb.erfi, _gauss(1, 1))


def expm1(g: Sequence[arb], count: int) -> Series:
    """exp(g) - 1."""
    found = exponential(g, count)
    return [g[0].expm1(), *found[1:]]


def log1p(g: Sequence[arb], count: int) -> Series:
    """log(1 + g)."""
    return logarithm([1 + g[0], *g[1:]], count)


def by_library(method: Callable[[arb_series], arb_series]) -> Action:
    """A function whose series the library knows."""

    def action(g: Sequence[arb], count: int) -> Series:
        found = method(arb_series(list(g), prec=count))
        return [found[k] for k in range(count)]

    return action
