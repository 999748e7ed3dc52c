"""Inverse circular functions, each an angle with a known cosine and sine.

    asin u = pi/2 - acos u,    acos(-u) = pi - acos u,    atan(-u) = -atan u        for all u,
    atan(1/u) = pi/2 - atan u  for u > 0,                 acos(cos t) = t       for 0 <= t <= pi,
    cos(acos u) = u,  sin(acos u) = sqrt(1 - u^2),        cos(atan u) = 1/sqrt(1 + u^2) for real u

atan2(y, x) is the arc tangent of a quotient where the sign of x is known, or of y.

An implicit function is a generator: the same one where the values that are asked for are.
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, Mul, S, acos, acot, acsc, asec, asin, atan, atan2, cos, cot, pi, sin, tan

from symdyn.numerics.implicit import InverseAt
from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.reader import Reader

_HALF = Fraction(1, 2)


def _acos(translate: Reader, expr: Expr) -> Quotient:
    return _undone(translate, expr.args[0]) or _arc_cosine(translate, translate(expr.args[0]))


def _asin(translate: Reader, expr: Expr) -> Quotient:
    return translate.pi.scaled(_HALF) - _acos(translate, expr)


def _asec(translate: Reader, expr: Expr) -> Quotient:
    return _arc_cosine(translate, translate(expr.args[0]).inverse())


def _acsc(translate: Reader, expr: Expr) -> Quotient:
    return translate.pi.scaled(_HALF) - _asec(translate, expr)


def _atan(translate: Reader, expr: Expr) -> Quotient:
    angle = _tangent_angle(expr.args[0])
    for same in () if angle is None else (angle, angle - pi, angle + pi):
        if _is_within(translate, same, -pi / 2, pi / 2, is_open=True):
            return translate(same)
    return _arc_tangent(translate, translate(expr.args[0]))


def _acot(translate: Reader, expr: Expr) -> Quotient:
    u = translate(expr.args[0])
    signs = translate.signs(u)
    if signs is None or 0 in signs:
        return translate.opaque(expr)
    return _arc_tangent(translate, u.inverse())


def _atan2(translate: Reader, expr: Expr) -> Quotient:
    y, x = (translate(argument) for argument in expr.args)
    above, right = translate.signs(y), translate.signs(x)
    if above is None or right is None:
        return translate.opaque(expr)
    half = translate.pi.scaled(_HALF)
    if right == {1}:
        return _arc_tangent(translate, y / x)
    if above == {1}:
        return half - _arc_tangent(translate, x / y)
    if above == {-1}:
        return -half - _arc_tangent(translate, x / y)
    if right == {-1} and -1 not in above:
        return _arc_tangent(translate, y / x) + translate.pi
    return translate.opaque(expr)


def _undone(translate: Reader, cosine: Expr) -> Quotient | None:
    """The angle between 0 and pi whose cosine is written down, if it is seen to be one of a few."""
    is_negative = isinstance(cosine, Mul) and cosine.args[0] == -1
    bare = -cosine if is_negative else cosine
    if not isinstance(bare, cos | sin):
        return None
    angle = bare.args[0] if isinstance(bare, cos) else pi / 2 - bare.args[0]
    angle = pi - angle if is_negative else angle
    for same in (angle, -angle, 2 * pi - angle, angle - 2 * pi, angle + 2 * pi):
        if _is_within(translate, same, S.Zero, pi):
            return translate(same)
    return None


def _tangent_angle(tangent: Expr) -> Expr | None:
    is_negative = isinstance(tangent, Mul) and tangent.args[0] == -1
    bare = -tangent if is_negative else tangent
    if not isinstance(bare, tan | cot):
        return None
    angle = bare.args[0] if isinstance(bare, tan) else pi / 2 - bare.args[0]
    return -angle if is_negative else angle


def _is_within(
    translate: Reader, angle: Expr, low: Expr, high: Expr, *, is_open: bool = False
) -> bool:
    allowed = {1} if is_open else {0, 1}
    found = [translate.signs(angle - low), translate.signs(high - angle)]
    return all(signs is not None and signs <= allowed for signs in found)


def _arc_cosine(translate: Reader, u: Quotient) -> Quotient:
    """acos of an element: a known angle, its supplement, or a new one."""
    for element, is_turned in ((u, False), (-u, True)):
        known = translate.find(acos, (element,)) or _known_angle(translate, element)
        if known is not None:
            return translate.pi - known if is_turned else known
    letter = translate.field.generator(acos(u.expr))
    root = translate.powers.root
    one = translate.field.one

    def pair() -> tuple[Quotient, Quotient]:
        return u, root(one - u * u)

    def halved() -> tuple[Quotient, Quotient]:
        return root((one + u).scaled(_HALF)), root((one - u).scaled(_HALF))

    is_angle = all(
        (signs := translate.signs(e)) is not None and -1 not in signs for e in (one - u, one + u)
    )
    translate.angles.expect(letter, pair, halved if is_angle else None)
    return translate.remember(acos, (u,), letter)


def _known_angle(translate: Reader, cosine: Quotient) -> Quotient | None:
    angle = translate.angles.angle_of_cosine(cosine)
    if angle is None or not _is_within(translate, angle.expr, S.Zero, pi):
        return None
    return angle


def _arc_tangent(translate: Reader, u: Quotient) -> Quotient:
    """atan of an element: known from its argument up to sign and inversion, or new."""
    if u.is_zero():
        return translate.field.zero
    for element, sign in ((u, 1), (-u, -1)):
        known = translate.find(atan, (element,))
        if known is not None:
            return known.scaled(sign)
    signs = translate.signs(u)
    if signs in ({1}, {-1}):
        half = translate.pi.scaled(_HALF if signs == {1} else -_HALF)
        for element, sign in ((u.inverse(), 1), (-u.inverse(), -1)):
            known = translate.find(atan, (element,))
            if known is not None:
                return half - known.scaled(sign)
    letter = translate.field.generator(atan(u.expr))
    if signs is not None:
        one = translate.field.one

        def pair() -> tuple[Quotient, Quotient]:
            cosine = translate.powers.root(one + u * u).inverse()
            return cosine, u * cosine

        def halved() -> tuple[Quotient, Quotient]:
            whole, sine = pair()
            cosine = translate.powers.root((one + whole).scaled(_HALF))
            return cosine, sine / cosine.scaled(2)

        translate.angles.expect(letter, pair, halved)
    return translate.remember(atan, (u,), letter)


def _implicit(translate: Reader, expr: Expr) -> Quotient:
    *equation, value = expr.args
    if any(part.free_symbols for part in equation):
        return translate.value_of(expr, (), expr)
    return translate.value_of((InverseAt, *equation), (translate(value),), expr)


INVERSE_RULES = (
    (acos, _acos),
    (asin, _asin),
    (asec, _asec),
    (acsc, _acsc),
    (atan, _atan),
    (acot, _acot),
    (atan2, _atan2),
    (InverseAt, _implicit),
)
