"""What is asked of an activation: real, of one variable, square-integrable under a Gaussian.

Two things can make E[f(z)^2] infinite: growth like exp(a z^2) or faster far out, and a pole like
|z - p|^(-1/2) or steeper. Both are looked for by values of f on balls at places far out and close
to where f is not smooth; a pole that is not seen as a kink or by the cutting of the line is not
found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import arb, ctx
from sympy import DiracDelta, Expr, I, Symbol, expand, nan, oo, zoo
from sympy.core.function import AppliedUndef

from symdyn.errors import DomainError, InputError
from symdyn.kernels.duals.pieces import Pieces, Values
from symdyn.kernels.duals.table import exponent_at

FIRST_OCTAVES = (-4, 3)  # where an activation is looked at before it is accepted
STEEPEST = -0.499  # exponents of poles above this are square-integrable


@dataclass(frozen=True)
class Activation:
    """A function of one real variable, with its parity: 1 even, -1 odd, 0 neither."""

    f: Expr
    z: Symbol
    parity: int


def read(phi: object) -> Activation:
    """The activation that an expression describes.

    >>> from sympy import symbols, tanh
    >>> read(tanh(symbols("x"))).parity
    -1

    Raises InputError unless it is an expression in one unbounded symbol, DomainError if it is
    visibly complex.
    """
    if not isinstance(phi, Expr):  # text is not parsed: SymPy would run it
        raise InputError(f"an activation is a SymPy expression in one symbol, not {phi!r}")
    f: Expr = phi
    symbols = sorted(f.free_symbols, key=str)
    if len(symbols) != 1:
        names = ", ".join(map(str, symbols)) or "none"
        raise InputError(
            f"an activation has one symbol, and {f} has {names}; fix the others with .subs"
        )
    (given,) = symbols
    if given.is_positive or given.is_negative or given.is_real is False or given.is_integer:
        raise InputError(
            f"{given} is declared other than real, but an activation takes every real value; "
            f'declare it symbols("{given}", real=True)'
        )
    z = Symbol(given.name, real=True)  # type: ignore[union-attr]
    f = f.xreplace({given: z})
    if f.has(I, nan, zoo, oo, -oo):
        raise DomainError(f"{f} is complex or undefined: an activation takes real values")
    if f.has(DiracDelta):
        raise DomainError(f"{f} is not square-integrable: a delta function is no function")
    if f.atoms(AppliedUndef):
        raise InputError(f"{f} contains a function that nobody has defined")
    return Activation(f, z, _parity(f, z))


def _parity(f: Expr, z: Symbol) -> int:
    turned = f.subs(z, -z)
    if expand(turned - f) == 0:
        return 1
    return -1 if expand(turned + f) == 0 else 0


def require_square_integrable(pieces: Pieces, places: Iterable[float]) -> None:
    """DomainError if E[f(z)^2] is infinite, through growth far out or a pole at a place."""
    for side in (1, -1):
        if _is_too_fast(pieces.values, side):
            raise DomainError(
                f"{pieces.f} is not square-integrable: log|f| grows faster than {pieces.z}**2 as "
                f"{pieces.z} -> {'-' if side < 0 else ''}oo, so E[f(z)^2] is infinite for every "
                "variance"
            )
    for place in places:
        for side in (1, -1):
            if exponent_at(pieces, float(place), side) < STEEPEST:
                raise DomainError(
                    f"{pieces.f} is not square-integrable: it has a pole at {pieces.z} = "
                    f"{place:.6g} that is too steep for E[f(z)^2]"
                )


def _is_too_fast(values: Values, side: int) -> bool:
    rates = [_rate(values, side * place) for place in (64, 128)]
    return rates[1] > 1e-3 and rates[1] > 1.25 * rates[0]


def _rate(values: Values, place: int) -> float:
    """log|f| / z^2, from above; infinite where no ball is finite."""
    with ctx.workprec(200):
        size = abs(values.ball(arb(place), 200)).upper()
        if not size.is_finite():
            return float("inf")
        return float(size.log() / place**2) if size > 0 else 0.0
