"""Bessel functions, reduced to two consecutive orders by their three-term recurrences.

J(v+1) = (2v/z) J(v) - J(v-1),  the same for Y;       DLMF 10.6.1
I(v+1) = I(v-1) - (2v/z) I(v),  K(v+1) = K(v-1) + (2v/z) K(v);       DLMF 10.29.1
Wronskians J(v+1) Y(v) - J(v) Y(v+1) = 2/(pi z),  I(v) K(v+1) + I(v+1) K(v) = 1/z
half-integer orders are elementary;  J(-n) = (-1)^n J(n), I(-n) = I(n), K(-v) = K(v)
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, besseli, besselj, besselk, bessely

from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader

Kind = type[Expr]

_MAX_SHIFT = 40
_PARTNERS: dict[Kind, Kind] = {
    besselj: bessely,
    bessely: besselj,
    besseli: besselk,
    besselk: besseli,
}


def _bessel(translate: Reader, expr: Expr) -> Quotient:
    order, z = (translate(argument) for argument in expr.args)
    return _value(translate, expr.func, order, z)


def _value(translate: Reader, kind: Kind, order: Quotient, z: Quotient) -> Quotient:
    number = order.rational
    if number is not None and number.denominator == 2:
        return _half_order(translate, kind, number, z)
    if number is not None and number < 0 and (kind is besselk or number.denominator == 1):
        sign = (-1) ** int(number) if kind in (besselj, bessely) else 1
        return _value(translate, kind, -order, z).scaled(sign)
    for same in (order, -order) if kind is besselk else (order,):
        for (known, at), values in _families(translate, kind):
            shift = (same - known).rational
            if shift is not None and shift.denominator == 1 and at.is_equal(z):
                return _shifted(translate, kind, (known, z), values, int(shift))
    return _new(translate, kind, order, z)[0]


def _families(
    translate: Reader, kind: Kind
) -> list[tuple[tuple[Quotient, Quotient], tuple[Quotient, Quotient]]]:
    """Known orders and arguments, each with the values at that order and at the next."""
    lows, highs = (translate.seen.get((kind, k), []) for k in (0, 1))
    return [
        ((low[0][0], low[0][1]), (low[1].renewed(), high[1].renewed()))
        for low, high in zip(lows, highs, strict=True)
    ]


def _new(translate: Reader, kind: Kind, order: Quotient, z: Quotient) -> tuple[Quotient, Quotient]:
    one = translate.field.one
    letters = [
        translate.field.generator(kind((order + s).expr, z.expr)) for s in (order - order, one)
    ]
    for k, letter in enumerate(letters):
        translate.remember((kind, k), (order, z), letter)
    translate.note(f"three-term recurrence of {kind.__name__}")
    _bind_wronskian(translate, kind, order, z)
    return letters[0], letters[1]


def _bind_wronskian(translate: Reader, kind: Kind, order: Quotient, z: Quotient) -> None:
    """Express the next order of the new kind by the partner's, if that is known."""
    partner = _PARTNERS[kind]
    for (known, at), values in _families(translate, partner):
        shift = (order - known).rational
        if shift is None or shift.denominator != 1 or not at.is_equal(z):
            continue
        low, high = (
            _shifted(translate, partner, (known, z), values, int(shift) + k) for k in (0, 1)
        )
        mine, above = (translate.seen[(kind, k)][-1][1] for k in (0, 1))
        if kind in (besseli, besselk):
            value = (z.inverse() - mine * high) / low
        else:
            sign = 1 if kind is besselj else -1
            turned = (translate.pi * z).inverse().scaled(2 * sign)
            value = (turned + mine * high) / low
        translate.field.bind(above, 1, value)
        translate.note("Wronskian of Bessel functions")
        return


def _shifted(
    translate: Reader,
    kind: Kind,
    at: tuple[Quotient, Quotient],
    values: tuple[Quotient, Quotient],
    shift: int,
) -> Quotient:
    """The value at order v + shift from those at v and v + 1."""
    if abs(shift) > _MAX_SHIFT:
        raise Unwieldy(f"Bessel functions whose orders differ by {shift}")
    order, z = at
    low, high = values
    rational = translate.field.rational
    grown, fallen = _signs(kind)
    for k in range(1, shift):
        slope = (order + rational(k)).scaled(2 * grown) / z
        low, high = high, slope * high + low.scaled(fallen)
    for k in range(0, shift, -1):
        slope = (order + rational(k)).scaled(2 * grown) / z
        low, high = (high - slope * low).scaled(fallen), low
    return low if shift <= 0 else high


def _signs(kind: Kind) -> tuple[int, int]:
    """a and b of f(v+1) = a*(2v/z)*f(v) + b*f(v-1)."""
    if kind in (besselj, bessely):
        return 1, -1
    return (-1, 1) if kind is besseli else (1, 1)


def _half_order(translate: Reader, kind: Kind, order: Fraction, z: Quotient) -> Quotient:
    """sqrt(2/(pi z)) times sines and cosines, or exponentials, and recurrence from there."""
    half = translate.field.rational(Fraction(1, 2))
    values = _elementary(translate, kind, z)
    shift = int(order + Fraction(1, 2))
    return _shifted(translate, kind, (-half, z), values, shift)


def _elementary(translate: Reader, kind: Kind, z: Quotient) -> tuple[Quotient, Quotient]:
    """Values at the orders -1/2 and 1/2 (DLMF 10.16.1, 10.39.1, 10.39.2)."""
    root, field = translate.powers.root, translate.field
    scale = root(field.rational(2)) / (root(translate.pi) * root(z))
    if kind in (besselj, bessely):
        cosine, sine = translate.angles.pair(z)
        return (
            (scale * cosine, scale * sine) if kind is besselj else (scale * sine, -scale * cosine)
        )
    grown = translate.powers.exponential(z)
    shrunk = grown.inverse()
    if kind is besselk:
        decay = translate.pi * scale * shrunk
        return decay.scaled(Fraction(1, 2)), decay.scaled(Fraction(1, 2))
    return (
        scale * (grown + shrunk).scaled(Fraction(1, 2)),
        scale * (grown - shrunk).scaled(Fraction(1, 2)),
    )


BESSEL_RULES = (
    (besselj, _bessel),
    (bessely, _bessel),
    (besseli, _bessel),
    (besselk, _bessel),
)
