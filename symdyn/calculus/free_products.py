"""Spectra of products of large random matrices, by S-transforms.

For the moments m_k = lim tr (A A^T)^k / N of a large matrix let psi(w) = sum of m_k w^k, chi its
inverse function, and S(z) = chi(z) (1 + z)/z. The S-transform of a product of independent matrices
that are invariant under rotations is the product of theirs (Voiculescu). Back to moments leads
Lagrange's inversion, and to the spectrum the equation of B(x) = 1 + psi(1/x), which is x times the
mean of 1/(x - A A^T):

    m_k = (1/k) [z^(k-1)] ((1 + z)/S(z))^k            x = B/((B - 1) S(B - 1))

Series are exact up to the order that is asked for. Nothing is said of finite matrices: their means
are those of `symdyn.calculus.words.gaussian`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Dummy, Expr, S, Symbol, expand, factorial

from symdyn.calculus.obligations import cite
from symdyn.errors import InputError


def s_transform(moments: Sequence[Expr | int], z: Symbol) -> Expr:
    """The power series of the S-transform, from the moments m_1, m_2, ...: one term for each.

    >>> z = Symbol("z")
    >>> s_transform((1, 2, 5), z)
    z**2 - z + 1

    Raises InputError without moments, or if the first is 0.
    """
    known: list[Expr] = [S(moment) for moment in moments]
    if not known or known[0].is_zero:
        raise InputError(
            f"s_transform: the moments {tuple(moments)} have no S-transform; the first one must "
            "be given and not 0"
        )
    chi, w = z / known[0], Dummy("w")
    psi = Add(*(moment * w**k for k, moment in enumerate(known, start=1)))
    for order in range(2, len(known) + 1):
        missing = expand(psi.subs(w, chi)).coeff(z, order)
        chi -= missing / known[0] * z**order
    whole = expand(chi * (1 + z) / z)
    return sum((whole.coeff(z, k) * z**k for k in range(len(known))), S.Zero)


def free_product(*transforms: Expr) -> Expr:
    """The S-transform of a product of independent, rotationally invariant large matrices.

    >>> z = Symbol("z")
    >>> free_product(1/(1 + z), 1/(1 + z))
    (z + 1)**(-2)
    """
    cite("asymptotic freeness")
    product = S.One
    for transform in transforms:
        product *= transform
    return product


def moments_of(transform: Expr, z: Symbol, count: int) -> tuple[Expr, ...]:
    """The moments m_1 to m_count of an S-transform.

    >>> z = Symbol("z")
    >>> moments_of(1/(1 + z), z, 4)
    (1, 2, 5, 14)

    Raises InputError for a transform that has no series at 0.
    """
    return tuple(_moment(transform, z, k) for k in range(1, count + 1))


def _moment(transform: Expr, z: Symbol, k: int) -> Expr:
    power = ((1 + z) / transform) ** k
    value = power.diff(z, k - 1).subs(z, 0) / (k * factorial(k - 1))
    if not value.is_finite and value.is_finite is not None:
        raise InputError(f"moments_of: {transform} has no power series at {z} = 0")
    return expand(value)


def spectral_argument(transform: Expr, z: Symbol, resolvent: Expr) -> Expr:
    """The x at which x times the mean of 1/(x - A A^T) has the value B.

    >>> z, B = Symbol("z"), Symbol("B")
    >>> spectral_argument(1/(1 + z), z, B)
    B**2/(B - 1)
    """
    return resolvent / ((resolvent - 1) * transform.subs(z, resolvent - 1))
