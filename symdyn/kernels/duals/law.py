"""Which Gaussian expectation an expression is, where its integral is left as it stands.

    scale * q^a ... * Integral(f(z) * density of N(0, q), z)
    scale * q^a ... * Integral(f(z) f(w) * density with variances q and correlation c, w, z)

`gaussian_integral` writes such integrals; the density is divided out, and what is left must be a
function of the variables alone. One that is a square is taken as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Any

from sympy import Expr, Integer, Integral, Matrix, Mul, Symbol, exp, oo, powsimp, simplify

from symdyn.calculus.gaussian import gaussian_integral
from symdyn.errors import SymdynError, UnsupportedError
from symdyn.kernels.duals.activation import Activation, read
from symdyn.kernels.duals.moments import Moments
from symdyn.kernels.duals.pieces import Pieces, kinks_of

MEAN, SECOND, PRODUCT = "mean", "second", "product"


@dataclass(frozen=True)
class Law:
    """An expectation of a function: E[f(z)], E[f(z)^2] or E[f(z) f(w)], with factors before it.

    `variance` and `correlation` are places of arguments; `powers` has one for each argument.
    """

    kind: str
    activation: Activation
    variance: int
    correlation: int | None
    scale: Expr
    powers: tuple[Expr, ...]

    def moments(self) -> Moments:
        """The numbers of the function, the same object for all laws of one function."""
        return _moments(self.activation)


@lru_cache(maxsize=16)
def _moments(activation: Activation) -> Moments:
    f, z = activation.f, activation.z
    return Moments(Pieces(f, z, kinks_of(f, z)), activation.parity)


def law_of(expr: Any, args: Sequence[object]) -> Law | None:
    """The expectation that an expression is; None where it is none.

    Variance and correlation are to be arguments.

    >>> from sympy import symbols, tanh
    >>> z, q, g = symbols("z", real=True), *symbols("q g", positive=True)
    >>> law = law_of(g * gaussian_integral(tanh(z) ** 2, z, q), (q, g))
    >>> law.kind, law.activation.f, law.variance, law.powers
    ('second', tanh(z), 0, (0, 1))

    Raises UnsupportedError for expectations of two different functions and for factors other than
    powers of arguments, and what `dual_activation` raises for what is no activation.
    """
    if not isinstance(expr, Expr) or not all(isinstance(symbol, Symbol) for symbol in args):
        return None
    before, integral = expr.as_independent(Integral, as_Add=False)
    if not isinstance(integral, Integral) or any(
        len(limit) != 3 or limit[1:] != (-oo, oo) for limit in integral.limits
    ):
        return None
    variables = [limit[0] for limit in reversed(integral.limits)]
    symbols = [symbol for symbol in args if isinstance(symbol, Symbol)]
    found = _without_density(integral.function, variables, symbols)
    if found is None:
        return None
    rest, places = found
    outside, inside = rest.as_independent(*variables, as_Add=False)
    kind, f, more = _read_function(inside, variables)
    scale, powers = _monomial(before * outside * more, symbols)
    return Law(kind, read(f), places[0], places[1] if places[1:] else None, scale, powers)


def _without_density(
    function: Expr, variables: Sequence[Symbol], args: Sequence[Symbol]
) -> tuple[Expr, tuple[int, ...]] | None:
    """What stands before the density, and the places of variance and correlation."""
    for places in permutations(range(len(args)), len(variables)):
        q, *c = (args[place] for place in places)
        matrix = Matrix([[q]]) if not c else Matrix([[q, c[0] * q], [c[0] * q, q]])
        if len(variables) != len(c) + 1 or len(c) > 1:
            return None
        try:
            density = gaussian_integral(Integer(1), tuple(variables), matrix).function
        except SymdynError:  # a symbol that is no variance
            continue
        rest = powsimp(function / density)
        outside, inside = rest.as_independent(*variables, as_Add=False)
        used = {args[place] for place in places}
        if inside.free_symbols <= set(variables) and not outside.free_symbols & used:
            return rest, places
    return None


def _read_function(inside: Expr, variables: Sequence[Symbol]) -> tuple[str, Expr, Expr]:
    """The kind, the function of the first variable, and a number before the expectation."""
    z, *others = variables
    if not others:
        root = _root(inside)
        return (MEAN, inside, Integer(1)) if root is None else (SECOND, root, Integer(1))
    first, second = _separated(inside, z)
    ratio = simplify(second.subs(others[0], z) / first)
    if others[0] in first.free_symbols or not ratio.is_number or not ratio.is_real:
        raise UnsupportedError(
            f"{inside} is not one function of {z} times the same of {others[0]}: of two different "
            "functions no expectation is known in numbers"
        )
    return PRODUCT, first, ratio


def _separated(f: Expr, z: Symbol) -> tuple[Expr, Expr]:
    """Factors with a symbol and without; SymPy writes exp(z)*exp(w) as one."""
    first, second = Integer(1), Integer(1)
    for factor in Mul.make_args(f):
        if isinstance(factor, exp):
            other, own = factor.exp.as_independent(z, as_Add=True)
            first, second = first * exp(own), second * exp(other)
        elif factor.has(z):
            first *= factor
        else:
            second *= factor
    return first, second


def _root(f: Expr) -> Expr | None:
    """g with g^2 = f, where every factor of f is an even power."""
    roots = []
    for factor in Mul.make_args(f):
        base, power = factor.as_base_exp()
        if not power.is_Integer or power % 2:
            return None
        roots.append(base ** (power / 2))
    return Mul(*roots) if f.free_symbols else None


def _monomial(factor: Expr, args: Sequence[Symbol]) -> tuple[Expr, tuple[Expr, ...]]:
    """A number and a power of each argument."""
    scale, powers = factor, [Integer(0)] * len(args)
    for k, symbol in enumerate(args):
        scale, own = scale.as_independent(symbol, as_Add=False)
        base, power = own.as_base_exp()
        if own.free_symbols:
            if base != symbol or not power.is_Rational:
                raise UnsupportedError(
                    f"the factor {own} before an expectation is no power of an argument; make a "
                    "kernel of the expectation alone"
                )
            powers[k] = power
    if not scale.is_number or not scale.is_real:
        raise UnsupportedError(f"the factor {scale} before an expectation is no real number")
    return scale, tuple(powers)
