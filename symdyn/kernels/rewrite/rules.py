"""The rules of rewriting: equations between patterns, one line each.

A rule says: wherever its conditions hold and its left side has a real value, its right side has
the same value. What a left side says by having a value (a quotient: that it divides by no zero; a
root: that its argument is not negative) needs no condition. The twin is a wrong right side that
looks like the right one; sampling must see the difference.

    sqrt(a) - sqrt(b) = (a - b)/(sqrt(a) + sqrt(b))        where sqrt(a) + sqrt(b) > 0

Sums and products commute without a rule. Rules that hold only up to rounding are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symdyn.kernels.rewrite.patterns import Condition, Pattern, condition, pattern


@dataclass(frozen=True)
class Rule:
    """One equation, with a wrong twin of its right side and conditions as text."""

    left: str
    right: str
    twin: str
    where: tuple[str, ...] = ()

    @cached_property
    def before(self) -> Pattern:
        """Pattern that is looked for."""
        return pattern(self.left)

    @cached_property
    def after(self) -> Pattern:
        """Pattern that is equal to it."""
        return pattern(self.right)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold everywhere on the domain."""
        return tuple(condition(text) for text in self.where)


def _rules(*lines: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(Rule(left, right, twin, tuple(where)) for left, right, twin, *where in lines)


# fmt: off
# ruff: noqa: E501
SHORTER = _rules(
    # what makes an expression shorter
    ("a + 0", "a", "-a"),
    ("a - 0", "a", "-a"),
    ("0 - a", "-a", "a"),
    ("a - a", "0", "1"),
    ("-(-a)", "a", "-a"),
    ("-(a - b)", "b - a", "a - b"),
    ("a + (-b)", "a - b", "a + b"),
    ("a - (-b)", "a + b", "a - b"),
    ("(-a) - b", "-(a + b)", "-(a - b)"),
    ("(a + b) - a", "b", "-b"),
    ("(a - b) - a", "-b", "b"),
    ("a - (a + b)", "-b", "b"),
    ("a - (a - b)", "b", "-b"),
    ("(a - b) + b", "a", "b"),
    ("a*1", "a", "-a"),
    ("a*0", "0", "a"),
    ("(-a)*(-b)", "a*b", "-(a*b)"),
    ("(-a)*b", "-(a*b)", "a*b"),
    ("a/1", "a", "1/a"),
    ("0/a", "0", "1"),
    ("a/a", "1", "a"),
    ("(-a)/b", "-(a/b)", "a/b"),
    ("a/(-b)", "-(a/b)", "a/b"),
    ("(a*b)/a", "b", "a"),
    ("a/(a*b)", "1/b", "b"),
    ("(a*b)/(a*c)", "b/c", "c/b"),
    ("(a/b)*b", "a", "b"),
    ("1/(1/a)", "a", "1/a"),
    ("sqrt(a)*sqrt(a)", "a", "-a"),
    ("sqrt(a*a)", "abs(a)", "a"),
    ("a/sqrt(a)", "sqrt(a)", "1/sqrt(a)"),
    ("abs(-a)", "abs(a)", "-abs(a)"),
    ("abs(a)*abs(a)", "a*a", "abs(a)"),
    ("abs(a)", "a", "-a", "a >= 0"),
    ("abs(a)", "-a", "a", "-a >= 0"),
    ("exp(log(a))", "a", "log(a)"),
    ("log(exp(a))", "a", "exp(a)"),
    ("where(a > 0, b, c)", "b", "c", "a > 0"),
    ("where(a > 0, b, c)", "c", "b", "-a >= 0"),
    ("where(a < 0, b, c)", "c", "b", "a >= 0"),
    ("where(a < 0, b, c)", "b", "c", "-a > 0"),
    ("where(a, b, b)", "b", "-b"),
)

SUMS = _rules(
    ("a + (b + c)", "(a + b) + c", "(a + b) - c"),
    ("a + (b - c)", "(a + b) - c", "(a - b) - c"),
    ("(a + b) - c", "a + (b - c)", "a - (b - c)"),
    ("(a - b) - c", "a - (b + c)", "a - (b - c)"),
    ("a - (b + c)", "(a - b) - c", "(a - b) + c"),
    ("a - (b - c)", "(a - b) + c", "(a - b) - c"),
    ("(a - b) + c", "a - (b - c)", "a - (b + c)"),
    ("a + a", "2*a", "a*a"),
    ("a*b + a*c", "a*(b + c)", "a*(b - c)"),
    ("a*b - a*c", "a*(b - c)", "a*(c - b)"),
    ("a*b + a", "a*(b + 1)", "a*(b - 1)"),
    ("a*b - a", "a*(b - 1)", "a*(1 - b)"),
    ("a - a*b", "a*(1 - b)", "a*(b - 1)"),
    ("a*(b + c)", "a*b + a*c", "a*b + c"),
    ("a*(b - c)", "a*b - a*c", "a*b - c"),
)

PRODUCTS = _rules(
    ("a*(b*c)", "(a*b)*c", "(a*b)/c"),
    ("-(a*b)", "(-a)*b", "a*b"),
    ("-(a/b)", "(-a)/b", "a/b"),
    ("(a/b)/c", "a/(b*c)", "(a*c)/b"),
    ("a/(b*c)", "(a/b)/c", "(a/b)*c"),
    ("a/(b/c)", "(a*c)/b", "(a*b)/c"),
    ("a*(b/c)", "(a*b)/c", "(a*c)/b"),
    ("(a*b)/c", "a*(b/c)", "a*(c/b)"),
    ("a/b", "1/(b/a)", "1/(a/b)", "a != 0"),
)

FRACTIONS = _rules(
    ("a/c + b/c", "(a + b)/c", "(a - b)/c"),
    ("a/c - b/c", "(a - b)/c", "(b - a)/c"),
    ("(a + b)/c", "a/c + b/c", "a/c + b"),
    ("(a - b)/c", "a/c - b/c", "a/c - b"),
    ("a/b + c", "(a + b*c)/b", "(a + c)/b"),
    ("a/b - c", "(a - b*c)/b", "(a - c)/b"),
    ("c - a/b", "(b*c - a)/b", "(c - a)/b"),
    ("a/b + c/d", "(a*d + b*c)/(b*d)", "(a*d + b*c)/(b + d)"),
    ("a/b - c/d", "(a*d - b*c)/(b*d)", "(b*c - a*d)/(b*d)"),
    ("1/a - 1/b", "(b - a)/(a*b)", "(a - b)/(a*b)"),
)

SQUARES = _rules(
    ("a*a - b*b", "(a - b)*(a + b)", "(a - b)*(a - b)"),
    ("a*a - 1", "(a - 1)*(a + 1)", "(a - 1)*(a - 1)"),
    ("1 - a*a", "(1 - a)*(1 + a)", "(1 - a)*(1 - a)"),
    ("(a - b)*(a + b)", "a*a - b*b", "a*a + b*b"),
    ("(a*a)*a - (b*b)*b", "(a - b)*((a*a + b*b) + a*b)", "(a - b)*((a*a + b*b) - a*b)"),
    ("(a/b)*(a/b)", "(a*a)/(b*b)", "(a*a)/b"),
    ("(a*b)*(a*b)", "(a*a)*(b*b)", "(a*a)*b"),
)

ROOTS = _rules(
    ("sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))", "(a + b)/(sqrt(a) + sqrt(b))", "sqrt(a) + sqrt(b) > 0"),
    ("sqrt(a) - b", "(a - b*b)/(sqrt(a) + b)", "(a - b*b)/(sqrt(a) - b)", "sqrt(a) + b > 0"),
    ("b - sqrt(a)", "(b*b - a)/(b + sqrt(a))", "(a - b*b)/(b + sqrt(a))", "sqrt(a) + b > 0"),
    ("sqrt(a) + b", "(a - b*b)/(sqrt(a) - b)", "(a + b*b)/(sqrt(a) - b)", "sqrt(a) - b > 0"),
    ("sqrt(a) - b", "where(b > 0, (a - b*b)/(sqrt(a) + b), sqrt(a) - b)", "where(b > 0, (a + b*b)/(sqrt(a) + b), sqrt(a) - b)"),
    ("b - sqrt(a)", "where(b > 0, (b*b - a)/(b + sqrt(a)), b - sqrt(a))", "where(b > 0, (a - b*b)/(b + sqrt(a)), b - sqrt(a))"),
    ("sqrt(a) + b", "where(b < 0, (a - b*b)/(sqrt(a) - b), sqrt(a) + b)", "where(b < 0, (b*b - a)/(sqrt(a) - b), sqrt(a) + b)"),
    ("sqrt(a)*sqrt(b)", "sqrt(a*b)", "sqrt(a + b)"),
    ("sqrt(a)/sqrt(b)", "sqrt(a/b)", "sqrt(b/a)"),
    ("sqrt(a*b)", "sqrt(a)*sqrt(b)", "sqrt(a)*b", "a >= 0", "b >= 0"),
    ("sqrt(a/b)", "sqrt(a)/sqrt(b)", "sqrt(b)/sqrt(a)", "a >= 0", "b > 0"),
    ("sqrt(a*b)", "sqrt(abs(a))*sqrt(abs(b))", "sqrt(abs(a))*abs(b)"),
    ("sqrt(a*a - b)", "where(b > 0, sqrt(abs(a) - sqrt(b))*sqrt(abs(a) + sqrt(b)), hypot(a, sqrt(-b)))", "where(b > 0, sqrt(abs(a) - sqrt(b))*sqrt(abs(a) + sqrt(b)), hypot(a, sqrt(b)))"),
    ("sqrt(a*a + b*b)", "hypot(a, b)", "a + b"),
    ("sqrt(a*a + b)", "hypot(a, sqrt(b))", "hypot(a, b)", "b >= 0"),
    ("hypot(a, b)*hypot(a, b)", "a*a + b*b", "a*a - b*b"),
    ("hypot(a, b) - c", "(a*a + (b*b - c*c))/(hypot(a, b) + c)", "(a*a + (b*b + c*c))/(hypot(a, b) + c)", "hypot(a, b) + c > 0"),
    ("hypot(a, b) - a", "(b/(hypot(a, b) + a))*b", "(a/(hypot(a, b) + a))*b", "hypot(a, b) + a > 0"),
    ("hypot(a, b) - a", "where(a > 0, (b/(hypot(a, b) + a))*b, hypot(a, b) - a)", "where(a > 0, (b/(hypot(a, b) - a))*b, hypot(a, b) - a)"),
    ("a - hypot(a, b)", "where(a > 0, -((b/(hypot(a, b) + a))*b), a - hypot(a, b))", "where(a > 0, (b/(hypot(a, b) + a))*b, a - hypot(a, b))"),
    ("hypot(a, b) + a", "where(a < 0, (b/(hypot(a, b) - a))*b, hypot(a, b) + a)", "where(a < 0, (b/(hypot(a, b) + a))*b, hypot(a, b) + a)"),
    ("sqrt(a*a - b*b)", "sqrt(abs(a) - abs(b))*sqrt(abs(a) + abs(b))", "sqrt(abs(a) - abs(b))*sqrt(abs(a) - abs(b))"),
    ("cbrt(a) - cbrt(b)", "(a - b)/((cbrt(a)*cbrt(a) + cbrt(b)*cbrt(b)) + cbrt(a)*cbrt(b))", "(a - b)/((cbrt(a)*cbrt(a) + cbrt(b)*cbrt(b)) - cbrt(a)*cbrt(b))", "a > 0", "b >= 0"),
    ("cbrt(a)*(cbrt(a)*cbrt(a))", "a", "-a"),
)

EXPONENTIALS = _rules(
    ("exp(a) - 1", "expm1(a)", "expm1(-a)"),
    ("1 - exp(a)", "-expm1(a)", "expm1(a)"),
    ("expm1(a) + 1", "exp(a)", "exp(-a)"),
    ("exp(a)*exp(b)", "exp(a + b)", "exp(a*b)"),
    ("exp(a)/exp(b)", "exp(a - b)", "exp(b - a)"),
    ("exp(a + b)", "exp(a)*exp(b)", "exp(a) + exp(b)"),
    ("exp(a - b)", "exp(a)/exp(b)", "exp(b)/exp(a)"),
    ("exp(2*a)", "exp(a)*exp(a)", "2*exp(a)"),
    ("1/exp(a)", "exp(-a)", "exp(a)"),
    ("a/exp(b)", "a*exp(-b)", "a*exp(b)"),
    ("a*exp(-b)", "a/exp(b)", "a*exp(b)"),
    ("exp(a) - exp(b)", "exp(b)*expm1(a - b)", "exp(a)*expm1(a - b)"),
    ("expm1(a) - expm1(b)", "exp(b)*expm1(a - b)", "exp(a)*expm1(a - b)"),
    ("expm1(a)/exp(a)", "-expm1(-a)", "expm1(-a)"),
    ("expm1(a)*exp(-a)", "-expm1(-a)", "expm1(-a)"),
    ("a/(exp(b) + c)", "(a*exp(-b))/(1 + c*exp(-b))", "(a*exp(-b))/(1 + c)"),
    ("a/(exp(b) - c)", "(a*exp(-b))/(1 - c*exp(-b))", "(a*exp(-b))/(1 + c*exp(-b))"),
    ("a/(c - exp(b))", "(a*exp(-b))/(c*exp(-b) - 1)", "(a*exp(-b))/(1 - c*exp(-b))"),
    ("a/expm1(b)", "-((a*exp(-b))/expm1(-b))", "(a*exp(-b))/expm1(-b)"),
    ("a/(expm1(b) + c)", "(a*exp(-b))/(c*exp(-b) - expm1(-b))", "(a*exp(-b))/(c*exp(-b) + expm1(-b))"),
    ("exp(a) - exp(-a)", "2*sinh(a)", "sinh(a)"),
    ("exp(a) + exp(-a)", "2*cosh(a)", "cosh(a)"),
    ("(exp(a) - 2) + exp(-a)", "4*(sinh(a/2)*sinh(a/2))", "4*(sinh(a)*sinh(a))"),
)

HYPERBOLIC = _rules(
    ("sinh(a)/cosh(a)", "tanh(a)", "tanh(2*a)"),
    ("sinh(a) + cosh(a)", "exp(a)", "exp(-a)"),
    ("cosh(a) - sinh(a)", "exp(-a)", "exp(a)"),
    ("cosh(a) - 1", "2*(sinh(a/2)*sinh(a/2))", "sinh(a/2)*sinh(a/2)"),
    ("1 - cosh(a)", "-2*(sinh(a/2)*sinh(a/2))", "2*(sinh(a/2)*sinh(a/2))"),
    ("cosh(a)*cosh(a) - 1", "sinh(a)*sinh(a)", "sinh(a)"),
    ("cosh(a)*cosh(a) - sinh(a)*sinh(a)", "1", "-1"),
    ("1 - tanh(a)*tanh(a)", "1/(cosh(a)*cosh(a))", "1/cosh(a)"),
    ("1 - tanh(a)", "2/(exp(2*a) + 1)", "2/(exp(a) + 1)"),
    ("1 + tanh(a)", "2/(exp(-2*a) + 1)", "2/(exp(2*a) + 1)"),
    ("tanh(a) - 1", "-2/(exp(2*a) + 1)", "2/(exp(2*a) + 1)"),
    ("expm1(a)/(expm1(a) + 2)", "tanh(a/2)", "tanh(a)"),
    ("expm1(a)/(exp(a) + 1)", "tanh(a/2)", "tanh(a)"),
    ("sinh(-a)", "-sinh(a)", "sinh(a)"),
    ("cosh(-a)", "cosh(a)", "-cosh(a)"),
    ("tanh(-a)", "-tanh(a)", "tanh(a)"),
    ("log(a + sqrt(a*a + 1))", "asinh(a)", "asinh(2*a)"),
    ("log(a + hypot(a, 1))", "asinh(a)", "asinh(2*a)"),
    ("log(a + sqrt(a*a - 1))", "acosh(a)", "acosh(2*a)"),
    ("log((1 + a)/(1 - a))", "2*atanh(a)", "atanh(a)"),
    ("log1p(a) - log1p(-a)", "2*atanh(a)", "atanh(a)"),
)

LOGARITHMS = _rules(
    ("log(1 + a)", "log1p(a)", "log1p(-a)"),
    ("log(1 - a)", "log1p(-a)", "log1p(a)"),
    ("log(a) - log(b)", "log(a/b)", "log(b/a)"),
    ("log(a) + log(b)", "log(a*b)", "log(a + b)"),
    ("log(a/b)", "log(a) - log(b)", "log(b) - log(a)", "a > 0", "b > 0"),
    ("log(a*b)", "log(a) + log(b)", "log(a) - log(b)", "a > 0", "b > 0"),
    ("log(a/b)", "log1p((a - b)/b)", "log1p((b - a)/b)"),
    ("log(1/a)", "-log(a)", "log(a)"),
    ("log(sqrt(a))", "log(a)/2", "2*log(a)"),
    ("log(a*a)", "2*log(abs(a))", "log(abs(a))"),
    ("log1p(a) - log1p(b)", "log1p((a - b)/(1 + b))", "log1p((a - b)/(1 + a))"),
    ("log1p(a - 1)", "log(a)", "-log(a)"),
    ("log1p(expm1(a))", "a", "-a"),
    ("expm1(log1p(a))", "a", "-a"),
    ("expm1(log(a))", "a - 1", "1 - a"),
    ("log1p(exp(a))", "max(a, 0) + log1p(exp(-abs(a)))", "min(a, 0) + log1p(exp(-abs(a)))"),
    ("log(exp(a) + exp(b))", "max(a, b) + log1p(exp(-abs(a - b)))", "min(a, b) + log1p(exp(-abs(a - b)))"),
    ("log(cosh(a))", "where(abs(a) > 1, (abs(a) + log1p(exp(-2*abs(a)))) - log(2), log1p(2*(sinh(a/2)*sinh(a/2))))", "(abs(a) + log1p(exp(-2*abs(a)))) + log(2)"),
    ("log(expm1(a))", "a + log(-expm1(-a))", "a - log(-expm1(-a))"),
)

POWERS = _rules(
    ("exp(b*log(a))", "pow(a, b)", "pow(b, a)"),
    ("pow(a, b)", "exp(b*log(a))", "exp(a*log(b))", "a > 0"),
    ("pow(a, b) - 1", "expm1(b*log(a))", "expm1(a*log(b))", "a > 0"),
    ("pow(1 + a, b)", "exp(b*log1p(a))", "exp(b*log(a))", "1 + a > 0"),
    ("exp(b*log1p(a)) - 1", "expm1(b*log1p(a))", "expm1(b*log1p(-a))"),
    ("log(pow(a, b))", "b*log(a)", "a*log(b)", "a > 0"),
    ("pow(a, b)*pow(a, c)", "pow(a, b + c)", "pow(a, b*c)", "a > 0"),
    ("pow(a, b)/pow(a, c)", "pow(a, b - c)", "pow(a, c - b)", "a > 0"),
    ("pow(a, b)*a", "pow(a, b + 1)", "pow(a, b - 1)", "a > 0"),
    ("pow(a, b)/a", "pow(a, b - 1)", "pow(a, b + 1)", "a > 0"),
)

CIRCULAR = _rules(
    ("1 - cos(a)", "2*(sin(a/2)*sin(a/2))", "2*(sin(a)*sin(a))"),
    ("cos(a) - 1", "-2*(sin(a/2)*sin(a/2))", "2*(sin(a/2)*sin(a/2))"),
    ("1 + cos(a)", "2*(cos(a/2)*cos(a/2))", "2*(cos(a)*cos(a))"),
    ("1 - cos(a)*cos(a)", "sin(a)*sin(a)", "sin(a)"),
    ("1 - sin(a)*sin(a)", "cos(a)*cos(a)", "cos(a)"),
    ("cos(a)*cos(a) + sin(a)*sin(a)", "1", "2"),
    ("cos(a)*cos(a) - sin(a)*sin(a)", "cos(2*a)", "cos(a)"),
    ("2*(sin(a)*cos(a))", "sin(2*a)", "sin(a)"),
    ("sin(a)/cos(a)", "tan(a)", "tan(2*a)"),
    ("cos(a)/sin(a)", "1/tan(a)", "tan(a)"),
    ("(1 - cos(a))/sin(a)", "tan(a/2)", "tan(a)"),
    ("sin(a)/(1 + cos(a))", "tan(a/2)", "tan(a)"),
    ("sin(-a)", "-sin(a)", "sin(a)"),
    ("cos(-a)", "cos(a)", "-cos(a)"),
    ("tan(-a)", "-tan(a)", "tan(a)"),
    ("sin(a) - sin(b)", "2*(cos((a + b)/2)*sin((a - b)/2))", "2*(sin((a + b)/2)*cos((a - b)/2))"),
    ("cos(a) - cos(b)", "-2*(sin((a + b)/2)*sin((a - b)/2))", "2*(sin((a + b)/2)*sin((a - b)/2))"),
    ("sin(a + b)", "sin(a)*cos(b) + cos(a)*sin(b)", "sin(a)*cos(b) - cos(a)*sin(b)"),
    ("sin(a - b)", "sin(a)*cos(b) - cos(a)*sin(b)", "sin(a)*cos(b) + cos(a)*sin(b)"),
    ("cos(a + b)", "cos(a)*cos(b) - sin(a)*sin(b)", "cos(a)*cos(b) + sin(a)*sin(b)"),
    ("cos(a - b)", "cos(a)*cos(b) + sin(a)*sin(b)", "cos(a)*cos(b) - sin(a)*sin(b)"),
    ("tan(a) - tan(b)", "sin(a - b)/(cos(a)*cos(b))", "sin(a + b)/(cos(a)*cos(b))"),
    ("tan(a) - sin(a)", "tan(a)*(1 - cos(a))", "tan(a)*(1 + cos(a))"),
    ("atan(a) - atan(b)", "atan2(a - b, 1 + a*b)", "atan2(a - b, 1 - a*b)"),
    ("atan2(a, 1)", "atan(a)", "-atan(a)"),
    ("acos(a)", "2*atan2(sqrt(1 - a), sqrt(1 + a))", "2*atan2(sqrt(1 + a), sqrt(1 - a))"),
    ("pi - acos(a)", "acos(-a)", "acos(a)"),
    ("sin(acos(a))", "sqrt((1 - a)*(1 + a))", "sqrt((1 - a)*(1 - a))"),
    ("cos(asin(a))", "sqrt((1 - a)*(1 + a))", "sqrt((1 - a)*(1 - a))"),
    ("1 - erf(a)", "erfc(a)", "erfc(-a)"),
    ("1 + erf(a)", "erfc(-a)", "erfc(a)"),
    ("1 - erfc(a)", "erf(a)", "erf(-a)"),
)

BRANCHES = _rules(
    ("where(a, b, c)/d", "where(a, b/d, c/d)", "where(a, c/d, b/d)"),
    ("d/where(a, b, c)", "where(a, d/b, d/c)", "where(a, d/c, d/b)"),
    ("where(a, b, c)*d", "where(a, b*d, c*d)", "where(a, c*d, b*d)"),
    ("-where(a, b, c)", "where(a, -b, -c)", "where(a, -c, -b)"),
)

FUSED = _rules(
    ("a*b + c", "fma(a, b, c)", "fma(a, c, b)"),
    ("a*b - c", "fma(a, b, -c)", "fma(a, b, c)"),
    ("c - a*b", "fma(-a, b, c)", "fma(a, b, c)"),
)
# fmt: on

# What is known of functions comes before the many ways to regroup sums and products.
RULES: tuple[Rule, ...] = (
    SHORTER
    + ROOTS
    + EXPONENTIALS
    + HYPERBOLIC
    + LOGARITHMS
    + POWERS
    + CIRCULAR
    + SQUARES
    + FRACTIONS
    + BRANCHES
    + PRODUCTS
    + SUMS
)
