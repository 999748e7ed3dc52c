"""Circular functions by the cosine and the sine of their angle."""

from __future__ import annotations

from sympy import Expr, cos, cot, csc, sec, sin, tan

from symdyn.proof.exact.field import Quotient
from symdyn.proof.exact.reader import Reader


def _pair(translate: Reader, expr: Expr) -> tuple[Quotient, Quotient]:
    return translate.angles.pair(translate(expr.args[0]))


def _cos(translate: Reader, expr: Expr) -> Quotient:
    return _pair(translate, expr)[0]


def _sin(translate: Reader, expr: Expr) -> Quotient:
    return _pair(translate, expr)[1]


def _tan(translate: Reader, expr: Expr) -> Quotient:
    cosine, sine = _pair(translate, expr)
    return sine / cosine


def _cot(translate: Reader, expr: Expr) -> Quotient:
    cosine, sine = _pair(translate, expr)
    return cosine / sine


def _sec(translate: Reader, expr: Expr) -> Quotient:
    return _cos(translate, expr).inverse()


def _csc(translate: Reader, expr: Expr) -> Quotient:
    return _sin(translate, expr).inverse()


CIRCULAR_RULES = (
    (cos, _cos),
    (sin, _sin),
    (tan, _tan),
    (cot, _cot),
    (sec, _sec),
    (csc, _csc),
)
