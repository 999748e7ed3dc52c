"""Differential equations of parametric integrals, by telescoping under the integral sign.

    sum_k a_k(t) d^k f/dt^k = dR/dx        =>        sum_k a_k(t) d^k/dt^k int f dx = [R]_ends

For f = h * (polynomial in letters), where h is hyperexponential (h'/h rational in x and t: powers,
exponentials) and letters are Bessel, circular or hyperbolic functions, whose derivatives are linear
in one another, the ansatz R = h * sum of polynomials in x times letters turns the first line into
linear equations over the rational functions of t and the other symbols. They are solved exactly.
That R is right is a rational identity, owed as an obligation; that it vanishes at the ends is the
business of `symdyn.proof`. Orders and degrees are tried upwards, to limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, islice

from sympy import (
    QQ,
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    besseli,
    besselj,
    besselk,
    bessely,
    cancel,
    cos,
    cosh,
    exp,
    factor,
    factor_list,
    fraction,
    gcd,
    lcm,
    powsimp,
    sin,
    sinh,
    sympify,
    together,
)
from sympy.polys.matrices import DomainMatrix

from symdyn.calculus.obligations import owe
from symdyn.errors import InputError, UnsupportedError

_MAX_ORDER = 3
_MAX_DEGREE = 5


@dataclass(frozen=True)
class Telescoper:
    """An operator in a parameter that makes an integrand a derivative, and of what.

    sum_k coefficients[k] d^k integrand/dt^k = d certificate/dx
    """

    integrand: Expr
    variable: Symbol
    parameter: Symbol
    coefficients: tuple[Expr, ...]
    certificate: Expr

    def applied(self, expr: Expr) -> Expr:
        """The operator applied to an expression in the parameter."""
        return Add(*(a * expr.diff(self.parameter, k) for k, a in enumerate(self.coefficients)))


def find_telescoper(
    integrand: Expr,
    variable: Symbol,
    parameter: Symbol,
    *,
    min_order: int = 1,
    max_order: int = _MAX_ORDER,
    max_degree: int = _MAX_DEGREE,
) -> Telescoper:
    """The operator of lowest order in the parameter that makes the integrand a derivative.

    A higher order may be asked for by `min_order`, lest the certificate should not vanish at an
    end.

    >>> from sympy import exp, symbols
    >>> x, t = symbols("x t")
    >>> found = find_telescoper(exp(-x**2 - t*x), x, t)
    >>> found.coefficients, found.certificate
    ((-t, 2), exp(-t*x - x**2))

    Source: Almkvist and Zeilberger 1990, Journal of Symbolic Computation 10.
    Raises UnsupportedError for other functions, and if no operator is found within the limits.
    """
    f, x, t = sympify(integrand), variable, parameter
    if x == t or not f.has(x):
        raise InputError(f"telescoping {f}: {x} must occur in it and differ from {t}")
    module = _module(f, x, t)
    for order in range(min_order, max_order + 1):
        for degree in range(max_degree % 2, max_degree + 1, 2):
            solution = _ansatz(module, order, degree)
            if solution is not None:
                coefficients, certificate = solution
                found = Telescoper(f, x, t, coefficients, certificate)
                owe(
                    found.applied(f),
                    certificate.diff(x),
                    because=f"the operator in {t} makes the integrand a derivative in {x}",
                )
                return found
    raise UnsupportedError(
        f"no operator in {t} of order {min_order} to {max_order} makes {f} a derivative in {x} "
        f"with a polynomial certificate of degree up to {max_degree}; raise max_order or max_degree"
    )


@dataclass(frozen=True)
class _Letter:
    """A function of an argument, and its slope in the argument by letters."""

    symbol: Symbol
    meaning: Expr
    argument: Expr
    slope: Expr


@dataclass(frozen=True)
class _Module:
    """h * (polynomials in letters) over the rational functions, with both derivations."""

    x: Symbol
    t: Symbol
    scale: Expr
    element: Expr
    pairs: tuple[tuple[_Letter, _Letter], ...]

    @property
    def letters(self) -> tuple[_Letter, ...]:
        return tuple(letter for pair in self.pairs for letter in pair)

    def derivative(self, element: Expr, s: Symbol) -> Expr:
        """The derivative of h*element in x or t, divided by h."""
        rate = _log_derivative(self.scale, s)
        inner = Add(*(element.diff(m.symbol) * m.slope * m.argument.diff(s) for m in self.letters))
        return together(element.diff(s) + inner + rate * element)

    def basis(self) -> list[Expr]:
        """Products of letters of the degrees that occur."""
        found: list[Expr] = [S.One]
        for a, b in self.pairs:
            degree = Poly(fraction(together(self.element))[0], a.symbol, b.symbol).total_degree()
            own = [Mul(*c) for c in combinations_with_replacement((a.symbol, b.symbol), degree)]
            found = [m * n for m in found for n in own]
        return found

    def meaning(self, element: Expr) -> Expr:
        return self.scale * element.xreplace({m.symbol: m.meaning for m in self.letters})


def _module(f: Expr, x: Symbol, t: Symbol) -> _Module:
    pairs = tuple(_pairs(f, x, t))
    element = f.xreplace({m.meaning: m.symbol for pair in pairs for m in pair})
    terms = Add.make_args(element.expand(power_exp=False, power_base=False, log=False))
    scale = Mul(*(g for g in Mul.make_args(terms[0]) if not _is_polynomial(g, x, t)))
    rest = Add(*(powsimp(term / scale, combine="exp") for term in terms))
    if not rest.is_rational_function(x, t, *(m.symbol for pair in pairs for m in pair)):
        raise UnsupportedError(
            f"telescoping {f}: its terms are not one product of powers and exponentials, times "
            f"rational functions of {x} and {t} and Bessel, circular or hyperbolic functions"
        )
    for s in (x, t):
        rate = _log_derivative(scale, s)
        if not rate.is_rational_function(x, t):
            raise UnsupportedError(f"telescoping {f}: {scale} has no rational {s}-derivative rate")
    return _Module(x, t, scale, rest, pairs)


def _is_polynomial(factor: Expr, x: Symbol, t: Symbol) -> bool:
    """Whether a factor stays outside h; powers of x belong to it, lest certificates need poles."""
    return not factor.has(x, t) or (factor.as_base_exp()[0] != x and factor.is_polynomial(x, t))


def _log_derivative(factor: Expr, s: Symbol) -> Expr:
    rates = []
    for part in Mul.make_args(factor):
        if isinstance(part, exp):
            rates.append(part.args[0].diff(s))
        elif isinstance(part, Pow) and not part.exp.has(s):
            rates.append(part.exp * part.base.diff(s) / part.base)
        else:
            rates.append(part.diff(s) / part)
    return together(Add(*rates))


def _pairs(f: Expr, x: Symbol, t: Symbol) -> Iterator[tuple[_Letter, _Letter]]:
    seen: set[Expr] = set()
    for kind, rule in _RULES:
        for call in sorted(f.atoms(kind), key=str):
            if call.has(x, t) and call not in seen:
                pair = rule(call)
                seen.update(letter.meaning for letter in pair)
                yield pair


def _bessel_pair(grown: int, fallen: int) -> Callable[[Expr], tuple[_Letter, _Letter]]:
    """Two neighbouring orders: B(v)' = fallen B(v+1) + v/g B(v) and so on (DLMF 10.6, 10.29)."""

    def pair(call: Expr) -> tuple[_Letter, _Letter]:
        order, g = call.args
        low, high = Dummy("low"), Dummy("high")
        return (
            _Letter(low, call, g, fallen * high + order / g * low),
            _Letter(high, call.func(order + 1, g), g, grown * low - (order + 1) / g * high),
        )

    return pair


def _wave_pair(sign: int) -> Callable[[Expr], tuple[_Letter, _Letter]]:
    def pair(call: Expr) -> tuple[_Letter, _Letter]:
        (g,) = call.args
        odd, even = (sin, cos) if sign < 0 else (sinh, cosh)
        first, second = Dummy("odd"), Dummy("even")
        return _Letter(first, odd(g), g, second), _Letter(second, even(g), g, sign * first)

    return pair


_RULES = (
    (besselj, _bessel_pair(1, -1)),
    (bessely, _bessel_pair(1, -1)),
    (besseli, _bessel_pair(1, 1)),
    (besselk, _bessel_pair(-1, -1)),
    (sin, _wave_pair(-1)),
    (cos, _wave_pair(-1)),
    (sinh, _wave_pair(1)),
    (cosh, _wave_pair(1)),
)


def _ansatz(module: _Module, order: int, degree: int) -> tuple[tuple[Expr, ...], Expr] | None:
    """Coefficients and certificate by linear equations, if they have a solution."""
    x, t = module.x, module.t
    derivatives = [module.element]
    for _ in range(order):
        derivatives.append(module.derivative(derivatives[-1], t))
    below = _repeated(fraction(together(derivatives[-1]))[1], x)
    basis = module.basis()
    shapes = [m * x**j / below for m in basis for j in range(degree + 1)]
    columns = derivatives + [-module.derivative(shape, x) for shape in shapes]
    vector = _null_vector(columns, (x, *(m.symbol for m in module.letters)), order)
    if vector is None:
        return None
    clear = reduce(lcm, (fraction(a)[1] for a in vector), S.One)
    whole = [cancel(clear * a) for a in vector]
    content = reduce(gcd, whole[: order + 1], S.Zero)
    whole = [cancel(a / content) for a in whole]
    parts = (p * shape for p, shape in zip(whole[order + 1 :], shapes, strict=True))
    certificate = Add(*(factor(Add(*islice(parts, degree + 1))) for _ in basis))
    return tuple(whole[: order + 1]), module.meaning(certificate)


def _repeated(denominator: Expr, x: Symbol) -> Expr:
    """A denominator without one of each factor: what a derivative makes of it has them all."""
    return Mul(*(g ** (m - 1) for g, m in factor_list(denominator, x)[1]))


def _null_vector(
    columns: Sequence[Expr], letters: Sequence[Symbol], order: int
) -> list[Expr] | None:
    """A relation between rational functions, in which the derivative of that order takes part."""
    parts = [fraction(together(column)) for column in columns]
    common = reduce(lcm, (below for _, below in parts), S.One)
    rows: dict[tuple[int, ...], dict[int, Expr]] = {}
    for k, (above, below) in enumerate(parts):
        for powers, value in Poly(above * cancel(common / below), *letters).terms():
            rows.setdefault(powers, {})[k] = value
    others = sorted(set().union(*(c.free_symbols for c in columns)) - set(letters), key=str)
    field = QQ.frac_field(*others) if others else QQ
    matrix = DomainMatrix(
        [
            [field.from_sympy(row.get(k, S.Zero)) for k in range(len(columns))]
            for row in rows.values()
        ],
        (len(rows), len(columns)),
        field,
    )
    for vector in matrix.nullspace().to_Matrix().tolist():
        if vector[order] != 0:
            return vector
    return None
