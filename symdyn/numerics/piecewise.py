"""Real functions made of pieces, on balls: |x|, sign, step, floor, maximum, minimum.

Where the ball decides which piece holds, that piece is used; otherwise the answer is the hull of
the possible values, so that it is valid (and finite) for every point of the ball.

For quadrature each function also has an extension that is holomorphic off the imaginary axis (or
the lines through the jumps) and agrees with it on the real line; it gives a ball that is not
finite where the piece is undecided. It may be used only where the argument is real on the path.
"""

from __future__ import annotations

from flint import acb, arb

Ball = arb | acb
NOT_FINITE = acb("nan", "nan")


def hull(*values: Ball) -> Ball:
    """A ball that contains all the given balls.

    >>> hull(arb(1), arb(3)).contains(2)
    True
    """
    whole = values[0]
    for value in values[1:]:
        if isinstance(whole, acb) or isinstance(value, acb):
            whole = acb(whole).union(acb(value))
        else:
            whole = whole.union(value)
    return whole


def magnitude(z: Ball) -> Ball:
    """|z|, never below zero."""
    size = abs(z)
    return size.nonnegative_part() if size.contains(0) else size


def sign(z: Ball) -> Ball:
    """z/|z|, and 0 at 0."""
    return z.sgn()


def step(x: Ball, at_zero: Ball) -> Ball:
    """0 below zero, 1 above, `at_zero` at zero."""
    if isinstance(x, acb):
        return NOT_FINITE
    if x > 0:
        return arb(1)
    if x < 0:
        return arb(0)
    if x.is_zero():
        return at_zero
    return hull(arb(0), arb(1), at_zero) if x.is_finite() else NOT_FINITE


def floor(z: Ball) -> Ball:
    """Largest integer below, for the real and the imaginary part."""
    return acb(z.real.floor(), z.imag.floor()) if isinstance(z, acb) else z.floor()


def ceiling(z: Ball) -> Ball:
    """Smallest integer above, for the real and the imaginary part."""
    return -floor(-z)


def fraction(z: Ball) -> Ball:
    """z - floor(z)."""
    return z - floor(z)


def remainder(x: Ball, modulus: Ball) -> Ball:
    """x - modulus*floor(x/modulus)."""
    return x - modulus * floor(x / modulus)


def maximum(*values: Ball) -> Ball:
    """Largest of some real balls; never below zero if one of them is zero."""
    largest = _extreme(arb.max, values)
    if isinstance(largest, arb) and any(value.is_zero() for value in values):
        return largest.nonnegative_part()
    return largest


def minimum(*values: Ball) -> Ball:
    """Smallest of some real balls."""
    return _extreme(arb.min, values)


def _extreme(better: object, values: tuple[Ball, ...]) -> Ball:
    result = values[0]
    for value in values[1:]:
        if isinstance(value, acb) or isinstance(result, acb):
            return NOT_FINITE
        result = better(result, value)  # type: ignore[operator]
    return result


def argument(z: Ball) -> Ball:
    """Phase of z in (-pi, pi]."""
    if isinstance(z, acb):
        return z.arg()
    if z > 0:
        return arb(0)
    if z < 0:
        return arb.pi()
    return hull(arb(0), arb.pi()) if not z.is_zero() and z.is_finite() else NOT_FINITE


def real_part(z: Ball) -> Ball:
    """Re z."""
    return z.real if isinstance(z, acb) else z


def imaginary_part(z: Ball) -> Ball:
    """Im z."""
    return z.imag if isinstance(z, acb) else arb(0)


def conjugate(z: Ball) -> Ball:
    """Complex conjugate."""
    return z.conjugate() if isinstance(z, acb) else z


def magnitude_extended(z: acb) -> acb:
    """Extension of |x|: z or -z."""
    return z.real_abs(analytic=True)


def sign_extended(z: acb) -> acb:
    """Extension of sign(x): 1 or -1."""
    return z.real_sgn(analytic=True)


def step_extended(z: acb, at_zero: acb) -> acb:
    """Extension of the step: 0 or 1."""
    return z.real_heaviside(analytic=True)


def floor_extended(z: acb) -> acb:
    """Extension of floor(x): one integer."""
    return z.real_floor(analytic=True)


def ceiling_extended(z: acb) -> acb:
    """Extension of ceiling(x): one integer."""
    return z.real_ceil(analytic=True)


def fraction_extended(z: acb) -> acb:
    """Extension of x - floor(x)."""
    return z - floor_extended(z)


def remainder_extended(z: acb, modulus: acb) -> acb:
    """Extension of x - m*floor(x/m)."""
    return z - modulus * floor_extended(z / modulus)


def maximum_extended(*values: acb) -> acb:
    """Extension of the maximum: one of the values."""
    result = values[0]
    for value in values[1:]:
        result = result.real_max(value, analytic=True)
    return result


def minimum_extended(*values: acb) -> acb:
    """Extension of the minimum: one of the values."""
    return -maximum_extended(*(-value for value in values))


def argument_extended(z: acb) -> acb:
    """Extension of arg(x) for real x: 0 or pi."""
    return acb.pi() * (1 - z.real_heaviside(analytic=True))


def identity_extended(z: acb) -> acb:
    """Extension of Re x and of the conjugate for real x."""
    return z


def zero_extended(z: acb) -> acb:
    """Extension of Im x for real x."""
    return acb(0)
