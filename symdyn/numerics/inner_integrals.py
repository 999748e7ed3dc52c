"""Inner integrals of iterated integrals in closed form, where the form is elementary.

    integral of x^n exp(-a x^2 + b x) dx from L to U,   a > 0 or a = b = 0

follows from the error function and integration by parts,

    J_0     = sqrt(pi/a)/2 exp(b^2/(4a)) (erf(s(U)) - erf(s(L))),   s(x) = sqrt(a) (x - b/(2a))
    J_(n+1) = (b J_n + n J_(n-1) - [x^n exp(-a x^2 + b x)]) / (2a)

so a double integral over a Gaussian density is left with one integration. Sines and cosines of
multiples of x are exponentials. Max, Min, Abs, sign and Heaviside are cut where their arguments,
linear in x, change sign; the places must be ordered the same for all values of the outer variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import sympy as sp
from flint import arb
from sympy import Dummy, Expr, I, Poly, PolynomialError, S, Symbol, oo

from symdyn.numerics.ball_steps import run
from symdyn.numerics.piecewise import Ball

KINKED = (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside)
MOST_DEGREE = 40
Point = Mapping[Symbol, Ball]


def without_inner(integrand: Expr, point: Point) -> Expr:
    """An integrand in which the integrals that can be are in closed form."""
    return integrand.replace(
        lambda part: isinstance(part, sp.Integral) and all(len(r) == 3 for r in part.limits),
        lambda part: over_inner(part.function, part.limits, point),
    )


def over_inner(body: Expr, limits: Sequence[sp.Tuple], point: Point) -> Expr:
    """The integrand of an outer integral: inner ranges done in closed form, as far as possible.

    >>> x, y = sp.symbols("x y", real=True)
    >>> over_inner(x*sp.exp(-x**2 - y**2), [sp.Tuple(x, 0, oo)], {})
    exp(-y**2)/2
    """
    for index, (variable, lower, upper) in enumerate(limits):
        closed = closed_form(body, variable, lower, upper, point)
        if closed is None:
            return sp.Integral(body, *limits[index:])
        body = closed
    return body


def closed_form(body: Expr, x: Symbol, lower: Expr, upper: Expr, point: Point) -> Expr | None:
    """The integral of a function over x, or None where it is not of the kinds known here."""
    x_real = Dummy("x", real=True)
    body = body.xreplace({x: x_real})
    places = _cuts(body, x_real, lower, upper, point)
    if places is None:
        return None
    total: Expr = S.Zero
    for a, b in pairwise(places):
        smooth = _on_one_side(body, x_real, a, b, point)
        part = None if smooth is None else _over_smooth(smooth, x_real, a, b, point)
        if part is None:
            return None
        total += part
    return total


# Kinks -----------------------------------------------------------------------------------------


def _cuts(body: Expr, x: Symbol, lower: Expr, upper: Expr, point: Point) -> list[Expr] | None:
    """The ends and the kinks between them, in their order."""
    kinks: list[Expr] = []
    for part in body.atoms(*KINKED):
        if part.has(x):
            zero = _zero(_switch(part), x)
            if zero is None:
                return None
            kinks.append(zero)
    if kinks and _sign(upper - lower, point) != 1:
        return None
    inside: list[Expr] = []
    for kink in dict.fromkeys(kinks):
        sides = [_sign(kink - lower, point), _sign(upper - kink, point)]
        if None in sides:
            return None
        if sides == [1, 1]:
            inside.append(kink)
    ordered = _sorted(inside, point)
    return None if ordered is None else [lower, *ordered, upper]


def _switch(part: Expr) -> Expr:
    """What changes its sign where a function has a kink."""
    if isinstance(part, (sp.Max, sp.Min)) and len(part.args) == 2:
        return part.args[0] - part.args[1]
    return S.Zero if isinstance(part, (sp.Max, sp.Min)) else part.args[0]


def _zero(form: Expr, x: Symbol) -> Expr | None:
    """The zero of a form that is linear in x with a constant slope."""
    slope = sp.expand(form).coeff(x)
    if slope == 0 or slope.free_symbols or (sp.expand(form) - slope * x).has(x):
        return None
    return -sp.expand(form - slope * x) / slope


def _sorted(kinks: list[Expr], point: Point) -> list[Expr] | None:
    ordered: list[Expr] = []
    for kink in kinks:
        signs = [_sign(kink - other, point) for other in ordered]
        if None in signs or 0 in signs:
            return None
        ordered.insert(signs.count(1), kink)
    return ordered


def _sign(form: Expr, point: Point) -> int | None:
    """The sign of a number, or None where it is not known (for all outer variables)."""
    if form in (oo, -oo):
        return 1 if form == oo else -1
    form = sp.expand(form)
    if form == 0:
        return 0
    if form.free_symbols - set(point):
        return None
    value = run(form, point)
    return (value > 0) - (value < 0) if isinstance(value, arb) and not value.contains(0) else None


def _on_one_side(body: Expr, x: Symbol, a: Expr, b: Expr, point: Point) -> Expr | None:
    """The body between two neighbouring cuts, where no argument changes its sign."""
    found: dict[Expr, Expr] = {}
    for part in body.atoms(*KINKED):
        if part.has(x):
            sign = _sign_between(_switch(part), x, a, b, point)
            if sign not in (1, -1):
                return None
            found[part] = _resolved(part, is_positive=sign == 1)
    return body.xreplace(found)


def _sign_between(form: Expr, x: Symbol, a: Expr, b: Expr, point: Point) -> int | None:
    """The sign of a linear form between two cuts, one of which may be its zero."""
    rising = _sign(sp.expand(form).coeff(x), point)
    zero = _zero(form, x)
    if zero is None or rising is None:
        return None
    if sp.expand(zero - a) == 0 or sp.expand(zero - b) == 0:
        return rising if sp.expand(zero - a) == 0 else -rising
    middle = (a + b) / 2 if oo not in (b, -a) else (b - 1 if a == -oo else a + 1)
    return _sign(form.xreplace({x: S.Zero if (a, b) == (-oo, oo) else middle}), point)


def _resolved(part: Expr, *, is_positive: bool) -> Expr:
    if isinstance(part, sp.Max):
        return part.args[0] if is_positive else part.args[1]
    if isinstance(part, sp.Min):
        return part.args[1] if is_positive else part.args[0]
    if isinstance(part, sp.Abs):
        return part.args[0] if is_positive else -part.args[0]
    if isinstance(part, sp.sign):
        return S.One if is_positive else S.NegativeOne
    return S.One if is_positive else S.Zero


# Polynomials times exponentials of quadratic forms ----------------------------------------------


def _over_smooth(body: Expr, x: Symbol, a: Expr, b: Expr, point: Point) -> Expr | None:
    total: Expr = S.Zero
    for phase, factor in _terms(body, x):
        part = _over_term(phase, factor, x, a, b, point)
        if part is None:
            return None
        total += part
    return total


def _terms(body: Expr, x: Symbol) -> list[tuple[Expr, Expr]]:
    """Pairs (phase, factor) with body = sum of exp(phase) factor."""
    phases: dict[Symbol, Expr] = {}
    found: dict[Expr, Expr] = {}
    waves = [wave for wave in body.atoms(sp.sin, sp.cos, sp.exp) if wave.has(x)]
    form = body.xreplace({wave: _in_exponentials(wave, phases) for wave in waves})
    for term in sp.Add.make_args(sp.expand(form)):
        phase, factor = S.Zero, S.One
        for part in sp.Mul.make_args(term):
            base, exponent = part.as_base_exp()
            if base in phases:
                phase += exponent * phases[base]
            else:
                factor *= part
        phase = sp.expand(phase)
        found[phase] = found.get(phase, S.Zero) + factor
    return [(phase, factor) for phase, factor in found.items() if factor != 0]


def _in_exponentials(wave: Expr, phases: dict[Symbol, Expr]) -> Expr:
    ahead, back = Dummy("ahead"), Dummy("back")
    argument = wave.args[0] if isinstance(wave, sp.exp) else I * wave.args[0]
    phases |= {ahead: argument, back: -argument}
    if isinstance(wave, sp.exp):
        return ahead
    return (ahead + back) / 2 if isinstance(wave, sp.cos) else (ahead - back) / (2 * I)


def _over_term(phase: Expr, factor: Expr, x: Symbol, a: Expr, b: Expr, point: Point) -> Expr | None:
    try:
        square, linear, constant = _quadratic(phase, x)
        powers = Poly(factor, x)
    except PolynomialError:
        return None
    if any(c.has(x) for c in powers.all_coeffs()) or powers.degree() > MOST_DEGREE:
        return None
    coefficients = powers.all_coeffs()[::-1]
    if square == 0 and linear == 0 and oo not in (b, -a):
        height = sp.exp(constant)
        moments = [
            height * (b ** (n + 1) - a ** (n + 1)) / (n + 1) for n in range(len(coefficients))
        ]
    elif _is_positive(-square, point):
        moments = _moments(-square, linear, constant, a, b, len(coefficients))
    else:
        return None
    return sp.Add(*(c * m for c, m in zip(coefficients, moments, strict=True)))


def _quadratic(phase: Expr, x: Symbol) -> tuple[Expr, Expr, Expr]:
    poly = Poly(phase, x)
    if poly.degree() > 2:
        raise PolynomialError
    return poly.coeff_monomial(x**2), poly.coeff_monomial(x), poly.coeff_monomial(1)


def _is_positive(form: Expr, point: Point) -> bool:
    if form.free_symbols - set(point):
        return False
    value = run(form, point)
    return isinstance(value, arb) and bool(value > 0)


def _moments(a: Expr, b: Expr, c: Expr, lower: Expr, upper: Expr, count: int) -> list[Expr]:
    """Integrals of x^n exp(-a x^2 + b x + c), n < count."""
    height = sp.exp(sp.cancel(sp.together(c + b**2 / (4 * a))))
    root = sp.sqrt(a)
    found = [sp.sqrt(sp.pi) / (2 * root) * height * _spread(root, b / (2 * a), lower, upper)]
    ends = [
        (end, sp.exp(sp.expand(-a * end**2 + b * end + c)), sign)
        for end, sign in ((upper, 1), (lower, -1))
        if end not in (oo, -oo)
    ]
    for n in range(count - 1):
        edge = sp.Add(*(sign * end**n * value for end, value, sign in ends))
        before = n * found[n - 1] if n else S.Zero
        found.append((b * found[n] + before - edge) / (2 * a))
    return found


def _spread(root: Expr, centre: Expr, lower: Expr, upper: Expr) -> Expr:
    """erf(s(U)) - erf(s(L)) without cancellation at infinite ends."""
    if lower == -oo:
        return S(2) if upper == oo else sp.erfc(root * (centre - upper))
    if upper == oo:
        return sp.erfc(root * (lower - centre))
    return sp.erf(root * (upper - centre)) - sp.erf(root * (lower - centre))
