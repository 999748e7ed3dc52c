"""Antiderivatives, by rules that a person could follow; each one is differentiated back.

    sum                       term by term, constants in front
    rational function         partial fractions, logarithms and arc tangents
    g' g^n, g'/g, f(g) g'     seen as the derivative of g^(n+1)/(n+1), log g, F(g)
    rational in e^(c x)       the substitution k = e^(c x); hyperbolic functions are, too
    x^m/(a + b x^n)           for whole exponents by the roots of unity (see partial_fractions)
    x^m (a + b x^n)^p         for p = -1, -2, ... a hypergeometric function; for other exponents
                              that are no numbers an incomplete beta function, for x > 0
    anything else             SymPy's rule-based `manualintegrate`, if it finishes the job

The derivative of every answer is compared at a few points at once, and is owed as an obligation.
No definite integrals, and no Risch algorithm: what no rule reaches raises UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integral,
    Mul,
    Piecewise,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    apart,
    atan,
    beta,
    betainc_regularized,
    cancel,
    cos,
    cosh,
    cot,
    coth,
    exp,
    expand,
    factor_list,
    fraction,
    hyper,
    ilcm,
    log,
    powsimp,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    together,
)
from sympy.integrals.manualintegrate import manualintegrate

from symdyn.calculus.obligations import owe
from symdyn.calculus.partial_fractions import binomial_fraction, binomial_parts
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import UnsupportedError


def antiderivative(integrand: Expr, variable: Symbol) -> Expr:
    """A function whose derivative is the integrand (no constant is added).

    >>> x = Symbol("x")
    >>> antiderivative(1/(x*(1 - x)), x)
    log(x) - log(x - 1)
    >>> antiderivative(1/sin(x)**2, x)
    -cos(x)/sin(x)

    Raises UnsupportedError if no rule applies.
    """
    found = _sum_rule(integrand, variable)
    if found is None or not agree_at_points(found.diff(variable), integrand):
        raise UnsupportedError(
            f"no antiderivative of {integrand} in {variable} was found by the rules of "
            "symdyn.calculus.antiderivatives; give the integral in another variable"
        )
    owe(found.diff(variable), integrand, because=f"an antiderivative of {integrand}")
    return found


def _sum_rule(integrand: Expr, variable: Symbol) -> Expr | None:
    for split in _splittings(integrand, variable):
        parts = [_term(term, variable) for term in Add.make_args(split)]
        if None not in parts:
            return Add(*parts)
    return _by_manual_rules(integrand, variable)


def _splittings(integrand: Expr, x: Symbol) -> Iterator[Expr]:
    """The integrand, multiplied out, and in partial fractions with functions taken as constants."""
    integrand = powsimp(integrand.replace(cot, _cot).replace(coth, _coth), combine="exp")
    yield integrand
    yield powsimp(expand(integrand), combine="exp")
    calls = sorted((f for f in integrand.atoms(Function) if f.has(x)), key=str)
    atoms = {call: Dummy() for call in calls}
    flat = together(integrand.xreplace(atoms))
    if flat.is_rational_function(x):
        back = {atom: call for call, atom in atoms.items()}
        yield apart(flat, x).xreplace(back)
    if integrand.has(sinh, cosh, tanh):
        yield cancel(together(integrand.rewrite((sinh, cosh, tanh), exp)))


def _cot(u: Expr) -> Expr:
    return 1 / tan(u)


def _coth(u: Expr) -> Expr:
    return 1 / tanh(u)


def _term(term: Expr, variable: Symbol) -> Expr | None:
    constant, rest = term.as_independent(variable, as_Add=False)
    for rule in (_power, _rational, _reversed_chain, _rational_in_exponential, _binomial):
        found = rule(rest, variable)
        if found is not None:
            return constant * found
    return None


def _power(term: Expr, x: Symbol) -> Expr | None:
    base, exponent = term.as_base_exp()
    if not term.has(x):
        return term * x
    if base != x or exponent.has(x):
        return None
    return log(x) if exponent == -1 else x ** (exponent + 1) / (exponent + 1)


def _rational(term: Expr, x: Symbol) -> Expr | None:
    """Partial fractions over the rational functions of the other symbols."""
    if not term.is_rational_function(x):
        return None
    parts = [_simple_fraction(part, x) for part in Add.make_args(apart(together(term), x))]
    return None if None in parts else Add(*parts)


def _simple_fraction(part: Expr, x: Symbol) -> Expr | None:
    if part.is_polynomial(x):
        return Poly(part, x).integrate().as_expr() if part.has(x) else part * x
    numerator, denominator = fraction(together(part))
    constant, factors = factor_list(denominator, x)
    if len(factors) != 1:
        return None
    base, power = factors[0]
    degree = Poly(base, x).degree()
    if degree == 1 and not numerator.has(x):
        slope = constant * base.diff(x)
        log_or_power = log(base) if power == 1 else base ** (1 - power) / (1 - power)
        return numerator / slope * log_or_power
    if degree == 2 and power == 1:
        return _quadratic_fraction(numerator / constant, base, x)
    return _over_binomial(numerator / constant, base, x) if power == 1 else None


def _over_binomial(numerator: Expr, base: Expr, x: Symbol) -> Expr | None:
    """A polynomial over a + b x^n, term by term."""
    parts, line = binomial_parts(base, x), Poly(numerator, x)
    if parts is None or line.degree() >= parts[0]:
        return None
    n, a, b = parts
    terms = line.terms()
    return Add(*(factor * binomial_fraction(power, n, a, b, x) for (power,), factor in terms))


def _quadratic_fraction(numerator: Expr, base: Expr, x: Symbol) -> Expr | None:
    """(p x + q)/(a x^2 + b x + c) without rational roots."""
    a, b, c = Poly(base, x).all_coeffs()
    line = Poly(numerator, x)
    if line.degree() > 1:
        return None
    p, q = line.coeff_monomial(x), line.coeff_monomial(1)
    left = cancel(q - p * b / (2 * a))
    logarithm = p / (2 * a) * log(base)
    if left == 0:
        return logarithm
    gap = cancel(4 * a * c - b**2)
    if gap.is_negative:
        root = sqrt(-gap)
        return logarithm + left / root * (log(2 * a * x + b - root) - log(2 * a * x + b + root))
    return logarithm + 2 * left / sqrt(gap) * atan((2 * a * x + b) / sqrt(gap))


def _reversed_chain(term: Expr, x: Symbol) -> Expr | None:
    """A primitive that stands in the term itself: g^n g', g'/g, or a function of an argument."""
    for primitive, slope in _candidates(term, x):
        ratio = cancel(term / slope)
        if not ratio.has(x):
            return ratio * primitive
    return None


def _binomial(term: Expr, x: Symbol) -> Expr | None:
    """x^m (a + b x^n)^p with exponents that are no numbers; it is 0 at x = 0 where m > -1."""
    m, rest = S.Zero, S.One
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if base == x:
            m += exponent
        else:
            rest *= factor
    base, p = rest.as_base_exp()
    a, tail = base.as_independent(x, as_Add=True)
    b, monomial = tail.as_independent(x, as_Add=False)
    root, n = monomial.as_base_exp()
    if a == 0 or root != x or p.has(x) or n.has(x) or m.has(x):
        return None
    order = (m + 1) / n
    if p.is_integer and p.is_negative:
        scale = a**p * x ** (m + 1) / (m + 1)
        return scale * hyper((-p, order), (order + 1,), -b * x**n / a)
    if p.is_Rational:
        return None
    scale = a**p / n * (-a / b) ** order
    share = betainc_regularized(order, p + 1, 0, -b * x**n / a)
    return scale * beta(order, p + 1) * share


def _rational_in_exponential(term: Expr, x: Symbol) -> Expr | None:
    """R(e^(c x)) by the substitution k = e^(c x); exponents may be whole multiples of c x."""
    calls = sorted((call for call in term.atoms(exp) if call.has(x)), key=str)
    rate = _common_rate([cancel(call.args[0] / x) for call in calls])
    if rate is None or rate.has(x):
        return None
    k = Dummy("k", positive=True)
    flat = term.xreplace({call: k ** cancel(call.args[0] / (rate * x)) for call in calls})
    found = None if flat.has(x) else _rational(flat / (rate * k), k)
    return None if found is None else found.subs(log(k), rate * x).subs(k, exp(rate * x))


def _common_rate(rates: Sequence[Expr]) -> Expr | None:
    """A number of which all rates are whole multiples."""
    if not rates:
        return None
    ratios = [cancel(rate / rates[0]) for rate in rates]
    if not all(isinstance(ratio, Rational) for ratio in ratios):
        return None
    return rates[0] / ilcm(1, *(ratio.q for ratio in ratios))


def _candidates(term: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Functions that may be a primitive, each with its derivative."""
    for factor in Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if base.has(x) and not exponent.has(x) and base != x:
            yield _power_of(base, exponent, x)
    inner = {node for node in term.atoms(Pow) if node.has(x)}
    for node in sorted(inner, key=str):
        if node.base.has(x) and not node.exp.has(x):
            yield _power_of(node.base, node.exp, x)
    for call in sorted((f for f in term.atoms(sin, cos, sinh, cosh, exp, tan, tanh, log)), key=str):
        if call.has(x):
            yield from _functions_of(call.args[0], x)
            yield call, call.diff(x)
            yield _power_of(call, S.NegativeOne, x)


def _power_of(base: Expr, exponent: Expr, x: Symbol) -> tuple[Expr, Expr]:
    slope = base.diff(x) * base**exponent
    if exponent == -1:
        return log(base), slope
    return base ** (exponent + 1) / (exponent + 1), slope


def _functions_of(u: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    du = u.diff(x)
    yield -cos(u) / sin(u), du / sin(u) ** 2
    yield tan(u), du / cos(u) ** 2
    yield -cosh(u) / sinh(u), du / sinh(u) ** 2
    yield tanh(u), du / cosh(u) ** 2
    yield log(tan(u / 2)), du / sin(u)
    yield log(tanh(u / 2)), du / sinh(u)
    yield 2 * atan(exp(u)), du / cosh(u)
    yield log(sin(u)), du / tan(u)
    yield log(sinh(u)), du / tanh(u)


def _by_manual_rules(integrand: Expr, x: Symbol) -> Expr | None:
    found = manualintegrate(integrand, x)
    return None if found.has(Integral, Piecewise) else found
