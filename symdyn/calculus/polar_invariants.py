"""Lengths and angles in place of inner products, with the roots and inverse functions undone.

With <w, w> = |w|^2 and <w, v> = |w| |v| cos(angle), expressions of the Gram matrix become
functions of lengths and angles. An angle lies strictly between 0 and pi, hence

    sqrt(1 - cos(angle)^2) = sin(angle)       acos(cos(angle)) = angle

Both are owed as obligations wherever they are used, since neither holds for every real number.
What is under a root is factored over the rationals; only squares of positive quantities leave it.
"""

from __future__ import annotations

from typing import TypeVar, cast

from sympy import (
    Expr,
    Pow,
    S,
    Symbol,
    acos,
    asin,
    cancel,
    cos,
    factor_list,
    fraction,
    pi,
    rem,
    sin,
    sqrt,
    together,
)

from symdyn.calculus.invariants import angle_names, in_lengths_and_angles
from symdyn.calculus.obligations import owe

T = TypeVar("T")


def polar(quantity: T) -> T:
    """Write a scalar, or all coefficients of an object, with lengths and angles.

    >>> from symdyn.calculus.equivariant import Vector, inner, norm
    >>> w, v = Vector("w"), Vector("v")
    >>> polar(acos(inner(w, v) / (norm(w) * norm(v))))
    angle(v, w)
    >>> polar(sqrt(inner(w, w)*inner(v, v) - inner(w, v)**2))
    |v|*|w|*sin(angle(v, w))
    """
    if isinstance(quantity, Expr):
        return cast(T, _polar_scalar(quantity))
    return quantity.apply(_polar_scalar)  # type: ignore[attr-defined]


def _polar_scalar(scalar: Expr) -> Expr:
    expression = in_lengths_and_angles(scalar)
    angles = sorted((s for s in expression.free_symbols if angle_names(s)), key=str)
    expression = expression.replace(_is_root, lambda e: _root(e, angles))
    expression = expression.replace(
        lambda e: isinstance(e, (acos, asin)), lambda e: _inverse(e, angles)
    )
    return reduced(expression, angles)


def reduced(expression: Expr, angles: list[Symbol]) -> Expr:
    """A quotient in lowest terms in which cos^2 has been replaced by 1 - sin^2.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> reduced((y - y*cos(x)**2) / (y*sin(x)), [x])
    sin(x)
    """
    atoms = _trigonometric_atoms(angles)
    flat = cancel(expression.xreplace(atoms))
    numerator, denominator = fraction(flat)
    flat = cancel(_on_circle(numerator, angles, atoms) / _on_circle(denominator, angles, atoms))
    return flat.xreplace({atom: function for function, atom in atoms.items()})


def _is_root(expression: Expr) -> bool:
    return isinstance(expression, Pow) and expression.exp.is_Rational and expression.exp.q == 2


def _root(power: Expr, angles: list[Symbol]) -> Expr:
    """A half-integer power with every square of a positive quantity taken out of the root."""
    base, exponent = power.args
    if not base.free_symbols & set(angles):
        return power
    top, bottom = fraction(together(base))
    above, rest_above = _squares(top, angles)
    below, rest_below = _squares(bottom, angles)
    root = above / below * sqrt(rest_above / rest_below)
    if root != sqrt(base):
        owe(
            sqrt(base),
            root,
            because="lengths are positive and angles lie between 0 and pi",
            where=_between(root, angles),
        )
    return Pow(root, 2 * exponent)


def _squares(polynomial: Expr, angles: list[Symbol]) -> tuple[Expr, Expr]:
    """A positive expression and what is left, so that polynomial = positive^2 * left."""
    atoms = _trigonometric_atoms(angles)
    flat = _on_circle(polynomial.xreplace(atoms), angles, atoms)
    content, factors = factor_list(flat)
    sines = {atoms[sin(a)] for a in angles}
    outside, inside = S.One, content
    for factor, power in factors:
        positive = factor.is_positive or factor in sines
        outside *= factor ** (power // 2) if positive else S.One
        inside *= factor ** (power % 2) if positive else factor**power
    back = {atom: function for function, atom in atoms.items()}
    return outside.xreplace(back), inside.xreplace(back)


def _inverse(call: Expr, angles: list[Symbol]) -> Expr:
    """acos(+-cos(angle)) and asin(+-cos(angle)) as multiples of the angle."""
    argument = reduced(call.args[0], angles)
    for angle in angles:
        for value, arc in ((cos(angle), angle), (-cos(angle), pi - angle)):
            if argument == value:
                result = arc if isinstance(call, acos) else pi / 2 - arc
                owe(
                    call,
                    result,
                    because="the angle lies between 0 and pi",
                    where=_between(angle, angles),
                )
                return result
    return call.func(argument)


def _between(expression: Expr, angles: list[Symbol]) -> tuple[Expr, ...]:
    return tuple(angle < pi for angle in angles if expression.has(angle))


def _trigonometric_atoms(angles: list[Symbol]) -> dict[Expr, Symbol]:
    """One symbol each for cos and sin of every angle; they never leave this module."""
    return {
        function(angle): Symbol(f"{function.__name__}_{angle}", real=True)
        for angle in angles
        for function in (cos, sin)
    }


def _on_circle(polynomial: Expr, angles: list[Symbol], atoms: dict[Expr, Symbol]) -> Expr:
    """The remainder of a polynomial modulo cos^2 + sin^2 = 1 for every angle."""
    for angle in angles:
        c, s = atoms[cos(angle)], atoms[sin(angle)]
        if polynomial.is_polynomial(c):
            polynomial = rem(polynomial, c**2 + s**2 - 1, c)
    return polynomial
