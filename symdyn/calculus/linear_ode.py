"""First-order equations that are linear in the unknown, or become so (Bernoulli).

    y' = p(x) y + q(x), y(x0) = y0     y = e^{P(x) - P(x0)} (y0 + integral of e^{P(x0) - P} q)
    y' = p(x) y + q(x) y^n             v = y^(1-n) obeys v' = (1-n) (p v + q)

with P an antiderivative of p. Both antiderivatives are found by rules and differentiated back; the
residual and the initial value of the result are owed as obligations. Systems are not treated.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Mul, S, Symbol, cancel, exp, expand, expand_log, log, sympify, together

from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.obligations import owe
from symdyn.errors import InputError, UnsupportedError


def solve_linear(rate: Expr, y: Symbol, y0: Expr, x: Symbol, *, start: Expr | int = 0) -> Expr:
    """The solution of dy/dx = rate, linear in y, with y = y0 at x = start.

    >>> from sympy import symbols
    >>> x, y, y0, k = symbols("x y y0 k")
    >>> solve_linear(y/x + x, y, y0, x, start=1)
    x*(x + y0 - 1)

    Raises UnsupportedError if the rate is not linear in y or an integral is not found.
    """
    slope, source = _linear_parts(sympify(rate), y)
    begin, first = sympify(start), sympify(y0)
    _check_free(y, first, begin)
    solution = _variation_of_constants(slope, source, first, x, begin)
    _owe_solution(solution, sympify(rate), y, first, x, begin)
    return solution


def solve_bernoulli(rate: Expr, y: Symbol, y0: Expr, x: Symbol, *, start: Expr | int = 0) -> Expr:
    """The solution of dy/dx = p(x) y + q(x) y^n with y = y0 at x = start.

    It is written y0 times a power that is 1 at the start, so that the sign of y0 is kept.

    >>> from sympy import symbols
    >>> y, y0, x = symbols("y y0 x", positive=True)
    >>> solve_bernoulli(-y**3, y, y0, x)
    y0/sqrt(2*x*y0**2 + 1)
    """
    parts = bernoulli_parts(sympify(rate), y)
    if parts is None:
        raise UnsupportedError(
            f"{rate} is not of the form p*{y} + q*{y}**n with n constant; "
            "solve_linear and solve_separable take other forms"
        )
    begin, first = sympify(start), sympify(y0)
    _check_free(y, first, begin)
    n, factor = parts.power, first ** (parts.power - 1)
    ratio = _variation_of_constants(
        (1 - n) * parts.slope, (1 - n) * parts.source * factor, S.One, x, begin
    )
    solution = first * ratio ** (1 / (1 - n))
    _owe_solution(solution, sympify(rate), y, first, x, begin)
    return solution


def exponential_of(exponent: Expr) -> Expr:
    """exp of an expression, with c*log(g) turned into g^c for rational c.

    >>> from sympy import symbols
    >>> x = symbols("x", positive=True)
    >>> exponential_of(2*log(x) - x)
    x**2*exp(-x)
    """
    result = S.One
    for term in Add.make_args(expand(expand_log(exponent))):
        coefficient, logarithm = term.as_independent(log, as_Add=False)
        if isinstance(logarithm, log) and coefficient.is_Rational:
            result *= logarithm.args[0] ** coefficient
        else:
            result *= exp(term)
    return result


@dataclass(frozen=True)
class BernoulliParts:
    """The pieces of slope * y + source * y^power."""

    slope: Expr
    source: Expr
    power: Expr


def bernoulli_parts(rate: Expr, y: Symbol) -> BernoulliParts | None:
    """The pieces of p y + q y^n, or None if a rate is not of that form.

    >>> y, s = Symbol("y", positive=True), Symbol("s")
    >>> bernoulli_parts(y*(s - y), y)
    BernoulliParts(slope=s, source=-1, power=2)
    """
    by_power: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(rate)):
        coefficient, power = _monomial(term, y)
        if coefficient is None:
            return None
        by_power[power] = by_power.get(power, S.Zero) + coefficient
    slope = by_power.pop(S.One, S.Zero)
    if len(by_power) != 1:
        return None
    ((power, source),) = by_power.items()
    return BernoulliParts(slope, source, power)


def _monomial(term: Expr, y: Symbol) -> tuple[Expr | None, Expr]:
    """Coefficient and exponent of coefficient * y^exponent; no coefficient for other terms."""
    coefficient, rest = term.as_independent(y, as_Add=False)
    exponents = [factor.as_base_exp() for factor in Mul.make_args(rest) if factor != 1]
    if any(base != y or power.has(y) for base, power in exponents):
        return None, S.Zero
    return coefficient, Add(*(power for _, power in exponents))


def _linear_parts(rate: Expr, y: Symbol) -> tuple[Expr, Expr]:
    flat = cancel(together(rate))
    source = flat.subs(y, 0)
    slope = cancel((flat - source) / y)
    if slope.has(y):
        raise UnsupportedError(
            f"{rate} is not linear in {y}; solve_bernoulli and solve_separable take other forms"
        )
    return slope, source


def _variation_of_constants(slope: Expr, source: Expr, y0: Expr, x: Symbol, start: Expr) -> Expr:
    growth = exponential_of(antiderivative(slope, x))
    if source == 0:
        return y0 * growth / growth.subs(x, start)
    gathered = antiderivative(_tidy(source / growth), x)
    begun = y0 / growth.subs(x, start) - gathered.subs(x, start)
    return _tidy(growth * (begun + gathered))


def _tidy(expression: Expr) -> Expr:
    return cancel(together(expression)).factor(deep=False)


def _check_free(y: Symbol, *values: Expr) -> None:
    for value in values:
        if value.has(y):
            raise InputError(
                f"the initial data {value} contain the unknown {y}; use a symbol of their own"
            )


def _owe_solution(solution: Expr, rate: Expr, y: Symbol, y0: Expr, x: Symbol, start: Expr) -> None:
    owe(solution.diff(x), rate.subs(y, solution), because=f"the solution obeys d{y}/d{x} = {rate}")
    owe(solution.subs(x, start), y0, because=f"the solution starts at {y} = {y0}")
