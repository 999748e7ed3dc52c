"""Special functions on balls that Arb does not offer under SymPy's name and conventions.

Each is a composition of Arb functions and accepts real balls (arb) and complex ones (acb); a real
ball outside the real domain gives a ball that is not finite, and the caller tries the complex one.

    n choose k = Gamma(n+1) / (Gamma(k+1) Gamma(n-k+1))
    B(a, b)    = Gamma(a) Gamma(b) / Gamma(a+b)
    H1_n, H2_n = J_n + i Y_n, J_n - i Y_n
    j_n(z)     = sqrt(pi/(2z)) J_{n+1/2}(z), and y_n alike
    K_n(z)     on wide balls, by its values on the positive axis
    F_n        = (phi^n - cos(pi n) phi^-n) / sqrt(5), phi the golden ratio; L_n alike
    H_n        = psi(n+1) + Euler's constant;  H_{n,m} = zeta(m) - zeta(m, n+1)
"""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx

from symdyn.numerics.piecewise import NOT_FINITE, hull
from symdyn.numerics.regions import integer_value

Ball = Any  # arb or acb, the same for all arguments of a function
_RADIUS_BITS = 40
_LARGE, _MOST_TERMS = 40, 4_000
_NEAR = 2  # where power series lose no digits to speak of


def inverse_cotangent(z: Ball) -> Ball:
    """atan(1/z), with the value pi/2 at 0."""
    if z.is_zero():
        return arb.pi() / 2
    if isinstance(z, arb) and z.contains(0):
        return hull(-arb.pi() / 2, arb.pi() / 2)
    return (1 / z).atan()


def angle(y: Ball, x: Ball) -> Ball:
    """atan2(y, x): the phase of x + iy."""
    if isinstance(y, arb) and isinstance(x, arb):
        return arb.atan2(y, x) if not (y.is_zero() and x.is_zero()) else arb.nan()
    return -acb(0, 1) * ((x + acb(0, 1) * y) / (acb(x) ** 2 + acb(y) ** 2).sqrt()).log()


def factorial(z: Ball) -> Ball:
    """Gamma(z + 1)."""
    return (z + 1).gamma()


def double_factorial(z: Ball) -> Ball:
    """2^(z/2) (pi/2)^((cos(pi z) - 1)/4) Gamma(z/2 + 1)."""
    return 2 ** (z / 2) * (arb.pi() / 2) ** ((z.cos_pi() - 1) / 4) * (z / 2 + 1).gamma()


def binomial(n: Ball, k: Ball) -> Ball:
    """n choose k."""
    count = integer_value(k)
    if count is None:
        return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma()
    if count < 0:
        return arb(0)
    return (n - k + 1).rising(arb(count)) / arb.fac_ui(count)


def beta(a: Ball, b: Ball) -> Ball:
    """Gamma(a) Gamma(b) / Gamma(a + b)."""
    return a.gamma() * b.gamma() * (a + b).rgamma()


def incomplete_beta(a: Ball, b: Ball, lower: Ball, upper: Ball) -> Ball:
    """Integral of t^(a-1) (1-t)^(b-1) between two points."""
    return upper.beta_lower(a, b) - lower.beta_lower(a, b)


def regularised_beta(a: Ball, b: Ball, lower: Ball, upper: Ball) -> Ball:
    """Incomplete beta function over B(a, b)."""
    return incomplete_beta(a, b, lower, upper) / beta(a, b)


def rising_factorial(x: Ball, k: Ball) -> Ball:
    """x (x+1) ... (x+k-1)."""
    count = integer_value(k)
    return x.rising(k) if count is not None and count >= 0 else (x + k).gamma() * x.rgamma()


def falling_factorial(x: Ball, k: Ball) -> Ball:
    """x (x-1) ... (x-k+1)."""
    count = integer_value(k)
    if count is not None and count >= 0:
        return (x - k + 1).rising(k)
    return (x + 1).gamma() * (x - k + 1).rgamma()


def harmonic(n: Ball, order: Ball | None = None) -> Ball:
    """Harmonic number H_n, or the generalised H_{n,m}."""
    if order is None or integer_value(order) == 1:
        return (n + 1).digamma() + arb.const_euler()
    return order.zeta() - order.zeta(n + 1)


def catalan(n: Ball) -> Ball:
    """4^n Gamma(n + 1/2) / (sqrt(pi) Gamma(n + 2)), which SymPy writes for some beta functions."""
    return arb(4) ** n * (n + arb(0.5)).gamma() * (n + 2).rgamma() / arb.pi().sqrt()


def fibonacci(n: Ball) -> Ball:
    """(phi^n - cos(pi n) phi^-n)/sqrt(5), phi the golden ratio."""
    power = ((1 + arb(5).sqrt()) / 2) ** n
    return (power - n.cos_pi() / power) / arb(5).sqrt()


def lucas(n: Ball) -> Ball:
    """phi^n + cos(pi n) phi^-n."""
    power = ((1 + arb(5).sqrt()) / 2) ** n
    return power + n.cos_pi() / power


def hankel1(n: Ball, z: Ball) -> Ball:
    """J_n + i Y_n."""
    n, z = acb(n), acb(z)
    return z.bessel_j(n) + acb(0, 1) * z.bessel_y(n)


def hankel2(n: Ball, z: Ball) -> Ball:
    """J_n - i Y_n."""
    n, z = acb(n), acb(z)
    return z.bessel_j(n) - acb(0, 1) * z.bessel_y(n)


def bessel_k(n: Ball, z: Ball) -> Ball:
    """K_n(z); in the right half-plane and for real n by its value at the midpoint m.

    |K_n(z)| <= K_n(Re z), and alike for the derivative (DLMF 10.32.9), so the distance from that
    value is at most |z - m| |K_n'| and at most 2 K_n, both at the least real part. Arb's series in
    powers of z would blow the radius of z up by exp(2 |z|). A ball about a part of the cut has the
    values on both sides of it, for whole n: K_n(-z) = (-1)^n K_n(z) -+ pi i I_n(z) (DLMF 10.34.2).
    """
    order, at = acb(n), acb(z)
    if at.real < 0 and at.imag.contains(0) and not at.imag.is_exact() and _is_whole(order):
        return _beside_cut(order, at)
    least = acb(at.real.lower())
    if not order.imag.is_zero() or not least.real > 0 or abs(at) < _NEAR:
        return z.bessel_k(n)
    value = _bessel_k(order, acb(at.mid()))
    with ctx.workprec(_RADIUS_BITS):
        slope = (_bessel_k(order - 1, least) + _bessel_k(order + 1, least)).real / 2
        near, far = slope * abs(at - at.mid()), 2 * _bessel_k(order, least).real
        spread = arb(0, (near if near < far else far).abs_upper())
    return value.real + spread if isinstance(z, arb) else value + acb(spread, spread)


def _is_whole(order: acb) -> bool:
    return bool(order.imag.is_zero()) and order.real.is_integer()


def _beside_cut(order: acb, z: acb) -> acb:
    sides = acb(0, arb.pi() * arb(0, 1))
    even = order.real.is_zero() or (order.real / 2).is_integer()
    return bessel_k(order, -z) * (1 if even else -1) + sides * (-z).bessel_i(order)


def _bessel_k(order: acb, z: acb) -> acb:
    """K at a point, with the digits given back that the series loses."""
    value = z.bessel_k(order)
    if value.rel_accuracy_bits() > ctx.prec - 20 or abs(z).upper() > ctx.prec:
        return value
    with ctx.workprec(ctx.prec + 3 * int(float(abs(z).upper())) + 8):
        return z.bessel_k(order)


def spherical_j(n: Ball, z: Ball) -> Ball:
    """Spherical Bessel function j_n."""
    return (arb.pi() / (2 * z)).sqrt() * z.bessel_j(n + arb(0.5))


def spherical_y(n: Ball, z: Ball) -> Ball:
    """Spherical Bessel function y_n."""
    return (arb.pi() / (2 * z)).sqrt() * z.bessel_y(n + arb(0.5))


def elliptic_e(*args: Ball) -> Ball:
    """E(m), or the incomplete E(phi, m)."""
    balls = [acb(z) for z in args]
    return acb.elliptic_e_inc(balls[0], balls[1]) if len(balls) == 2 else balls[0].elliptic_e()


def elliptic_pi(n: Ball, *args: Ball) -> Ball:
    """Pi(n, m), or the incomplete Pi(n, phi, m)."""
    balls = [acb(z) for z in (n, *args)]
    if len(balls) == 3:
        return acb.elliptic_pi_inc(balls[0], balls[1], balls[2])
    return acb.elliptic_pi(balls[0], balls[1])


def lambert_w(z: Ball, branch: Ball | None = None) -> Ball:
    """W_k(z), the branch k being an exact integer."""
    k = 0 if branch is None else integer_value(branch)
    return NOT_FINITE if k is None else acb(z).lambertw(k)


def hermite_prob(n: Ball, x: Ball) -> Ball:
    """Probabilist's Hermite polynomial 2^(-n/2) H_n(x/sqrt(2))."""
    return 2 ** (-n / 2) * (x / arb(2).sqrt()).hermite_h(n)


def stieltjes(n: Ball, a: Ball | None = None) -> Ball:
    """Stieltjes constant, the index n being an exact integer."""
    index = integer_value(n)
    if index is None or index < 0:
        return NOT_FINITE
    return acb.stieltjes(index, acb(1 if a is None else a))


def hypergeometric(
    upper: tuple[Ball, ...], lower: tuple[Ball, ...], z: Ball, **differences: bool
) -> Ball:
    """pFq(upper; lower; z).

    For 2F1(a, b; c; z) `ab`, `ac`, `bc`, `abc` say that a - b, a - c, b - c, c - a - b are whole
    numbers, which balls alone do not show; near z = 1 the sum is hopeless without.
    """
    if len(upper) == 2 and len(lower) == 1:
        summed = _large_parameter(*upper, *lower, z)
        return z.hypgeom_2f1(*upper, *lower, **differences) if summed is None else summed
    return z.hypgeom(list(upper), list(lower))


def _large_parameter(a: Ball, b: Ball, c: Ball, z: Ball) -> Ball | None:
    """The series of 2F1 itself, where Arb's transformations take for ever; None elsewhere.

    Of terms t_n with 0 <= a <= c and 0 <= b the rest from n on is at most |t_n|/(1 - r) for
    r = |z| max(1, (b + n)/(1 + n)) < 1, as the quotients of neighbours are at most r.
    """
    numbers = [acb(parameter) for parameter in (a, b, c)]
    a, b, c = (number.real for number in numbers)
    size = abs(z).upper()
    is_real = all(number.imag.is_zero() for number in numbers)
    if not (is_real and c > _LARGE and a >= 0 and b >= 0 and a <= c and size < 1):
        return None
    total, term = acb(0), acb(1)
    for n in range(_MOST_TERMS):
        ratio = size * (b + n) / (n + 1) if b > 1 else size
        rest = abs(term) / (1 - ratio)
        if ratio < 1 and rest < arb(2) ** -(ctx.prec + 2):
            spread = arb(0, rest.abs_upper())
            found = total + (spread if z.imag.is_zero() else acb(spread, spread))
            return found.real if isinstance(z, arb) else found
        total += term
        term *= (a + n) * (b + n) * z / ((c + n) * (n + 1))
    return None
