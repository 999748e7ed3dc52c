"""Separable first-order equations, solved explicitly: du/dt = f(u) g(t) from u(0) = u0.

With T = integral of g from 0 to t, the equation is du/dT = f(u). Rates of these forms have a
formula without any choice of branch:

    f = b                      u = u0 + b T
    f = p u + q u^n            Bernoulli's substitution u^(1-n)
    f = a u^2 + b u + c        u = N/M, where (N, M) obeys a linear system: hyperbolic functions of
                               D T/2 with D^2 = b^2 - 4 a c, trigonometric ones for D^2 < 0

Otherwise F(u) = F(u0) + T with F an antiderivative of 1/f, inverted step by step; of several
branches the one is taken that starts at u0. The residual and the initial value of every answer are
owed as obligations. Implicit solutions are not returned: they raise UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Add,
    Expr,
    Poly,
    S,
    Symbol,
    exp,
    expand,
    expand_log,
    factor,
    factor_terms,
    log,
    sympify,
    together,
)

from symdyn.calculus.antiderivatives import antiderivative
from symdyn.calculus.inversion import solve_for
from symdyn.calculus.linear_ode import (
    bernoulli_parts,
    exponential_of,
    solve_bernoulli,
    solve_linear,
)
from symdyn.calculus.obligations import owe
from symdyn.calculus.riccati import generalised_cosine
from symdyn.calculus.spot_check import agree_at_points
from symdyn.errors import InputError, UnsupportedError


def solve_separable(rate: Expr, u: Symbol, u0: Expr, t: Symbol) -> Expr:
    """The solution of du/dt = rate with u(0) = u0, where rate = f(u) g(t).

    >>> from sympy import symbols
    >>> u, u0, t = symbols("u u0 t", positive=True)
    >>> solve_separable(u*(1 - u), u, u0, t)
    u0*exp(t)/(u0*exp(t) - u0 + 1)
    >>> solve_separable(1 + u**2, u, u0, t)
    (u0*cos(t) + sin(t))/(-u0*sin(t) + cos(t))

    Raises UnsupportedError if u and t do not separate, or no explicit solution is found.
    """
    rate, first = sympify(rate), sympify(u0)
    if first.has(u) or first.has(t):
        raise InputError(f"the initial value {u0} contains {u} or {t}; use a symbol of its own")
    speed, clock = _separate(rate, u, t)
    elapsed = _elapsed(clock, t)
    solution = _autonomous(speed, u, first, t).subs(t, elapsed)
    owe(solution.diff(t), rate.subs(u, solution), because=f"the solution obeys d{u}/d{t} = {rate}")
    owe(solution.subs(t, 0), first, because=f"the solution starts at {u} = {u0}")
    return solution


def _separate(rate: Expr, u: Symbol, t: Symbol) -> tuple[Expr, Expr]:
    """The factors f(u) and g(t) of a rate."""
    if not rate.has(t):
        return rate, S.One
    clock, speed = factor(together(rate)).as_independent(u, as_Add=False)
    if speed.has(t):
        raise UnsupportedError(
            f"the rate {rate} is not a product f({u})*g({t}); solve_linear and solve_bernoulli "
            "take equations that are linear or Bernoulli"
        )
    return speed, clock


def _elapsed(clock: Expr, t: Symbol) -> Expr:
    if clock == 1:
        return t
    primitive = antiderivative(clock, t)
    return primitive - primitive.subs(t, 0)


def _autonomous(speed: Expr, u: Symbol, u0: Expr, t: Symbol) -> Expr:
    if not speed.has(u):
        return u0 + speed * t
    if bernoulli_parts(speed, u) is not None:
        return solve_bernoulli(speed, u, u0, t)
    degree = Poly(speed, u).degree() if speed.is_polynomial(u) else None
    if degree == 1:
        return solve_linear(speed, u, u0, t)
    if degree == 2:
        return _riccati(Poly(speed, u), u0, t)
    return _inverted(speed, u, u0, t)


def _riccati(speed: Poly, u0: Expr, t: Symbol) -> Expr:
    """u = N/M with (N, M)' = (b N/2 + c M, -a N - b M/2)."""
    a, b, c = speed.all_coeffs()
    discriminant = factor(b**2 - 4 * a * c)
    even, odd = generalised_cosine(discriminant, t)
    numerator = u0 * even + (b * u0 + 2 * c) * odd
    denominator = even - (2 * a * u0 + b) * odd
    return _compact(numerator) / _compact(denominator)


def _compact(expression: Expr) -> Expr:
    return factor_terms(expand(expression))


def _inverted(speed: Expr, u: Symbol, u0: Expr, t: Symbol) -> Expr:
    """Solve F(u) = F(u0) + t for u and take the branch that starts at u0."""
    primitive = antiderivative(1 / speed, u)
    for left, right in _relations(primitive, u, u0, t):
        try:
            candidates = solve_for(u, left, right)
        except UnsupportedError:
            continue
        for candidate in candidates:
            if _fits(candidate, speed, u, u0, t):
                return candidate
    raise UnsupportedError(
        f"du/dt = {speed} leads to {primitive} = constant + {t}, which was not solved for {u}; "
        "state the solution implicitly, by its inverse function of time"
    )


def _relations(primitive: Expr, u: Symbol, u0: Expr, t: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """F(u) = F(u0) + t, and its exponential if there are logarithms."""
    yield primitive, primitive.subs(u, u0) + t
    unit = _unit_of_logarithms(primitive)
    if unit is not None:
        left = exponential_of(primitive / unit)
        yield left, left.subs(u, u0) * exp(t / unit)


def _unit_of_logarithms(primitive: Expr) -> Expr | None:
    """The coefficient of one logarithm among the terms, or None if there is none."""
    for term in Add.make_args(expand(expand_log(primitive))):
        coefficient, logarithm = term.as_independent(log, as_Add=False)
        if isinstance(logarithm, log):
            return coefficient
    return None


def _fits(candidate: Expr, speed: Expr, u: Symbol, u0: Expr, t: Symbol) -> bool:
    soon = {t: S(1) / 64}
    residual = candidate.diff(t), speed.subs(u, candidate)
    return agree_at_points(candidate.subs(t, 0), u0) and agree_at_points(*residual, fixed=soon)
