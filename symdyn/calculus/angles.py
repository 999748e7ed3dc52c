"""Half-planes a*x + b*y > 0 in the plane, their intersection, and the arc that it spans.

A sector is the intersection of half-planes whose edges go through the origin. With cross products

    a1*b2 - a2*b1 > 0    exactly if the normal (a2, b2) is reached from (a1, b1) by a turn to the
                         left of less than pi

the first and the last normal of the sector are found from signs alone, whatever the angle between
the coordinate axes is: a linear map that keeps the orientation keeps these signs. If the two forms
are u and v, unit Gaussians with correlation cos(delta), 0 < delta < pi, then in polar coordinates

    u = r cos(phi),  v = r cos(phi - delta):    u > 0 and v > 0  is  delta - pi/2 < phi < pi/2

No order is guessed: a sign that the assumptions on the symbols do not settle is an error.
Edges that miss the origin are not treated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, S, acos, expand, pi, sympify

from symdyn.errors import UnsupportedError

Normal = tuple[Expr, Expr]


@dataclass(frozen=True)
class Sector:
    """Points on the positive side of the first and of the last normal, turning left.

    A half-plane has equal first and last normals.
    """

    first: Normal
    last: Normal

    @property
    def is_half_plane(self) -> bool:
        """Whether one half-plane alone is left."""
        return self.first == self.last


def sign_of(expr: Expr) -> int | None:
    """-1, 0 or 1 where the assumptions on the symbols settle the sign, else None.

    >>> from sympy import symbols
    >>> a, b = symbols("a b", positive=True)
    >>> sign_of(a*b + 1), sign_of(a - b)
    (1, None)
    """
    for form in (sympify(expr), expand(expr)):
        if form.is_zero:
            return 0
        if form.is_positive:
            return 1
        if form.is_negative:
            return -1
    return None


def sector(normals: Sequence[Normal]) -> Sector | None:
    """Intersection of the half-planes a*x + b*y > 0; None if it has no interior.

    >>> sector([(1, 0), (0, 1), (1, 1)])
    Sector(first=(1, 0), last=(0, 1))
    >>> sector([(1, 0), (0, 1), (-1, -1)]) is None
    True

    Raises UnsupportedError where the order of two edges is not known.
    """
    found = Sector(normals[0], normals[0])
    for normal in normals[1:]:
        narrowed = _narrowed(found, normal)
        if narrowed is None:
            return None
        found = narrowed
    return found


def _narrowed(known: Sector, normal: Normal) -> Sector | None:
    after = _turn(known.first, normal)
    if known.is_half_plane:
        if after == 0:
            return known if _is_same_side(known.first, normal) else None
        return Sector(known.first, normal) if after > 0 else Sector(normal, known.last)
    before = _turn(normal, known.last)
    if after >= 0 and before >= 0:
        return known
    if after <= 0 and before <= 0:
        return None
    return Sector(known.first, normal) if after > 0 else Sector(normal, known.last)


def _turn(a: Normal, b: Normal) -> int:
    """Sign of the turn from one normal to the other: 1 to the left, 0 parallel, -1 to the right."""
    sign = sign_of(a[0] * b[1] - a[1] * b[0])
    if sign is None:
        raise UnsupportedError(
            f"the order of the edges {_shown(a)} = 0 and {_shown(b)} = 0 is not known: it is the "
            f"sign of {expand(a[0] * b[1] - a[1] * b[0])}; declare what is positive or negative"
        )
    return sign


def _is_same_side(a: Normal, b: Normal) -> bool:
    sign = sign_of(a[0] * b[0] + a[1] * b[1])
    if not sign:
        raise UnsupportedError(f"nothing says whether {_shown(a)} and {_shown(b)} have equal signs")
    return sign > 0


def _shown(normal: Normal) -> str:
    return f"({normal[0]})*x + ({normal[1]})*y"


def arc(delta: Expr) -> tuple[Expr, Expr]:
    """The interval of phi on which cos(phi) > 0 and cos(phi - delta) > 0, for 0 < delta < pi.

    >>> from sympy import pi
    >>> arc(pi/3)
    (-pi/6, pi/2)
    """
    return delta - pi / 2, pi / 2


def angle(correlation: Expr) -> Expr:
    """The angle between two forms, in [0, pi], written with acos of a positive-looking argument.

    >>> from sympy import symbols
    >>> c = symbols("c")
    >>> angle(c), angle(-c)
    (acos(c), pi - acos(c))
    """
    rho = S(correlation)
    return pi - acos(-rho) if rho.could_extract_minus_sign() else acos(rho)
