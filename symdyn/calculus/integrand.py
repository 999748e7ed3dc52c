"""A smooth function of Gaussian variables as a sum of terms that the routes understand.

    term = coefficient * polynomial * product of form^power * exp(quadratic) * product of erf(form)

Trigonometric and hyperbolic functions become exponentials; erf(f) is the mean of sign(f + noise)
with independent noise of variance 1/2, which is how it is kept. Anything else is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import (
    Add,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Rational,
    S,
    Symbol,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    log,
    sin,
    sinh,
)

from symdyn.errors import UnsupportedError

SUPPORTED = (
    "polynomials, powers of affine forms where these are positive, exp of degree 1 and 2, cos, "
    "sin, cosh, sinh, erf and erfc of affine forms, times kinks in affine forms"
)


@dataclass(frozen=True)
class Sigmoid:
    """E[sign(form + noise)] over independent Gaussian noise of this variance."""

    form: Expr
    noise: Expr


@dataclass(frozen=True)
class Term:
    """One product; `exponent` is what stands inside exp."""

    coefficient: Expr = S.One
    polynomial: Expr = S.One
    powers: tuple[tuple[Expr, Expr], ...] = ()
    exponent: Expr = S.Zero
    sigmoids: tuple[Sigmoid, ...] = ()

    def moved(self, shift: dict[Symbol, Expr]) -> Term:
        """The term after a substitution for the variables; its exponent must be spent."""
        return Term(
            self.coefficient,
            expand(self.polynomial.subs(shift, simultaneous=True)),
            tuple((expand(f.subs(shift, simultaneous=True)), p) for f, p in self.powers),
            S.Zero,
            tuple(
                Sigmoid(expand(s.form.subs(shift, simultaneous=True)), s.noise)
                for s in self.sigmoids
            ),
        )


def terms(f: Expr, variables: Sequence[Symbol]) -> Iterator[Term]:
    """The terms of a smooth function.

    >>> from sympy import symbols
    >>> z = symbols("z", real=True)
    >>> [term.polynomial for term in terms((1 + z)**2, (z,))]
    [1, z**2, z]

    Raises UnsupportedError that names a factor no route understands.
    """
    zs = tuple(variables)
    for product in Add.make_args(expand(_by_exponentials(f, zs))):
        term = Term()
        for factor in Mul.make_args(product):
            term = _with_factor(term, factor, zs)
        yield replace(term, exponent=expand(term.exponent))


def _by_exponentials(f: Expr, zs: tuple[Symbol, ...]) -> Expr:
    f = f.replace(lambda e: isinstance(e, (cos, sin)) and e.has(*zs), lambda e: _wave(e, zs))
    f = f.replace(lambda e: isinstance(e, (cosh, sinh)) and e.has(*zs), lambda e: e.rewrite(exp))
    return f.replace(lambda e: isinstance(e, erfc) and e.has(*zs), lambda e: 1 - erf(e.args[0]))


def _wave(wave: Expr, zs: tuple[Symbol, ...]) -> Expr:
    """cos and sin of x + t, by exponentials of x alone, so that phases t stay real."""
    argument = expand(wave.args[0])
    t = argument.subs(dict.fromkeys(zs, 0))
    x = argument - t
    even, odd = cos(x).rewrite(exp), sin(x).rewrite(exp)
    return even * cos(t) - odd * sin(t) if isinstance(wave, cos) else odd * cos(t) + even * sin(t)


def _with_factor(term: Term, factor: Expr, zs: tuple[Symbol, ...]) -> Term:
    if not factor.has(*zs):
        return replace(term, coefficient=term.coefficient * factor)
    base, power = factor.as_base_exp()
    if not base.has(*zs):
        return _with_exponential(term, base, power, factor)
    if power.has(*zs):
        raise _refusal(factor)
    is_natural = bool(power.is_Integer and power.is_positive)
    if isinstance(base, erf) and is_natural:
        sigmoid = Sigmoid(_affine(base.args[0], zs, factor), Rational(1, 2))
        return replace(term, sigmoids=term.sigmoids + (sigmoid,) * int(power))
    if is_natural and base.is_polynomial(*zs):
        return replace(term, polynomial=term.polynomial * factor)
    form = _affine(base, zs, factor)
    return replace(term, powers=_gathered(term.powers, form, power))


def _with_exponential(term: Term, base: Expr, power: Expr, factor: Expr) -> Term:
    rate = log(base)
    if not base.is_positive:
        raise _refusal(factor)
    return replace(term, exponent=term.exponent + power * rate)


def _affine(form: Expr, zs: tuple[Symbol, ...], factor: Expr) -> Expr:
    try:
        degree = Poly(form, *zs).total_degree()
    except PolynomialError:
        degree = -1
    if degree != 1:
        raise _refusal(factor)
    return expand(form)


def _gathered(
    powers: tuple[tuple[Expr, Expr], ...], form: Expr, power: Expr
) -> tuple[tuple[Expr, Expr], ...]:
    """The powers of equal forms added up."""
    sums = dict(powers)
    sums[form] = sums.get(form, S.Zero) + power
    return tuple(sums.items())


def _refusal(factor: Expr) -> UnsupportedError:
    return UnsupportedError(
        f"no closed form is known for a Gaussian expectation with the factor {factor}; "
        f"supported are {SUPPORTED}. gaussian_integral gives the integral itself"
    )
