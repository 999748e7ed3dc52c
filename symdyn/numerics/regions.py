"""Where functions are holomorphic: tests that a complex ball avoids their branch cuts.

Quadrature by Gauss-Legendre needs to know that an integrand is holomorphic on a whole complex
ball. Poles need no test, for evaluation at a pole gives a ball that is not finite; branch cuts do.
Each test below takes the arguments of a function as complex balls and is true only if the function
is certainly holomorphic on them; "false" may mean "not known".

    off_left(-1)(z)      z avoids (-oo, -1]
    off_right(1)(z)      z avoids [1, oo)
    off_segment(z)       z avoids [-1, 1]
    off_i_rays(z)        z avoids i*t for |t| >= 1
    off_i_segment(z)     z avoids i*t for |t| <= 1
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

Region = Callable[..., bool]


def integer_value(x: acb | arb) -> int | None:
    """The integer that an exact ball is, or None.

    >>> integer_value(arb(3)), integer_value(arb(3, 0.5))
    (3, None)
    """
    if isinstance(x, acb):
        if not x.imag.is_zero():
            return None
        x = x.real
    whole = x.unique_fmpz()
    return int(whole) if whole is not None and x.is_exact() and x.is_integer() else None


def off_left(edge: int | float) -> Region:
    """Test that the last argument avoids the ray (-oo, edge]."""
    return lambda *args: bool(args[-1].real > edge) or not args[-1].imag.contains(0)


def off_right(edge: int | float) -> Region:
    """Test that the last argument avoids the ray [edge, oo)."""
    return lambda *args: bool(args[-1].real < edge) or not args[-1].imag.contains(0)


off_slit: Region = off_left(0)


def off_both(*args: acb) -> bool:
    """Whether the last argument avoids both rays |x| >= 1 of the real line."""
    return off_left(-1)(*args) and off_right(1)(*args)


def off_segment(*args: acb) -> bool:
    """Whether the last argument avoids the segment [-1, 1]."""
    z = args[-1]
    return bool(z.real > 1) or bool(z.real < -1) or not z.imag.contains(0)


def off_i_rays(*args: acb) -> bool:
    """Whether the last argument avoids the rays i*t, |t| >= 1."""
    return off_both(args[-1] * acb(0, 1))


def off_i_segment(*args: acb) -> bool:
    """Whether the last argument avoids the segment i*t, |t| <= 1."""
    return off_segment(args[-1] * acb(0, 1))


def off_slit_and_right(*args: acb) -> bool:
    """Whether the last argument avoids (-oo, 0] and [1, oo)."""
    return off_slit(*args) and off_right(1)(*args)


def integer_order_or_off_slit(*args: acb) -> bool:
    """Whether the order is an integer (then the function is entire) or the argument avoids 0."""
    return integer_value(args[0]) is not None or off_slit(*args)


def integer_degree_or(region: Region) -> Region:
    """Test that the first argument is an integer >= 0 (a polynomial) or the region is kept."""

    def test(*args: acb) -> bool:
        degree = integer_value(args[0])
        return (degree is not None and degree >= 0) or region(*args)

    return test


def right_half_plane(*args: acb) -> bool:
    """Whether the last argument has a positive real part."""
    return bool(args[-1].real > 0)


def nowhere(*args: acb) -> bool:
    """For functions whose branch cuts are not described here."""
    return False
