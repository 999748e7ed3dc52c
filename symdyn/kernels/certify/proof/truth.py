"""Expressions as Taylor models: what a kernel ought to compute, on a part of its domain.

Every function that power series of balls know is composed with what it is applied to; the others
are written through those. Arcs at the ends of their range are roots there:

    acos(c) = 2 asin(sqrt((1 - c)/2)) = pi - 2 asin(sqrt((1 + c)/2))

so that a variable t with 1 - c = t^2 sees a power series. What is made of pieces is decided on the
whole interval or not at all. An integral up to a polynomial in t is the integral up to t = 0 and
the integrated power series.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp
from flint import acb, arb, arb_series
from sympy import Basic, Expr, Symbol
from sympy.codegen import cfunctions

from symdyn.kernels.certify.proof import recurrences
from symdyn.kernels.certify.proof.branched import Branched, Function, logarithm, total
from symdyn.kernels.certify.proof.branches import Logarithmic, branch
from symdyn.kernels.certify.proof.holomorphic import VARIABLE, holomorphic
from symdyn.kernels.certify.proof.infinity import far, is_far
from symdyn.kernels.certify.proof.models import Model, NotEnclosed
from symdyn.kernels.certify.proof.recurrences import Action, by_library
from symdyn.kernels.certify.proof.scaled import exponential
from symdyn.kernels.program import REWRITTEN
from symdyn.numerics.ball_steps import ball_of
from symdyn.numerics.functions import TABLE

HALF = Fraction(1, 2)


def model_of(expr: Expr, point: Mapping[Symbol, Model], constant: Model) -> Function:
    """The model of an expression whose symbols have models; `constant` is any model of the piece.

    Raises NotEnclosed where the expression is not known to be smooth there, or has a part that no
    power series is known for.
    """
    known: dict[Basic, Function] = dict(point)
    return _Evaluation(known, constant)(expr)


class _Evaluation:
    """Models of all parts of an expression, each made once."""

    def __init__(self, known: dict[Basic, Function], constant: Model) -> None:
        self.known = known
        self.constant = constant

    def __call__(self, expr: Basic) -> Function:
        if expr not in self.known:
            self.known[expr] = self._new(expr)
        return self.known[expr]

    def _new(self, expr: Basic) -> Function:
        if isinstance(expr, Expr) and not expr.free_symbols:
            return self._number(expr)
        for kind, make in _SHAPES:
            if isinstance(expr, kind):
                return make(self, expr)
        if isinstance(expr, sp.Function) and is_far(expr, self(expr.args[-1])):
            return far(expr, self(expr.args[-1]))
        if expr.func in SERIES and not self._singular(expr):
            return self(expr.args[0]).composed(SERIES[expr.func])
        if expr.func in REWRITTEN:
            return self(REWRITTEN[expr.func](*expr.args))
        return self._by_values(expr)

    def _by_values(self, expr: Basic) -> Function:
        """A function that is holomorphic in one argument, the others being numbers."""
        places = [k for k, arg in enumerate(expr.args) if arg.free_symbols]
        if expr.func not in TABLE or len(places) != 1:
            raise NotEnclosed(f"no power series is known for {expr.func.__name__}")
        inner = self(expr.args[places[0]])
        for point in self._singular(expr):
            other = branch(expr, point)  # type: ignore[arg-type]
            if isinstance(other, Logarithmic):
                return self._logarithmic(other)
            if other is not None:
                return self(other)
        args = list(expr.args)
        args[places[0]] = VARIABLE
        return inner.composed(holomorphic(expr.func(*args)))

    def _singular(self, expr: Basic) -> list[sp.Expr]:
        """Of 0 and 1 the value of the last argument at t = 0, if other ways are known there."""
        if expr.func not in BRANCHED:
            return []
        inner = self(expr.args[-1])
        return [point for point in (sp.S.Zero, sp.S.One) if (inner - int(point)).power > 0]

    def _logarithmic(self, found: Logarithmic) -> Function:
        """A function with its logarithmic part."""
        w = self(found.variable)
        regular = w.composed(holomorphic(found.regular, found.radius))
        second = w.composed(holomorphic(found.second, found.radius))
        regular = regular * w.raised(Fraction(-found.pole))
        return logarithm(w) * (second * w.raised(Fraction(found.zero))) + regular

    def _number(self, expr: Expr) -> Model:
        value = ball_of(expr)  # type: ignore[arg-type]
        if isinstance(value, acb) or not value.is_finite():
            raise NotEnclosed(f"{expr} is not a finite real number")
        return Model.constant(value, self.constant.reach, self.constant.order)

    def _sum(self, expr: Basic) -> Function:
        return reduce(total, (self(arg) for arg in expr.args))

    def _product(self, expr: Basic) -> Function:
        found, *others = (self(arg) for arg in expr.args)
        for other in others:
            found = found * other
        return found

    def _log(self, expr: Basic) -> Function:
        return logarithm(self(expr.args[0]))

    def _power(self, expr: Basic) -> Function:
        base, exponent = expr.as_base_exp()  # type: ignore[attr-defined]
        if base is sp.E:
            return exponential(self(exponent))
        if isinstance(exponent, sp.Rational):
            return self(base).raised(Fraction(int(exponent.p), int(exponent.q)))
        share = self(exponent) * self(base).composed(recurrences.logarithm)
        return share.composed(recurrences.exponential)

    def _root(self, expr: Basic) -> Function:
        degree = 2 if isinstance(expr, cfunctions.Sqrt) else 3
        return self(expr.args[0]).raised(Fraction(1, degree))

    # --- arcs

    def _acos(self, expr: Basic) -> Function:
        c = self(expr.args[0])
        for side in (1, -1):
            beside = 1 - c if side == 1 else 1 + c
            if beside.power > 0:
                arc = (beside * (arb(1) / 2)).raised(HALF).composed(recurrences.arc_sine) * 2
                return arc if side == 1 else arb.pi() - arc
        return c.composed(recurrences.arc_cosine)

    def _asin(self, expr: Basic) -> Function:
        c = self(expr.args[0])
        if (1 - c).power > 0 or (1 + c).power > 0:
            return arb.pi() / 2 - self._acos(expr)
        return c.composed(recurrences.arc_sine)

    def _acosh(self, expr: Basic) -> Function:
        beside = self(expr.args[0]) - 1
        return (beside * (arb(1) / 2)).raised(HALF).composed(recurrences.area_sine) * 2

    # --- pieces

    def _sign_of(self, model: Function) -> int:
        """The sign for t > 0 (or on all of an interval about 0), if it is one and the same."""
        if isinstance(model, Branched):
            raise NotEnclosed("the sign of what has a branch")
        if model.is_zero:
            return 0
        unit = model.stripped()
        value = unit.unit if unit.power == 0 or unit.reach >= 0 else unit.value
        if value > 0:
            return 1
        if value < 0:
            return -1
        raise NotEnclosed("a condition is not decided on a part of the domain")

    def _abs(self, expr: Basic) -> Function:
        inner = self(expr.args[0])
        return inner if self._sign_of(inner) >= 0 else -inner

    def _sign(self, expr: Basic) -> Model:
        sign = self._sign_of(self(expr.args[0]))
        return Model.constant(arb(sign), self.constant.reach, self.constant.order)

    def _step(self, expr: Basic) -> Model:
        sign = self._sign_of(self(expr.args[0]))
        value = sp.Integer(0) if sign < 0 else sp.Integer(1) if sign > 0 else expr.args[1]
        return self._number(value)  # type: ignore[arg-type]

    def _extreme(self, expr: Basic) -> Function:
        wanted = 1 if isinstance(expr, sp.Max) else -1
        found, *others = (self(arg) for arg in expr.args)
        for other in others:
            found = other if self._sign_of(other - found) == wanted else found
        return found

    def _pieces(self, expr: Basic) -> Function:
        for value, condition in expr.args:  # type: ignore[misc]
            if self._holds(condition):
                return self(value)
        raise NotEnclosed("no branch of a Piecewise applies")

    def _holds(self, condition: Any) -> bool:
        if condition in (sp.true, sp.false):
            return condition == sp.true
        if isinstance(condition, sp.Not):
            return not self._holds(condition.args[0])
        if isinstance(condition, (sp.And, sp.Or)):
            together = all if isinstance(condition, sp.And) else any
            return together([self._holds(part) for part in condition.args])
        sign = self._sign_of(self(condition.lhs) - self(condition.rhs))
        return bool(condition.func(sp.Integer(sign), 0))

    # --- integrals

    def _integral(self, expr: Basic) -> Model:
        """Up to a polynomial in t: the integrand along it is integrated term by term."""
        integrand, *bounds = expr.args
        if len(bounds) != 1 or len(bounds[0].args) != 3:  # type: ignore[union-attr]
            raise NotEnclosed("an integral over more than one variable")
        variable, low, high = bounds[0].args  # type: ignore[union-attr]
        if integrand.free_symbols - {variable} or low.free_symbols:
            raise NotEnclosed("an integral whose integrand or lower end depends on the argument")
        end = self(high)
        if isinstance(end, Branched) or not end.rest.is_zero() or _whole(end) < 0:
            raise NotEnclosed("an integral up to what is no polynomial in the variable")
        path = end.terms.left_shift(_whole(end))
        inside = model_of(integrand, {variable: end}, self.constant)  # type: ignore[arg-type]
        speed = Model(end.reach, 0, path.derivative(), end.order, arb(0))
        rate = inside * speed
        if isinstance(rate, Branched) or _whole(rate) < 0:
            raise NotEnclosed("an integrand that grows beyond all bounds")
        start = self._number(low)
        begins = path[0] if path.length() else arb(0)
        whole = arb(0)
        if not (begins - start.terms[0]).is_zero():
            whole = _up_to(integrand, variable, low, begins)
        terms = rate.terms.left_shift(_whole(rate)).integral()
        rest = rate.rest * arb(0.5, 0.5)  # of the mean of t^n R over a part of T, over t^n
        found = Model(end.reach, 0, terms, rate.order + _whole(rate) + 1, rest)
        return (found + whole)._cut(min(self.constant.order, found.order)).stripped()


def _whole(model: Model) -> int:
    """The power of t, if it is whole."""
    if model.power.denominator != 1:
        raise NotEnclosed("a root of the distance from a singular point is left")
    return int(model.power)


def _up_to(integrand: Any, variable: Any, low: Any, high: arb) -> arb:
    """The integral up to an exact number."""
    if not high.is_exact():
        raise NotEnclosed("an integral up to a number that is not exact")
    mantissa, exponent = high.man_exp()
    end = sp.Integer(int(mantissa)) * sp.Integer(2) ** int(exponent)
    value = ball_of(sp.Integral(integrand, (variable, low, end)))
    if isinstance(value, acb) or not value.is_finite():
        raise NotEnclosed("an integral without a finite value")
    return value


BRANCHED = (sp.hyper, sp.elliptic_k, sp.elliptic_e, sp.besselk, sp.loggamma)

SERIES: dict[Any, Action] = {
    sp.exp: recurrences.exponential,
    cfunctions.expm1: recurrences.expm1,
    cfunctions.log1p: recurrences.log1p,
    sp.sin: recurrences.sine,
    sp.cos: recurrences.cosine,
    sp.tan: recurrences.tangent,
    sp.atan: recurrences.arc_tangent,
    sp.sinh: recurrences.hyperbolic_sine,
    sp.cosh: recurrences.hyperbolic_cosine,
    sp.tanh: recurrences.hyperbolic_tangent,
    sp.asinh: recurrences.area_sine,
    sp.atanh: recurrences.area_tangent,
    sp.erf: recurrences.error_function,
    sp.erfc: recurrences.complementary_error_function,
    sp.erfi: recurrences.imaginary_error_function,
    sp.gamma: by_library(arb_series.gamma),
    sp.loggamma: by_library(arb_series.lgamma),
    sp.LambertW: by_library(arb_series.lambertw),
    sp.Ei: by_library(arb_series.ei),
    sp.Si: by_library(arb_series.si),
    sp.Ci: by_library(arb_series.ci),
    sp.Shi: by_library(arb_series.shi),
    sp.Chi: by_library(arb_series.chi),
    sp.airyai: by_library(arb_series.airy_ai),
    sp.airybi: by_library(arb_series.airy_bi),
}

_SHAPES: tuple[tuple[Any, Callable[[_Evaluation, Any], Function]], ...] = (
    (sp.Add, _Evaluation._sum),
    (sp.Mul, _Evaluation._product),
    (sp.log, _Evaluation._log),
    ((cfunctions.Sqrt, cfunctions.Cbrt), _Evaluation._root),
    ((sp.Pow, sp.exp), _Evaluation._power),
    (sp.acos, _Evaluation._acos),
    (sp.asin, _Evaluation._asin),
    (sp.acosh, _Evaluation._acosh),
    (sp.Abs, _Evaluation._abs),
    (sp.sign, _Evaluation._sign),
    (sp.Heaviside, _Evaluation._step),
    ((sp.Max, sp.Min), _Evaluation._extreme),
    (sp.Piecewise, _Evaluation._pieces),
    (sp.Integral, _Evaluation._integral),
)
